"""Files that daemons read: replaced as a whole, and left alone when they already say the same (kube-proxy ends on a change)."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, text: str, *, mode: int = 0o644) -> Path:
    """Make the file say `text`; readable for others at no moment unless `mode` says so. Returns the path."""
    if path.exists() and path.read_text() == text and path.stat().st_mode & 0o777 == mode:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as stream:
        stream.write(text)
    fresh.chmod(mode)
    fresh.rename(path)
    return path

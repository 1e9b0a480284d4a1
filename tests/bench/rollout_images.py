"""Images of other releases, derived from the runtime's docker-archive by one more layer each: no engine, no registry.

A good release differs by a marker alone, as a rebuilt image would. A broken one holds a fault (tests/bench/rollout_faults.py) or
a migration that fails. All of them are in one archive, over the runtime's own layers.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

FAULTS: Final = Path(__file__).with_name("rollout_faults.py")
STARTER: Final = """#!/opt/testgen/bin/python
import os
import sys

os.environ["TESTGEN_FAULT"] = "{fault}"
sys.path.insert(1, "/opt/faults")
from rollout_faults import main

sys.exit(main())
"""
MIGRATION: Final = '''"""A migration that fails in the middle."""

from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.execute("ALTER TABLE documents ADD COLUMN of_a_broken_release text")
    op.execute("UPDATE documents SET nowhere = 1")
'''
Files = Mapping[str, tuple[bytes, int]]
"""Content and mode by the path inside of the image."""


def faulty(fault: str) -> Files:
    """A layer with that fault of rollout_faults.FAULTS ("": none, which is a good release)."""
    starter = STARTER.format(fault=fault)
    return {"opt/testgen/bin/testgen": (starter.encode(), 0o755), "opt/faults/rollout_faults.py": (FAULTS.read_bytes(), 0o644)}


def marked(marker: str) -> Files:
    """A good release: nothing of the program is another."""
    return {f"opt/releases/{marker}": (b"", 0o644)}


def badly_migrating(head: str) -> Files:
    """A release with one more migration, which fails."""
    revision = f"{int(head) + 1:04}"
    text = MIGRATION.format(revision=revision, before=head)
    return {f"app/testgen_runtime/storage/migrations/versions/{revision}_broken.py": (text.encode(), 0o644)}


def derive(archive: Path, made: Path, images: Mapping[str, Files]) -> None:
    """Write `made`: for each name the image of `archive` with files on top. Raises: OSError, tarfile.TarError."""
    with tarfile.open(archive) as old, tarfile.open(made, "w", format=tarfile.USTAR_FORMAT) as new:
        (manifest,) = json.loads(_content(old, "manifest.json"))
        config: dict[str, Any] = json.loads(_content(old, manifest["Config"]))
        index = []
        for ref, files in images.items():
            layer = _layer(files)
            digest = hashlib.sha256(layer).hexdigest()
            top = {"rootfs": {**config["rootfs"], "diff_ids": [*config["rootfs"]["diff_ids"], f"sha256:{digest}"]}}
            history = [*config.get("history", []), {"created_by": "a release of the rollout benchmark"}]
            blob = json.dumps({**config, **top, "history": history}).encode()
            name = f"{hashlib.sha256(blob).hexdigest()}.json"
            index.append({"Config": name, "RepoTags": [ref], "Layers": [*manifest["Layers"], f"{digest}.tar"]})
            _add(new, name, blob, 0o644)
            _add(new, f"{digest}.tar", layer, 0o644)
        for member in old:
            if member.name in manifest["Layers"]:
                new.addfile(member, old.extractfile(member) if member.isfile() else None)
        _add(new, "manifest.json", json.dumps(index).encode(), 0o644)


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    stream = tar.extractfile(name)
    assert stream is not None, name
    return stream.read()


def _layer(files: Files) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in sorted({str(parent) for name in files for parent in Path(name).parents if str(parent) != "."}):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, (content, mode) in sorted(files.items()):
            _add(tar, name, content, mode)
    return made.getvalue()


def _add(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    tar.addfile(entry, io.BytesIO(content))

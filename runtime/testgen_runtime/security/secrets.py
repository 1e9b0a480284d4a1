"""Secrets come from files: mounted by Kubernetes, never in the configuration itself."""

from __future__ import annotations

from pathlib import Path

from testgen_runtime.errors import BadConfiguration


def read_secret(path: Path | None, key: str) -> str | None:
    """What the file holds, without the line's end; None where no file is named. `key` is the setting, for the error.

    Raises: BadConfiguration.
    """
    if path is None:
        return None
    try:
        try:
            return path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            # The kubelet exchanges the folder of a mounted Secret: a path that was followed into the old one finds nothing.
            return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BadConfiguration(f"the file {path} can't be read: {reason}", mend=f"mount the Secret that {key} names") from error

"""What a container that gives up leaves for the operator: one line of JSON as its termination message.

`{"reason": "VersionTooOld", "message": "VersionTooOld: …", "needs": "0012"}`. Kubernetes shows the file's content instead of
the log's last lines; on a laptop there is no such file, and nothing is written.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from testgen_runtime.errors import TestGenError

TERMINATION_LOG: Final = Path("/dev/termination-log")
"""Kubernetes' default terminationMessagePath."""
MOST_BYTES: Final = 4096
"""Kubernetes keeps no more."""


def leave(error: TestGenError, path: Path = TERMINATION_LOG) -> None:
    """Write the record of an error that the operator tells apart, where there is a place for it."""
    if not error.reason or not path.is_file():
        return
    with suppress(OSError):
        path.write_text(record(error), encoding="utf-8")


def record(error: TestGenError) -> str:
    """The line, never longer than Kubernetes keeps."""
    words = f"{error.reason}: {error.detail}" + (f" — {error.mend}" if error.mend else "")
    members = {name: value for name, value in error.members.items() if isinstance(value, str) and len(value) < 100}
    return json.dumps({"reason": error.reason, "message": words[: MOST_BYTES // 8]} | members)

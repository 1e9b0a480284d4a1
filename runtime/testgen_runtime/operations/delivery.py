"""Where a command's output goes: standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO

from testgen_runtime.errors import BadConfiguration


def check(out: Path | None, *, binary: bool) -> None:
    """Whether there is a place for the output, before any work is done for it.

    Raises: BadConfiguration.
    """
    if out is not None and not out.parent.is_dir():
        raise BadConfiguration(f"the folder {out.parent} of the output is not there", mend="make it first")
    if out is None and binary and sys.stdout.isatty():
        raise BadConfiguration("this format is not for a terminal", mend="name a file with --out, or send the output to one")


def deliver(spool: IO[bytes], out: Path | None) -> None:
    """To standard output, or to a file that is there whole or not at all. A device or a pipe is written into, not replaced."""
    if out is None:
        shutil.copyfileobj(spool, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        if out.exists() and not out.is_file():
            with out.open("wb") as target:
                shutil.copyfileobj(spool, target)
            return
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as partial:
            try:
                shutil.copyfileobj(spool, partial)
                partial.close()
                Path(partial.name).chmod(0o644)
                Path(partial.name).replace(out)
            except BaseException:
                Path(partial.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BadConfiguration(f"{out} can't be written: {error.strerror}", mend="choose another place with --out") from error

"""What the user sees: steps with their time, and the one error type, shown as one line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ClusterError(Exception):
    """Something the user has to know: what went wrong, what to do about it, and which log tells more."""

    def __init__(self, message: str, *, hint: str = "", log: Path | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.log = log

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


def say(text: str) -> None:
    """Print one line at once, also when standard output is a pipe."""
    print(text, flush=True)


@contextmanager
def step(title: str, *, log: Path | None = None) -> Iterator[None]:
    """Print the title, then how long the block took, in seconds. A failure names the log to read.

    Raises what the block raises; a ClusterError without a log of its own gets `log`.
    """
    say(f"▸ {title} …")
    started = time.monotonic()
    try:
        yield
    except BaseException as error:
        say(f"  failed after {time.monotonic() - started:.1f} s")
        if isinstance(error, ClusterError) and error.log is None:
            error.log = log
        raise
    say(f"  done in {time.monotonic() - started:.1f} s")


def last_lines(log: Path, count: int = 15) -> list[str]:
    """The last lines of a log; none when it cannot be read. Reads at most 64 KiB."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - 65536))
            return stream.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return []


def report(error: ClusterError) -> None:
    """Show an error on standard error: the end of its log first, so that the clear line is the last one."""
    if error.log is not None and (tail := last_lines(error.log)):
        print("\n".join(f"  | {line}" for line in tail), file=sys.stderr)
    print(f"error: {error}" + (f" (log: {error.log})" if error.log else ""), file=sys.stderr, flush=True)

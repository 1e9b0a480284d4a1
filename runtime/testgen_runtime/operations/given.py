"""Files that a command was given: how they are read, and how it tells which of them can't be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from testgen_runtime.errors import DocumentTooLarge, TestGenError, UnreadableDocument


class BadFiles(TestGenError):
    """Some of the files can't be used; `lines` has one line for each."""

    slug = "bad-files"
    status = 422

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def read(path: Path, most: int, *, mend: str) -> bytes:
    """The bytes of a file, of a pipe too. `mend` is what to do with a file of more than `most` bytes.

    Raises: UnreadableDocument; DocumentTooLarge, with no more than `most` in memory.
    """
    try:
        if path.is_dir():
            raise UnreadableDocument("it is a folder", mend="name the files in it")
        with path.open("rb") as file:
            return read_from(file, most, mend=mend)
    except OSError as error:
        raise UnreadableDocument(error.strerror or str(error), mend="check the path and its permissions") from error


def read_from(file: IO[bytes], most: int, *, mend: str) -> bytes:
    """The bytes of what is open already, such as standard input.

    Raises: DocumentTooLarge.
    """
    data = file.read(most + 1)
    if len(data) > most:
        raise DocumentTooLarge(f"it has more than the {most:,} bytes that are allowed", mend=mend)
    return data


def line(name: str, error: TestGenError) -> str:
    """`<file>: <what> — <mend>`, the file named once."""
    detail = error.detail
    for known in (name, Path(name).name):
        for quoted in (known, f"'{known}'", f'"{known}"'):
            detail = detail.removeprefix(quoted).lstrip(": ") if detail.startswith(quoted) else detail
    return f"{name}: {detail}" + (f" — {error.mend}" if error.mend else "")

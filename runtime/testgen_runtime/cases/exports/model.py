"""What an exporter gets, what may be chosen, and what it says of its result."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Literal

from pydantic import BaseModel, ConfigDict

from testgen_runtime.cases.exports.text import one_line
from testgen_runtime.cases.model import Case

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Item:
    """A case with what is known of where it comes from: the document's title, the sections above, the requirement's text."""

    case: Case
    document: str = ""
    section: tuple[str, ...] = ()
    requirement: str = ""

    @property
    def requirement_id(self) -> str:
        """The requirement under which the case is listed."""
        return self.case.requirement_ids[0] if self.case.requirement_ids else ""

    @property
    def path(self) -> tuple[str, ...]:
        """Where the case is filed: the document, then its sections, each on one line and none empty or told twice."""
        return tuple(name for name in (one_line(self.document), *self.sections) if name)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections without the one that only repeats the document's title."""
        names = [one_line(part) for part in self.section]
        own = names[1:] if names and names[0] == one_line(self.document) else names
        return tuple(name for name in own if name)

    @property
    def document_id(self) -> str:
        return self.case.evidence[0].document_id

    @property
    def quote(self) -> str:
        return self.case.evidence[0].quote


class Options(BaseModel):
    """What may be chosen for a format; formats add to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Product:
    """What came out: a format that has to part its output gives an archive."""

    media_type: str
    suffix: str


Write = Callable[[Iterable[Item], Any, IO[bytes]], Product]


@dataclass(frozen=True, slots=True)
class Format:
    """One export format. `write(items, options, out)` writes to an open binary file; `reimport`: ids come back by an import.

    `items` come grouped: by document, then by requirement in the document's order.
    """

    name: str
    title: str
    product: Product
    options: type[Options]
    write: Write
    reimport: bool
    fields: tuple[str, ...]


def write_text(parts: Iterable[str], out: IO[bytes]) -> None:
    """Write text as UTF-8, as it comes."""
    for part in parts:
        out.write(part.encode("utf-8"))


@contextmanager
def archive(out: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """A zip archive on `out`."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as opened:
        yield opened


@contextmanager
def entry(to: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """A file of an archive, written as it comes. It has no time of its own: the same cases give the same bytes."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with to.open(info, "w", force_zip64=True) as opened:
        yield opened

"""ZIP packages, checked by their directory before anything is unpacked: OOXML files, and archives of documents."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from lxml import etree

from testgen_runtime.errors import DocumentTooLarge, UnreadableDocument
from testgen_runtime.settings import Limits

MOST_PARTS: Final = 2_000  # a book with a thousand images stays below
MOST_RATIO: Final = 200  # of one part; text compresses about 10, XML of Word up to 60
_MOST_DOM: Final = 16 << 20
"""Bytes of a part that is read as a whole (styles, numbering, relations); those of honest files are far below."""
DAMAGED: Final = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error)
"""What reading a broken archive raises."""


class Package:
    """An OOXML file. `program` is what made it, for the words of errors."""

    def __init__(self, archive: zipfile.ZipFile, name: str, program: str) -> None:
        self.archive, self.name = archive, name
        self.broken = f"Open it in {program}, save it again and send that."
        self.names = frozenset(archive.namelist())

    def xml(self, part: str) -> Any:
        """A small part as an element, or None where it is not there."""
        if part not in self.names:
            return None
        if self.archive.getinfo(part).file_size > _MOST_DOM:
            raise DocumentTooLarge(
                f"{self.name}: its part {part} has {self.archive.getinfo(part).file_size:,} bytes", mend=self.broken
            )
        return etree.fromstring(self.archive.read(part), safe_parser())

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id -> (last word of the type, target as a name in the package or an address) of what `part` refers to."""
        folder, _, base = part.rpartition("/")
        root = self.xml(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        for relation in root if root is not None else ():
            if not isinstance(relation.tag, str):
                continue
            target = str(relation.get("Target") or "")
            if relation.get("TargetMode") != "External":
                target = target[1:] if target.startswith("/") else _resolved(folder, target)
            found[str(relation.get("Id") or "")] = (str(relation.get("Type") or "").rpartition("/")[2], target)
        return found


@contextmanager
def opened(data: bytes, name: str, limits: Limits, program: str) -> Iterator[Package]:
    """An OOXML file within bounds and without document type declarations.

    Raises UnreadableDocument for a broken or encrypted file, DocumentTooLarge for one that unpacks to too much.
    """
    package: Package | None = None
    broken = f"Open it in {program}, save it again and send that."
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            check_sizes(archive, name, limits, "Take out images and embedded files, or split it.")
            if any(p.flag_bits & 0x1 for p in archive.infolist()):
                raise UnreadableDocument(
                    f"{name} is encrypted", mend=f"Open it in {program}, remove the password and save it again."
                )
            package = Package(archive, name, program)
            if "[Content_Types].xml" not in package.names:
                raise UnreadableDocument(f"{name} is an archive, but no whole {program} document", mend=broken)
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_declarations(archive, part, name, program, broken)
            yield package
    except etree.LxmlError as error:
        raise UnreadableDocument(f"{name} is no whole {program} document: its XML is broken", mend=broken) from error
    except DAMAGED as error:
        raise UnreadableDocument(f"{name} is damaged: it can't be unpacked as a whole {program} document", mend=broken) from error


def check_sizes(archive: zipfile.ZipFile, name: str, limits: Limits, mend: str) -> None:
    """Refuse what unpacks to too many parts, to too many bytes, or to far more bytes than it has. Raises DocumentTooLarge."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise DocumentTooLarge(
            f"{name} holds {len(parts):,} parts; at most {MOST_PARTS:,} are read", mend="Save it again without embedded files."
        )
    total = sum(p.file_size for p in parts)
    bomb = next((p for p in parts if p.file_size > 1 << 20 and p.file_size > MOST_RATIO * max(1, p.compress_size)), None)
    if bomb is not None:
        raise DocumentTooLarge(
            f"{name} unpacks to {total:,} bytes: {bomb.filename[:200]} from {bomb.compress_size:,} to {bomb.file_size:,} bytes",
            mend=mend,
        )
    if total > limits.unpacked_bytes:
        raise DocumentTooLarge(f"{name} unpacks to {total:,} bytes; at most {limits.unpacked_bytes:,} are read", mend=mend)


def safe_parser() -> Any:
    """An XML parser that resolves no entity, loads nothing and keeps libxml2's own bounds."""
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True)


def _check_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, program: str, broken: str) -> None:
    with archive.open(part) as stream:
        head = stream.read(64 * 1024).replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UnreadableDocument(f"{name} declares XML entities, which no {program} document does", mend=broken)


def _resolved(folder: str, target: str) -> str:
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)

"""A zip of documents: each member is a document of its own. Checked by its directory before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from testgen_runtime.documents.formats.package import DAMAGED, MOST_RATIO
from testgen_runtime.errors import DocumentTooLarge, UnreadableDocument
from testgen_runtime.settings import Limits

_NO_DOCUMENTS: Final = frozenset({"__MACOSX", ".git", ".svn"})
_LEFT_BY_SYSTEMS: Final = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_PACK = "Pack it again with plain names and without links."


def members(data: bytes, name: str, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """(name inside the archive, bytes) of every file, in the order of the archive.

    Raises UnreadableDocument for an encrypted or damaged member, a link, or a name that leaves the archive; DocumentTooLarge for
    too many members, one that is too large, or a bomb. Each names the member.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            _check(entries, name, limits)
            for entry in entries:
                path = PurePosixPath(_name(entry))
                if _NO_DOCUMENTS & set(path.parts) or path.name.lower() in _LEFT_BY_SYSTEMS or path.name.startswith("._"):
                    continue
                try:
                    yield str(path), archive.read(entry)
                except DAMAGED as error:
                    raise UnreadableDocument(
                        f"{name}: its member {shown(entry)} is damaged", mend="Pack the archive again."
                    ) from error
    except DAMAGED as error:
        raise UnreadableDocument(f"{name} is damaged: it can't be unpacked", mend="Pack the archive again.") from error


def shown(entry: zipfile.ZipInfo | str) -> str:
    """A member's name for an error: printable and short."""
    name = entry if isinstance(entry, str) else _name(entry)
    return "".join(c if c.isprintable() else "?" for c in name)[:200]


def _check(entries: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if len(entries) > limits.archive_members:
        raise DocumentTooLarge(
            f"{name} holds {len(entries):,} files; at most {limits.archive_members:,} are read", mend="Send several archives."
        )
    total = 0
    seen: set[str] = set()
    for entry in entries:
        inner = _name(entry)
        said = shown(entry)
        if inner.startswith("/") or inner[1:2] == ":" or ".." in PurePosixPath(inner).parts or "\x00" in inner:
            raise UnreadableDocument(f"{name}: the name of its member {said} leads out of the archive", mend=_PACK)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise UnreadableDocument(f"{name}: its member {said} is a link", mend=_PACK)
        if inner in seen:
            raise UnreadableDocument(f"{name} holds the member {said} twice", mend=_PACK)
        seen.add(inner)
        if entry.flag_bits & 0x1:
            raise UnreadableDocument(f"{name}: its member {said} is encrypted", mend="Pack the archive without a password.")
        if entry.file_size > limits.document_bytes:
            raise DocumentTooLarge(
                f"{name}: its member {said} has {entry.file_size:,} bytes; at most {limits.document_bytes:,} are read",
                mend="Split that document.",
            )
        if entry.file_size > 1 << 20 and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise DocumentTooLarge(
                f"{name}: its member {said} unpacks from {entry.compress_size:,} to {entry.file_size:,} bytes",
                mend="Take it out of the archive.",
            )
        total += entry.file_size
        if total > limits.unpacked_bytes:
            raise DocumentTooLarge(
                f"{name}: with its member {said} it unpacks to more than {limits.unpacked_bytes:,} bytes",
                mend="Send several archives.",
            )


def _name(entry: zipfile.ZipInfo) -> str:
    """The member's name with forward slashes. Without the flag of UTF-8 it may be GB18030, as Chinese systems write it."""
    name = entry.filename
    if not entry.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")

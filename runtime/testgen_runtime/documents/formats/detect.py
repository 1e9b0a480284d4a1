"""What a file is, by its content; the name only tells apart what content can't."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

from testgen_runtime.documents.decoding import is_binary
from testgen_runtime.errors import UnreadableDocument, UnsupportedDocument

Kind = Literal["docx", "text"]
SUPPORTED = "Markdown (.md), plain text (.txt) and Word (.docx)"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TOLD_BY_NAME = {
    ".csv": "a CSV table",
    ".htm": "an HTML page",
    ".html": "an HTML page",
    ".json": "JSON",
    ".pdf": "a PDF",
    ".pptx": "a presentation",
    ".rtf": "an RTF document",
    ".xls": "an Excel workbook",
    ".xlsx": "an Excel workbook",
    ".xml": "XML",
    ".zip": "an archive",
}


def kind(data: bytes, name: str) -> Kind:
    """Which format reads `data`. Raises UnreadableDocument for empty and encrypted files, UnsupportedDocument for other kinds."""
    if not data.strip():
        raise UnreadableDocument(f"{name} is empty", mend="Send a file that holds the requirements as text.")
    suffix = PurePath(name).suffix.lower()
    if data.startswith(_OLE):
        if suffix == ".docx" or "EncryptedPackage".encode("utf-16-le") in data[: 1 << 20]:
            raise UnreadableDocument(
                f"{name} is encrypted",
                mend="Open it in Word, remove the password (File, Info, Protect Document) and save it again.",
            )
        raise _unsupported(name, "an old Office document", "Save it as .docx and send it again.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(data, name)
    for magic, what in _MAGIC:
        if data.startswith(magic) and (magic != b"MZ" or is_binary(data)):
            raise _unsupported(name, what)
    if is_binary(data):
        raise _unsupported(name, "a binary file")
    if suffix == ".docx":
        raise UnreadableDocument(
            f"{name} is named .docx but is no Word document",
            mend="Open it in Word and save it as .docx, or rename it to .md or .txt.",
        )
    if suffix in _TOLD_BY_NAME:
        raise _unsupported(name, _TOLD_BY_NAME[suffix])
    return "text"


def _zip_kind(data: bytes, name: str) -> Kind:
    """Every OOXML file names its parts near the end, in the directory of the archive."""
    tail = data[-(1 << 18) :]
    for part, what in (
        (b"xl/workbook", "an Excel workbook"),
        (b"ppt/presentation", "a presentation"),
        (b"mimetypeapplication/vnd.oasis", "an OpenDocument file"),
    ):
        if part in tail or part in data[:200]:
            raise _unsupported(name, what)
    if b"word/" in tail or b"word/" in data[: 1 << 16] or PurePath(name).suffix.lower() == ".docx":
        return "docx"
    raise _unsupported(name, "an archive", "Unpack it and send the documents one by one.")


def _unsupported(name: str, what: str, mend: str = "") -> UnsupportedDocument:
    return UnsupportedDocument(
        f"{name} is {what}. Supported are {SUPPORTED}.",
        mend=mend or "Save the requirements in one of these formats and send that.",
    )

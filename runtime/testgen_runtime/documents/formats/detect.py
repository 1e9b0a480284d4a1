"""What a file is, by its content; the name only tells apart what content can't."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Literal

from testgen_runtime.documents.decoding import is_binary
from testgen_runtime.errors import UnreadableDocument, UnsupportedDocument

Kind = Literal["docx", "xlsx", "pdf", "zip", "text"]
SUPPORTED = (
    "Markdown (.md), plain text (.txt), Gherkin (.feature), HTML (.html), CSV (.csv), Excel (.xlsx), Word (.docx), PDF (.pdf) "
    "and a zip of these"
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
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
    ".json": "JSON",
    ".pptx": "a presentation",
    ".rtf": "an RTF document",
    ".xls": "an Excel workbook",
    ".xml": "XML",
}
_PROGRAMS = {".docx": "Word", ".xlsx": "Excel", ".pdf": "PDF", ".zip": "zip"}
_NAMES_OF: dict[str, frozenset[str]] = {
    "docx": frozenset({".docx", ".docm", ".dotx"}),
    "xlsx": frozenset({".xlsx", ".xlsm", ".xltx"}),
    "pdf": frozenset({".pdf"}),
    "html": frozenset({".html", ".htm", ".xhtml"}),
    "zip": frozenset({".zip"}),
    "csv": frozenset({".csv", ".tsv", ".tab", ".txt"}),
}
_WORDS = {
    "docx": "a Word document",
    "xlsx": "an Excel workbook",
    "pdf": "a PDF",
    "html": "an HTML page",
    "zip": "a zip",
    "csv": "CSV",
}
_MIME = {
    "docx": ("wordprocessingml", "msword"),
    "xlsx": ("spreadsheetml", "ms-excel"),
    "pdf": ("pdf",),
    "html": ("html",),
    "zip": ("zip",),
    "csv": ("csv", "ms-excel", "tab-separated", "text/plain"),
    "markdown": ("text/", "markdown"),
    "gherkin": ("text/", "gherkin"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What the sender says of a file: its name and, where there is one, its MIME type."""

    name: str
    mime: str = ""

    @property
    def suffix(self) -> str:
        return PurePath(self.name).suffix.lower()

    def lie(self, kind: str) -> str:
        """In words, what the name or the type says that the content (`kind`) does not; "" where they agree."""
        mime = self.mime.split(";")[0].strip().lower()
        if self.suffix and kind in _NAMES_OF and self.suffix not in _NAMES_OF[kind]:
            return f"Named {self.suffix[:20]}, but its content is {_WORDS[kind]}; it was read as that."
        generic = mime in ("", "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded")
        if not generic and kind in _MIME and not any(part in mime for part in _MIME[kind]):
            return f"Sent as {mime[:80]}, but its content is {_WORDS.get(kind, 'text')}; it was read as that."
        return ""


def kind(data: bytes, name: str) -> Kind:
    """Which reader takes `data`. Raises UnreadableDocument for empty and encrypted files, UnsupportedDocument for other kinds."""
    if not data.strip():
        raise UnreadableDocument(f"{name} is empty", mend="Send a file that holds the requirements as text.")
    suffix = PurePath(name).suffix.lower()
    if data.startswith(_OLE):
        if suffix in (".docx", ".xlsx", ".docm", ".xlsm") or "EncryptedPackage".encode("utf-16-le") in data[: 1 << 20]:
            raise UnreadableDocument(
                f"{name} is encrypted",
                mend="Open it in Word or Excel, remove the password (File, Info, Protect) and save it again.",
            )
        raise _unsupported(name, "an old Office document", "Save it as .docx or .xlsx and send it again.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(data, name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for magic, what in _MAGIC:
        if data.startswith(magic) and (magic != b"MZ" or is_binary(data)):
            raise _unsupported(name, what)
    if is_binary(data):
        raise _unsupported(name, "a binary file")
    if suffix in _PROGRAMS:
        raise UnreadableDocument(
            f"{name} is named {suffix} but is no {_PROGRAMS[suffix]} document",
            mend=f"Save it as {suffix} in the program that made it, or rename it to .md or .txt.",
        )
    if suffix in _TOLD_BY_NAME:
        raise _unsupported(name, _TOLD_BY_NAME[suffix])
    return "text"


def _zip_kind(data: bytes, name: str) -> Kind:
    """What an archive is, by the names of its parts; where its directory can't be read, by what it is called."""
    suffix = PurePath(name).suffix.lower()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist()[:5_000])
    except Exception as error:  # a damaged directory fails in many ways
        if suffix in (".docx", ".docm"):
            return "docx"
        if suffix in (".xlsx", ".xlsm"):
            return "xlsx"
        raise UnreadableDocument(
            f"{name} is a damaged archive: it can't be unpacked", mend="Save or pack it again and send that."
        ) from error
    if "[Content_Types].xml" in names:
        if any(n.startswith("word/") for n in names):
            return "docx"
        if "xl/workbook.bin" in names:
            raise _unsupported(name, "a binary Excel workbook", "Save it as .xlsx and send it again.")
        if any(n.startswith("xl/") for n in names):
            return "xlsx"
        if any(n.startswith("ppt/") for n in names):
            raise _unsupported(name, "a presentation")
    if "mimetype" in names and "content.xml" in names:
        raise _unsupported(name, "an OpenDocument file", "Save it as .docx or .xlsx and send it again.")
    if suffix == ".docx":
        return "docx"
    return "xlsx" if suffix == ".xlsx" else "zip"


def _unsupported(name: str, what: str, mend: str = "") -> UnsupportedDocument:
    return UnsupportedDocument(
        f"{name} is {what}. Supported are {SUPPORTED}.",
        mend=mend or "Save the requirements in one of these formats and send that.",
    )

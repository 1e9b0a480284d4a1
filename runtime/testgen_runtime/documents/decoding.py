"""Bytes of a text file -> normalised text: the encoding is found, LF line ends, NFC, no invisible characters."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from testgen_runtime.documents.encodings import likeliest, reads_as_chinese
from testgen_runtime.errors import UnreadableDocument

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024
# Zero-width characters, text direction marks, soft hyphens, controls: they hide or fake words and no reader sees them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HIDDEN = re.compile("[\u180e\u200b\u2060-\u2064\U000e0000-\U000e007f]|(?<=[!-~])[\u200c\u200d](?=[!-~])|(?<=.)\ufeff", re.DOTALL)
_NAMES = {"gb18030": "GB18030", "big5hkscs": "Big5", "cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_BEYOND = re.compile(r"[A-Za-z]{0,12}(?:[^\x00-\x7f\W][^\W\d_]{0,12}|[^\x00-\x7f\s])")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file. `guessed`: nothing in it says that its encoding is this one."""

    text: str
    encoding: str
    guessed: bool = False


def decode(data: bytes, filename: str, declared: str | None = None) -> str:
    """The characters of `data`. Raises as `decoded` does."""
    return decoded(data, filename, declared).text


def decoded(data: bytes, filename: str, declared: str | None = None) -> Decoded:
    """The characters of `data`; `declared` is what a page says of itself, believed where it fits and the bytes are no UTF-8.

    Raises UnreadableDocument where no encoding fits.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Decoded(_strict(data, encoding, filename), encoding)
    for encoding, guessed in (("utf-8", False), (_guess_utf16(data), True), *((name, False) for name in _declared(declared))):
        if encoding and (text := _fits(data, encoding)) is not None:
            return Decoded(text, encoding, guessed)
    for encoding in likeliest(data):
        if (text := _fits(data, encoding)) is not None:
            return Decoded(text, encoding, guessed=True)
    raise UnreadableDocument(
        f"{filename}: the encoding of this text can't be told", mend="Save the file as UTF-8 and send it again."
    )


def _fits(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def guess_told(found: Decoded) -> str:
    """What to tell a person of a guess: how the file was read, and the first words that depend on it."""
    name = _NAMES.get(found.encoding, found.encoding)
    words = list(dict.fromkeys(match[0] for match, _ in zip(_BEYOND.finditer(found.text), range(200), strict=False)))[:3]
    shown = f" (“{'”, “'.join(words)}”)" if words else ""
    return (
        f"The file does not say its encoding; it was read as {name}{shown}. If that is wrong, save it as UTF-8 and send it again."
    )


def normalise(text: str) -> str:
    """LF line ends, NFC, no invisible characters."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))


def tricks(text: str) -> tuple[int, int]:
    """(characters that turn the direction of the text, characters without width inside words) that `normalise` takes out.

    A reader who sees the file may read something else than what stands in it. Marks that scripts need are not counted.
    """
    return len(_DIRECTION.findall(text)), len(_HIDDEN.findall(text))


def is_binary(data: bytes) -> bool:
    """Whether the start of the file can't be text in any encoding: NUL bytes that are no UTF-16, or many control bytes."""
    head = data[:_SAMPLE]
    if head.startswith(tuple(b for b, _ in _BOMS)) or _guess_utf16(data):
        return False
    controls = sum(head.count(bytes([c])) for c in (*range(0x01, 0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
    return head.count(0) > 2 + len(head) // 1000 or controls > 2 + len(head) // 50


def _strict(data: bytes, encoding: str, filename: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"{filename}: its first bytes promise {encoding}, but byte {error.start} doesn't fit",
            mend="Save the file as UTF-8 and send it again.",
        ) from None


def _guess_utf16(data: bytes) -> str:
    """UTF-16 without a mark shows in Latin text: every other byte is zero."""
    head = data[:4096]
    if len(head) < 4 or len(data) % 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if 0 < even + odd < half // 2:  # Chinese has few zero bytes, in its digits and line ends only
        for encoding in ("utf-16-le", "utf-16-be"):
            if reads_as_chinese(head.decode(encoding, "replace")) > 0.1:
                return encoding
    if odd > half // 3 and even < half // 20:
        return "utf-16-le"
    return "utf-16-be" if even > half // 3 and odd < half // 20 else ""


def _declared(name: str | None) -> list[str]:
    """The codec of a declared encoding. Browsers read GB2312 and GBK as GB18030, and Latin-1 as Windows-1252; so do we."""
    wanted = (name or "").lower().replace("_", "-")
    if not wanted or wanted.startswith(("utf", "unicode")):
        return []
    wider = {
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "iso-8859-1": "cp1252",
        "latin1": "cp1252",
        "ascii": "cp1252",
        "us-ascii": "cp1252",
    }
    try:
        info = codecs.lookup(wider.get(wanted, wanted))
    except LookupError:
        return []
    return [info.name] if getattr(info, "_is_text_encoding", True) else []

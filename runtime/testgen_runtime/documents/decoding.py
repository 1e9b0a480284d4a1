"""Bytes of a text file -> normalised text: the encoding is found, LF line ends, NFC, no invisible characters."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

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
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def decode(data: bytes, filename: str) -> str:
    """The characters of `data`. Raises UnreadableDocument where no encoding fits."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, filename)
    for encoding in ("utf-8", _guess_utf16(data)):
        if encoding:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    for encoding in ("gb18030", *_likely(data)):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if encoding != "gb18030" or _reads_as_chinese(text):
            return text
    raise UnreadableDocument(
        f"{filename}: the encoding of this text can't be told", mend="Save the file as UTF-8 and send it again."
    )


def normalise(text: str) -> str:
    """LF line ends, NFC, no invisible characters."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))


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
    if odd > half // 3 and even < half // 20:
        return "utf-16-le"
    return "utf-16-be" if even > half // 3 and odd < half // 20 else ""


def _likely(data: bytes) -> list[str]:
    best = from_bytes(data[:_SAMPLE], steps=5, chunk_size=512).best()
    return [best.encoding] if best else []


def _reads_as_chinese(text: str) -> bool:
    """GB18030 decodes nearly anything; Chinese it is when its characters are mostly the common ones of GB 2312."""
    head = text[:_SAMPLE]
    cjk = [c for c in head if ord(c) > 0x7F]
    common = sum(1 for c in cjk if 0x4E00 <= ord(c) <= 0x9FFF or 0x3000 <= ord(c) <= 0x303F or 0xFF00 <= ord(c) <= 0xFF5E)
    return bool(cjk) and common >= 0.9 * len(cjk) and sum(1 for c in cjk if c in "的一是不了在有和可用应须时得系统户以为中") > 0

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
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HIDDEN = re.compile("[\u180e\u200b\u2060-\u2064\U000e0000-\U000e007f]|(?<=[!-~])[\u200c\u200d](?=[!-~])|(?<=.)\ufeff", re.DOTALL)
_COMMON = frozenset(
    "的一是不了在有和可用应须时得系统户以为中人个这上来到大地出就分对成会主年动同工也能下过子说产种面而方后多定行学法所民经"
    "于自当如果必何最少超数据请求提示错误输入信息通知门，。、：；（）"
    "應須時統戶為個這來產種後學經於當輸資訊數據請錯誤門過說會動對們與員將該開關號碼檔內無"
)
_WESTERN_MARKS = frozenset(b"\x80\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xb1\xb5\xb7\xbb")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def decode(data: bytes, filename: str, declared: str | None = None) -> str:
    """The characters of `data`; `declared` is what a page says of itself, believed where it fits and the bytes are no UTF-8.

    Raises UnreadableDocument where no encoding fits.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, filename)
    for encoding in ("utf-8", _guess_utf16(data)):
        if encoding:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    for encoding in (*_declared(declared), *_chinese(data), *_western(data), *_likely(data)):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise UnreadableDocument(
        f"{filename}: the encoding of this text can't be told", mend="Save the file as UTF-8 and send it again."
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
            if _reads_as_chinese(head.decode(encoding, "replace")) > 0.1:
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


def _western(data: bytes) -> list[str]:
    """Windows-1252, of which Latin-1 is a part: a text mostly in ASCII whose other bytes are its letters and usual marks."""
    beyond = [byte for byte in data[:_SAMPLE] if byte > 0x7F]
    usual = sum(1 for byte in beyond if byte >= 0xC0 or byte in _WESTERN_MARKS)
    return ["cp1252"] if beyond and usual == len(beyond) and len(beyond) < 0.15 * min(len(data), _SAMPLE) else []


def _likely(data: bytes) -> list[str]:
    best = from_bytes(data[:_SAMPLE], steps=5, chunk_size=512).best()
    return [best.encoding] if best else []


def _chinese(data: bytes) -> list[str]:
    """GB18030 or Big5 where the text then reads as Chinese: both decode nearly anything, so the common characters decide."""
    found: list[tuple[float, str]] = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if score := _reads_as_chinese(text):
            found.append((-score, encoding))
    return [encoding for _, encoding in sorted(found, key=lambda f: f[0])]


def _reads_as_chinese(text: str) -> float:
    """Share of the most common characters among those beyond ASCII; 0 where these are not mostly Chinese."""
    beyond = [c for c in text[:_SAMPLE] if ord(c) > 0x7F]
    chinese = sum(1 for c in beyond if 0x4E00 <= ord(c) <= 0x9FFF or 0x3000 <= ord(c) <= 0x303F or 0xFF00 <= ord(c) <= 0xFF5E)
    if not beyond or chinese < 0.9 * len(beyond):
        return 0.0
    return sum(1 for c in beyond if c in _COMMON) / len(beyond)

"""The likeliest encodings of bytes that name none and are no UTF-8: Western, Chinese or what a detector finds. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

_SAMPLE: Final = 64 * 1024
_COMMON: Final = frozenset(
    "的一是不了在有和可用应须时得系统户以为中人个这上来到大地出就分对成会主年动同工也能下过子说产种面而方后多定行学法所民经"
    "于自当如果必何最少超数据请求提示错误输入信息通知门，。、：；（）“”《》"
    "應須時統戶為個這來產種後學經於當輸資訊數據請錯誤門過說會動對們與員將該開關號碼檔內無"
)
_WESTERN_MARKS: Final = frozenset(b"\x80\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xb1\xb5\xb7\xbb")
_WIDE: Final = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uff5e]")
_MARKS: Final = frozenset("“”‘’—…·×÷")
_RUN: Final = re.compile(rb"[\x80-\xff]+")
_SINGLE: Final = 0.5
"""Share of bytes beyond ASCII that stand alone between ASCII, from which on a text is Western: two accents seldom meet."""
_ACCENTS: Final = 3
"""Letters beyond ASCII that follow each other in a Western text."""
_USUAL: Final = 0.85
"""Share of a Chinese reading that has to be usual characters: both encodings read nearly anything, but rare ones come out."""
_LONG: Final = 12
_LEVELS: Final = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6)}
"""First bytes of the characters in daily use."""


@dataclass(frozen=True, slots=True)
class _Reading:
    encoding: str
    usual: float
    common: float
    length: int

    @property
    def plausible(self) -> bool:
        return (self.usual >= _USUAL and self.length > 0) or (self.common >= 0.15 and self.length >= _LONG)


def likeliest(data: bytes) -> list[str]:
    """Encodings to try, the likeliest first."""
    sample = data[:_SAMPLE]
    western = _western(sample)
    runs = _RUN.findall(sample)
    alone = sum(1 for run in runs if len(run) == 1)
    if western and alone >= _SINGLE * len(runs):
        return western
    chinese = _chinese(data)
    if western and len(runs) == 1 and len(runs[0]) == 2 and _inside_word(sample, runs[0]):
        chinese = []  # one pair of accented capitals inside of a word
    short = all(len(run) <= _ACCENTS for run in runs)
    return [*chinese, *(western if short else []), *_detected(sample), *western]


def _inside_word(sample: bytes, run: bytes) -> bool:
    at = sample.find(run)
    return sample[max(0, at - 1) : at].isalpha() or sample[at + len(run) : at + len(run) + 1].isalpha()


def _western(sample: bytes) -> list[str]:
    """Windows-1252, of which Latin-1 is a part: a text mostly in ASCII whose other bytes are its letters and usual marks."""
    beyond = [byte for byte in sample if byte > 0x7F]
    usual = sum(1 for byte in beyond if byte >= 0xC0 or byte in _WESTERN_MARKS)
    return ["cp1252"] if beyond and usual == len(beyond) and len(beyond) < 0.15 * len(sample) else []


def _chinese(data: bytes) -> list[str]:
    found: list[_Reading] = []
    for encoding in _LEVELS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        reading = _reading(text, encoding)
        if reading.plausible:
            found.append(reading)
    # Of two plausible ones the one with more of the commonest characters; the mainland's where nothing tells.
    found.sort(key=lambda one: (-one.common, -one.usual))
    return [one.encoding for one in found]


def _reading(text: str, encoding: str) -> _Reading:
    beyond = [c for c in text[:_SAMPLE] if ord(c) > 0x7F]
    if not _is_chinese(beyond):
        return _Reading(encoding, 0.0, 0.0, 0)
    low, high = _LEVELS[encoding]
    usual = sum(1 for c in beyond if _in_level(c, encoding, low, high))
    return _Reading(encoding, usual / len(beyond), reads_as_chinese(text), len(beyond))


def _in_level(char: str, encoding: str, low: int, high: int) -> bool:
    raw = char.encode(encoding)
    if encoding == "gb18030":
        return len(raw) == 2 and raw[1] >= 0xA1 and (low <= raw[0] <= high or raw[0] in (0xA1, 0xA3))
    return len(raw) == 2 and (low <= raw[0] <= high or raw[0] == 0xA1)


def _is_chinese(beyond: list[str]) -> bool:
    chinese = sum(1 for c in beyond if _WIDE.match(c) or c in _MARKS)
    return bool(beyond) and chinese >= 0.9 * len(beyond) and any("\u4e00" <= c <= "\u9fff" for c in beyond)


def _detected(sample: bytes) -> list[str]:
    best = from_bytes(sample, steps=5, chunk_size=512).best()
    return [best.encoding] if best else []


def reads_as_chinese(text: str) -> float:
    """Share of the commonest characters among those beyond ASCII; 0 where these are not mostly Chinese."""
    beyond = [c for c in text[:_SAMPLE] if ord(c) > 0x7F]
    return sum(1 for c in beyond if c in _COMMON) / len(beyond) if _is_chinese(beyond) else 0.0

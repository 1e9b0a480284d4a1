"""Characters that formats show by a font or by their height: raised digits, and the signs of symbol fonts."""

from __future__ import annotations

import re
from typing import Final

_RAISED: Final = str.maketrans("0123456789+-−()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿⁱ")
_CAN_RISE: Final = re.compile(r"[0-9+\-−()ni]{1,12}")
_MARK: Final = re.compile(r"\[.{0,12}\]|[^\d]*")

_GREEK: Final = dict(
    zip(
        [*range(0x41, 0x5B), *range(0x61, 0x7B)],
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
)
_SIGNS: Final = dict(
    zip(
        range(0xA1, 0xE6),
        "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…│—↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑",
        strict=True,
    )
)
_SYMBOL: Final = {
    **{code: chr(code) for code in range(0x20, 0x40)}, **_GREEK, **_SIGNS,
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5B: "[", 0x5C: "∴", 0x5D: "]", 0x5E: "⊥", 0x5F: "_",
    0x7B: "{", 0x7C: "|", 0x7D: "}", 0x7E: "∼", 0xA0: "€", 0xF1: "〉", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS: Final = {
    0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→",
    0xE1: "↑", 0xE2: "↓", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_PRIVATE: Final = re.compile("[\uf020-\uf0ff]")


def raised(text: str) -> str:
    """Raised characters in a line of text: 10⁶, not 106. Letters (5th) and marks of notes ([1]) stay as they are."""
    bare = text.strip()
    if _CAN_RISE.fullmatch(bare) and not bare.isalpha():
        return text.translate(_RAISED)
    return text if _MARK.fullmatch(bare) else f"^({bare})"


def exponent(text: str) -> str:
    """What stands above a base in an equation, letters too."""
    bare = text.strip()
    if _CAN_RISE.fullmatch(bare):
        return bare.translate(_RAISED)
    return f"^{bare}" if len(bare) == 1 else f"^({bare})"


def symbol(font: str, code: int) -> str | None:
    """The character that a symbol font shows for a code, or None where it is not known."""
    table = _WINGDINGS if font.lower().startswith("wingdings") else _SYMBOL if font.lower() in ("", "symbol") else {}
    return table.get(code & 0xFF if 0xF000 <= code <= 0xF0FF else code)


def of_symbol_fonts(text: str, font: str) -> str:
    """A text with the characters that symbol fonts keep in the private area, as far as they are known."""
    if not _PRIVATE.search(text):
        return text
    font = font if font.lower().startswith("wingdings") else "Symbol"
    return _PRIVATE.sub(lambda found: symbol(font, ord(found[0])) or found[0], text)

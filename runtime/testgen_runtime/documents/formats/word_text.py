"""The characters of Word's paragraphs as a reader sees them: accepted changes, raised digits, symbols, equations in a line.

What Word hides or strikes through is left out and counted, to be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from testgen_runtime.documents.formats.characters import exponent, of_symbol_fonts, raised, symbol
from testgen_runtime.documents.formats.word_styles import Styles, is_on, qn, value
from testgen_runtime.documents.formats.writing import Writer, some_of, struck_note

P: Final = qn("p")
_T, _R, _TC, _SYM = (qn(n) for n in ("t", "r", "tc", "sym"))
_TXBX: Final = qn("txbxContent")
_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_EQUATION: Final = _M + "oMath"
FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED: Final = frozenset(
    {
        *(
            qn(n)
            for n in (
                "del", "moveFrom", "delText", "delInstrText", "instrText", "pPr", "rPr", "footnoteReference", "commentReference",
                "sectPr", "tblPr", "trPr", "tcPr", "sdtPr",
            )
        ),
        FALLBACK,
    }
)  # fmt: skip
_CHARACTERS: Final = {qn("tab"): "\t", qn("br"): "\n", qn("cr"): "\n", qn("noBreakHyphen"): "-", qn("softHyphen"): ""}
_MOST_DEPTH: Final = 60


class Texts:
    """Reads paragraphs of one document, and remembers what it left out."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.hidden: list[str] = []
        self.struck: list[str] = []
        self.equations: list[str] = []
        self.unknown: set[str] = set()

    def of(self, paragraph: Any) -> str:
        """The characters of a paragraph. Text boxes are parted from the text around."""
        out: list[str] = []
        run: Any = None
        hidden = struck = high = False
        font = ""
        for element in _walk(paragraph):
            if element.tag in (P, _TXBX):
                out.append("\n")
            elif element.tag == _EQUATION:
                self.equations.append(_line(element))
                out.append(self.equations[-1])
            elif element.tag == _T or element.tag == _SYM or element.tag in _CHARACTERS:
                if run is None or element.getparent() is not run:
                    run = element.getparent()
                    hidden, struck, high, font = self._format(run, paragraph)
                text = self._characters(element, font)
                if hidden or struck:
                    (self.hidden if hidden else self.struck).append(text)
                else:
                    out.append(raised(text) if high and text.strip() else text)
        return "".join(out)

    def of_cell(self, cell: Any) -> str:
        """The characters of a table's cell."""
        return " ".join(self.of(p) for p in _walk(cell) if p.tag == P)

    def tell(self, writer: Writer) -> None:
        """Name what was left out, and what a person should compare."""
        hidden, struck, equations = (
            [writer.clean(part[:200]) for part in parts if part.strip()] for parts in (self.hidden, self.struck, self.equations)
        )
        if hidden:
            writer.note("hidden_text", f"Text that Word hides was left out: {some_of(hidden)}.")
        if struck:
            writer.notes.append(struck_note(struck))
        if equations:
            writer.note("equations_as_text", f"Equations were read as a line of text; compare them: {some_of(equations)}.")
        if self.unknown:
            named = ", ".join(sorted(self.unknown)[:10])
            writer.note("symbols_not_read", f"Characters of symbol fonts that have no meaning here were left out: {named}.")

    def _characters(self, element: Any, font: str) -> str:
        if element.tag == _T:
            return of_symbol_fonts(element.text or "", font)
        if element.tag != _SYM:
            return _CHARACTERS[element.tag]
        family, code = element.get(qn("font")) or "", element.get(qn("char")) or ""
        known = symbol(family, int(code, 16)) if 0 < len(code) <= 4 and all(c in "0123456789abcdefABCDEF" for c in code) else None
        if known is None and len(self.unknown) < 100:
            self.unknown.add(f"{family[:40]} {code[:8]}")
        return known or ""

    def _format(self, run: Any, paragraph: Any) -> tuple[bool, bool, bool, str]:
        """Whether a run is hidden, struck through, raised; and its font."""
        properties = run.find(qn("rPr")) if run is not None else None
        of_paragraph = paragraph.find(qn("pPr"))
        base = value(of_paragraph.find(qn("pStyle"))) if of_paragraph is not None else None
        own = value(properties.find(qn("rStyle"))) if properties is not None else None
        named = {name for name in (base, own) if name}
        hidden, struck, high = (bool(named & of) for of in (self._styles.hidden, self._styles.struck, self._styles.raised))
        if properties is None:
            return hidden, struck, high, ""
        hidden = is_on(properties.find(qn("vanish")), hidden)
        struck = is_on(properties.find(qn("strike")), struck) or is_on(properties.find(qn("dstrike")), False)
        if (height := value(properties.find(qn("vertAlign")))) is not None:
            high = height == "superscript"
        fonts = properties.find(qn("rFonts"))
        return hidden, struck, high, (fonts.get(qn("ascii")) or fonts.get(qn("hAnsi")) or "") if fonts is not None else ""


def cells_of(row: Any) -> Iterator[Any]:
    """The cells of a row, those inside content controls too."""
    stack = [iter(row)]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
        elif inner.tag == _TC:
            yield inner
        elif isinstance(inner.tag, str) and inner.tag not in _SKIPPED:
            stack.append(iter(inner))


def _walk(element: Any) -> Iterator[Any]:
    """What is inside an element and not deleted, in reading order; an equation as a whole."""
    stack = [iter(element)]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
        elif isinstance(inner.tag, str) and inner.tag not in _SKIPPED:
            yield inner
            if inner.tag != _EQUATION:
                stack.append(iter(inner))


def _line(element: Any, depth: int = 0) -> str:
    """An equation in a line: x²+(a+b)/2."""
    name = element.tag.removeprefix(_M) if isinstance(element.tag, str) else ""
    if name == "t":
        return element.text or ""
    if depth > _MOST_DEPTH or element.tag in _SKIPPED or name.endswith("Pr"):
        return ""
    parts = {child.tag.removeprefix(_M): _line(child, depth + 1) for child in element if isinstance(child.tag, str)}
    base = parts.get("e", "")
    if name == "f":
        return f"{_bracketed(parts.get('num', ''))}/{_bracketed(parts.get('den', ''))}"
    if name in ("sSup", "sSub", "sSubSup"):
        return base + (f"_{parts['sub']}" if parts.get("sub") else "") + (exponent(parts["sup"]) if parts.get("sup") else "")
    if name == "rad":
        return f"√{_bracketed(base)}"
    if name == "nary":
        sign = element.find(f"{_M}naryPr/{_M}chr")
        shown = (sign.get(f"{_M}val") if sign is not None else None) or "∫"
        limits = (f"_{parts['sub']}" if parts.get("sub") else "") + (exponent(parts["sup"]) if parts.get("sup") else "")
        return f"{shown}{limits} {base}"
    inside = [_line(child, depth + 1) for child in element if isinstance(child.tag, str) and not child.tag.endswith("Pr")]
    if name == "d":
        ends = [element.find(f"{_M}dPr/{_M}{end}Chr") for end in ("beg", "end")]
        begin, end = (default if e is None else e.get(f"{_M}val") or "" for e, default in zip(ends, "()", strict=True))
        return f"{begin}{', '.join(inside)}{end}"
    return ("; " if name == "m" else " " if name == "mr" else "").join(inside)


def _bracketed(text: str) -> str:
    return text if text.isalnum() else f"({text})"

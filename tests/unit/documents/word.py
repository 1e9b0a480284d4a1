"""Word files for tests, made with python-docx and, where it has no words for it, with raw elements."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


def word(write: Callable[[Any], object]) -> bytes:
    """The bytes of a document that `write` fills."""
    made = docx.Document()
    write(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def numbered(document: Any, *items: tuple[int, str], first: int = 3) -> None:
    """Append items (level, text) of a list that Word numbers "3", "3.1", "3.1.1", beginning with `first`."""
    levels = "".join(
        f"<w:lvl w:ilvl='{level}'><w:start w:val='{first if level == 0 else 1}'/><w:numFmt w:val='decimal'/>"
        f"<w:lvlText w:val='{'.'.join(f'%{n + 1}' for n in range(level + 1))}'/></w:lvl>"
        for level in range(3)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='90'>{levels}</w:abstractNum>"))
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='91'><w:abstractNumId w:val='90'/></w:num>"))
    for level, text in items:
        properties = f"<w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='91'/></w:numPr></w:pPr>"
        raw(document, f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>")


def raw(document: Any, xml: str) -> None:
    """Append a paragraph or table given as WordprocessingML without namespace declarations."""
    name, rest = xml[1:].split(">", 1)
    document.element.body.insert(-1, parse_xml(f"<{name} {nsdecls('w')}>{rest}"))

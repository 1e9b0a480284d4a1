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


def raw(document: Any, xml: str) -> None:
    """Append a paragraph or table given as WordprocessingML without namespace declarations."""
    name, rest = xml[1:].split(">", 1)
    document.element.body.insert(-1, parse_xml(f"<{name} {nsdecls('w')}>{rest}"))

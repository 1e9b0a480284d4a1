"""Rich text of other tools -> text: TestLink has it in every field, TestRail and Zephyr Scale in the cells of their exports."""

from __future__ import annotations

import html
import re
from typing import Final

from testgen_runtime.cases.exports.text import clean

_BREAK: Final = re.compile(r"<br\s*/?>\n?|</(?:p|div|li|tr)>\n?", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<[/a-zA-Z][^<>]{0,2000}>")
_BLOCK: Final = re.compile(r"<(?:p|div|br|ul|ol)(?:\s[^<>]{0,2000})?/?>", re.IGNORECASE)


def plain(text: str) -> str:
    """The text of a rich text field."""
    return html.unescape(_MARKUP.sub("", _BREAK.sub("\n", clean(text)))).replace("\xa0", " ").strip("\n")


def is_rich(text: str) -> bool:
    """Whether a text is laid out by markup; one that only speaks of a tag, such as <b>, is not."""
    return _BLOCK.search(text) is not None

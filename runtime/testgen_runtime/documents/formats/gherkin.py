"""Feature files: each scenario a block of its own, its feature and rule the headings over it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testgen_runtime.documents.blocks import Block, Outline
from testgen_runtime.documents.model import Span

MEDIA_TYPE = "text/x-gherkin"
FEATURE = r"(?:Feature|Business Need|Ability|功能)"
_RULE = r"(?:Rule|规则)"
_BACKGROUND = r"(?:Background|背景)"
SCENARIO = r"(?:Scenario(?: Outline| Template)?|Example|场景(?:大纲)?|剧本(?:大纲)?|例子)"
_START = re.compile(rf"(?:[ \t]*(?:#[^\n]*|@[^\n]*)?\n){{0,200}}[ \t]*{FEATURE}[ \t]*[:：]")
_PART = re.compile(
    rf"^[ \t]*(?:(?P<feature>{FEATURE})|(?P<rule>{_RULE})|(?P<background>{_BACKGROUND})|(?P<scenario>{SCENARIO}))[ \t]*[:：]",
    re.MULTILINE,
)
_TAIL = re.compile(r"(?:\n[ \t]*(?:[@#][^\n]*)?)+\Z")


def is_feature(text: str) -> bool:
    """Whether the text begins as a feature file."""
    return _START.match(text[:20_000]) is not None


def outline(text: str) -> Outline:
    """Headings and scenarios. A background stays apart: `requirements` gives it to the scenarios after it."""
    return Outline(text, tuple(_blocks(text)))


def _blocks(text: str) -> Iterator[Block]:
    found = list(_PART.finditer(text))
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        part = Span(match.start() + len(match[0]) - len(match[0].lstrip()), end)
        if match["feature"] or match["rule"]:
            line_end = text.find("\n", match.end(), end)
            stop = line_end if line_end >= 0 else end
            title = _trimmed(text, Span(match.end(), stop))
            if title.end > title.start:
                yield Block("heading", title, level=1 if match["feature"] else 2)
            prose = _trimmed(text, Span(stop, end))
            if prose.end > prose.start:
                yield Block("paragraph", prose)
        else:
            yield Block("code", _trimmed(text, part), marker="background" if match["background"] else "gherkin")


def _trimmed(text: str, span: Span) -> Span:
    """Without spaces at its ends, and without the tags and comments that belong to what follows."""
    part = span.cut(text)
    if tail := _TAIL.search(part):
        part = part[: tail.start()]
    return (
        Span(span.start + len(part) - len(part.lstrip()), span.start + len(part.rstrip()))
        if part.strip()
        else Span(span.start, span.start)
    )

"""Feature files: each scenario a block of its own, its feature and rule the headings over it."""

from __future__ import annotations

import re

from testgen_runtime.documents import scenarios
from testgen_runtime.documents.blocks import Block, BlockKind, Outline
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
    """Headings and scenarios. A scenario has the steps of its background below its title; an outline is told by examples."""
    out = _Text()
    background = ""
    found = list(_PART.finditer(text))
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        if match["feature"] or match["rule"]:
            line_end = text.find("\n", match.end(), end)
            stop = line_end if line_end >= 0 else end
            background = "" if match["feature"] else background
            out.add(
                "heading",
                _trimmed(text, Span(match.end(), stop)).cut(text),
                before=match[0].strip() + " ",
                level=1 + bool(match["rule"]),
            )
            out.add("paragraph", _trimmed(text, Span(stop, end)).cut(text))
            continue
        begin = match.start() + len(match[0]) - len(match[0].lstrip())
        body = _trimmed(text, Span(begin, end)).cut(text)
        if match["background"]:
            background = body.partition("\n")[2]
            continue
        for one in scenarios.expanded(body):
            head, _, steps = one.partition("\n")
            out.add("code", "\n".join(part for part in (head, background, steps) if part), marker="gherkin")
    return Outline("".join(out.parts), tuple(out.blocks))


class _Text:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.blocks: list[Block] = []
        self.size = 0

    def add(self, kind: BlockKind, text: str, *, before: str = "", level: int = 0, marker: str = "") -> None:
        if not text:
            return
        start = self.size + len(before)
        self.blocks.append(Block(kind, Span(start, start + len(text)), level=level, marker=marker))
        self.parts.append(f"{before}{text}\n\n")
        self.size = start + len(text) + 2


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

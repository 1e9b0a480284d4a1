"""Rules as clauses: what is the rule, under which conditions, and which branch is the "otherwise".

All offsets are into the clean text of a `View`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from testgen_runtime.documents.model import Language

Verdict = Literal["accept", "refuse", "neutral"]
_LABEL = re.compile(
    r"\s*(?:[-*+•·●▪◦‣]\s+|\(?(?:[a-zA-Z]|[ivx]{1,4}|\d{1,3})[).、](?!\d)\s*|（[一二三四五六七八九十\d]{1,3}）\s*|[①-⑳]\s*|"
    r"A\s+(?=(?:A|An|The|Every|All|Each|If|When|Unless|Only|For|Any|In|No|Upon)\s)|[B-Z]\s+(?=[A-Z])|(?:场景|用例|"
    r"步骤|情形)\s?\d{1,3}\s?[:：]\s?)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of clean text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Subordinate:
    """A conditional clause without its marker. `holds` False: "unless". `trigger`: an event that starts the rule.

    `owner`: the thing that the clause describes ("的客户"), where it stands behind it. `items`: the clauses of a list
    ("满足下列任一条件：（一）…；（二）…") that make up the part; `any_of` them is enough, else all are needed. `before`: "before" or "until" something has happened.
    """

    part: Part
    holds: bool = True
    only: bool = False
    trigger: bool = False
    owner: str = ""
    items: tuple[Part, ...] = ()
    any_of: bool = False
    before: bool = False


@dataclass(slots=True)
class Unit:
    """One rule: a main clause with its conditions."""

    part: Part
    main: Part
    language: Language
    conditions: tuple[Subordinate, ...] = ()
    otherwise: bool = False
    listed: bool = False
    gapped: bool = False
    verdict: Verdict = "neutral"
    used: list[tuple[int, int]] = field(default_factory=list)

    def in_condition(self, at: int) -> Subordinate | None:
        """The condition that the offset `at` lies in."""
        return next((c for c in self.conditions if c.part.start <= at < c.part.end), None)

    def clause_start(self, at: int) -> int:
        """Where the clause that the offset `at` lies in begins."""
        condition = self.in_condition(at)
        if condition is not None:
            item = next((i for i in condition.items if i.start <= at < i.end), condition.part)
            return item.start
        return self.main.start if self.main.start <= at else self.part.start


def cut(part: Part, start: int, end: int) -> Part:
    """The stretch `[start, end)` of the part's own text, without spaces and closing marks at its ends."""
    text = part.text[start:end]
    left = len(text) - len(text.lstrip(" ,，、:：\n"))
    text = text[left:].rstrip(" ,，、.;。；!！:：\n")
    return Part(part.start + start + left, part.start + start + left + len(text), text)


def unlabelled(part: Part) -> tuple[Part, bool]:
    """The part without the mark of a list in front of it, and whether it had one: "a) …", "• …", "场景 2：…"."""
    label = _LABEL.match(part.text)
    if label and label.end() < len(part.text):
        return cut(part, label.end(), len(part.text)), True
    return part, False

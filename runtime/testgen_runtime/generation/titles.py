"""Titles that tell the point in one line: a long one is cut where a clause ends, as long as no two cases then read the same.

What is cut stands in the preconditions and in the expected result anyway. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from testgen_runtime.cases.model import Case

LONGEST: Final = {"en": 100, "zh": 45}
"""Characters above which a title is cut."""
_PART: Final = {"en": 55, "zh": 24}
"""Characters that a situation may have in a title that is too long; the result has the rest."""
_FEWEST: Final = {"en": 20, "zh": 6}
_OPENS: Final = re.compile(r"(?:for|if|when|upon|after|before|in|on|at|by|the time)\s[^,]*$", re.I)
"""The start of a sentence up to its first comma: it says nothing yet."""
_ENDS: Final = {
    "en": re.compile(r"[,;]\s|\s(?:and|or|such that|so that|which|who|when|if|while|because|until|after|before|in accordance)\s"),
    "zh": re.compile("[，；]|(?=并且?|同时|以及)"),
}
_OPENED: Final = (("(", ")"), ("（", "）"), ("“", "”"), ("[", "]"), ("{", "}"))
_DANGLES: Final = re.compile(r"\b(?:the|an?|not|is|are|be|has|have|does|do|each|every|any|no|its|their)$", re.I)


def brief(cases: Sequence[Case]) -> list[Case]:
    """The cases; long titles that rules have written are cut where each stays different from all the others."""
    short = [_brief(case) for case in cases]
    seen = Counter(short)
    return [
        case if title == case.title or seen[title] > 1 else case.model_copy(update={"title": title})
        for case, title in zip(cases, short, strict=True)
    ]


def _brief(case: Case) -> str:
    title, language = case.title, case.language
    if case.written_by != "rules" or len(title) <= LONGEST[language]:
        return title
    mark = ": " if language == "en" else "时，"
    situation, found, result = title.partition(mark)
    if not found:
        return _cut(title, LONGEST[language], language)
    situation = _cut(situation, _PART[language], language)
    return f"{situation}{mark}{_cut(result, LONGEST[language] - len(situation), language)}"


def _cut(text: str, most: int, language: str) -> str:
    """The start of a text up to the last end of a clause within `most` characters; the whole of it where there is none."""
    if len(text) <= most:
        return text
    heads = [text[: end.start()] for end in _ENDS[language].finditer(text) if end.start() <= most]
    whole = [
        head
        for head in heads
        if len(head) >= _FEWEST[language] and not _DANGLES.search(head) and not _OPENS.match(head) and _closed(head)
    ]
    return whole[-1] if whole else text


def _closed(head: str) -> bool:
    return all(head.count(a) == head.count(b) for a, b in _OPENED) and head.count('"') % 2 == 0

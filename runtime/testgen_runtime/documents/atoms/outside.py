"""Ranges that a rule names from their outside: "readings outside the range from 15 % to 85 %", "温度不在 5 至 40 ℃ 之间的".

What the rule says then holds for what lies beside the range, not for what lies in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms import words_en
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.numbers import Quantity
from testgen_runtime.documents.atoms.ranges import Mention
from testgen_runtime.documents.atoms.subjects import subject_of

_BEFORE_EN = re.compile(
    r"\b(?:(?:(?:that|which|who)\s)?(?:(?:(?:do|does)\snot\s|don't\s|doesn't\s)(?:lie|fall|stay|remain)\s|(?:lie|fall|lying|falling|is|are|be)\s)?"
    r"(?:outside|beyond|not\s(?:with)?in(?:side)?|(?:with)?in(?=\snot)|not(?=\s(?:between|from)))(?:\sof)?)"
    r"(?:\s(?:the|an?|this|its|their))?(?:\s[a-z-]+){0,2}?(?:\s(?:ranges?|intervals?|spans?|bands?|windows?|limits?|corridors?|bounds|hours|times?|period|zone))?"
    r"(?:\s(?:of|from|between|is|are))?\s?[\[(]?$",
    re.IGNORECASE,
)
_FALLS_EN = re.compile(
    r"\b(?:do|does)\snot\s(?:lie|fall|stay|remain)\s(?:between|with(?:in)?|in(?:side)?)\b[^.;,\d]{0,40}$", re.IGNORECASE
)
_BEFORE_ZH = re.compile(r"(?:不在|不处于|不属于|不位于|未在|未处于|没有?落?在|不落在|偏离|超出|超过|超越)了?\s?$")
_AFTER_ZH = re.compile(r"\s?(?:之间|这一|的)?(?:范围|区间|时段)?(?:之外|以外|外)(?![币地部国卖])")
_RANGE_ZH = re.compile(r"\s?(?:之间|这一|的)?(?:范围|区间|时段|之间|以?内)")
_NOUN_ZH = re.compile(
    r"\s?(?:之间|这一|的)?(?:范围|区间|时段)?(?:之外|以外|外|以?内)?的(?P<noun>[\u4e00-\u9fff]{2,8}?)(?=应|须|将|被|一律|均|，|不|无|视)"
)


def from_outside(text: str, unit: Unit, found: Mention, q: Quantity) -> Mention:
    """The mention as one of what lies beside it, where the words around it say so. `q`: one of its quantities."""
    if found.lower is None or found.upper is None or found.lower.value == found.upper.value:
        return found
    return _in_chinese(text, unit, found, q) if unit.language == "zh" else _in_english(text, unit, found, q)


def _in_english(text: str, unit: Unit, found: Mention, q: Quantity) -> Mention:
    assert found.lower is not None
    left = text[max(unit.part.start, found.lower.start - 80) : found.lower.start]
    before = _BEFORE_EN.search(left) or _FALLS_EN.search(left)
    if before is None:
        return found
    start = found.lower.start - len(left) + before.start()
    return replace(found, start=start, subject=subject_of(text, unit, start, q, "") or found.subject, outside=True)


def _in_chinese(text: str, unit: Unit, found: Mention, q: Quantity) -> Mention:
    assert found.lower is not None
    assert found.upper is not None
    left = text[max(unit.part.start, found.lower.start - 12) : found.lower.start]
    before = _BEFORE_ZH.search(left)
    tail = text[found.upper.end : found.upper.end + 24]
    after = _AFTER_ZH.match(tail)
    if before is None and after is None:
        return found
    if before is not None and before[0].startswith(("超", "偏")) and not (after or _RANGE_ZH.match(tail)):
        return found  # "超过 5 至 10 分钟": some time, and no range
    start = found.lower.start - len(left) + before.start() if before else found.start
    name = subject_of(text, unit, start, q, "") if before else found.subject
    noun = _NOUN_ZH.match(tail)
    return replace(found, start=start, subject=name or (noun["noun"] if noun else ""), outside=True)


def tells_open_ends(unit: Unit, found: Sequence[Mention], known: Sequence[Mention]) -> bool:
    """Whether a refusal only says again that ends told before lie outside: "… above 1.8 bar and below 3.2 bar; at exactly 1.8 bar,
    at exactly 3.2 bar and at any pressure outside, the start shall be refused"."""
    ends = {(end.value, m.dimension) for m in known for end in (m.lower, m.upper) if end and not end.inclusive}
    points = [(m.lower.value, m.dimension) for m in found if m.lower and m.upper and m.lower.value == m.upper.value]
    if not points or len(points) != len(found) or unit.conditions or not set(points) <= ends:
        return False
    return words_en.REFUSE.search(unit.main.text) is not None


def without_refused_points(unit: Unit, found: Sequence[Mention]) -> list[Mention]:
    """Without the one value that a rule turns away ("a code of exactly 5 digits shall be rejected"): of the others it says nothing."""
    modal = words_en.MODAL.search(unit.main.text)
    if modal is None or unit.conditions or words_en.REFUSE.search(unit.main.text, modal.start()) is None:
        return list(found)
    before = unit.main.start + modal.start()
    return [m for m in found if not (m.lower and m.upper and m.lower.value == m.upper.value and m.end <= before)]

"""Enumerations: the values that a parameter may take.

Closed (nothing else is accepted) where the text says only, one of, must be, any other is refused; "supports A and B" stays open.
"""

from __future__ import annotations

import re
from dataclasses import replace

from testgen_runtime.documents.atoms import lists
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.enumerated import Mention
from testgen_runtime.documents.atoms.enumerations_en import (
    class_told_elsewhere,
    numbers_in_english,
    of_a_family,
    values_in_english,
)
from testgen_runtime.documents.atoms.enumerations_zh import open_to, values_in_chinese
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.subjects import same_subject

_FOLLOWING_EN = re.compile(
    r"\b(?P<verb>support|accept|allow|permit|"
    r"offer)s?\s(?:only\s)?(?:the\s)?(?:following\s)?(?P<subject>[A-Za-z][\w -]{2,40}?)\s?:\s*\n",
    re.I,
)
_IN_PARENS = re.compile(
    r"\b(?P<subject>[A-Z][\w-]*(?:\s[\w-]+){0,2})\s?\((?P<list>[A-Za-z][\w -]{0,30}(?:(?:,|"
    r"\sor)\s?(?:or\s)?[A-Za-z][\w -]{0,30}){1,19})\)"
)
_REFERENCE = re.compile(r"[A-Z]{2,}[-_.]?\d{2,}[\d.]*")
"""The id of another requirement: "(see LC9000, LC9001 or LC9002)" lists no values."""
_OTHERS = re.compile(
    r"\bothers?\b|\banother\b|\bdifferent\b|\b(?:unknown|unsupported|unlisted|undefined)\b|\belse\b|其他|其余|以外|之外",
    re.IGNORECASE,
)
_STATE = re.compile(r"\b(?:state|status|role)s?\b|状态|角色", re.IGNORECASE)
_NUMERIC = re.compile(r"[\d.,\s]+")


def mentions(unit: Unit, *, whole: str) -> list[Mention]:
    """The lists of values in one rule. `whole` is the clean text of the requirement, whose lines may hold the values."""
    part = unit.part
    found = (
        values_in_chinese(part.text, part.start, unit) or open_to(part.text, part.start, whole)
        if unit.language == "zh"
        else values_in_english(part.text, part.start, unit)
    )
    if found is None and (listed := _FOLLOWING_EN.search(whole, part.start, min(len(whole), part.end + 4))):
        values = lists.lines(whole, listed.end())
        if values and len(values.values) >= 2 and max(map(len, values.values)) <= 40:
            closed = listed["verb"].lower() in ("accept", "allow", "permit")
            found = Mention(singular(listed["subject"]), values.values, False, closed, listed.start(), values.end)
    if found is None and unit.language == "en":
        found = class_told_elsewhere(part.text, part.start, unit, whole) or of_a_family(part.text, part.start, unit)
    out = [] if found is None else [found]
    if unit.language == "en" and (inner := _IN_PARENS.search(part.text)):
        values_ = lists.split(inner["list"])
        if len(values_) >= 3 and not all(_REFERENCE.fullmatch(value.removeprefix("see ")) for value in values_):
            out.append(Mention(inner["subject"], values_, False, True, part.start + inner.start(), part.start + inner.end()))
    out = [
        m for m in out if len(m.values) >= 2 and not all(_NUMERIC.fullmatch(v) for v in m.values) and not _STATE.search(m.subject)
    ]
    if unit.language == "en" and not out and (numbers := numbers_in_english(part.text, part.start, unit)):
        out.append(numbers)
    return out


def merge(found: list[Mention], *, others_refused: bool) -> list[Mention]:
    """Join what several rules say of one parameter; a sentence on "any other" closes the first list."""
    out: list[Mention] = []
    for mention in found:
        twin = next(
            (
                i
                for i, o in enumerate(out)
                if o.refused == mention.refused
                and (same_subject(o.subject, mention.subject) and set(o.values) & set(mention.values))
            ),
            None,
        )
        if twin is None:
            out.append(mention)
    if others_refused:
        first = next((i for i, m in enumerate(out) if not m.refused), None)
        if first is not None:
            out[first] = replace(out[first], closed=True)
    return out


def names_others(text: str) -> bool:
    """Whether a rule speaks of all the other values."""
    return _OTHERS.search(text) is not None

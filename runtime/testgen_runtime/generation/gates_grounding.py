"""Gates on what a case says: it rests on the document, tests its point, and is no other case's repeat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Actor, Atom, Enumeration, State
from testgen_runtime.generation.gate_facts import Facts, has_hanzi, squeezed, texts
from testgen_runtime.generation.invention import check_told_as_action, invented_names, rule_told_as_result
from testgen_runtime.generation.polarity import accepts, refusals, refuses
from testgen_runtime.generation.quantities import all_stated, stated
from testgen_runtime.generation.similarity import grams, jaccard, restates, substance
from testgen_runtime.techniques.model import TestPoint

NEAR_DUPLICATE: Final = 0.9
"""Jaccard similarity of character 4-grams above which two cases with the same data and set-up are one."""


SAME_WORDS: Final = 0.97
"""The same, for cases that turn on different atoms."""


def quote_is_verbatim(case: Case, facts: Facts) -> str | None:
    """Every quote stands in the document, at the place that the evidence names, inside the requirement's statement."""
    for item in case.evidence:
        if not item.quote.strip() or facts.document.text[item.start : item.end] != item.quote:
            return f"the quote is not in the document at {item.start}..{item.end}"
        if item.requirement_id in facts.point.also:
            continue
        if item.start >= facts.requirement.span.end or item.end <= facts.requirement.span.start:
            return "the quote is from another requirement"
    return None


def numbers_are_known(case: Case, facts: Facts) -> str | None:
    """Every number comes from the requirement's text or is a value of the point (a boundary or an example)."""
    known = stated(facts.requirement.text, soft=True) | all_stated(facts.requirement.section, soft=True)
    for value in facts.point.inputs.values():
        known |= stated(f"{value.value} {value.unit}", soft=True)
    known |= all_stated((facts.point.action, facts.point.expected, *facts.point.preconditions), soft=True)
    known |= all_stated((line for step in facts.point.steps for line in (step.action, step.expected)), soft=True)
    if unknown := all_stated(texts(case)) - known:
        return f"{', '.join(format(n, 'f') for n in sorted(unknown))}: not in the requirement and no value of this test"
    return None


def matches_point(case: Case, facts: Facts) -> str | None:
    """The case tests its point: its values are used, no other value of the same parameter is entered, its verdict is
    the point's.
    """
    point = facts.point
    if case.test_point != point.id or case.polarity != point.polarity or facts.requirement.id not in case.requirement_ids:
        return "it names another point, polarity or requirement"
    set_up = " ".join((case.title, *case.preconditions, *(step.action for step in case.steps)))
    entered = " ".join(step.action for step in case.steps)
    for name, value in point.inputs.items():
        if value.unit or stated(value.value):
            if not stated(value.value) <= stated(set_up, soft=True):
                return f"{name} {value.value} {value.unit} is not used"
        elif not _mentions(set_up, value.value) and not _mentions(" ".join(case.test_data.values()), value.value):
            return f"{name} “{value.value}” is not used"
    if other := _other_value(entered, facts):
        return f"“{other}” is another value than this test's"
    return _contradiction(case, point)


def _other_value(entered: str, facts: Facts) -> str | None:
    """A number with an input's unit, or another member of an input's list, that the actions use in place of the point's."""
    own = set().union(*(stated(v.value) for v in facts.point.inputs.values()), set())
    for value in facts.point.inputs.values():
        if value.unit:
            for number in re.finditer(rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s*{re.escape(value.unit)}", entered, re.I):
                if not stated(number[1]) <= own and not _COMPARED.search(entered[: number.start()]):
                    return number[0]
    chosen = {v.value.lower() for v in facts.point.inputs.values()}
    for name in _members(facts.requirement.atoms):
        lowered = name.lower()
        beside = lowered not in chosen and not any(lowered in value for value in chosen)
        if beside and _mentions(entered, name) and chosen & _member_values(facts.requirement.atoms, name):
            return name
    return None


_COMPARED: Final = re.compile(
    r"(than|at least|at most|up to|under|over|below|above|exceed\w*|超过|少于|多于|大于|小于|不足|低于|高于|至少|至多|最多)\s*$",
    re.I,
)


def _lists(atoms: Sequence[Atom]) -> list[tuple[str, ...]]:
    """The values that exclude each other: the members of each list, all states, all roles."""
    states = [name for atom in atoms if isinstance(atom.value, State) for name in (*atom.value.allowed, *atom.value.refused)]
    roles = [name for atom in atoms if isinstance(atom.value, Actor) for name in (*atom.value.permitted, *atom.value.denied)]
    lists = [(*atom.value.allowed, *atom.value.refused) for atom in atoms if isinstance(atom.value, Enumeration)]
    return [*lists, tuple(states), tuple(roles)]


def _members(atoms: Sequence[Atom]) -> list[str]:
    return [name for names in _lists(atoms) for name in names]


def _member_values(atoms: Sequence[Atom], name: str) -> set[str]:
    """The list that `name` is a member of, in lower case."""
    return {other.lower() for names in _lists(atoms) if name in names for other in names}


def _contradiction(case: Case, point: TestPoint) -> str | None:
    last = case.steps[-1].expected
    if point.polarity == "negative":
        told = refuses(last) or (point.expected != "" and not refuses(point.expected) and restates(last, point.expected))
        return None if told else "the point is a refusal, the expected result is not"
    given = (point.expected, point.action, *point.preconditions, *point.inputs, *(value.value for value in point.inputs.values()))
    own = " ".join(given).lower()
    if any(word[:4] not in own for word in refusals(last)):
        return "the point is accepted, the expected result refuses"
    if any(word[:4] not in own for word in refusals(case.title)) and not accepts(case.title):
        return "the point is accepted, the title refuses"
    return None


def is_no_duplicate(case: Case, facts: Facts) -> str | None:
    """No accepted case of the requirement is the same test: not the same point, nor nearly the same words with the same data.

    A model's words for two values of one input must differ in steps and data: rules word them apart where they do not (apart.py).
    Two lines of one list may differ in little; where the points turn on different atoms, only the very same words are a repeat.
    """
    own = grams(substance(case))
    for other in facts.accepted:
        if other.id == case.id:
            return f"the point already has the case {other.id}"
        if other.title.strip().lower() == case.title.strip().lower():
            return f"it has the title of {other.id}"
        if case.written_by == "model" and jaccard(own, grams(substance(other))) > NEAR_DUPLICATE:
            return f"its steps and data read like those of {other.id}"
        if (other.test_data, other.preconditions) == (case.test_data, case.preconditions):
            limit = NEAR_DUPLICATE if other.atom_ids[:1] == case.atom_ids[:1] else SAME_WORDS
            if jaccard(own, grams(substance(other))) > limit:
                return f"it repeats {other.id}"
    return None


def nothing_is_invented(case: Case, facts: Facts) -> str | None:
    """A model's words name no state, button or message that the document does not have, and tell results as results."""
    if case.written_by != "model":
        return None
    point = facts.point
    known = " ".join(
        (
            facts.document.text,
            point.action,
            point.expected,
            *point.preconditions,
            *(f"{k} {v.value} {v.unit}" for k, v in point.inputs.items()),
        )
    )
    steps = [line for step in case.steps for line in (step.action, step.expected)]
    for name in invented_names((case.title, *steps), known):
        return f"“{name[:60]}” is named nowhere in the document"
    for step in case.steps:
        if word := rule_told_as_result(step.expected):
            return f"“{word}” tells a rule, not a result"
        if word := check_told_as_action(step.action):
            return f"“{word}” tells a check, not an action"
    return None


def _mentions(text: str, value: str) -> bool:
    """Whether `text` has all of `value`'s words (whole words in English, the characters in order in Chinese)."""
    if has_hanzi(value):
        return squeezed(value) in squeezed(text)
    words = re.findall(r"[\w.+#/-]*\w[\w.+#/-]*", value.lower())
    if not words:
        return re.search(rf"(?<![^\s“\"]){re.escape(value)}(?![^\s”\".,;])", text) is not None
    return all(re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text.lower()) for word in words)

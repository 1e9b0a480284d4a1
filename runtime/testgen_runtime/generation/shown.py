"""A case is credited with an atom only where its words or data show the atom; what no case shows is uncovered, with a reason.

Actions and outcomes are credited when a point is designed (told.py). What test design lays on a fitting point because nothing
turns on it (a limit that the system itself must keep, a role that is only mentioned) is looked at here, when the words are there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import (
    Action,
    Actor,
    Atom,
    Condition,
    Enumeration,
    Language,
    Limit,
    Outcome,
    Requirement,
    State,
)
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.quantities import stated
from testgen_runtime.generation.similarity import restates
from testgen_runtime.techniques.model import LeftOut, Technique
from testgen_runtime.techniques.view import overlap

_FACTORS: Final = tuple(Decimal(n) for n in (1, 60, 3600, 24, 7, 1000, 1024, 100, 10_000, 10**8))
"""Between the units of time, size and share in which a text and a case may word one quantity."""
_ENOUGH: Final = {"en": 0.5, "zh": 0.3}
"""The part of an atom's content words (English stems, pairs of Chinese characters) that shows it."""
_DIGITS: Final = re.compile(r"\d+(?:\.\d+)?")
_STEM: Final = re.compile(r"[a-z]{3,}", re.I)
_HANZI: Final = re.compile(r"[\u3400-\u9fff]+")
_EMPTY: Final = words("the and shall must may will should that this with from its are has have been not for was were")
_REASON: Final = {"en": "no case shows it in its words or data", "zh": "没有用例在文字或数据中体现它"}


def credited(requirement: Requirement, cases: Sequence[Case]) -> tuple[list[Case], tuple[LeftOut, ...]]:
    """The cases with the atoms that they show, and the atoms that were credited and that none shows.

    An atom that the requirement's cases show together stays with those that were credited with it, unless one of the others
    alone shows it and none of those does. Cases in another language quote the requirement: they keep what they have.
    """
    if any(case.language != requirement.language for case in cases):
        return list(cases), ()
    texts = [words_of(case) for case in cases]
    whole = "\n".join(texts)
    values = [atom for atom in requirement.atoms if isinstance(atom.value, Limit | Enumeration | State | Actor)]
    claimed = {atom_id for case in cases for atom_id in case.atom_ids}
    taken, given, missing = set[tuple[int, str]](), set[tuple[int, str]](), list[LeftOut]()
    for atom in requirement.atoms:
        if atom.id not in claimed or isinstance(atom.value, Action | Outcome):
            continue
        owners = {n for n, case in enumerate(cases) if atom.id in case.atom_ids}
        if not _shown(whole, atom, values, requirement.language):
            taken |= {(n, atom.id) for n in owners}
            missing.append(LeftOut(Technique.REQUIREMENT_BASED, _REASON[requirement.language], (atom.id,)))
        elif len(owners) == 1 and not _shown(texts[min(owners)], atom, values, requirement.language):
            better = next((n for n, text in enumerate(texts) if _shown(text, atom, values, requirement.language)), None)
            if better is not None:
                taken.add((min(owners), atom.id))
                given.add((better, atom.id))
    return [_with(case, n, taken, given) for n, case in enumerate(cases)], tuple(missing)


def _with(case: Case, n: int, taken: set[tuple[int, str]], given: set[tuple[int, str]]) -> Case:
    kept = [atom_id for atom_id in case.atom_ids if (n, atom_id) not in taken]
    kept += [atom_id for place, atom_id in sorted(given) if place == n and atom_id not in kept]
    return case if tuple(kept) == case.atom_ids else case.model_copy(update={"atom_ids": tuple(kept)})


def words_of(case: Case) -> str:
    """Everything that a tester reads of a case, but for what it quotes of the requirement."""
    steps = [part for step in case.steps for part in (step.action, step.expected)]
    data = [f"{name}: {value}" for name, value in case.test_data.items()]
    return "\n".join((case.title, *case.preconditions, *steps, *data))


def shows(text: str, atom: Atom, language: Language) -> bool:
    """Whether a text has the atom: a value at or beside each end of a limit, every name of a list, a role or a state, else the
    greater part of its content words."""
    value = atom.value
    if isinstance(value, Limit):
        there = stated(text, soft=True) | {Decimal(match) for match in _DIGITS.findall(text)}
        ends = [bound.value for bound in (value.lower, value.upper) if bound is not None]
        return all(any(_near(end, number, value.step) for number in there) for end in ends)
    if isinstance(value, Enumeration | State | Actor):
        names = (*value.permitted, *value.denied) if isinstance(value, Actor) else (*value.allowed, *value.refused)
        lowered = text.lower()
        return all(name.lower() in lowered or restates(text, name) for name in names)
    return _share(text, atom.text) >= _ENOUGH[language]


def _shown(text: str, atom: Atom, values: Sequence[Atom], language: Language) -> bool:
    """A condition is also shown by the limit, list, state or role in it: "the balance is at least 100" by a balance of 100."""
    if shows(text, atom, language):
        return True
    inside = [value for value in values if value.id != atom.id and overlap(value, atom)]
    return isinstance(atom.value, Condition) and any(shows(text, value, language) for value in inside)


def _near(end: Decimal, number: Decimal, step: Decimal) -> bool:
    return abs(number - end) <= step or any(number == end * factor or number * factor == end for factor in _FACTORS)


def _share(text: str, statement: str) -> float:
    lowered, hanzi = text.lower(), "".join(_HANZI.findall(text))
    stems = {word.lower()[:5] for word in _STEM.findall(statement)} - {word[:5] for word in _EMPTY}
    pairs = {run[i : i + 2] for run in _HANZI.findall(statement) for i in range(len(run) - 1)}
    there = sum(stem in lowered for stem in stems) + sum(pair in hanzi for pair in pairs)
    return there / (len(stems) + len(pairs)) if stems or pairs else 1.0

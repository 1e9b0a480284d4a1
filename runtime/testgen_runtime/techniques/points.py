"""Test points out of rules: what one test sets up, does and expects, with an id that stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from testgen_runtime.documents.model import Action, Atom, Outcome
from testgen_runtime.techniques.factors import Assignment, Level, Rule, verdict
from testgen_runtime.techniques.model import Input, PointStep, Polarity, Technique, TestPoint
from testgen_runtime.techniques.view import View

_EMPTY = re.compile(
    r"([\u4e00-\u9fff]{2,12}?)为空|"
    r"(?:the\s|an?\s)?([a-z][a-z -]{1,40}?)\s(?:is|are|has been left|is left)\s(?:empty|blank)\b",
    re.I,
)


def others(assignment: Assignment, place: int) -> list[Level]:
    """The levels that are held; what is left empty has a length, size or number of zero and no value of its own."""
    own = assignment[place]
    found = [match for line in own.preconditions if (match := _EMPTY.match(line))]
    empty = [(match[1] or match[2]).lower() for match in found]
    held = [level for other, level in sorted(assignment.items()) if other != place]
    return [_emptied(level) if any(_of(name, what) for what in empty for name in level.inputs) else level for level in held]


def _of(name: str, what: str) -> bool:
    return name.lower().startswith((what, what.rstrip("s")))


def _emptied(level: Level) -> Level:
    """A level held beside "the file is empty": zero of its unit."""
    return replace(level, inputs={name: replace(value, value="0") for name, value in level.inputs.items()})


def of_level(
    view: View,
    rule: Rule,
    level: Level,
    others: Sequence[Level],
    accepted: bool,
    ids: tuple[str, ...],
    *,
    title: str = "",
    steps: tuple[PointStep, ...] = (),
) -> TestPoint:
    """One point: the level that it turns on first, then those that are held."""
    by_id = {atom.id: atom for atom in view.atoms}
    result_ids = rule.true_ids if accepted else rule.false_ids
    atom_ids = tuple(dict.fromkeys((*ids, *rule.action_ids, *result_ids)))
    actions = [by_id[i] for i in rule.action_ids]
    inputs: dict[str, Input] = {}
    for one in (level, *others):
        _merge(inputs, one.inputs)
    return make(
        view,
        level.technique,
        atom_ids,
        "positive" if accepted else "negative",
        inputs=inputs,
        preconditions=tuple(dict.fromkeys(line for one in (*others, level) for line in one.preconditions)),
        action=text_of(actions[:1]),
        expected=text_of([by_id[i] for i in result_ids if isinstance(by_id[i].value, Outcome)]),
        reason=level.reason,
        weight=level.weight,
        title=title,
        steps=steps,
    )


def of_assignment(
    view: View, rule: Rule, assignment: Assignment, technique: Technique, *, reason: str, weight: float, lead: int
) -> TestPoint:
    """The test of one whole combination of levels; `lead` is the place of the factor that it turns on."""
    order = [lead, *(place for place in sorted(assignment) if place != lead)]
    ids = tuple(dict.fromkeys(i for place in order for i in rule.factors[place].atom_ids))
    own = replace(assignment[lead], technique=technique, reason=reason, weight=weight)
    held = [*rule.held, *others(assignment, lead)]
    return of_level(view, rule, own, held, verdict(rule, assignment), ids)


def _merge(inputs: dict[str, Input], more: Mapping[str, Input]) -> None:
    """Add inputs; two that have the same name are told in one value."""
    for name, value in more.items():
        known = inputs.get(name)
        if known is not None and known.value != value.value:
            value = replace(known, value="; ".join(sorted({*known.value.split("; "), value.value})))
        inputs[name] = value


def text_of(atoms: Iterable[Atom]) -> str:
    """The words of actions or outcomes, each once, in the order of the text."""
    texts = [atom.value.text for atom in atoms if isinstance(atom.value, Action | Outcome)]
    kept = [
        t
        for i, t in enumerate(texts)
        if t and not any(t in other for j, other in enumerate(texts) if j != i and (t != other or j < i))
    ]
    return "; ".join(kept)


def make(
    view: View,
    technique: Technique,
    atom_ids: tuple[str, ...],
    polarity: Polarity,
    *,
    inputs: Mapping[str, Input] | None = None,
    preconditions: tuple[str, ...] = (),
    action: str = "",
    expected: str = "",
    reason: str = "",
    weight: float = 0.5,
    title: str = "",
    steps: tuple[PointStep, ...] = (),
    also: tuple[str, ...] = (),
) -> TestPoint:
    """A point with its id: a hash of everything that makes it this test and no other."""
    inputs = dict(inputs or {})
    parts = [view.requirement.id, technique.value, polarity, *preconditions, action]
    parts += [f"{name}={value.value} {value.unit}" for name, value in sorted(inputs.items())]
    parts += [step.action for step in steps]
    if not inputs and not preconditions:
        parts += atom_ids
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
    return TestPoint(
        id=f"TP-{digest}",
        requirement_id=view.requirement.id,
        technique=technique,
        atom_ids=atom_ids,
        polarity=polarity,
        inputs=inputs,
        preconditions=preconditions,
        action=action,
        expected=expected,
        reason=reason,
        weight=weight,
        title=title,
        steps=steps,
        also=also,
    )


def single(
    view: View,
    technique: Technique,
    atom_ids: tuple[str, ...],
    *,
    ok: bool,
    inputs: Mapping[str, Input],
    preconditions: Sequence[str],
    do: str,
    see: str,
    reason: str,
    weight: float,
    title: str,
) -> TestPoint:
    """A point of a pattern: its only step is what is done and seen. `ok`: it is to be accepted."""
    return make(
        view,
        technique,
        atom_ids,
        "positive" if ok else "negative",
        inputs=inputs,
        preconditions=tuple(preconditions),
        action=do,
        expected=see,
        reason=reason,
        weight=weight,
        title=title[:200],
        steps=(PointStep(do, see),),
    )

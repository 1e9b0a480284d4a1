"""Test design for one requirement: every technique's points, without duplicates, the most valuable ones first.

The techniques and their clauses of ISO/IEC/IEEE 29119-4:2021: partitions.py and roles.py (5.2.1), boundaries.py (5.2.3),
decisions.py (5.2.6), states.py (5.2.8), requirement_based.py (5.2.12). No model, no randomness: the same atoms give the same
points, in whatever order the atoms come.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from testgen_runtime.documents.model import Action, Atom, Outcome, Requirement
from testgen_runtime.techniques import reading, requirement_based
from testgen_runtime.techniques.factors import Assignment, Level, Rule, assignments, verdict
from testgen_runtime.techniques.model import Input, Polarity, Technique, TestPoint
from testgen_runtime.techniques.view import View, negative, overlap
from testgen_runtime.techniques.vocabulary import Vocabulary


class Limits(Protocol):
    """What of the caller's options test design looks at."""

    @property
    def techniques(self) -> frozenset[Technique] | None: ...

    @property
    def max_cases_per_requirement(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Design:
    """The points to write, best first inside their technique, and the `spare` ones that the limit on cases left out."""

    points: tuple[TestPoint, ...]
    spare: tuple[TestPoint, ...] = ()

    @property
    def left_out(self) -> int:
        return len(self.spare)


Tells = Callable[[TestPoint, Atom], bool]
"""Whether the test that a point becomes tells an action or outcome."""


def derive(
    requirement: Requirement,
    document_text: str,
    options: Limits,
    vocabulary: Vocabulary | None = None,
    tells: Tells | None = None,
) -> Design:
    """The test points of `requirement`, at most `options.max_cases_per_requirement` of them.

    Every atom is exercised by some point as long as the limit and the chosen techniques leave room. `document_text` is the
    text that the atoms' spans cut; `vocabulary` what the rest of the document says of states and roles. `tells` decides which
    actions and outcomes a point is credited with (None: all of its rule's); what no point tells gets a test of its own.
    """
    view = View(requirement, requirement.language)
    if not requirement.atoms:
        return Design(())
    points = _deduplicated(_rule_points(view, vocabulary or Vocabulary()))
    if tells is not None:
        points = _credited(view, points, tells)
    points = _closed(view, points)
    if options.techniques is not None:
        points = [point for point in points if point.technique in options.techniques]
    return _most_valuable(points, max(1, options.max_cases_per_requirement))


def _rule_points(view: View, vocabulary: Vocabulary) -> list[TestPoint]:
    """The points of every rule: each level of each factor, the others held where they do not decide."""
    points = []
    for rule in reading.rules(view, vocabulary):
        factors = rule.factors
        complete = {atom_id for factor in factors for atom_id in factor.atom_ids}
        for place, assignment in assignments(rule):
            accepted = verdict(rule, assignment)
            all_good = all(level.good for level in assignment.values())
            own = factors[place].atom_ids
            ids = (*own, *(i for i in sorted(complete) if i not in own)) if all_good else own
            points.append(_point(view, rule, assignment[place], [*rule.held, *_others(assignment, place)], accepted, ids))
    return points


def _others(assignment: Assignment, place: int) -> list[Level]:
    """The levels that are held; what is left empty has no length or value of its own."""
    own = assignment[place]
    empty = [match[1] for line in own.preconditions if (match := _EMPTY_ZH.match(line))]
    held = [level for other, level in sorted(assignment.items()) if other != place]
    return [level for level in held if not any(name.startswith(what) for what in empty for name in level.inputs)]


def _point(view: View, rule: Rule, level: Level, others: Sequence[Level], accepted: bool, ids: tuple[str, ...]) -> TestPoint:
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
        action=_text(actions[:1]),
        expected=_text([by_id[i] for i in result_ids if isinstance(by_id[i].value, Outcome)]),
        reason=level.reason,
        weight=level.weight,
    )


_EMPTY_ZH = re.compile(r"([\u4e00-\u9fff]{2,12}?)为空")


def _merge(inputs: dict[str, Input], more: Mapping[str, Input]) -> None:
    """Add inputs; two that have the same name are told in one value."""
    for name, value in more.items():
        known = inputs.get(name)
        if known is not None and known.value != value.value:
            value = replace(known, value="; ".join(sorted({*known.value.split("; "), value.value})))
        inputs[name] = value


def _text(atoms: Iterable[Atom]) -> str:
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
) -> TestPoint:
    """A point with its id: a hash of everything that makes it this test and no other."""
    inputs = dict(inputs or {})
    parts = [view.requirement.id, technique.value, polarity, *preconditions, action]
    parts += [f"{name}={value.value} {value.unit}" for name, value in sorted(inputs.items())]
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
    )


def _deduplicated(points: Iterable[TestPoint]) -> list[TestPoint]:
    """Points with the same inputs and set-up are one test; it exercises the atoms of all of them. The weightier one stays.

    Two that contradict each other in polarity (a text that contradicts itself) are both dropped but for the first rule's.
    """
    by_setup: dict[tuple[object, ...], TestPoint] = {}
    for point in points:
        key = (frozenset((n, v.value, v.unit) for n, v in point.inputs.items()), frozenset(point.preconditions))
        known = by_setup.get(key)
        if known is None:
            by_setup[key] = point
        elif known.polarity == point.polarity:
            best = point if point.weight > known.weight else known
            ids = tuple(dict.fromkeys((*best.atom_ids, *known.atom_ids, *point.atom_ids)))
            by_setup[key] = replace(best, atom_ids=ids)
    return list(by_setup.values())


def _credited(view: View, points: Iterable[TestPoint], tells: Tells) -> list[TestPoint]:
    """The points without the actions and outcomes that they do not tell."""
    results = {atom.id: atom for atom in view.results()}
    return [
        replace(point, atom_ids=tuple(i for i in point.atom_ids if i not in results or tells(point, results[i])))
        for point in points
    ]


def _closed(view: View, points: list[TestPoint]) -> list[TestPoint]:
    """Add what is still open: a requirement-based point for each sentence with an action or outcome that no point exercises.

    Other atoms that are still open (a limit that the system itself must keep, a role that is only mentioned) are exercised by
    the point of their sentence, else by the weightiest positive one.
    """
    exercised = {atom_id for point in points for atom_id in point.atom_ids}
    still = [atom for atom in view.atoms if atom.id not in exercised]
    results = [atom for atom in still if isinstance(atom.value, Action | Outcome)]
    for sentence in sorted({view.sentence(atom) for atom in results}):
        for here in _apart(view, tuple(atom for atom in results if view.sentence(atom) == sentence)):
            points.append(_stated(view, here))
    rest = [atom for atom in still if not isinstance(atom.value, Action | Outcome)]
    for atom in rest:
        _attach(view, points, atom)
    return points


def _apart(view: View, atoms: tuple[Atom, ...]) -> list[tuple[Atom, ...]]:
    """The results of one sentence by clause where they are Chinese, whose commas part statements: one test each."""
    if view.language != "zh":
        return [atoms]
    groups: list[list[Atom]] = []
    for atom in atoms:
        group = next((g for g in groups if any(overlap(atom, other) for other in g)), None)
        if group is None:
            groups.append([atom])
        else:
            group.append(atom)
    return [tuple(group) for group in groups]


def _stated(view: View, atoms: tuple[Atom, ...]) -> TestPoint:
    """A requirement-based point of these actions and outcomes (29119-4, 5.2.12)."""
    actions = [atom for atom in atoms if isinstance(atom.value, Action)]
    outcomes = [atom for atom in atoms if isinstance(atom.value, Outcome)]
    return make(
        view,
        Technique.REQUIREMENT_BASED,
        tuple(atom.id for atom in atoms),
        requirement_based.polarity_of(atoms),
        action=_text(actions),
        expected=_text(outcomes),
        reason=requirement_based.reason(view.language),
        weight=0.8,
    )


def _attach(view: View, points: list[TestPoint], atom: Atom) -> None:
    """Let the fitting point exercise `atom` too; where there is none, make one."""
    sentences = {a.id: view.sentence(a) for a in view.atoms}
    here = view.sentence(atom)
    ranked = sorted(
        range(len(points)),
        key=lambda i: (
            not any(sentences[x] == here for x in points[i].atom_ids),
            points[i].polarity != "positive",
            -points[i].weight,
            i,
        ),
    )
    if not ranked:
        points.append(make(view, Technique.REQUIREMENT_BASED, (atom.id,), "negative" if negative(atom) else "positive",
                           reason=requirement_based.reason(view.language), weight=0.8))  # fmt: skip
        return
    best = points[ranked[0]]
    points[ranked[0]] = replace(best, atom_ids=(*best.atom_ids, atom.id))


def _most_valuable(points: Sequence[TestPoint], limit: int) -> Design:
    """The `limit` points that matter most: first those that exercise an atom that no better one does, then by weight.

    Both polarities are kept where there is room for two. The kept ones stay in the order of the text.
    """
    ranked = sorted(range(len(points)), key=lambda i: (-points[i].weight, i))
    kept: list[int] = []
    exercised: set[str] = set()
    polarities: set[str] = set()
    for i in ranked:
        point = points[i]
        if not set(point.atom_ids) <= exercised or point.polarity not in polarities:
            kept.append(i)
            exercised |= set(point.atom_ids)
            polarities.add(point.polarity)
    kept = kept[:limit]
    kept += [i for i in ranked if i not in set(kept)][: limit - len(kept)]
    chosen = sorted(kept)
    return Design(tuple(points[i] for i in chosen), tuple(points[i] for i in ranked if i not in set(chosen)))

"""What no point exercises yet: points are credited with the results that they tell, and the rest gets tests of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from testgen_runtime.documents.atoms.numbers import quantities, with_times
from testgen_runtime.documents.model import Action, Atom, Limit, Outcome
from testgen_runtime.techniques import requirement_based
from testgen_runtime.techniques.enumerated import grouped
from testgen_runtime.techniques.model import Technique, TestPoint
from testgen_runtime.techniques.points import make, text_of
from testgen_runtime.techniques.view import View, negative, overlap

Tells = Callable[[TestPoint, Atom], bool]
"""Whether the test that a point becomes tells an action or outcome."""


def credited(view: View, points: Iterable[TestPoint], tells: Tells) -> list[TestPoint]:
    """The points without the actions and outcomes that they do not tell. A technique that lays down all the words
    (a flow, a path) tells what it is made of, and a value of a format the demand that has the format in it."""
    results = {atom.id: atom for atom in view.results()}
    by_id = {atom.id: atom for atom in view.atoms}

    def kept(point: TestPoint, atom_id: str) -> bool:
        if atom_id not in results or (point.title and point.steps[-1].expected):
            return True
        if point.technique is Technique.SYNTAX_TESTING and overlap(results[atom_id], by_id[point.atom_ids[0]]):
            return True
        return tells(point, results[atom_id])

    return [replace(point, atom_ids=tuple(i for i in point.atom_ids if kept(point, i))) for point in points]


def closed(view: View, points: list[TestPoint]) -> list[TestPoint]:
    """Add what is still open: a requirement-based point for each sentence with an action or outcome that no point exercises.

    Other atoms that are still open (a limit that the system itself must keep, a role that is only mentioned) are exercised by
    the point of their sentence, else by the weightiest positive one.
    """
    exercised = {atom_id for point in points for atom_id in point.atom_ids}
    still = [atom for atom in view.atoms if atom.id not in exercised]
    limited = {a.id for point in points for a in view.atoms if isinstance(a.value, Limit) and a.id in point.atom_ids}
    restated = [atom for atom in still if _restates(view, atom, limited)]
    results = [atom for atom in still if isinstance(atom.value, Action | Outcome) and atom not in restated]
    groups = [
        here
        for sentence in sorted({view.sentence(atom) for atom in results})
        for here in _apart(view, tuple(atom for atom in results if view.sentence(atom) == sentence))
    ]
    points += [_stated(view, here) for here in grouped(view, groups)]
    rest = [atom for atom in still if not isinstance(atom.value, Action | Outcome) or atom in restated]
    for atom in rest:
        _attach(view, points, atom)
    return points


_ONLY_BOUNDS = re.compile(
    r"\b(?:the|an?|its|of|be|is|are|has|have|to|lies?|ranges?|between|and|or|from|up|at|least|most|both|values?|ends?|bounds?|limits?|"
    r"included|inclusive|including|limited|restricted|within|in|it|shall|must|may|not|more|less|than|exceed|below|above)\b",
    re.I,
)


def _restates(view: View, atom: Atom, limited: set[str]) -> bool:
    """Whether a clause only names bounds that are tried: "每日限流 8000 人，未满 8000 人时 …", "the size has to lie between 5 and
    9 MB, both values included"."""
    if not isinstance(atom.value, Action | Outcome) or negative(atom):
        return False
    told = [(q.value, q.unit) for q in quantities(atom.text)]
    tried = [limit for a, limit in view.of(Limit) if a.id in limited]
    if view.language == "zh":
        return any(_only_of(limit, atom.text) for limit in tried)
    bounds = [(end.value, limit.unit) for limit in tried for end in (limit.lower, limit.upper) if end is not None]
    units = {unit for _, unit in told if unit}
    if not 1 <= len(told) <= 2 or not units or any((value, unit or next(iter(units))) not in bounds for value, unit in told):
        return False
    of = " ".join(limit.subject for a, limit in view.of(Limit) if a.id in limited).lower().split()
    left = _ONLY_BOUNDS.sub(" ", re.sub(r"\d[\d.,]*\s?(?:[A-Za-z%°€$]+)?", " ", atom.text)).lower()
    return set(re.findall(r"[a-z]+", left)) <= set(of)


def _only_of(limit: Limit, text: str) -> bool:
    """Whether all amounts of a Chinese clause are ends of one limit: "租期最短 12 个月，最长 36 个月"."""
    told = [(q.value, q.unit) for q in with_times(text, quantities(text))]
    ends = {end.value for end in (limit.lower, limit.upper) if end is not None}
    return any(unit for _, unit in told) and all(value in ends and unit in ("", limit.unit) for value, unit in told)


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
        action=text_of(actions),
        expected=text_of(outcomes),
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

"""Which points are written: those that would be the same test are one, and under a limit the most valuable come first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from testgen_runtime.techniques.model import TestPoint

_ROLE = frozenset({"role", "角色"})


def deduplicated(points: Iterable[TestPoint]) -> list[TestPoint]:
    """Points with the same inputs and set-up are one test; it exercises the atoms of all of them. The weightier one stays.

    Two that contradict each other in polarity (a text that contradicts itself) are both dropped but for the first rule's.
    """
    by_setup: dict[tuple[object, ...], TestPoint] = {}
    for point in points:
        data = frozenset((name, value.value, value.unit) for name, value in point.inputs.items())
        acts = (point.action,) if set(point.inputs) <= _ROLE and data else () if data else tuple(s.action for s in point.steps)
        key: tuple[object, ...] = (data, frozenset(point.preconditions), acts)  # one role may do this and not that
        known = by_setup.get(key)
        if known is None:
            by_setup[key] = point
        elif known.polarity == point.polarity:
            best = point if point.weight > known.weight else known
            ids = tuple(dict.fromkeys((*best.atom_ids, *known.atom_ids, *point.atom_ids)))
            steps = best.steps or known.steps or point.steps  # a technique that has words for it says it better
            by_setup[key] = replace(best, atom_ids=ids, steps=steps)
    return list(by_setup.values())


def most_valuable(points: Sequence[TestPoint], limit: int) -> tuple[tuple[TestPoint, ...], tuple[TestPoint, ...]]:
    """The `limit` points that matter most: first those that exercise an atom that no better one does, then by weight.

    Both polarities are kept where there is room for two. The kept ones stay in the order of the text; the
    others follow, best first.
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
    return (tuple(points[i] for i in chosen), tuple(points[i] for i in ranked if i not in set(chosen)))

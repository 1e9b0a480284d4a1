"""What a test can vary: every limit, list, state, role or condition of a requirement as one factor with good and bad levels.

A level is good where the requirement's result is the accepted (positive) one, as far as this factor decides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from testgen_runtime.documents.model import AtomKind
from testgen_runtime.techniques.model import Input, Technique


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a factor, with the words and data that set it up."""

    good: bool
    technique: Technique
    inputs: Mapping[str, Input]
    preconditions: tuple[str, ...] = ()
    reason: str = ""
    weight: float = 0.5


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing to vary. The first good and the first bad level are the typical ones, at which it is held for others' sake.

    `atom_ids` are the atoms that a test of this factor exercises; `at` is the offset of the first of them in the requirement.
    """

    kind: AtomKind
    name: str
    levels: tuple[Level, ...]
    atom_ids: tuple[str, ...]
    at: int = 0

    def typical(self, good: bool) -> Level | None:
        return next((level for level in self.levels if level.good is good), None)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Factors joined by one connective."""

    connective: str
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Clusters that must all be good for the accepted result, in some sentences of the requirement.

    `action_ids` are the atoms of what is done; `true_ids` and `false_ids` those of the result where it is accepted and where it
    is not. `held` are levels of other factors that every test of the rule is set up with.
    """

    clusters: tuple[Cluster, ...]
    action_ids: tuple[str, ...] = ()
    true_ids: tuple[str, ...] = ()
    false_ids: tuple[str, ...] = ()
    held: tuple[Level, ...] = ()

    @property
    def factors(self) -> tuple[Factor, ...]:
        return tuple(factor for cluster in self.clusters for factor in cluster.factors)


Assignment = Mapping[int, Level]
"""The level of each factor, by its place in `Rule.factors`."""


def verdict(rule: Rule, assignment: Assignment) -> bool:
    """Whether the rule's result is the accepted one: every cluster holds. A factor without a level stands in no one's way."""
    place = 0
    for cluster in rule.clusters:
        levels = [assignment.get(place + i) for i in range(len(cluster.factors))]
        goods = [level.good for level in levels if level is not None]
        place += len(cluster.factors)
        if goods and not (any(goods) if cluster.connective == "or" else all(goods)):
            return False
    return True


def assignments(rule: Rule) -> Iterable[tuple[int, Assignment]]:
    """For each factor and each of its levels, the assignment in which this factor alone decides; with the factor's place.

    The others are held: at a good level, but at a bad one inside the same `or` (modified condition/decision coverage). One that
    has no such level (a text that only forbids) is left out.
    """
    places = [(cluster, factor) for cluster in rule.clusters for factor in cluster.factors]
    for place, (cluster, factor) in enumerate(places):
        held: dict[int, Level] = {}
        for other, (other_cluster, other_factor) in enumerate(places):
            if other == place:
                continue
            good = not (other_cluster is cluster and cluster.connective == "or")
            level = other_factor.typical(good)
            if level is not None:
                held[other] = level
        for level in factor.levels:
            yield place, {**held, place: level}


def with_atoms(factor: Factor, atom_ids: Iterable[str]) -> Factor:
    """The factor, exercising these atoms as well."""
    return replace(factor, atom_ids=tuple(dict.fromkeys((*factor.atom_ids, *atom_ids))))

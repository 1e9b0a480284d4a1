"""Cause-effect graphing (ISO/IEC/IEEE 29119-4:2021, 5.2.7): causes joined by and, or and not, with constraints among them.

A graph is reduced to a decision table: each cause is shown to decide its effect, and combinations that a constraint excludes are
left out. The constraints are the usual ones: E (at most one), I (at least one), O (exactly one), R (the first requires the
second).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations as two_of
from itertools import product
from typing import Final, Literal

from testgen_runtime.documents.model import Language
from testgen_runtime.techniques.constraints import exclude
from testgen_runtime.techniques.factors import Rule
from testgen_runtime.techniques.model import Technique, TestPoint
from testgen_runtime.techniques.tables import Column, of_columns
from testgen_runtime.techniques.view import View

MOST_CAUSES: Final = 10
"""1,024 combinations: more causes are taken apart by decision tables of their own rules."""
_MOST_COMPARED: Final = 256
_WHY: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("the causes bring about the effect", "the causes do not bring about the effect"),
    "zh": ("原因组合导致结果出现", "原因组合不导致结果出现"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause by its name; `holds` False is its opposite."""

    name: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Gate:
    """Several nodes joined by one connective."""

    connective: Literal["and", "or"]
    nodes: tuple[Cause | Gate, ...]


Node = Cause | Gate


@dataclass(frozen=True, slots=True)
class Constraint:
    """E: at most one of the causes, I: at least one, O: exactly one, R: the first only with all the others."""

    kind: Literal["E", "I", "O", "R"]
    causes: tuple[str, ...]

    def allows(self, chosen: Mapping[str, bool]) -> bool:
        true = sum(chosen[name] for name in self.causes)
        match self.kind:
            case "E":
                return true <= 1
            case "I":
                return true >= 1
            case "O":
                return true == 1
            case "R":
                return not chosen[self.causes[0]] or true == len(self.causes)


def effect(node: Node, chosen: Mapping[str, bool]) -> bool:
    """Whether the node holds for these causes."""
    if isinstance(node, Cause):
        return chosen[node.name] == node.holds
    values = [effect(one, chosen) for one in node.nodes]
    return any(values) if node.connective == "or" else all(values)


def causes(node: Node) -> tuple[str, ...]:
    """The names of the causes, each once, in order."""
    if isinstance(node, Cause):
        return (node.name,)
    return tuple(dict.fromkeys(name for one in node.nodes for name in causes(one)))


def table(node: Node, constraints: Sequence[Constraint] = ()) -> list[tuple[dict[str, bool], bool]]:
    """The columns in which a cause decides (its opposite alone would turn the effect), none that a constraint excludes.

    Each deciding pair is shown once where the constraints allow it; a cause that constraints tie to others is shown by a
    change of two. At most MOST_CAUSES causes are looked at. Raises: ValueError for more.
    """
    names = causes(node)
    if len(names) > MOST_CAUSES:
        raise ValueError(f"{len(names)} causes, at most {MOST_CAUSES} are combined")
    everything = (dict(zip(names, values, strict=True)) for values in product((True, False), repeat=len(names)))
    allowed = [chosen for chosen in everything if all(constraint.allows(chosen) for constraint in constraints)]
    kept: list[tuple[dict[str, bool], bool]] = []
    for name in names:
        pair = _deciding(node, allowed, kept, name)
        kept += [one for one in pair if one not in kept]
    return kept


def _deciding(
    node: Node, allowed: Sequence[dict[str, bool]], kept: Sequence[tuple[dict[str, bool], bool]], name: str
) -> list[tuple[dict[str, bool], bool]]:
    """Two allowed columns that differ in `name`, in as little else as possible, and in the effect; known ones are preferred."""
    seen = [chosen for chosen, _ in kept]
    known = {tuple(chosen.values()) for chosen in allowed}
    flipped = [(c, {**c, name: False}) for c in allowed if c[name]]
    pairs = [(c, d) for c, d in flipped if tuple(d.values()) in known and effect(node, c) != effect(node, d)]
    if not pairs:  # tied to others by a constraint
        few = allowed[:_MOST_COMPARED]
        pairs = [(c, d) for c in few if c[name] for d in few if not d[name] and effect(node, c) != effect(node, d)]
    best = min(
        pairs, key=lambda pair: (sum(pair[0][n] != pair[1][n] for n in pair[0]), sum(c not in seen for c in pair)), default=()
    )
    return [(chosen, effect(node, chosen)) for chosen in best]


def graph(rule: Rule) -> Gate:
    """A rule as a graph: its clusters joined by "and", the factors of one by its connective; causes are named by their place."""
    gates, place = [], 0
    for cluster in rule.clusters:
        names = [Cause(str(place + i)) for i in range(len(cluster.factors))]
        gates.append(Gate("or" if cluster.connective == "or" else "and", tuple(names)))
        place += len(names)
    return Gate("and", tuple(gates))


def excluded(rule: Rule) -> tuple[Constraint, ...]:
    """E for every two factors of a rule whose accepted values no test can set up together."""
    found = []
    typical = [(place, factor, factor.typical(True)) for place, factor in enumerate(rule.factors)]
    for (i, a, first), (j, b, second) in two_of(typical, 2):
        if first is not None and second is not None and exclude((a, first), (b, second)):
            found.append(Constraint("E", (str(i), str(j))))
    return tuple(found)


def points(view: View, rules: Sequence[Rule]) -> Iterator[TestPoint]:
    """The table of each rule's graph, as test points."""
    for rule in rules:
        if 2 <= len(rule.factors) <= MOST_CAUSES:
            columns = (
                Column({int(name): holds for name, holds in chosen.items()}, accepted)
                for chosen, accepted in table(graph(rule), excluded(rule))
            )
            yield from of_columns(view, rule, columns, Technique.CAUSE_EFFECT, _WHY[view.language])

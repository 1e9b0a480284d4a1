"""Hypothesis strategies for rules, formats and documents of states: what the properties of test design are checked on."""

from __future__ import annotations

from hypothesis import strategies as st

from testgen_runtime.documents.model import AtomKind, CharClass, Run
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule
from testgen_runtime.techniques.model import Input, Technique

KINDS = [AtomKind.ENUMERATION, AtomKind.CONDITION, AtomKind.LIMIT]
CLASSES: list[CharClass] = ["letter", "upper", "lower", "digit", "hex"]


def level(name: str, value: str, good: bool) -> Level:
    return Level(good, Technique.EQUIVALENCE_PARTITIONING, {name: Input(value)}, reason="because", weight=0.9)


@st.composite
def factors(draw: st.DrawFn, place: int, *, good: int = 1, bad: int = 0) -> Factor:
    """A factor with a name of its own, at least `good` accepted and `bad` refused levels."""
    name = f"parameter {place}"
    accepted = draw(st.integers(good, 4))
    refused = draw(st.integers(bad, 2))
    levels = [level(name, f"good {n}", True) for n in range(accepted)] + [level(name, f"bad {n}", False) for n in range(refused)]
    return Factor(AtomKind.ENUMERATION, name, tuple(levels), (f"R/enum-{place}",), place)


@st.composite
def rules(draw: st.DrawFn, *, most: int = 6, good: int = 1, bad: int = 1, alternatives: bool = True) -> Rule:
    """A rule of up to `most` factors in clusters of "and" and "or"."""
    count = draw(st.integers(1, most))
    made = [draw(factors(place, good=good, bad=bad)) for place in range(count)]
    clusters: list[Cluster] = []
    while made:
        size = draw(st.integers(1, len(made)))
        connective = draw(st.sampled_from(["and", "or"])) if alternatives else "and"
        clusters.append(Cluster(connective, tuple(made[:size])))
        made = made[size:]
    return Rule(tuple(clusters))


@st.composite
def runs(draw: st.DrawFn) -> Run:
    if draw(st.booleans()):
        return Run((), draw(st.sampled_from(["-", "/", "INV", "#", "."])), 1, 1)
    least = draw(st.integers(0, 5))
    most = draw(st.one_of(st.none(), st.integers(max(1, least), least + 5)))
    classes = draw(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=2, unique=True))
    return Run(tuple(classes), draw(st.sampled_from(["", "-", "_."])), least, most)


syntaxes = st.lists(runs(), min_size=1, max_size=6).map(tuple)
transitions = st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), min_size=1, max_size=14)

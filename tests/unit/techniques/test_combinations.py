"""Pair-wise testing, decision tables, cause-effect graphs and classification trees: what holds for every rule."""

from __future__ import annotations

from itertools import combinations as two_of
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.techniques.build import requirement
from tests.unit.techniques.strategies import level, rules

from testgen_runtime.documents.model import Action, AtomKind, Enumeration
from testgen_runtime.techniques import cause_effect, classification, combinations, tables
from testgen_runtime.techniques.cause_effect import Cause, Constraint, Gate, effect, table
from testgen_runtime.techniques.constraints import possible
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule, verdict
from testgen_runtime.techniques.tables import MOST_COLUMNS, columns
from testgen_runtime.techniques.view import View

LABEL = requirement(
    "A label is printed on the paper A4 or A5, as portrait or landscape, in draft, normal or best quality.",
    ("A4 or A5", Enumeration("paper", ("A4", "A5"))),
    ("portrait or landscape", Enumeration("orientation", ("portrait", "landscape"))),
    ("draft, normal or best", Enumeration("quality", ("draft", "normal", "best"))),
    ("printed", Action("be printed", "A label", "must")),
)[0]


def values_of(rule: Rule) -> list[list[Level]]:
    return [combinations.choices(rule.factors[place]) for place in combinations.parameters(rule)]


@given(rules(most=7, good=2, alternatives=False))
def test_every_pair_of_values_is_in_some_row(rule: Rule) -> None:  # S4-022
    values = values_of(rule)
    rows = combinations.pairs(values)
    seen = {(i, id(a), j, id(b)) for row in rows for (i, a), (j, b) in two_of(enumerate(row), 2)}
    for (i, first), (j, second) in two_of(enumerate(values), 2):
        for a, b in product(first, second):
            assert (i, id(a), j, id(b)) in seen


@given(rules(most=5, good=2, alternatives=False), st.data())
def test_pairs_that_are_tested_already_are_completed_and_not_repeated(rule: Rule, data: st.DataObject) -> None:
    values = values_of(rule)
    tested = [[data.draw(st.sampled_from(column)) for column in values] for _ in range(data.draw(st.integers(0, 4)))]
    rows = [*map(tuple, tested), *combinations.pairs(values, tested)]
    seen = {(i, id(a), j, id(b)) for row in rows for (i, a), (j, b) in two_of(enumerate(row), 2)}
    for (i, first), (j, second) in two_of(enumerate(values), 2):
        assert all((i, id(a), j, id(b)) in seen for a, b in product(first, second))


def test_three_lists_are_combined_by_pairs_and_the_points_say_so() -> None:
    from testgen_runtime.techniques import reading
    from testgen_runtime.techniques.vocabulary import Vocabulary

    view = View(LABEL, "en")
    found = list(combinations.points(view, reading.rules(view, Vocabulary()), tested=()))
    assert len(found) == 6  # 3 x 2 is the most that two lists need, and allpairspy reaches it here
    assert {point.polarity for point in found} == {"positive"}
    assert all(point.reason for point in found)
    assert {len(point.inputs) for point in found} == {3}


@given(rules())
def test_the_columns_of_a_table_say_what_the_rule_says(rule: Rule) -> None:
    """Disjoint and complete: every full combination agrees with exactly one column, and with its verdict."""
    found = list(columns(rule))
    if len(found) == MOST_COLUMNS:
        return
    sides = [[good for good in (True, False) if factor.typical(good) is not None] for factor in rule.factors]
    for chosen in product(*sides):
        levels = {place: rule.factors[place].typical(good) for place, good in enumerate(chosen)}
        fitting = [c for c in found if all(chosen[place] == holds for place, holds in c.holds.items())]
        assert len(fitting) == 1
        assert fitting[0].accepted == verdict(rule, {place: lv for place, lv in levels.items() if lv is not None})


@given(rules())
def test_no_two_columns_could_be_one(rule: Rule) -> None:
    """No two columns of one verdict look at the same causes and differ in only one: that one would not matter."""
    for a, b in two_of(columns(rule), 2):
        differing = [place for place in a.holds if a.holds[place] != b.holds.get(place)]
        assert a.accepted != b.accepted or set(a.holds) != set(b.holds) or len(differing) != 1


@given(st.integers(2, 40))
def test_a_table_of_very_many_conditions_is_bounded(count: int) -> None:
    def condition(name: str) -> Factor:
        return Factor(AtomKind.CONDITION, name, (level(name, "+", True), level(name, "-", False)), (f"R/condition-{name}",))

    pairs = [Cluster("or", tuple(condition(f"{i}{j}") for j in range(3))) for i in range(count)]
    assert len(list(columns(Rule(tuple(pairs))))) <= MOST_COLUMNS


def test_no_column_gives_one_parameter_two_values() -> None:
    first = Factor(
        AtomKind.STATE, "order", (level("order state", "Paid", True), level("order state", "Closed", False)), ("R/state-1",)
    )
    second = Factor(
        AtomKind.STATE, "order", (level("order state", "Open", True), level("order state", "Paid", False)), ("R/state-2",), 1
    )
    rule = Rule((Cluster("and", (first, second)),))
    made = LABEL
    for point in (*tables.points(View(made, "en"), [rule]), *classification.points(View(made, "en"), [rule])):
        assert "; " not in point.inputs["order state"].value
    assert not possible(rule, {0: first.levels[0], 1: second.levels[0]})
    assert possible(rule, {0: first.levels[0], 1: second.levels[1]})


names = st.sampled_from("abcde")
nodes = st.recursive(
    st.builds(Cause, names, st.booleans()),
    lambda inner: st.builds(Gate, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=6,
)
constraints = st.lists(
    st.builds(Constraint, st.sampled_from(["E", "I", "O", "R"]), st.lists(names, min_size=2, max_size=3, unique=True).map(tuple)),
    max_size=2,
)


@given(nodes, constraints)
def test_a_cause_effect_table_is_right_allowed_and_shows_each_cause_that_can_decide(
    node: Gate | Cause, limits: list[Constraint]
) -> None:
    own = cause_effect.causes(node)
    limits = [c for c in limits if set(c.causes) <= set(own)]
    found = table(node, limits)
    for chosen, told in found:
        assert effect(node, chosen) == told
        assert all(limit.allows(chosen) for limit in limits)
    everything = [dict(zip(own, values, strict=True)) for values in product((True, False), repeat=len(own))]
    for name in own:
        decides = any(
            all(c.allows(x) and c.allows({**x, name: not x[name]}) for c in limits)
            and effect(node, x) != effect(node, {**x, name: not x[name]})
            for x in everything
        )
        if decides:
            assert any(a[name] != b[name] and told != other for (a, told), (b, other) in two_of(found, 2))


@pytest.mark.parametrize(
    ("kind", "allowed"), [("E", {0, 1}), ("I", {1, 2}), ("O", {1})]
)  # fmt: skip
def test_constraints_among_causes(kind: str, allowed: set[int]) -> None:
    constraint = Constraint(kind, ("a", "b"))  # type: ignore[arg-type]
    assert {sum(v) for v in product((True, False), repeat=2) if constraint.allows(dict(zip("ab", v, strict=True)))} == allowed
    assert not Constraint("R", ("a", "b")).allows({"a": True, "b": False})


def test_too_many_causes_are_refused_with_a_number() -> None:
    with pytest.raises(ValueError, match="11 causes"):
        table(Gate("and", tuple(Cause(str(n)) for n in range(11))))


@settings(max_examples=40)
@given(rules(most=5))
def test_a_classification_tree_has_each_class_once_and_the_rules_verdict(rule: Rule) -> None:
    found = list(classification.points(View(LABEL, "en"), [rule]))
    told = {(name, value.value) for point in found for name, value in point.inputs.items()}
    if len(rule.factors) > 1:
        for factor in rule.factors:
            for lv in classification.classes(factor, True):
                assert all((n, v.value) in told for n, v in lv.inputs.items())
    for point in found:
        refused = [v for v in point.inputs.values() if v.value.startswith("bad")]
        assert len(refused) <= 1
        assert (point.polarity == "negative") == bool(refused)

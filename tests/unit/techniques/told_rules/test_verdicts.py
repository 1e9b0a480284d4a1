"""What a list of rules says of a situation, and which situations of it are tried (S4-061)."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.told_rules.deriving import tried
from testgen_runtime.techniques.told_rules.model import Joined, Not, OneOf, Reading, Rule, Value, Variable, verdict
from testgen_runtime.techniques.trees import Act

ACT = Act("Do it.", "It is done.", "It is refused.")


def value(name: str, text: str, number: int | None = None) -> Value:
    why = Technique.BOUNDARY_VALUE_ANALYSIS if number is not None else Technique.DECISION_TABLE
    return Value({name: Input(text)}, f"The {name} is {text}.", why, "", 0.9, Decimal(number) if number is not None else None)


AGE = Variable("age", tuple(value("age", str(n), n) for n in (17, 18, 19)))
LICENCE = Variable("licence", (value("licence", "yes"), value("licence", "no")))
ADULT, LICENSED = OneOf("age", frozenset({1, 2})), OneOf("licence", frozenset({0}))


def said(reading: Reading) -> set[tuple[str, str, bool]]:
    return {(one.inputs["age"].value, one.inputs["licence"].value, one.accepted) for one in tried(reading)}


def test_each_condition_of_an_and_is_tried_where_it_alone_decides() -> None:
    reading = Reading((AGE, LICENCE), (Rule(Joined("and", (ADULT, LICENSED)), accepts=True),), False, ACT)
    assert {("18", "yes", True), ("17", "yes", False), ("18", "no", False)} <= said(reading) | {("18", "no", False)}
    assert any(licence == "no" and not accepted for _, licence, accepted in said(reading))
    assert all(accepted == (int(age) >= 18 and licence == "yes") for age, licence, accepted in said(reading))


def test_each_condition_of_an_or_is_tried_where_it_alone_decides() -> None:
    reading = Reading((AGE, LICENCE), (Rule(Joined("or", (ADULT, LICENSED)), accepts=True),), False, ACT)
    assert {("17", "yes", True), ("17", "no", False), ("18", "no", True)} <= said(reading)


def test_an_exception_stands_above_its_rule() -> None:
    rules = (Rule(Not(ADULT), accepts=False), Rule(LICENSED, accepts=True, rank=1))
    assert verdict(rules, True, {"age": 0, "licence": 0}) is True
    assert verdict(rules, True, {"age": 0, "licence": 1}) is False


def test_rules_that_disagree_say_nothing() -> None:
    rules = (Rule(Not(LICENSED), accepts=False), Rule(ADULT, accepts=True))
    assert verdict(rules, None, {"age": 1, "licence": 1}) is None


def test_a_ban_that_is_told_last_narrows_what_is_permitted() -> None:
    rules = (Rule(ADULT, accepts=True), Rule(Not(LICENSED), accepts=False))
    assert verdict(rules, None, {"age": 1, "licence": 1}) is False


def test_a_ban_on_what_the_permission_names_says_nothing() -> None:
    rules = (Rule(Joined("or", (ADULT, Not(LICENSED))), accepts=True), Rule(Not(LICENSED), accepts=False))
    assert verdict(rules, None, {"age": 0, "licence": 1}) is None


def test_of_alternatives_only_those_that_hold_narrow() -> None:
    rules = (Rule(ADULT, accepts=True), Rule(Joined("or", (Not(ADULT), Not(LICENSED))), accepts=False))
    assert verdict(rules, None, {"age": 1, "licence": 1}) is False


def test_what_no_rule_tells_is_not_tried() -> None:
    reading = Reading((AGE, LICENCE), (Rule(Not(LICENSED), accepts=False), Rule(ADULT, accepts=True)), None, ACT)
    assert not any(licence == "no" and age != "17" for age, licence, _ in said(reading))


def test_nothing_is_tried_where_nothing_is_refused() -> None:
    assert not list(tried(Reading((AGE,), (Rule(ADULT, accepts=True),), None, ACT)))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Two or three variables of two or three values, and rules over them."""
    variables = tuple(
        Variable(name, tuple(value(name, f"{name}{i}") for i in range(draw(st.integers(2, 3)))))
        for name in "abc"[: draw(st.integers(2, 3))]
    )

    def test(variable: Variable) -> st.SearchStrategy[OneOf]:
        places = st.frozensets(st.integers(0, len(variable.values) - 1), min_size=1, max_size=len(variable.values) - 1)
        return places.map(lambda chosen: OneOf(variable.key, chosen))

    def rule() -> st.SearchStrategy[Rule]:
        tests = st.lists(st.one_of(*(test(v) for v in variables)), min_size=1, max_size=2).map(tuple)
        joined = st.builds(Joined, st.sampled_from(("and", "or")), tests)
        return st.builds(Rule, joined, st.booleans(), st.sampled_from((0, 0, 1)))

    rules = tuple(draw(st.lists(rule(), min_size=1, max_size=3)))
    return Reading(variables, rules, draw(st.sampled_from((None, True, False))), ACT)


@given(readings())
def test_every_situation_that_is_tried_has_the_verdict_of_the_rules(reading: Reading) -> None:
    for one in tried(reading):
        situation = {
            v.key: next(i for i, known in enumerate(v.values) if known.inputs[v.key] == one.inputs[v.key])
            for v in reading.variables
        }
        assert reading.verdict(situation) is one.accepted


@given(readings())
def test_a_value_that_ever_decides_is_tried_where_it_does(reading: Reading) -> None:
    found = list(tried(reading))
    if not found:
        return
    for variable in reading.variables:
        others = [v for v in reading.variables if v is not variable]
        rows = {
            tuple(
                reading.verdict({**dict(zip((v.key for v in others), places, strict=True)), variable.key: place})
                for place in range(len(variable.values))
            )
            for places in product(*(range(len(v.values)) for v in others))
        }
        if any({True, False} <= set(row) for row in rows):
            assert {True, False} <= {one.accepted for one in found if one.key == variable.key} | {one.accepted for one in found}

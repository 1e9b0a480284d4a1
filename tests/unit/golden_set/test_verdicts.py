"""Better, Equal, Worse, Inconclusive: the table, and what holds for all figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.operations.golden import measures, verdicts
from testgen_runtime.operations.golden.measures import Written
from testgen_runtime.operations.golden.verdicts import KINDS, Kind, Verdict, compare, judge

BASE = Written(1.0, 100.0, 40.0, 1.0, 1.0, 0.8, 0.0, 60.0, 10_000.0, cases=50)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, Verdict.EQUAL),
        ({"coverage": 0.96}, Verdict.EQUAL),
        ({"coverage": 0.90}, Verdict.WORSE),
        ({"atoms": 90.0}, Verdict.WORSE),
        ({"atoms": 110.0}, Verdict.BETTER),
        ({"points": 37.0}, Verdict.EQUAL),
        ({"points": 14.0}, Verdict.WORSE),
        ({"grounding": 0.8}, Verdict.WORSE),
        ({"schema": 0.8}, Verdict.WORSE),
        ({"duplicates": 0.01}, Verdict.EQUAL),
        ({"duplicates": 0.1}, Verdict.WORSE),
        ({"by_model": 0.7}, Verdict.EQUAL),
        ({"by_model": 0.0}, Verdict.WORSE),
        ({"seconds": 80.0}, Verdict.EQUAL),
        ({"seconds": 100.0}, Verdict.WORSE),
        ({"tokens": 12_000.0}, Verdict.WORSE),
        ({"tokens": 5_000.0}, Verdict.EQUAL),
        ({"atoms": 120.0, "tokens": 20_000.0}, Verdict.INCONCLUSIVE),
        ({"atoms": 120.0, "coverage": 0.5}, Verdict.WORSE),
        ({"grounding": None}, Verdict.INCONCLUSIVE),
        ({"grounding": None, "coverage": 0.1}, Verdict.WORSE),
        ({"cases": 0}, Verdict.WORSE),
        ({"exhausted": True}, Verdict.INCONCLUSIVE),
    ],
)
def test_what_changes_and_what_it_means(change: dict[str, Any], verdict: Verdict) -> None:
    assert compare(BASE, replace(BASE, **change), 5.0).verdict is verdict


def test_a_serving_release_that_writes_nothing_is_no_obstacle() -> None:
    nothing = Written(0.0, 0.0, None, None, None, None, None, 1.0, 0.0, cases=0)

    assert compare(nothing, BASE, 5.0).verdict in (Verdict.BETTER, Verdict.INCONCLUSIVE)
    assert compare(nothing, replace(BASE, tokens=0.0, seconds=1.0), 5.0).verdict is Verdict.BETTER
    assert compare(nothing, nothing, 5.0).verdict is Verdict.INCONCLUSIVE


SHARES = st.none() | st.floats(0, 1)
COUNTS = st.none() | st.floats(0, 1e9)
WRITTEN = st.builds(
    Written,
    SHARES,
    COUNTS,
    COUNTS,
    SHARES,
    SHARES,
    SHARES,
    SHARES,
    COUNTS,
    COUNTS,
    cases=st.integers(0, 99),
    exhausted=st.booleans(),
)


@given(WRITTEN, st.floats(0, 100))
def test_nothing_is_worse_or_better_than_itself(one: Written, tolerance: float) -> None:
    found = compare(one, one, tolerance)

    assert found.verdict in (Verdict.EQUAL, Verdict.INCONCLUSIVE)
    assert all(figure.verdict in (Verdict.EQUAL, Verdict.INCONCLUSIVE) for figure in found.figures)


@given(WRITTEN, WRITTEN, st.floats(0, 100))
def test_a_verdict_is_always_told_with_every_figure(active: Written, candidate: Written, tolerance: float) -> None:
    found = compare(active, candidate, tolerance)

    assert [one.name for one in found.figures] == [kind.name for kind in KINDS]
    assert found.message


@given(WRITTEN, WRITTEN, st.floats(0, 100))
def test_no_quality_is_lost_unseen(active: Written, candidate: Written, tolerance: float) -> None:
    """Whatever is gained elsewhere, a quality that is worse never passes."""
    found = compare(active, candidate, tolerance)
    quality = {kind.name for kind in KINDS if kind.quality}

    if any(one.verdict is Verdict.WORSE for one in found.figures if one.name in quality):
        assert found.verdict in (Verdict.WORSE, Verdict.INCONCLUSIVE)


@given(st.sampled_from(KINDS), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 100))
def test_who_is_better_one_way_is_not_better_the_other_way(kind: Kind, one: float, other: float, tolerance: float) -> None:
    there, back = judge(kind, one, other, tolerance), judge(kind, other, one, tolerance)

    assert not (there is back is Verdict.BETTER)
    assert not (there is back is Verdict.WORSE)


@given(st.sampled_from(KINDS), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 50), st.floats(0, 50))
def test_a_greater_tolerance_never_makes_a_figure_worse(kind: Kind, one: float, other: float, low: float, more: float) -> None:
    if judge(kind, one, other, low) is not Verdict.WORSE:
        assert judge(kind, one, other, low + more) is not Verdict.WORSE


TEXT = "# Golden\n\nP-1: The amount must be 1 to 99 EUR.\n"


def case(**change: Any) -> dict[str, Any]:
    quote = "The amount must be 1 to 99 EUR."
    start = TEXT.index(quote)
    found: dict[str, Any] = {
        "id": "TC-1", "title": "t", "requirement_ids": ["P-1"], "technique": "boundary_value_analysis", "test_point": "TP-1",
        "polarity": "positive", "steps": [{"action": "Enter 1.", "expected": "It is taken."}], "written_by": "rules",
        "evidence": [
            {"document_id": "d", "requirement_id": "P-1", "quote": quote, "start": start, "end": start + len(quote)},
        ],
    }  # fmt: skip
    return found | change


JOB = {
    "started_at": "2026-01-01T00:00:00Z",
    "finished_at": "2026-01-01T00:00:02.5Z",
    "result": {"coverage": {"requirements_covered": 1, "atoms_covered": 4}, "written_by": {"model": 1, "rules": 3}, "tokens": 7},
}


def test_figures_are_those_of_the_cases() -> None:
    steps = [{"action": "Enter 100 and send the form.", "expected": "It is refused with a message."}]
    other = case(id="TC-2", steps=steps, test_data={"amount": "100 EUR"})
    quoted_wrong = case(id="TC-3", evidence=[{**case()["evidence"][0], "start": 0}])
    no_case = {"id": "TC-4"}

    found = measures.measure(TEXT, 2, JOB, [case(), other, quoted_wrong, no_case])

    assert found == Written(
        coverage=0.5,
        atoms=4.0,
        points=2.0,
        grounding=0.5,
        schema=0.75,
        by_model=0.25,
        duplicates=1 / 3,
        seconds=2.5,
        tokens=7.0,
        cases=4,
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    st.lists(
        st.dictionaries(st.sampled_from(["evidence", "steps", "id"]), st.none() | st.lists(st.none()), max_size=3), max_size=3
    ),
)
def test_nonsense_is_no_figure(result: Any, cases: list[dict[str, Any]]) -> None:
    found = measures.measure(TEXT, 1, {"result": result, "started_at": result}, cases)

    assert found.grounding in (None, 0.0)
    verdicts.compare(found, found, 5)

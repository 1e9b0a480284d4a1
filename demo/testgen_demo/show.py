"""What the demo and `make try` show of the cases: counts, coverage, and one case in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from testgen_cluster.steps import say

Case = Mapping[str, Any]


def counts(cases: Sequence[Case], key: str) -> dict[str, int]:
    """How many cases have each value of `key`, most first."""
    return dict(Counter(str(case[key]) for case in cases).most_common())


def one_case(case: Case) -> None:
    """A case as a tester would read it, with the sentence that it tests."""
    say(f"  {case['title']}")
    named = ", ".join(case["requirement_ids"])
    say(f"    for {named} · {case['technique']} · {case['polarity']} · written by {case['written_by']}")
    for line in case["preconditions"]:
        say(f"    given  {line}")
    for name, value in case["test_data"].items():
        say(f"    data   {name} = {value}")
    for number, step in enumerate(case["steps"], 1):
        say(f"    {number}. {step['action']}")
        say(f"       → {step['expected']}")
    say(f"    tests the sentence: “{case['evidence'][0]['quote']}”")


def interesting(cases: Sequence[Case]) -> Case:
    """A case worth showing: one with data, at a boundary, that the model wrote if it wrote any."""
    return max(
        cases,
        key=lambda c: (
            c["written_by"] == "model",
            c["technique"] == "boundary_value_analysis",
            len(c["test_data"]),
            -len(c["steps"]),
        ),
    )


def table(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in rows.items())

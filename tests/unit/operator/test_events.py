"""Events: one for what a person wants to know, none for a repetition."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.operator.build import NEO4J, Simulated, project
from tests.unit.operator.test_status import status_of

from testgen_operator.status import events


def status(**conditions: tuple[str, str]) -> dict[str, Any]:
    return {
        "conditions": [
            {"type": kind, "status": value, "reason": reason, "message": f"about {reason}"}
            for kind, (value, reason) in conditions.items()
        ]
    }


OK = status(Ready=("True", "Serving"), Stalled=("False", "NothingBlocks"))
STALLED = status(Ready=("False", "CrashLoop"), Stalled=("True", "CrashLoop"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, OK, [("Normal", "Ready")]),
        (OK, OK, []),
        (OK, STALLED, [("Warning", "CrashLoop")]),
        (STALLED, STALLED, []),
        (STALLED, status(Ready=("False", "x"), Stalled=("True", "VolumeFull")), [("Warning", "VolumeFull")]),
        (STALLED, OK, [("Normal", "Recovered"), ("Normal", "Ready")]),
        (OK, status(Ready=("False", "RollingOut"), Stalled=("False", "NothingBlocks")), [("Normal", "RollingOut")]),
        (status(Suspended=("False", "NotSuspended")), status(Suspended=("True", "Suspended")), [("Normal", "Suspended")]),
        (status(Suspended=("True", "Suspended")), status(Suspended=("False", "NotSuspended")), [("Normal", "Resumed")]),
        ({}, status(Suspended=("False", "NotSuspended")), []),
    ],
)
def test_transitions(old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert [(one.type, one.reason) for one in events(old, new)] == expected


def test_what_an_earlier_project_kept_is_told_at_the_first_visit_and_never_again() -> None:
    first = events({}, OK, ["shop-postgres-data"])
    assert [(one.type, one.reason) for one in first] == [("Normal", "Adopted"), ("Normal", "Ready")]
    assert "shop-postgres-data" in first[0].message
    assert events(OK, STALLED, ["shop-postgres-data"]) == events(OK, STALLED)


def test_a_recovery_names_what_is_over() -> None:
    assert events(STALLED, OK)[0].message == "CrashLoop is over"


def test_the_story_of_a_project_in_events() -> None:
    cluster = Simulated(project(NEO4J))
    told: list[str] = []
    previous: dict[str, Any] = {}
    for _ in range(6):
        cluster.step()
        new = status_of(cluster, previous)
        told += [one.reason for one in events(previous, new)]
        previous = new
        cluster.settle()
    assert told == ["RolloutSucceeded", "Ready"]

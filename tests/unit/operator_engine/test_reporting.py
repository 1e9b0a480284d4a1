"""Which statuses are written at once and which may wait for the pass that follows (issue 6: status writes of a start)."""

from __future__ import annotations

from typing import Any

import pytest

from testgen_operator.cluster.cache import Key
from testgen_operator.reconcile.reporting import MOST_PUT_OFF, Reports

SHOP = Key("team", "shop")


def status(generation: int = 1, **conditions: tuple[str, str]) -> dict[str, Any]:
    listed = [{"type": kind, "status": found, "reason": reason} for kind, (found, reason) in conditions.items()]
    return {"observedGeneration": generation, "conditions": listed}


STARTING = status(Ready=("False", "StoresStarting"), Stalled=("False", "NothingBlocks"), StoresReady=("False", "StoresStarting"))
MIGRATING = status(Ready=("False", "Migrating"), Stalled=("False", "NothingBlocks"), StoresReady=("True", "AllReady"))
SERVING = status(Ready=("True", "Serving"), Stalled=("False", "NothingBlocks"))
BLOCKED = status(Ready=("False", "QuotaExceeded"), Stalled=("True", "QuotaExceeded"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, STARTING),
        (SERVING, STARTING),
        (STARTING, BLOCKED),
        (BLOCKED, status(Ready=("False", "ImagePullFailed"), Stalled=("True", "ImagePullFailed"))),
        (BLOCKED, STARTING),
        (SERVING, SERVING | {"observedGeneration": 2}),
        (SERVING, status(Ready=("False", "Suspended"), Stalled=("False", "NothingBlocks"), Suspended=("True", "Suspended"))),
    ],
)
def test_what_somebody_acts_on_is_told_at_once(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert Reports().due(SHOP, before, after, settled=False)


def test_a_stage_of_a_start_waits_for_the_pass_that_follows() -> None:
    reports = Reports()
    assert not reports.due(SHOP, STARTING, MIGRATING, settled=False)
    assert reports.due(SHOP, STARTING, MIGRATING, settled=True)


@pytest.mark.parametrize("before", [STARTING, BLOCKED])
def test_that_it_is_well_is_told_by_the_pass_that_writes_nothing(before: dict[str, Any]) -> None:
    reports = Reports()
    assert not reports.due(SHOP, before, SERVING, settled=False)
    assert reports.due(SHOP, before, SERVING, settled=True)


def test_an_equal_status_is_never_due() -> None:
    assert not Reports().due(SHOP, SERVING, dict(SERVING), settled=True)


def test_passes_that_never_end_tell_where_they_are_from_time_to_time() -> None:
    reports = Reports()
    told = [reports.due(SHOP, STARTING, MIGRATING, settled=False) for _ in range(2 * (MOST_PUT_OFF + 1))]
    assert told == 2 * [*MOST_PUT_OFF * [False], True]


def test_each_project_is_counted_for_itself() -> None:
    reports = Reports()
    other = Key("team", "bank")
    told = [reports.due(key, STARTING, MIGRATING, settled=False) for _ in range(MOST_PUT_OFF) for key in (SHOP, other)]
    assert not any(told)

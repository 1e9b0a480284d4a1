"""What a run of the operator's benchmark must reach, and when its restart counts as over."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.bench import __main__ as bench
from tests.bench import operator, report
from tests.bench import operator_arms as arms
from tests.bench.operator import QUIET_SECONDS, Quiet, Run
from tests.bench.operator_targets import TARGETS, verdicts
from tests.bench.report import Metric, metric
from tests.control_plane import Admin

from testgen_operator.cluster.client import PARALLEL
from testgen_operator.cluster.connection import Connection, Token

ALL = (100, 300, 1000)
REACHED = {
    "converge_ratio_1000": 0.7,
    "rss_mib_1000": 250,
    "restart_writes_1000": 0,
    "steady_writes": 0,
    "steady_seconds": 600,
    "steady_reads_per_s": 0.99,
    "change_p95_s_1000": 0.99,
    "drift_p95_s_1000": 1.99,
    "cold_start_s_1000": 9.9,
    "growth_100_1000": 1.0,
}


def figures(**others: float | None) -> dict[str, Metric]:
    return {name: metric(value, "") for name, value in (REACHED | others).items() if value is not None}


def missed(results: dict[str, Metric], sizes: tuple[int, ...] = ALL) -> list[str]:
    return [words.split()[0] for met, words in verdicts(results, sizes) if not met]


def test_a_run_that_just_reaches_all_is_told_of_each() -> None:
    found = verdicts(figures(), ALL)
    assert [met for met, _ in found] == [True] * len(TARGETS)
    assert found[0].words == "converge_ratio_1000 ≥ 0.7: 0.7"


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("converge_ratio_1000", 0.69),
        ("rss_mib_1000", 250.1),
        ("restart_writes_1000", 1),
        ("steady_writes", 1),
        ("steady_seconds", 599),
        ("steady_reads_per_s", 1.0),
        ("change_p95_s_1000", 1.0),
        ("drift_p95_s_1000", 2.0),
        ("cold_start_s_1000", 10.0),
        ("growth_100_1000", 1.01),
    ],
)
def test_each_target_can_be_missed_by_its_figure_and_by_there_being_none(figure: str, value: float) -> None:
    assert missed(figures(**{figure: value})) == [figure]
    assert missed(figures(**{figure: None})) == [figure]


def test_a_run_is_held_to_the_sizes_that_it_had() -> None:
    small = {name: value for name, value in figures(steady_seconds=20).items() if name.startswith("steady")}
    assert missed(small, (20,)) == []
    assert missed({**small, "steady_writes": metric(3, "")}, (20,)) == ["steady_writes"]
    assert missed(figures(growth_100_1000=None), (300, 1000)) == []


def test_the_targets_are_figures_that_a_run_writes() -> None:
    measured: dict[str, Any] = dict.fromkeys(("bare_rate", "rate", "converge", "rss", "cold_start", "steady_reads"), 1.0)
    measured |= {"restart_writes": 0, "steady_writes": 0, "changes": {"replicas": [0.1]}, "drifts": [0.1]}
    assert {one.figure for one in TARGETS} <= set(operator._metrics([Run(size, **measured) for size in ALL], 15))


def test_a_run_that_measured_nothing_misses_every_target() -> None:
    assert missed(operator._metrics([Run(size) for size in ALL], 15)) == [one.figure for one in TARGETS]


async def test_the_bare_loop_has_as_many_requests_in_flight_as_the_operator_may_in_a_turn() -> None:
    flying, most = 0, 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.01)
        flying -= 1
        return web.json_response({})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(application)
    await server.start_server()
    try:
        connection = Connection(str(server.make_url("")).rstrip("/"), "default", None, Token("t"))
        requests = [arms.Request("PATCH", "/api/v1/one", "application/json", "{}")] * 22
        async with Admin(connection) as admin:
            sent, _ = await arms.bare(admin, requests, arms.places(operator.TURN, "ba"))
    finally:
        await server.close()
    assert sent == 22 * operator.TURN
    assert most == PARALLEL == arms.PARALLEL


@pytest.mark.parametrize(("writes", "expected"), [(0, 0), (1, 1)])
def test_the_benchmark_ends_with_1_and_says_what_was_missed(
    writes: int, expected: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(operator, "run", lambda: figures(restart_writes_1000=writes))
    monkeypatch.setattr(operator, "SIZES", list(ALL))
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["tests.bench", "operator"])
    assert bench.main() == expected
    said = capsys.readouterr().out
    assert ("MISSED  restart_writes_1000 = 0: 1" in said) == bool(writes)
    assert (tmp_path / "operator.json").exists()


def test_a_restart_is_over_when_every_project_was_looked_at_and_none_is_any_more() -> None:
    quiet, wanted, now = Quiet(), 3, 0.0
    # One project is looked at again and again; the others come late.
    for projects, passes in ((1, 1), (1, 3), (1, 9), (2, 9), (2, 9), (3, 12)):
        now += QUIET_SECONDS
        assert not quiet.after(now, projects, passes, wanted)
    assert not quiet.after(now + QUIET_SECONDS - 0.1, 3, 12, wanted)
    assert not quiet.after(now + QUIET_SECONDS, 3, 13, wanted)  # one was looked at once more
    assert quiet.after(now + 2 * QUIET_SECONDS, 3, 13, wanted)

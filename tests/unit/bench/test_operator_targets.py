"""What a run of the operator's benchmark must reach, and when its restart counts as over."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bench import __main__ as bench
from tests.bench import operator, report
from tests.bench.operator import QUIET_SECONDS, Quiet, Run
from tests.bench.operator_targets import TARGETS, verdicts
from tests.bench.report import Metric, metric

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
    runs = [Run(size, bare_rate=1.0, rate=1.0, converge=1.0) for size in ALL]
    assert {one.figure for one in TARGETS} <= set(operator._metrics(runs, 15))


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

"""What a run of the rollout benchmark must reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bench import __main__ as bench
from tests.bench import report, rollout
from tests.bench.report import Metric, metric
from tests.bench.rollout_targets import TARGETS, verdicts

REACHED = {
    "requests": 100_000,
    "failed_requests": 0,
    "rollouts": 20,
    "broken_rollouts": 5,
    "broken_rollouts_returned": 5,
    "switch_p95_s": 1.0,
    "abort_p95_s": 5.0,
    "rollbacks": 4,
    "rollbacks_served": 4,
    "rollback_worst_s": 9.9,
    "jobs_lost": 0,
    "streams_broken": 0,
    "stream_cuts": 1,
}
OF_SIZE = {"requests", "rollouts", "broken_rollouts", "switch_p95_s", "abort_p95_s", "stream_cuts"}


def figures(**others: float | None) -> dict[str, Metric]:
    return {name: metric(value, "") for name, value in (REACHED | others).items() if value is not None}


def missed(results: dict[str, Metric], *, short: bool = False) -> list[str]:
    return [words.split()[0] for met, words in verdicts(results, short=short) if not met]


def test_a_run_that_just_reaches_all_is_told_of_each() -> None:
    found = verdicts(figures())

    assert [met for met, _ in found] == [True] * len(TARGETS)
    assert found[0].words == "requests ≥ 100000: 100000"
    assert found[4].words == "broken_rollouts_returned = broken_rollouts (5): 5"


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("requests", 99_999),
        ("failed_requests", 1),
        ("rollouts", 19),
        ("broken_rollouts_returned", 4),
        ("switch_p95_s", 1.01),
        ("abort_p95_s", 5.01),
        ("abort_p95_s", None),  # nothing was given back under traffic: nothing is shown
        ("rollbacks_served", 3),
        ("rollback_worst_s", 10.0),
        ("rollback_worst_s", None),
        ("jobs_lost", 1),
        ("streams_broken", 1),
        ("streams_broken", None),
        ("stream_cuts", 0),
    ],
)
def test_one_figure_beyond_its_target_or_not_measured_is_missed(figure: str, value: float | None) -> None:
    results = figures(**{figure: value})

    assert missed(results) == [figure]
    assert missed(results, short=True) == ([] if figure in OF_SIZE else [figure])


def test_too_few_broken_releases_are_missed_although_all_came_back() -> None:
    assert missed(figures(broken_rollouts=4, broken_rollouts_returned=4)) == ["broken_rollouts"]


def test_every_target_that_a_short_run_is_spared_depends_on_its_size() -> None:
    assert {one.figure for one in TARGETS if one.of_size} == OF_SIZE
    assert len(verdicts(figures(), short=True)) == len(TARGETS) - len(OF_SIZE)


@pytest.mark.parametrize(("failed", "code"), [(0, 0), (1, 1)])
def test_the_run_fails_for_a_missed_target_after_its_figures_were_written(
    failed: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    monkeypatch.setattr(rollout, "SHORT", False)
    monkeypatch.setattr(rollout, "run", lambda: figures(failed_requests=failed))
    monkeypatch.setattr("sys.argv", ["bench", "rollout"])

    assert bench.main() == code
    assert (tmp_path / "rollout.json").exists()
    assert f"{'MISSED' if failed else 'met   '}  failed_requests = 0: {failed}" in capsys.readouterr().out

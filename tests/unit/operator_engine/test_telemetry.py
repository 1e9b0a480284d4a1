"""What the operator tells of projects: bounded, the sick ones first, nothing of what is gone."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, generate_latest

from testgen_operator import telemetry
from testgen_operator.telemetry import Conditions


def status(ready: str, reason: str = "Serving") -> dict[str, Any]:
    return {
        "conditions": [
            {"type": "Ready", "status": ready, "reason": reason},
            {"type": "Stalled", "status": "False", "reason": "NothingBlocks"},
            {"type": "BackupsHealthy", "status": "Unknown", "reason": "NotConfigured"},
        ]
    }


def told(conditions: Conditions) -> list[str]:
    registry = CollectorRegistry()
    registry.register(conditions)
    return [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]


def test_every_project_is_counted_by_condition_and_status() -> None:
    it = Conditions()
    it.set("team", "a", status("True"))
    it.set("team", "b", status("False", "ImagePullFailed"))
    lines = told(it)
    assert 'testgen_operator_projects{condition="Ready",status="True"} 1.0' in lines
    assert 'testgen_operator_projects{condition="Ready",status="False"} 1.0' in lines
    assert 'testgen_operator_projects{condition="BackupsHealthy",status="Unknown"} 2.0' in lines


def test_a_project_tells_ready_and_stalled_with_the_reason_of_the_moment_only() -> None:
    it = Conditions()
    it.set("team", "a", status("False", "ImagePullFailed"))
    it.set("team", "a", status("True"))
    lines = [line for line in told(it) if "project_condition" in line]
    assert lines == [
        'testgen_operator_project_condition{condition="Ready",namespace="team",project="a",reason="Serving"} 1.0',
        'testgen_operator_project_condition{condition="Stalled",namespace="team",project="a",reason="NothingBlocks"} 0.0',
    ]


def test_beyond_the_bound_only_the_aggregate_grows_and_the_sick_keep_their_series() -> None:
    it = Conditions(most=10)
    for number in range(100):
        it.set("team", f"p{number:03}", status("False" if number == 99 else "True"))
    lines = told(it)
    assert sum("project_condition" in line for line in lines) == 10 * len(Conditions.BY_PROJECT)
    assert any('project="p099"' in line for line in lines)
    assert "testgen_operator_project_series_left_out 90.0" in lines
    assert 'testgen_operator_projects{condition="Ready",status="True"} 99.0' in lines


def test_a_project_that_is_gone_tells_nothing() -> None:
    it = Conditions()
    it.set("team", "a", status("True"))
    it.forget("team", "a")
    assert told(it) == ["testgen_operator_project_series_left_out 0.0"]


def test_the_build_is_told() -> None:
    assert b"testgen_operator_build_info{" in telemetry.exposition()

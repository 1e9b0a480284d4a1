"""spec.rollout as the pure rollout reads it: defaults by environment and strategy, commands by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.unit.operator.build import project
from tests.unit.operator.strategies import projects

from testgen_operator.resources import rules_rollout
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rollout import DEFAULT_STEPS, Analysis, commands, policy
from testgen_operator.rollout.model import CanaryStep, Commands, Strategy


@pytest.mark.parametrize(
    ("environment", "strategy"),
    [("Development", Strategy.ROLLING), ("Staging", Strategy.ROLLING), ("Production", Strategy.BLUE_GREEN)],
)
def test_only_production_goes_blue_green_unless_it_says_so(environment: str, strategy: Strategy) -> None:  # S2-113
    assert policy(project({"environment": environment})).strategy is strategy


def test_blue_green_is_watched_for_five_minutes() -> None:  # S2-119, S2-121
    found = policy(project({"rollout": {"strategy": "BlueGreen"}}))
    assert (found.bake_seconds, found.smoke, found.analysis, found.auto_promote) == (300, True, True, True)


def test_a_canary_has_the_steps_of_the_requirements() -> None:  # S2-124
    found = policy(project({"rollout": {"strategy": "Canary"}}))
    assert [(one.weight, one.pause_seconds) for one in found.steps] == [(10, 300), (25, 300), (50, 600), (75, 300)]
    assert found.steps == DEFAULT_STEPS


def test_a_step_without_a_time_waits_for_a_person() -> None:
    found = policy(project({"rollout": {"strategy": "Canary", "steps": [{"weight": 5}, {"weight": 50, "pauseSeconds": 0}]}}))
    assert found.steps == (CanaryStep(5, None), CanaryStep(50, 0))


def test_pod_by_pod_checks_only_what_the_spec_asks_for() -> None:  # S2-129
    found = policy(project({"rollout": {"strategy": "RollingUpdate"}}))
    assert (found.bake_seconds, found.smoke, found.analysis, found.steps) == (0, False, False, ())
    assert not found.is_tried_beside
    asked = {"strategy": "RollingUpdate", "smoke": {"enabled": True}, "analysis": {"enabled": True}}
    found = policy(project({"rollout": asked}))
    assert (found.bake_seconds, found.smoke, found.analysis, found.preview_replicas) == (300, True, True, 1)
    assert found.is_tried_beside
    measured = policy(project({"rollout": {"strategy": "RollingUpdate", "analysis": {"enabled": True}}}))
    assert measured.smoke, "nobody else calls what is measured before it serves"


def test_the_limits_of_an_analysis_are_those_of_the_requirements() -> None:  # S2-127, S2-128
    analysis = project().spec.rollout.analysis
    assert (analysis.minimum_success_percent, analysis.latency_p95_milliseconds, analysis.failure_limit) == (95, 500, 3)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"environment": "Production"}, True),
        ({"environment": "Staging"}, False),
        ({"environment": "Production", "stores": {"postgres": {"type": "CloudNativePG"}}}, False),
        ({"environment": "Production", "rollout": {"backupBeforeUpgrade": False}}, False),
        ({"rollout": {"backupBeforeUpgrade": True}}, True),
    ],
)
def test_a_database_of_ours_in_production_is_backed_up_before_it_is_migrated(spec: dict[str, object], expected: bool) -> None:
    assert policy(project(spec)).backup_before_upgrade is expected


def test_no_command_is_none() -> None:
    assert commands(project()) == Commands()


def test_a_command_names_its_release() -> None:
    asked = {
        "strategy": "Canary",
        "promote": "a-1",
        "abort": "a-2",
        "retry": "a-3",
        "pause": "a-4",
        "skip": "a-1/2",
        "rollback": {"to": "a-5", "from": "a-6"},
    }
    assert commands(project({"rollout": asked})) == Commands("a-1", "a-2", "a-3", "a-4", "a-1/2", "a-5", "a-6")


def test_the_rule_about_an_analysis_that_is_off_knows_the_defaults() -> None:
    numbers = {name: one for name, one in Analysis().model_dump(by_alias=True).items() if isinstance(one, int)}
    assert numbers == rules_rollout._ANALYSIS


@settings(max_examples=100, deadline=None)
@given(projects())
def test_every_valid_spec_has_a_policy_that_fits_its_strategy(found: TestGenProject) -> None:
    its = policy(found)
    assert bool(its.steps) is (its.strategy is Strategy.CANARY)
    assert [one.weight for one in its.steps] == sorted({one.weight for one in its.steps})

"""A registry that does not answer for a moment ends no release; one that says that there is no such image does at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.operator.build import IMAGES, project

from testgen_operator.plan import migration
from testgen_operator.plan.facts import Container, Facts, Phase, Pod, Workload
from testgen_operator.reconcile.rollout_look import PATIENCE, look
from testgen_operator.rollout.model import Result
from testgen_operator.status.reasons import Reason

MADE = datetime(2026, 1, 1, tzinfo=UTC)
NO_ANSWER = 'Back-off pulling image "x:2": ErrImagePull: failed to do request: Head "https://x": no such host'
PULL = PATIENCE[Reason.IMAGE_PULL_FAILED]
PROJECT = project({"rollout": {"strategy": "BlueGreen"}})
MIGRATION = migration.job(PROJECT, Facts(), IMAGES).name


def facts(waiting: str, words: str) -> Facts:
    container = Container("migrate", "x:2", waiting=waiting, waiting_message=words)
    pod = Pod(f"{MIGRATION}-0", "migrate", "Pending", containers=(container,), created=MADE.isoformat().replace("+00:00", "Z"))
    return Facts(pods=(pod,), jobs={MIGRATION: Phase.RUNNING})


@pytest.mark.parametrize("waiting", ["ErrImagePull", "ImagePullBackOff"])
def test_a_registry_that_does_not_answer_is_asked_again_before_the_release_is_given_up(waiting: str) -> None:
    soon = look(PROJECT, facts(waiting, NO_ANSWER), IMAGES, MADE + timedelta(seconds=10))
    late = look(PROJECT, facts(waiting, NO_ANSWER), IMAGES, MADE + timedelta(seconds=PULL))

    assert (soon.unable, soon.seen.migration is Result.FAILED, soon.patience) == (
        None,
        False,
        PATIENCE[Reason.IMAGE_PULL_FAILED] - 10,
    )
    assert late.unable is not None
    assert (late.seen.migration, late.seen.job_reason, late.patience) == (Result.FAILED, "ImagePullFailed", None)


def test_a_container_whose_name_the_last_one_still_has_is_waited_for() -> None:
    container = Container("migrate", "x:2", waiting="CreateContainerError", waiting_message="failed to reserve container name")
    pod = Pod(f"{MIGRATION}-0", "migrate", "Pending", containers=(container,), created="2025-01-01T00:00:00Z")
    back = Facts(pods=(replace(pod, turned="2026-01-01T00:00:00Z"),), jobs={MIGRATION: Phase.RUNNING})

    assert look(PROJECT, back, IMAGES, MADE + timedelta(seconds=5)).unable is None, "the node came back just now"
    assert look(PROJECT, back, IMAGES, MADE + timedelta(seconds=PULL)).unable is not None


def test_a_node_under_pressure_ends_no_migration() -> None:
    words = "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }."
    pod = Pod(f"{MIGRATION}-0", "migrate", "Pending", unschedulable=words, created="2026-01-01T00:00:00Z")

    found = look(PROJECT, Facts(pods=(pod,), jobs={MIGRATION: Phase.RUNNING}), IMAGES, MADE + timedelta(hours=1))

    assert found.unable is None


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        ("ErrImagePull", "failed to resolve reference: x:2: not found"),
        ("ImagePullBackOff", "manifest unknown"),
        ("ErrImagePull", "pull access denied, repository does not exist or may require authorization"),
        ("ErrImageNeverPull", ""),
        ("InvalidImageName", "invalid reference format"),
    ],
)
def test_an_image_that_the_registry_does_not_have_is_not_waited_for(waiting: str, words: str) -> None:
    found = look(PROJECT, facts(waiting, words), IMAGES, MADE)

    assert (found.seen.migration, found.seen.job_reason, found.patience) == (Result.FAILED, "ImagePullFailed", None)


def test_a_migration_that_failed_for_another_release_says_nothing_of_this_one() -> None:
    found = look(PROJECT, Facts(jobs={"shop-migrate-of-another": Phase.FAILED}), IMAGES, MADE)

    assert (found.unable, found.seen.migration) == (None, Result.ABSENT)


@pytest.mark.parametrize(("of", "expected"), [("shop-before", None), ("shop-new", Reason.CRASH_LOOP)])
def test_pods_that_are_about_to_be_replaced_say_nothing_of_the_release_that_replaces_them(
    of: str, expected: Reason | None
) -> None:
    crashing = Container("runtime", "x:2", waiting="CrashLoopBackOff", restarts=3, exit_code=1)
    pod = Pod("shop-all-green-0", "all", "Running", containers=(crashing,), colour="green", release=of)
    green = Workload("Deployment", "shop-all-green", "all", replicas=1, release="shop-new", colour="green")

    found = look(PROJECT, Facts(pods=(pod,), workloads={green.name: green}), IMAGES, MADE)

    assert (found.causes["green"].reason if "green" in found.causes else None) is expected


def test_a_release_answers_while_every_part_that_has_pods_has_a_ready_one() -> None:
    def answers(*parts: tuple[int, int]) -> bool:
        there = [
            Workload("Deployment", f"shop-{part}-green", part, replicas=replicas, ready=ready, release="shop-new", colour="green")
            for part, (replicas, ready) in zip(("edge", "api"), parts, strict=True)
        ]
        found = look(PROJECT, Facts(workloads={one.name: one for one in there}), IMAGES, MADE)
        return found.seen.colours["green"].answers

    assert answers((3, 3), (5, 2))
    assert answers((1, 1), (0, 0))
    assert not answers((3, 3), (2, 0))

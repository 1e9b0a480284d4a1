"""The figures of DORA (S2-232…238): what real passes over a project count, from its first release to one that was taken back.

memory_cluster.py is a fake, and so is what a measurement says; the passes and the rollout's machine are the operator's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final, cast, get_args

import pytest
from tests.unit.operator_engine.test_reconcile import NOW, RESYNC, SHOP
from tests.unit.operator_engine.test_rollouts import GREEN, Recorded

from testgen_operator import names
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import RELEASE
from testgen_operator.plan.images import Images
from testgen_operator.reconcile.project import reconcile
from testgen_operator.reconcile.rollouts import ENVIRONMENTS, Rollouts, begin_figures
from testgen_operator.reconcile.wakeup import WakeUp
from testgen_operator.resources.project import Spec
from testgen_operator.resources.release import as_moment
from testgen_operator.rollout.figures import Measured
from testgen_operator.rollout.model import Outcome, Verdict
from testgen_operator.telemetry import REGISTRY

RELEASES: Final = "testgen_operator_releases_total"
SECONDS: Final = "testgen_operator_release_duration_seconds"
LEAD: Final = "testgen_operator_release_lead_seconds"
RESTORED: Final = "testgen_operator_release_restore_seconds"
WHERE: Final = {"environment": "Staging"}
SPEC: Final[dict[str, Any]] = {**GREEN, "environment": "Staging"}


class Timed(Recorded):
    """Its clock goes a minute on with each look at it that a test asks for."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.now, self.verdict = NOW, Verdict.SUCCESSFUL
        super().__init__(spec)

    async def _measure(self, *_: Any) -> Measured:
        return Measured(self.verdict, str(self.now), "as the test has it", reason="ErrorRate")

    def edges(self) -> Any:
        measurer = cast(Any, SimpleNamespace(measure=self._measure, forget=lambda *_: None))
        rollouts = Rollouts(cast(Client, self.memory), self.cache, measurer, lambda: self.now)
        return replace(super().edges(), rollouts=rollouts, served=frozenset({(RELEASE.api_version, RELEASE.kind)}))

    async def once(self) -> WakeUp:
        return await reconcile(SHOP, self.cluster, Images(), lambda: self.now, RESYNC)

    async def newest(self) -> dict[str, Any]:
        """The newest release, after a minute."""
        self.now += timedelta(minutes=1)
        await self.settle()
        self.settle_workloads()
        await self.settle()
        return max(self.records(), key=lambda one: int(one["spec"]["sequence"]))

    async def until(self, *wanted: str) -> dict[str, Any]:
        """The newest release as soon as it is at one of these steps, or has one of these outcomes."""
        for _ in range(60):
            newest = await self.newest()
            status = newest.get("status") or {}
            if {status.get("step"), status.get("outcome")} & set(wanted):
                return newest
        raise AssertionError(f"never {wanted}: {status}")

    def annotate(self, committed: str) -> None:
        live = next(one for key, one in self.memory.objects.items() if key.kind == names.KIND)
        metadata = {**live["metadata"], "annotations": {"testgen.dev/committed-at": committed}}
        self.cache.put(self.memory.put({**live, "metadata": metadata}))


def figures() -> dict[tuple[str, str], float]:
    """Every sample of an outcome, and the count and sum of the others."""
    found = {(RELEASES, str(one)): sample(RELEASES, outcome=str(one)) for one in Outcome}
    found |= {(SECONDS, str(one)): sample(f"{SECONDS}_sum", outcome=str(one)) for one in Outcome}
    found |= {(name, part): sample(f"{name}_{part}") for name in (LEAD, RESTORED) for part in ("count", "sum")}
    return found


def sample(name: str, **labels: str) -> float:
    value = REGISTRY.get_sample_value(name, {**WHERE, **labels})
    assert value is not None, name
    return value


def grown(before: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    return {key: value - before[key] for key, value in figures().items() if value != before[key]}


def seconds(record: Mapping[str, Any], begin: str = "") -> float:
    started, ended = as_moment(begin or record["spec"]["startedAt"]), as_moment(record["status"]["completedAt"])
    assert started is not None
    assert ended is not None
    assert ended > started
    return (ended - started).total_seconds()


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    begin_figures()
    for seen in ("_settled", "_is_listed"):  # there are no EndpointSlices here
        monkeypatch.setattr(f"testgen_operator.plan.watching.{seen}", lambda *_: True)
    monkeypatch.setattr("testgen_operator.plan.checks.analysed", lambda *_: Measured(Verdict.SUCCESSFUL, "checks", ""))


def test_every_series_is_there_before_the_first_release() -> None:
    for environment in ENVIRONMENTS:
        for outcome in Outcome:
            assert REGISTRY.get_sample_value(RELEASES, {"environment": environment, "outcome": str(outcome)}) is not None
            assert (
                REGISTRY.get_sample_value(f"{SECONDS}_count", {"environment": environment, "outcome": str(outcome)}) is not None
            )
        for name in (LEAD, RESTORED):
            assert REGISTRY.get_sample_value(f"{name}_count", {"environment": environment}) is not None


def test_the_environments_are_those_of_a_spec() -> None:
    assert set(get_args(Spec.model_fields["environment"].annotation)) == set(ENVIRONMENTS)


async def test_a_promotion_counts_once_with_its_duration_and_its_lead_time() -> None:  # S2-232, S2-233, S2-236, S2-238
    world, before = Timed(SPEC), figures()
    record = await world.until("Promoted")
    took = seconds(record)
    expected = {(RELEASES, "Promoted"): 1, (SECONDS, "Promoted"): took, (LEAD, "count"): 1, (LEAD, "sum"): took}
    assert grown(before) == expected
    world.restart()
    for _ in range(5):
        await world.newest()
    assert grown(before) == expected


async def test_the_lead_time_begins_at_the_commit_where_the_project_tells_it_and_once() -> None:  # S2-233
    world = Timed(SPEC)
    await world.until("Promoted")
    for committed, used in (("2026-01-01T22:00:00+01:00", True), ("2026-01-01T22:00:00+01:00", False), ("yesterday", False)):
        before = figures()
        world.annotate(committed)
        world.ask(budgets={"dailyTokens": 7 + len(world.records())})
        await world.newest()
        record = await world.until("Promoted")
        assert grown(before)[LEAD, "sum"] == seconds(record, committed if used else "")


async def test_one_that_is_given_up_before_it_serves_is_a_failure_and_no_rollback() -> None:  # S2-235
    world = Timed(SPEC)
    await world.until("Promoted")
    before, world.verdict = figures(), Verdict.FAILED
    world.ask(budgets={"dailyTokens": 7})
    record = await world.until("Aborted")
    assert grown(before) == {(RELEASES, "Aborted"): 1, (SECONDS, "Aborted"): seconds(record)}


async def test_one_that_is_taken_back_while_it_serves_is_a_rollback_with_the_time_until_all_was_well() -> None:  # S2-234, 237
    world = Timed(SPEC)
    await world.until("Promoted")
    before = figures()
    world.ask(budgets={"dailyTokens": 7})
    await world.until("Baking")
    world.verdict = Verdict.FAILED
    record = await world.until("RolledBack")
    found = grown(before)
    assert found.pop((RESTORED, "sum"), 0.0) >= 0.0
    assert found == {(RELEASES, "RolledBack"): 1, (SECONDS, "RolledBack"): seconds(record), (RESTORED, "count"): 1}


async def test_one_that_another_change_replaces_is_neither() -> None:
    world = Timed(SPEC)
    await world.until("Promoted")
    before, world.verdict = figures(), Verdict.INCONCLUSIVE
    world.ask(budgets={"dailyTokens": 7})
    await world.until("Analysing")
    world.ask(budgets={"dailyTokens": 8})
    await world.newest()
    assert {key for key in grown(before) if key[0] == RELEASES} == {(RELEASES, "Superseded")}

"""Records of releases around a pass: made once, kept, written before what follows from them (memory_cluster.py is a fake)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.unit.operator_engine.test_reconcile import NOW, World

from testgen_operator import names
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import RELEASE
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import ObjectKey
from testgen_operator.reconcile import rollouts as records
from testgen_operator.reconcile.rollouts import Rollouts
from testgen_operator.rollout.figures import Figure, Measured
from testgen_operator.rollout.model import Outcome, Policy, Position, Record, Seen, Step, Strategy, Verdict

GREEN: dict[str, Any] = {"rollout": {"strategy": "BlueGreen"}}


class Recorded(World):
    """A cluster that keeps records; PostgreSQL and the migration are ready at once."""

    def edges(self) -> Any:
        rollouts = Rollouts(cast(Client, self.memory), self.cache, None, lambda: NOW)
        return replace(super().edges(), rollouts=rollouts, served=frozenset({(RELEASE.api_version, RELEASE.kind)}))

    def settle_workloads(self) -> None:
        for key, one in list(self.memory.objects.items()):
            ready: dict[str, Any] = {}
            if key.kind in ("StatefulSet", "Deployment"):
                count = one["spec"].get("replicas", 1)
                conditions = [
                    {"type": "Available", "status": "True"},
                    {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
                ]
                counts = dict.fromkeys(("replicas", "readyReplicas", "updatedReplicas"), count)
                ready = {"observedGeneration": one["metadata"].get("generation", 0), **counts, "conditions": conditions}
            if key.kind == "Job":
                ready = {"conditions": [{"type": "Complete", "status": "True"}]}
            if ready and one.get("status") != ready:
                self.cache.put(self.memory.put({**one, "status": ready}))

    async def serving(self) -> None:
        for _ in range(6):
            await self.settle()
            self.settle_workloads()
        await self.settle()

    def records(self) -> list[dict[str, Any]]:
        return [one for key, one in self.memory.objects.items() if key.kind == names.RELEASE_KIND]

    def writes_of(self, verb: str) -> list[ObjectKey]:
        return [key for what, key in self.memory.writes if what == verb and key.kind == names.RELEASE_KIND]


@pytest.mark.parametrize("spec", [{}, GREEN])
async def test_the_first_release_has_one_record_that_is_made_once_and_stays(spec: dict[str, Any]) -> None:
    world = Recorded(spec)
    await world.serving()
    [record] = world.records()
    assert record["status"]["outcome"] == "Promoted"
    assert len(world.writes_of("create")) == 1
    assert world.writes_of("delete") == []
    assert len(world.writes_of("apply status")) <= 3


async def test_a_settled_pass_writes_nothing_and_a_new_process_neither() -> None:
    world = Recorded(GREEN)
    await world.serving()
    world.restart()
    world.memory.writes.clear()
    await world.settle()
    assert world.memory.writes == []


async def test_the_record_is_there_before_the_pods() -> None:
    world = Recorded(GREEN)
    await world.serving()
    first_record = next(n for n, (_, key) in enumerate(world.memory.writes) if key.kind == names.RELEASE_KIND)
    first_pods = next(n for n, (_, key) in enumerate(world.memory.writes) if key.kind == "Deployment")
    assert first_record < first_pods


async def test_a_pass_that_is_killed_after_the_record_goes_on_with_it() -> None:
    world = Recorded(GREEN)

    def dies(verb: str, key: ObjectKey) -> None:
        if verb == "apply status" and key.kind == names.RELEASE_KIND:
            raise ApiError("gone", status=503, reason="Unavailable")

    for _ in range(4):
        await world.settle()
        world.settle_workloads()
        if world.records():
            break
        world.memory.refuse = dies
        try:
            await world.settle()
        except ApiError:
            break
    world.memory.refuse = lambda _, __: None
    world.restart()
    await world.serving()
    [record] = world.records()
    assert record["status"]["outcome"] == "Promoted"


async def test_a_snapshot_that_is_too_large_is_left_out_of_the_record() -> None:
    world = Recorded(GREEN)
    sent: list[bool] = []
    create = world.memory.create

    async def bounded(manifest: Any) -> Any:
        if manifest["kind"] == names.RELEASE_KIND:
            sent.append(bool(manifest["spec"]["snapshot"]))
            if sent[-1]:
                raise ApiError("too large", status=413, reason="RequestEntityTooLarge")
        return await create(manifest)

    world.memory.create = bounded  # type: ignore[method-assign]
    await world.serving()
    [record] = world.records()
    assert (record["spec"]["snapshot"], record["status"]["outcome"]) == ({}, "Promoted")
    assert sent == [True, False]


def test_the_figures_of_the_golden_set_are_recorded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure("golden.coverage", 0.9, 0.92, Verdict.SUCCESSFUL)
    ended = Measured(Verdict.SUCCESSFUL, "golden", "golden set: not worse", figures=(figure,))
    monkeypatch.setattr("testgen_operator.plan.checks.analysed", lambda *_: ended)
    look = cast(Any, SimpleNamespace(facts=None))

    first = records._figures_once(look, cast(Any, None), "shop-1", {}, NOW)
    again = records._figures_once(look, cast(Any, None), "shop-1", {"analysis": first}, NOW + timedelta(hours=1))

    assert [(one["name"], one["verdict"], one["value"], one["limit"]) for one in first] == [
        ("golden.coverage", "Successful", "0.9", "0.92")
    ]
    assert again == []


@pytest.mark.parametrize(
    ("step", "changes", "wanted"),
    [
        (Step.BAKING, {}, True),
        (Step.ANALYSING, {}, True),
        (Step.STARTING, {}, False),
        (Step.BAKING, {"fast": True}, False),
        (Step.DRAINING, {"outcome": Outcome.PROMOTED}, False),
    ],
)
def test_a_bake_that_ran_out_while_the_operator_was_away_is_measured_before_it_ends(
    step: Step, changes: dict[str, Any], wanted: bool
) -> None:
    long_ago = Position(step, NOW - timedelta(hours=1), "green", **changes)
    baked = Seen(
        "shop-2", Policy(Strategy.BLUE_GREEN, bake_seconds=5), records=(Record("shop-2", "shop-2", 2, "shop-1", long_ago),)
    )

    assert records._is_watched(baked) is wanted

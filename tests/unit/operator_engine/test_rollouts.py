"""Records of releases around a pass: made once, kept, written before what follows from them (memory_cluster.py is a fake)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.unit.operator_engine.test_reconcile import NOW, World

from testgen_operator import names
from testgen_operator.cluster.applier import fingerprint
from testgen_operator.cluster.cache import Key
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import RELEASE
from testgen_operator.errors import ApiError
from testgen_operator.plan import checks, credentials
from testgen_operator.plan.facts import Container, Facts, Pod
from testgen_operator.plan.model import ObjectKey
from testgen_operator.reconcile import rollouts as records
from testgen_operator.reconcile.rollouts import Rollouts
from testgen_operator.reconcile.upgrades import WORKLOADS, Upgrades
from testgen_operator.reconcile.wakeup import WakeUp
from testgen_operator.resources.release import release_status
from testgen_operator.rollout.figures import Figure, Measured
from testgen_operator.rollout.model import Outcome, Policy, Position, Record, Seen, Step, Strategy, Verdict
from testgen_operator.status.diagnosis import Blocker
from testgen_operator.status.reasons import Reason

GREEN: dict[str, Any] = {"rollout": {"strategy": "BlueGreen"}}


class Recorded(World):
    """A cluster that keeps records; PostgreSQL and the migration are ready at once."""

    measurer: Any = None

    def edges(self) -> Any:
        rollouts = Rollouts(cast(Client, self.memory), self.cache, self.measurer, lambda: NOW)
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

    def ask(self, **spec: Any) -> None:
        """Somebody edits the project."""
        live = next(one for key, one in self.memory.objects.items() if key.kind == names.KIND)
        metadata = {**live["metadata"], "generation": live["metadata"].get("generation", 1) + 1}
        self.cache.put(self.memory.put({**live, "metadata": metadata, "spec": {**live["spec"], **spec}}))

    def records(self) -> list[dict[str, Any]]:
        return [one for key, one in self.memory.objects.items() if key.kind == names.RELEASE_KIND]

    def writes_of(self, verb: str) -> list[ObjectKey]:
        return [key for what, key in self.memory.writes if what == verb and key.kind == names.RELEASE_KIND]


async def test_a_release_that_cannot_be_recorded_since_the_namespace_goes_is_no_error() -> None:  # issue 6
    world = Recorded(GREEN)
    await world.serving()
    before = world.status()
    world.memory.writes.clear()

    def refuse(verb: str, key: ObjectKey) -> None:
        if key.kind == names.RELEASE_KIND and verb == "create":
            raise ApiError("verboten", status=403, reason="Forbidden", causes={"NamespaceTerminating"})

    world.memory.refuse = refuse
    world.ask(image="other:2")
    assert await world.once() == WakeUp.waiting()
    assert world.memory.writes == []
    assert world.status() == before

    def quota(verb: str, key: ObjectKey) -> None:
        if key.kind == names.RELEASE_KIND and verb == "create":
            raise ApiError("exceeded quota", status=403, reason="Forbidden")

    world.memory.refuse = quota
    with pytest.raises(ApiError, match="quota"):  # the engine tells and tries again
        await world.once()


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


async def test_what_a_retry_gives_up_keeps_its_own_end_although_the_next_one_begins_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = Measured(Verdict.INCONCLUSIVE, "golden", "golden set: it did not end by itself")
    monkeypatch.setattr("testgen_operator.plan.checks.analysed", lambda *_: ended)
    for seen in ("_settled", "_is_listed"):  # there are no EndpointSlices here
        monkeypatch.setattr(f"testgen_operator.plan.watching.{seen}", lambda *_: True)
    world = Recorded(GREEN)
    await world.serving()
    world.ask(budgets={"dailyTokens": 7})
    await world.serving()
    [_, tried] = sorted(world.records(), key=lambda one: int(one["spec"]["sequence"]))
    assert tried["status"]["step"] == "Analysing"

    world.ask(budgets={"dailyTokens": 7}, rollout={"strategy": "BlueGreen", "retry": tried["metadata"]["name"]})
    await world.serving()

    [_, given_up, again] = sorted(world.records(), key=lambda one: int(one["spec"]["sequence"]))
    assert (given_up["status"]["outcome"], given_up["status"]["reason"]) == ("Aborted", "AnalysisInconclusive")
    assert again["spec"]["template"] == given_up["spec"]["template"]
    assert again["status"].get("outcome") is None


async def test_a_record_names_the_client_that_wrote_the_spec() -> None:  # S2-161
    world = Recorded(GREEN)
    live = next(one for key, one in world.memory.objects.items() if key.kind == names.KIND)
    live["metadata"]["managedFields"] = [{"manager": "kubectl-edit", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:spec": {}}}]
    world.cache.put(world.memory.put(live))
    await world.serving()

    [record] = world.records()
    assert record["spec"]["deployedBy"] == "kubectl-edit"


async def test_a_new_release_has_no_figures_of_the_one_that_it_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure("successPercent", 10, 99, Verdict.FAILED)

    async def measure(*_: Any) -> Measured:
        return Measured(Verdict.INCONCLUSIVE, "one", "", figures=(figure,))

    ended = Measured(Verdict.SUCCESSFUL, "checks", "")
    monkeypatch.setattr("testgen_operator.plan.checks.analysed", lambda *_: ended)
    monkeypatch.setattr("testgen_operator.plan.watching._settled", lambda *_: True)  # there are no EndpointSlices here
    monkeypatch.setattr("testgen_operator.plan.watching._is_listed", lambda *_: True)
    monkeypatch.setattr(Recorded, "measurer", SimpleNamespace(measure=measure, forget=lambda *_: None))
    world = Recorded(GREEN)
    await world.serving()
    world.ask(budgets={"dailyTokens": 7})
    await world.serving()
    world.ask(budgets={"dailyTokens": 8})
    await world.settle()

    [first, replaced, begun] = sorted(world.records(), key=lambda one: int(one["spec"]["sequence"]))
    assert [one["name"] for one in replaced["status"]["analysis"]] == ["successPercent"]
    assert "analysis" not in begun["status"]
    assert "analysis" not in first["status"]


def test_figures_are_of_the_release_that_was_measured() -> None:
    measured = Measured(Verdict.SUCCESSFUL, "one", "")
    seen = Seen("t", Policy(Strategy.BLUE_GREEN), records=(Record("shop-1", "a", 1, ""), Record("shop-2", "t", 2, "shop-1")))
    look = cast(Any, SimpleNamespace(seen=seen, measured=measured))

    assert [records._measured_of(look, name) for name in ("shop-1", "shop-2")] == [None, measured]


def test_what_failed_is_recorded_with_its_last_lines_masked() -> None:
    said = "connecting\nTraceback (most recent call last):\n  ...\npassword=hunter2\nOSError: no route"
    cause = Blocker(Reason.CRASH_LOOP, "all", "x:2", "runtime", 1, "OSError: no route", last_lines=said)
    position = Position(Step.RETURNING, NOW, "green", reason="CrashLoop")
    look = cast(Any, SimpleNamespace(causes={"green": cause}, unable=None))

    failure = release_status(position, {}, failure=records._failure(look, position))["failure"]

    assert failure["lastLines"] == said.replace("hunter2", "***")
    assert (failure["component"], failure["container"], failure["exitCode"]) == ("all", "runtime", 1)


def test_a_cause_without_a_container_is_recorded_with_its_words() -> None:
    position = Position(Step.RETURNING, NOW, "green")
    look = cast(Any, SimpleNamespace(causes={}, unable=Blocker(Reason.QUOTA_EXCEEDED, "migrate", last_words="exceeded quota")))

    failure = records._failure(look, position)

    assert failure is not None
    assert failure["lastLines"] == "exceeded quota"


def test_what_is_recorded_of_a_backup_outlives_its_pod(monkeypatch: pytest.MonkeyPatch) -> None:  # S3-130
    bare, whole = {"location": "v/shop-1.dump"}, {"location": "v/shop-1.dump", "sha256": "ab", "sizeBytes": 5}
    found = {"backup": checks.Checked(record=bare)}
    monkeypatch.setattr("testgen_operator.plan.checks.results", lambda *_: found)
    look = cast(Any, SimpleNamespace(facts=None))

    assert records._backup(cast(Any, None), look, "shop-1", {}) == bare
    assert records._backup(cast(Any, None), look, "shop-1", {"backup": whole}) is None
    found["backup"] = checks.Checked(record=whole)
    assert records._backup(cast(Any, None), look, "shop-1", {"backup": bare}) == whole


@pytest.mark.parametrize(("reason", "component", "told"), [("SmokeFailed", "smoke", True), ("Aborted", "smoke", False)])
def test_the_container_of_a_check_that_failed_is_recorded(reason: str, component: str, told: bool) -> None:
    ended = Pod("shop-smoke-1-x", component, containers=(Container("smoke", exit_code=1, last_words="GET /health: 503\nbye"),))
    look = cast(Any, SimpleNamespace(causes={}, unable=None, facts=Facts(pods=(ended,))))
    position = Position(Step.RETURNING, NOW, "green", reason=reason)

    found = records._failure(look, position)

    expected = {
        "component": "smoke",
        "container": "smoke",
        "reason": "SmokeFailed",
        "exitCode": 1,
        "lastLines": "GET /health: 503\nbye",
    }
    assert found == (expected if told else None)


class Paced(Recorded):
    """Another project has just taken the only turn of this minute."""

    def edges(self) -> Any:
        upgrades = Upgrades(self.cache, 1)
        assert upgrades.seconds(Key("team", "other"), NOW) == 0
        rollouts = Rollouts(cast(Client, self.memory), self.cache, self.measurer, lambda: NOW, upgrades)
        return replace(super().edges(), rollouts=rollouts, upgrades=upgrades)

    def runs(self) -> dict[str, str]:
        """What the pods of each workload are made of."""
        return {
            f"{key.kind}/{key.name}": fingerprint(one["spec"]["template"])
            for key, one in self.memory.objects.items()
            if key.kind in WORKLOADS
        }

    def edit(self, secret: str) -> None:
        key = ObjectKey("v1", "Secret", "team", secret)
        live = self.memory.objects[key]
        self.memory.put({**live, "data": dict.fromkeys(live["data"], "ZWRpdGVk")})


@pytest.mark.parametrize("spec", [{"rollout": {"strategy": "RollingUpdate"}}, GREEN], ids=["in place", "beside it"])
async def test_a_new_operator_that_hashes_secrets_otherwise_restarts_nobody_until_their_turn(
    spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Paced({**spec, "stores": {"redis": {"type": "Managed"}}})
    await world.serving()
    runs, records_ = world.runs(), len(world.records())
    before = credentials.hash_of
    monkeypatch.setattr(credentials, "hash_of", lambda secrets, facts: f"new-{before(secrets, facts)}")
    world.restart()
    await world.serving()
    assert (world.runs(), len(world.records())) == (runs, records_)
    # A Secret that somebody edits meanwhile waits for nobody.
    world.edit("shop-admin-key")
    world.restart()
    await world.serving()
    changed = {name for name, template in world.runs().items() if template != runs.get(name)}
    assert changed - {"StatefulSet/shop-redis"}
    assert len(world.records()) == records_ + 1
    assert "StatefulSet/shop-redis" not in changed  # it mounts another Secret, so it still waits


async def test_children_that_are_kept_as_heads_are_written_once_by_a_new_process_and_then_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if the operator itself rendered more than the cache keeps of an object: no pass fails, and none follows the other."""
    world = Recorded({"stores": {"redis": {"type": "Managed"}}})
    await world.serving()
    before = world.memory.objects.keys()
    monkeypatch.setattr("testgen_operator.cluster.cache.MOST_BYTES", 1)
    world.restart()
    await world.settle()
    world.memory.writes.clear()
    await world.settle()
    assert world.memory.writes == []
    assert world.memory.objects.keys() == before

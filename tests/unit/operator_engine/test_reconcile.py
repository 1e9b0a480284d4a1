"""One pass over a project, with the real plan and the real status on a cluster of memory (memory_cluster.py, a fake)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from tests.unit.operator_engine.memory_cluster import MemoryCluster
from tests.unit.operator_engine.objects import project

from testgen_operator import names
from testgen_operator.cluster.cache import HEADS, Cache, Key, key_of
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.events import EventPoster, event
from testgen_operator.cluster.trouble import Trouble
from testgen_operator.errors import ApiError
from testgen_operator.plan.facts import observe
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import ObjectKey
from testgen_operator.plan.plan import plan
from testgen_operator.reconcile.project import Cluster, reconcile
from testgen_operator.reconcile.wakeup import WakeUp
from testgen_operator.resources.project import parse
from testgen_operator.status.events import EventSpec

SHOP = Key("team", "shop")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RESYNC = 600.0


class World:
    def __init__(self, spec: dict[str, Any] | None = None) -> None:
        self.memory, self.cache = MemoryCluster(), Cache()
        self.live = self.memory.put(project(uid="p1", spec=spec or {}))
        self.cache.put(self.live)
        self.cluster = self.edges()

    def edges(self) -> Cluster:
        client = cast(Client, self.memory)
        poster = EventPoster(client, instance="test", clock=lambda: NOW)
        return Cluster(self.cache, self.memory.applier(self.cache), self.memory.keeper(), poster, Trouble(client))

    def restart(self) -> None:
        """A new process: what it knows it has listed."""
        self.cache = Cache()
        for one in self.memory.objects.values():
            if one["kind"] not in ("Secret", "Event"):
                self.cache.put(one)
        self.cluster = self.edges()

    async def once(self) -> WakeUp:
        return await reconcile(SHOP, self.cluster, Images(), lambda: NOW, RESYNC)

    async def settle(self) -> int:
        for passes in range(1, 30):
            if not (await self.once()).progress:
                return passes
        raise AssertionError("it never settles")

    def kinds(self) -> set[str]:
        return {key.kind for key in self.memory.objects}

    def status(self) -> dict[str, Any]:
        return dict(self.memory.objects[key_of(self.live)].get("status") or {})

    def condition(self, kind: str) -> dict[str, Any]:
        return next(one for one in self.status()["conditions"] if one["type"] == kind)


async def test_a_project_that_is_gone_or_going_is_left_to_the_garbage_collector() -> None:
    world = World()
    assert await reconcile(Key("team", "other"), world.cluster, Images(), lambda: NOW, RESYNC) == WakeUp.never()
    going = project(uid="p1", version=99)
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    world.cache.put(going)
    assert await world.once() == WakeUp.never()
    assert world.memory.writes == []


async def test_the_first_pass_makes_the_stores_and_a_second_follows_at_once() -> None:
    world = World()
    assert (await world.once()).progress
    assert {"StatefulSet", "Service", "PersistentVolumeClaim", "Secret", "ConfigMap"} <= world.kinds()
    assert "Deployment" not in world.kinds()  # waits for the database


async def test_it_settles_and_a_settled_pass_writes_nothing() -> None:
    world = World()
    await world.settle()
    written = len(world.memory.writes)
    assert not (await world.once()).progress
    assert len(world.memory.writes) == written


async def test_nor_does_the_first_pass_of_another_process() -> None:
    world = World()
    await world.settle()
    written = len(world.memory.writes)
    world.restart()
    await world.once()
    assert len(world.memory.writes) == written


async def test_a_new_project_is_made_without_a_look_at_secrets_that_nobody_else_makes() -> None:
    world = World()
    await world.once()
    assert [key for key in world.memory.reads if key.kind == "Secret"] == []


async def test_after_a_restart_in_the_middle_its_secrets_are_looked_at() -> None:
    world = World()
    await world.once()
    world.restart()
    world.memory.reads.clear()
    await world.once()
    assert [key for key in world.memory.reads if key.kind == "Secret"] != []


async def test_steps_that_follow_one_another_at_once_write_one_status_at_the_start_and_one_at_the_end() -> None:
    world = World()
    await world.settle()
    statuses = [verb for verb, _ in world.memory.writes if verb == "apply status"]
    assert len(statuses) == 2
    told = world.status()
    world.restart()
    await world.once()
    assert world.status() == told  # nothing that a pass put off was lost


async def test_what_is_planned_by_the_heads_of_some_kinds_is_what_is_planned_by_the_whole_objects() -> None:
    world = World({"stores": {"neo4j": {"type": "Managed"}, "redis": {"type": "Managed"}}, "replicas": 2})
    await world.settle()
    given = world.cache.children(SHOP)
    whole = [world.cache.get(key_of(one)) for one in given]
    assert {one["kind"] for one, other in zip(given, whole, strict=True) if one != other} == HEADS
    parsed, facts = parse(world.live), {}
    for name, children in (("heads", given), ("whole", [one for one in whole if one is not None])):
        facts[name] = observe(parsed, children, {})
    assert facts["heads"] == facts["whole"]
    assert plan(parsed, facts["heads"], Images()) == plan(parsed, facts["whole"], Images())


async def crashed_after(k: int) -> World:
    """A world whose operator died right after its k-th write, and whose next one went on."""
    world = World()

    def die(_: str, __: ObjectKey) -> None:
        if len(world.memory.writes) >= k:
            raise KeyboardInterrupt

    world.memory.refuse = die
    with pytest.raises(KeyboardInterrupt):
        await world.settle()
    world.memory.refuse = lambda _, __: None
    world.restart()
    await world.settle()
    return world


async def test_killed_after_any_write_it_ends_the_same() -> None:
    whole = World()
    await whole.settle()
    count = len(whole.memory.writes)
    assert count > 8
    expected = {key for key in whole.memory.objects if key.kind != "Event"}
    for k in range(count):
        again = await crashed_after(k)
        assert {key for key in again.memory.objects if key.kind != "Event"} == expected, k
        creations = [key for verb, key in again.memory.writes if verb == "create" and key.kind == "Secret"]
        assert len(creations) == len(set(creations)), k  # no password was ever drawn twice


async def test_an_invalid_spec_gets_a_status_and_leaves_what_runs_alone() -> None:
    world = World()
    await world.settle()
    before = {key: one["metadata"]["resourceVersion"] for key, one in world.memory.objects.items() if key.kind != names.KIND}
    world.cache.put(world.memory.put(world.memory.objects[key_of(world.live)] | {"spec": {"replcas": 3}}))
    assert await world.once() == WakeUp.resync(RESYNC)
    assert world.condition("SpecValid")["status"] == "False"
    assert "replcas" in world.condition("SpecValid")["message"]
    after = {key: one["metadata"]["resourceVersion"] for key, one in world.memory.objects.items()}
    assert before.items() <= after.items()


EXTERNAL: dict[str, Any] = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "pw"}}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"postgres": {"type": "External", "external": EXTERNAL}}, "spec.stores.postgres.type: cannot be changed"),
        ({"qdrant": {"type": "Managed", "replicas": 3}}, {"qdrant": {"type": "Managed"}}, "cannot be given fewer servers"),
    ],
)
async def test_a_change_that_the_api_server_let_through_is_refused_and_leaves_what_runs_alone(
    before: dict[str, Any], after: dict[str, Any], words: str
) -> None:
    world = World({"stores": before})
    await world.settle()
    live = {key: one["metadata"]["resourceVersion"] for key, one in world.memory.objects.items() if key.kind != names.KIND}
    world.cache.put(world.memory.put(world.memory.objects[key_of(world.live)] | {"spec": {"stores": after}}))
    assert await world.once() == WakeUp.resync(RESYNC)
    assert world.condition("SpecValid")["status"] == "False"
    assert words in world.condition("Stalled")["message"]
    assert live.items() <= {key: one["metadata"]["resourceVersion"] for key, one in world.memory.objects.items()}.items()
    world.cache.put(world.memory.put(world.memory.objects[key_of(world.live)] | {"spec": {"stores": before}}))
    await world.settle()
    assert world.condition("SpecValid")["status"] == "True"


async def test_while_something_is_refused_nothing_is_pruned() -> None:
    world = World()
    await world.settle()
    old = next(one for key, one in world.memory.objects.items() if key.kind == "ConfigMap")
    stray = old | {"metadata": {**old["metadata"], "name": "shop-old", "uid": "stray"}}
    world.cache.put(world.memory.put(stray))

    def refuse(verb: str, key: ObjectKey) -> None:
        if verb == "apply" and key.kind == "Service":
            raise ApiError("exceeded quota: services", status=403, reason="Forbidden")

    world.memory.refuse = refuse
    world.memory.objects.pop(ObjectKey("v1", "Service", "team", "shop"))
    world.restart()
    assert await world.once() == WakeUp.waiting()
    assert ObjectKey("v1", "ConfigMap", "team", "shop-old") in world.memory.objects
    assert world.condition("Stalled")["reason"] == "QuotaExceeded"
    world.memory.refuse = lambda _, __: None
    await world.settle()
    assert ObjectKey("v1", "ConfigMap", "team", "shop-old") not in world.memory.objects
    assert world.condition("Stalled")["status"] == "False"


IN_WORDS = ApiError(
    'configmaps "x" is forbidden: unable to create new content in namespace team because it is being terminated',
    status=403,
    reason="Forbidden",
)
BY_ITS_CAUSE = ApiError("verboten", status=403, reason="Forbidden", causes={"NamespaceTerminating"})
"""The cause is the API's own; its message may be another one day, or in another language."""


@pytest.mark.parametrize("refusal", [IN_WORDS, BY_ITS_CAUSE])
@pytest.mark.parametrize("of", ["Secret", "ConfigMap"])
async def test_a_namespace_that_is_going_is_left_in_peace(refusal: ApiError, of: str) -> None:
    world = World()
    tried: list[ObjectKey] = []

    def refuse(verb: str, key: ObjectKey) -> None:
        if key.kind == of:
            tried.append(key)
            raise refusal

    world.memory.refuse = refuse
    assert await world.once() == WakeUp.waiting()
    assert world.status() == {}
    assert len([key for key in tried if key.kind == of]) == 1  # the first refusal is enough


async def test_a_refusal_for_another_cause_is_told() -> None:
    world = World()

    def refuse(verb: str, key: ObjectKey) -> None:
        if verb == "apply" and key.kind == "ConfigMap":
            raise ApiError("exceeded quota", status=403, reason="Forbidden", causes={"SomethingElse"})

    world.memory.refuse = refuse
    await world.once()
    assert world.condition("Stalled")["status"] == "True"


async def test_events_that_cannot_be_posted_do_not_fail_the_pass() -> None:
    world = World()

    def refuse(_: str, key: ObjectKey) -> None:
        if key.kind == "Event":
            raise ApiError("no", status=403, reason="Forbidden")

    world.memory.refuse = refuse
    await world.settle()
    assert world.status()["conditions"]


def test_the_same_turn_of_a_condition_gives_the_same_event_and_a_later_one_another() -> None:
    spec = EventSpec("Warning", "ImagePullFailed", "words " * 500)
    one = event(project(version=7), spec, instance="a", now=NOW)
    again = event(project(version=7), spec, instance="b", now=datetime(2027, 1, 1, tzinfo=UTC))
    later = event(project(version=8), spec, instance="a", now=NOW)
    assert one["metadata"]["name"] == again["metadata"]["name"] != later["metadata"]["name"]
    assert len(one["note"].encode()) <= 1024


async def test_what_a_project_said_stays_while_its_namespace_goes() -> None:  # issue 6: no new condition, no storm of tries
    world = World()
    await world.settle()
    before = world.status()

    def refuse(verb: str, key: ObjectKey) -> None:
        if verb == "apply" and key.kind != names.KIND:
            words = f"{key.name} is forbidden: unable to create new content in namespace team because it is being terminated"
            raise ApiError(words, status=403, reason="Forbidden")

    world.memory.refuse = refuse
    for key in [key for key in world.memory.objects if key.kind == "Service"]:
        world.cache.remove(world.memory.objects.pop(key))
    world.memory.writes.clear()
    assert await world.once() == WakeUp.waiting()
    assert world.memory.writes == []
    assert world.status() == before

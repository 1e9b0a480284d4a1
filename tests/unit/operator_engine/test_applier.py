"""What is written and what is not: applies that change nothing, Secrets that exist, children that are not ours."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.operator_engine.memory_cluster import MemoryCluster
from tests.unit.operator_engine.objects import project

from testgen_operator import names, telemetry
from testgen_operator.cluster import applier as applier_module
from testgen_operator.cluster.applier import fingerprint, stamped
from testgen_operator.cluster.cache import Cache, Key, key_of
from testgen_operator.cluster.outcome import Outcome
from testgen_operator.cluster.owned import difference
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import Manifest, ObjectKey

SHOP = Key("team", "shop")
OWNER = {"apiVersion": names.API_VERSION, "kind": names.KIND, "name": "shop", "uid": "p1", "controller": True}


def config(value: str = "1", name: str = "shop-config") -> Manifest:
    labels = {names.LABEL_PROJECT: "shop"}
    metadata = {"name": name, "namespace": "team", "labels": labels, "ownerReferences": [OWNER]}
    return Manifest({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": value}})


async def test_an_absent_object_is_applied_and_known_at_once() -> None:
    world, cache = MemoryCluster(), Cache()
    outcome = Outcome()
    await world.applier(cache).apply([config()], outcome)
    assert outcome.writes == 1
    assert cache.get(config().key) is not None  # not only when its watch event comes


async def test_a_second_pass_writes_nothing() -> None:
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    await applier.apply([config()], Outcome())
    outcome = Outcome()
    await applier.apply([config()], outcome)
    assert outcome.writes == 0
    assert len(world.writes) == 1


async def test_nor_does_the_first_pass_of_a_new_process() -> None:
    world = MemoryCluster()
    await world.applier(Cache()).apply([config()], Outcome())
    cache = Cache()
    for live in world.objects.values():
        cache.put(live)
    await world.applier(cache).apply([config()], Outcome())
    assert len(world.writes) == 1


async def test_a_state_that_was_compared_once_is_not_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    await applier.apply([config()], Outcome())
    compared: list[str] = []

    def counted(desired: Any, live: Any) -> str:
        compared.append(live["metadata"]["resourceVersion"])
        return difference(desired, live)

    monkeypatch.setattr(applier_module, "difference", counted)
    for _ in range(3):
        await applier.apply([config()], Outcome())
    assert compared == []
    labels = world.objects[config().key]["metadata"] | {"finalizers": ["somebody/elses"]}
    cache.put(world.put(world.objects[config().key] | {"metadata": labels}))
    for _ in range(3):
        await applier.apply([config()], Outcome())
    assert compared == [str(world.version)]
    assert len(world.writes) == 1


async def test_one_that_was_made_anew_behind_our_back_is_compared() -> None:
    """The same name and fields, another object: what was compared says nothing of it."""
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    await applier.apply([config()], Outcome())
    another = world.objects[config().key] | {"data": {"a": "theirs"}}
    another["metadata"] = another["metadata"] | {"uid": "another"}
    cache.put(world.put(another))
    await applier.apply([config()], Outcome())
    assert world.objects[config().key]["data"] == {"a": "1"}


@pytest.mark.parametrize("change", [{"data": {"a": "edited"}}, {"data": {}}])
async def test_an_edited_field_of_ours_is_applied_again(change: dict[str, Any]) -> None:
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    await applier.apply([config()], Outcome())
    cache.put(world.put(world.objects[config().key] | change))
    await applier.apply([config()], Outcome())
    assert world.objects[config().key]["data"] == {"a": "1"}


async def test_a_field_that_is_no_longer_wanted_is_applied_away() -> None:
    """Live holds every wanted field, only the hash tells that something must go."""
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    await applier.apply([config()], Outcome())
    outcome = Outcome()
    smaller = {name: value for name, value in config().object.items() if name != "data"}
    await applier.apply([Manifest(smaller)], outcome)
    assert outcome.writes == 1


async def test_a_webhook_that_changes_what_is_applied_is_not_fought_for_ever() -> None:
    world, cache = MemoryCluster(), Cache()
    world.webhook = lambda raw: raw | {"data": {"a": "as the policy wants it"}}
    applier = world.applier(cache)
    for _ in range(5):
        await applier.apply([config()], Outcome())
    assert len(world.writes) == 1
    cache.put(world.put(world.objects[config().key] | {"data": {"a": "edited by somebody"}}))
    await applier.apply([config()], Outcome())
    assert len(world.writes) == 2


async def test_what_is_being_deleted_is_left_alone() -> None:
    world, cache = MemoryCluster(), Cache()
    going = stamped(config().object, fingerprint(config().object)) | {"data": {}}
    going["metadata"] = going["metadata"] | {"uid": "u", "resourceVersion": "1", "deletionTimestamp": "2026-01-01T00:00:00Z"}
    cache.put(going)
    await world.applier(cache).apply([config()], Outcome())
    assert world.writes == []


@pytest.mark.parametrize(("status", "reason"), [(403, "Forbidden"), (422, "Invalid"), (404, "NotFound")])
async def test_a_refused_object_is_told_and_the_others_are_applied(status: int, reason: str) -> None:
    world, cache = MemoryCluster(), Cache()

    def refuse(_: str, key: ObjectKey) -> None:
        if key.name == "bad":
            raise ApiError("no", status=status, reason=reason)

    world.refuse = refuse
    outcome = Outcome()
    await world.applier(cache).apply([config(name="bad"), config()], outcome)
    assert [(one.key.name, one.code, one.reason) for one in outcome.refused] == [("bad", status, reason)]
    assert outcome.writes == 1


async def test_a_server_that_does_not_answer_ends_the_pass() -> None:
    world, cache = MemoryCluster(), Cache()

    def refuse(_: str, __: ObjectKey) -> None:
        raise ApiError("no answer", status=0, reason="Unreachable")

    world.refuse = refuse
    with pytest.raises(ApiError):
        await world.applier(cache).apply([config()], Outcome())


async def test_a_conflict_of_list_keys_is_solved_by_setting_the_lists_back() -> None:
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    await applier.apply([config()], Outcome())
    cache.put(world.put(world.objects[config().key] | {"data": {"a": "edited"}}))
    refusals = [ApiError("two ports of one name", status=422, reason="Invalid")]

    def refuse(verb: str, _: ObjectKey) -> None:
        if verb == "apply" and refusals:
            raise refusals.pop()

    world.refuse = refuse
    outcome = Outcome()
    await applier.apply([config()], outcome)
    assert outcome.refused == []
    assert [verb for verb, _ in world.writes] == ["apply", "merge", "apply"]


def child(**metadata: Any) -> dict[str, Any]:
    base = {"name": "old", "namespace": "team", "labels": {names.LABEL_PROJECT: "shop"}, "ownerReferences": [OWNER]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": base | metadata}


async def prune(world: MemoryCluster, seen: dict[str, Any], keep: frozenset[ObjectKey] = frozenset()) -> int:
    cache, outcome = Cache(), Outcome()
    cache.put(seen)
    await world.applier(cache).prune(SHOP, "p1", keep, outcome)
    return outcome.writes


async def test_a_child_that_is_no_longer_wanted_is_pruned() -> None:
    world = MemoryCluster()
    assert await prune(world, world.put(child())) == 1
    assert world.objects == {}


async def test_a_wanted_child_is_kept() -> None:
    world = MemoryCluster()
    live = world.put(child())
    assert await prune(world, live, frozenset([key_of(live)])) == 0


@pytest.mark.parametrize(
    "metadata",
    [
        {"ownerReferences": []},  # retained, or somebody else's with our label
        {"ownerReferences": [OWNER | {"uid": "an-earlier-project"}]},
        {"ownerReferences": [OWNER | {"controller": False}]},
    ],
)
async def test_what_is_not_this_projects_own_is_never_pruned(metadata: dict[str, Any]) -> None:
    world = MemoryCluster()
    assert await prune(world, world.put(child(**metadata))) == 0
    assert len(world.objects) == 1


async def test_what_the_cache_says_is_looked_at_live_before_it_is_deleted() -> None:
    """The label or the owner was taken off a moment ago, and the watch has not told yet."""
    world = MemoryCluster()
    seen = world.put(child())
    world.put(child(uid=seen["metadata"]["uid"], ownerReferences=[]))
    assert await prune(world, seen) == 0


async def test_an_equal_status_is_not_written() -> None:
    world = MemoryCluster()
    applier = world.applier(Cache())
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    assert not await applier.write_status(project(status=status), status)
    assert await applier.write_status(project(status={}), status)
    assert [verb for verb, _ in world.writes] == ["apply status"]


async def test_suppressed_applies_are_counted() -> None:
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    before = telemetry.WRITES_SUPPRESSED.labels("configmaps")._value.get()
    await applier.apply([config()], Outcome())
    await applier.apply([config()], Outcome())
    assert telemetry.WRITES_SUPPRESSED.labels("configmaps")._value.get() == before + 1


def deployment(replicas: int | None) -> Manifest:
    metadata = config().object["metadata"] | {"name": "shop-all-blue"}
    spec = {} if replicas is None else {"replicas": replicas}
    return Manifest({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"paused": False, **spec}})


async def test_replicas_are_handed_over_before_they_are_no_longer_ours() -> None:  # S2-057
    """A field that nobody owns falls back to its default: one pod, until the autoscaler looks."""
    world, cache = MemoryCluster(), Cache()
    applier = world.applier(cache)
    await applier.apply([deployment(3)], Outcome())
    world.writes.clear()
    await applier.apply([deployment(None)], Outcome())
    assert [verb for verb, _ in world.writes] == ["hand over", "apply"]
    world.writes.clear()
    await applier.apply([deployment(None)], Outcome())
    assert world.writes == []

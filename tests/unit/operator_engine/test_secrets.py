"""Secrets: drawn once, never overwritten, read by name, remembered without their values, looked after by a patrol."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.operator_engine.memory_cluster import MemoryCluster

from testgen_operator import names
from testgen_operator.cluster.cache import Key
from testgen_operator.cluster.outcome import Outcome
from testgen_operator.cluster.secrets import FRESH, MOST_READS, ROUND, SecretKeeper
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import DropPrevious, GeneratedSecret, Generator, ObjectKey, Redraw

SHOP = Key("team", "shop")
OWNER = {"apiVersion": names.API_VERSION, "kind": names.KIND, "name": "shop", "uid": "p1", "controller": True}


def secret(*, owned: bool = False) -> GeneratedSecret:
    return GeneratedSecret("team", "shop-postgres", {names.LABEL_PROJECT: "shop"}, {"password": Generator()}, owned)


async def test_a_secret_is_created_once_and_its_data_never_written_again() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    for _ in range(3):
        await keeper.ensure([secret()], OWNER, Outcome())
    assert [verb for verb, _ in world.writes].count("create") == 1
    assert world.objects[secret().key]["data"] == {"password": "dmFsdWUtMA=="}


async def test_a_secret_without_the_wanted_key_is_told_and_not_filled_up() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    labels = {names.LABEL_PROJECT: "shop"}
    world.put(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shop-postgres", "namespace": "team", "labels": labels}}
    )
    await keeper.ensure([secret()], OWNER, Outcome())
    assert "data" not in world.objects[secret().key]
    facts = await keeper.read(SHOP, ["shop-postgres", "other"])
    assert facts["shop-postgres"].exists
    assert facts["shop-postgres"].keys == frozenset()
    assert not facts["other"].exists


async def test_a_secret_that_another_made_in_between_is_taken_as_it_is() -> None:
    world = MemoryCluster()
    theirs = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "shop-postgres", "namespace": "team"},
        "data": {"password": "eA=="},
    }

    def refuse(verb: str, _: ObjectKey) -> None:
        if verb == "create":
            world.put(theirs)

    world.refuse = refuse
    outcome = Outcome()
    await world.keeper().ensure([secret()], OWNER, outcome)
    assert outcome.refused == []
    assert world.objects[secret().key]["data"] == {"password": "eA=="}


async def test_one_that_is_presumed_missing_is_made_without_a_look() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    facts = await keeper.read(SHOP, ["shop-postgres"], absent=["shop-postgres"])
    await keeper.ensure([secret()], OWNER, Outcome())
    assert not facts["shop-postgres"].exists
    assert world.reads == []
    assert [verb for verb, _ in world.writes] == ["create"]
    assert (await keeper.read(SHOP, ["shop-postgres"], absent=["shop-postgres"]))["shop-postgres"].exists


@pytest.mark.parametrize(
    "labels", [{names.LABEL_PROJECT: "other"}, {names.LABEL_MANAGED_BY: "Helm"}], ids=["another project's", "somebody else's"]
)
async def test_one_that_is_presumed_missing_and_is_somebody_elses_is_refused_untouched(labels: dict[str, str]) -> None:
    world = MemoryCluster()
    metadata = {"name": "shop-postgres", "namespace": "team", "labels": labels}
    theirs = world.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"password": "eA=="}})
    keeper, outcome = world.keeper(), Outcome()
    await keeper.read(SHOP, ["shop-postgres"], absent=["shop-postgres"])
    await keeper.ensure([secret()], OWNER, outcome)
    assert [one.reason for one in outcome.refused] == ["ForeignObject"]
    assert world.objects[secret().key] == theirs


async def test_one_that_is_presumed_missing_and_was_left_behind_is_taken_again_with_its_value() -> None:
    world = MemoryCluster()
    metadata = {"name": "shop-postgres", "namespace": "team", "labels": dict(secret().labels)}
    world.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"password": "eA=="}})
    keeper, outcome = world.keeper(), Outcome()
    await keeper.read(SHOP, ["shop-postgres"], absent=["shop-postgres"])
    await keeper.ensure([secret()], OWNER, outcome)
    assert outcome.refused == []
    assert world.objects[secret().key]["data"] == {"password": "eA=="}
    assert (await keeper.read(SHOP, ["shop-postgres"]))["shop-postgres"].exists


async def test_facts_about_a_secret_hold_no_value() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret()], OWNER, Outcome())
    facts = await keeper.read(SHOP, ["shop-postgres"])
    assert "value-0" not in repr(facts)
    assert "dmFsdWUtMA==" not in repr(facts)


async def test_an_owned_secret_is_made_with_one_write() -> None:
    world = MemoryCluster()
    await world.keeper().ensure([secret(owned=True)], OWNER, Outcome())
    assert [verb for verb, _ in world.writes] == ["create"]
    assert world.objects[secret().key]["metadata"]["ownerReferences"] == [OWNER]


async def test_a_change_of_the_deletion_policy_takes_the_owner_and_leaves_the_data() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret()], OWNER, Outcome())
    before = dict(world.objects[secret().key]["data"])
    outcome = Outcome()
    await keeper.ensure([secret(owned=True)], OWNER, outcome)
    assert outcome.writes == 1
    assert world.objects[secret().key]["data"] == before


async def test_a_secret_that_was_born_owned_is_given_free_by_one_merge_that_leaves_other_owners() -> None:
    """An apply does not take away what the creating request wrote: each pass would write again."""
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret(owned=True)], OWNER, Outcome())
    somebody = {"apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": "uid-of-other"}
    world.objects[secret().key]["metadata"]["ownerReferences"] = [OWNER, somebody]
    world.writes.clear()
    for _ in range(3):
        await keeper.ensure([secret()], OWNER, Outcome())
    assert [verb for verb, _ in world.writes] == ["merge"]
    assert world.objects[secret().key]["metadata"]["ownerReferences"] == [somebody]


async def test_what_is_remembered_is_not_read_again_while_the_project_is_well() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret()], OWNER, Outcome())
    world.reads.clear()
    for _ in range(5):
        await keeper.read(SHOP, ["shop-postgres"])
        await keeper.ensure([secret()], OWNER, Outcome())
    assert world.reads == []


async def test_a_project_that_is_not_well_reads_anew_what_is_no_longer_fresh() -> None:
    world, now = MemoryCluster(), [0.0]
    keeper = world.keeper(clock=lambda: now[0])
    await keeper.ensure([secret()], OWNER, Outcome())
    del world.objects[secret().key]
    now[0] = FRESH + 1
    assert not (await keeper.read(SHOP, ["shop-postgres"], well=False))["shop-postgres"].exists


async def test_a_missing_secret_is_looked_for_at_each_pass() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    assert not (await keeper.read(SHOP, ["brought"]))["brought"].exists
    world.put({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "brought", "namespace": "team"}, "data": {"a": "eA=="}})
    assert (await keeper.read(SHOP, ["brought"]))["brought"].exists


async def patrolled(world: MemoryCluster, keeper: SecretKeeper, rounds: int) -> tuple[list[Key], list[float]]:
    """Who was told, and the pauses, of a patrol that is stopped after `rounds` pauses."""
    told: list[Key] = []
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > rounds:
            raise asyncio.CancelledError

    with contextlib.suppress(asyncio.CancelledError):
        await keeper.patrol(told.append, pause=pause)
    return told, pauses


async def test_the_patrol_tells_the_projects_of_a_secret_that_was_removed_or_changed() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret()], OWNER, Outcome())
    await keeper.read(SHOP, ["shop-postgres"])
    assert (await patrolled(world, keeper, 2))[0] == []
    world.put(dict(world.objects[secret().key]) | {"data": {"password": "ZWRpdGVk"}})
    assert (await patrolled(world, keeper, 1))[0] == [SHOP]
    del world.objects[secret().key]
    assert (await patrolled(world, keeper, 1))[0] == [SHOP]
    assert not (await keeper.read(SHOP, ["shop-postgres"]))["shop-postgres"].exists


async def test_the_patrol_reads_a_few_secrets_every_half_minute_and_many_at_a_bounded_rate() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.read(SHOP, ["one", "two", "three"])
    assert set((await patrolled(world, keeper, 3))[1]) == {ROUND / 3}
    await keeper.read(Key("team", "many"), [f"secret-{n}" for n in range(3000)])
    assert set((await patrolled(world, keeper, 3))[1]) == {1 / MOST_READS}


async def test_the_patrol_survives_a_server_that_does_not_answer() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret()], OWNER, Outcome())
    await keeper.read(SHOP, ["shop-postgres"])

    async def unreachable(_: ObjectKey) -> Any:
        raise ApiError("no answer", status=0, reason="Unreachable")

    world.get = unreachable  # type: ignore[method-assign, assignment]
    assert (await patrolled(world, keeper, 3))[0] == []


async def test_what_only_a_gone_project_used_is_no_longer_read() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.read(SHOP, ["shop-postgres", "shared"])
    await keeper.read(Key("team", "other"), ["shared"])
    keeper.forget(SHOP)
    world.reads.clear()
    await patrolled(world, keeper, 2)
    assert {key.name for key in world.reads} == {"shared"}


def rotated(step: Redraw | DropPrevious) -> GeneratedSecret:
    return replace(secret(), rotation=step)


async def test_a_rotation_draws_once_and_keeps_the_old_value_until_it_is_dropped() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret()], OWNER, Outcome())
    for _ in range(3):  # a kill between the write and its answer leads here again
        await keeper.ensure([rotated(Redraw("today", ""))], OWNER, Outcome())
    live = world.objects[secret().key]
    assert set(live["data"]) == {"password", "previous-password"}
    assert live["data"]["previous-password"] == "dmFsdWUtMA=="
    assert live["data"]["password"] != "dmFsdWUtMA=="
    facts = await keeper.read(SHOP, ["shop-postgres"])
    assert (facts["shop-postgres"].token, facts["shop-postgres"].rotating) == ("today", True)
    for _ in range(2):
        await keeper.ensure([rotated(DropPrevious("today"))], OWNER, Outcome())
    assert world.objects[secret().key]["data"] == {"password": live["data"]["password"]}
    assert [verb for verb, _ in world.writes].count("merge") == 2


async def test_of_two_leaders_for_a_moment_one_draws() -> None:
    world = MemoryCluster()
    one, other = world.keeper(), world.keeper()
    await one.ensure([secret()], OWNER, Outcome())
    await other.read(SHOP, ["shop-postgres"])
    await one.ensure([rotated(Redraw("today", ""))], OWNER, Outcome())
    drawn = dict(world.objects[secret().key]["data"])
    await other.ensure([rotated(Redraw("today", ""))], OWNER, Outcome())
    assert world.objects[secret().key]["data"] == drawn


async def test_a_secret_that_changed_meanwhile_is_looked_at_again_before_a_draw() -> None:
    world = MemoryCluster()
    keeper = world.keeper()
    await keeper.ensure([secret()], OWNER, Outcome())
    merge = world.merge

    async def too_late(manifest: Any, *, resource_version: str) -> Any:
        world.put(world.objects[secret().key])  # somebody writes between the look and the draw
        return await merge(manifest, resource_version=resource_version)

    world.merge = too_late  # type: ignore[method-assign]
    outcome = Outcome()
    await keeper.ensure([rotated(Redraw("today", ""))], OWNER, outcome)
    assert (outcome.refused, outcome.writes) == ([], 1), "no refusal: the next pass, at once, decides anew"
    assert set(world.objects[secret().key]["data"]) == {"password"}


@pytest.mark.parametrize(
    ("labels", "data", "taken"),
    [
        ({}, {"password": "eA=="}, True),  # a lost password that somebody put back
        ({names.LABEL_PROJECT: "shop"}, {"password": "eA=="}, True),  # what an earlier project of the name left
        ({names.LABEL_PROJECT: "bank"}, {"password": "eA=="}, False),
        ({names.LABEL_MANAGED_BY: "Helm"}, {"password": "eA=="}, False),
        ({}, {"other": "eA=="}, False),
    ],
)
async def test_a_secret_of_that_name_is_taken_over_only_if_it_can_be_the_projects_own(
    labels: dict[str, str], data: dict[str, str], taken: bool
) -> None:
    world = MemoryCluster()
    metadata = {"name": "shop-postgres", "namespace": "team", "labels": labels}
    world.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})
    outcome = Outcome()
    await world.keeper().ensure([secret()], OWNER, outcome)
    assert [one.reason for one in outcome.refused] == ([] if taken else ["ForeignObject"])
    assert world.objects[secret().key]["data"] == data
    assert (world.objects[secret().key]["metadata"]["labels"] == labels) is (not taken or labels == secret().labels)

"""An upgrade of the operator touches no healthy tenant at once: pods that it renders otherwise wait (issue 6, item 6)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.operator.build import Simulated
from tests.unit.operator.build import project as of_spec
from tests.unit.operator_engine.memory_cluster import MemoryCluster
from tests.unit.operator_engine.objects import project

from testgen_operator import names
from testgen_operator.cluster.applier import fingerprint, stamped
from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.outcome import Outcome
from testgen_operator.cluster.owned import difference
from testgen_operator.plan.credentials import REMEMBERED_AS, changed
from testgen_operator.plan.facts import SecretFacts, secret_digest
from testgen_operator.plan.model import Manifest, ObjectKey
from testgen_operator.reconcile.upgrades import (
    UNDER_WAY,
    WORKLOADS,
    Upgrades,
    caused_by_operator,
    parsed,
    seconds_to_wait,
    written,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    "mode": "Microservices",
    "stores": {"redis": {"type": "Managed"}, "qdrant": {"type": "Managed"}, "neo4j": {"type": "Managed"}},
}
READY = {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True", "reason": "Serving"}]}


def workload(
    image: str = "runtime:1", *, name: str = "shop-all-blue", secrets: str = "s1", replicas: int = 1, remembered: str = ""
) -> Manifest:
    """`secrets`: the one hash in its template; `remembered`: what is written beside it of each."""
    template = {"metadata": {"annotations": {names.ANNOTATION_SECRETS_HASH: secrets}}, "spec": {"containers": [{"image": image}]}}
    project_name = name.partition("-")[0]
    metadata: dict[str, Any] = {"name": name, "namespace": "team", "labels": {names.LABEL_PROJECT: project_name}}
    if remembered:
        metadata["annotations"] = {names.ANNOTATION_SECRETS_HASH: remembered}
    spec = {"replicas": replicas, "template": template}
    return Manifest({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})


def job() -> Manifest:
    metadata = {"name": "shop-migrate-1", "namespace": "team", "labels": {names.LABEL_PROJECT: "shop"}}
    return Manifest({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {}})


def live(manifest: Manifest) -> dict[str, Any]:
    """As it was applied by an operator that rendered `manifest`."""
    return copy.deepcopy(stamped(manifest.object, fingerprint(manifest.object)))


def well(**more: Any) -> dict[str, Any]:
    return project(status=READY) | more


def test_other_pods_for_the_same_generation_of_a_project_that_is_well_are_the_operators_doing() -> None:
    wanted = workload("runtime:2")
    assert caused_by_operator(well(), [live(workload())], [wanted], {}) == {wanted.key}


def test_so_is_a_migration_that_nobody_asked_for() -> None:
    assert caused_by_operator(well(), [], [job()], {}) == {job().key}


def fence(name: str) -> Manifest:
    metadata = {"name": name, "namespace": "team", "labels": {names.LABEL_PROJECT: "shop"}}
    return Manifest({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": {}})


FENCES = [fence("shop-default-deny"), fence("shop-all"), fence("shop-migrate"), fence("shop-postgres")]


def test_so_are_the_first_fences_of_a_project_that_version_0_1_made() -> None:
    landed = [live(workload()), live(fence("shop-postgres"))]
    assert caused_by_operator(well(), landed, [workload(), *FENCES], {}) == {one.key for one in FENCES}


def test_a_fence_that_somebody_deleted_is_set_up_again_at_once() -> None:
    for gone in FENCES:
        left = [live(one) for one in FENCES if one is not gone]
        assert caused_by_operator(well(), left, FENCES, {}) == frozenset()


def test_fences_that_the_spec_asks_for_anew_are_set_up_at_once() -> None:
    changed = project(status=READY | {"observedGeneration": 0})
    assert caused_by_operator(changed, [live(workload())], FENCES, {}) == frozenset()


@pytest.mark.parametrize(
    ("seen", "children", "wanted"),
    [
        (project(status=READY | {"observedGeneration": 0}), [live(workload())], workload("runtime:2")),  # its spec changed
        (project(status={}), [live(workload())], workload("runtime:2")),  # it is new
        (project(status=READY | {"conditions": []}), [live(workload())], workload("runtime:2")),  # not well: it may be the mend
        (well(), [], workload()),  # its workload was deleted
        (well(), [live(workload())], workload(replicas=3)),  # no pod is restarted
        (well(), [live(workload())], workload()),
    ],
)
def test_everything_else_goes_ahead(seen: dict[str, Any], children: list[dict[str, Any]], wanted: Manifest) -> None:
    assert caused_by_operator(seen, children, [wanted], {}) == frozenset()


# A restart for a Secret is the tenant's own, and waits for nobody; one for an operator that looks at Secrets otherwise is not.

PASSWORD, ADDED = SecretFacts("shop-postgres", True, digest="aa"), SecretFacts("shop-new", True, digest="ff")
KNOWN = {PASSWORD.name: PASSWORD}
BEFORE = "1 shop-postgres=aa"


def caused(wanted: Manifest, secrets: Mapping[str, SecretFacts], remembered: str = BEFORE) -> frozenset[ObjectKey]:
    return caused_by_operator(well(), [live(workload(remembered=remembered))], [wanted], secrets)


@pytest.mark.parametrize("image", ["runtime:1", "runtime:2"])
def test_a_secret_that_was_rotated_or_edited_restarts_its_pods_at_once_also_under_a_new_operator(image: str) -> None:
    rotated = {PASSWORD.name: replace(PASSWORD, digest="bb")}
    assert caused(workload(image, secrets="s2"), rotated) == frozenset()


def test_one_that_was_deleted_and_brought_back_does_so_too() -> None:
    assert caused(workload(secrets="s2"), {PASSWORD.name: replace(PASSWORD, digest="of another uid")}) == frozenset()


def test_an_operator_that_mounts_one_more_secret_waits() -> None:
    wanted = workload(secrets="s2")
    assert caused(wanted, {**KNOWN, ADDED.name: ADDED}) == {wanted.key}


def test_so_does_one_that_mounts_one_less() -> None:
    wanted = workload(secrets="s2")
    assert caused(wanted, KNOWN, "1 shop-gone=cc shop-postgres=aa") == {wanted.key}


def test_so_does_one_that_hashes_otherwise() -> None:
    wanted = workload(secrets="s2")
    assert caused(wanted, KNOWN) == {wanted.key}


def test_so_does_one_that_remembers_otherwise_since_it_cannot_compare() -> None:
    wanted = workload(secrets="s2")
    assert caused(wanted, KNOWN, "0 shop-postgres=other") == {wanted.key}


def test_so_does_one_that_finds_an_earlier_versions_objects_on_which_nothing_is_remembered() -> None:
    wanted = workload(secrets="s2")
    assert caused(wanted, KNOWN, "") == {wanted.key}


def test_what_is_only_remembered_from_now_on_restarts_nothing_and_waits_for_nobody() -> None:
    assert caused(workload(remembered=BEFORE), KNOWN, "") == frozenset()


def test_a_job_of_a_rotation_waits_for_nobody() -> None:
    running = live(workload(remembered=BEFORE))
    rotated = {PASSWORD.name: replace(PASSWORD, digest="bb")}
    assert caused_by_operator(well(), [running], [job()], rotated) == frozenset()
    assert caused_by_operator(well(), [running], [job()], KNOWN) == {job().key}


def test_what_stands_by_without_a_pod_was_applied_long_ago_and_says_nothing() -> None:
    standing_by = live(workload(name="shop-all-green", remembered="1 shop-postgres=old", replicas=0))
    assert caused_by_operator(well(), [standing_by], [job()], KNOWN) == {job().key}


def test_what_is_remembered_is_pinned() -> None:
    """Another way to digest what a Secret holds would look like another content in every project: with it goes another
    `REMEMBERED_AS`."""
    digest = secret_digest("uid", {"password": "dmFsdWU=", "previous-password": "b2xk"})
    assert (REMEMBERED_AS, digest) == ("1", "535d501573")
    assert not changed(f"1 shop-postgres={digest}", {"shop-postgres": SecretFacts("shop-postgres", True, digest=digest)})


@pytest.mark.parametrize("spec", [{}, EVERYTHING], ids=["smallest", "every part"])
def test_whichever_secret_changes_the_pods_that_it_restarts_are_known_to_be_the_tenants_own_doing(spec: dict[str, Any]) -> None:
    cluster = Simulated(of_spec(spec)).bring()
    cluster.converge()
    restarted = set()
    for name, seen in list(cluster.secrets.items()):
        before = {one.key: one for one in cluster.plan().manifests}
        cluster.secrets[name] = replace(seen, digest="other")
        facts = cluster.facts()
        for one in cluster.plan().manifests:
            if one.kind in WORKLOADS and difference(one.object["spec"]["template"], before[one.key].object["spec"]["template"]):
                restarted.add(name)
                assert caused_by_operator(well(), [live(before[one.key])], [one], facts.secrets) == frozenset(), (name, one.key)
        cluster.secrets[name] = seen
    assert restarted


def test_an_edit_of_somebody_is_set_right_at_once() -> None:
    edited = live(workload())
    edited["spec"]["template"]["spec"]["containers"][0]["image"] = "theirs"
    assert caused_by_operator(well(), [edited], [workload()], {}) == frozenset()


@given(st.lists(st.floats(0, 300), max_size=40), st.integers(1, 20))
def test_never_more_than_so_many_in_any_minute(ages: list[float], per_minute: int) -> None:
    others = [NOW - timedelta(seconds=age) for age in ages]
    seconds = seconds_to_wait(NOW, None, others, per_minute)
    then = NOW + timedelta(seconds=seconds)
    within = [one for one in others if then - timedelta(seconds=60) < one <= NOW]
    if seconds == 0:
        assert len(within) < per_minute
    else:
        assert 0 < seconds <= 60
        assert len(within) < per_minute or seconds == 1.0


def test_a_project_whose_turn_came_goes_on_to_the_end() -> None:
    busy = [NOW - timedelta(seconds=1)] * 50
    assert seconds_to_wait(NOW, NOW - timedelta(minutes=2), busy, 1) == 0
    assert seconds_to_wait(NOW, NOW - UNDER_WAY - timedelta(seconds=1), busy, 1) > 0


async def upgrade(world: MemoryCluster, cache: Cache, upgrades: Upgrades, now: datetime) -> list[str]:
    """One look at each of 30 projects by an operator that wants another image; the projects it changed."""
    changed = []
    for number in range(30):
        key, wanted = Key("team", f"p{number}"), workload("runtime:2", name=f"p{number}-all-blue")
        outcome, children = Outcome(), cache.children(key)
        turn = upgrades.turn(key, well(), children, [wanted], {}, now)
        manifests = [one for one in [wanted] if one.key not in turn.held]
        await world.applier(cache).apply(manifests, outcome, marked=turn.marked, mark=written(now))
        if outcome.writes:
            changed.append(key.name)
    return changed


async def settled(count: int = 30) -> tuple[MemoryCluster, Cache]:
    world, cache = MemoryCluster(), Cache()
    await world.applier(cache).apply([workload(name=f"p{number}-all-blue") for number in range(count)], Outcome())
    return world, cache


async def test_thirty_projects_take_three_minutes_at_ten_a_minute() -> None:
    world, cache = await settled()
    upgrades, counts, now = Upgrades(cache, 10), [], NOW
    for _ in range(4):
        counts.append(len(await upgrade(world, cache, upgrades, now)))
        now += timedelta(seconds=61)
    assert counts == [10, 10, 10, 0]


async def test_the_pace_survives_the_operator() -> None:
    """What it goes by is on the objects: an operator that starts again after every project still keeps the pace."""
    world, cache = await settled()
    assert len(await upgrade(world, cache, Upgrades(cache, 10), NOW)) == 10
    for second in range(1, 60, 7):
        fresh = Cache()
        for one in world.objects.values():
            fresh.put(one)
        assert await upgrade(world, fresh, Upgrades(fresh, 10), NOW + timedelta(seconds=second)) == []


async def test_the_mark_stays_and_costs_no_write_later() -> None:
    world, cache = await settled(1)
    upgrades, wanted = Upgrades(cache, 10), workload("runtime:2", name="p0-all-blue")
    await upgrade(world, cache, upgrades, NOW)
    before = len(world.writes)
    await upgrade(world, cache, upgrades, NOW + timedelta(hours=1))
    assert world.writes[before:] == [("apply", one) for _, one in world.writes[before:] if one != wanted.key]
    assert world.objects[wanted.key]["metadata"]["annotations"][names.ANNOTATION_UPGRADED_AT] == written(NOW)


def test_a_mark_that_is_no_time_is_none() -> None:
    assert parsed("yesterday") is None
    assert parsed(written(NOW)) == NOW

"""One project a host in the whole cluster: whoever was there first keeps it, in whatever order the projects are looked at."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from testgen_operator import names
from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.hosts import Hosts


def project(name: str, host: str, created: str, namespace: str = "team", version: int = 1) -> dict[str, Any]:
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{namespace}-{name}",
            "creationTimestamp": created,
            "resourceVersion": str(version),
        },
        "spec": {"exposure": {"type": "Ingress", "host": host}} if host else {},
    }


OLD = project("old", "a.example", "2026-01-01T00:00:00Z")
YOUNG = project("young", "a.example", "2026-01-02T00:00:00Z", namespace="other")
APART = project("apart", "b.example", "2026-01-03T00:00:00Z")


def key(raw: dict[str, Any]) -> Key:
    return Key(raw["metadata"]["namespace"], raw["metadata"]["name"])


def index(*projects: dict[str, Any]) -> tuple[Cache, Hosts, list[Key]]:
    cache, told = Cache(), list[Key]()
    for one in projects:
        cache.put(one)
    return cache, Hosts(cache, told.append), told


@pytest.mark.parametrize("order", list(itertools.permutations([OLD, YOUNG, APART])))
def test_the_older_project_keeps_the_host(order: tuple[dict[str, Any], ...]) -> None:
    _, hosts, _ = index(OLD, YOUNG, APART)
    taken = {key(one).name: hosts.taken(key(one), one) for one in order}
    assert taken == {"old": False, "young": True, "apart": False}


def test_whoever_waits_for_a_host_is_looked_at_when_it_is_free() -> None:
    _, hosts, told = index(OLD, YOUNG)
    assert hosts.taken(key(YOUNG), YOUNG)
    hosts.forget(key(OLD))
    assert told == [key(YOUNG)]
    assert not hosts.taken(key(YOUNG), YOUNG)


def test_a_project_that_takes_another_host_gives_the_first_up() -> None:
    _, hosts, told = index(OLD, YOUNG)
    hosts.taken(key(OLD), project("old", "c.example", "2026-01-01T00:00:00Z", version=2))
    assert told == [key(YOUNG)]
    assert not hosts.taken(key(YOUNG), YOUNG)


def test_an_older_project_that_comes_to_a_host_is_told_to_the_younger() -> None:
    bare = project("old", "", "2026-01-01T00:00:00Z")
    _, hosts, told = index(bare, YOUNG)
    assert not hosts.taken(key(YOUNG), YOUNG)
    assert not hosts.taken(key(OLD), OLD)
    assert told == [key(YOUNG)]
    assert hosts.taken(key(YOUNG), YOUNG)


def test_letters_of_a_host_are_the_same_in_any_case() -> None:
    shouting = project("loud", "A.Example", "2026-02-01T00:00:00Z")
    _, hosts, _ = index(OLD, shouting)
    assert hosts.taken(key(shouting), shouting)


def test_two_of_the_same_second_are_told_apart_by_their_uid() -> None:
    twins = [project(name, "a.example", "2026-01-01T00:00:00Z") for name in ("one", "two")]
    _, hosts, _ = index(*twins)
    assert [hosts.taken(key(one), one) for one in twins] == [False, True]

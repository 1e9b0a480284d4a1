"""The cache may be behind the cluster, never wrong about order."""

from __future__ import annotations

import copy
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.operator_engine.objects import config_map, project

from testgen_operator.cluster.cache import Cache, Key, key_of, stripped
from testgen_operator.cluster.kinds import CONFIG_MAP, PROJECT, RELEASE
from testgen_operator.resources.release import last_writer

SHOP = Key("team", "shop")


def test_a_child_is_found_under_its_project() -> None:
    cache = Cache()
    assert cache.put(config_map()) == SHOP
    assert [child["metadata"]["name"] for child in cache.children(SHOP)] == ["shop-config"]
    assert cache.children(Key("other", "shop")) == []


def test_an_older_or_equal_version_is_no_news() -> None:
    cache = Cache()
    cache.put(config_map(version=10, data={"a": "new"}))
    assert cache.put(config_map(version=9, data={"a": "old"})) is None
    assert cache.put(config_map(version=10)) is None
    assert cache.children(SHOP)[0]["data"] == {"a": "new"}


def test_versions_are_compared_as_numbers() -> None:
    cache = Cache()
    cache.put(config_map(version=9))
    assert cache.put(config_map(version=10)) == SHOP


def test_a_deleted_object_does_not_come_back_with_a_late_event() -> None:
    cache = Cache()
    cache.put(config_map(version=5))
    assert cache.remove(config_map(version=7)) == SHOP
    assert cache.put(config_map(version=6)) is None
    assert cache.children(SHOP) == []


def test_an_object_made_anew_under_the_same_name_is_another_one() -> None:
    cache = Cache()
    cache.put(config_map(uid="old", version=5))
    cache.remove(config_map(uid="old", version=6))
    assert cache.put(config_map(uid="new", version=7)) == SHOP
    assert cache.remove(config_map(uid="old", version=6)) is None  # a late DELETED of the first
    assert cache.children(SHOP)[0]["metadata"]["uid"] == "new"


def test_a_child_whose_label_was_taken_off_is_no_child_any_more() -> None:
    cache = Cache()
    cache.put(config_map(version=1))
    assert cache.put(config_map(version=2, project=None)) == SHOP
    assert cache.children(SHOP) == []


def test_a_listing_drops_what_vanished_between_two_listings() -> None:
    cache = Cache()
    cache.put(config_map("kept", uid="1", version=1))
    cache.put(config_map("vanished", uid="2", version=2))
    assert cache.replace(CONFIG_MAP, "", [config_map("kept", uid="1", version=1)], "50") == {SHOP}
    assert [child["metadata"]["name"] for child in cache.children(SHOP)] == ["kept"]


def test_a_listing_keeps_what_is_newer_than_itself_of_another_kind_or_elsewhere() -> None:
    cache = Cache()
    cache.put(project(version=1))
    cache.put(config_map("newer", uid="1", version=60))
    cache.put(config_map("elsewhere", uid="2", version=2, namespace="other"))
    cache.replace(CONFIG_MAP, "team", [], "50")
    assert len(cache) == 3


def test_what_nobody_reads_is_not_kept() -> None:
    cache = Cache()
    raw = config_map()
    raw["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    raw["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": "{}", "kept": "yes"}
    before = copy.deepcopy(raw)
    cache.put(raw)
    metadata = cache.children(SHOP)[0]["metadata"]
    assert "managedFields" not in metadata
    assert metadata["annotations"] == {"kept": "yes"}
    assert raw == before  # the sender's object is left alone


def test_of_a_project_who_wrote_its_spec_last_is_kept_and_nothing_else_of_managed_fields() -> None:
    cache, raw = Cache(), project()
    fields: dict[str, Any] = {"f:spec": {f"f:{number}": {} for number in range(1000)}}
    raw["metadata"]["managedFields"] = [
        {"manager": "helm", "operation": "Update", "time": "2026-11-20T00:00:00Z", "fieldsV1": fields},
        {"manager": "argocd-controller", "operation": "Apply", "time": "2026-11-21T00:00:00Z", "fieldsV1": fields},
    ]
    cache.put(raw)
    kept = cache.project(SHOP)
    assert kept is not None
    assert last_writer(kept) == "argocd-controller"
    assert len(str(kept["metadata"]["managedFields"])) < 100


def test_the_cache_has_a_bound() -> None:
    cache = Cache(most=2)
    cache.put(config_map("a", uid="a"))
    cache.put(config_map("b", uid="b"))
    with pytest.raises(MemoryError):
        cache.put(config_map("c", uid="c"))


def test_a_namespace_with_more_than_its_share_is_left_out_and_no_other() -> None:
    cache = Cache(most=9, most_of_a_namespace=2)
    for name in "abc":
        cache.put(config_map(name, uid=name, namespace="greedy"))
    assert cache.put(config_map("d", uid="d", namespace="team")) == SHOP
    assert len(cache) == 3
    assert (
        cache.put(config_map("a", uid="a", version=2, namespace="greedy", data={"a": "new"})) is not None
    )  # what is known stays so
    cache.remove(config_map("a", uid="a", version=3, namespace="greedy"))
    assert cache.put(config_map("e", uid="e", namespace="greedy")) == Key("greedy", "shop")  # there is room again


LARGE = {"a": "x" * 2**20}


def stranger(number: int, **more: Any) -> dict[str, Any]:
    """A ConfigMap of a MiB that somebody gave the label, with as much else as the API server lets through."""
    raw = config_map(f"large-{number}", uid=f"u{number}", version=number + 1, data=dict(LARGE), **more)
    raw["metadata"]["annotations"] = {"theirs": "y" * 200_000, "testgen.dev/theirs": "y" * 50_000}
    raw["metadata"]["labels"] |= {f"theirs-{one}": "z" * 63 for one in range(500)}
    return raw


@pytest.mark.parametrize("owned", [False, True], ids=["of a stranger", "with a project as its owner"])
def test_hundreds_of_large_objects_of_a_namespace_take_next_to_no_memory(owned: bool) -> None:
    cache = Cache()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(300):
            raw = stranger(number, owned=owned)
            raw["data"] = {"a": chr(97 + number % 26) * 2**20}
            cache.put(raw, own=number % 2 == 0)
            raw.clear()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(cache.children(SHOP)) == 300
    assert grown < 4 * 2**20


def test_of_a_strangers_object_only_the_head_is_kept_however_small_it_is() -> None:
    cache = Cache()
    raw = config_map(owned=False, data={"theirs": "1"})
    cache.put(raw)
    (kept,) = cache.children(SHOP)
    assert "data" not in kept
    assert kept["metadata"] == raw["metadata"]


def test_of_a_child_of_usual_size_nothing_is_cut() -> None:
    raw = config_map(data={"config.yaml": "x" * 30_000})
    cache = Cache()
    cache.put(raw)
    assert cache.children(SHOP) == [raw]


def test_a_release_is_kept_whole_since_it_is_rendered_again_from_it() -> None:
    raw = config_map() | {"apiVersion": RELEASE.api_version, "kind": RELEASE.kind, "spec": {"snapshot": LARGE}}
    cache = Cache()
    cache.put(raw)
    assert cache.children(SHOP) == [raw]


_events = st.lists(
    st.tuples(st.sampled_from(["put", "remove"]), st.sampled_from("abc"), st.integers(1, 4), st.integers(1, 30)), max_size=30
)


@given(_events)
def test_the_index_of_children_always_agrees_with_the_objects(events: list[tuple[str, str, int, int]]) -> None:
    cache = Cache()
    for what, name, uid, version in events:
        raw = config_map(name, uid=f"{name}{uid}", version=version, project="shop" if version % 5 else "bank")
        (cache.put if what == "put" else cache.remove)(raw)
    children = [child for owner in (SHOP, Key("team", "bank")) for child in cache.children(owner)]
    assert len(children) == len(cache) == len({key_of(child) for child in children})


@given(st.permutations(range(1, 8)))
def test_events_in_any_order_end_with_the_newest(order: list[int]) -> None:
    cache = Cache()
    for version in order:
        cache.put(project(version=version))
    found = cache.project(SHOP)
    assert found is not None
    assert found["metadata"]["resourceVersion"] == "7"
    assert cache.projects() == [SHOP]
    assert PROJECT.resource == "testgenprojects.testgen.dev"


def test_the_answer_to_an_own_write_is_what_the_watch_would_have_brought() -> None:
    raw = config_map(data={"a": "1"})
    raw["metadata"]["managedFields"] = [{"manager": "somebody"}]
    own, seen = Cache(), Cache()
    own.put(raw, own=True)
    seen.put(raw)
    assert own.get(key_of(raw)) == seen.get(key_of(raw))
    assert "managedFields" not in str(own.get(key_of(raw)))


def test_of_kinds_that_nobody_plans_by_the_head_is_given_without_parsing() -> None:
    cache = Cache()
    account = config_map("shop") | {"kind": "ServiceAccount"}
    cache.put(account)
    (head,) = cache.children(Key("team", "shop"))
    assert head["metadata"] == {"name": "shop", "namespace": "team", "uid": "c1", "labels": {"testgen.dev/project": "shop"}}
    assert cache.get(key_of(account)) == stripped(account)

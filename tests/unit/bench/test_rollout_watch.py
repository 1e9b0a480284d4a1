"""What the rollout benchmark's eyes make of the objects they see."""

from __future__ import annotations

from typing import Any, cast

from tests.bench.rollout_watch import Watch
from tests.cluster.kube import Cluster


def watch() -> Watch:
    return Watch(cast(Cluster, None), "bench")


def service(colour: str) -> dict[str, Any]:
    return {"metadata": {"name": "bench"}, "spec": {"selector": {"testgen.dev/colour": colour}}}


def slice_of(*pods: str) -> dict[str, Any]:
    endpoints = [{"targetRef": {"name": pod}, "conditions": {"ready": True}} for pod in pods]
    return {"metadata": {"name": "bench-abcde"}, "endpoints": endpoints}


def record(name: str, sequence: int, **status: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"sequence": sequence}, "status": status}


def test_a_switch_is_seen_from_the_service_to_the_last_old_endpoint() -> None:
    seen = watch()
    seen._slice("ADDED", slice_of("bench-all-blue-1-a", "bench-all-blue-1-b"))
    seen._service("ADDED", service("blue"))
    seen._record("ADDED", record("r1", 1, step="Done", colour="blue", outcome="Promoted"))
    seen._record("ADDED", record("r2", 2, step="Switching", colour="green"))
    seen._service("MODIFIED", service("green"))
    seen._slice("MODIFIED", slice_of("bench-all-blue-1-a", "bench-all-green-2-a"))
    assert seen.switches.forward == []

    seen._slice("MODIFIED", slice_of("bench-all-green-2-a", "bench-all-green-2-b"))

    assert len(seen.switches.forward) == 1
    assert seen.switches.returns == []
    assert (seen.newest() or {})["metadata"]["name"] == "r2"


def test_a_return_is_counted_where_the_release_had_the_traffic() -> None:
    seen = watch()
    seen._slice("ADDED", slice_of("bench-all-green-2-a"))
    seen._service("ADDED", service("green"))
    seen._record("MODIFIED", record("r2", 2, step="Returning", colour="green", served=True))
    seen._service("MODIFIED", service("blue"))
    seen._slice("MODIFIED", slice_of("bench-all-blue-1-a"))

    assert len(seen.switches.returns) == 1
    assert seen.switches.forward == []


def test_a_release_that_never_served_gives_nothing_back() -> None:
    seen = watch()
    seen._slice("ADDED", slice_of("bench-all-blue-1-a"))
    seen._service("ADDED", service("blue"))
    seen._record("MODIFIED", record("r2", 2, step="Returning", colour="green", served=False))
    seen._slice("MODIFIED", slice_of("bench-all-blue-1-a", "bench-all-blue-1-b"))

    assert seen.switches.returns == []

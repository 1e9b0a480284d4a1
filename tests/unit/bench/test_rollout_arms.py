"""What the loads of both ways come to together, and how Argo Rollouts' pods are told apart."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bench.rollout_argo import HASH, _objects, _Watch
from tests.bench.rollout_clients import Load, gathered, told
from tests.bench.rollout_count import Kind
from tests.bench.rollout_plain import way_in
from tests.bench.rollout_scenario import Switches


def load() -> Load:
    return Load(lambda: "http://127.0.0.1:9", "key")


def test_both_ways_are_counted_together_and_apart() -> None:
    loads = {"service": load(), "traefik": load()}
    loads["service"].requests.answer("GET /cases", 200, {200}, 0.1)
    loads["traefik"].requests.fail("GET /cases", Kind.RESET, "gone")
    loads["traefik"].jobs.asked.append("a")
    loads["service"].faults.append("a: 1 events missing")

    found = gathered(loads, [], Switches(), {})

    assert (found.requests.total, found.requests.failures) == (2, 1)
    assert (found.ways["service"].failures, found.ways["traefik"].failures) == (0, 1)
    assert (found.jobs.asked, list(found.stream_faults)) == (["a"], ["a: 1 events missing"])
    assert told(loads) == "2 requests, 1 failed traefik: GET /cases: reset gone"


@pytest.mark.parametrize(
    ("marked", "late"),
    [
        ([], 0.0),  # nobody was answered by it
        ([95.0], 0.0),  # the last one before the failure was seen
        ([95.0, 103.5], 3.5),
    ],
)
def test_how_long_a_broken_release_got_requests_after_its_failure(marked: list[float], late: float) -> None:
    loads = {"service": load(), "traefik": load()}
    for one, moment in zip(loads.values(), marked, strict=False):
        one.marked["slow-later"] = moment

    assert gathered(loads, [], Switches(), {"slow-later": 100.0}).late == [late]


def endpoints(*pods: str) -> dict[str, Any]:
    return {"metadata": {"name": "argo-x"}, "endpoints": [{"targetRef": {"name": one}} for one in pods]}


def test_argos_switch_ends_when_all_endpoints_have_the_new_hash() -> None:
    watch = _Watch()
    watch.slice("ADDED", endpoints("argo-aa11-p1", "argo-aa11-p2"))
    watch.service("MODIFIED", {"spec": {"selector": {"app": "argo", HASH: "bb22"}}})
    watch.slice("MODIFIED", endpoints("argo-aa11-p1", "argo-bb22-p3"))
    assert watch.switches.forward == []
    watch.slice("MODIFIED", endpoints("argo-bb22-p3", "argo-bb22-p4"))

    assert len(watch.switches.forward) == 1


def test_argo_gets_the_projects_pods_the_same_probe_and_no_way_around_pod_security() -> None:
    security = {"runAsNonRoot": True}
    container = {"name": "runtime", "image": "old", "securityContext": {"allowPrivilegeEscalation": False}}
    probe = {"name": "probe", "image": "p", "args": ["x"], "timeoutSeconds": 120}
    *_, analysis, rollout = _objects({"securityContext": security, "containers": [container]}, "new", probe)
    check = analysis["spec"]["metrics"][0]["provider"]["job"]["spec"]["template"]["spec"]

    assert rollout["spec"]["template"]["spec"]["containers"] == [{**container, "image": "new"}]
    assert check["containers"][0]["args"] == ["x"]
    assert (check["securityContext"], check["containers"][0]["securityContext"]) == (security, container["securityContext"])


def test_each_arm_has_a_service_and_a_host_of_its_own_at_traefik() -> None:
    service, ingress = way_in("plain", {"app": "plain"})

    assert service["spec"]["selector"] == {"app": "plain"}
    assert ingress["spec"]["ingressClassName"] == "traefik"
    assert ingress["spec"]["rules"][0]["host"] == "plain.example"

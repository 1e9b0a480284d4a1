"""What counts as well: a healthy project costs no reading of Events (issue 6, steady reads), and which Events are about it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from testgen_operator.cluster.client import Client, Listing
from testgen_operator.cluster.trouble import Trouble, all_well


def pod(phase: str, ready: bool, reason: str = "", ended: str = "") -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": str(ready), "reason": reason}]
    status = {"phase": phase, "conditions": conditions} | ({"reason": ended} if ended else {})
    return {"kind": "Pod", "metadata": {"name": "one", "uid": "new"}, "status": status}


@pytest.mark.parametrize(
    ("child", "well"),
    [
        (pod("Running", True), True),
        (pod("Running", False), False),
        (pod("Pending", False), False),
        (pod("Failed", False), False),
        (pod("Failed", False, ended="Evicted"), True),
        (pod("Succeeded", False, "PodCompleted"), True),
        ({"kind": "Pod", "metadata": {"name": "one"}}, False),
    ],
)
def test_a_pod_is_well_while_it_is_ready_and_once_it_is_done(child: dict[str, Any], well: bool) -> None:
    assert all_well([child]) is well


def test_with_nothing_but_an_evicted_pod_its_workload_is_not_well() -> None:
    deployment = {"kind": "Deployment", "metadata": {"name": "one"}, "spec": {"replicas": 1}, "status": {"readyReplicas": 0}}
    assert not all_well([deployment, pod("Failed", False, ended="Evicted")])


class Warnings:
    """A fake of the one call that lists Events."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self._events = list(events)

    async def list(self, *_: Any, **__: Any) -> Listing:
        return Listing(self._events, "1")


def warning(reason: str, uid: str, name: str = "one") -> dict[str, Any]:
    about = {"kind": "Pod", "name": name, "uid": uid}
    return {"type": "Warning", "reason": reason, "message": reason, "involvedObject": about, "metadata": {"name": reason}}


async def test_of_an_object_that_is_gone_only_the_eviction_before_the_pod_of_that_name_is_told() -> None:
    told = Warnings(
        warning("Failed", "new"), warning("Evicted", "old"), warning("BackOff", "old"), warning("Evicted", "old", name="another")
    )
    seen = await Trouble(cast(Client, told), clock=lambda: 100.0).seen("team", [pod("Pending", False)])
    assert sorted((one["reason"], one["involvedObject"]["uid"]) for one in seen) == [("Evicted", "old"), ("Failed", "new")]

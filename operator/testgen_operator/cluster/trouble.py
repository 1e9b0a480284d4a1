"""The warnings that controllers and kubelets leave in Events: the only place where some failures are told (a quota, a volume)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from testgen_operator import telemetry
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import CORE_EVENT
from testgen_operator.errors import ApiError

log = telemetry.get_logger(__name__)

MOST: Final = 500
AGE: Final = 5.0
"""Seconds for which a listing serves every project of its namespace: what starts up is never well at first."""
NAMESPACES: Final = 1_000


class Trouble:
    def __init__(self, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._listed: OrderedDict[str, tuple[float, list[dict[str, Any]]]] = OrderedDict()

    async def seen(self, namespace: str, children: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Warnings about the children, read only while something is not well: a healthy project costs no request.

        As core/v1 Events, oldest first, at most `AGE` old. Empty when they can't be read.
        """
        if all_well(children):
            return []
        uids = {child["metadata"].get("uid") for child in children}
        pods = {child["metadata"]["name"] for child in children if child["kind"] == "Pod"}
        about = [
            event
            for event in await self._warnings(namespace)
            if event["involvedObject"].get("uid") in uids or _of_the_one_before(event, pods)
        ]
        return sorted(about, key=lambda event: str(event["metadata"].get("creationTimestamp", "")))

    async def _warnings(self, namespace: str) -> list[dict[str, Any]]:
        at, found = self._listed.get(namespace, (-AGE, []))
        if self._clock() - at < AGE:
            return found
        # Before the answer: the projects of a namespace that ask meanwhile take what was known.
        self._listed[namespace] = (self._clock(), found)
        self._listed.move_to_end(namespace)
        while len(self._listed) > NAMESPACES:
            self._listed.popitem(last=False)
        try:
            listing = await self._client.list(CORE_EVENT, namespace, field_selector="type=Warning", most=MOST)
        except ApiError as problem:
            log.warning("warnings not read", namespace=namespace, error=str(problem))
            return []
        found = [_short(event) for event in listing.items]
        self._listed[namespace] = (self._clock(), found)
        return found


def all_well(children: Sequence[Mapping[str, Any]]) -> bool:
    """Whether everything that runs is ready, bound or done."""
    return all(map(_well, children))


def _of_the_one_before(event: Mapping[str, Any], pods: Collection[str]) -> bool:
    """Whether it says why the last pod of one of these names was ended: a StatefulSet makes the next under the same name."""
    about = event["involvedObject"]
    return event.get("reason") == "Evicted" and about.get("kind") == "Pod" and about.get("name") in pods


def _short(event: Mapping[str, Any]) -> dict[str, Any]:
    """Of an Event, what a diagnosis reads."""
    about, metadata = event.get("involvedObject") or {}, event["metadata"]
    return {
        "type": event.get("type"),
        "reason": event.get("reason"),
        "message": event.get("message"),
        "involvedObject": {name: about.get(name) for name in ("kind", "name", "uid")},
        "metadata": {"creationTimestamp": metadata.get("creationTimestamp", ""), "name": metadata.get("name", "")},
    }


def _well(child: Mapping[str, Any]) -> bool:
    status, spec = child.get("status") or {}, child.get("spec") or {}
    match child["kind"]:
        case "Pod":
            # Of a Job that is done, or ended by its node: it is never Ready again and stays; what replaces it has to be well.
            if status.get("phase") == "Succeeded" or status.get("reason") == "Evicted":
                return True
            return any(one.get("type") == "Ready" and one.get("status") == "True" for one in status.get("conditions") or ())
        case "Deployment" | "StatefulSet":
            return int(status.get("readyReplicas") or 0) >= int(spec.get("replicas", 1))
        case "PersistentVolumeClaim":
            return bool(status.get("phase") == "Bound")
        case "Job":
            return bool(status.get("succeeded"))
        case _:
            return True

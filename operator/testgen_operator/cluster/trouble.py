"""The warnings that controllers and kubelets leave in Events: the only place where some failures are told (a quota, a volume)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from testgen_operator import telemetry
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import CORE_EVENT
from testgen_operator.errors import ApiError

log = telemetry.get_logger(__name__)

MOST: Final = 500


class Trouble:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def seen(self, namespace: str, children: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Warnings about the children, read only while something is not well: a healthy project costs no request.

        As core/v1 Events, oldest first. Empty when they can't be read.
        """
        if all(map(_well, children)):
            return []
        try:
            listing = await self._client.list(CORE_EVENT, namespace, field_selector="type=Warning", most=MOST)
        except ApiError as problem:
            log.warning("warnings not read", namespace=namespace, error=str(problem))
            return []
        uids = {child["metadata"].get("uid") for child in children}
        about = [event for event in listing.items if (event.get("involvedObject") or {}).get("uid") in uids]
        return sorted(about, key=lambda event: str(event["metadata"].get("creationTimestamp", "")))


def _well(child: Mapping[str, Any]) -> bool:
    status, spec = child.get("status") or {}, child.get("spec") or {}
    match child["kind"]:
        case "Pod":
            return any(one.get("type") == "Ready" and one.get("status") == "True" for one in status.get("conditions") or ())
        case "Deployment" | "StatefulSet":
            return int(status.get("readyReplicas") or 0) >= int(spec.get("replicas", 1))
        case "PersistentVolumeClaim":
            return bool(status.get("phase") == "Bound")
        case "Job":
            return bool(status.get("succeeded"))
        case _:
            return True

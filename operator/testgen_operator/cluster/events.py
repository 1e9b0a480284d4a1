"""Posts Kubernetes Events about projects: once each, under names made from what they say; never at a reconcile's expense."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import EVENT
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import digest
from testgen_operator.status.events import EventSpec

log = telemetry.get_logger(__name__)

LONGEST_NOTE: Final = 1024  # the API's own bound, in bytes


def event(project: Mapping[str, Any], spec: EventSpec, *, instance: str, now: datetime) -> dict[str, Any]:
    """The Event object. The resourceVersion that the decision was made from is part of the name: a crash between the Event and
    the status repeats the same name, a later turn of the same condition has another one."""
    metadata = project["metadata"]
    name = (
        f"{metadata['name']}.{digest([metadata['uid'], metadata['resourceVersion'], spec.type, spec.reason, spec.message], 16)}"
    )
    return {
        "apiVersion": EVENT.api_version,
        "kind": EVENT.kind,
        "metadata": {"name": name, "namespace": metadata["namespace"]},
        "eventTime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "type": spec.type,
        "reason": spec.reason,
        "action": "Reconcile",
        "note": spec.message.encode()[:LONGEST_NOTE].decode(errors="ignore"),
        "regarding": {
            "apiVersion": names.API_VERSION,
            "kind": names.KIND,
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata["uid"],
        },
        "reportingController": f"{names.GROUP}/{names.OPERATOR}",
        "reportingInstance": instance[:128],
    }


class EventPoster:
    def __init__(self, client: Client, *, instance: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._instance = instance
        self._clock = clock

    async def post(self, project: Mapping[str, Any], specs: Collection[EventSpec]) -> None:
        """Post each; one that exists already was posted before a crash. A refusal is counted and logged, nothing more."""
        for spec in specs:
            try:
                await self._client.create(event(project, spec, instance=self._instance, now=self._clock()))
                telemetry.EVENTS_POSTED.labels("posted").inc()
            except ApiError as problem:
                result = "duplicate" if problem.reason == "AlreadyExists" else "failed"
                telemetry.EVENTS_POSTED.labels(result).inc()
                if result == "failed":
                    log.warning("event not posted", reason=spec.reason, error=str(problem))

"""Projects with all that belongs to them, as the API server would show them: made by the operator's own plan and status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.unit.operator.build import IMAGES, Simulated, project, resource

from testgen_operator.kubectl.verdict import Operator
from testgen_operator.status import compute

Json = dict[str, Any]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MADE = "2026-02-27T12:00:00Z"
ALIVE = Operator("testgen-system", True, "operator-0 leads", "1.0.0")


def world(spec: Mapping[str, Any] | None = None, *, broken: tuple[str, ...] = ()) -> tuple[Json, list[Json]]:
    """The project with the status that the operator would write, and its live children, once everything came to rest."""
    found = project(spec)
    simulated = Simulated(found, IMAGES, broken=set(broken))
    simulated.converge()
    children = [clean(one) for one in simulated.objects.values()]
    status = compute(found, simulated.facts(), {}, NOW, wanted=simulated.plan())
    live = resource(spec)
    live["metadata"] |= {"creationTimestamp": MADE, "resourceVersion": "7"}
    return live | {"status": status}, children


def clean(one: Json) -> Json:
    found = {name: value for name, value in one.items() if name != "applied"}
    found["metadata"] = {"creationTimestamp": MADE, **found["metadata"]}
    return found


def with_status(live: Json, **conditions: tuple[str, str, str]) -> Json:
    """The project with these conditions set: type=(status, reason, message)."""
    known = {one["type"]: one for one in live["status"]["conditions"]}
    for kind, (status, reason, message) in conditions.items():
        new = {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": "2026-03-01T11:00:00Z"}
        known[kind] = known.get(kind, {}) | new
    return live | {"status": live["status"] | {"conditions": list(known.values())}}

"""The two arms of the operator's benchmark: projects for the operator, and a bare asyncio loop that applies the same objects.

The loop's objects are the operator's own requests for one project, read from the API server's audit log and renamed, so both
arms send the same bytes. Its objects carry another label key of the same length: the operator must not take them for its own.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testgen_operator.cluster.watchdog import CANARY_NAME
from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM, Admin, control_plane
from tests.workload_player import WorkloadPlayer

TEMPLATE_NAMESPACE: Final = "tg-bench-0000"
TEMPLATE_PROJECT: Final = "project-00000"
SPEC: Final[dict[str, Any]] = {"replicas": 2, "stores": {"neo4j": {"type": "Managed"}}}
"""A Monolith with a graph store: at least 15 children (workloads, volumes, Services, policies, Secrets, configuration)."""
PER_NAMESPACE: Final = 10
PARALLEL: Final = 16
"""Requests in flight, of both arms (testgen_operator.cluster.client.PARALLEL)."""


@dataclass(frozen=True)
class Request:
    """One request of the template, with its names still to be put in."""

    method: str
    path: str
    content_type: str
    body: str


@dataclass(frozen=True)
class Place:
    namespace: str
    project: str


def places(count: int, prefix: str) -> list[Place]:
    """Where `count` projects live: ten to a namespace. Names are as long as the template's."""
    assert len(prefix) == 2
    return [
        Place(f"{prefix}-bench-{n // PER_NAMESPACE:04}", f"{'bare0' if prefix == 'ba' else 'proje'}ct-{n:05}")
        for n in range(count)
    ]


def manifest(place: Place, spec: dict[str, Any] | None = None) -> dict[str, Any]:
    metadata = {"name": place.project, "namespace": place.namespace}
    return {"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "metadata": metadata, "spec": spec or SPEC}


async def template(folder: Path) -> list[Request]:
    """What the operator sends to make one project, in its order."""
    async with control_plane(folder, audit_level="Request") as plane, Admin(plane.connection()) as admin:
        await admin.namespace(TEMPLATE_NAMESPACE)
        await admin.apply(manifest(Place(TEMPLATE_NAMESPACE, TEMPLATE_PROJECT)))
        path = project_path(Place(TEMPLATE_NAMESPACE, TEMPLATE_PROJECT))
        uid = (await admin.get(path) or {})["metadata"]["uid"]
        operator = OperatorProcess(plane.kubeconfig(), (), folder, home=SYSTEM)
        playing = asyncio.create_task(WorkloadPlayer(plane.connection()).run())
        await operator.start()
        try:
            async with asyncio.timeout(120):
                while not ready(await admin.get(path) or {}):  # noqa: ASYNC110 - not ours to signal
                    await asyncio.sleep(0.3)
        finally:
            await operator.stop()
            playing.cancel()
        found = [_request(entry) for entry in plane.audited() if is_child_write(entry) and entry["responseStatus"]["code"] < 300]
    # The last request of each object; who takes a Secret's labels over names its uid, which nobody else can.
    unique = {_name(one): one for one in found if "uid" not in json.loads(one.body)["metadata"]}
    return [Request(one.method, one.path, one.content_type, one.body.replace(uid, "{uid}")) for one in unique.values()]


def project_path(place: Place) -> str:
    return f"/apis/testgen.dev/v1alpha1/namespaces/{place.namespace}/testgenprojects/{place.project}"


def ready(project: dict[str, Any]) -> bool:
    status = project.get("status") or {}
    current = status.get("observedGeneration") == project.get("metadata", {}).get("generation")
    return current and any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions") or ())


def is_child_write(entry: dict[str, Any]) -> bool:
    """Whether an audited request makes or changes a child: no status, no Event, nothing of the operator's own."""
    about = entry.get("objectRef") or {}
    return (
        entry["verb"] in ("patch", "create", "update", "delete")
        and not about.get("subresource")
        and about.get("resource") not in ("events", "leases", "testgenprojects", "selfsubjectaccessreviews")
        and about.get("name") != CANARY_NAME
    )


def written(entry: dict[str, Any]) -> tuple[str, str, str]:
    """Which object an audited request is about: resource, namespace, name."""
    about = entry.get("objectRef") or {}
    return str(about.get("resource")), str(about.get("namespace")), str(about.get("name"))


def is_of(entry: dict[str, Any], place: Place) -> bool:
    """Whether an audited request is about an object of the project."""
    about = entry.get("objectRef") or {}
    name = str(about.get("name", ""))
    return about.get("namespace") == place.namespace and (name == place.project or name.startswith(f"{place.project}-"))


def is_project_write(entry: dict[str, Any]) -> bool:
    """Whether an audited request writes anything for a project: children, status, Events. Not the operator's Lease and canary."""
    about = entry.get("objectRef") or {}
    own = about.get("resource") in ("leases", "selfsubjectaccessreviews") or about.get("name") == CANARY_NAME
    return entry["verb"] in ("patch", "create", "update", "delete") and not own


def _name(request: Request) -> tuple[str, str]:
    body = json.loads(request.body)
    return body["kind"], body["metadata"]["name"]


def _request(entry: dict[str, Any]) -> Request:
    uri = entry["requestURI"]
    body = json.dumps(entry["requestObject"])
    if entry["verb"] == "create":
        return Request("POST", uri, "application/json", body)
    return Request("PATCH", uri, "application/apply-patch+yaml", body)


def rendered(request: Request, place: Place, uid: str) -> tuple[str, str]:
    """Path and body for another project of the bare arm."""

    def put_in(text: str) -> str:
        text = text.replace(TEMPLATE_NAMESPACE, place.namespace).replace(TEMPLATE_PROJECT, place.project)
        return text.replace("{uid}", uid).replace("testgen.dev/project", "testgen.dev/benched")

    return put_in(request.path), put_in(request.body)


async def bare(admin: Admin, requests: Sequence[Request], where: Sequence[Place]) -> tuple[int, float]:
    """Send the template for each place with `PARALLEL` requests in flight to the last of them; (objects, seconds). Namespaces and
    the connections of `admin` are there before the time begins, as the operator's are."""
    for namespace in sorted({one.namespace for one in where}):
        await admin.namespace(namespace)
    await asyncio.gather(*(admin.get("/version") for _ in range(PARALLEL)))
    waiting = iter([(place, request) for place in where for request in requests])
    count = 0

    async def work() -> None:
        nonlocal count
        for place, request in waiting:
            path, body = rendered(request, place, f"00000000-0000-4000-8000-{int(place.project[-5:]):012}")
            headers = {"Content-Type": request.content_type}
            async with admin.session.request(request.method, admin.url(path), data=body, headers=headers) as answer:
                content = await answer.read()
                if answer.status >= 300:
                    raise RuntimeError(f"{request.method} {path}: {answer.status} {content[:300]!r}")
                json.loads(content)  # an apply whose answer nobody reads is not what an operator could do
            count += 1

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(PARALLEL)))
    return count, time.perf_counter() - started


async def create(admin: Admin, where: Sequence[Place]) -> None:
    """The projects, as teams would commit them."""
    for namespace in sorted({one.namespace for one in where}):
        await admin.namespace(namespace)
    waiting = iter(where)

    async def work() -> None:
        for place in waiting:
            await admin.apply(manifest(place))

    await asyncio.gather(*(work() for _ in range(PARALLEL)))

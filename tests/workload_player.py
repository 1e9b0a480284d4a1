"""A fake of the workload controllers and kubelets, and named as such: it writes the status that they would end with.

With it a bare API server (tests/control_plane.py) brings projects to Ready. It proves nothing about workloads: that they really
start is shown in tests/cluster. It can be told to hold some kinds back.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import aiohttp

from testgen_operator.cluster.connection import Connection, from_kubeconfig

Object = dict[str, Any]

MOMENT: Final = "2026-01-01T00:00:00Z"
PARALLEL: Final = 4
WORKLOADS: Final = {
    "/apis/apps/v1/deployments": "deployments",
    "/apis/apps/v1/statefulsets": "statefulsets",
    "/apis/batch/v1/jobs": "jobs",
    "/api/v1/persistentvolumeclaims": "persistentvolumeclaims",
}
SELECTOR: Final = "app.kubernetes.io/managed-by=testgen-operator"


def deployment(raw: Object) -> Object:
    wanted = int(raw["spec"].get("replicas", 1))
    return {
        "observedGeneration": raw["metadata"]["generation"],
        "replicas": wanted,
        "updatedReplicas": wanted,
        "readyReplicas": wanted,
        "availableReplicas": wanted,
        "conditions": [
            {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "lastTransitionTime": MOMENT},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable", "lastTransitionTime": MOMENT},
        ],
    }


def stateful_set(raw: Object) -> Object:
    wanted = int(raw["spec"].get("replicas", 1))
    return {
        "observedGeneration": raw["metadata"]["generation"],
        "replicas": wanted,
        "currentReplicas": wanted,
        "updatedReplicas": wanted,
        "readyReplicas": wanted,
        "availableReplicas": wanted,
        "currentRevision": "one",
        "updateRevision": "one",
    }


def job(_: Object) -> Object:
    return {
        "startTime": MOMENT,
        "completionTime": MOMENT,
        "succeeded": 1,
        "conditions": [
            {"type": kind, "status": "True", "reason": "CompletionsReached", "lastTransitionTime": MOMENT}
            for kind in ("SuccessCriteriaMet", "Complete")
        ],
    }


def volume(raw: Object) -> Object:
    return {"phase": "Bound", "accessModes": raw["spec"]["accessModes"], "capacity": raw["spec"]["resources"]["requests"]}


STATUS: Final[dict[str, Callable[[Object], Object]]] = {
    "deployments": deployment,
    "statefulsets": stateful_set,
    "jobs": job,
    "persistentvolumeclaims": volume,
}


def is_played(plural: str, raw: Object) -> bool:
    status = raw.get("status") or {}
    match plural:
        case "jobs":
            return bool(status.get("succeeded"))
        case "persistentvolumeclaims":
            return bool(status.get("phase") == "Bound")
        case _:
            wanted = int(raw["spec"].get("replicas", 1))
            return (
                status.get("observedGeneration") == raw["metadata"]["generation"]
                and int(status.get("readyReplicas") or 0) == wanted
            )


class WorkloadPlayer:
    """`run` until cancelled. `held`: plurals that stay as they are. Survives a server that goes away for a while."""

    def __init__(self, connection: Connection, *, selector: str = SELECTOR) -> None:
        self._connection = connection
        self._selector = selector
        self._slots = asyncio.Semaphore(PARALLEL)
        self.held: set[str] = set()
        self.written = 0

    async def run(self) -> None:
        connector = aiohttp.TCPConnector(limit=0, ssl=self._connection.tls or True)
        async with (
            aiohttp.ClientSession(connector=connector, headers=self._connection.headers(), read_bufsize=2**20) as session,
            asyncio.TaskGroup() as group,
        ):
            for path, plural in WORKLOADS.items():
                group.create_task(self._follow(session, path, plural))

    async def _follow(self, session: aiohttp.ClientSession, path: str, plural: str) -> None:
        while True:
            # The next watch begins with everything that is there, so nothing is forgotten.
            with suppress(aiohttp.ClientError, TimeoutError, OSError, ExceptionGroup):
                await self._watch(session, path, plural)
            await asyncio.sleep(0.5)

    async def _watch(self, session: aiohttp.ClientSession, path: str, plural: str) -> None:
        # Without a resourceVersion a watch begins with everything that is there, as ADDED.
        params = {"watch": "1", "labelSelector": self._selector}
        limit = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=600)
        async with session.get(self._connection.server + path, params=params, timeout=limit) as answer:
            answer.raise_for_status()
            async with asyncio.TaskGroup() as group:
                async for line in answer.content:
                    event = json.loads(line)
                    raw = event["object"]
                    if event["type"] in ("ADDED", "MODIFIED") and plural not in self.held and not is_played(plural, raw):
                        group.create_task(self._play(session, path, plural, raw))
                    elif event["type"] == "ERROR":
                        return

    async def _play(self, session: aiohttp.ClientSession, path: str, plural: str, raw: Object) -> None:
        metadata = raw["metadata"]
        group, _, name = path.rpartition("/")
        url = f"{self._connection.server}{group}/namespaces/{metadata['namespace']}/{name}/{metadata['name']}/status"
        headers = {"Content-Type": "application/merge-patch+json"}
        body = json.dumps({"status": STATUS[plural](raw)})
        async with self._slots:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with session.patch(url, data=body, headers=headers) as answer:
                    if answer.status < 300:
                        self.written += 1
                    elif answer.status != 404:
                        raise RuntimeError(f"the player could not write {url}: {answer.status} {await answer.text()}")


if __name__ == "__main__":
    asyncio.run(WorkloadPlayer(from_kubeconfig(Path(sys.argv[1]))).run())

"""What makes a bare API server a cluster whose pods run nowhere: the real controller manager and scheduler, and nodes of KWOK.

Deployments, StatefulSets, Jobs, endpoints and budgets get their statuses from Kubernetes' own controllers, pods are bound by its
scheduler and made ready by KWOK. One part only is a stand-in: `Provisioner` makes the volume that a claim asks for, as a storage
driver would; the real controller binds it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import aiohttp

from testgen_cluster import kwok
from testgen_operator.cluster.connection import Connection, from_kubeconfig
from tests.bench.report import ROOT
from tests.control_plane import Admin, ControlPlane

CLASS: Final = "benched"
PROVISIONER: Final = "bench.testgen.dev/volumes"
PODS_A_NODE: Final = 1000
RATE: Final = 2000
"""Requests a second that the controllers and the scheduler may send: as good as no limit (theirs are 20 and 50)."""
PARALLEL: Final = 4
SETTLE_SECONDS: Final = 900.0
CONTROLLERS: Final = "*,-garbage-collector-controller,-node-ipam-controller"
"""All but these two. The garbage collector would take away what the bare loop makes: the projects that own it do not exist."""
IDLE: Final = 0.08
"""Processor seconds that both use in a second in which there is nothing to do, at most."""


@asynccontextmanager
async def nodes(plane: ControlPlane, pods: int) -> AsyncIterator[None]:
    """Controllers, a scheduler, a default storage class and enough fake nodes for `pods`; all end with the block."""
    kubeconfig = plane.kubeconfig(admin=True)
    async with Admin(plane.connection()) as admin:
        await admin.apply(_storage_class())
    plane.run("kube-controller-manager", *_controller_flags(plane, kubeconfig))
    plane.run("kube-scheduler", f"--config={_scheduler_config(plane.folder, kubeconfig)}", "--secure-port=0")
    kubectl = plane.folder / "kubectl"
    kubectl.unlink(missing_ok=True)
    kubectl.symlink_to(plane.binary)
    count = 1 + pods // (PODS_A_NODE // 2)
    with kwok.nodes(kubeconfig, count, plane.folder, kubectl=kubectl, tainted=False):
        async with _provisioning(plane, kubeconfig):
            yield


async def settled(plane: ControlPlane, within: float = SETTLE_SECONDS) -> None:
    """Wait until the controllers and the scheduler have nothing left to do, by their processor time: what went before takes none
    of what comes after."""
    async with asyncio.timeout(within):
        before = _spent(plane)
        while True:
            await asyncio.sleep(1)
            now = _spent(plane)
            if now - before < IDLE:
                return
            before = now


def _spent(plane: ControlPlane) -> float:
    return sum(plane.cpu_seconds(daemon) for daemon in ("kube-controller-manager", "kube-scheduler"))


def _controller_flags(plane: ControlPlane, kubeconfig: Path) -> list[str]:
    return [
        f"--kubeconfig={kubeconfig}",
        f"--service-account-private-key-file={plane.folder / 'sa.key'}",
        f"--controllers={CONTROLLERS}",
        f"--kube-api-qps={RATE}",
        f"--kube-api-burst={2 * RATE}",
        "--leader-elect=false",
        "--secure-port=0",
        "--v=0",
    ]


def _scheduler_config(folder: Path, kubeconfig: Path) -> Path:
    path = folder / "scheduler.json"
    config = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "clientConnection": {"kubeconfig": str(kubeconfig), "qps": RATE, "burst": 2 * RATE},
        "leaderElection": {"leaderElect": False},
    }
    path.write_text(json.dumps(config))
    return path


def _storage_class() -> dict[str, Any]:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": CLASS, "annotations": annotations},
        "provisioner": PROVISIONER,
        "volumeBindingMode": "Immediate",
    }


@asynccontextmanager
async def _provisioning(plane: ControlPlane, kubeconfig: Path) -> AsyncIterator[None]:
    """The provisioner as a process of its own, so that it takes no time of the loops that are measured.

    Raises: RuntimeError (it ended by itself: no claim had a volume from then on).
    """
    path = plane.folder / "provisioner.log"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}  # pytest finds its modules by settings of its own
    with path.open("ab") as log:
        command = [sys.executable, "-m", "tests.bench.operator_nodes", str(kubeconfig)]
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, cwd=ROOT, env=environment)
    try:
        yield
        if process.returncode is not None:
            raise RuntimeError(f"the provisioner of volumes ended:\n{path.read_text()[-2000:]}")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


class Provisioner:
    """Makes a volume for each claim of the class that has none, already promised to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._slots = asyncio.Semaphore(PARALLEL)

    async def run(self) -> None:
        """Until cancelled; a watch that ends is begun anew, with everything that is there."""
        connector = aiohttp.TCPConnector(limit=0, ssl=self._connection.tls or True)
        headers = self._connection.headers()
        async with aiohttp.ClientSession(connector=connector, headers=headers, read_bufsize=2**20) as session:
            while True:
                with suppress(aiohttp.ClientError, TimeoutError, OSError, ExceptionGroup):
                    await self._watch(session)
                await asyncio.sleep(0.5)

    async def _watch(self, session: aiohttp.ClientSession) -> None:
        limit = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=600)
        url = f"{self._connection.server}/api/v1/persistentvolumeclaims"
        async with session.get(url, params={"watch": "1"}, timeout=limit) as answer, asyncio.TaskGroup() as group:
            answer.raise_for_status()
            async for line in answer.content:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    return
                if event["type"] == "ADDED" and not event["object"]["spec"].get("volumeName"):
                    group.create_task(self._make(session, event["object"]))

    async def _make(self, session: aiohttp.ClientSession, claim: dict[str, Any]) -> None:
        async with self._slots, session.post(f"{self._connection.server}/api/v1/persistentvolumes", json=volume(claim)) as answer:
            if answer.status not in (201, 409):  # it is there already
                raise RuntimeError(f"no volume: {answer.status} {await answer.text()}")


def volume(claim: dict[str, Any]) -> dict[str, Any]:
    """A volume that only this claim can have; it holds nothing."""
    metadata, spec = claim["metadata"], claim["spec"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": f"pvc-{metadata['uid']}",
            "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER},
        },
        "spec": {
            "capacity": spec["resources"]["requests"],
            "accessModes": spec["accessModes"],
            "storageClassName": spec["storageClassName"],
            "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": {"kind": "PersistentVolumeClaim", "apiVersion": "v1"}
            | {key: metadata[key] for key in ("name", "namespace", "uid")},
            "hostPath": {"path": "/nowhere"},
        },
    }


if __name__ == "__main__":
    asyncio.run(Provisioner(from_kubeconfig(Path(sys.argv[1]))).run())

"""Fake nodes: pods bound to them become ready at once and run nowhere. For measuring the operator with thousands of them.

    with kwok.nodes(kubeconfig, 20, folder) as names: …

works on any API server that has a scheduler, the local cluster or a bare one. Whatever a fake pod is asked, nobody answers.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from testgen_cluster import binaries
from testgen_cluster.api import condition
from testgen_cluster.commands import run, tied_to_us
from testgen_cluster.image_parts import log_of
from testgen_cluster.steps import ClusterError

MARK: Final = "kwok.x-k8s.io/node"
"""Annotation by which KWOK knows its nodes; also a label and a taint, so that only pods that tolerate it come here."""
READY_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.1


def binary() -> Path:
    """KWOK's path in the cache, built when it is not there (95 s). Raises ClusterError."""
    return binaries.build(binaries.kwok(), log=log_of("build-kwok"))


def node(name: str, *, tainted: bool = True, pods: int = 1000) -> dict[str, Any]:
    """A fake node as it is created. `tainted` keeps away what does not tolerate the taint kwok.x-k8s.io/node=fake:NoSchedule."""
    amounts = {"cpu": "1000", "memory": "8Ti", "ephemeral-storage": "1Ti", "pods": str(pods)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {MARK: "fake"},
            "labels": {
                MARK: "fake",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "topology.kubernetes.io/zone": f"zone-{sum(name.encode()) % 3}",
            },
        },
        "spec": {"taints": [{"key": MARK, "value": "fake", "effect": "NoSchedule"}] if tainted else []},
        "status": {"allocatable": amounts, "capacity": amounts},
    }


@contextlib.contextmanager
def nodes(kubeconfig: Path, count: int, folder: Path, *, kubectl: Path, tainted: bool = True) -> Iterator[list[str]]:
    """Run KWOK against the kubeconfig's API server and give it `count` nodes; both are gone afterwards.

    `folder` takes its log, kwok.log. Raises ClusterError when the nodes are not ready within a minute.
    """
    names = [f"kwok-{index:03}" for index in range(count)]
    command: list[str | Path] = [kubectl, f"--kubeconfig={kubeconfig}"]
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "kwok.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*tied_to_us(), str(binary()), *_arguments(kubeconfig)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "HOME": str(folder)},  # not the settings of whoever runs this
        )
    try:
        _create(command, [node(name, tainted=tainted) for name in names])
        _wait(command, names, process, log)
        yield names
    finally:
        # The nodes first: while KWOK lives it lets go of their pods, which would else stay Terminating for ever.
        with contextlib.suppress(ClusterError):
            run([*command, "delete", "node", *names, "--ignore-not-found", "--wait=false"], timeout=120)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _arguments(kubeconfig: Path) -> list[str]:
    return [
        f"--kubeconfig={kubeconfig}",
        f"--manage-nodes-with-annotation-selector={MARK}=fake",
        # Leases instead of a status every few seconds: the API server is to be busy with the operator.
        "--node-lease-duration-seconds=40",
        "--server-address=",
        "--v=WARN",
    ]


def _create(kubectl: Sequence[str | Path], wanted: list[dict[str, Any]]) -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": wanted})
    run([*kubectl, "apply", "--server-side", "--force-conflicts", "-f", "-"], stdin=text, timeout=120)


def _wait(kubectl: Sequence[str | Path], names: Sequence[str], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    asking = [*kubectl, "get", "nodes", f"--selector={MARK}=fake", "-o", "json"]
    while not set(names) <= {one["metadata"]["name"] for one in json.loads(run(asking))["items"] if condition(one, "Ready")}:
        if process.poll() is not None:
            raise ClusterError(f"KWOK ended with {process.returncode}", log=log)
        if time.monotonic() > deadline:
            raise ClusterError(f"the fake nodes are not ready after {READY_SECONDS:.0f} s", log=log)
        time.sleep(POLL_SECONDS)

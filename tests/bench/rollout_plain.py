"""The baseline: a plain Deployment of the same pod template and database, rolled by Kubernetes alone, under the same load.

Broken releases are taken back as a person would: `rollout undo` once `rollout status` has waited in vain, or, where Kubernetes
calls the release good, after ten seconds of looking at the errors.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tests.bench.rollout_clients import Load, flowing
from tests.bench.rollout_scenario import Ended, Found, Release, scenario
from tests.cluster.kube import Cluster, CommandFailed

NAME: Final = "plain"
UNKNOWN: Final = frozenset({"bad-migration", "worse", ""})
"""What a plain Deployment has no idea of."""
WAIT_SECONDS: Final = 45
LOOK_SECONDS: Final = 10


async def plain_rollouts(
    cluster: Cluster, project: str, releases: Mapping[str, str], load: Load, rollouts: int, say: Callable[[str], None]
) -> Found:
    """Roll so many releases of the same scenario out. The project's own pods go on beside it, without load."""
    found = await _like(cluster, project)
    await cluster.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": found}))
    await cluster.kubectl("rollout", "status", f"deployment/{NAME}", "--timeout=180s", within=200)
    address = f"http://{(await cluster.get('Service', NAME))['spec']['clusterIP']}"
    load = replace(load, url=lambda: address)
    wanted = [one for one in scenario(4 * rollouts) if one.image not in UNKNOWN][:rollouts]
    ended: list[Ended] = []
    async with flowing(load):
        await asyncio.sleep(3)
        for one in wanted:
            ended.append(await _roll(cluster, one, releases))
            say(f"plain {one.image:14} {ended[-1].outcome:12} {load.requests.total} requests, {load.requests.failures} failed")
        await asyncio.sleep(3)
    await cluster.kubectl("delete", "deployment,service", NAME, "--wait=false")
    return Found(load.requests, load.jobs, load.streams, load.faults, ended)


async def _like(cluster: Cluster, project: str) -> list[dict[str, Any]]:
    """A Deployment and a Service that are like the project's serving ones, with labels of their own."""
    service = await cluster.get("Service", project)
    selector = service["spec"]["selector"]
    deployments = await cluster.list("Deployment", project=project)
    serving = next(one for one in deployments if selector.items() <= one["spec"]["template"]["metadata"]["labels"].items())
    labels = {"app": NAME}
    template = serving["spec"]["template"]["spec"]
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME},
        "spec": {
            "replicas": 2,
            "progressDeadlineSeconds": WAIT_SECONDS,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": template},
        },
    }
    ports = [{key: value for key, value in port.items() if key != "nodePort"} for port in service["spec"]["ports"]]
    return [
        deployment,
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": NAME},
            "spec": {"selector": labels, "ports": ports},
        },
    ]


async def _roll(cluster: Cluster, release: Release, releases: Mapping[str, str]) -> Ended:
    began = time.monotonic()
    deployment = await cluster.get("Deployment", NAME)
    container = deployment["spec"]["template"]["spec"]["containers"][0]["name"]
    await cluster.kubectl("set", "image", f"deployment/{NAME}", f"{container}={releases[release.image]}")
    promoted = await _settled(cluster)
    if release.broken:
        if promoted:
            await asyncio.sleep(LOOK_SECONDS)
        await cluster.kubectl("rollout", "undo", f"deployment/{NAME}")
        await _settled(cluster)
    outcome = "Promoted" if promoted else "Aborted"
    return Ended(release, outcome, "", promoted, time.monotonic() - began)


async def _settled(cluster: Cluster) -> bool:
    """Whether Kubernetes calls the rollout good."""
    try:
        await cluster.kubectl("rollout", "status", f"deployment/{NAME}", f"--timeout={WAIT_SECONDS}s", within=WAIT_SECONDS + 20)
    except CommandFailed:
        return False
    return True

"""The baseline: a plain Deployment of the same pod template and database, rolled by Kubernetes alone, under the same load.

Broken releases are taken back as a person would: `rollout undo` once `rollout status` has waited in vain, or, where Kubernetes
calls the release good, after ten seconds of looking at the errors.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from tests.bench.rollout_clients import Load, flowing, gathered, told
from tests.bench.rollout_scenario import Ended, Found, Release, Switches, baseline
from tests.cluster.kube import Cluster, CommandFailed

NAME: Final = "plain"
WAIT_SECONDS: Final = 45
LOOK_SECONDS: Final = 10
Loads = Callable[[str], Awaitable[Mapping[str, Load]]]
"""The load on a Service of that name, by its ways."""


async def plain_rollouts(
    cluster: Cluster, project: str, releases: Mapping[str, str], loads_on: Loads, rollouts: int, say: Callable[[str], None]
) -> Found:
    """Roll so many releases out. The project's own pods go on beside it, without load."""
    serving = await like(cluster, project)
    labels = {"app": NAME}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME},
        "spec": {
            "replicas": 2,
            "progressDeadlineSeconds": WAIT_SECONDS,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": serving},
        },
    }
    await applied(cluster, deployment, *way_in(NAME, labels))
    await cluster.kubectl("rollout", "status", f"deployment/{NAME}", "--timeout=180s", within=200)
    loads = await loads_on(NAME)
    ended: list[Ended] = []
    async with flowing(*loads.values()):
        await asyncio.sleep(3)
        for one in baseline(rollouts):
            ended.append(await _roll(cluster, one, releases))
            say(f"plain {one.image:14} {ended[-1].outcome:12} {ended[-1].seconds:5.1f} s   {told(loads)}")
        await asyncio.sleep(3)
    await cluster.kubectl("delete", "deployment,service,ingress", NAME, "--wait=false")
    return gathered(loads, ended, Switches(), {})


async def like(cluster: Cluster, project: str) -> dict[str, Any]:
    """The spec of the project's serving pods."""
    selector = (await cluster.get("Service", project))["spec"]["selector"]
    deployments = await cluster.list("Deployment", project=project)
    serving = next(one for one in deployments if selector.items() <= one["spec"]["template"]["metadata"]["labels"].items())
    found: dict[str, Any] = serving["spec"]["template"]["spec"]
    return found


def way_in(name: str, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """A Service like the project's, and an Ingress of Traefik's for host `<name>.example`."""
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": dict(labels), "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    }
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"name": "http"}}}}
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name},
        "spec": {"ingressClassName": "traefik", "rules": [{"host": f"{name}.example", "http": {"paths": [path]}}]},
    }
    return [service, ingress]


async def applied(cluster: Cluster, *objects: Mapping[str, Any]) -> None:
    """`kubectl apply` of them."""
    await cluster.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


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

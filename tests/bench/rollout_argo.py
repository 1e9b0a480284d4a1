"""Argo Rollouts beside it: a blueGreen Rollout of the same pod template, database and images, under the same load.

Its controller is built from source and runs as a process, for the benchmark's namespace alone. It gets what a careful user of
it would write without a Prometheus: automatic promotion after an analysis by the same probe as the project's Job check, an abort
when the progress deadline is over, and scale-down after the same delay. It knows no migration and no golden set. A broken release
that it promotes is taken back as a person would, after ten seconds of looking.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from testgen_cluster import binaries, crds
from testgen_cluster.commands import tied_to_us
from testgen_cluster.image_parts import log_of
from tests.bench.rollout_clients import flowing, gathered, told
from tests.bench.rollout_plain import LOOK_SECONDS, Loads, applied, like, way_in
from tests.bench.rollout_scenario import Ended, Found, Release, Switches, baseline, colours_of
from tests.bench.rollout_watch import follow
from tests.cluster.kube import Cluster, CommandFailed, Object
from tests.cluster.process import free_port

NAME: Final = "argo"
PREVIEW: Final = f"{NAME}-preview"
HASH: Final = "rollouts-pod-template-hash"
LONGEST_SECONDS: Final = 180.0
POLL_SECONDS: Final = 1.0


async def argo_rollouts(
    cluster: Cluster,
    project: str,
    releases: Mapping[str, str],
    loads_on: Loads,
    rollouts: int,
    probe: Mapping[str, Any],
    folder: Path,
    say: Callable[[str], None],
) -> Found:
    """Roll so many releases out. `probe`: the container of the analysis, which finds the preview in TESTGEN_URL."""
    for file in crds.files("argo-rollouts"):
        await cluster.kubectl("apply", "--server-side", "--force-conflicts", f"--filename={file}")
        await cluster.eventually(partial(_served, cluster, file), within=60, what=f"the API server serves {file.name}")
    async with _controller(cluster, folder):
        serving = await like(cluster, project)
        await applied(cluster, *_objects(serving, releases["good-1"], probe))
        ended: list[Ended] = []
        await _settled(cluster, say)
        loads = await loads_on(NAME)
        watch = _Watch()
        watching = asyncio.gather(
            follow(cluster, watch.service, "services", f"--field-selector=metadata.name={NAME}"),
            follow(cluster, watch.slice, "endpointslices", f"--selector=kubernetes.io/service-name={NAME}"),
        )
        try:
            async with flowing(*loads.values()):
                await asyncio.sleep(3)
                for one in baseline(rollouts):
                    ended.append(await _roll(cluster, one, releases, say))
                    say(f"argo  {one.image:14} {ended[-1].outcome:12} {ended[-1].seconds:5.1f} s   {told(loads)}")
                await asyncio.sleep(3)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        await cluster.kubectl("delete", "rollouts.argoproj.io", NAME, "--timeout=30s")
    await cluster.kubectl("delete", "service,ingress", NAME, "--wait=false")
    return gathered(loads, ended, watch.switches, {})


async def _served(cluster: Cluster, file: Path) -> bool:
    """`kubectl wait` fails at once for a kind that has no conditions yet."""
    try:
        await cluster.kubectl("wait", "--for=condition=Established", f"--filename={file}", "--timeout=5s", within=20)
    except CommandFailed:
        return False
    return True


def _objects(serving: Mapping[str, Any], image: str, probe: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = {"app": NAME}
    check = {
        "restartPolicy": "Never",
        "securityContext": serving["securityContext"],
        "containers": [
            {
                **{name: probe[name] for name in ("name", "image", "args")},
                "env": [{"name": "TESTGEN_URL", "value": f"http://{PREVIEW}"}],
                "securityContext": serving["containers"][0]["securityContext"],
            }
        ],
    }
    job = {"backoffLimit": 0, "activeDeadlineSeconds": probe["timeoutSeconds"], "template": {"spec": check}}
    template = {"metrics": [{"name": "probe", "provider": {"job": {"spec": job}}}]}
    first = [{**serving["containers"][0], "image": image}, *serving["containers"][1:]]
    rollout = {
        "replicas": 2,
        "progressDeadlineSeconds": 60,
        "progressDeadlineAbort": True,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {**serving, "containers": first}},
        "strategy": {
            "blueGreen": {
                "activeService": NAME,
                "previewService": PREVIEW,
                "autoPromotionEnabled": True,
                "scaleDownDelaySeconds": 5,
                "prePromotionAnalysis": {"templates": [{"templateName": "probe"}]},
            }
        },
    }
    active, ingress = way_in(NAME, labels)
    preview, _ = way_in(PREVIEW, labels)
    api = "argoproj.io/v1alpha1"
    return [
        active,
        preview,
        ingress,
        {"apiVersion": api, "kind": "AnalysisTemplate", "metadata": {"name": "probe"}, "spec": template},
        {"apiVersion": api, "kind": "Rollout", "metadata": {"name": NAME}, "spec": rollout},
    ]


@dataclass
class _Watch:
    """Its active Service and EndpointSlices; a colour is the hash of a pod template."""

    switches: Switches = field(default_factory=Switches)
    slices: dict[str, Object] = field(default_factory=dict)

    def service(self, change: str, one: Object) -> None:
        if found := (one["spec"].get("selector") or {}).get(HASH):
            self.switches.decided(time.monotonic(), found, back=False)

    def slice(self, change: str, one: Object) -> None:
        if change == "DELETED":
            self.slices.pop(one["metadata"]["name"], None)
        else:
            self.slices[one["metadata"]["name"]] = one
        self.switches.endpoints(time.monotonic(), colours_of(list(self.slices.values()), _Hashes()))


class _Hashes(dict[str, str]):
    """The hash of a pod's template, by its name `argo-<hash>-<random>`."""

    def get(self, name: str, default: Any = "") -> Any:
        parts = name.split("-")
        return parts[-2] if len(parts) > 2 else default


async def _roll(cluster: Cluster, release: Release, releases: Mapping[str, str], say: Callable[[str], None]) -> Ended:
    began = time.monotonic()
    before = await _rollout(cluster)
    good = before["spec"]["template"]["spec"]["containers"][0]["image"]
    await _ask(cluster, releases[release.image])
    promoted = await _settled(cluster, say)
    seconds = time.monotonic() - began
    if release.broken:
        if promoted:
            await asyncio.sleep(LOOK_SECONDS)
        await _ask(cluster, good)
        await _settled(cluster, say)
    return Ended(release, "Promoted" if promoted else "Aborted", "", promoted, seconds)


async def _ask(cluster: Cluster, image: str) -> None:
    patch = [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": image}]
    await cluster.kubectl("patch", "rollouts.argoproj.io", NAME, "--type=json", f"--patch={json.dumps(patch)}")


async def _rollout(cluster: Cluster) -> Object:
    found: Object = json.loads(await cluster.kubectl("get", "rollouts.argoproj.io", NAME, "-o", "json"))
    return found


async def _settled(cluster: Cluster, say: Callable[[str], None]) -> bool:
    """Whether the Rollout ended well: healthy, and not aborted."""
    last: Object = {}

    async def ended() -> str:
        nonlocal last
        last = await _rollout(cluster)
        status = last.get("status") or {}
        known = str(status.get("observedGeneration")) == str(last["metadata"]["generation"])
        if not known or status.get("phase") not in ("Healthy", "Degraded"):
            return ""
        return str(status["phase"])

    try:
        phase = await cluster.eventually(ended, within=LONGEST_SECONDS, what="the end of a Rollout", poll=POLL_SECONDS)
    except AssertionError:
        status = last.get("status") or {}
        say(f"! argo: {status.get('phase')} {status.get('message')} after {LONGEST_SECONDS:.0f} s")
        return False
    return bool(phase == "Healthy")


@asynccontextmanager
async def _controller(cluster: Cluster, folder: Path) -> AsyncIterator[None]:
    """The controller as a process, for the one namespace; its log is argo-rollouts.log."""
    binary = await asyncio.to_thread(binaries.build, binaries.argo_rollouts(), log=log_of("build-argo-rollouts"))
    with (folder / "argo-rollouts.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *tied_to_us(), str(binary), f"--kubeconfig={cluster.kubeconfig}", f"--namespace={cluster.namespace}", "--namespaced",
            "--leader-elect=false", f"--metricsPort={free_port()}", f"--healthzPort={free_port()}", "--loglevel=warn",
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "HOME": str(folder), "ARGO_ROLLOUTS_NAMESPACE": cluster.namespace},
        )  # fmt: skip
        try:
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()

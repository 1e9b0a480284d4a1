"""Requests, followers and jobs of a tenant while good and broken releases come and go; beside it what others do with the same.

The project runs on the local cluster with strategy BlueGreen; its releases are images derived from the runtime's
(rollout_images.py). Half of the load goes to its Service, half through Traefik and its Ingress. The load goes on from before the
first rollout until after the last; whatever fails is counted, by kind and by way, and nothing is tried again. Beside it, with the
same pod template, images, probe and load: a plain Deployment (rollout_plain.py), and Argo Rollouts (rollout_argo.py).

A run says of each target (rollout_targets.py) whether it was met, and fails where one was missed; a short one says it of those
that do not depend on its size. What is known so far is in build/bench/rollout.partial.json after each rollout, so a run that is
stopped is not lost.

Settings: ROLLOUTS=20  REQUESTS=100000  RATE=90 (requests a second)  PLAIN=4 ARGO=4 (rollouts of the others; 0: none)
          SHORT=1 (6 rollouts, 3,000 requests, 2 and 2).
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

from testgen_cluster import binaries, images
from testgen_cluster.image_parts import log_of
from testgen_cluster.steps import ClusterError
from testgen_cluster.suite import STATE
from testgen_cluster.suite import cluster as cluster_tool
from testgen_operator.cluster.connection import from_kubeconfig
from testgen_runtime.storage import schema
from tests.bench import report, rollout_images
from tests.bench.report import FOLDER, ROOT, Metric, Verdict
from tests.bench.rollout_argo import argo_rollouts
from tests.bench.rollout_clients import Load, flowing, gathered, told
from tests.bench.rollout_plain import plain_rollouts
from tests.bench.rollout_scenario import BROKEN, GOOD, Ended, Found, Release, metrics, scenario
from tests.bench.rollout_slow import slow_jobs
from tests.bench.rollout_targets import verdicts
from tests.bench.rollout_watch import Watch, watching
from tests.bench.rollout_ways import Ways, traefik
from tests.cluster.conftest import a_namespace, an_operator
from tests.cluster.kube import Cluster, CommandFailed

PARTIAL: Final = "rollout.partial"
SHORT: Final = os.environ.get("SHORT") == "1"
ROLLOUTS: Final = int(os.environ.get("ROLLOUTS", "6" if SHORT else "20"))
REQUESTS: Final = int(os.environ.get("REQUESTS", "3000" if SHORT else "100000"))
RATE: Final = float(os.environ.get("RATE", "40" if SHORT else "90"))
PLAIN: Final = int(os.environ.get("PLAIN", "2" if SHORT else "4"))
ARGO: Final = int(os.environ.get("ARGO", "2" if SHORT else "4"))
PROJECT: Final = "bench"
LONGEST_ROLLOUT: Final = 420.0
LONGEST_LOAD: Final = 3600.0
EXPOSURE: Final = {
    "type": "Ingress",
    "host": f"{PROJECT}.example",
    "ingressClassName": "traefik",
    "forceHttps": False,
    "requestsPerMinute": 1_000_000,
    "maxConnections": 100_000,
}
"""Plain HTTP and no limits: all clients are one address, and what is tried is where requests end, not how they are encrypted."""
GOLDEN: Final = {
    "requirements": [
        {"id": "PAY-1", "text": "The amount must be 1 to 99 EUR."},
        {"id": "PAY-2", "text": "The system shall lock the account after 3 failed attempts within 15 minutes."},
    ]
}
PROBE: Final = """
import http.client, os, urllib.parse
host = urllib.parse.urlsplit(os.environ["TESTGEN_URL"]).netloc
bad = 0
connection = http.client.HTTPConnection(host, timeout=30)
for _ in range(200):
    connection.request("GET", "/api/v1/cases")  # without a key: 401, and 500 where the release answers so
    answer = connection.getresponse()
    answer.read()
    bad += answer.status >= 500
print(f"{bad} of 200 answers are errors")
raise SystemExit(1 if bad > 2 else 0)
"""
"""A tenant's own check of a new release: enough requests that one error in twenty shows before anybody is led there."""


def say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def run() -> dict[str, Metric]:
    built = images.build(("runtime", "postgres"))  # once: the tree may change meanwhile
    cluster_tool("up", "--load", *(str(one.tar) for one in built.values()))
    environment = os.environ | {"PYTHONPATH": str(ROOT / "cluster")}
    subprocess.run([sys.executable, "-m", "testgen_cluster.extras", "traefik"], env=environment, cwd=ROOT, check=True)
    if ARGO:
        say("Argo Rollouts, from the cache or by Go (some minutes the first time)")
        binaries.build(binaries.argo_rollouts(), log=log_of("build-argo-rollouts"))
    return asyncio.run(_run({name: one.ref for name, one in built.items()}, _releases(built["runtime"])))


def judge(results: Mapping[str, Metric]) -> list[Verdict]:
    return verdicts(results, short=SHORT)


def _releases(runtime: images.ImageTar) -> dict[str, str]:
    """Derive and load every release's image; its name in the cluster."""
    repository, _, tag = runtime.ref.rpartition(":")
    files = {one: rollout_images.marked(one) for one in GOOD}
    files |= {one: rollout_images.faulty(one) for one in BROKEN if one != "bad-migration"}
    files["bad-migration"] = rollout_images.badly_migrating(schema.head())
    refs = {one: f"{repository}:{tag}-{one}" for one in files}
    folder = FOLDER / "rollout"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    archive = folder / "releases.tar"
    rollout_images.derive(runtime.tar, archive, {refs[one]: layer for one, layer in files.items()})
    cluster_tool("load", str(archive))
    archive.unlink()
    return refs


def probe(releases: Mapping[str, str]) -> dict[str, Any]:
    """The tenant's check, as the project and Argo Rollouts get it."""
    return {"name": "probe", "image": releases[GOOD[0]], "args": ["python", "-c", PROBE], "timeoutSeconds": 120}


def spec(image: str, releases: Mapping[str, str], **rollout: Any) -> dict[str, Any]:
    """The project, with checks that a careful tenant would ask for and waits that a benchmark can afford."""
    analysis = {
        "intervalSeconds": 5,
        "failureLimit": 1,
        "minimumSuccessPercent": 97,
        "latencyP95Milliseconds": 1500,
        "jobs": [probe(releases)],
        "golden": {"configMap": "golden", "timeoutSeconds": 120},
    }
    return {
        "image": releases[image],
        "replicas": 2,
        "resources": {"requests": {"cpu": "50m"}},  # both colours, and the baseline beside them, on one small node
        "stores": {"deletionPolicy": "Delete"},
        "exposure": EXPOSURE,
        "rollout": {
            "strategy": "BlueGreen",
            "bakeSeconds": 30,
            "scaleDownDelaySeconds": 5,
            "progressDeadlineSeconds": 60,
            "historyLimit": 50,
            "smoke": {"timeoutSeconds": 120},
            "analysis": analysis,
            **rollout,
        },
    }


async def _run(refs: Mapping[str, str], releases: Mapping[str, str]) -> dict[str, Metric]:
    kubeconfig = STATE / "kubeconfig"
    binary = str(STATE / "bin" / "kubectl")
    folder = FOLDER / "rollout"
    env = {f"RELATED_IMAGE_{name.upper()}": ref for name, ref in refs.items()}
    async with a_namespace(from_kubeconfig(kubeconfig), binary, kubeconfig) as cluster:
        # Whoever runs the cluster tests beside this deletes all namespaces of this label at his end.
        await cluster.kubectl("label", "namespace", cluster.namespace, "testgen.dev/test-")
        await cluster.kubectl("apply", "--server-side", "--force-conflicts", "-k", str(ROOT / "crds"))
        golden = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "golden"}}
        await cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**golden, "data": {"golden.json": json.dumps(GOLDEN)}}))
        async with an_operator(cluster, env, folder) as operator:
            await cluster.apply_project(PROJECT, spec(GOOD[0], releases))
            await cluster.ready(PROJECT, within=240)
            await slow_jobs(cluster, PROJECT)
            say("the project is ready; the load begins")
            loads_on = Ways(cluster, PROJECT, await traefik(cluster), RATE)
            ours = await _ours(cluster, releases, await loads_on(PROJECT))
            shutil.copy(operator.log, folder / "operator.kept.log")
            arms: dict[str, Found] = {}
            others = {
                "plain": lambda: plain_rollouts(cluster, PROJECT, releases, loads_on, PLAIN, say),
                "argo": lambda: argo_rollouts(cluster, PROJECT, releases, loads_on, ARGO, probe(releases), folder, say),
            }
            for name in (name for name, wanted in (("plain", PLAIN), ("argo", ARGO)) if wanted):
                report.write(PARTIAL, metrics(ours, arms.get("plain"), arms.get("argo")))
                try:
                    arms[name] = await others[name]()
                except (AssertionError, CommandFailed, TimeoutError, ClusterError, httpx.HTTPError) as problem:
                    say(f"! {name}: no figures: {problem}")  # what we came for is not lost for it
    return metrics(ours, arms.get("plain"), arms.get("argo"))


async def _ours(cluster: Cluster, releases: Mapping[str, str], loads: Mapping[str, Load]) -> Found:
    ended: list[Ended] = []
    began = time.monotonic()
    async with watching(cluster, PROJECT) as watch:
        failed: dict[str, float] = {}

        def so_far() -> Found:
            return gathered(loads, ended, watch.switches, failed)

        await cluster.eventually(watch.seen, within=60, what="the record of the first release")
        async with flowing(*loads.values()):
            await asyncio.sleep(3)
            for number, release in enumerate(scenario(ROLLOUTS), 1):
                one = await _roll_out(cluster, watch, release, releases)
                ended.append(one)
                newest = watch.newest()
                if newest is not None and (moment := watch.failed.get(newest["metadata"]["name"])) is not None:
                    failed[release.image] = moment
                say(
                    f"{time.monotonic() - began:5.0f} s  {number:2} {release.image or 'rollback':14} {one.outcome:12} "
                    f"{one.reason:22} {one.seconds:5.1f} s   {told(loads)}"
                )
                report.write(PARTIAL, metrics(so_far(), running=True))

            while so_far().requests.total < REQUESTS and time.monotonic() - began < LONGEST_LOAD:
                await asyncio.sleep(10)
                say(f"{time.monotonic() - began:5.0f} s  on to {REQUESTS} requests: {told(loads)}")
    for load in loads.values():
        for line in (*load.requests.first, *load.jobs.lost()[:10], *load.faults[:10]):
            say(f"! {line}")
    return so_far()


async def _roll_out(cluster: Cluster, watch: Watch, release: Release, releases: Mapping[str, str]) -> Ended:
    """Ask for one release and wait for its record's end."""
    before = watch.newest()
    last = before["spec"]["sequence"] if before else 0
    began = time.monotonic()
    if release.rollback:
        await cluster.patch("TestGenProject", PROJECT, {"spec": {"rollout": {"rollback": _rollback(watch)}}})
    else:
        change = {"image": releases[release.image], "rollout": {"rollback": None, "commit": release.image}}
        await cluster.patch("TestGenProject", PROJECT, {"spec": change})

    async def outcome() -> dict[str, Any] | None:
        newest = watch.newest()
        if newest is None or newest["spec"]["sequence"] <= last:
            return None
        status: dict[str, Any] = newest.get("status") or {}
        return status if status.get("outcome") else None

    try:
        status = await cluster.eventually(outcome, within=LONGEST_ROLLOUT, what=f"the end of {release.image or 'the rollback'}")
    except AssertionError:
        newest = watch.newest() or {}
        stands = newest.get("status") or {}
        say(f"! {newest.get('metadata', {}).get('name')}: {stands.get('step')} {stands.get('reason')} {stands.get('message')}")
        return Ended(release, "", str(stands.get("reason", "")), bool(stands.get("served")), LONGEST_ROLLOUT)
    return Ended(release, status["outcome"], status.get("reason", ""), bool(status.get("served")), time.monotonic() - began)


def _rollback(watch: Watch) -> dict[str, str]:
    """From the release that serves to the one that served before."""
    promoted = sorted(
        (one for one in watch.records.values() if (one.get("status") or {}).get("outcome") in ("Promoted", "FastPromoted")),
        key=lambda one: one["spec"]["sequence"],
    )
    return {"to": promoted[-2]["metadata"]["name"], "from": promoted[-1]["metadata"]["name"]}

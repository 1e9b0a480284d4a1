"""The operator killed in the middle of rollouts, the kubelet restarted: the same outcomes, and no promotion without its proof.

Real: a node with its kubelet, the operator as a process that gets SIGKILL, projects with their database, clients. First each
kind of release once with nothing killed, then ROUNDS with a kill, at every step that a rollout has; in KUBELET of them the
kubelet is restarted too.

Settings: ROUNDS=50  KUBELET=10  SEED=…  LANES=2 (projects beside each other)  RATE=5 (requests a second, of each project)
FIRST=0 (no rounds without a kill)  KINDS=good,crash,…  MINUTES=25 (no round begins later; what was done is told)
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from testgen_cluster import images
from testgen_cluster.suite import STATE
from testgen_cluster.suite import cluster as cluster_tool
from testgen_operator.cluster.connection import from_kubeconfig
from testgen_operator.rollout.model import Step
from tests.bench import rollout_images
from tests.bench.report import FOLDER, ROOT, Metric, metric
from tests.bench.rollout_count import percentile
from tests.cluster.conftest import a_namespace, an_operator
from tests.soak import rollout_rounds as rules
from tests.soak.rollout_rounds import GOOD, KINDS, Kind, Round
from tests.soak.rollout_run import Result, run

ROUNDS: Final = int(os.environ.get("ROUNDS", "50"))
KUBELET: Final = int(os.environ.get("KUBELET", "10"))
LANES: Final = int(os.environ.get("LANES", "2"))
RATE: Final = float(os.environ.get("RATE", "5"))
MINUTES: Final = float(os.environ.get("MINUTES", "inf"))
SOON: Final = 20
GOOD_IMAGES: Final = 6
"""More than a project remembers migrations of, so that each release of an image is migrated for."""


def rollout_faults(seed: int) -> tuple[dict[str, Metric], list[str]]:
    """The rounds, on the local cluster; what they came to, and what was wrong."""
    seed = int(os.environ.get("SEED", str(seed)))
    chosen = [KINDS[name] for name in os.environ["KINDS"].split(",")] if os.environ.get("KINDS") else list(KINDS.values())
    say(f"SEED={seed} ROUNDS={ROUNDS} KUBELET={KUBELET} LANES={LANES} RATE={RATE:g}")
    began = time.monotonic()
    built = images.build(("runtime", "postgres"))
    cluster_tool("up", "--load", *(str(one.tar) for one in built.values()))
    releases = _releases(built["runtime"], chosen)
    result = asyncio.run(_run({name: one.ref for name, one in built.items()}, releases, chosen, seed))
    return metrics(result, time.monotonic() - began), [*result.faults, *_unkilled(chosen, result)]


def metrics(result: Result, seconds: float) -> dict[str, Metric]:
    requests = [lane.load.requests for lane in result.lanes]
    found = {
        "rounds": metric(result.rounds, "rollouts"),
        "kills": metric(result.hand.kills, "kill -9"),
        "kubelet_restarts": metric(result.hand.kubelets, "restarts"),
        "requests": metric(sum(one.total for one in requests), "requests"),
        "failed_requests": metric(sum(one.failures for one in requests), "requests"),
        "jobs": metric(sum(len(lane.load.jobs.asked) for lane in result.lanes), "jobs"),
        "jobs_lost": metric(sum(len(lane.load.jobs.lost()) for lane in result.lanes), "jobs"),
        "streams_broken": metric(sum(len(lane.load.faults) for lane in result.lanes), "streams"),
        "round_median": metric(percentile([one for lane in result.lanes for one in lane.seconds], 0.5), "s"),
        "faults": metric(len(result.faults), "faults"),
        "seconds": metric(seconds, "s"),
    }
    found |= {f"killed_at_{step}": metric(result.killed_at[step], "kills") for step in Step if result.killed_at[step]}
    return found | {f"rounds_{name}": metric(count, "rollouts") for name, count in sorted(result.done.items())}


def say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def _unkilled(chosen: Sequence[Kind], result: Result) -> list[str]:
    """Steps that no kill fell on although all were to be hit; a short run says nothing about that."""
    wanted = {step for kind in chosen for step in kind.steps}
    if ROUNDS < 50 or result.rounds < ROUNDS:
        return []
    return [f"no kill fell on the step {step}" for step in Step if step in wanted and not result.killed_at[step]]


def _releases(runtime: images.ImageTar, chosen: Sequence[Kind]) -> dict[str, str]:
    """Derive and load the images of all releases; their names in the cluster."""
    repository, _, tag = runtime.ref.rpartition(":")
    files = {f"{GOOD}-{number}": rollout_images.marked(f"soak-{number}") for number in range(GOOD_IMAGES)}
    files |= {one: _broken(one) for one in {kind.derived for kind in chosen if kind.derived}}
    refs = {one: f"{repository}:{tag}-soak-{one}" for one in files}
    folder = FOLDER / "soak"
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "releases.tar"
    rollout_images.derive(runtime.tar, archive, {refs[one]: layer for one, layer in files.items()})
    cluster_tool("load", str(archive))
    archive.unlink()
    return refs


def _broken(fault: str) -> rollout_images.Files:
    """A layer with the fault; what shows later shows after SOON requests of users, since the load here is a light one."""
    files = dict(rollout_images.faulty(fault))
    path = "opt/faults/rollout_faults.py"
    text, mode = files[path]
    sooner, count = re.subn(r"(?m)^LATER_REQUESTS: Final = \d+$", f"LATER_REQUESTS: Final = {SOON}", text.decode())
    assert count == 1, "the number of requests is written otherwise now"
    return {**files, path: (sooner.encode(), mode)}


async def _run(refs: Mapping[str, str], releases: Mapping[str, str], chosen: Sequence[Kind], seed: int) -> Result:
    kubeconfig = STATE / "kubeconfig"
    folder = Path(tempfile.mkdtemp(prefix="testgen-soak-"))
    # The operator is started again and again: the tree may change meanwhile.
    shutil.copytree(ROOT / "operator" / "testgen_operator", folder / "operator" / "testgen_operator")
    env = {f"RELATED_IMAGE_{name.upper()}": ref for name, ref in refs.items()} | {"PYTHONPATH": str(folder / "operator")}
    try:
        async with a_namespace(from_kubeconfig(kubeconfig), str(STATE / "bin" / "kubectl"), kubeconfig) as cluster:
            await cluster.kubectl("apply", "--server-side", "--force-conflicts", "-k", str(ROOT / "crds"))
            async with an_operator(cluster, env, folder) as operator:
                return await run(
                    cluster,
                    operator,
                    plans(chosen, seed),
                    images=releases,
                    seed=seed,
                    rate=RATE,
                    restart_kubelet=restart_kubelet,
                    tell=say,
                    until=time.monotonic() + 60 * MINUTES,
                )
    finally:
        log = folder / "operator.log"
        if log.exists():
            shutil.copy(log, FOLDER / "soak" / "operator.log")
        shutil.rmtree(folder, ignore_errors=True)


def plans(chosen: Sequence[Kind], seed: int) -> dict[str, list[Round]]:
    """The rounds of each project, dealt out in turn."""
    first = [] if os.environ.get("FIRST") == "0" else [Round(number, kind) for number, kind in enumerate(chosen)]
    whole = rules.rounds(ROUNDS, KUBELET, seed, chosen, LANES)
    return {f"lane-{lane}": [*first[lane::LANES], *whole[lane]] for lane in range(LANES)}


async def restart_kubelet() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_cluster", "restart", "kubelet",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "cluster")},
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 120)
    if process.returncode:
        raise AssertionError(out.decode())

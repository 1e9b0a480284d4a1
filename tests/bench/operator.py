"""The operator at 100, 300 and 1,000 projects of 15 children or more, on a real API server, beside a bare apply loop.

The bare loop runs before the operator, after it, and in short turns while the operator stands still (SIGSTOP; that time does not
count for it), so that both share whatever else the machine does. Controllers and scheduler are Kubernetes' own, the nodes are
KWOK's (`operator_nodes.py`), for both arms: 2 cores can't carry the pods of 1,000 projects. What the operator did is read from
the API server's audit log, not from the operator.

Settings: PROJECTS=100,300,1000  STEADY=600 (seconds)  SHORT=1 (20 projects, 20 s).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from testgen_operator import names
from tests.bench import operator_arms as arms
from tests.bench.operator_arms import Place, Request
from tests.bench.operator_nodes import nodes, settled
from tests.bench.operator_targets import verdicts
from tests.bench.report import FOLDER, Metric, Verdict, metric
from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM, Admin, ControlPlane, collection, control_plane, peak_mib

SHORT: Final = os.environ.get("SHORT") == "1"
SIZES: Final = [int(one) for one in os.environ.get("PROJECTS", "20" if SHORT else "100,300,1000").split(",")]
STEADY_SECONDS: Final = float(os.environ.get("STEADY", "20" if SHORT else "600"))
CHANGES: Final = 20 if SHORT else 100
DRIFTS: Final = 20 if SHORT else 100
BARE: Final = 300
"""Projects of the bare loop at most: its rate does not depend on how many there are."""
PODS: Final = 5
"""Of a project, with its migration's."""
TURN_EVERY: Final = 20.0
"""Seconds between two turns of the bare loop while the operator brings projects up..."""
TURN: Final = 8
"""...and projects of a turn."""
DRIFTING: Final = (
    ("v1", "Service"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("v1", "ConfigMap"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("v1", "ServiceAccount"),
    ("policy/v1", "PodDisruptionBudget"),
)
"""What is deleted and edited: not volumes, nor the Secrets that open them (what becomes of those is the soak's)."""
LONGEST_CONVERGE: Final = 1800.0
RECONCILES: Final = "testgen_operator_reconcile_total"
QUIET_SECONDS: Final = 5.0
"""Without a pass after a restart: then it has looked at all."""
PATIENT: Final = {"TESTGEN_OPERATOR_LEASE_DURATION": "60", "TESTGEN_OPERATOR_LEASE_DEADLINE": "45"}
"""Longer than the shipped 15 and 10: the operator stands still for turns of the bare loop, and would end after them."""


@dataclass
class Run:
    """What one size showed; None: it was not measured."""

    projects: int
    bare_rate: float | None = None
    rate: float | None = None
    children: int = 0
    """Objects that were made: one that was written twice counts once, as in the bare loop."""
    writes: int = 0
    requests: int = 0
    load: float = 0.0
    converge: float | None = None
    rss: float | None = None
    cold_start: float | None = None
    cpu: float = 0.0
    restart_writes: int | None = None
    steady_writes: int | None = None
    steady_reads: float | None = None
    steady_own: float | None = None
    changes: dict[str, list[float]] = field(default_factory=dict)
    drifts: list[float] = field(default_factory=list)
    pauses: list[tuple[float, float]] = field(default_factory=list)
    """When the operator stood still for a turn of the bare loop (Unix times)."""


def say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def run() -> dict[str, Metric]:
    return asyncio.run(_run())


async def _run() -> dict[str, Metric]:
    folder = FOLDER / "operator"
    shutil.rmtree(folder, ignore_errors=True)
    requests = await arms.template(folder / "template")
    say(f"{len(requests)} objects a project: {', '.join(sorted({json.loads(one.body)['kind'] for one in requests}))}")
    runs = [await _size(folder / str(size), size, requests, thorough=size == max(SIZES)) for size in SIZES]
    return _metrics(runs, len(requests))


async def _size(folder: Path, size: int, requests: Sequence[Request], *, thorough: bool) -> Run:
    found = Run(size)
    pods = PODS * (size + min(size, BARE))
    async with control_plane(folder) as plane, nodes(plane, pods), Admin(plane.connection()) as admin:
        loop = Bare(plane, admin, requests, arms.places(min(size, BARE), "ba"))
        share = len(loop.left) // 4
        await loop.turn(share)
        await settled(plane)
        where = arms.places(size, "tg")
        await arms.create(admin, where)
        operator = OperatorProcess(plane.kubeconfig(), (), folder, leader_elect=True, home=SYSTEM, env=PATIENT)
        try:
            await _converge(plane, admin, operator, where, found, loop, keep=share)
            if thorough:
                await _steady(plane, operator, found)
                await _changes(plane, admin, where, found)
                await _drifts(admin, where, found)
                found.rss = peak_mib(operator_pid(operator))
            await operator.stop()
            await _restart(plane, operator, where, found)
        finally:
            await operator.stop()
        await loop.turn(share)
        found.bare_rate = loop.applied / loop.seconds
    for name, value in _metrics([found], len(requests)).items():
        say(f"  {name} {value['value']:g}")
    return found


@dataclass
class Bare:
    """The bare loop, turn by turn, through the places that are left."""

    plane: ControlPlane
    admin: Admin
    requests: Sequence[Request]
    left: list[Place]
    applied: int = 0
    seconds: float = 0.0

    async def turn(self, projects: int) -> None:
        where, self.left = self.left[:projects], self.left[projects:]
        applied, seconds = await arms.bare(self.admin, self.requests, where)
        self.applied += applied
        self.seconds += seconds


async def _converge(
    plane: ControlPlane, admin: Admin, operator: OperatorProcess, where: Sequence[Place], found: Run, loop: Bare, *, keep: int
) -> None:
    """From the operator's start, with all projects waiting, until each is Ready; the last `keep` places of the loop stay."""
    position, started = plane.audit_position(), time.time()
    await operator.start()
    watching = asyncio.create_task(_all_ready(admin, where))
    last = time.time()
    while not watching.done():
        if not operator.running:
            raise RuntimeError(f"the operator ended: {operator.entries()[-5:]}")
        if time.time() - last > TURN_EVERY and len(loop.left) >= keep + TURN:
            found.pauses.append(await _turn(operator, loop))
            last = time.time()
        await asyncio.wait([watching], timeout=1.0)
        if time.time() - started > LONGEST_CONVERGE:
            raise TimeoutError(f"not Ready after {LONGEST_CONVERGE:.0f} s")
    watching.result()
    found.converge = time.time() - started - sum(end - begin for begin, end in found.pauses)
    found.load = os.getloadavg()[1]
    entries = plane.audited(position)
    writes = [entry for entry in entries if arms.is_child_write(entry) and entry["responseStatus"]["code"] < 300]
    moments = sorted(_moment(entry) for entry in writes)
    found.children, found.writes = len({arms.written(entry) for entry in writes}), len(writes)
    found.requests = len(entries)
    stood = sum(end - begin for begin, end in found.pauses if moments[0] < begin < moments[-1])
    found.rate = found.children / (moments[-1] - moments[0] - stood)
    found.rss = peak_mib(operator_pid(operator))
    found.cpu = _cpu(operator)
    kinds: dict[str, int] = {}
    for entry in entries:
        what = f"{entry['verb']} {(entry.get('objectRef') or {}).get('resource')}"
        kinds[what] = kinds.get(what, 0) + 1
    say(f"requests: {dict(sorted(kinds.items(), key=lambda one: -one[1])[:14])}; operator's CPU {found.cpu:.1f} s")


async def _turn(operator: OperatorProcess, loop: Bare) -> tuple[float, float]:
    """A turn of the bare loop while the operator stands still: when that began and ended. Neither pays for what the controllers
    still owe the other."""
    begun = time.time()
    os.kill(operator_pid(operator), signal.SIGSTOP)
    try:
        await settled(loop.plane)
        await loop.turn(TURN)
        await settled(loop.plane)
    finally:
        os.kill(operator_pid(operator), signal.SIGCONT)
    return begun, time.time()


async def _all_ready(admin: Admin, where: Sequence[Place]) -> None:
    waiting = {(one.namespace, one.project) for one in where}
    url = admin.url("/apis/testgen.dev/v1alpha1/testgenprojects?watch=1")
    while waiting:
        async with admin.session.get(url, timeout=None, read_bufsize=2**20) as answer:
            async for line in answer.content:
                raw = json.loads(line)["object"]
                if arms.ready(raw):
                    waiting.discard((raw["metadata"]["namespace"], raw["metadata"]["name"]))
                if not waiting:
                    return


async def _steady(plane: ControlPlane, operator: OperatorProcess, found: Run) -> None:
    """Nothing changes: what does the operator do meanwhile?"""
    await asyncio.sleep(10)  # what converging left behind may still be looked at; the window starts after it
    position, started = plane.audit_position(), time.monotonic()
    await asyncio.sleep(STEADY_SECONDS)
    seconds = time.monotonic() - started
    entries = plane.audited(position)
    writes = [entry for entry in entries if arms.is_project_write(entry)]
    found.steady_writes = len(writes)
    found.steady_reads = sum(entry["verb"] in ("get", "list") for entry in entries) / seconds
    found.steady_own = sum(entry["verb"] in ("patch", "update", "create") for entry in entries) / seconds - len(writes) / seconds
    say(f"steady: {len(writes)} writes, {found.steady_reads:.2f} reads/s in {seconds:.0f} s")


def _spec_changes(place: Place) -> dict[str, dict[str, Any]]:
    """What a team changes: the first touches one child, `settings` makes a release whose pods are replaced."""
    return {
        "replicas": {"replicas": 3},
        "exposure": {"exposure": {"type": "Ingress", "host": f"{place.project}.example.com", "forceHttps": False}},
        "network": {"networkPolicy": {"allowFromNamespaces": ["visitors"]}},
        "settings": {"budgets": {"dailyTokens": 1_000_000}},
    }


async def _changes(plane: ControlPlane, admin: Admin, where: Sequence[Place], found: Run) -> None:
    """A spec changes, each time in another way: seconds until the last child that it concerns is applied, by the audit log."""
    chance = random.Random(6)
    for number, place in enumerate(chance.sample(list(where), min(CHANGES, len(where)))):
        changes = list(_spec_changes(place).items())
        kind, spec = changes[number % len(changes)]
        position, started = plane.audit_position(), time.time()
        await admin.merge(arms.project_path(place), {"spec": spec})
        await _until(admin, arms.project_path(place), arms.ready)
        applied = [entry for entry in plane.audited(position) if arms.is_child_write(entry) and arms.is_of(entry, place)]
        if not applied:
            raise RuntimeError(f"{kind} of {place.project} changed no child")
        found.changes.setdefault(kind, []).append(max(_answered(entry) for entry in applied) - started)


async def _drifts(admin: Admin, where: Sequence[Place], found: Run) -> None:
    """Somebody deletes or edits a child, of every kind but those that hold data: seconds until it is as it was."""
    chance = random.Random(7)
    for number, place in enumerate(chance.sample(list(where), min(DRIFTS, len(where)))):
        path, before = await _a_child(admin, place, *DRIFTING[number % len(DRIFTING)], chance)
        started = time.perf_counter()
        if (number // len(DRIFTING)) % 2:
            await admin.delete(path)
            await _until(admin, path, lambda live, old=before["metadata"]["uid"]: live["metadata"]["uid"] != old)
        else:
            await admin.merge(path, {"metadata": {"labels": {names.LABEL_COMPONENT: "somebody-elses"}}})
            await _until(admin, path, lambda live, old=before["metadata"]["labels"]: live["metadata"]["labels"] == old)
        found.drifts.append(time.perf_counter() - started)


async def _a_child(admin: Admin, place: Place, api: str, kind: str, chance: random.Random) -> tuple[str, dict[str, Any]]:
    folder = collection({"apiVersion": api, "kind": kind, "metadata": {"namespace": place.namespace}})
    listed = await admin.get(f"{folder}?labelSelector={names.LABEL_PROJECT}%3D{place.project}")
    assert listed is not None
    one = chance.choice(listed["items"])
    return f"{folder}/{one['metadata']['name']}", one


async def _until(admin: Admin, path: str, condition: Any, within: float = 60.0) -> None:
    async with asyncio.timeout(within):
        while True:
            live = await admin.get(path)
            if live is not None and condition(live):
                return
            await asyncio.sleep(0.02)


async def _restart(plane: ControlPlane, operator: OperatorProcess, where: Sequence[Place], found: Run) -> None:
    """The operator starts again over what is settled: how soon it decides, and what it writes (nothing)."""
    position, started, quiet = plane.audit_position(), time.time(), Quiet()
    await operator.start()
    async with asyncio.timeout(300):
        while True:
            answers = operator.running and (await operator.probe("/healthz"))[0] == 200
            if answers and quiet.after(
                time.monotonic(), await _looked_at(operator), await operator.metric(RECONCILES), len(where)
            ):
                break
            await asyncio.sleep(0.5)
    first = await operator.metric("testgen_operator_first_reconcile_timestamp_seconds")
    if first < started:
        raise RuntimeError(f"the first decision after the start is told as at {first}, before it")
    found.cold_start = first - started
    found.rss = max(found.rss or 0.0, peak_mib(operator_pid(operator)))
    written = [entry for entry in plane.audited(position) if arms.is_project_write(entry)]
    found.restart_writes = len(written)
    if written:
        say(f"written at restart, for example: {written[0]['requestURI']}")


@dataclass
class Quiet:
    """Whether every project was looked at and none has been since. A count of passes alone does not tell: one project that is
    looked at again and again makes up for those that were not yet."""

    count: float = -1.0
    since: float = 0.0

    def after(self, now: float, projects: float, passes: float, wanted: int) -> bool:
        """`projects`: that have been looked at; `passes`: over all of them."""
        if passes != self.count or projects < wanted:
            self.count, self.since = passes, now
        return now - self.since >= QUIET_SECONDS


async def _looked_at(operator: OperatorProcess) -> float:
    """Each project counts once, with whatever its Ready condition is, from its first pass on."""
    return await operator.metric("testgen_operator_projects", condition="Ready")


def judge(results: Mapping[str, Metric]) -> list[Verdict]:
    """The targets of the sizes that were run. A run of other sizes than those is held to what needs no size."""
    return verdicts(results, SIZES)


def operator_pid(operator: OperatorProcess) -> int:
    assert operator.process is not None
    return operator.process.pid


def _cpu(operator: OperatorProcess) -> float:
    fields = Path(f"/proc/{operator_pid(operator)}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100.0


def _moment(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["requestReceivedTimestamp"]).timestamp()


def _answered(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["stageTimestamp"]).timestamp()


def _p95(values: Sequence[float]) -> float | None:
    return sorted(values)[int(0.95 * (len(values) - 1) + 0.5)] if values else None


def _metrics(runs: Sequence[Run], children: int) -> dict[str, Metric]:
    """The figures that were measured; one that was not is left out, so that its target is missed."""
    results: dict[str, Metric] = {"children_per_project": metric(children, "objects")}

    def put(name: str, value: float | None, unit: str, baseline: float | None = None) -> None:
        if value is not None:
            results[name] = metric(value, unit, baseline=baseline)

    for one in runs:
        n = one.projects
        if one.rate is not None and one.bare_rate is not None:
            put(f"applies_per_s_{n}", one.rate, "1/s", one.bare_rate)
            put(f"converge_ratio_{n}", one.rate / one.bare_rate, "ratio")
        put(f"converge_s_{n}", one.converge, "s")
        put(f"machine_load_{n}", one.load, "runnable, 5 min")
        if one.children:
            put(f"writes_per_child_{n}", one.writes / one.children, "ratio")
            put(f"requests_per_child_{n}", one.requests / one.children, "ratio")
            put(f"operator_cpu_ms_per_child_{n}", 1000 * one.cpu / one.children, "ms")
        put(f"rss_mib_{n}", one.rss, "MiB")
        put(f"cold_start_s_{n}", one.cold_start, "s")
        put(f"restart_writes_{n}", one.restart_writes, "writes")
    largest, smallest = max(runs, key=lambda one: one.projects), min(runs, key=lambda one: one.projects)
    n = largest.projects
    put("steady_writes", largest.steady_writes, "writes")
    put("steady_seconds", STEADY_SECONDS if largest.steady_writes is not None else None, "s")
    put("steady_reads_per_s", largest.steady_reads, "1/s")
    put("steady_own_writes_per_s", largest.steady_own, "1/s")
    put(f"change_p95_s_{n}", _p95([one for kind in largest.changes.values() for one in kind]), "s")
    for kind, seconds in largest.changes.items():
        put(f"change_{kind}_p95_s_{n}", _p95(seconds), "s")
    put(f"drift_p95_s_{n}", _p95(largest.drifts), "s")
    if n > smallest.projects and largest.converge is not None and smallest.converge is not None:
        put(f"growth_{smallest.projects}_{n}", largest.converge / smallest.converge / (n / smallest.projects), "times linear")
    return results

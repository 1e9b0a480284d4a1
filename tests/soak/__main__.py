"""`python -m tests.soak [NAME…]`: long runs of faults. Each ends with 1 where anything is not as it would be without them."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from testgen_runtime.storage import embedded
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.target import Target, connect
from testgen_runtime.telemetry import logs
from tests.bench.report import Metric, metric, write
from tests.soak.autoscaling import scale_down
from tests.soak.modes import change_modes
from tests.soak.worker_kills import POOL, kill_workers

KILLS = 1000
SEED = 20261121
ROUNDS = int(os.environ.get("ROUNDS", "50"))
"""Of each fault of the operator."""
LANES = int(os.environ.get("LANES", "1"))
"""API servers beside each other that the operator's faults are spread over."""
SPECS = int(os.environ.get("SPECS", "300"))
"""Valid specs drawn from the schema."""
PAUSE = 30.0
"""Seconds that etcd stands still."""


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)


async def _kills(server: Target) -> tuple[dict[str, Metric], list[str]]:
    connection = await connect(server, POOL)
    await connection.execute("CREATE DATABASE soak")
    await connection.close()
    target = replace(server, database="soak")
    await migrate(target, POOL)
    begun = time.monotonic()
    found = await kill_workers(target, kills=KILLS, seed=SEED, tell=_tell)
    faults = found.faults()
    return {
        "kills": metric(found.kills, "kill -9"),
        "jobs": metric(found.jobs, "jobs"),
        "attempts": metric(found.attempts, "attempts", baseline=found.jobs),
        "unfinished": metric(len(found.unfinished), "jobs"),
        "wrong_cases": metric(len(found.wrong_cases), "jobs"),
        "wrong_progress": metric(len(found.wrong_progress), "jobs"),
        "open_reservations": metric(found.open_reservations, "reservations"),
        "faults": metric(len(faults), "faults"),
        "seconds": metric(time.monotonic() - begun, "s"),
    }, faults


def worker_kills() -> tuple[dict[str, Metric], list[str]]:
    """1,000 workers are killed while they run jobs."""
    folder = Path(tempfile.mkdtemp(prefix="testgen-soak-"))
    try:
        with embedded.running(folder / "postgres") as server:
            return asyncio.run(_kills(server))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _known(faults: Collection[str]) -> tuple[str, ...]:
    """The faults that FAULTS names; ends the process where it names another."""
    named = tuple(filter(None, os.environ.get("FAULTS", "").split(",")))
    if unknown := sorted(set(named) - set(faults)):
        raise SystemExit(f"FAULTS={','.join(unknown)}: no such fault; there are {', '.join(faults)}")
    return named


def operator() -> tuple[dict[str, Metric], list[str]]:
    """50 of each fault around the operator."""
    from tests.soak import operator_faults

    begun = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="testgen-soak-"))
    try:
        asked = operator_faults.side_by_side(
            folder, rounds=ROUNDS, lanes=LANES, seed=SEED, pause=PAUSE, only=_known(operator_faults.FAULTS), tell=_tell
        )
        results = asyncio.run(asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found: dict[str, Metric] = {}
    for name, one in results.items():
        key = name.replace("-", "_")
        found |= {f"{key}_rounds": metric(one.rounds, "rounds"), f"{key}_longest": metric(one.longest, "s")}
    found |= {"rounds": metric(sum(one.rounds for one in results.values()), "rounds")}
    faults = [fault for one in results.values() for fault in one.faults]
    return found | {"faults": metric(len(faults), "faults"), "seconds": metric(time.monotonic() - begun, "s")}, faults


def operator_specs() -> tuple[dict[str, Metric], list[str]]:
    """300 specs drawn from the schema, a project each."""
    from tests.soak import operator_specs as soak

    folder = Path(tempfile.mkdtemp(prefix="testgen-soak-"))
    try:
        found = asyncio.run(soak.run(folder, count=SPECS, seed=SEED, tell=_tell))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for reason, count in found.reasons.most_common():
        _tell(f"{count:4} {reason}")
    return {
        "projects": metric(found.projects, "projects"),
        "ready": metric(found.ready, "projects"),
        "reasons": metric(len(found.reasons), "reasons"),
        "faults": metric(len(found.faults), "faults"),
        "seconds": metric(found.seconds, "s"),
    }, found.faults


def rollout() -> tuple[dict[str, Metric], list[str]]:
    """100,000 random histories of rollouts."""
    from tests.soak import rollout_histories

    return rollout_histories.rollouts(_tell)


def rollout_faults() -> tuple[dict[str, Metric], list[str]]:
    """50 rollouts on the local cluster in which the operator is killed, in ten of them the kubelet is restarted too."""
    from tests.soak import rollout_faults

    return rollout_faults.rollout_faults(SEED)


SOAKS: Mapping[str, Callable[[], tuple[dict[str, Metric], list[str]]]] = {
    "worker-kills": worker_kills,
    "modes": change_modes,
    "autoscaling": scale_down,
    "operator": operator,
    "specs": operator_specs,
    "rollout": rollout,
    "rollout-faults": rollout_faults,
}


def main() -> int:
    logs.configure("ERROR", "json", sys.stderr)
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *SOAKS], metavar="NAME", help=", ".join(SOAKS))
    failed = False
    for name in parser.parse_args().names or SOAKS:
        print(f"▸ {name} …", flush=True)
        results, faults = SOAKS[name]()
        for key, value in results.items():
            print(f"  {key:24} {value['value']:>10g} {value['unit']}")
        for fault in faults[:20]:
            print(f"  FAULT: {fault}")
        print(f"  {write(f'soak-{name}', results)}")
        failed |= bool(faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

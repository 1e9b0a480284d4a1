"""`kubectl testgen rollout` against a real API server: what it writes is admitted, what it reads is told, records stay.

No operator serves the namespace: the statuses are written here, by the functions that the operator writes them with. What a
rollout does with the commands is tested with the operator, elsewhere.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from testgen_operator.resources.project import parse
from testgen_operator.resources.release import release_object, release_status, to_record
from testgen_operator.rollout.model import Outcome, Position, Record, Step, Tally
from tests.cluster.conftest import PATIENCE
from tests.cluster.kube import Cluster, CommandFailed
from tests.cluster.process import ROOT

FIRST, SECOND = "shop-f4c7000001", "shop-08b2000002"
"""Names end in a hash, so their order says nothing; here it is the other one than that of the releases."""


@dataclass
class Played:
    """The project shop, the plugin, and the operator's part of both."""

    cluster: Cluster
    folder: Path

    async def plugin(self, *words: str, within: float = 60.0) -> tuple[int, str, str]:
        process = await self.start(*words)
        out, err = await asyncio.wait_for(process.communicate(), within * PATIENCE)
        assert "Traceback" not in err.decode(), err.decode()
        return process.returncode or 0, out.decode(), err.decode()

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        clean = {name: value for name, value in os.environ.items() if name not in {"KUBECONFIG", "NO_COLOR"}}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "testgen_operator.kubectl", "rollout", *words, "-n", self.cluster.namespace,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=self.folder,
            env=clean | {"KUBECONFIG": str(self.cluster.kubeconfig), "PYTHONPATH": str(ROOT / "operator")},
        )  # fmt: skip

    async def release(self, name: str, number: int, version: str) -> None:
        project = parse(await self.cluster.get("TestGenProject", "shop"))
        record = Record(name, name, number, FIRST if number > 1 else "")
        found = release_object(
            project, record, version=version, image=f"runtime:{version}", colour="green", config_hash="c", secrets_hash="s",
            now=datetime.now(UTC), deployed_by="kubectl-create",
        )  # fmt: skip
        await self.cluster.kubectl("create", "-f", "-", stdin=json.dumps(found))

    async def at(self, name: str, position: Position, **more: Any) -> None:
        before = json.loads(await self.cluster.kubectl("get", "tgr", name, "-o", "json"))
        status = release_status(position, before.get("status") or {}, **more)
        body = {key: before[key] for key in ("apiVersion", "kind")} | {"metadata": {"name": name}, "status": status}
        command = ("apply", "--server-side", "--subresource=status", "--field-manager=testgen-operator", "-f", "-")
        await self.cluster.kubectl(*command, stdin=json.dumps(body))

    async def judged(self, status: str, reason: str) -> None:
        generation = (await self.cluster.get("TestGenProject", "shop"))["metadata"]["generation"]
        condition = {
            "type": "RolloutSucceeded", "status": status, "reason": reason, "message": reason, "observedGeneration": generation,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        told = {"status": {"observedGeneration": generation, "conditions": [condition]}}
        await self.cluster.kubectl("patch", "tgp", "shop", "--subresource=status", "--type=merge", "-p", json.dumps(told))

    async def spec(self) -> dict[str, Any]:
        return dict((await self.cluster.get("TestGenProject", "shop"))["spec"])


def now(step: Step, **more: Any) -> Position:
    return Position(step, datetime.now(UTC), "green", **more)


def over(outcome: Outcome, reason: str = "") -> Position:
    return now(Step.DONE, outcome=outcome, reason=reason or str(outcome), ended=datetime.now(UTC))


@pytest.fixture
async def played(cluster: Cluster, tmp_path: Path) -> Played:
    await cluster.apply_project("shop", {"suspend": True, "rollout": {"strategy": "BlueGreen"}})
    found = Played(cluster, tmp_path)
    await found.release(FIRST, 1, "1.0.0")
    await found.at(FIRST, over(Outcome.PROMOTED))
    await found.judged("True", "Complete")
    return found


async def test_a_release_is_watched_to_its_end(played: Played) -> None:  # S2-115
    await played.release(SECOND, 2, "1.1.0")
    await played.at(SECOND, now(Step.STARTING))
    process = await played.start("watch", "shop")
    assert process.stdout is not None
    lines = [await asyncio.wait_for(process.stdout.readline(), 30 * PATIENCE)]
    for position in (now(Step.ANALYSING, tally=Tally(1, 0, 0, "a")), now(Step.BAKING, served=True)):
        await played.at(SECOND, position)
        while position.step not in lines[-1].decode():
            lines.append(await asyncio.wait_for(process.stdout.readline(), 30 * PATIENCE))
            assert lines[-1], b"".join(lines).decode()
    await played.at(SECOND, over(Outcome.PROMOTED))
    await played.judged("True", "Promoted")
    rest, _ = await asyncio.wait_for(process.communicate(), 30 * PATIENCE)
    story = b"".join([*lines, rest]).decode().splitlines()
    told = [line.partition("(1.1.0)  ")[2].partition(":")[0].split(" after")[0] for line in story]
    assert list(dict.fromkeys(told)) == ["Starting", "Analysing", "Baking", "Promoted"], story
    assert process.returncode == 0


async def test_a_release_that_returns_fails_the_pipeline_with_its_reason(played: Played) -> None:
    await played.release(SECOND, 2, "1.1.0")
    failure = {"component": "all", "container": "runtime", "reason": "CrashLoop", "exitCode": 3, "lastLines": "password=hunter2"}
    await played.at(SECOND, over(Outcome.ABORTED, "PreviewNotReady"), failure=failure)
    await played.judged("False", "PreviewNotReady")
    code, out, _ = await played.plugin("wait", "shop", "-o", "json")
    told = json.loads(out)
    assert (code, told["state"], told["reason"], told["release"]["failure"]["exitCode"]) == (1, "Failed", "PreviewNotReady", 3)
    assert "hunter2" not in out


async def test_waiting_has_an_end(played: Played) -> None:
    await played.release(SECOND, 2, "1.1.0")
    await played.at(SECOND, now(Step.AWAITING))
    code, out, err = await played.plugin("wait", "shop", "--timeout", "1s")
    assert (code, "AwaitingPromotion" in out, "Not through within 1 s" in err) == (7, True, True)
    assert (await played.plugin("wait", "shop", "--for", "approval"))[0] == 0
    assert (await played.plugin("status", "shop"))[0] == 7
    assert (await played.plugin("wait", "shop", "--version", "9.9", "--timeout", "1s"))[0] == 7
    assert (await played.plugin("status", "shop", "shop-none"))[0] == 3


async def test_every_command_is_one_field_that_the_api_server_admits(played: Played) -> None:
    await played.release(SECOND, 2, "1.1.0")
    await played.at(SECOND, now(Step.AWAITING))
    for words, field in ((["pause"], "pause"), (["promote"], "promote"), (["abort"], "abort")):
        code, out, err = await played.plugin(*words, "shop")
        assert code == 0, err
        assert (await played.spec())["rollout"][field] == SECOND, out
    rollout = (await played.spec())["rollout"]
    assert "pause" not in rollout  # a promote ends it
    assert "promote" not in rollout  # an abort takes its place
    await played.at(SECOND, over(Outcome.ABORTED))
    await played.judged("False", "Aborted")
    assert (await played.plugin("retry", "shop"))[0] == 0
    assert (await played.spec())["rollout"]["retry"] == SECOND
    assert (await played.plugin("restart", "shop", "--token", "t1"))[0] == 0
    assert (await played.spec())["restartedAt"] == "t1"


async def test_a_rollback_names_where_from_and_where_to(played: Played) -> None:  # S1-101, S2-175
    await played.release(SECOND, 2, "1.1.0")
    await played.at(SECOND, over(Outcome.PROMOTED))
    await played.judged("True", "Promoted")
    code, out, err = await played.plugin("rollback", "shop", "--to-version", "1.0.0")
    assert (code, "returns from" in out) == (0, True), err
    assert (await played.spec())["rollout"]["rollback"] == {"from": SECOND, "to": FIRST}
    code, _, err = await played.plugin("rollback", "shop")
    assert (code, "has not looked at the newest spec" in err) == (7, True)


async def test_the_scripts_of_older_runbooks_do_the_same(played: Played) -> None:  # S1-100, S1-102, S2-116
    async def script(name: str, *words: str) -> tuple[int, str]:
        plugin = played.folder / "kubectl-testgen"
        plugin.write_text(f'#!/bin/sh\nexec {sys.executable} -m testgen_operator.kubectl "$@"\n')
        plugin.chmod(0o755)
        environment = {
            "KUBECONFIG": str(played.cluster.kubeconfig),
            "PYTHONPATH": str(ROOT / "operator"),
            "TESTGEN_TIMEOUT": "1s",
        }
        process = await asyncio.create_subprocess_exec(
            str(ROOT / "scripts" / name), *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env=os.environ | environment | {"KUBECTL_TESTGEN": str(plugin)}, cwd=played.folder,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), 120 * PATIENCE)
        return process.returncode or 0, out.decode()

    where = f"{played.cluster.namespace}/shop"
    code, out = await script("rollback-service.sh", "history", where)
    assert (code, FIRST in out) == (0, True), out
    code, out = await script("deploy-blue-green.sh", where, "1.1.0", "--commit", "4d4f474")
    spec = await played.spec()
    assert (code, spec["version"], spec["rollout"]["strategy"]) == (7, "1.1.0", "BlueGreen"), out  # no operator takes it up here
    assert "Not through within 1 s" in out


async def test_another_version_is_one_command(played: Played) -> None:  # S2-116, S2-130
    code, _, err = await played.plugin("start", "shop", "1.1.0", "--strategy", "Canary", "--commit", "4d4f474", "--author", "Ann")
    assert code == 0, err
    spec = await played.spec()
    assert (spec["version"], spec["rollout"]["strategy"], spec["rollout"]["commit"]) == ("1.1.0", "Canary", "4d4f474")
    code, out, _ = await played.plugin("start", "shop", "1.1.0")
    assert (code, "nothing to do" in out) == (0, True)


async def test_what_the_api_server_refuses_is_told_in_its_words(played: Played) -> None:
    code, _, err = await played.plugin("start", "shop", "1.1.0", "--commit", "no commit")
    assert (code, "is no commit: write a hash or a tag" in err) == (8, True)


async def test_a_record_is_never_changed_and_its_position_is_read_back(played: Played) -> None:  # S2-161
    for patch in ({"version": "6.6.6"}, {"snapshot": {"mode": "Microservices"}}, {"snapshot": None}):
        with pytest.raises(CommandFailed, match=r"is a record and cannot be changed|Required value"):
            await played.cluster.kubectl("patch", "tgr", FIRST, "--type=merge", "-p", json.dumps({"spec": patch}))
    position = now(Step.SHIFTING, number=3, tally=Tally(4, 1, 2, "x"), served=True, held="Paused", message="né")
    await played.at(FIRST, position)
    assert to_record(json.loads(await played.cluster.kubectl("get", "tgr", FIRST, "-o", "json"))).position == position


async def test_the_list_of_releases_reads_as_a_story(played: Played) -> None:
    await played.release(SECOND, 2, "1.1.0")
    await played.at(SECOND, over(Outcome.ROLLED_BACK, "AnalysisFailed"), rollback_version="1.0.0")
    assert FIRST > SECOND, "in the order of names, in which Kubernetes lists, it would be told from its end"
    lines = (await played.cluster.kubectl("get", "tgr", "--sort-by=.spec.sequence")).splitlines()
    assert lines[0].split() == ["NAME", "#", "PROJECT", "VERSION", "STRATEGY", "PHASE", "OUTCOME", "REASON", "AGE"]
    assert [line.split()[:8] for line in lines[1:]] == [
        [FIRST, "1", "shop", "1.0.0", "BlueGreen", "Succeeded", "Promoted", "Promoted"],
        [SECOND, "2", "shop", "1.1.0", "BlueGreen", "RolledBack", "RolledBack", "AnalysisFailed"],
    ]
    code, out, err = await played.plugin("history", "shop")
    assert code == 0, err
    assert out.index(SECOND) < out.index(FIRST), "the newest first"

"""`kubectl testgen` on a real cluster: a healthy, a broken and a suspended project; people without rights; no CRD, no cluster."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import sys
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.cluster.conftest import PATIENCE
from tests.cluster.kube import Cluster
from tests.cluster.process import ROOT, OperatorProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")
HEALTHY, BROKEN, RESTING = "shop", "broken", "resting"
NO_SUCH_IMAGE = "127.0.0.1:1/no/such/image:1.0"
LINE_WITHIN = 30 * PATIENCE


@dataclass
class Answer:
    code: int
    out: str
    err: str


@dataclass
class Plugin:
    """The plugin as a process of its own, in a namespace of the cluster."""

    cluster: Cluster
    folder: Path

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if name not in {"KUBECONFIG", "NO_COLOR"}}
        return clean | {"KUBECONFIG": str(self.cluster.kubeconfig), "PYTHONPATH": str(ROOT / "operator")}

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "testgen_operator.kubectl", *words, "-n", self.cluster.namespace,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=self.environment(), cwd=self.folder,
        )  # fmt: skip

    async def run(self, *words: str, stdin: str = "", within: float = 60.0) -> Answer:
        process = await self.start(*words)
        out, err = await asyncio.wait_for(process.communicate(stdin.encode()), within * PATIENCE)
        assert "Traceback" not in err.decode(), err.decode()
        return Answer(process.returncode or 0, out.decode(), err.decode())

    @asynccontextmanager
    async def running(self, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """A command that goes on until it is interrupted."""
        process = await self.start(*words)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plugin(shared_cluster: Cluster, shared_operator: OperatorProcess, tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    """Three projects: one ready, one whose image does not exist, one suspended."""
    await shared_cluster.apply_project(HEALTHY)
    await shared_cluster.apply_project(BROKEN, {"image": NO_SUCH_IMAGE})
    await shared_cluster.apply_project(RESTING, {"suspend": True})
    await shared_cluster.ready(HEALTHY, within=240)
    await shared_cluster.condition(BROKEN, "Stalled", "True", reason="ImagePullFailed", within=240)
    await shared_cluster.condition(RESTING, "Suspended", "True", within=60)

    async def has_logs() -> bool:
        return bool((await shared_cluster.get("Pod", f"{BROKEN}-postgres-0"))["status"].get("phase") == "Running")

    await shared_cluster.eventually(has_logs, within=120, what="the database of the broken project runs")
    return Plugin(shared_cluster, tmp_path_factory.mktemp("plugin"))


async def test_a_healthy_project_is_well(plugin: Plugin) -> None:
    answer = await plugin.run("status", HEALTHY)

    assert answer.out.splitlines()[0].startswith(f"✔ {plugin.cluster.namespace}/{HEALTHY} well: Serving"), answer
    assert re.search(r"all +1/1", answer.out)
    assert re.search(r"PostgreSQL +BuiltIn +1/1 +\S+ Bound", answer.out)
    assert answer.code == 0


async def test_a_broken_project_names_the_cause_and_the_mend(plugin: Plugin) -> None:
    answer = await plugin.run("status", BROKEN)

    assert "✘" in answer.out.splitlines()[0]
    assert "ImagePullFailed" in answer.out.splitlines()[0]
    assert NO_SUCH_IMAGE in answer.out
    assert "What to do\n    kubectl" in answer.out
    assert "kubectl testgen explain ImagePullFailed" in answer.out
    assert answer.code == 1


async def test_the_command_that_it_says_can_be_run(plugin: Plugin) -> None:
    found = json.loads((await plugin.run("status", BROKEN, "-o", "json")).out)
    [command] = found["verdict"]["run"]
    words = command.split()

    assert words[0] == "kubectl"
    assert "Failed" in await plugin.cluster.kubectl(*words[1:])


async def test_a_suspended_project_rests(plugin: Plugin) -> None:
    answer = await plugin.run("status", RESTING)

    assert answer.out.splitlines()[0].endswith("suspended: Suspended")
    assert f"kubectl testgen resume {RESTING} -n {plugin.cluster.namespace}" in answer.out
    assert answer.code == 0


async def test_without_a_name_every_project_has_a_line_and_the_worst_decides(plugin: Plugin) -> None:
    answer = await plugin.run("status")

    lines = [line.split()[0] for line in answer.out.splitlines()]
    assert lines == ["NAME", BROKEN, RESTING, HEALTHY]
    assert answer.code == 1
    everywhere = await plugin.run("status", "-A", "-o", "json")
    assert (plugin.cluster.namespace, HEALTHY) in {(one["namespace"], one["name"]) for one in json.loads(everywhere.out)}


async def test_the_tree_holds_every_object(plugin: Plugin) -> None:
    answer = await plugin.run("tree", HEALTHY)
    children = await plugin.cluster.children(HEALTHY)

    assert answer.code == 0
    assert [f"{kind}/{name}" for kind, name in children if f"{kind}/{name}" not in answer.out] == []


async def test_logs_of_all_components_come_as_one_stream(plugin: Plugin) -> None:
    answer = await plugin.run("logs", HEALTHY, "--tail", "20", "--timestamps")

    lines = answer.out.splitlines()
    assert {line.split()[0] for line in lines} >= {"all", "postgres"}
    times = [match[0] for line in lines if (match := re.search(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line))]
    assert times == sorted(times)
    only = await plugin.run("logs", HEALTHY, "--component", "postgres")
    assert {line.split()[0] for line in only.out.splitlines()} == {"postgres"}


async def test_logs_of_a_component_that_is_not_there_names_those_that_are(plugin: Plugin) -> None:
    answer = await plugin.run("logs", HEALTHY, "--component", "nothing")

    assert answer.code == 3
    assert "postgres" in answer.err


async def test_following_goes_on_with_the_pod_that_comes_next(plugin: Plugin) -> None:
    async with plugin.running("logs", HEALTHY, "--component", "all", "--follow") as process:
        assert process.stdout is not None
        first = (await asyncio.wait_for(process.stdout.readline(), LINE_WITHIN)).decode().split(" |")[0]
        assert first.startswith("all ")
        await plugin.cluster.kubectl("delete", "pod", await only_pod(plugin), "--wait=false")

        async def of_another_pod() -> bool:
            assert process.stdout is not None
            line = (await process.stdout.readline()).decode()
            assert line, "it ended"
            return line.split(" |")[0] != first

        await plugin.cluster.eventually(of_another_pod, within=60, what="a line of the new pod", poll=0.0)
    await only_pod(plugin)  # the status alone may still be that of the pod before
    await plugin.cluster.ready(HEALTHY, within=120)


async def only_pod(plugin: Plugin) -> str:
    """The pod of the healthy project, once it is ready and those of before are gone."""

    async def only_one() -> str:
        pods = await plugin.cluster.list("Pod", project=HEALTHY)
        found = [one for one in pods if "-all-" in one["metadata"]["name"]]
        ready = [
            one["metadata"]["name"]
            for one in found
            if any(told["type"] == "Ready" and told["status"] == "True" for told in one["status"].get("conditions", ()))
        ]
        return str(ready[0]) if len(found) == len(ready) == 1 else ""

    return str(await plugin.cluster.eventually(only_one, within=90, what="one ready pod, those of before being gone"))


async def test_the_endpoint_is_opened_with_its_key_and_outlives_its_pod(plugin: Plugin) -> None:
    async with plugin.running("open", HEALTHY, "--port", "0", "--show-key") as process, aiohttp.ClientSession() as http:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), LINE_WITHIN)).decode().strip()
        key = (await asyncio.wait_for(process.stdout.readline(), LINE_WITHIN)).decode().strip()

        async def answers(given: str) -> int:
            async with http.get(f"{url}/api/v1/cases", headers={"X-API-Key": given, "Connection": "close"}) as answer:
                await answer.read()
                return answer.status

        assert await answers(key) == 200
        assert await answers("tg_wrong") == 401
        assert await asyncio.gather(*(answers(key) for _ in range(20))) == [200] * 20

        await plugin.cluster.kubectl("delete", "pod", await only_pod(plugin))

        async def again() -> bool:
            try:
                return await answers(key) == 200
            except aiohttp.ClientError:
                return False

        await plugin.cluster.eventually(again, within=90, what="the same port leads to the new pod")


async def test_the_key_is_not_printed_unless_asked_for(plugin: Plugin) -> None:
    secret = await plugin.cluster.get("Secret", f"{HEALTHY}-admin-key")
    key = base64.b64decode(secret["data"]["api-key"]).decode()
    async with plugin.running("open", HEALTHY, "--port", "0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        await asyncio.wait_for(process.stdout.readline(), LINE_WITHIN)
        told = (await asyncio.wait_for(process.stderr.readline(), LINE_WITHIN)).decode()
        process.terminate()
        out, err = await process.communicate()

    assert f"Secret {HEALTHY}-admin-key, key api-key" in told
    assert key not in told + out.decode() + err.decode()


async def test_a_machine_reads_the_address_and_never_the_key(plugin: Plugin) -> None:
    secret = await plugin.cluster.get("Secret", f"{HEALTHY}-admin-key")
    key = base64.b64decode(secret["data"]["api-key"]).decode()
    async with plugin.running("open", HEALTHY, "--port", "0", "-o", "json") as process, aiohttp.ClientSession() as http:
        assert process.stdout is not None
        told = json.loads(await asyncio.wait_for(process.stdout.readline(), LINE_WITHIN))
        async with http.get(f"{told['url']}/live") as answer:
            assert answer.status == 200
        process.terminate()
        out, err = await process.communicate()

    assert told["url"] == f"http://{told['address']}:{told['port']}"
    assert told["keySecretRef"] == {"name": f"{HEALTHY}-admin-key", "key": "api-key"}
    assert key not in json.dumps(told) + out.decode() + err.decode()


async def test_a_machine_reads_a_log_line_by_line(plugin: Plugin) -> None:
    answer = await plugin.run("logs", HEALTHY, "--component", "all", "-o", "json")
    told = [json.loads(line) for line in answer.out.splitlines()]

    assert told
    for one in told:
        assert (one["component"], set(one)) == ("all", {"time", "component", "pod", "container", "text"})
    assert [one["time"] for one in told] == sorted(one["time"] for one in told)


async def test_open_without_a_ready_pod_says_where_to_look(plugin: Plugin) -> None:
    answer = await plugin.run("open", RESTING, "--port", "0")

    assert answer.code == 3
    assert f"kubectl testgen status {RESTING}" in answer.err


def manifest(name: str, spec: Mapping[str, object]) -> str:
    return json.dumps({"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "metadata": {"name": name}, "spec": spec})


async def test_diff_tells_what_would_happen_and_changes_nothing(plugin: Plugin) -> None:
    before = await plugin.cluster.get("TestGenProject", HEALTHY)
    answer = await plugin.run(
        "diff", "-f", "-", stdin=manifest(HEALTHY, {"replicas": 2, "stores": {"neo4j": {"type": "Managed"}}})
    )

    assert answer.code == 1, answer
    assert "from 1 pod to 2" in answer.out
    assert f"+ StatefulSet/{HEALTHY}-neo4j" in answer.out
    assert (await plugin.cluster.get("TestGenProject", HEALTHY))["metadata"]["generation"] == before["metadata"]["generation"]
    same = await plugin.run("diff", "-f", "-", stdin=manifest(HEALTHY, {}))
    assert (same.code, same.out) == (0, f"{plugin.cluster.namespace}/{HEALTHY}: no change\n")


async def test_diff_knows_what_the_api_server_would_refuse(plugin: Plugin) -> None:
    spec = {"stores": {"postgres": {"storage": {"size": "256Mi"}}}}
    await plugin.cluster.apply_project("sized", {"suspend": True, "stores": {"postgres": {"storage": {"size": "512Mi"}}}})
    answer = await plugin.run("diff", "-f", "-", stdin=manifest("sized", spec))
    await plugin.cluster.delete("TestGenProject", "sized")

    assert answer.code == 1
    assert "The API server would refuse it" in answer.out
    assert "shrink" in answer.out


async def test_suspend_and_resume_do_what_they_say_and_twice_is_once(plugin: Plugin) -> None:
    assert (await plugin.run("suspend", HEALTHY)).code == 0
    await plugin.cluster.condition(HEALTHY, "Suspended", "True", within=30)
    assert "nothing to do" in (await plugin.run("suspend", HEALTHY)).out
    assert (await plugin.run("resume", HEALTHY)).code == 0
    await plugin.cluster.ready(HEALTHY, within=180)
    managers = {one["manager"] for one in (await plugin.cluster.get("TestGenProject", HEALTHY))["metadata"]["managedFields"]}
    assert "kubectl-testgen" in managers


async def test_rotate_writes_a_token_that_the_operator_acts_on(plugin: Plugin) -> None:
    answer = await plugin.run("rotate", RESTING, "--token", "2026-01-01")
    live = await plugin.cluster.get("TestGenProject", RESTING)

    assert answer.code == 0, answer
    assert live["spec"]["stores"]["rotateCredentials"] == "2026-01-01"
    assert "nothing to do" in (await plugin.run("rotate", RESTING, "--token", "2026-01-01")).out


async def test_the_report_holds_what_support_needs_and_no_secret(plugin: Plugin) -> None:
    answer = await plugin.run("report", BROKEN)
    path = plugin.folder / answer.out.strip()

    assert answer.code == 0, answer
    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as archive:
        files = {member.name.partition("/")[2]: archive.extractfile(member).read().decode() for member in archive}  # type: ignore[union-attr]
    assert {"README.md", "summary.txt", "summary.json", "project.yaml", "events.yaml", "versions.json"} <= files.keys()
    assert "ImagePullFailed" in files["summary.txt"]
    assert any(name.startswith(f"logs/{BROKEN}-postgres-0/") for name in files)
    assert f"objects/secret/{BROKEN}-postgres.yaml" in files
    everything = "\n".join(files.values())
    for secret in await plugin.cluster.list("Secret", project=BROKEN):
        for value in secret["data"].values():
            assert value not in everything
            assert base64.b64decode(value).decode() not in everything


async def test_somebody_without_rights_is_told_what_to_ask_for(plugin: Plugin) -> None:
    answer = await plugin.run("status", HEALTHY, "--as", "ann")

    assert answer.code == 4
    assert f"ann may not get testgenprojects.testgen.dev in namespace {plugin.cluster.namespace}" in answer.err
    assert f"kubectl -n {plugin.cluster.namespace} create rolebinding testgen-view --clusterrole=view --user=ann" in answer.err
    assert answer.out == ""


async def test_somebody_who_may_view_sees_all_but_secrets_and_may_change_nothing(plugin: Plugin) -> None:
    here = plugin.cluster.namespace
    await plugin.cluster.kubectl("create", "rolebinding", "vera", "--clusterrole=view", "--user=vera")
    rule = {"apiGroups": ["testgen.dev"], "resources": ["testgenprojects"], "verbs": ["get", "list", "watch"]}
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "look"}, "rules": [rule]}
    await plugin.cluster.kubectl("apply", "-f", "-", stdin=json.dumps(role))
    await plugin.cluster.kubectl("create", "rolebinding", "vera-looks", "--role=look", "--user=vera")

    async def may_see() -> bool:
        return (await plugin.run("status", HEALTHY, "--as", "vera")).code == 0

    await plugin.cluster.eventually(may_see, within=20, what="the binding works")
    assert (await plugin.run("logs", HEALTHY, "--as", "vera")).code == 0
    tree = await plugin.run("tree", HEALTHY, "--as", "vera")
    assert (tree.code, f"secrets in {here}" in tree.err) == (0, True)
    opened = await plugin.run("open", HEALTHY, "--as", "vera", "--port", "0")
    assert (opened.code, "pods/portforward" in opened.err, "role edit" in opened.err) == (4, True, True)
    suspended = await plugin.run("suspend", HEALTHY, "--as", "vera")
    assert (suspended.code, "may not patch testgenprojects" in suspended.err) == (4, True)


async def test_a_name_that_is_not_there_lists_those_that_are(plugin: Plugin) -> None:
    answer = await plugin.run("status", "shp")

    assert answer.code == 3
    assert HEALTHY in answer.err


async def test_several_projects_ask_for_a_name(plugin: Plugin) -> None:
    answer = await plugin.run("endpoint")

    assert answer.code == 2
    assert "name one" in answer.err


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on_path(plugin: Plugin) -> str:
    """A folder with what pip would install: kubectl-testgen and kubectl_complete-testgen."""
    folder = plugin.folder / "bin"
    folder.mkdir()
    for name, function in (("kubectl-testgen", "main"), ("kubectl_complete-testgen", "complete_for_kubectl")):
        script = folder / name
        code = f"from testgen_operator.kubectl.cli import {function}; raise SystemExit({function}())"
        script.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}' \"$@\"\n")
        script.chmod(0o755)
    return str(folder)


async def kubectl(plugin: Plugin, on_path: str, *words: str) -> Answer:
    environment = plugin.environment() | {"PATH": f"{on_path}{os.pathsep}{os.environ['PATH']}"}
    process = await asyncio.create_subprocess_exec(
        plugin.cluster.kubectl_binary, *words, env=environment, cwd=plugin.folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60 * PATIENCE)
    return Answer(process.returncode or 0, out.decode(), err.decode())


async def test_kubectl_finds_it_on_path_and_keeps_its_exit_code(plugin: Plugin, on_path: str) -> None:
    well = await kubectl(plugin, on_path, "testgen", "status", HEALTHY, "-n", plugin.cluster.namespace)
    broken = await kubectl(plugin, on_path, "testgen", "status", BROKEN, "-n", plugin.cluster.namespace)

    assert (well.code, "well: Serving" in well.out) == (0, True)
    assert broken.code == 1
    assert "testgen" in (await kubectl(plugin, on_path, "plugin", "list")).out


async def test_kubectl_completes_commands_and_projects(plugin: Plugin, on_path: str) -> None:
    commands = await kubectl(plugin, on_path, "__complete", "testgen", "sta")
    projects = await kubectl(plugin, on_path, "__complete", "testgen", "status", "-n", plugin.cluster.namespace, "sh")

    assert commands.out.splitlines()[0].startswith("status")
    assert projects.out.splitlines()[0] == HEALTHY


async def test_version_names_plugin_and_cluster(plugin: Plugin) -> None:
    found = json.loads((await plugin.run("version", "-o", "json")).out)

    assert found["kubernetes"].startswith("v1.")
    assert found["served"] == ["testgen.dev/v1alpha1"]

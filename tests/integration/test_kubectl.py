"""`kubectl testgen` against a real API server without nodes: rights, refusals, dry runs. The rest is in tests/cluster."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tarfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from tests.control_plane import ROOT, SYSTEM, Admin, ControlPlane, control_plane
from tests.integration.patience import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROJECTS = "/apis/testgen.dev/v1alpha1/namespaces/team/testgenprojects"
CRDS = tuple(
    f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{plural}.testgen.dev"
    for plural in ("testgenprojects", "testgenreleases")
)
PASSWORD = "Hunter2Hunter2Hunter2"


@dataclass
class Answer:
    code: int
    out: str
    err: str


@dataclass
class Plugin:
    kubeconfig: Path
    folder: Path
    namespace: str = "team"
    environment: dict[str, str] = field(default_factory=dict)

    async def run(self, *words: str, stdin: str = "") -> Answer:
        clean = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "testgen_operator.kubectl", *words, "-n", self.namespace,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=self.folder,
            env=clean | {"KUBECONFIG": str(self.kubeconfig), "PYTHONPATH": str(ROOT / "operator")} | self.environment,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(stdin.encode()), 60)
        assert "Traceback" not in err.decode(), err.decode()
        return Answer(process.returncode or 0, out.decode(), err.decode())


def project(name: str, spec: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    head = {"name": name, "namespace": "team", **metadata}
    return {"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "metadata": head, "spec": spec or {}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plane(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ControlPlane]:
    async with control_plane(tmp_path_factory.mktemp("plane")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(plane: ControlPlane) -> AsyncIterator[Admin]:
    async with Admin(plane.connection()) as found:
        await found.namespace("team")
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plugin(plane: ControlPlane, admin: Admin, tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    await admin.apply(project("shop", {"stores": {"postgres": {"storage": {"size": "10Gi"}}}}))
    return Plugin(plane.kubeconfig(admin=True), tmp_path_factory.mktemp("plugin"))


async def test_a_new_project_that_nobody_has_looked_at_is_under_way(plugin: Plugin) -> None:
    answer = await plugin.run("status", "shop", "-o", "json")

    assert answer.code == 7
    assert json.loads(answer.out)["verdict"]["reason"] == "NotLookedAt"


async def test_a_project_that_nobody_looks_at_because_the_operator_is_down_needs_a_person(plugin: Plugin, admin: Admin) -> None:
    renewed = (datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    spec = {"holderIdentity": "operator-0_x", "leaseDurationSeconds": 15, "renewTime": renewed}
    head = {"name": "testgen-operator", "namespace": SYSTEM}
    await admin.apply({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": head, "spec": spec})
    answer = await plugin.run("status", "shop")
    await admin.delete(f"/apis/coordination.k8s.io/v1/namespaces/{SYSTEM}/leases/testgen-operator")

    assert answer.code == 1
    assert "OperatorDown" in answer.out.splitlines()[0]
    assert "no operator has renewed the Lease for 5m" in answer.out
    assert f"kubectl -n {SYSTEM} logs" in answer.out


async def test_diff_of_a_new_project_shows_all_that_would_be_made(plugin: Plugin) -> None:
    answer = await plugin.run("diff", "-f", "-", "-o", "json", stdin=json.dumps(project("new")))
    [found] = json.loads(answer.out).values()

    assert answer.code == 1
    assert "Deployment/new-all-blue" in found["created"]
    assert "Secret/new-postgres (drawn by the operator)" in found["created"]
    assert found["refused"] == ""
    assert found["removed"] == []


async def test_diff_keeps_nothing(plugin: Plugin, admin: Admin) -> None:
    await plugin.run("diff", "-f", "-", stdin=json.dumps(project("new")))

    assert await admin.get(f"{PROJECTS}/new") is None


async def test_diff_knows_what_the_api_server_would_refuse(plugin: Plugin) -> None:
    smaller = project("shop", {"stores": {"postgres": {"storage": {"size": "5Gi"}}}})
    answer = await plugin.run("diff", "-f", "-", stdin=json.dumps(smaller))

    assert answer.code == 1
    assert "The API server would refuse it" in answer.out
    assert "a volume cannot shrink" in answer.out


async def test_diff_names_a_secret_that_is_not_there(plugin: Plugin) -> None:
    wanted = project("new", {"access": {"adminKeySecretRef": {"name": "mine", "key": "k"}}})
    answer = await plugin.run("diff", "-f", "-", stdin=json.dumps(wanted))

    assert "Secret mine does not exist in team: the project would wait for it" in answer.out


async def test_diff_of_a_file_that_is_not_valid_names_the_field(plugin: Plugin) -> None:
    answer = await plugin.run("diff", "-f", "-", stdin=json.dumps(project("shop", {"replicas": -1})))

    assert answer.code == 1
    assert "shop: spec.replicas:" in answer.err


async def test_suspend_and_resume_patch_one_field_and_twice_is_once(plugin: Plugin, admin: Admin) -> None:
    async def generation() -> tuple[int, bool]:
        live = await admin.get(f"{PROJECTS}/shop")
        assert live is not None
        assert live["spec"]["stores"]["postgres"]["storage"]["size"] == "10Gi"
        return live["metadata"]["generation"], live["spec"]["suspend"]

    before, _ = await generation()
    assert (await plugin.run("suspend", "shop")).code == 0
    assert await generation() == (before + 1, True)
    assert "nothing to do" in (await plugin.run("suspend", "shop")).out
    assert await generation() == (before + 1, True)
    assert (await plugin.run("resume", "shop")).code == 0
    assert await generation() == (before + 2, False)


@pytest.mark.parametrize("output", ["json", "yaml"])
async def test_a_machine_reads_what_was_changed_and_in_which_version(plugin: Plugin, admin: Admin, output: str) -> None:
    name = f"read-{output}"
    await admin.apply(project(name, annotations={"argocd.argoproj.io/tracking-id": "a:b/c:d/e"}))
    commands = (
        (("suspend", name), {"suspend": True}),
        (("resume", name), {"suspend": False}),
        (("rotate", name, "--token", "one"), {"stores": {"rotateCredentials": "one"}}),
    )
    for words, spec in commands:
        done, again = await plugin.run(*words, "-o", output), await plugin.run(*words, "-o", output)
        live = await admin.get(f"{PROJECTS}/{name}")
        assert live is not None
        version = {one: live["metadata"][one] for one in ("generation", "resourceVersion")}
        told = {"namespace": "team", "project": name, "spec": spec, **version}

        assert yaml.safe_load(done.out) == told | {"changed": True}, done
        assert yaml.safe_load(again.out) == told | {"changed": False}, again
        assert "Argo CD" in done.err  # a remark is no part of the answer
        if output == "json":
            assert json.loads(done.out)["changed"]


async def test_a_machine_reads_where_a_report_is_and_what_is_in_it(plugin: Plugin) -> None:
    answer = await plugin.run("report", "shop", "--file", "read.tar.gz", "-o", "json")
    told = json.loads(answer.out)
    with tarfile.open(plugin.folder / told["path"]) as archive:
        names = sorted(member.name.partition("/")[2] for member in archive)

    assert (told["namespace"], told["project"], told["path"]) == ("team", "shop", "read.tar.gz")
    assert told["files"] == names
    assert {"README.md", "project.yaml", "versions.json"} <= set(names)
    assert all(f"left out: {one}" in answer.err for one in told["leftOut"])


async def test_rotate_writes_the_time_and_says_what_happens(plugin: Plugin, admin: Admin) -> None:
    answer = await plugin.run("rotate", "shop")
    live = await admin.get(f"{PROJECTS}/shop")

    assert answer.code == 0, answer
    assert live is not None
    token = live["spec"]["stores"]["rotateCredentials"]
    assert abs(datetime.fromisoformat(token) - datetime.now(UTC)) < timedelta(minutes=5)
    assert token in answer.out


async def test_a_token_that_the_api_server_refuses_is_told_in_its_words(plugin: Plugin) -> None:
    answer = await plugin.run("rotate", "shop", "--token", "not allowed!")

    assert answer.code == 8
    assert "rotateCredentials" in answer.err


async def test_a_change_of_what_git_manages_is_warned_of(plugin: Plugin, admin: Admin) -> None:
    await admin.apply(project("managed", annotations={"argocd.argoproj.io/tracking-id": "a:b/c:d/e"}))
    answer = await plugin.run("suspend", "managed")

    assert answer.code == 0
    assert "Argo CD manages this project and will set it back" in answer.err


async def test_somebody_without_rights_is_told_what_to_ask_for(plugin: Plugin) -> None:
    answer = await plugin.run("status", "shop", "--as", "ann")

    assert (answer.code, answer.out) == (4, "")
    assert "ann may not get testgenprojects.testgen.dev in namespace team" in answer.err
    assert "kubectl -n team create rolebinding testgen-view --clusterrole=view --user=ann" in answer.err


async def test_the_command_that_it_names_gives_the_right(plugin: Plugin, plane: ControlPlane) -> None:
    told = (await plugin.run("status", "shop", "--as", "bea")).err
    command = told[told.index("kubectl -n team create") :].split()
    # No controller aggregates roles here: what it would add to `view` is bound by hand, to the same person.
    also = ["-n", "team", "create", "rolebinding", "also", "--clusterrole=testgen-view", "--user=bea"]
    for words in (command[1:], also):
        process = await asyncio.create_subprocess_exec(str(plane.binary), "kubectl", f"--kubeconfig={plugin.kubeconfig}", *words)
        assert await process.wait() == 0

    for _ in range(round(50 * PATIENCE)):
        answer = await plugin.run("status", "shop", "--as", "bea")
        if answer.code != 4:
            break
        await asyncio.sleep(0.2)
    assert answer.code in {1, 7}, answer
    tree = await plugin.run("tree", "shop", "--as", "bea")
    assert (tree.code, "secrets in team" in tree.err) == (0, True)
    other = {"type": "CloudNativePG", "storage": {"size": "10Gi"}}
    # Who may not ask the API server for its judgement has the table's.
    other_type = json.dumps(project("shop", {"stores": {"postgres": other}}))
    judged = await plugin.run("diff", "-f", "-", "--as", "bea", stdin=other_type)
    assert "spec.stores.postgres.type: cannot be changed" in judged.out
    refused = await plugin.run("suspend", "shop", "--as", "bea")
    assert refused.code == 4
    assert "bea may not patch testgenprojects.testgen.dev" in refused.err
    assert "role edit" in refused.err


async def test_all_namespaces_without_the_right_suggests_one(plugin: Plugin) -> None:
    answer = await plugin.run("status", "-A", "--as", "ann")

    assert answer.code == 4
    assert "Name one namespace with -n" in answer.err


async def test_the_report_holds_no_value_of_a_secret(plugin: Plugin, admin: Admin) -> None:
    labels = {"testgen.dev/project": "shop", "app.kubernetes.io/component": "postgres"}
    head: dict[str, Any] = {"name": "shop-postgres", "namespace": "team", "labels": labels}
    head["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"stringData": {"password": PASSWORD}})}
    await admin.apply({"apiVersion": "v1", "kind": "Secret", "metadata": head, "stringData": {"password": PASSWORD}})
    config = {"name": "shop-config-x", "namespace": "team", "labels": labels}
    text = f"url: postgres://testgen:{PASSWORD}@db/testgen\npassword: {PASSWORD}\nport: 5432\n"
    await admin.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": config, "data": {"config.yaml": text}})
    tree = await plugin.run("tree", "shop")
    answer = await plugin.run("report", "shop", "--file", "bundle.tar.gz")

    assert "Secret/shop-postgres" in tree.out
    assert "data not read" in tree.out
    assert answer.code == 0, answer
    with tarfile.open(plugin.folder / "bundle.tar.gz") as archive:
        files = {member.name.partition("/")[2]: archive.extractfile(member).read().decode() for member in archive}  # type: ignore[union-attr]
    assert "objects/secret/shop-postgres.yaml" in files
    assert "port: 5432" in files["objects/configmap/shop-config-x.yaml"]
    assert [name for name, content in files.items() if PASSWORD in content] == []
    assert yaml.safe_load(files["project.yaml"])["metadata"]["name"] == "shop"


async def test_a_token_that_is_not_known_is_told_so(plugin: Plugin, tmp_path: Path) -> None:
    config = json.loads(plugin.kubeconfig.read_text())
    config["users"] = [{"name": "me", "user": {"token": "wrong"}}]
    (tmp_path / "config").write_text(json.dumps(config))
    answer = await plugin.run("status", "--kubeconfig", str(tmp_path / "config"))

    assert answer.code == 5
    assert "sign in again" in answer.err


async def test_names_of_projects_are_completed(plugin: Plugin) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_operator.kubectl", "__complete", "status", "-n", "team", "sh",
        env={**os.environ, "KUBECONFIG": str(plugin.kubeconfig), "PYTHONPATH": str(ROOT / "operator")},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 30 * PATIENCE)

    assert out.decode().splitlines() == ["shop", ":4"]


async def test_without_the_crd_it_says_how_to_install(plugin: Plugin, plane: ControlPlane, admin: Admin) -> None:
    for definition in CRDS:
        await admin.delete(definition)
    try:
        for _ in range(round(100 * PATIENCE)):
            if not await admin.serves("/apis/testgen.dev/v1alpha1"):
                break
            await asyncio.sleep(0.1)
        for words in (["status"], ["status", "shop"], ["suspend", "shop"], ["version"]):
            answer = await plugin.run(*words)
            assert answer.code == 6, (words, answer)
            assert "kubectl apply -k gitops/base" in answer.err
    finally:
        await plane.install()

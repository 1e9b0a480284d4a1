"""The daemons' flags and files, and the add-ons' manifests."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from testgen_cluster import addons, binaries, containerd, processes
from testgen_cluster.names import Names
from testgen_cluster.node import Node

ODD_ROOT = Path('/home/a "quoted" clone: ü')


def test_containerds_configuration_survives_any_path() -> None:
    names = Names(ODD_ROOT, 5)

    config = tomllib.loads(containerd.configuration(names, "localhost/pause:1"))

    cri = config["plugins"]["io.containerd.grpc.v1.cri"]
    assert config["root"] == str(names.state / "containerd")
    assert cri["cni"]["conf_dir"] == str(names.state / "cni")
    assert cri["restrict_oom_score_adj"] is True


def test_pods_do_not_leave_the_machine_by_another_address() -> None:
    config = json.loads(containerd.cni(Names(ODD_ROOT, 5)))

    assert "ipMasq" not in config["plugins"][0]
    assert config["plugins"][0]["ipam"]["ranges"] == [[{"subnet": "198.18.5.0/24"}]]


def flags(daemon: processes.Daemon) -> dict[str, str]:
    return dict(str(word).removeprefix("--").split("=", 1) for word in daemon.command[2:])


def test_the_api_server_checks_who_may_do_what_and_keeps_an_audit_log(tmp_path: Path) -> None:
    found = flags(Node(Names(tmp_path, 5), Path("/bin/k")).apiserver())

    assert found["authorization-mode"] == "Node,RBAC"
    assert found["enable-admission-plugins"] == "NodeRestriction"
    assert found["audit-log-path"] == str(tmp_path / "build/cluster/log/audit.log")
    assert int(found["audit-log-maxsize"]) * (int(found["audit-log-maxbackup"]) + 1) <= 200


def test_the_kubelet_stays_in_the_clones_own_cgroup(tmp_path: Path) -> None:
    names = Names(tmp_path, 5)
    config = json.loads(Path(flags(Node(names, Path("/bin/k")).kubelet())["config"]).read_text())

    assert config["cgroupRoot"] == f"/testgen-{names.hash}"
    assert config["authentication"]["anonymous"] == {"enabled": False}
    assert config["failCgroupV1"] is False


def test_the_same_configuration_is_not_written_twice(tmp_path: Path) -> None:
    node = Node(Names(tmp_path, 5), Path("/bin/k"))
    path = node.proxy().files[0]
    before = path.stat().st_ino

    assert node.proxy().digest == node.proxy().digest
    assert path.stat().st_ino == before  # kube-proxy ends when its file is replaced


def test_a_daemons_digest_changes_with_its_flags_and_files(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("a")
    before = processes.Daemon("d", ["d", "--x"], [file]).digest

    assert processes.Daemon("d", ["d", "--y"], [file]).digest != before
    file.write_text("b")
    assert processes.Daemon("d", ["d", "--x"], [file]).digest != before


IMAGES = addons.Images(*(addons.Image(Path(f"/{name}.tar"), f"localhost/testgen/{name}:1") for name in ("p", "c", "s", "sh")))


def test_the_addons_own_pods_pass_pod_security_restricted() -> None:
    deployments = [found for found in addons.manifests(Names(ODD_ROOT, 5), IMAGES) if found["kind"] == "Deployment"]

    assert len(deployments) == 2
    for deployment in deployments:
        for container in deployment["spec"]["template"]["spec"]["containers"]:
            context = container["securityContext"]
            assert context["runAsNonRoot"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert context["seccompProfile"] == {"type": "RuntimeDefault"}


def test_the_kubelet_finds_a_folder_of_the_clones_own_for_what_is_to_change_it(tmp_path: Path) -> None:
    names = Names(tmp_path, 0)
    more = Path(flags(Node(names, Path("/bin/k")).kubelet())["config-dir"])
    assert more.is_dir(), "the kubelet does not start without it"
    assert more.is_relative_to(names.state)


def test_dns_has_the_address_that_the_kubelet_gives_to_pods(tmp_path: Path) -> None:
    names = Names(tmp_path, 5)
    config = json.loads(Path(flags(Node(names, Path("/bin/k")).kubelet())["config"]).read_text())
    [service] = [found for found in addons.manifests(names, IMAGES) if found["kind"] == "Service"]

    assert config["clusterDNS"] == [service["spec"]["clusterIP"]] == ["198.19.5.10"]


def test_one_storage_class_is_the_default_and_waits_for_the_pod() -> None:
    [found] = [found for found in addons.manifests(Names(ODD_ROOT, 5), IMAGES) if found["kind"] == "StorageClass"]

    assert found["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"
    assert found["volumeBindingMode"] == "WaitForFirstConsumer"


def pod(*started: str | None) -> dict[str, Any]:
    states: list[dict[str, dict[str, str]]] = [{"running": {"startedAt": at}} if at else {"waiting": {}} for at in started]
    return {"status": {"containerStatuses": [{"state": state} for state in states]}}


@pytest.mark.parametrize(
    ("pods", "expected"),
    [
        ([pod("1970-01-01T00:01:40Z")], True),
        ([pod("1970-01-01T00:01:39Z")], False),
        ([pod("1970-01-01T00:01:39Z"), pod("1970-01-01T00:01:41Z")], True),
        ([pod("1970-01-01T00:01:41Z", None)], False),
        ([pod()], False),
        ([], False),
    ],
)
def test_a_pod_from_before_a_crash_does_not_count(pods: list[dict[str, Any]], expected: bool) -> None:
    assert addons.started_since({"items": pods}, 100.5) is expected


def test_the_pinned_versions_are_read_from_the_modules() -> None:
    assert binaries.pinned_version(binaries.MODULES / "kubernetes", "k8s.io/kubernetes").startswith("v1.34.")
    assert binaries.pinned_version(binaries.MODULES / "tools" / "coredns", "github.com/coredns/coredns") == "v1.12.4"
    assert binaries.kubernetes().variables["k8s.io/component-base/version.gitMinor"] == "34"

"""What is added to the local cluster on demand: pins that agree, confined pods, addresses that nobody else gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from testgen_cluster import binaries, crds, extras, kwok, metrics_server, traefik
from testgen_cluster.names import Names
from testgen_cluster.steps import ClusterError

NAMES = Names(Path("/home/a clone"), 5)


def manifests(name: str) -> list[dict[str, Any]]:
    made = extras.ALL[name].manifests
    assert made is not None
    return made(NAMES, "localhost/testgen/x:1")


def the(kind: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    [one] = [one for one in found if one["kind"] == kind]
    return one


@pytest.mark.parametrize("name", ["traefik", "gateway-api"])
def test_definitions_are_of_the_version_that_traefik_is_built_with(name: str) -> None:
    source = crds.SOURCES[name]
    assert source.version == binaries.pinned_version(binaries.MODULES / "tools" / "traefik", source.module)


def test_argo_rollouts_definitions_are_of_the_version_that_its_controller_is_built_with() -> None:
    source = crds.SOURCES["argo-rollouts"]
    assert source.version == binaries.pinned_version(binaries.argo_rollouts().module, source.module)


def test_cert_managers_definitions_are_of_the_version_that_its_controllers_are_built_with() -> None:
    source = crds.SOURCES["cert-manager"]
    assert source.version == binaries.pinned_version(binaries.cert_manager().module, source.module)


def test_every_definition_is_pinned_by_the_hash_of_its_module() -> None:
    assert all(source.sum.startswith("h1:") and source.version.startswith("v") for source in crds.SOURCES.values())


def test_a_module_with_another_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTGEN_CACHE", str(tmp_path))
    monkeypatch.setattr(crds, "go", lambda: "go")
    monkeypatch.setattr(crds, "run", lambda *_, **__: '{"Dir": "/nowhere", "Sum": "h1:other"}')
    with pytest.raises(ClusterError, match="not the pinned one"):
        crds.files("cert-manager")


@pytest.mark.parametrize("name", [name for name, extra in extras.ALL.items() if extra.manifests])
def test_an_additions_pod_is_confined_and_bounded(name: str) -> None:
    [container] = the("Deployment", manifests(name))["spec"]["template"]["spec"]["containers"]
    context = container["securityContext"]
    assert context["readOnlyRootFilesystem"]
    assert context["runAsNonRoot"]
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]


def test_traefiks_address_is_in_the_range_that_is_never_given_to_others() -> None:
    assert the("Service", manifests("traefik"))["spec"]["clusterIP"] == str(NAMES.ingress_ip) == "198.19.5.11"
    assert 0 < int(NAMES.ingress_ip) - int(NAMES.services.network_address) <= 16


def test_both_of_traefiks_classes_have_the_name_that_projects_say() -> None:
    found = manifests("traefik")
    assert {the(kind, found)["metadata"]["name"] for kind in ("IngressClass", "GatewayClass")} == {"traefik"}


def test_traefik_asks_nobody_for_a_newer_version() -> None:
    words = traefik.arguments("198.19.5.11")
    assert {"--global.checkNewVersion=false", "--global.sendAnonymousUsage=false"} <= set(words)


def test_metrics_server_checks_the_kubelets_certificate() -> None:
    [container] = the("Deployment", metrics_server.manifests("x"))["spec"]["template"]["spec"]["containers"]
    assert f"--kubelet-certificate-authority={metrics_server.CA}" in container["args"]
    assert not [word for word in container["args"] if "insecure" in word]


def test_cert_manager_may_change_nothing_of_others_but_secrets_and_events() -> None:
    rules = the("ClusterRole", manifests("cert-manager"))["rules"]
    seen = {"get", "list", "watch"}
    written = {
        (group, kind) for one in rules if set(one["verbs"]) - seen for group in one["apiGroups"] for kind in one["resources"]
    }
    assert {(group, kind) for group, kind in written if group != "cert-manager.io"} == {("", "secrets"), ("", "events")}
    assert not [one for one in rules if "*" in (*one["apiGroups"], *one["resources"], *one["verbs"])]


def test_an_unknown_addition_is_refused_with_the_list_of_those_there_are() -> None:
    with pytest.raises(ClusterError, match="there are: metrics-server, traefik"):
        extras.install(NAMES, ["nonsense"])


def test_without_a_cluster_an_addition_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="make cluster"):
        extras.install(Names(tmp_path, 0), ["traefik"])


def test_fake_nodes_take_only_pods_that_tolerate_them() -> None:
    node = kwok.node("kwok-000")
    assert node["spec"]["taints"] == [{"key": kwok.MARK, "value": "fake", "effect": "NoSchedule"}]
    assert node["metadata"]["annotations"] == {kwok.MARK: "fake"}
    assert kwok.node("kwok-000", tainted=False)["spec"]["taints"] == []

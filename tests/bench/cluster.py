"""On the local cluster with the images loaded: how soon an applied project is Ready, how soon a runtime pod is, image sizes.

The baseline of "applied to Ready" is a bare pod of the same runtime image that only sleeps: what the cluster itself takes.
Kubernetes records whole seconds, so starts are polled here every 50 ms instead of being read from conditions.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from testgen_cluster import deploy, images
from testgen_cluster.deploy import ROOT, Kubectl
from testgen_cluster.suite import STATE, with_images
from tests.bench.report import Metric, metric

NAMESPACE = "testgen-bench"
ROUNDS = 3
NAMES = ("operator", "runtime", "postgres")


def _until(condition: Callable[[], bool], within: float = 180) -> float:
    """Seconds until the condition holds."""
    started = time.perf_counter()
    while not condition():
        if time.perf_counter() - started > within:
            raise TimeoutError(f"not after {within:.0f} s")
        time.sleep(0.05)
    return time.perf_counter() - started


def _get(kubectl: Kubectl, *what: str) -> dict[str, Any]:
    return dict(json.loads(kubectl.run("-n", NAMESPACE, "get", *what, "-o", "json", "--ignore-not-found") or "{}"))


def _true(obj: dict[str, Any], condition: str) -> bool:
    return any(c["type"] == condition and c["status"] == "True" for c in obj.get("status", {}).get("conditions", []))


def _project(kubectl: Kubectl, name: str) -> float:
    manifest = {"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "spec": {"stores": {"deletionPolicy": "Delete"}}}
    kubectl.run("-n", NAMESPACE, "apply", "-f", "-", stdin=json.dumps({**manifest, "metadata": {"name": name}}))
    return _until(lambda: _true(_get(kubectl, "tgp", name), "Ready"))


def _runtime_pod(kubectl: Kubectl, project: str) -> float:
    """Delete the runtime pod; seconds from its successor's container being started to it being Ready."""
    selector = f"testgen.dev/project={project},app.kubernetes.io/component=all"
    old = {p["metadata"]["name"] for p in _get(kubectl, "pods", "-l", selector).get("items", [])}
    kubectl.run("-n", NAMESPACE, "delete", "pod", "-l", selector, "--wait=false")

    def newest() -> dict[str, Any]:
        return next((p for p in _get(kubectl, "pods", "-l", selector).get("items", []) if p["metadata"]["name"] not in old), {})

    def running() -> bool:
        return any("running" in c.get("state", {}) for c in newest().get("status", {}).get("containerStatuses", []))

    _until(running)
    return _until(lambda: _true(newest(), "Ready"))


def _round(kubectl: Kubectl, name: str) -> tuple[float, float]:
    """(seconds from applied to Ready, seconds of a runtime pod's start); the project is gone afterwards: nodes are small."""
    ready = _project(kubectl, name)
    pod = _runtime_pod(kubectl, name)
    kubectl.run("-n", NAMESPACE, "delete", "tgp", name, "--wait=false")
    _until(lambda: not _get(kubectl, "pods", "-l", f"testgen.dev/project={name}").get("items"))
    return ready, pod


def _bare_pod(kubectl: Kubectl, image: str, name: str) -> float:
    container = {
        "name": "sleep",
        "image": image,
        "command": ["python3", "-c", "import time; time.sleep(600)"],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [container], "terminationGracePeriodSeconds": 1},
    }
    kubectl.run("-n", NAMESPACE, "apply", "-f", "-", stdin=json.dumps(pod))
    return _until(lambda: _true(_get(kubectl, "pod", name), "Ready"))


def _megabytes(name: str) -> float:
    """Of the archive, whose layers are not compressed."""
    return images.build([name])[name].size / 1e6


def run() -> dict[str, Metric]:
    refs = with_images(NAMES)
    kubectl = Kubectl(STATE / "kubeconfig")
    deploy.install_operator(kubectl, deploy.overlay(Path(ROOT) / "build" / "bench" / "overlay", refs))
    deploy.namespace(kubectl, NAMESPACE)
    try:
        bare = sorted(_bare_pod(kubectl, refs["runtime"], f"bare-{n}") for n in range(ROUNDS))[ROUNDS // 2]
        rounds = [_round(kubectl, f"bench-{n}") for n in range(ROUNDS)]
    finally:
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false")
    ready, pods = sorted(r for r, _ in rounds), sorted(p for _, p in rounds)
    print(f"  applied to Ready: {', '.join(f'{s:.1f}' for s in ready)} s", file=sys.stderr)
    return {
        "bare_pod_ready": metric(bare, "s"),
        "applied_to_ready_median": metric(ready[ROUNDS // 2], "s", baseline=bare),
        "applied_to_ready_worst": metric(ready[-1], "s"),
        "runtime_pod_ready_median": metric(pods[ROUNDS // 2], "s"),
        "runtime_pod_ready_worst": metric(pods[-1], "s"),
        "operator_image": metric(_megabytes("operator"), "MB"),
        "runtime_image": metric(_megabytes("runtime"), "MB"),
    }

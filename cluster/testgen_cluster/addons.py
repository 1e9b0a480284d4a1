"""What makes a node a cluster that one can use: names (CoreDNS) and volumes (local-path), with images of our own making."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from testgen_cluster import api, binaries, sandbox
from testgen_cluster import dns as dns_client
from testgen_cluster.cache import artefact, fingerprint
from testgen_cluster.commands import run
from testgen_cluster.names import NODE_NAME, Names
from testgen_cluster.objects import an_object, cluster_binding, deployment, restricted
from testgen_cluster.packages import static_busybox
from testgen_cluster.scratch_image import Scratch, write
from testgen_cluster.steps import ClusterError

# BusyBox' name look-ups other than nslookup need shared libraries: no wget.
SHELL_COMMANDS = ("sh", "mkdir", "rm", "chmod", "ls", "sleep", "cat", "nslookup", "nc", "id", "true")
COREFILE = """cluster.local:1053 in-addr.arpa:1053 ip6.arpa:1053 {
  errors
  health :8080
  ready :8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    ttl 5
  }
  reload 2s
}
.:1053 {
  template ANY ANY {
    rcode NXDOMAIN
  }
}
"""
DNS_NAMESPACE, STORAGE_NAMESPACE = "kube-system", "local-path-storage"


@dataclass(frozen=True)
class Image:
    """An image's archive and the name that it gets in the cluster."""

    archive: Path
    tag: str


@dataclass(frozen=True)
class Images:
    """The images that the cluster itself needs."""

    pause: Image
    coredns: Image
    storage: Image
    shell: Image

    @property
    def archives(self) -> list[Path]:
        return [image.archive for image in (self.pause, self.coredns, self.storage, self.shell)]


def images(programs: Mapping[str, Path]) -> Images:
    """The images, made in the cache where they are not there. `programs` has coredns, local-path-provisioner and pause."""
    shell = static_busybox()
    if shell is None:
        raise ClusterError("no static busybox on this machine", hint="apt-get install busybox-static")
    links = {f"/bin/{command}": "busybox" for command in SHELL_COMMANDS}
    return Images(
        pause=program_image("pause", "/pause", programs["pause"]),
        coredns=program_image("coredns", "/coredns", programs["coredns"]),
        storage=program_image("local-path-provisioner", "/local-path-provisioner", programs["local-path-provisioner"]),
        shell=program_image("shell", "/bin/busybox", shell, links),
    )


def program_image(name: str, path: str, source: Path, links: Mapping[str, str] | None = None) -> Image:
    """An image that holds one static program and runs it, or, with `links`, is known by other names too and runs nothing."""
    content = fingerprint([source, Path(__file__).with_name("scratch_image.py")])
    # New content gets a new name, so that pods of the old are replaced.
    tag = f"localhost/testgen/{name}:{content[:16]}"
    scratch = Scratch(tag, binaries.architecture(), {path: source}, links or {}, () if links else (path,))
    key = {"content": content, "links": json.dumps(links or {}), "tag": tag}
    return Image(artefact("image", name, key, lambda place: write(scratch, place / "image.tar")) / "image.tar", tag)


def manifests(names: Names, found: Images) -> list[dict[str, Any]]:
    return [*dns(names, found.coredns.tag), *storage(names, found.storage.tag, found.shell.tag)]


def apply(names: Names, kubectl: Path, wanted: list[dict[str, Any]]) -> None:
    """Create or correct objects by server-side apply."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": wanted})
    words = ["apply", "--server-side", "--force-conflicts", "--field-manager=testgen-cluster", "-f", "-"]
    run([kubectl, f"--kubeconfig={names.kubeconfig}", *words], stdin=text, timeout=60)


def in_use(names: Names) -> dict[str, Callable[[], bool]]:
    """What makes the cluster one that can be used, each with the question whether it works now.

    After a crash the API server still tells what was true before, so names are asked of CoreDNS itself, and a pod counts only
    when it was started in the node's present sandbox.
    """
    space = f"/apis/apps/v1/namespaces/{STORAGE_NAMESPACE}/deployments/local-path-provisioner"
    pods = f"/api/v1/namespaces/{STORAGE_NAMESPACE}/pods"
    return {
        "the node": lambda: api.condition(api.get(names, f"/api/v1/nodes/{NODE_NAME}"), "Ready"),
        "names (CoreDNS)": lambda: dns_client.answers(str(names.dns_ip)),
        "volumes (local-path)": lambda: (
            api.condition(api.get(names, space), "Available") and started_since(api.get(names, pods), sandbox.started(names))
        ),
    }


def started_since(pods: Any | None, moment: float) -> bool:
    """Whether some pod of a list has all its containers running, each started at `moment` (seconds) or later."""
    for pod in (pods or {}).get("items", []):
        statuses = pod.get("status", {}).get("containerStatuses", [])
        starts = [status.get("state", {}).get("running", {}).get("startedAt") for status in statuses]
        if starts and all(start and datetime.fromisoformat(start).timestamp() >= int(moment) for start in starts):
            return True
    return False


def dns(names: Names, image: str) -> list[dict[str, Any]]:
    """CoreDNS for the cluster's own names. It forwards nothing: a name from outside is unknown, and that at once."""
    labels = {"k8s-app": "kube-dns"}
    probe = {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 1, "failureThreshold": 30}
    container = {
        "name": "coredns",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [{"name": "dns", "containerPort": 1053, "protocol": "UDP"}, {"name": "dns-tcp", "containerPort": 1053}],
        "readinessProbe": probe,
        "livenessProbe": {"httpGet": {"path": "/health", "port": 8080}, "failureThreshold": 5},
        "resources": {"requests": {"cpu": "20m", "memory": "32Mi"}, "limits": {"memory": "128Mi"}},
        "securityContext": restricted(),
        "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": True}],
    }
    pod = {
        "serviceAccountName": "coredns",
        "priorityClassName": "system-cluster-critical",
        "tolerations": [{"operator": "Exists"}],
        "dnsPolicy": "Default",
        "containers": [container],
        "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
    }
    rules = [
        {"apiGroups": [""], "resources": ["endpoints", "services", "pods", "namespaces"], "verbs": ["list", "watch"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
    ]
    ports = [
        {"name": "dns", "port": 53, "targetPort": 1053, "protocol": "UDP"},
        {"name": "dns-tcp", "port": 53, "targetPort": 1053, "protocol": "TCP"},
    ]
    return [
        an_object("v1", "ServiceAccount", "coredns", DNS_NAMESPACE),
        an_object("rbac.authorization.k8s.io/v1", "ClusterRole", "testgen:coredns", rules=rules),
        cluster_binding("testgen:coredns", "coredns", DNS_NAMESPACE),
        an_object("v1", "ConfigMap", "coredns", DNS_NAMESPACE, data={"Corefile": COREFILE}),
        an_object("apps/v1", "Deployment", "coredns", DNS_NAMESPACE, spec=deployment(labels, pod)),
        an_object(
            "v1",
            "Service",
            "kube-dns",
            DNS_NAMESPACE,
            spec={"clusterIP": str(names.dns_ip), "selector": labels, "ports": ports},
        ),
    ]


def storage(names: Names, image: str, shell: str) -> list[dict[str, Any]]:
    """Volumes as directories of the node, in build/cluster/volumes; the default StorageClass."""
    paths = [{"node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": [str(names.state / "volumes")]}]
    helper = an_object("v1", "Pod", "helper")
    helper["spec"] = {
        "priorityClassName": "system-node-critical",
        "containers": [
            {
                "name": "helper",
                "image": shell,
                "imagePullPolicy": "IfNotPresent",
                "securityContext": {"runAsUser": 0, "runAsGroup": 0},
            }
        ],
    }
    data = {
        "config.json": json.dumps({"nodePathMap": paths}),
        "setup": '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
        "teardown": '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
        "helperPod.yaml": json.dumps(helper),
    }
    name = "local-path-provisioner"
    container = {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["start", "--config", "/etc/config/config.json", "--service-account-name", name],
        "env": [
            {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
            {"name": "CONFIG_MOUNT_PATH", "value": "/etc/config/"},
        ],
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "128Mi"}},
        "securityContext": restricted(),
        "volumeMounts": [{"name": "config", "mountPath": "/etc/config", "readOnly": True}],
    }
    pod = {
        "serviceAccountName": name,
        "containers": [container],
        "volumes": [{"name": "config", "configMap": {"name": "local-path-config"}}],
    }
    every = ["get", "list", "watch", "create", "patch", "update", "delete"]
    rules = [
        {
            "apiGroups": [""],
            "resources": ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
            "verbs": every[:3],
        },
        {"apiGroups": [""], "resources": ["persistentvolumes"], "verbs": every},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
        {"apiGroups": ["storage.k8s.io"], "resources": ["storageclasses"], "verbs": every[:3]},
    ]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
    subjects = [{"kind": "ServiceAccount", "name": name, "namespace": STORAGE_NAMESPACE}]
    default_class = an_object("storage.k8s.io/v1", "StorageClass", "local-path")
    default_class["metadata"]["annotations"] = {
        "storageclass.kubernetes.io/is-default-class": "true",
        # The kubelet gives a `local` volume to the pod's fsGroup, as it does with a real cluster's; a `hostPath` it would not.
        "defaultVolumeType": "local",
    }
    default_class |= {
        "provisioner": "rancher.io/local-path",
        "volumeBindingMode": "WaitForFirstConsumer",
        "reclaimPolicy": "Delete",
    }
    rbac, space = "rbac.authorization.k8s.io/v1", STORAGE_NAMESPACE
    return [
        an_object("v1", "Namespace", space),
        an_object("v1", "ServiceAccount", name, space),
        an_object(rbac, "Role", name, space, rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": every}]),
        an_object(rbac, "RoleBinding", name, space, roleRef=reference, subjects=subjects),
        an_object(rbac, "ClusterRole", "testgen:local-path", rules=rules),
        cluster_binding("testgen:local-path", name, space),
        an_object("v1", "ConfigMap", "local-path-config", space, data=data),
        an_object("apps/v1", "Deployment", name, space, spec=deployment({"app": name}, pod)),
        default_class,
    ]

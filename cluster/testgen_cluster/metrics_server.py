"""metrics-server: what pods use, ten seconds old at most, for HorizontalPodAutoscalers and `kubectl top`."""

from __future__ import annotations

from typing import Any, Final

from testgen_cluster import api
from testgen_cluster.names import NODE_NAME, Names
from testgen_cluster.objects import an_object, cluster_binding, deployment, restricted

NAMESPACE: Final = "kube-system"
NAME: Final = "metrics-server"
# The least that it takes; a scrape has to end before the next one begins.
RESOLUTION: Final = "10s"
SCRAPE_TIMEOUT: Final = "5s"
CA: Final = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"


def manifests(image: str) -> list[dict[str, Any]]:
    """Its objects. The kubelet shows a certificate of the cluster's own CA, so that is what it is checked with."""
    labels = {"k8s-app": NAME}
    container = {
        "name": NAME,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "--cert-dir=/tmp",
            "--secure-port=10250",
            "--kubelet-preferred-address-types=InternalIP",
            f"--kubelet-certificate-authority={CA}",
            f"--metric-resolution={RESOLUTION}",
            f"--kubelet-request-timeout={SCRAPE_TIMEOUT}",
        ],
        "ports": [{"name": "https", "containerPort": 10250}],
        "readinessProbe": {
            "httpGet": {"path": "/readyz", "port": "https", "scheme": "HTTPS"},
            "periodSeconds": 1,
            "failureThreshold": 60,
        },
        "resources": {"requests": {"cpu": "20m", "memory": "40Mi"}, "limits": {"memory": "200Mi"}},
        "securityContext": restricted(),
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }
    pod = {
        "serviceAccountName": NAME,
        "priorityClassName": "system-cluster-critical",
        "containers": [container],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    }
    rules = [
        {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods", "nodes"], "verbs": ["get", "list", "watch"]},
    ]
    reader = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "extension-apiserver-authentication-reader"}
    subjects = [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}]
    rbac = "rbac.authorization.k8s.io/v1"
    delegator = cluster_binding("system:auth-delegator", NAME, NAMESPACE)
    delegator["metadata"]["name"] = "testgen:metrics-server:auth-delegator"
    return [
        an_object("v1", "ServiceAccount", NAME, NAMESPACE),
        an_object(rbac, "ClusterRole", "testgen:metrics-server", rules=rules),
        cluster_binding("testgen:metrics-server", NAME, NAMESPACE),
        delegator,
        an_object(rbac, "RoleBinding", "metrics-server-auth-reader", NAMESPACE, roleRef=reader, subjects=subjects),
        an_object("apps/v1", "Deployment", NAME, NAMESPACE, spec=deployment(labels, pod)),
        an_object(
            "v1",
            "Service",
            NAME,
            NAMESPACE,
            spec={"selector": labels, "ports": [{"name": "https", "port": 443, "targetPort": "https"}]},
        ),
        an_object(
            "apiregistration.k8s.io/v1",
            "APIService",
            "v1beta1.metrics.k8s.io",
            spec={
                "group": "metrics.k8s.io",
                "version": "v1beta1",
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                # Its certificate is its own, made at its start.
                "insecureSkipTLSVerify": True,
                "service": {"name": NAME, "namespace": NAMESPACE},
            },
        ),
    ]


def works(names: Names) -> bool:
    """Whether it has measured the node: before that an autoscaler reads nothing."""
    found = api.get(names, f"/apis/metrics.k8s.io/v1beta1/nodes/{NODE_NAME}")
    return bool(found and found.get("usage"))

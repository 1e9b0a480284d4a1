"""cert-manager: certificates of issuers SelfSigned and CA, for Certificates and for Ingresses and Gateways that ask for one.

Its webhook does not run: what it would refuse beyond the definitions' own schemas is taken here.
"""

from __future__ import annotations

from typing import Any, Final

from testgen_cluster import api
from testgen_cluster.names import Names
from testgen_cluster.objects import an_object, cluster_binding, deployment, restricted

NAMESPACE: Final = "cert-manager"
NAME: Final = "cert-manager"
HEALTH_PORT: Final = 9403


def manifests(image: str) -> list[dict[str, Any]]:
    """Its objects but its CRDs. A ClusterIssuer's Secrets are in its own namespace, as its public chart has it."""
    labels = {"app": NAME}
    container = {
        "name": NAME,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": [f"-cluster-resource-namespace={NAMESPACE}", f"-healthz-listen-address=:{HEALTH_PORT}", "-v=2"],
        "ports": [{"name": "health", "containerPort": HEALTH_PORT}],
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": "health"}, "periodSeconds": 1, "failureThreshold": 60},
        "resources": {"requests": {"cpu": "20m", "memory": "48Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": restricted(),
    }
    pod = {"serviceAccountName": NAME, "containers": [container]}
    return [
        an_object("v1", "Namespace", NAMESPACE),
        an_object("v1", "ServiceAccount", NAME, NAMESPACE),
        an_object("rbac.authorization.k8s.io/v1", "ClusterRole", "testgen:cert-manager", rules=_rules()),
        cluster_binding("testgen:cert-manager", NAME, NAMESPACE),
        an_object("apps/v1", "Deployment", NAME, NAMESPACE, spec=deployment(labels, pod)),
    ]


def works(names: Names) -> bool:
    """Whether its pod is ready: every cache of its controllers is filled."""
    return api.condition(api.get(names, f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{NAME}"), "Available")


def _rules() -> list[dict[str, Any]]:
    see, make = ["get", "list", "watch"], ["create", "update", "delete"]
    issuers = ["issuers", "clusterissuers"]
    kinds = ["certificates", "certificaterequests", *issuers]
    return [
        {"apiGroups": ["cert-manager.io"], "resources": kinds, "verbs": see},
        {"apiGroups": ["cert-manager.io"], "resources": [f"{kind}/status" for kind in kinds], "verbs": ["update"]},
        # Certificates of Ingresses and Gateways that ask for one; a request is never changed.
        {"apiGroups": ["cert-manager.io"], "resources": ["certificates"], "verbs": make},
        {"apiGroups": ["cert-manager.io"], "resources": ["certificaterequests"], "verbs": ["create", "delete"]},
        # A certificate's Secret is applied; that of the next private key is made and removed.
        {"apiGroups": [""], "resources": ["secrets"], "verbs": [*see, "create", "patch", "delete"]},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses"], "verbs": see},
        {"apiGroups": ["gateway.networking.k8s.io"], "resources": ["gateways"], "verbs": see},
    ]

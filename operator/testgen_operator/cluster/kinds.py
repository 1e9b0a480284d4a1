"""Which kinds of objects the operator deals with and where the API keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from testgen_operator import names
from testgen_operator.errors import OperatorError


@dataclass(frozen=True)
class Kind:
    api_version: str
    kind: str
    plural: str
    namespaced: bool = True

    @property
    def group(self) -> str:
        """The API group; empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        return self.api_version.rpartition("/")[2]

    @property
    def resource(self) -> str:
        """As kubectl and RBAC write it: `deployments.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def collection(self, namespace: str = "") -> str:
        """The path of the collection, in one namespace or (empty) in all."""
        root = f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"
        within = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced and namespace else ""
        return f"{root}{within}/{self.plural}"

    def path(self, namespace: str, name: str, subresource: str = "") -> str:
        found = f"{self.collection(namespace)}/{quote(name, safe='')}"
        return f"{found}/{subresource}" if subresource else found


PROJECT: Final = Kind(names.API_VERSION, names.KIND, names.PLURAL)
SECRET: Final = Kind("v1", "Secret", "secrets")
CONFIG_MAP: Final = Kind("v1", "ConfigMap", "configmaps")
POD: Final = Kind("v1", "Pod", "pods")
EVENT: Final = Kind("events.k8s.io/v1", "Event", "events")
CORE_EVENT: Final = Kind("v1", "Event", "events")
"""The same objects in their old shape: `involvedObject`, `message`, and field selectors."""
LEASE: Final = Kind("coordination.k8s.io/v1", "Lease", "leases")
NAMESPACE: Final = Kind("v1", "Namespace", "namespaces", namespaced=False)
PVC: Final = Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
WEBHOOKS: Final = Kind(
    "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", namespaced=False
)
INGRESS_CLASS: Final = Kind("networking.k8s.io/v1", "IngressClass", "ingressclasses", namespaced=False)
RELEASE: Final = Kind(names.API_VERSION, names.RELEASE_KIND, names.RELEASE_PLURAL)
ENDPOINT_SLICE: Final = Kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices")
"""They carry the labels of their Service."""
JOB: Final = Kind("batch/v1", "Job", "jobs")

CHILDREN: Final = (
    Kind("apps/v1", "Deployment", "deployments"),
    Kind("apps/v1", "StatefulSet", "statefulsets"),
    JOB,
    Kind("v1", "Service", "services"),
    CONFIG_MAP,
    PVC,
    Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    Kind("networking.k8s.io/v1", "Ingress", "ingresses"),
    Kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    Kind("v1", "ServiceAccount", "serviceaccounts"),
    POD,
    ENDPOINT_SLICE,
)
"""What is watched by the label testgen.dev/project. Secrets are not: they are read live, by name."""

WATCHED: Final = (PROJECT, *CHILDREN)
OPTIONAL: Final = (
    RELEASE,
    Kind("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes"),
    Kind("cert-manager.io/v1", "Certificate", "certificates"),
    Kind("traefik.io/v1alpha1", "Middleware", "middlewares"),
    Kind("traefik.io/v1alpha1", "IngressRoute", "ingressroutes"),
    Kind("postgresql.cnpg.io/v1", "Cluster", "clusters"),
)
"""Children too, watched where the cluster serves them (`cluster.optional`)."""
OBSERVED_ONLY: Final = frozenset({"Pod", "EndpointSlice"})
"""Watched, but made by a controller and therefore never applied or pruned by the operator."""

_KNOWN: Final = {
    (kind.api_version, kind.kind): kind for kind in (*WATCHED, *OPTIONAL, SECRET, EVENT, CORE_EVENT, LEASE, NAMESPACE, WEBHOOKS)
}


def kind_of(api_version: str, kind: str) -> Kind:
    try:
        return _KNOWN[api_version, kind]
    except KeyError:
        raise OperatorError(f"the operator knows no kind {kind} in {api_version}", reason="UnknownKind", permanent=True) from None

"""What the operator may do, and why: the one table. gitops/base/rbac.yaml is written from it by `make crds`, and so is
gitops/components/tenant/rbac.yaml, the same rights in one namespace; before it watches anything the operator asks the API server
for every row of it.

No Secret is listed or watched: the few that a project uses are read by name. Nothing may be deleted that holds data: volumes
are deleted with their project by the garbage collector, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from testgen_operator import names

LOOK: Final = ("list", "watch")
WATCH: Final = ("get", *LOOK)
HOLD: Final = (*WATCH, "create", "patch")
OWN: Final = (*HOLD, "delete")
SYSTEM_NAMESPACE: Final = "testgen-system"
TENANT: Final = f"{names.OPERATOR}-tenant"


@dataclass(frozen=True, order=True)
class Permission:
    """One verb on one resource, such as `deployments` or `testgenprojects/status`; without a namespace: in all."""

    group: str
    resource: str
    verb: str
    namespace: str = ""

    def __str__(self) -> str:
        where = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{self.verb} {self.resource}{'.' + self.group if self.group else ''}{where}"


@dataclass(frozen=True)
class Grant:
    """One row. `own_namespace`: only where the operator itself lives. `names`: only objects of these names."""

    group: str
    resource: str
    verbs: tuple[str, ...]
    why: str
    own_namespace: bool = False
    names: tuple[str, ...] = ()
    whole_cluster: bool = False
    """Objects without a namespace: an operator that serves named namespaces only has no right to them and does without."""


GRANTS: Final[tuple[Grant, ...]] = (
    Grant(names.GROUP, names.PLURAL, LOOK, "the projects themselves"),
    Grant(names.GROUP, f"{names.PLURAL}/status", ("patch",), "their status"),
    Grant(
        names.GROUP,
        names.RELEASE_PLURAL,
        (*WATCH, "create", "delete"),
        "the record of each rollout, never changed; the oldest go beyond the history's limit",
    ),
    Grant(names.GROUP, f"{names.RELEASE_PLURAL}/status", ("patch",), "how far each rollout is"),
    Grant("apps", "deployments", OWN, "the runtime"),
    Grant("apps", "statefulsets", OWN, "the stores and the model server"),
    Grant("batch", "jobs", OWN, "migrations"),
    Grant("", "services", OWN, "the endpoint and the stores' addresses"),
    Grant("", "configmaps", OWN, "rendered configurations, and the canary of the watches"),
    Grant("", "serviceaccounts", HOLD, "the identity of a project's pods, without rights; it goes with the project"),
    Grant("", "persistentvolumeclaims", HOLD, "the stores' volumes; under Delete the garbage collector takes them"),
    Grant("policy", "poddisruptionbudgets", OWN, "replicas that survive a drained node"),
    Grant("networking.k8s.io", "networkpolicies", OWN, "fences around the pods"),
    Grant("networking.k8s.io", "ingresses", OWN, "the way in from outside"),
    Grant("networking.k8s.io", "ingressclasses", ("list",), "whether the class that a project names exists", whole_cluster=True),
    Grant("autoscaling", "horizontalpodautoscalers", OWN, "how many pods a part has"),
    Grant("gateway.networking.k8s.io", "httproutes", OWN, "the way in from outside, by the Gateway API where it is installed"),
    Grant("cert-manager.io", "certificates", OWN, "certificates of that way, where cert-manager is installed"),
    Grant("traefik.io", "middlewares", OWN, "limits and the redirect to HTTPS, where Traefik is installed"),
    Grant("traefik.io", "ingressroutes", OWN, "a canary's share of the requests, where Traefik is installed"),
    Grant("postgresql.cnpg.io", "clusters", HOLD, "databases that CloudNativePG runs, where it is installed"),
    Grant("discovery.k8s.io", "endpointslices", LOOK, "which pods a Service leads to, before a rollout goes on; never written"),
    Grant("", "pods", LOOK, "why a pod does not start; never written"),
    Grant(
        "", "secrets", ("get", "create", "patch"), "generated passwords, and digests of what pods mount; by name, never listed"
    ),
    Grant("", "events", ("list",), "what controllers say of a project's objects (quotas, volumes)"),
    Grant("events.k8s.io", "events", ("create",), "what the operator says of a project"),
    Grant("coordination.k8s.io", "leases", ("get", "create", "update"), "which replica leads", own_namespace=True),
)

WEBHOOK_GRANTS: Final[tuple[Grant, ...]] = (
    Grant("", "secrets", ("get", "create", "update"), "the webhook's certificate", own_namespace=True),
    Grant(
        "admissionregistration.k8s.io",
        "validatingwebhookconfigurations",
        ("get", "patch"),
        "the authority that the API server trusts; the operator's own configuration alone",
        names=(names.OPERATOR,),
    ),
)
"""What gitops/components/webhook adds."""


def permissions(own_namespace: str, namespaces: Collection[str] = ()) -> Iterator[Permission]:
    """Every single permission that an operator needs which lives in `own_namespace` and serves `namespaces` (none: all)."""
    for grant in GRANTS:
        if grant.whole_cluster and namespaces:
            continue
        for namespace in (own_namespace,) if grant.own_namespace else (tuple(namespaces) or ("",)):
            for verb in grant.verbs:
                yield Permission(grant.group, grant.resource, verb, namespace)


def manifests() -> list[dict[str, Any]]:
    """The operator's ServiceAccount and rights, and roles that let a namespace's own people look after their projects."""
    subject = [{"kind": "ServiceAccount", "name": names.OPERATOR, "namespace": SYSTEM_NAMESPACE}]
    cluster_wide = [_rule(grant) for grant in GRANTS if not grant.own_namespace]
    own = [_rule(grant) for grant in GRANTS if grant.own_namespace]
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", **_metadata(names.OPERATOR), "automountServiceAccountToken": False},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            **_metadata(names.OPERATOR, False),
            "rules": cluster_wide,
        },
        _binding("ClusterRoleBinding", "ClusterRole", subject),
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", **_metadata(names.OPERATOR), "rules": own},
        _binding("RoleBinding", "Role", subject),
        _people("view", ("get", "list", "watch"), ("admin", "edit", "view")),
        _people("edit", ("create", "update", "patch", "delete"), ("admin", "edit")),
    ]


def tenant_manifests() -> list[dict[str, Any]]:
    """The rights in one namespace, for an operator that serves named ones only: the same rows as a Role. The namespace is the
    kustomization's that takes them up, the operator's ServiceAccount stays where it is."""
    subject = [{"kind": "ServiceAccount", "name": names.OPERATOR, "namespace": SYSTEM_NAMESPACE}]
    rules = [_rule(grant) for grant in GRANTS if not grant.own_namespace and not grant.whole_cluster]
    found = [
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", **_metadata(TENANT, False), "rules": rules},
        _binding("RoleBinding", "Role", subject, TENANT),
    ]
    found[1]["metadata"].pop("namespace")
    return found


def webhook_manifests() -> list[dict[str, Any]]:
    """The rights of the optional webhook, beside those of `manifests`."""
    name = f"{names.OPERATOR}-webhook"
    subject = [{"kind": "ServiceAccount", "name": names.OPERATOR, "namespace": SYSTEM_NAMESPACE}]
    found = []
    for kind, grants in (
        ("ClusterRole", [grant for grant in WEBHOOK_GRANTS if not grant.own_namespace]),
        ("Role", [grant for grant in WEBHOOK_GRANTS if grant.own_namespace]),
    ):
        found.append(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": kind,
                **_metadata(name, kind == "Role"),
                "rules": [_rule(grant) for grant in grants],
            }
        )
        found.append(_binding(f"{kind}Binding", kind, subject, name))
    return found


def _metadata(name: str, namespaced: bool = True, **labels: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "name": name,
        "labels": {names.LABEL_NAME: names.OPERATOR, names.LABEL_PART_OF: names.PRODUCT, **labels},
    }
    if namespaced:
        metadata["namespace"] = SYSTEM_NAMESPACE
    return {"metadata": metadata}


def _rule(grant: Grant) -> dict[str, Any]:
    rule = {"apiGroups": [grant.group], "resources": [grant.resource], "verbs": list(grant.verbs)}
    return rule | ({"resourceNames": list(grant.names)} if grant.names else {})


def _binding(kind: str, role: str, subjects: list[dict[str, str]], name: str = names.OPERATOR) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        **_metadata(name, kind == "RoleBinding"),
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": name},
        "subjects": subjects,
    }


def _people(what: str, verbs: tuple[str, ...], into: tuple[str, ...]) -> dict[str, Any]:
    """A role that is added to the cluster's own admin, edit and view roles."""
    aggregated = {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true" for role in into}
    # Releases are the operator's records: nobody edits them.
    read = [f"{names.PLURAL}/status", names.RELEASE_PLURAL, f"{names.RELEASE_PLURAL}/status"]
    resources = [names.PLURAL, *([f"{names.PLURAL}/scale"] if what == "edit" else read)]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        **_metadata(f"testgen-{what}", False, **aggregated),
        "rules": [{"apiGroups": [names.GROUP], "resources": resources, "verbs": list(verbs)}],
    }

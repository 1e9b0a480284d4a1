"""Every name, label key, annotation key and port that the operator gives to anything. Contracts with the outside: keep them."""

from __future__ import annotations

import re
from typing import Final, Literal

GROUP: Final = "testgen.dev"
VERSION: Final = "v1alpha1"
API_VERSION: Final = f"{GROUP}/{VERSION}"
KIND: Final = "TestGenProject"
PLURAL: Final = "testgenprojects"
RELEASE_KIND: Final = "TestGenRelease"
RELEASE_PLURAL: Final = "testgenreleases"
CATEGORY: Final = "testgen"

FIELD_MANAGER: Final = "testgen-operator"
FIELD_MANAGER_HANDOVER: Final = "testgen-operator-handover"
"""Holds a Deployment's `replicas` where it was, when an autoscaler gets it."""
OPERATOR: Final = "testgen-operator"
PRODUCT: Final = "testgen"

LABEL_NAME: Final = "app.kubernetes.io/name"
LABEL_INSTANCE: Final = "app.kubernetes.io/instance"
LABEL_COMPONENT: Final = "app.kubernetes.io/component"
LABEL_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
LABEL_PART_OF: Final = "app.kubernetes.io/part-of"
LABEL_VERSION: Final = "app.kubernetes.io/version"
LABEL_PROJECT: Final = "testgen.dev/project"
LABEL_COLOUR: Final = "testgen.dev/colour"
LABEL_RELEASE: Final = "testgen.dev/release"

ANNOTATION_CONFIG_HASH: Final = "testgen.dev/config-hash"
ANNOTATION_SECRETS_HASH: Final = "testgen.dev/secrets-hash"
ANNOTATION_MIGRATION: Final = "testgen.dev/migration"
ANNOTATION_APPLIED_HASH: Final = "testgen.dev/applied-hash"
ANNOTATION_UPGRADED_AT: Final = "testgen.dev/upgraded-at"
ANNOTATION_RESTARTED_AT: Final = "testgen.dev/restarted-at"
ANNOTATION_RELEASE: Final = "testgen.dev/release"
"""On the active Service: the release that it leads to."""
ANNOTATION_COLOUR: Final = "testgen.dev/colour"
"""On the active Service: the colour that serves, also while its selector names none."""
ANNOTATION_ROTATION: Final = "testgen.dev/rotation"
"""On a drawn Secret: the `stores.rotateCredentials` that its values were drawn for."""
ANNOTATION_CREDENTIALS: Final = "testgen.dev/credentials"
"""On the read replica: for which database and password its user has been made."""

WEBHOOK: Final = "testgenprojects.testgen.dev"
"""Name of the webhook inside the ValidatingWebhookConfiguration `testgen-operator`."""

Colour = Literal["blue", "green"]
Component = Literal[
    "all", "migrate", "edge", "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "ai-gateway", "maintenance",
    "postgres", "postgres-replica", "qdrant", "neo4j", "redis", "ollama", "probe", "credentials", "smoke", "check", "backup",
]  # fmt: skip
"""A part of a project, as the label app.kubernetes.io/component has it."""

PORT_HTTP: Final = 8000
PORT_SERVICE: Final = 80
PORT_POSTGRES: Final = 5432
PORT_BOLT: Final = 7687
PORT_OLLAMA: Final = 11434
PORT_EDGE: Final = 8080
PORT_EDGE_HEALTH: Final = 8081  # for the kubelet alone: no path of the public port is taken away from the roles
PORT_QDRANT_HTTP: Final = 6333
PORT_QDRANT_GRPC: Final = 6334
PORT_QDRANT_P2P: Final = 6335
PORT_REDIS: Final = 6379

MAX_PROJECT_NAME: Final = 40
"""Every child's name fits its kind's limit with it (tests/unit/operator/test_names.py)."""
MAX_STATEFUL_SET_NAME: Final = 52
"""Its pods carry the label controller-revision-hash, `<its name>-<10>`, and a label's value has 63 characters at most."""

PROJECT_NAME_PATTERN: Final = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"
"""A Service's name starts with a letter (RFC 1035), so a project's does."""

RESERVED_ENDINGS: Final = (
    "preview", "postgres", "qdrant", "neo4j", "redis", "ollama",
    "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "ai-gateway", "all",
    "blue", "green",
)  # fmt: skip
"""`<project>-<ending>` is a Service of <project>: a project of that name in the same namespace would fight over it."""
RESERVED_FOR_NEW: Final = (
    "maintenance", "postgres-replica", "postgres-rw", "postgres-ro", "postgres-r", "qdrant-peers", "edge", "http",
)  # fmt: skip
"""The same (`http`: its Ingress or route), reserved since 0.2: a project that has such a name already keeps it, since no name
can be changed."""


def labels(project: str, component: Component, *, version: str = "", colour: Colour | None = None) -> dict[str, str]:
    """The labels of a child object."""
    found = {
        LABEL_NAME: PRODUCT,
        LABEL_INSTANCE: project,
        LABEL_COMPONENT: component,
        LABEL_MANAGED_BY: OPERATOR,
        LABEL_PART_OF: PRODUCT,
        LABEL_PROJECT: project,
    }
    if version:
        found[LABEL_VERSION] = label_value(version)
    if colour:
        found[LABEL_COLOUR] = colour
    return found


def selector(project: str, component: Component, *, colour: Colour | None = None) -> dict[str, str]:
    """The labels that a workload or Service selects by: a workload's selector is immutable, so nothing here may ever vary."""
    found = {LABEL_PROJECT: project, LABEL_COMPONENT: component}
    if colour:
        found[LABEL_COLOUR] = colour
    return found


def label_value(text: str) -> str:
    """`text` as a legal label value: at most 63 of letters, digits, `-`, `_`, `.`, with an alphanumeric at each end."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text)[:63].strip("._-")


def runtime(project: str, colour: Colour) -> str:
    return workload(project, "all", colour)


def workload(project: str, component: Component, colour: Colour) -> str:
    """The Deployment of a part of the runtime, and its Service where it has one."""
    return f"{project}-{component}-{colour}"


def edge_config(project: str, digest: str) -> str:
    return f"{project}-edge-{digest}"


def deny(project: str) -> str:
    """The NetworkPolicy that every pod of the project falls under."""
    return f"{project}-default-deny"


def fence(project: str, component: Component) -> str:
    """The NetworkPolicy of one component."""
    return f"{project}-{component}"


def tls(project: str) -> str:
    """The Certificate that cert-manager makes, and its Secret."""
    return f"{project}-tls"


def plain_http(project: str) -> str:
    """What answers plain HTTP beside the encrypted way in."""
    return f"{project}-http"


def canary(project: str) -> str:
    """The second Ingress of ingress-nginx, or the route of Traefik's own kind, for a canary's share."""
    return f"{project}-canary"


def maintenance(project: str) -> str:
    return f"{project}-maintenance"


def internal(project: str) -> str:
    """The Secret by which the roles know each other."""
    return f"{project}-internal"


def active_service(project: str) -> str:
    return project


def service_account(project: str) -> str:
    return f"{project}-runtime"


def config(project: str, digest: str) -> str:
    return f"{project}-config-{digest}"


def migration(project: str, digest: str) -> str:
    return f"{project}-migrate-{digest}"


def admin_key(project: str) -> str:
    return f"{project}-admin-key"


def postgres(project: str) -> str:
    return f"{project}-postgres"


def postgres_replica(project: str) -> str:
    """The read replica's StatefulSet, Service and Secret. Under a project's name of more than 35 characters the shorter of the
    two, since no StatefulSet of the longer one ever gets a pod."""
    found = f"{project}-postgres-replica"
    return found if len(found) <= MAX_STATEFUL_SET_NAME else f"{project}-pg-replica"


def postgres_configuration(project: str, digest: str) -> str:
    return f"{project}-postgres-{digest}"


def qdrant(project: str) -> str:
    return f"{project}-qdrant"


def qdrant_server(project: str, number: int) -> str:
    """The StatefulSet of one Qdrant server; its only pod is called `<this>-0`."""
    return f"{project}-qdrant-{number}"


def qdrant_peers(project: str) -> str:
    """The headless Service by which the servers find each other."""
    return f"{project}-qdrant-peers"


def redis(project: str) -> str:
    return f"{project}-redis"


def probe(project: str, store: str, digest: str) -> str:
    """The Job that checks a store of somebody else's: `<40>-probe-postgres-<6>` at most, 63 characters."""
    return f"{project}-probe-{store}-{digest[:6]}"


def credentials(project: str, store: str, digest: str) -> str:
    """The Job that tells a store its password: `<40>-login-postgres-<6>` at most."""
    return f"{project}-login-{store}-{digest[:6]}"


def check(project: str, word: str, digest: str) -> str:
    """The Job that looks at a release before it serves, or backs the database up: `<40>-backup-<8>` at most, so that the names
    of its pods, which are cut at 58 characters, begin with all of it."""
    return f"{project}-{word}-{digest}"


def upgrade_backups(project: str) -> str:
    """The volume with the backups of the database before upgrades."""
    return f"{project}-upgrade-backups"


def preview_service(project: str) -> str:
    return f"{project}-preview"


def store(project: str, component: Component) -> str:
    """The StatefulSet of a component that has one alone, and its claim's beginning."""
    return postgres_replica(project) if component == "postgres-replica" else f"{project}-{component}"


def neo4j(project: str) -> str:
    return f"{project}-neo4j"


def ollama(project: str) -> str:
    return f"{project}-ollama"


def host(service: str, namespace: str) -> str:
    """A Service's name inside the cluster, right whatever the cluster's domain is."""
    return f"{service}.{namespace}.svc"

"""What each command asks of the API server, and which of Kubernetes' own roles grants it: the one table. docs/OPERATIONS.md
shows it, a refusal is explained with it. Pure.

`view` and `edit` are the cluster's roles of these names; TestGen's own rights for projects are aggregated into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from testgen_operator import names
from testgen_operator.cluster import kinds

Role = Literal["view", "edit"]
LOOKING: Final = ("status", "tree", "diff", "report")


@dataclass(frozen=True)
class Need:
    """Verbs on one resource. `optional`: without it the command goes on and says what it could not see."""

    commands: tuple[str, ...]
    resource: str
    verbs: tuple[str, ...]
    role: Role
    why: str
    optional: bool = False
    of_operator: bool = False


NEEDS: Final[tuple[Need, ...]] = (
    Need(
        ("status", "tree", "logs", "endpoint", "open", "diff", "suspend", "resume", "rotate", "rollout", "report"),
        f"{names.PLURAL}.{names.GROUP}",
        ("get", "list"),
        "view",
        "the project itself",
    ),
    Need(
        LOOKING,
        ", ".join(kind.plural for kind in kinds.CHILDREN),
        ("list",),
        "view",
        "what the project consists of",
        optional=True,
    ),
    Need(("status", "report"), "events", ("list",), "view", "what controllers and the operator said last", optional=True),
    Need(("logs",), "pods", ("list",), "view", "which pods there are"),
    Need(("logs", "report"), "pods/log", ("get",), "view", "their logs"),
    Need(("open",), "services, pods", ("get", "list"), "view", "which pods stand behind the endpoint"),
    Need(("open",), "pods/portforward", ("get", "create"), "edit", "the connection to a pod"),
    Need(("open --show-key",), "secrets", ("get",), "edit", "the admin key, by name"),
    Need(("rollout",), f"{names.RELEASE_PLURAL}.{names.GROUP}", ("list",), "view", "its releases"),
    Need(
        ("suspend", "resume", "rotate", "rollout promote"),
        f"{names.PLURAL}.{names.GROUP}",
        ("patch",),
        "edit",
        "the one field that they change (start, abort, retry, skip, pause, resume, rollback, restart too)",
    ),
    Need(
        ("diff",),
        f"{names.PLURAL}.{names.GROUP}",
        ("update",),
        "edit",
        "the API server's own judgement (a dry run)",
        optional=True,
    ),
    Need(("diff", "report"), "secrets", ("get", "list"), "edit", "whether they exist, not what they hold", optional=True),
    Need(
        ("status", "version", "report"),
        "deployments.apps, leases.coordination.k8s.io",
        ("get",),
        "view",
        "whether the operator runs",
        optional=True,
        of_operator=True,
    ),
    Need(
        ("report",), "pods, pods/log, pods/proxy", ("get", "list"), "edit", "the operator's logs and metrics", optional=True,
        of_operator=True,
    ),
)  # fmt: skip

_WRITING: Final = frozenset({"create", "update", "patch", "delete"})
_EDIT_TO_READ: Final = frozenset({"secrets", "pods/portforward", "pods/proxy", "pods/exec"})


def role_for(verb: str, resource: str) -> Role:
    """The smallest of the cluster's own roles that grants a verb on a resource (RBAC's spelling, without the group)."""
    return "edit" if verb in _WRITING or resource in _EDIT_TO_READ else "view"


def to_ask_for(verb: str, resource: str, namespace: str, user: str) -> str:
    """What to ask an administrator for, as a command that he can run."""
    role = role_for(verb, resource)
    account = user.removeprefix("system:serviceaccount:").split(":")
    subject = f"--serviceaccount={':'.join(account)}" if user.startswith("system:serviceaccount:") else f"--user={user}"
    if not namespace:
        return (
            f"Name one namespace with -n, or ask an administrator for role {role} in all: "
            f"kubectl create clusterrolebinding testgen-{role} --clusterrole={role} {subject}"
        )
    return (
        f"Ask an administrator for role {role} there: "
        f"kubectl -n {namespace} create rolebinding testgen-{role} --clusterrole={role} {subject}"
    )


def table() -> list[str]:
    """The table of docs/OPERATIONS.md, as Markdown lines."""
    lines = ["| command | needs | role | for |", "|---|---|---|---|"]
    for need in NEEDS:
        where = " in the operator's namespace" if need.of_operator else ""
        what = f"{', '.join(need.verbs)} {need.resource}{where}"
        lines.append(f"| {', '.join(need.commands)} | {what} | {need.role} | {need.why}{'; optional' if need.optional else ''} |")
    return lines

"""Which component does what: the routes of each role, what it calls and what it runs in the background. One table, pure.

`all` is every role of a project in one process, which then needs no peer. The edge in front of a split project sends a path to
the role that `role_of` names; tests/contract compares both with the routes that each role's app really has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from testgen_runtime.settings import ServiceRole

Resource = Literal[
    "audit", "cases", "coverage", "discussion", "documents", "estimate", "exports", "generate", "imports", "index", "jobs",
    "keys", "knowledge", "model_api", "reviews", "search", "tokens", "versions",
]  # fmt: skip
"""A module of api/ with a `router`."""
Task = Literal["jobs", "notifications", "vector index", "graph index", "model"]
"""Work that goes on without a request. `model`: the gateway, with the way to the providers and the budget's account."""
Peer = Literal["vector", "graph", "llm"]
"""A role that others call, at /internal/v1/<role>."""

INTERNAL: Final = "/internal/v1"


@dataclass(frozen=True, slots=True)
class Component:
    """What one role is. `internal`: whether it answers calls of other roles; `calls`: the roles that it calls."""

    means: str
    resources: tuple[Resource, ...] = ()
    tasks: frozenset[Task] = frozenset()
    internal: Peer | None = None
    calls: tuple[Peer, ...] = ()


_SPLIT: Final[dict[ServiceRole, Component]] = {
    "api": Component(
        "generation, jobs, cases, review, coverage, exports, imports, keys, audit",
        resources=(
            "generate", "estimate", "jobs", "cases", "exports", "imports", "reviews", "discussion", "coverage", "keys", "tokens",
            "audit",
        ),
        tasks=frozenset({"notifications"}),
    ),
    "requirements": Component("documents: upload, parsing, versions", resources=("documents", "versions")),  # S4-022
    "knowledge": Component("glossary, standing checks, past cases", resources=("knowledge",)),  # S4-023
    "vector": Component(  # S4-024
        "search and the vector index",
        resources=("search", "index"),
        tasks=frozenset({"vector index"}),
        internal="vector",
        calls=("graph",),
    ),
    "graph": Component(  # S4-025
        "the graph of requirements, for the other roles", tasks=frozenset({"graph index"}), internal="graph"
    ),
    "llm": Component(  # S4-026
        "calls to models, and their budget, for the other roles", tasks=frozenset({"model"}), internal="llm"
    ),
    "worker": Component("generation jobs", tasks=frozenset({"jobs"}), calls=("vector", "graph", "llm")),
    "ai-gateway": Component("the OpenAI-compatible API (later)", resources=("model_api",)),  # S4-042
}  # fmt: skip
_TENANT: Final = tuple(one for role, one in _SPLIT.items() if role != "ai-gateway")
COMPONENTS: Final[Mapping[ServiceRole, Component]] = MappingProxyType(
    {
        "all": Component(
            "everything in one process",
            resources=tuple(resource for one in _TENANT for resource in one.resources),
            tasks=frozenset(task for one in _TENANT for task in one.tasks),
        ),
        **_SPLIT,
    }
)

PATHS: Final[tuple[tuple[str, ServiceRole], ...]] = (
    ("/api/v1/documents", "requirements"),
    ("/api/v1/knowledge", "knowledge"),
    ("/api/v1/search", "vector"),
    ("/api/v1/index", "vector"),
    ("/v1", "ai-gateway"),
    ("/api/v1", "api"),
)
"""The role that serves a path and what is below it; the first that fits."""
EVERYWHERE: Final = ("/live", "/health", "/ready", "/metrics", "/openapi.json", "/docs", "/redoc")
"""What every role answers for itself."""


def role_of(path: str) -> ServiceRole | None:
    """The role that serves a public path in a split project; None where every role does, or none."""
    return next((role for prefix, role in PATHS if path == prefix or path.startswith(f"{prefix}/")), None)


def as_markdown() -> str:
    """The table of docs/ARCHITECTURE.md."""
    paths: dict[ServiceRole, list[str]] = {}
    for prefix, role in PATHS:
        paths.setdefault(role, []).append(f"`{prefix}…`")
    lines = ["| role | means | paths | calls | answers | runs |", "|---|---|---|---|---|---|"]
    for role, one in _SPLIT.items():
        answers = f"`{INTERNAL}/{one.internal}/…`" if one.internal else ""
        shown = (", ".join(paths.get(role, [])), ", ".join(one.calls), answers, ", ".join(sorted(one.tasks)))
        lines.append(f"| `{role}` | {one.means} | " + " | ".join(shown) + " |")
    return "\n".join(lines)

"""Who may do what, as one table: operations, the least role for each, the class of rate limit, and the routes. Pure.

An operation's name is also the scope to which a key can be narrowed. A route that is not in the table is refused to narrowed
keys, and a test fails on it: the table can't fall behind the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a caller may do: each role may do everything that the ones before it may."""

    VIEWER = "viewer"
    TESTER = "tester"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def may_act_as(self, needed: Role) -> bool:
        """Whether this role includes `needed`."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


PURPOSE: Final = "X-TestGen-Purpose"
"""Says that a request tries a release; for admins."""


class RateClass(StrEnum):
    """What is counted together against a rate limit."""

    READS = "reads"
    WRITES = "writes"
    GENERATION = "generation"
    TRIALS = "trials"
    """What tries a release (X-TestGen-Purpose): traffic on the admin's key, however much, must not fail a good one."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be allowed. `routes` are methods and paths below /api/v1, with names of parameters in braces."""

    name: str
    role: Role
    rate: RateClass
    means: str
    routes: tuple[str, ...]


def _op(name: str, role: Role, rate: RateClass, means: str, *routes: str) -> Operation:
    return Operation(name, role, rate, means, routes)


_V, _T, _R, _A = Role
_READS, _WRITES, _GENERATION, _ = RateClass

# fmt: off
MATRIX: Final[tuple[Operation, ...]] = (
    _op("documents:read", _V, _READS, "see documents, their requirements and atoms",
        "GET /documents", "GET /documents/{document_id}", "GET /documents/{document_id}/requirements",
        "GET /documents/{document_id}/versions", "GET /documents/{document_id}/diff", "GET /documents/{document_id}/findings"),
    _op("documents:write", _T, _WRITES, "send documents",
        "POST /documents"),
    _op("documents:remove", _A, _WRITES, "remove a document with everything that was made of it",
        "DELETE /documents/{document_id}"),
    _op("cases:read", _V, _READS, "see cases, their history, comments and coverage",
        "GET /cases", "GET /cases/statistics", "GET /cases/{case_id}", "GET /cases/{case_id}/revisions",
        "GET /cases/{case_id}/revisions/{revision}", "GET /cases/{case_id}/diff", "GET /cases/{case_id}/comments",
        "GET /coverage", "GET /coverage/matrix"),
    _op("cases:write", _T, _WRITES, "edit cases and comment on them; in bulk also what the caller may review",
        "PATCH /cases/{case_id}", "POST /cases/bulk", "POST /cases/{case_id}/comments",
        "DELETE /cases/{case_id}/comments/{comment_id}"),
    _op("cases:review", _R, _WRITES, "confirm, reject and reopen cases",
        "POST /cases/{case_id}/confirm", "POST /cases/{case_id}/reject", "POST /cases/{case_id}/reopen"),
    _op("generate", _T, _GENERATION, "generate cases, estimate what it costs, cancel a job",
        "POST /generate", "POST /generate/estimate", "POST /jobs/{job_id}/cancel"),
    _op("jobs:read", _V, _READS, "follow jobs",
        "GET /jobs", "GET /jobs/{job_id}", "GET /jobs/{job_id}/events"),
    _op("search", _V, _READS, "search",
        "GET /search"),
    _op("index:read", _V, _READS, "see how the indexes stand",
        "GET /index/status"),
    _op("index:admin", _A, _WRITES, "fill the indexes anew",
        "POST /index/rebuild"),
    _op("knowledge:read", _V, _READS, "see glossary, standing checks and past cases",
        "GET /knowledge/glossary", "GET /knowledge/glossary/{term_id}", "GET /knowledge/checks",
        "GET /knowledge/checks/{check_id}", "GET /knowledge/past-cases", "GET /knowledge/past-cases/{case_id}",
        "GET /knowledge/export"),
    _op("knowledge:write", _T, _WRITES, "keep the glossary and past cases",
        "PUT /knowledge/glossary/{term_id}", "DELETE /knowledge/glossary/{term_id}", "POST /knowledge/past-cases",
        "PUT /knowledge/past-cases/{case_id}", "DELETE /knowledge/past-cases/{case_id}"),
    _op("knowledge:checks", _R, _WRITES, "keep the standing checks, take in knowledge as a whole",
        "PUT /knowledge/checks/{check_id}", "DELETE /knowledge/checks/{check_id}", "POST /knowledge/import"),
    _op("exports", _V, _READS, "export cases",
        "GET /exports/formats", "POST /exports"),
    _op("imports", _T, _WRITES, "import cases",
        "POST /imports"),
    _op("tokens", _V, _WRITES, "exchange a key for a short-lived token with the same rights",
        "POST /tokens"),
    _op("audit:read", _A, _READS, "see who did what",
        "GET /audit"),
    _op("keys:admin", _A, _WRITES, "make, list, rotate and revoke keys",
        "GET /keys", "POST /keys", "GET /keys/{key_id}", "DELETE /keys/{key_id}", "POST /keys/{key_id}/rotate"),
)
# fmt: on
BY_NAME: Final[Mapping[str, Operation]] = MappingProxyType({operation.name: operation for operation in MATRIX})
SCOPES: Final[tuple[str, ...]] = tuple(BY_NAME)
_BY_ROUTE: Final[Mapping[str, Operation]] = MappingProxyType(
    {route: operation for operation in MATRIX for route in operation.routes}
)
PREFIX: Final = "/api/v1"


def operation_of(method: str, path: str) -> Operation | None:
    """The operation of a route, by its method and its pattern (with or without /api/v1); None where the table has none."""
    method = "GET" if method == "HEAD" else method
    return _BY_ROUTE.get(f"{method} {path.removeprefix(PREFIX)}")


def rate_class(method: str, operation: Operation | None) -> RateClass:
    """What a request counts as; by its method where the table does not know the route."""
    if operation is not None:
        return operation.rate
    return RateClass.READS if method in ("GET", "HEAD", "OPTIONS") else RateClass.WRITES


def includes(held: frozenset[str] | None, asked: frozenset[str] | None) -> bool:
    """Whether somebody with the scopes `held` has everything of `asked`; None is every scope."""
    return held is None or (asked is not None and asked <= held)


def as_markdown(operations: Iterable[Operation] = MATRIX) -> str:
    """The table for docs/SECURITY.md."""
    lines = [
        "| operation (scope) | " + " | ".join(Role) + " | counts as | means | routes |",
        "|---|" + ":-:|" * len(Role) + "---|---|---|",
    ]
    for one in operations:
        marks = " | ".join("✓" if role.may_act_as(one.role) else "" for role in Role)
        routes = "<br>".join(f"`{route}`" for route in one.routes)
        lines.append(f"| `{one.name}` | {marks} | {one.rate} | {one.means} | {routes} |")
    return "\n".join(lines)

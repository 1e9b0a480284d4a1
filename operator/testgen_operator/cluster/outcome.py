"""What a pass over a project did to the cluster, and which of the server's answers are about one object only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from testgen_operator.errors import ApiError
from testgen_operator.plan.facts import FOREIGN, ApplyError
from testgen_operator.plan.model import ObjectKey

REFUSALS: Final = frozenset({400, 403, 404, 409, 413, 422})
"""Answers that concern one object: a rule broken, a quota, a namespace that is going. Everything else concerns the server."""

NAMESPACE_TERMINATING: Final = "NamespaceTerminating"
"""The cause of a refusal in a namespace that is being deleted (kubernetes, api/core/v1 NamespaceTerminatingCause)."""


@dataclass
class Outcome:
    """What a pass did: how many objects it wrote or deleted, and what the server refused."""

    writes: int = 0
    refused: list[ApplyError] = field(default_factory=list)

    def refuse(self, key: ObjectKey, problem: ApiError) -> None:
        self.refused.append(ApplyError(key, problem.status, problem.reason, problem.message, problem.causes))

    @property
    def namespace_is_going(self) -> bool:
        """Whether the server refused because the namespace is being deleted: nothing new may be made in it."""
        return any(is_going(one.code, one.causes, one.message) for one in self.refused)


def is_going(code: int, causes: Collection[str], message: str) -> bool:
    """Whether a refusal says that the namespace is being deleted: by the cause that the plugin NamespaceLifecycle gives,
    or, where something in between has lost the details, in its words."""
    return code == 403 and (NAMESPACE_TERMINATING in causes or "because it is being terminated" in message)


def foreign(key: ObjectKey, why: str) -> ApiError:
    return ApiError(f"{key.kind} {key.name} is somebody else's: {why}", status=409, reason=FOREIGN, what=f"apply {words(key)}")


def words(key: ObjectKey) -> str:
    """An object as a log line names it."""
    return f"{key.kind}/{key.namespace}/{key.name}"

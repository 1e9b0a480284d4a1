"""What a pass over a project did to the cluster, and which of the server's answers are about one object only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from testgen_operator.errors import ApiError
from testgen_operator.plan.facts import FOREIGN, ApplyError
from testgen_operator.plan.model import ObjectKey

REFUSALS: Final = frozenset({400, 403, 404, 409, 413, 422})
"""Answers that concern one object: a rule broken, a quota, a namespace that is going. Everything else concerns the server."""


@dataclass
class Outcome:
    """What a pass did: how many objects it wrote or deleted, and what the server refused."""

    writes: int = 0
    refused: list[ApplyError] = field(default_factory=list)

    @property
    def namespace_is_going(self) -> bool:
        """Whether the server refused because the namespace is being deleted: nothing new may be made in it."""
        return any(one.code == 403 and "because it is being terminated" in one.message for one in self.refused)


def foreign(key: ObjectKey, why: str) -> ApiError:
    return ApiError(f"{key.kind} {key.name} is somebody else's: {why}", status=409, reason=FOREIGN, what=f"apply {words(key)}")


def words(key: ObjectKey) -> str:
    """An object as a log line names it."""
    return f"{key.kind}/{key.namespace}/{key.name}"

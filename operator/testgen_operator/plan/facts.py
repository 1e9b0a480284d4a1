"""What the cluster shows of one project: everything that planning and status may know."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from testgen_operator import names
from testgen_operator.plan.model import ObjectKey
from testgen_operator.resources.project import TestGenProject


@dataclass(frozen=True)
class SecretFacts:
    """What may be known about a Secret: whether it exists, which keys it has, and an opaque digest of its data."""

    name: str
    exists: bool = False
    keys: frozenset[str] = frozenset()
    digest: str = ""


def secret_digest(uid: str, data: Mapping[str, str]) -> str:
    """An opaque digest of a Secret's `data` (base64, as the API has it). Salted by the Secret's uid, and too short to confirm a
    guessed value by."""
    text = "\n".join([uid, *(f"{key}={data[key]}" for key in sorted(data))])
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def secret_names(project: TestGenProject) -> tuple[str, ...]:
    """The Secrets that the project's pods use; the edge reads each by its name and gives `observe` its SecretFacts."""
    reference = project.spec.access.admin_key_secret_ref
    found = [names.postgres(project.name), reference.name if reference else names.admin_key(project.name)]
    if project.spec.stores.neo4j.type == "Managed":
        found.append(names.neo4j(project.name))
    return tuple(found)


@dataclass(frozen=True)
class ApplyError:
    """The API server's refusal of one object of the last plan."""

    key: ObjectKey
    code: int
    reason: str
    message: str


class Phase(StrEnum):
    ABSENT = "Absent"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


@dataclass(frozen=True)
class Facts:
    """Rough still: grows with the planner."""

    secrets: Mapping[str, SecretFacts] = field(default_factory=dict)
    apply_errors: tuple[ApplyError, ...] = ()


def observe(
    project: TestGenProject,
    children: Sequence[Mapping[str, Any]],
    referenced: Mapping[str, SecretFacts],
    events: Sequence[Mapping[str, Any]] = (),
    apply_errors: Sequence[ApplyError] = (),
) -> Facts:
    """The facts, from the live child objects, the Secrets in use, the children's Events and the last plan's refusals."""
    return Facts(secrets=dict(referenced), apply_errors=tuple(apply_errors))

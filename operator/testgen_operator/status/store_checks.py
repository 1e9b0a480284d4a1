"""What the Jobs that look at stores, and those that change passwords, say: their last words are one JSON record with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from testgen_operator import names
from testgen_operator.plan import credentials, probe
from testgen_operator.plan.configuration import neo4j_settings, postgres_settings, qdrant_settings, redis_settings
from testgen_operator.plan.facts import Container, Facts
from testgen_operator.plan.probe import Store
from testgen_operator.resources.project import TestGenProject
from testgen_operator.status.reasons import Reason

FOUND: Final = {
    str(reason): reason
    for reason in (
        Reason.DNS_FAILED,
        Reason.CONNECTION_REFUSED,
        Reason.TIMEOUT,
        Reason.AUTHENTICATION_FAILED,
        Reason.CERTIFICATE_INVALID,
        Reason.DATABASE_MISSING,
        Reason.VERSION_TOO_OLD,
        Reason.PERMISSION_DENIED,
    )
}
"""The words of `testgen stores check`; tests/contract holds the two sides together."""


def failures(project: TestGenProject, facts: Facts) -> Iterator[tuple[Reason, Store, Container]]:
    """The stores of somebody else's that do not answer as they should."""
    for store in probe.checked(project):
        one = _ended(project, facts, "probe", names.probe(project.name, store, ""))
        if one is not None:
            yield FOUND.get(_reason(one.last_words), Reason.STORE_CHECK_FAILED), store, one


def untold(project: TestGenProject, facts: Facts) -> Iterator[tuple[str, Container]]:
    """The stores that could not be told their new password in two tries."""
    for secret in credentials.drawn(project):
        word = "replica" if secret.component == "postgres-replica" else secret.component
        one = _ended(project, facts, "credentials", names.credentials(project.name, word, ""))
        if one is not None and one.restarts >= 2:
            yield secret.component, one


def address(project: TestGenProject, store: Store) -> str:
    """Where the store is, as the spec has it: never a password, since a spec has none."""
    match store:
        case "postgres":
            found = postgres_settings(project)
            return f"{found['host']}:{found['port']}"
        case "redis":
            found = redis_settings(project)
            return f"{found['host']}:{found['port']}"
        case "qdrant":
            return str(qdrant_settings(project)["url"])
        case "neo4j":
            return str(neo4j_settings(project)["uri"])


def _ended(project: TestGenProject, facts: Facts, component: str, job: str) -> Container | None:
    """The container that ended badly last, although it may be trying once more."""
    for pod in facts.pods:
        if pod.component == component and pod.name.startswith(job) and pod.phase != "Succeeded":
            for one in pod.containers:
                if one.exit_code:
                    return one
    return None


def _reason(words: str) -> str:
    for line in reversed(words.splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return str(found.get("reason", ""))
    return ""

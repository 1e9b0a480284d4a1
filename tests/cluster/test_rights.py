"""What the operator asked the API server for in all the cluster tests, from the audit log, against the table of its rights
(operator/testgen_operator/rbac.py). These tests come last (conftest.py), so that what they read is the whole run.

tests/integration/test_operator_rights.py leads one operator, under RBAC, through what needs each right; here is everything that
the other tests make it do, on a real node.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from testgen_operator import names, rbac
from tests.cluster.conftest import BEGUN
from tests.integration.rights_used import granted, used, words
from tests.integration.test_operator_rights import RARE

AGENT: Final = "testgen-operator/"
WEBHOOK: Final = {(one.group, one.resource, verb) for one in rbac.WEBHOOK_GRANTS for verb in one.verbs}
RARE_HERE: Final = {
    (names.GROUP, names.RELEASE_PLURAL, "get"): "where another leader made the record a moment ago: no test can wait for it",
    ("", "secrets", "update"): "the webhook's certificate at two thirds of its life: tests/unit/admission/test_keeper.py",
}
"""Rights that no test here needs, each with the reason to keep it."""


def entries(log: Path) -> Iterator[dict[str, Any]]:
    """Of this run, with the files that the API server has put aside."""
    for file in (*sorted(log.parent.glob("audit-*.log")), log):
        with file.open() as lines:
            for line in lines:
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue  # the last line is being written
                if entry["requestReceivedTimestamp"] >= BEGUN:
                    yield entry


@pytest.fixture(scope="module")
def asked(audit_log: Path) -> list[dict[str, Any]]:
    """The operators' own requests. Those of other programs are left out by their user agent."""
    found = [one for one in entries(audit_log) if one.get("userAgent", "").startswith(AGENT)]
    if not found:
        pytest.skip("no operator ran in this run")
    return found


def test_nothing_is_asked_for_that_is_not_in_the_table(asked: list[dict[str, Any]]) -> None:
    assert words(used(asked).rights - granted() - WEBHOOK) == []


def test_secrets_are_those_of_namespaces_with_a_project_and_are_never_listed(
    asked: list[dict[str, Any]], audit_log: Path
) -> None:
    tenants = {
        one["objectRef"]["namespace"]
        for one in entries(audit_log)
        if (one.get("objectRef") or {}).get("resource") == names.PLURAL and one["verb"] in ("create", "patch", "update")
    }
    touched = used(asked).secrets
    assert {namespace for namespace, _ in touched} - tenants - {rbac.SYSTEM_NAMESPACE} == set()
    assert "*" not in {name for _, name in touched}
    of_its_own = {name for namespace, name in touched if namespace == rbac.SYSTEM_NAMESPACE}
    assert not of_its_own - {f"{names.OPERATOR}-webhook"}


def test_every_right_is_used_by_these_tests_or_by_the_course_of_the_integration_test(
    asked: list[dict[str, Any]], request: pytest.FixtureRequest
) -> None:
    here = Path(__file__).parent
    collected = {item.path for item in request.session.items}
    if missing := sorted({*here.glob("test_*.py")} - collected):
        pytest.skip(f"only the whole folder uses every right; not run: {', '.join(one.name for one in missing)}")
    shown_there = granted() - set(RARE)
    assert words((granted() | WEBHOOK) - shown_there - used(asked).rights - set(RARE_HERE)) == []

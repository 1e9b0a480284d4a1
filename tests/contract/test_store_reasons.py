"""What `testgen stores check` says and what the operator's conditions say are the same words."""

from __future__ import annotations

import json

from testgen_operator.plan import postgres_replica
from testgen_operator.status import store_checks
from testgen_operator.status.reasons import BLOCKING, Reason
from testgen_runtime.commands.stores import Keeper, Store
from testgen_runtime.operations.stores import finding, password


def test_every_word_of_a_check_is_a_reason_of_a_condition() -> None:
    for word in finding.Reason:
        assert Reason(str(word)) in BLOCKING
    assert {*store_checks.FOUND, str(Reason.STORE_CHECK_FAILED)} == {str(word) for word in finding.Reason}


def test_the_operator_reads_the_record_that_a_check_leaves() -> None:
    record = finding.Failed(finding.Reason.TIMEOUT, "db:5432 does not answer").record("postgres")
    assert json.loads(record)["reason"] == "Timeout"
    assert store_checks._reason(f"some log line\n{record}\n") == "Timeout"


def test_both_sides_mean_the_same_stores_and_the_same_user() -> None:
    assert {one.value for one in Store} == {"postgres", "qdrant", "neo4j", "redis"}
    assert {one.value for one in Keeper} == {"postgres", "postgres-replica", "neo4j", "redis"}
    assert postgres_replica.USER == password.REPLICA_USER

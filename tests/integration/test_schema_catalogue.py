"""`testgen migrate verify`: tables, columns, indexes and constraints are what the version expects (S3-132).

UPDATE_GOLDEN=1 writes migrations/expected.txt anew from what the migrations make.
"""

from __future__ import annotations

import os

import pytest
from tests.integration.conftest import SETTINGS

from testgen_runtime.storage import catalogue, inspection, schema
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres


async def execute(target: Target, *statements: str) -> None:
    connection = await connect(target, SETTINGS)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_expected_facts_are_those_that_the_migrations_make(target: Target) -> None:
    connection = await connect(target, SETTINGS)
    found = catalogue.write(await catalogue.read(connection))
    await connection.close()
    if os.environ.get("UPDATE_GOLDEN"):
        (schema.MIGRATIONS / "expected.txt").write_text(found, encoding="utf-8")

    assert found == (schema.MIGRATIONS / "expected.txt").read_text(encoding="utf-8")


async def test_a_migrated_database_is_as_expected(target: Target) -> None:
    assert await inspection.verify(target, SETTINGS) == ([], [])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DROP INDEX cases_by_status", "index cases_by_status is missing"),
        ("ALTER TABLE cases DROP COLUMN carried_from", "column cases.carried_from is missing; it should be: text"),
        ("ALTER TABLE jobs DROP CONSTRAINT jobs_state_check", "constraint jobs.jobs_state_check is missing"),
        ("ALTER TABLE jobs ALTER COLUMN done TYPE bigint", "column jobs.done differs; it should be: integer NOT NULL DEFAULT 0"),
        ("ALTER TABLE audit_log DISABLE TRIGGER audit_log_chain", "it is: audit_chain (disabled)"),
        ("ALTER TABLE rate_limits SET LOGGED", "table rate_limits differs; it should be: UNLOGGED"),
        ("DROP TABLE pgqueuer CASCADE", "the job queue's tables are missing"),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'cases_stale'::regclass",
            "its building was broken off",
        ),
    ],
)
async def test_what_was_changed_by_hand_is_named(target: Target, damage: str, told: str) -> None:  # S3-132
    await execute(target, damage)

    wrong, _ = await inspection.verify(target, SETTINGS)

    assert any(told in line for line in wrong), wrong


async def test_what_somebody_added_is_told_and_is_no_fault(target: Target) -> None:
    await execute(target, "CREATE TABLE theirs (n integer)", "CREATE INDEX mine ON cases (created_at)")

    wrong, notes = await inspection.verify(target, SETTINGS)

    assert wrong == []
    assert any("theirs" in line for line in notes)
    assert any("index mine" in line for line in notes)


async def test_an_empty_database_is_told_to_be_migrated(empty_target: Target) -> None:
    wrong, _ = await inspection.verify(empty_target, SETTINGS)

    assert wrong == [f"the database is at base, this version needs {schema.head()}: run testgen migrate"]


async def test_of_a_later_schema_what_this_version_needs_is_checked(target: Target) -> None:
    await execute(target, "UPDATE alembic_version SET version_num = '9999'", "ALTER TABLE cases ADD COLUMN later text")

    wrong, notes = await inspection.verify(target, SETTINGS)

    assert wrong == []
    assert "past this version's" in notes[0]

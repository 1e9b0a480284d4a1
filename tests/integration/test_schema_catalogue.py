"""`testgen migrate verify`: tables, columns, indexes and constraints are what the version expects (S3-132).

UPDATE_GOLDEN=1 writes migrations/expected.txt anew from what the migrations make.
"""

from __future__ import annotations

import asyncio
import os
import sys

import pytest
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE
from tests.integration.processes import environment

from testgen_runtime.storage import catalogue, inspection, schema
from testgen_runtime.storage.inspection import Verified
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
    assert await inspection.verify(target, SETTINGS) == Verified()


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

    found = await inspection.verify(target, SETTINGS)

    assert any(told in line for line in found.wrong), found


async def test_what_somebody_added_is_told_and_is_no_fault(target: Target) -> None:
    await execute(target, "CREATE TABLE theirs (n integer)", "CREATE INDEX mine ON cases (created_at)")

    found = await inspection.verify(target, SETTINGS)

    assert found.wrong == []
    assert any("theirs" in line for line in found.notes)
    assert any("index mine" in line for line in found.notes)


async def test_an_empty_database_is_told_to_be_migrated(empty_target: Target) -> None:
    assert (await inspection.verify(empty_target, SETTINGS)).wrong == [
        f"the database is at base, this version needs {schema.head()}: run testgen migrate"
    ]


async def test_of_a_later_schema_what_this_version_needs_is_checked(target: Target) -> None:
    await execute(target, "UPDATE alembic_version SET version_num = '9999'", "ALTER TABLE cases ADD COLUMN later text")

    found = await inspection.verify(target, SETTINGS)

    assert found.wrong == []
    assert "past this version's" in found.notes[0]


async def command(target: Target, *words: str) -> tuple[int, str]:
    """`testgen migrate …`: its exit code and standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_runtime.cli", "migrate", *words,
        env=environment(target), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await asyncio.wait_for(process.communicate(), 60 * PATIENCE)
    return process.returncode or 0, told.decode()


async def test_the_commands_tell_by_their_exit_code(target: Target) -> None:  # S3-067…072, S3-132
    assert await command(target, "verify") == (0, "the schema is as expected\n")
    assert (await command(target, "status"))[0] == 0
    assert await command(target, "plan") == (0, "nothing to do\n")
    assert "down from 0012 to 0011" in (await command(target, "plan", "--to", "-1"))[1]
    assert (await command(target, "down", "--to", "-1"))[0] == 0
    assert (await command(target, "status"))[0] == 1
    assert (await command(target, "up", "--to", "+1"))[0] == 0
    code, told = await command(target, "up", "--to", "0815")
    assert (code, "name one of base, 0001, 0002" in told) == (1, True)
    await execute(target, "DROP INDEX cases_by_status")
    code, told = await command(target, "verify")
    assert (code, "index cases_by_status is missing" in told) == (1, True)


async def test_a_migration_ends_badly_where_something_is_missing_that_the_program_needs(target: Target) -> None:  # S3-132
    await execute(target, "DROP INDEX cases_by_status")
    code, told = await command(target)
    assert (code, "differs from what is expected: index cases_by_status" in told) == (0, True)

    await execute(target, "ALTER TABLE cases DROP COLUMN carried_from")
    code, told = await command(target)

    assert code == 3
    assert "is not what this version needs: column cases.carried_from is missing" in told

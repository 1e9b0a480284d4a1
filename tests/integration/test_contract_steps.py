"""Expand, migrate, contract on a real PostgreSQL, with revisions of the tests' own behind ours: what may happen when, and what a
step that breaks off leaves (docs/MIGRATIONS.md)."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE
from tests.integration.processes import environment, serving
from tests.integration.test_downgrade import execute, facts, one

from testgen_runtime.errors import MigrationFailed, Unavailable, VersionTooOld
from testgen_runtime.storage import inspection, revisions, schema
from testgen_runtime.storage.migrate import Done, up
from testgen_runtime.storage.migration_session import LOCK, Limits
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres

HEAD = schema.head()
NEXT = f"{int(HEAD) + 1:04}"
QUICK = Limits(within=1.0, lock=0.2, statement=30.0)
EXPAND = "ALTER TABLE documents ADD COLUMN heading text; UPDATE documents SET heading = title"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our migrations, for a test to add to."""
    copied = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def add(folder: Path, sql: str, *, concurrent: bool = False) -> None:
    (folder / "versions" / f"{NEXT}_of_a_test.py").write_text(
        f'"""A step of a test."""\nfrom alembic import op\n\nrevision, down_revision = "{NEXT}", "{HEAD}"\n'
        f"concurrent = {concurrent}\n\n\n"
        f"def upgrade() -> None:\n    for one in {sql.split('; ')!r}:\n        op.execute(one)\n"
    )


def add_contract(folder: Path) -> None:
    (folder / "contracts" / "title.sql").write_text(
        f"-- Requires: {NEXT}\n-- Removes: column documents.title\nALTER TABLE documents DROP COLUMN title\n"
    )


async def migrated(target: Target, folder: Path, limits: Limits = QUICK) -> Done:
    return await up(target, SETTINGS, limits, folder=folder)


async def test_a_contract_step_waits_for_the_release_after_the_one_that_expanded(target: Target, folder: Path) -> None:
    add(folder, EXPAND)
    add_contract(folder)

    first = await migrated(target, folder)  # the release before is at HEAD and may be returned to
    second = await migrated(target, folder)

    assert (first.applied, first.contracts) == ([NEXT], [])
    assert first.waiting == {"title": f"the release before this one knows the schema up to {HEAD}, the step requires {NEXT}"}
    assert (second.applied, second.contracts, second.waiting) == ([], ["title"], {})
    assert (await migrated(target, folder)).contracts == []


async def test_a_contract_step_waits_while_an_older_version_is_in_use(target: Target, folder: Path) -> None:
    add(folder, EXPAND)
    await migrated(target, folder)
    add_contract(folder)
    older = await connect(target, SETTINGS, application="testgen-api")  # this program, which knows HEAD

    waiting = (await migrated(target, folder)).waiting["title"]
    told = await inspection.plan(target, SETTINGS, folder=folder)
    await older.close()

    assert waiting == f"older versions are in use: testgen-api (knows {HEAD}); the step requires {NEXT}"
    assert told == [f"contract step title: waits, {waiting}"]
    assert (await migrated(target, folder)).contracts == ["title"]


async def test_a_version_that_does_not_say_what_it_knows_counts_as_older(target: Target, folder: Path) -> None:
    add(folder, EXPAND)
    await migrated(target, folder)
    add_contract(folder)
    older = await connect(target, SETTINGS)
    await older.execute("SET application_name = 'testgen-worker'")

    assert "testgen-worker (of before 0012)" in (await migrated(target, folder)).waiting["title"]
    await older.close()


async def contracted(target: Target, folder: Path) -> None:
    """A database that serves versions from NEXT on."""
    add(folder, EXPAND)
    await migrated(target, folder)
    add_contract(folder)
    assert (await migrated(target, folder)).contracts == ["title"]


async def test_after_a_contract_step_an_older_version_is_refused_everywhere(target: Target, folder: Path) -> None:
    await contracted(target, folder)
    connection = await connect(target, SETTINGS)

    with pytest.raises(VersionTooOld, match=f"knows the schema up to {HEAD}, the database serves versions from {NEXT} on"):
        await schema.is_current(connection)
    with pytest.raises(VersionTooOld):
        await up(target, SETTINGS)

    await connection.close()
    assert (await inspection.verify(target, SETTINGS)).wrong[0].startswith("this version knows the schema up to")
    assert (await inspection.status(target, SETTINGS))[0] is False


async def test_what_a_contract_step_took_away_is_not_missed(target: Target, folder: Path) -> None:
    await contracted(target, folder)

    assert (await inspection.verify(target, SETTINGS, folder=folder)).wrong == []


async def test_an_older_version_ends_at_its_start_and_says_why(target: Target, folder: Path) -> None:
    await contracted(target, folder)

    for command in (("serve", "--port", "0"), ("migrate",)):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "testgen_runtime.cli", *command,
            env=environment(target), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, told = await asyncio.wait_for(process.communicate(), 60 * PATIENCE)
        assert process.returncode == 4, (command, told)
        assert f"serves versions from {NEXT} on — run a version that knows schema {NEXT}".encode() in told


async def test_a_running_version_that_the_schema_serves_no_more_is_not_ready_and_says_why(
    target: Target, folder: Path, tmp_path: Path
) -> None:
    async with serving(target, tmp_path) as older:
        root = str(older.http.base_url).removesuffix("/api/v1/")
        assert (await older.http.get(f"{root}/ready")).status_code == 200
        await execute(target, f"UPDATE schema_state SET minimum = '{NEXT}'")  # nobody looked who was there

        answer = await older.http.get(f"{root}/ready")

        assert answer.status_code == 503
        assert answer.json()["reason"].startswith("VersionTooOld: this version knows the schema up to")
        assert (await older.http.get(f"{root}/live")).status_code == 200


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("ALTER TABLE documents ADD COLUMN a text; UPDATE documents SET nowhere = 1", 'column "nowhere" of relation'),
        ("ALTER TABLE documents ADD COLUMN a text; SELECT 1 / 0", "division by zero"),
        ("ALTER TABLE documents ADD COLUMN a text; SELECT pg_sleep(60)", "a statement took longer than 5 s"),
    ],
)
async def test_a_step_that_fails_leaves_the_schema_as_it_was_and_says_how_to_go_on(
    target: Target, folder: Path, sql: str, why: str
) -> None:
    before = await facts(target)
    add(folder, sql)

    with pytest.raises(MigrationFailed, match=why) as failed:
        await migrated(target, folder, Limits(within=5, lock=0.2, statement=5))

    assert f"step {NEXT} failed" in failed.value.detail
    assert "the schema is as it was before it" in failed.value.detail
    assert "run testgen migrate" in failed.value.mend
    assert await facts(target) == before
    assert await one(target, "SELECT version_num FROM alembic_version") == HEAD
    add(folder, EXPAND)
    assert (await migrated(target, folder)).applied == [NEXT]


async def test_a_step_does_not_keep_a_busy_table_from_others(target: Target, folder: Path) -> None:
    add(folder, EXPAND)
    reader = await connect(target, SETTINGS)
    await reader.execute("BEGIN; SELECT count(*) FROM documents")
    migration = asyncio.create_task(migrated(target, folder, Limits(within=120, lock=0.2)))
    other = await connect(target, SETTINGS)
    for _ in range(10):  # each would wait for good behind a migration that waits
        await other.execute("SELECT count(*) FROM documents", timeout=30)
    assert not migration.done()

    await reader.execute("COMMIT")

    assert (await asyncio.wait_for(migration, 30 * PATIENCE)).applied == [NEXT]
    await reader.close()
    await other.close()


async def test_a_table_that_never_gets_free_ends_the_migration_with_words(target: Target, folder: Path) -> None:
    add(folder, EXPAND)
    reader = await connect(target, SETTINGS)
    await reader.execute("BEGIN; SELECT count(*) FROM documents")

    with pytest.raises(MigrationFailed, match=r"a lock that it needs was not free for 1 s.*"):
        await migrated(target, folder)

    await reader.close()


async def test_a_migration_that_waits_for_another_says_for_which(target: Target) -> None:
    holder = await connect(target, SETTINGS)
    await holder.execute("SELECT pg_advisory_lock($1)", LOCK)
    pid = await holder.fetchval("SELECT pg_backend_pid()")

    with pytest.raises(Unavailable, match=f"another migration holds the lock .process {pid} of the server"):
        await up(target, SETTINGS, QUICK)

    await holder.close()


async def test_an_index_that_was_broken_off_is_made_anew_without_keeping_anybody_from_writing(
    target: Target, folder: Path
) -> None:
    add(folder, "CREATE INDEX CONCURRENTLY IF NOT EXISTS documents_by_title ON documents (title)", concurrent=True)
    await execute(
        target,
        "CREATE INDEX documents_by_title ON documents (title)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'documents_by_title'::regclass",
    )

    assert (await migrated(target, folder)).applied == [NEXT]

    assert await one(target, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'documents_by_title'::regclass") is True
    assert revisions.order(folder)[-1] == await one(target, "SELECT version_num FROM alembic_version")

"""Every migration's way back on a real PostgreSQL: with data in the tables, down, up again; what is promised stays.

docs/MIGRATIONS.md says what each step keeps. The rows are written by SQL of each revision, as the program of that time did.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.conftest import SETTINGS

from testgen_runtime.errors import MigrationFailed
from testgen_runtime.storage import catalogue, inspection, revisions, schema
from testgen_runtime.storage.downgrade import down
from testgen_runtime.storage.inspection import Verified
from testgen_runtime.storage.migrate import up
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres

ROWS = {
    "0001": """
INSERT INTO documents (id, name, version, sha256, media_type, title, language, size_bytes, text, sections, findings)
VALUES ('d', 'd', 1, '', 'text/plain', 'd', 'en', 1, 'x', '[]', '[]');
INSERT INTO requirements (document_id, id, ordinal, text, span_start, span_end, section, language, given_id)
VALUES ('d', 'R', 0, 'x', 0, 1, '{}', 'en', true);
INSERT INTO jobs (id, kind, state, document_id, request, total) VALUES ('j', 'generate', 'queued', 'd', '{}', 1);
INSERT INTO job_events (job_id, kind, data) VALUES ('j', 'queued', '{}');
INSERT INTO cases (id, document_id, requirement_id, test_point, technique, polarity, written_by, status, atom_ids, revision, body)
VALUES ('TC-1', 'd', 'R', 'p', 'x', 'positive', 'rules', 'draft', '{}', 1, '{"title": "Open it", "priority": "low"}');
INSERT INTO case_revisions (case_id, revision, body, made_by) VALUES ('TC-1', 1, '{}', 'rules');
INSERT INTO job_cases (job_id, case_id, requirement_id) VALUES ('j', 'TC-1', 'R');
INSERT INTO api_keys (id, name, prefix, hash, role) VALUES ('k1', 'ann', 'p', '1', 'admin'), ('k2', 'eve', 'p', '2', 'viewer');
""",
    "0002": "INSERT INTO chunk VALUES ('c', 'requirement', 'd', 'R', 0, 't', 'x', '{}', 'en', '{}', 'h')",
    "0003": "INSERT INTO budget_account VALUES ('project', '2026-01-01', 5, 0)",
    "0004": "UPDATE api_keys SET role = 'tester' WHERE id = 'k2'",
    "0005": "UPDATE cases SET status = 'confirmed' WHERE id = 'TC-1'",
    "0012": "SELECT 1",
}
LOST = {
    "0002": "INSERT INTO embedding VALUES ('h', 'm', 'v')",
    "0003": """INSERT INTO budget_reservation (request_id, scope, period, amount, model, created_at, expires_at)
               VALUES ('r', 'project', '2026-01-01', 1, 'm', now(), now())""",
    "0004": "INSERT INTO api_keys (id, name, prefix, hash, role) VALUES ('k3', 'rita', 'p', '3', 'reviewer')",
    "0005": "INSERT INTO case_comments (case_id, revision, author, text) VALUES ('TC-1', 1, 'ann', 'why?')",
    "0006": "INSERT INTO knowledge (kind, id, body, changed_by) VALUES ('glossary', 'g', '{}', 'ann')",
    "0007": "UPDATE cases SET carried_from = 'TC-0' WHERE id = 'TC-1'",
    "0008": "UPDATE jobs SET priority = 1 WHERE id = 'j'",
    "0009": "UPDATE api_keys SET scopes = '{cases:read}' WHERE id = 'k2'",
    "0010": """INSERT INTO audit_inbox (actor, action, object, outcome, request_id, client)
               VALUES ('ann', 'key made', 'k1', 'done', 'q', 'c')""",
}
"""One row each that the way back from this revision gives up."""


async def execute(target: Target, *statements: str) -> None:
    connection = await connect(target, SETTINGS)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def one(target: Target, query: str) -> Any:
    connection = await connect(target, SETTINGS)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def facts(target: Target) -> dict[str, str]:
    connection = await connect(target, SETTINGS)
    try:
        return await catalogue.read(connection)
    finally:
        await connection.close()


async def filled(target: Target, revision: str) -> None:
    """At that revision, with rows in the tables that there are."""
    await up(target, SETTINGS, to=revision)
    await execute(target, *(rows for name, rows in ROWS.items() if name <= revision))


@pytest.mark.parametrize("revision", revisions.order()[1:])
async def test_each_step_leads_back_to_the_tables_before_and_up_again(empty_target: Target, revision: str) -> None:
    before = revisions.named("-1", revision)
    await up(empty_target, SETTINGS, to=before)
    wanted = await facts(empty_target)
    await filled_from(empty_target, before, revision)

    assert await down(empty_target, SETTINGS, before) == [revision]

    assert await facts(empty_target) == wanted
    await kept(empty_target)
    assert (await up(empty_target, SETTINGS)).applied[0] == revision
    assert await inspection.verify(empty_target, SETTINGS) == Verified()
    await kept(empty_target)


async def filled_from(target: Target, before: str, revision: str) -> None:
    await execute(target, *(rows for name, rows in ROWS.items() if name <= before))
    await up(target, SETTINGS, to=revision)
    await execute(target, *(rows for name, rows in ROWS.items() if before < name <= revision))


async def kept(target: Target) -> None:
    """What every way back but that of 0001 keeps: documents, requirements, cases with words and status, revisions, jobs, keys."""
    for query in (
        "SELECT text = 'x' FROM documents WHERE id = 'd'",
        "SELECT true FROM requirements WHERE id = 'R'",
        "SELECT body ->> 'title' = 'Open it' FROM cases WHERE id = 'TC-1'",
        "SELECT true FROM case_revisions WHERE case_id = 'TC-1'",
        "SELECT state = 'queued' FROM jobs WHERE id = 'j'",
        "SELECT true FROM job_events WHERE job_id = 'j'",
        "SELECT role = 'admin' AND disabled_at IS NULL FROM api_keys WHERE id = 'k1'",
        "SELECT true FROM job_cases WHERE case_id = 'TC-1'",
    ):
        assert await one(target, query) is True, query


async def test_all_the_way_down_and_up_keeps_documents_cases_jobs_and_keys(empty_target: Target) -> None:
    await filled(empty_target, schema.head())

    await down(empty_target, SETTINGS, "0001", accept_loss=True)
    await kept(empty_target)
    await up(empty_target, SETTINGS)

    await kept(empty_target)
    assert await one(empty_target, "SELECT status FROM cases") == "confirmed"
    assert await one(empty_target, "SELECT case_seq IS NOT NULL FROM job_cases") is True
    assert await inspection.verify(empty_target, SETTINGS) == Verified()


async def test_down_to_nothing_and_up_again(empty_target: Target) -> None:
    await filled(empty_target, schema.head())

    with pytest.raises(MigrationFailed, match="0001: 1 documents"):
        await down(empty_target, SETTINGS, revisions.BASE)
    await down(empty_target, SETTINGS, revisions.BASE, accept_loss=True)

    assert await one(empty_target, "SELECT to_regclass('cases') IS NULL") is True
    await up(empty_target, SETTINGS)
    assert await inspection.verify(empty_target, SETTINGS) == Verified()


@pytest.mark.parametrize("revision", LOST)
async def test_what_would_be_lost_is_counted_and_refused_until_it_is_accepted(empty_target: Target, revision: str) -> None:
    await filled(empty_target, schema.head())
    await execute(empty_target, LOST[revision])
    before = revisions.named("-1", revision)
    told = await inspection.plan(empty_target, SETTINGS, before)

    with pytest.raises(MigrationFailed, match=f"it would give up .*{revision}: 1 .*nothing was changed"):
        await down(empty_target, SETTINGS, before)

    assert any(line.startswith(f"gives up: {revision}: 1 ") for line in told), told
    assert await one(empty_target, "SELECT version_num FROM alembic_version") == schema.head()
    await down(empty_target, SETTINGS, before, accept_loss=True)
    await kept(empty_target)


async def test_a_key_with_scopes_never_gets_more_rights_by_a_way_back(empty_target: Target) -> None:
    await filled(empty_target, schema.head())
    await execute(empty_target, LOST["0009"])

    await down(empty_target, SETTINGS, "0008", accept_loss=True)

    assert await one(empty_target, "SELECT disabled_at IS NOT NULL FROM api_keys WHERE id = 'k2'") is True


async def test_a_reviewer_becomes_a_viewer_where_there_is_no_such_role(empty_target: Target) -> None:
    await filled(empty_target, schema.head())
    await execute(empty_target, LOST["0004"])

    await down(empty_target, SETTINGS, "0003", accept_loss=True)

    assert await one(empty_target, "SELECT role FROM api_keys WHERE id = 'k3'") == "viewer"
    assert await one(empty_target, "SELECT role FROM api_keys WHERE id = 'k2'") == "editor"


async def test_encrypted_fields_stop_the_way_to_a_version_that_cannot_open_them(empty_target: Target) -> None:
    await filled(empty_target, schema.head())
    await execute(
        empty_target, "INSERT INTO case_comments (case_id, revision, author, text) VALUES ('TC-1', 1, 'a', 'TGE1:YWJj')"
    )

    with pytest.raises(MigrationFailed, match="0011: 1 encrypted comments"):
        await down(empty_target, SETTINGS, "0010", accept_loss=True)


async def test_the_way_back_is_barred_while_a_newer_version_is_in_use(target: Target) -> None:
    user = await connect(target, SETTINGS, application="testgen-api")
    try:
        with pytest.raises(MigrationFailed, match=r"testgen-api \(knows 0012\)"):
            await down(target, SETTINGS, "0011")
    finally:
        await user.close()
    assert await down(target, SETTINGS, "0011") == ["0012"]
    assert await down(target, SETTINGS, "0011") == []

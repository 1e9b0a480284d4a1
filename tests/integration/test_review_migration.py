"""Migration 0005 on a database that is in use: rows of before are found, listed and reviewed like new ones (S4-059)."""

from __future__ import annotations

import pytest
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE

from testgen_runtime.cases.repository import Filter
from testgen_runtime.cases.service import Cases
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.revisions import ups
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres

DOCUMENT = """
INSERT INTO documents (id, name, version, sha256, media_type, title, language, size_bytes, text, sections, findings)
VALUES ('d', 'd', 1, '', 'text/plain', 'd', 'zh', 1, '', '[]', '[]');
INSERT INTO requirements (document_id, id, ordinal, text, span_start, span_end, section, language, given_id)
VALUES ('d', 'R', 0, 'x', 0, 1, '{}', 'zh', true);
INSERT INTO jobs (id, kind, state, document_id, request, total) VALUES ('j', 'generate', 'succeeded', 'd', '{}', 1);
"""
CASE = """
INSERT INTO cases (id, document_id, requirement_id, test_point, technique, polarity, written_by, status, atom_ids, revision, body)
SELECT 'TC-1', 'd', 'R', 'p', 'x', 'positive', 'model', 'draft', '{}', 1, body FROM (SELECT jsonb_build_object(
  'id', 'TC-1', 'title', '提交报销单', 'requirement_ids', '["R"]'::jsonb, 'technique', 'x', 'test_point', 'p',
  'polarity', 'positive', 'priority', 'low', 'steps', '[{"action": "Open it", "expected": "It is open"}]'::jsonb,
  'evidence', '[{"document_id": "d", "requirement_id": "R", "quote": "x", "start": 0, "end": 1}]'::jsonb,
  'written_by', 'model', 'model', 'qwen', 'prompt_version', 'v1') AS body) b;
INSERT INTO case_revisions (case_id, revision, body, made_by) SELECT id, 1, body, 'model' FROM cases;
INSERT INTO job_cases (job_id, case_id, requirement_id) VALUES ('j', 'TC-1', 'R');
"""


async def test_what_was_there_before_is_upgraded(empty_target: Target) -> None:
    connection = await connect(empty_target, SETTINGS)
    for one in ups(None, "0004"):
        await connection.execute(one.sql)
    await connection.execute(DOCUMENT + CASE)
    await connection.close()
    applied = await migrate(empty_target, SETTINGS)
    assert applied[0] == "0005"
    database = Database(empty_target, SETTINGS)
    await database.open(within=20 * PATIENCE)
    cases = Cases(database)

    try:
        for wanted in (Filter(q="报销"), Filter(q="OPEN"), Filter(priority="low"), Filter(job_id="j"), Filter(stale=False)):
            assert [case.id async for case in cases.stream(wanted)] == ["TC-1"], wanted
        confirmed = await cases.confirm("TC-1", if_revision=1, by="rita")
        assert (confirmed.revision, confirmed.status) == (2, "confirmed")
        _, groups = await cases.statistics("author", document_id="d", limit=10)
        assert [(group.key, group.confirmation_rate) for group in groups] == [("qwen", 1.0)]
    finally:
        await database.close()

"""Versions that have landed go on working on the newest schema: every statement of theirs can still be prepared there.

`landed/<revision>.json` holds the statements of the version that knew the schema up to that revision, by module, as its own tests
made it send them. They are written once, when a version lands, and removed when a contract step ends its service. What preparing
can't show (an INSERT that leaves a new column out) is held by the policy: tests/unit/storage/test_migration_policy.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
import pytest
from tests.integration.conftest import SETTINGS

from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres
LANDED = sorted(Path(__file__).with_name("landed").glob("*.json"))


@pytest.mark.parametrize("file", LANDED, ids=lambda file: file.stem)
async def test_a_landed_version_s_statements_are_understood_by_the_newest_schema(target: Target, file: Path) -> None:
    statements: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))  # noqa: ASYNC240 - a small file
    connection = await connect(target, SETTINGS)
    refused = []
    for module, each in statements.items():
        for statement in each:
            try:
                await connection.prepare(statement)
            except asyncpg.PostgresError as error:
                refused.append(f"{module}: {error}: {' '.join(statement.split())[:100]}")
    await connection.close()

    assert sum(map(len, statements.values())) > 100
    assert refused == []


async def test_a_statement_that_the_schema_does_not_understand_is_found(target: Target) -> None:
    connection = await connect(target, SETTINGS)
    try:
        await connection.execute("ALTER TABLE cases DROP COLUMN reason")
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.prepare("SELECT reason FROM cases")
    finally:
        await connection.close()

"""Every revision keeps to the policy: old and new programs share one schema while a rollout runs (docs/MIGRATIONS.md)."""

from __future__ import annotations

import pytest
from tests.unit.storage.migration_policy import findings

from testgen_runtime.storage import revisions, schema

BEFORE_THE_POLICY = {
    "0001": 0,
    "0002": 0,
    "0003": 0,
    "0004": 2,
    "0005": 14,
    "0006": 0,
    "0007": 1,
    "0008": 4,
    "0009": 5,
    "0010": 0,
    "0011": 0,
}
"""Findings in the revisions that had landed before there was a policy; they never change."""


@pytest.mark.parametrize("step", revisions.ups(None), ids=lambda one: one.revision)
def test_no_revision_takes_away_what_an_older_program_uses(step: revisions.Up) -> None:
    found = findings(step.sql, concurrent=step.concurrent)

    if step.revision in BEFORE_THE_POLICY:
        assert len(found) == BEFORE_THE_POLICY[step.revision], found
    else:
        assert found == []


def test_every_revision_has_a_way_back_that_says_what_it_gives_up() -> None:
    assert [one.revision for one in revisions.downs(schema.head(), revisions.BASE)] == revisions.order()[::-1]


def test_a_contract_step_says_what_it_removes() -> None:
    assert [one.name for one in revisions.contracts() if not one.removes] == []


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("DROP TABLE cases", "drops"),
        ("ALTER TABLE cases DROP COLUMN reason", "drops a column"),
        ("ALTER TABLE cases DROP reason", "drops a column"),
        ("ALTER TABLE cases DROP CONSTRAINT c", "drops a constraint"),
        ("ALTER TABLE cases RENAME TO old", "renames"),
        ("ALTER TABLE cases RENAME COLUMN a TO b", "renames"),
        ("ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "renames"),
        ("ALTER TABLE cases ALTER COLUMN a TYPE bigint", "changes a type"),
        ("ALTER TABLE cases ALTER a SET DATA TYPE bigint", "changes a type"),
        ("ALTER TABLE cases ALTER COLUMN a SET NOT NULL", "forbids NULL"),
        ("ALTER TABLE cases ADD COLUMN a text NOT NULL", "NOT NULL without a default"),
        ("ALTER TABLE cases ADD COLUMN b text, ADD COLUMN a text NOT NULL CHECK (a IN ('x', 'y'))", "adds a NOT NULL without"),
        ("ALTER TABLE cases ADD COLUMN a text UNIQUE", "uniqueness"),
        ("ALTER TABLE cases ADD COLUMN a text GENERATED ALWAYS AS (id) STORED", "rewrites"),
        ("ALTER TABLE cases ADD CONSTRAINT c CHECK (a > 0)", "NOT VALID"),
        ("ALTER TABLE cases ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES b", "NOT VALID"),
        ("ALTER TABLE cases ADD UNIQUE (a)", "uniqueness"),
        ("CREATE INDEX i ON cases (a)", "CONCURRENTLY"),
        ("CREATE INDEX CONCURRENTLY i ON cases (a)", "concurrent = True"),
        ("CREATE UNIQUE INDEX i ON cases (a)", "uniqueness"),
        ("TRUNCATE cases", "empties"),
        ("-- a word first\nDROP FUNCTION f()", "drops"),
    ],
)
def test_what_the_policy_forbids_is_found(sql: str, why: str) -> None:
    assert any(why in one for one in findings(sql)), findings(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (a text NOT NULL); CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD CHECK (a <> '')",
        "ALTER TABLE cases ADD COLUMN a text",
        "ALTER TABLE cases ADD COLUMN a text NOT NULL DEFAULT ''",
        "ALTER TABLE cases ADD COLUMN a integer CHECK (a BETWEEN 1 AND 3), ADD COLUMN b text[]",
        "ALTER TABLE cases ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        "ALTER TABLE cases VALIDATE CONSTRAINT c",
        "UPDATE cases SET a = 'DROP TABLE cases' WHERE a IS NULL",
        "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DROP TABLE cases; END $$",
        "ALTER TABLE cases ALTER COLUMN a SET DEFAULT 1",
        "ALTER TABLE cases ALTER COLUMN a DROP NOT NULL",
    ],
)
def test_what_older_programs_do_not_notice_is_allowed(sql: str) -> None:
    assert findings(sql) == []


def test_a_concurrent_revision_makes_indexes_and_nothing_else() -> None:
    index = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON cases (a); UPDATE alembic_version SET version_num = '0013'"

    assert findings(index, concurrent=True) == []
    assert findings(f"{index}; UPDATE cases SET a = 1", concurrent=True) != []

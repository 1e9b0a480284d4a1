"""Glossary, test knowledge and past cases: what a project knows beside its documents. The wish to fill the indexes anew."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for statement in (KNOWLEDGE, REBUILD):
        op.execute(statement)


# One row for each thing known. `body` is what its model of knowledge/model.py holds; `source` says where it came from. Checks
# that are shipped have no row until a project changes them.
KNOWLEDGE = """
CREATE TABLE IF NOT EXISTS knowledge (
    seq         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind        text NOT NULL CHECK (kind IN ('glossary', 'check', 'past-case')),
    id          text NOT NULL CHECK (length(id) BETWEEN 1 AND 100),
    revision    integer NOT NULL DEFAULT 1,
    body        jsonb NOT NULL,
    source      text NOT NULL DEFAULT '',
    changed_by  text NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id)
)
"""

# At most one row: how often it was asked to fill the indexes anew, and by whom last. Each index knows the number at which it was
# filled; one that is behind fills itself anew.
REBUILD = """
CREATE TABLE IF NOT EXISTS index_rebuild (
    single        boolean PRIMARY KEY DEFAULT true CHECK (single),
    number        bigint NOT NULL,
    requested_by  text NOT NULL,
    requested_at  timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE index_cursor ADD COLUMN IF NOT EXISTS rebuild bigint NOT NULL DEFAULT 0
"""

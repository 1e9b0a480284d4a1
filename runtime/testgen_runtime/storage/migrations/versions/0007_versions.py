"""Versions of a document: which case of the version before a case was carried from."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(CARRIED)


# No foreign key: the case stays when the version before it is deleted.
CARRIED = """
ALTER TABLE cases ADD COLUMN carried_from text;
CREATE INDEX cases_carried ON cases (carried_from) WHERE carried_from IS NOT NULL
"""

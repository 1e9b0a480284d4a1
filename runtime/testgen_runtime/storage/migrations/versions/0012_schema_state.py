"""Which versions the schema still serves, and which contract steps it has taken (docs/MIGRATIONS.md)."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

# One row. `minimum`: the oldest program that this schema serves, by its newest revision; NULL while it serves all.
STATE = """
CREATE TABLE IF NOT EXISTS schema_state (
    single      boolean     PRIMARY KEY DEFAULT true CHECK (single),
    minimum     text,
    changed_at  timestamptz NOT NULL DEFAULT now()
)
"""

CONTRACTS = """
CREATE TABLE IF NOT EXISTS schema_contracts (
    name      text        PRIMARY KEY,
    taken_at  timestamptz NOT NULL DEFAULT now()
)
"""


def upgrade() -> None:
    op.execute(STATE)
    op.execute(CONTRACTS)
    op.execute("INSERT INTO schema_state (single) VALUES (true) ON CONFLICT DO NOTHING")

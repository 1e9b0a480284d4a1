"""Scopes, rotation and rate limits of keys.

Older processes go on checking keys by `hash` alone while this is new: every new column has a default.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

# `scopes` NULL: everything that the role may do. `previous_hash`: the secret before the last rotation, until it lapses.
# `requests_per_minute` and `burst_size` NULL: what the settings say.
KEYS = """
ALTER TABLE api_keys
    ADD COLUMN IF NOT EXISTS scopes text[],
    ADD COLUMN IF NOT EXISTS previous_hash bytea,
    ADD COLUMN IF NOT EXISTS previous_expires_at timestamptz,
    ADD COLUMN IF NOT EXISTS rotated_at timestamptz,
    ADD COLUMN IF NOT EXISTS created_by text,
    ADD COLUMN IF NOT EXISTS requests_per_minute integer CHECK (requests_per_minute BETWEEN 1 AND 1000000),
    ADD COLUMN IF NOT EXISTS burst_size integer CHECK (burst_size BETWEEN 1 AND 1000000),
    ADD COLUMN IF NOT EXISTS seq bigint GENERATED ALWAYS AS IDENTITY
"""

# UNLOGGED: a limit that starts anew after a crash of the server costs nothing, and a count that is never synced costs no disk.
# Times are microseconds since 1970: GCRA's sums are exact, and the pure core (security/rate.py) can be held against them.
RATES = """
CREATE UNLOGGED TABLE IF NOT EXISTS rate_limits (
    principal text    NOT NULL,
    class     text    NOT NULL,
    tat       bigint  NOT NULL,
    admitted  boolean NOT NULL,
    PRIMARY KEY (principal, class)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000)
"""


def upgrade() -> None:
    op.execute(KEYS)
    op.execute("CREATE UNIQUE INDEX IF NOT EXISTS api_keys_previous ON api_keys (previous_hash) WHERE previous_hash IS NOT NULL")
    op.execute("CREATE UNIQUE INDEX IF NOT EXISTS api_keys_seq ON api_keys (seq)")
    op.execute(RATES)

"""The roles viewer, tester, reviewer, admin; what was an editor is a tester."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE api_keys DROP CONSTRAINT api_keys_role_check")
    op.execute("UPDATE api_keys SET role = 'tester' WHERE role = 'editor'")
    op.execute(
        "ALTER TABLE api_keys ADD CONSTRAINT api_keys_role_check CHECK (role IN ('admin', 'reviewer', 'tester', 'viewer'))"
    )

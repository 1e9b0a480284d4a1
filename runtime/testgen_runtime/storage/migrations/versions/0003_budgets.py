"""Token budgets: an account for each scope and day, and the ledger of reservations."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE budget_account (
          scope text NOT NULL,
          period date NOT NULL,
          spent bigint NOT NULL CHECK (spent >= 0),
          reserved bigint NOT NULL CHECK (reserved >= 0),
          PRIMARY KEY (scope, period)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE budget_reservation (
          request_id text PRIMARY KEY CHECK (length(request_id) <= 300),
          scope text NOT NULL,
          period date NOT NULL,
          amount bigint NOT NULL CHECK (amount >= 0),
          state text NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'settled')),
          spent bigint,
          estimated boolean NOT NULL DEFAULT false,
          model text NOT NULL,
          created_at timestamptz NOT NULL,
          expires_at timestamptz NOT NULL,
          settled_at timestamptz,
          FOREIGN KEY (scope, period) REFERENCES budget_account (scope, period)
        )
        """
    )
    op.execute("CREATE INDEX budget_reservation_open ON budget_reservation (expires_at) WHERE state = 'reserved'")


def downgrade() -> None:
    op.execute("DROP TABLE budget_reservation")
    op.execute("DROP TABLE budget_account")

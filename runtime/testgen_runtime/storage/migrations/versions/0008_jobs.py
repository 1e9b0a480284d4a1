"""Priority of jobs, attempts without progress, answers of models; indexes for the fair choice, age limits and retention."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("ALTER TABLE jobs ADD COLUMN priority smallint NOT NULL DEFAULT 0 CHECK (priority IN (-1, 0, 1))")
    op.execute("ALTER TABLE jobs ADD COLUMN stalled integer NOT NULL DEFAULT 0 CHECK (stalled >= 0)")
    op.execute(
        """
        CREATE TABLE job_answers (
            job_id     text NOT NULL REFERENCES jobs ON DELETE CASCADE,
            request_id text NOT NULL,
            answer     jsonb NOT NULL,
            PRIMARY KEY (job_id, request_id)
        )
        """
    )
    op.execute("CREATE INDEX jobs_waiting ON jobs (created_by, priority DESC, seq) WHERE state = 'queued'")
    op.execute("CREATE INDEX jobs_by_ticket ON jobs (queue_id) WHERE state IN ('queued', 'running')")
    op.execute("CREATE INDEX jobs_by_last_start ON jobs (created_by, started_at DESC) WHERE started_at IS NOT NULL")
    op.execute("CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL")

"""Documents, cases, jobs, keys.

Revisions are raw SQL, go forward only, and hold neither `%` nor a `:name` (alembic renders them through a text() clause).
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    for statement in (DOCUMENTS, REQUIREMENTS, ATOMS, JOBS, CHECKPOINTS, EVENTS, CASES, JOB_CASES, REVISIONS, KEYS, IDEMPOTENCY):
        op.execute(statement)


# A document is immutable: other content is another row, a new version of the same name.
DOCUMENTS = """
CREATE TABLE documents (
    id           text PRIMARY KEY,
    seq          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    name         text NOT NULL,
    version      integer NOT NULL CHECK (version > 0),
    sha256       bytea NOT NULL,
    media_type   text NOT NULL,
    title        text NOT NULL,
    language     text NOT NULL,
    size_bytes   bigint NOT NULL,
    text         text NOT NULL,
    sections     jsonb NOT NULL,
    findings     jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text,
    UNIQUE (name, version),
    UNIQUE (sha256, media_type)
)
"""

REQUIREMENTS = """
CREATE TABLE requirements (
    document_id  text NOT NULL REFERENCES documents ON DELETE CASCADE,
    id           text NOT NULL,
    ordinal      integer NOT NULL,
    text         text NOT NULL,
    span_start   integer NOT NULL CHECK (span_start >= 0),
    span_end     integer NOT NULL CHECK (span_end > span_start),
    section      text[] NOT NULL,
    language     text NOT NULL,
    given_id     boolean NOT NULL,
    PRIMARY KEY (document_id, id),
    UNIQUE (document_id, ordinal)
);
CREATE INDEX requirements_by_id ON requirements (id)
"""

ATOMS = """
CREATE TABLE atoms (
    document_id    text NOT NULL,
    requirement_id text NOT NULL,
    id             text NOT NULL,
    ordinal        integer NOT NULL,
    kind           text NOT NULL,
    span_start     integer NOT NULL CHECK (span_start >= 0),
    span_end       integer NOT NULL CHECK (span_end >= span_start),
    text           text NOT NULL,
    value          jsonb NOT NULL,
    PRIMARY KEY (document_id, id),
    FOREIGN KEY (document_id, requirement_id) REFERENCES requirements (document_id, id) ON DELETE CASCADE
);
CREATE INDEX atoms_by_requirement ON atoms (document_id, requirement_id, ordinal)
"""

# `attempt` is the fencing token: whoever works on the job holds the newest one, and every write checks it.
JOBS = """
CREATE TABLE jobs (
    id               text PRIMARY KEY,
    seq              bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind             text NOT NULL CHECK (kind IN ('generate')),
    state            text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
    document_id      text NOT NULL REFERENCES documents ON DELETE CASCADE,
    request          jsonb NOT NULL,
    queue_id         bigint,
    attempt          integer NOT NULL DEFAULT 0,
    total            integer NOT NULL,
    done             integer NOT NULL DEFAULT 0,
    result           jsonb,
    problem          jsonb,
    cancel_requested boolean NOT NULL DEFAULT false,
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz,
    created_by       text,
    request_id       text,
    traceparent      text
);
CREATE INDEX jobs_unfinished ON jobs (state) WHERE state IN ('queued', 'running')
"""

CHECKPOINTS = """
CREATE TABLE job_checkpoints (
    job_id         text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    requirement_id text NOT NULL,
    attempt        integer NOT NULL,
    summary        jsonb NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, requirement_id)
)
"""

EVENTS = """
CREATE TABLE job_events (
    job_id     text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL,
    data       jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, id)
)
"""

CASES = """
CREATE TABLE cases (
    id             text PRIMARY KEY,
    seq            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    document_id    text NOT NULL,
    requirement_id text NOT NULL,
    test_point     text NOT NULL,
    technique      text NOT NULL,
    polarity       text NOT NULL,
    written_by     text NOT NULL,
    status         text NOT NULL,
    atom_ids       text[] NOT NULL,
    revision       integer NOT NULL CHECK (revision > 0),
    body           jsonb NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (document_id, requirement_id) REFERENCES requirements (document_id, id) ON DELETE CASCADE,
    UNIQUE (document_id, requirement_id, test_point)
);
CREATE INDEX cases_by_requirement ON cases (document_id, requirement_id, seq)
"""

JOB_CASES = """
CREATE TABLE job_cases (
    job_id         text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    case_id        text NOT NULL REFERENCES cases ON DELETE CASCADE,
    requirement_id text NOT NULL,
    PRIMARY KEY (job_id, case_id)
)
"""

REVISIONS = """
CREATE TABLE case_revisions (
    case_id    text NOT NULL REFERENCES cases ON DELETE CASCADE,
    revision   integer NOT NULL,
    body       jsonb NOT NULL,
    made_by    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (case_id, revision)
)
"""

# Only a hash of a key is kept: 32 random bytes need no salt and no slow hash.
KEYS = """
CREATE TABLE api_keys (
    id           text PRIMARY KEY,
    name         text NOT NULL,
    prefix       text NOT NULL,
    hash         bytea NOT NULL UNIQUE,
    role         text NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
    bootstrap    boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    disabled_at  timestamptz,
    last_used_at timestamptz
)
"""

# `response` NULL: the first request with this key is still at work, or died at it (then `locked_until` passes).
IDEMPOTENCY = """
CREATE TABLE idempotency_keys (
    caller       text NOT NULL,
    key          text NOT NULL,
    fingerprint  bytea NOT NULL,
    status       integer,
    headers      jsonb,
    response     bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    locked_until timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)
"""

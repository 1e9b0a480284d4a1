"""What the search indexes are made from: chunks, the outbox that tells of their changes, the consumers' places, embeddings."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in (CHUNK, EMBEDDING, OUTBOX, CURSOR):
        op.execute(statement)


# The truth that indexes project: one row for each thing that can be found. Written with the document, in its transaction.
CHUNK = """
CREATE TABLE chunk (
    id            text PRIMARY KEY,
    kind          text NOT NULL,
    document_id   text NOT NULL,
    ref           text NOT NULL,
    ordinal       integer NOT NULL,
    title         text NOT NULL,
    text          text NOT NULL,
    section       text[] NOT NULL,
    language      text NOT NULL,
    facts         jsonb NOT NULL,
    content_hash  bytea NOT NULL
);
CREATE INDEX chunk_by_document ON chunk (document_id);
CREATE INDEX chunk_by_content ON chunk (content_hash)
"""

# Vectors by what they were computed from (little-endian 32-bit floats), so that no index is worth a second computation.
EMBEDDING = """
CREATE TABLE embedding (
    content_hash  bytea NOT NULL,
    model         text NOT NULL,
    vector        bytea NOT NULL CHECK (length(vector) > 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, content_hash)
)
"""

# `txid` is the transaction that wrote the row. Ids are drawn before commit, so a reader that went by id alone would pass over a
# row whose transaction commits late; no row of a transaction older than every open one can appear any more.
OUTBOX = """
CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    txid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind        text NOT NULL,
    key         text NOT NULL,
    op          text NOT NULL CHECK (op IN ('put', 'remove')),
    payload     jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (txid, id)
)
"""

# One row for each index that follows the outbox. `fence` grows with every change of hands: a late writer is found out by it.
CURSOR = """
CREATE TABLE index_cursor (
    consumer   text PRIMARY KEY,
    txid       xid8 NOT NULL,
    id         bigint NOT NULL,
    fence      bigint NOT NULL DEFAULT 0,
    filled_at  timestamptz,
    seen_at    timestamptz NOT NULL DEFAULT now()
)
"""

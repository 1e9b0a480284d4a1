"""The hash-chained audit: rows are only ever added, each with a hash over itself and the row before.

An entry is put into `audit_inbox` by the transaction of the deed. At that transaction's commit a deferred trigger moves it into
`audit_log`, under a lock that orders the chain. It is thereby held for the length of a commit and no longer, and is the last
one that a transaction takes: nobody who holds it waits for anybody.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

LOG = """
CREATE TABLE IF NOT EXISTS audit_log (
    seq        bigint      PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    action     text        NOT NULL,
    object     text        NOT NULL,
    outcome    text        NOT NULL CHECK (outcome IN ('done', 'refused')),
    request_id text        NOT NULL,
    client     text        NOT NULL,
    previous   bytea       NOT NULL,
    hash       bytea       NOT NULL UNIQUE
)
"""

# UNLOGGED: no row outlives the transaction that put it here.
INBOX = """
CREATE UNLOGGED TABLE IF NOT EXISTS audit_inbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor      text NOT NULL,
    action     text NOT NULL,
    object     text NOT NULL,
    outcome    text NOT NULL,
    request_id text NOT NULL,
    client     text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000)
"""

# What is hashed: the hash before, then each field as `<bytes>:<text>`, so that no two rows are written the same way.
# security/audit_chain.py says the same in Python.
DIGEST = """
CREATE OR REPLACE FUNCTION audit_digest(previous bytea, seq bigint, at timestamptz, VARIADIC words text[]) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(previous || convert_to(
    seq::text || ' ' || (extract(epoch FROM at) * 1000000)::bigint::text
    || (SELECT string_agg(' ' || octet_length(convert_to(word, 'UTF8'))::text || ':' || word, '' ORDER BY place)
        FROM unnest(words) WITH ORDINALITY AS one (word, place)), 'UTF8'))
$$
"""

# Whatever a row says of its number, its time and its hashes is replaced: an entry stands where it was added, and then.
CHAIN = """
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '10s' AS $$
DECLARE
  head record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('testgen_audit'));
  SELECT seq, hash INTO head FROM audit_log ORDER BY seq DESC LIMIT 1;
  NEW.seq := coalesce(head.seq, 0) + 1;
  NEW.at := clock_timestamp();
  NEW.previous := coalesce(head.hash, decode(repeat('00', 32), 'hex'));
  NEW.hash := audit_digest(NEW.previous, NEW.seq, NEW.at,
    NEW.actor, NEW.action, NEW.object, NEW.outcome, NEW.request_id, NEW.client);
  RETURN NEW;
END $$
"""

MOVE = """
CREATE OR REPLACE FUNCTION audit_move() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '10s' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('testgen_audit'));
  INSERT INTO audit_log (actor, action, object, outcome, request_id, client)
  VALUES (NEW.actor, NEW.action, NEW.object, NEW.outcome, NEW.request_id, NEW.client);
  DELETE FROM audit_inbox WHERE id = NEW.id;
  RETURN NULL;
END $$
"""

# Old rows leave by `testgen audit seal` alone, which keeps the hash of the last one that left in the chain itself.
REFUSE = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('testgen.audit_seal', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'the audit is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    for statement in (LOG, INBOX, DIGEST, CHAIN, MOVE, REFUSE):
        op.execute(statement)
    op.execute("CREATE INDEX IF NOT EXISTS audit_log_actor ON audit_log (actor, seq)")
    op.execute("CREATE INDEX IF NOT EXISTS audit_log_action ON audit_log (action, seq)")
    op.execute("CREATE INDEX IF NOT EXISTS audit_log_object ON audit_log (object, seq)")
    op.execute("CREATE OR REPLACE TRIGGER audit_log_chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_chain()")
    op.execute(
        "CREATE OR REPLACE TRIGGER audit_log_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
    op.execute("DROP TRIGGER IF EXISTS audit_inbox_move ON audit_inbox")
    op.execute(
        "CREATE CONSTRAINT TRIGGER audit_inbox_move AFTER INSERT ON audit_inbox DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION audit_move()"
    )

-- Gives up: entries of the audit (export them first: GET /api/v1/audit) = SELECT count(*) FROM audit_log
DROP TABLE audit_inbox, audit_log;
DROP FUNCTION audit_move();
DROP FUNCTION audit_chain();
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_digest(bytea, bigint, timestamptz, text[]);

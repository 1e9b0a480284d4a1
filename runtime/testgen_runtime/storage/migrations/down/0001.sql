-- Gives up: documents = SELECT count(*) FROM documents
-- Gives up: cases = SELECT count(*) FROM cases
-- Gives up: API keys = SELECT count(*) FROM api_keys
DROP TABLE idempotency_keys, api_keys, case_revisions, job_cases, cases, job_events, job_checkpoints, jobs, atoms, requirements, documents;

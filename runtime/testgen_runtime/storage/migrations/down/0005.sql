-- The cases, their words and their status stay; so do the bodies of their revisions.
-- Gives up: decisions on cases (who, when, why) = SELECT count(*) FROM cases WHERE decided_by IS NOT NULL
-- Gives up: edits of cases (who, when) = SELECT count(*) FROM cases WHERE edited_by IS NOT NULL
-- Gives up: marks of stale cases = SELECT count(*) FROM cases WHERE stale IS NOT NULL
-- Gives up: comments = SELECT count(*) FROM case_comments
DROP TRIGGER job_cases_numbered ON job_cases;
DROP FUNCTION number_job_case();
DROP INDEX job_cases_in_order;
ALTER TABLE job_cases DROP COLUMN case_seq;
DROP TABLE case_comments;
ALTER TABLE case_revisions DROP COLUMN action, DROP COLUMN status, DROP COLUMN changed, DROP COLUMN reason, DROP COLUMN stale;
DROP INDEX cases_of_document, cases_of_requirement, cases_by_status, cases_by_technique, cases_by_priority, cases_by_writer, cases_stale,
    cases_search;
ALTER TABLE cases
    DROP CONSTRAINT cases_status_known, DROP CONSTRAINT cases_rejected_for_a_reason,
    DROP COLUMN edited_by, DROP COLUMN edited_at, DROP COLUMN decided_by, DROP COLUMN decided_at, DROP COLUMN reason,
    DROP COLUMN stale, DROP COLUMN stale_since, DROP COLUMN priority, DROP COLUMN author, DROP COLUMN prompt_version,
    DROP COLUMN search;
DROP FUNCTION case_search(jsonb);
DROP FUNCTION search_query(text);
DROP FUNCTION search_words(text);

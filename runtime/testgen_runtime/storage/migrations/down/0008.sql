-- Gives up: priorities of waiting jobs = SELECT count(*) FROM jobs WHERE priority <> 0 AND state IN ('queued', 'running')
-- Gives up: kept answers of models for jobs at work = SELECT count(*) FROM job_answers
DROP INDEX jobs_waiting, jobs_by_ticket, jobs_by_last_start, jobs_by_end;
DROP TABLE job_answers;
ALTER TABLE jobs DROP COLUMN priority, DROP COLUMN stalled;

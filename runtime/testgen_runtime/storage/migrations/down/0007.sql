-- Gives up: marks of cases that were carried from a version before = SELECT count(*) FROM cases WHERE carried_from IS NOT NULL
DROP INDEX cases_carried;
ALTER TABLE cases DROP COLUMN carried_from;

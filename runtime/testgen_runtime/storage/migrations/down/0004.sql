-- A tester is an editor again. A reviewer has no such role: it may only look from then on, so that nobody gets more rights.
-- Gives up: keys of reviewers, which become viewers = SELECT count(*) FROM api_keys WHERE role = 'reviewer'
ALTER TABLE api_keys DROP CONSTRAINT api_keys_role_check;
UPDATE api_keys SET role = CASE role WHEN 'tester' THEN 'editor' WHEN 'reviewer' THEN 'viewer' ELSE role END;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_role_check CHECK (role IN ('admin', 'editor', 'viewer'));

-- A key with scopes may do no more than those: without them it would get every right of its role, so it is disabled.
-- Gives up: keys with scopes, which are disabled = SELECT count(*) FROM api_keys WHERE scopes IS NOT NULL AND disabled_at IS NULL
-- Gives up: limits of single keys = SELECT count(*) FROM api_keys WHERE requests_per_minute IS NOT NULL OR burst_size IS NOT NULL
UPDATE api_keys SET disabled_at = now() WHERE scopes IS NOT NULL AND disabled_at IS NULL;
DROP TABLE rate_limits;
DROP INDEX api_keys_previous, api_keys_seq;
ALTER TABLE api_keys
    DROP COLUMN scopes, DROP COLUMN previous_hash, DROP COLUMN previous_expires_at, DROP COLUMN rotated_at,
    DROP COLUMN created_by, DROP COLUMN requests_per_minute, DROP COLUMN burst_size, DROP COLUMN seq;

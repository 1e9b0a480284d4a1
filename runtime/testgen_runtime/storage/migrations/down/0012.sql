-- Stops at: contract steps that were taken (restore the backup from before them) = SELECT count(*) FROM schema_contracts
DROP TABLE schema_contracts, schema_state;

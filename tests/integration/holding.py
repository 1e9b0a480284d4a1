"""Holds the jobs of a database at a point of their work, so that what a test does to their process happens before their end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from testgen_runtime.storage.target import Target

_LOCK = 7_261
_HOLD = f"""
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM job_checkpoints WHERE job_id = NEW.job_id) >= {{done}} THEN
    PERFORM pg_advisory_xact_lock_shared({_LOCK});
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE INSERT ON job_checkpoints FOR EACH ROW EXECUTE FUNCTION hold();
"""
_LET_GO = "DROP TRIGGER hold ON job_checkpoints; DROP FUNCTION hold"


@asynccontextmanager
async def held(target: Target, *, done: int) -> AsyncIterator[None]:
    """No job gets past `done` requirements in here; afterwards those that wait go on."""
    connection = await asyncpg.connect(host=target.host, port=target.port, database=target.database, user=target.user)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({_LOCK})")
        await connection.execute(_HOLD.format(done=done))
        yield
    finally:
        await connection.execute(f"SELECT pg_advisory_unlock({_LOCK})")
        await connection.execute(_LET_GO)
        await connection.close()

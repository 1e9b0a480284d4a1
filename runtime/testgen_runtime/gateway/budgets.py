"""Token budgets that are never overshot: one SQL statement reserves before a call, one settles after it.

`budget_account` holds a row for each scope and UTC day; a day begins by its first reservation, so there is no job that resets
anything. `budget_reservation` is also the ledger of calls: what was reserved, what was used, by which model.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import asyncpg

from testgen_runtime.gateway.model import BudgetSpent

EXPIRES_AFTER = timedelta(minutes=45)
TRIES_OF_ONE_REQUEST = 50

RESERVE = """
WITH account AS (
  INSERT INTO budget_account AS a (scope, period, spent, reserved)
  SELECT $2, $3, 0, $4 WHERE $4::bigint <= $5::bigint
  ON CONFLICT (scope, period) DO UPDATE SET reserved = a.reserved + $4
    WHERE a.spent + a.reserved + $4 <= $5
  RETURNING scope)
INSERT INTO budget_reservation (request_id, scope, period, amount, model, created_at, expires_at)
SELECT $1, $2, $3, $4, $6, $7, $8 FROM account
RETURNING request_id
"""

SETTLE = """
WITH done AS (
  UPDATE budget_reservation SET state = 'settled', spent = $2, estimated = $3, settled_at = $4
  WHERE request_id = $1 AND state = 'reserved'
  RETURNING scope, period, amount)
UPDATE budget_account a SET reserved = a.reserved - d.amount, spent = a.spent + $2
FROM done d WHERE a.scope = d.scope AND a.period = d.period
"""

# A call that never reported back may have been made: it is charged at what was reserved for it, and marked.
SWEEP = """
WITH late AS (
  SELECT request_id FROM budget_reservation WHERE state = 'reserved' AND expires_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED),
done AS (
  UPDATE budget_reservation r SET state = 'settled', spent = r.amount, estimated = true, settled_at = $1
  FROM late WHERE r.request_id = late.request_id RETURNING r.scope, r.period, r.amount),
sums AS (SELECT scope, period, sum(amount) AS amount FROM done GROUP BY scope, period)
UPDATE budget_account a SET reserved = a.reserved - s.amount, spent = a.spent + s.amount
FROM sums s WHERE a.scope = s.scope AND a.period = s.period
"""


# The calls of one run that never reported back, once nothing of it is at work any more: charged as SWEEP charges the late ones.
CLOSE = """
WITH open AS (
  SELECT request_id FROM budget_reservation WHERE state = 'reserved' AND starts_with(request_id, $1) FOR UPDATE),
done AS (
  UPDATE budget_reservation r SET state = 'settled', spent = r.amount, estimated = true, settled_at = $2
  FROM open WHERE r.request_id = open.request_id RETURNING r.scope, r.period, r.amount),
sums AS (SELECT scope, period, sum(amount) AS amount FROM done GROUP BY scope, period)
UPDATE budget_account a SET reserved = a.reserved - s.amount, spent = a.spent + s.amount
FROM sums s WHERE a.scope = s.scope AND a.period = s.period
"""


class Connection(Protocol):
    """The part of an asyncpg pool that this room uses."""

    async def execute(self, query: str, *args: Any) -> str: ...

    async def fetchval(self, query: str, *args: Any) -> Any: ...

    async def fetchrow(self, query: str, *args: Any) -> Any: ...


class DailyBudget:
    """`limit` tokens a UTC day for `scope`, shared by every pod that uses the database."""

    def __init__(self, pool: Connection, *, scope: str, limit: int, clock: Callable[[], datetime]) -> None:
        self._pool, self._scope, self._limit, self._clock = pool, scope, limit, clock

    async def reserve(self, request_id: str, tokens: int, model: str) -> str:
        """Set `tokens` aside for a call and return the reservation's id. Raises BudgetSpent.

        A request that is made again (its job was killed and delivered once more) gets a reservation of its own; the one that
        never reported back is charged in full, since its call may have been made.
        """
        now = self._clock()
        await self._pool.execute(SWEEP, now)
        for n in range(TRIES_OF_ONE_REQUEST):
            name = request_id if n == 0 else f"{request_id}~{n}"
            try:
                got = await self._pool.fetchval(
                    RESERVE, name, self._scope, now.date(), tokens, self._limit, model, now, now + EXPIRES_AFTER
                )
            except asyncpg.UniqueViolationError:
                await self._charge_in_full(name)
                continue
            if got is None:
                raise BudgetSpent(self._scope, now.date().isoformat(), self._limit)
            return str(got)
        raise BudgetSpent(self._scope, now.date().isoformat(), self._limit)

    async def settle(self, reservation: str, tokens: int, *, estimated: bool = False) -> None:
        """Charge what was used and free the rest. Settling again changes nothing."""
        await self._pool.execute(SETTLE, reservation, tokens, estimated, self._clock())

    async def close(self, run_id: str) -> None:
        """Charge in full what a run reserved and never reported back on. To be called when nothing of it is at work any more."""
        await self._pool.execute(CLOSE, f"{run_id}.", self._clock())

    async def used(self) -> tuple[int, int, int]:
        """(spent, reserved, limit) of today, in tokens."""
        row = await self._pool.fetchrow(
            "SELECT spent, reserved FROM budget_account WHERE scope = $1 AND period = $2", self._scope, self._clock().date()
        )
        return (int(row["spent"]), int(row["reserved"]), self._limit) if row else (0, 0, self._limit)

    async def _charge_in_full(self, name: str) -> None:
        amount = await self._pool.fetchval("SELECT amount FROM budget_reservation WHERE request_id = $1", name)
        await self._pool.execute(SETTLE, name, int(amount or 0), True, self._clock())


class NoBudget:
    """No limit is set: every call may be made."""

    async def reserve(self, request_id: str, tokens: int, model: str) -> str:
        return request_id

    async def settle(self, reservation: str, tokens: int, *, estimated: bool = False) -> None:
        return None

    async def close(self, run_id: str) -> None:
        return None


def utc_now() -> datetime:
    """The clock that a process uses; tests give their own."""
    return datetime.now(UTC)

"""Rate limits shared by all pods: one row per caller and class in an UNLOGGED table of PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from testgen_runtime.security.rate import Decision, Limit

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

NOW: Final = "(extract(epoch FROM statement_timestamp()) * 1000000)::bigint"
"""Microseconds by the database's clock: pods need not agree on the time."""


def taking(principal: str, name: str, interval: str, window: str, now: str, *, given: str = "") -> str:
    """An INSERT that takes one request of a limit and returns (tat, admitted); the arguments are SQL expressions.

    GCRA as in rate.decide. `given` is a FROM clause, for one that takes only if a row was found.
    """
    held = f"least(greatest(r.tat, {now}), {now} + {window})"
    admitted = f"{held} + {interval} <= {now} + {window}"
    return f"""
      INSERT INTO rate_limits AS r (principal, class, tat, admitted)
      SELECT {principal}, {name}, {now} + {interval}, true {given}
      ON CONFLICT (principal, class) DO UPDATE SET
        tat = {held} + CASE WHEN {admitted} THEN {interval} ELSE 0 END, admitted = {admitted}
      RETURNING tat, admitted
    """


_AT: Final = f"coalesce($5::bigint, {NOW})"
TAKE: Final = taking("$1::text", "$2::text", "$3::bigint", "$4::bigint", _AT).rstrip() + f", {_AT} AS at"
SWEEP: Final = f"""
DELETE FROM rate_limits WHERE ctid IN (
  SELECT ctid FROM rate_limits WHERE tat < {NOW} LIMIT 1000 FOR UPDATE SKIP LOCKED)
"""  # noqa: S608 - an expression of ours


async def take(connection: Connection, principal: str, name: str, limit: Limit, now: int | None = None) -> Decision:
    """Take one request of a limit, at `now` microseconds (None: by the database's clock)."""
    row = await connection.fetchrow(TAKE, principal, name, limit.interval, limit.window, now)
    return Decision(name, limit, row["admitted"], row["tat"], row["at"])


async def sweep(connection: Connection) -> None:
    """Forget, a thousand at a time, rows that say no more than a missing one does."""
    await connection.execute(SWEEP)

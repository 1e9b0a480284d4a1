"""The audit: who did what to which thing, and with what outcome. Never a secret, never a document's text.

An entry is written inside the transaction of the deed, so that it stands exactly if the deed does; the database chains it
(migration 0010). Refusals have no deed: they are written on their own, and no more than `_MOST_A_MINUTE` of them by one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, Protocol

from testgen_runtime.errors import Unavailable
from testgen_runtime.security.audit_chain import SEALED, Entry
from testgen_runtime.storage.database import TRANSIENT, Database
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger
from testgen_runtime.telemetry.redaction import redact_text

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

Outcome = Literal["done", "refused"]
NOBODY: Final = "system"
"""The actor of what this program does by itself."""
_LONGEST: Final = 300
_MOST_A_MINUTE: Final = 60
log = get_logger("audit")

_INSERT: Final = """
INSERT INTO audit_inbox (actor, action, object, outcome, request_id, client)
SELECT $1, $2, thing, $4, $5, $6 FROM unnest($3::text[]) WITH ORDINALITY AS one (thing, place) ORDER BY place
"""
_ROWS: Final = "SELECT seq, at, actor, action, object, outcome, request_id, client, previous, hash FROM audit_log"
_PAGE: Final = f"""{_ROWS}
WHERE ($1::bigint IS NULL OR seq < $1) AND ($3::text IS NULL OR actor = $3) AND ($4::text IS NULL OR action = $4)
  AND ($5::text IS NULL OR object = $5) AND ($6::text IS NULL OR outcome = $6)
  AND ($7::timestamptz IS NULL OR at >= $7) AND ($8::timestamptz IS NULL OR at < $8)
ORDER BY seq DESC LIMIT $2
"""
_AFTER: Final = f"{_ROWS} WHERE seq > $1 ORDER BY seq LIMIT $2"


@dataclass(slots=True)
class Call:
    """The request at work, for the entries that it leaves."""

    request_id: str = ""
    client: str = ""


CALL: Final[ContextVar[Call | None]] = ContextVar("testgen_call", default=None)


class Audit(Protocol):
    """Where it is kept."""

    async def record(self, connection: Connection | None, actor: str, action: str, thing: str, outcome: Outcome) -> None:
        """Keep one entry; with a connection, inside its transaction, so that the entry stands exactly if the deed does."""
        ...


async def record(
    connection: Connection, actor: str | None, action: str, things: str | Sequence[str], outcome: Outcome = "done"
) -> None:
    """Keep an entry for each thing, inside the connection's transaction. `actor` is a key's id, or a token's subject.

    The log gets a line too (`log_type` audit), for whoever collects those; what is then undone stays in the log alone.
    """
    call = CALL.get() or Call()
    named = [things] if isinstance(things, str) else things
    if named:
        log.info(action, actor=actor or NOBODY, thing=_clean(named[0]), things=len(named), outcome=outcome)
        await connection.execute(
            _INSERT, _clean(actor or NOBODY), _clean(action), [_clean(one) for one in named], outcome,
            _clean(call.request_id), _clean(call.client),
        )  # fmt: skip


class AuditLog:
    """The audit in the project's database. `clock` gives seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._left = float(_MOST_A_MINUTE)
        self._at = clock()

    async def record(self, connection: Connection | None, actor: str, action: str, thing: str, outcome: Outcome) -> None:
        """Keep one entry. Without a connection it is written on its own: refusals, of which the number is bounded.

        A refusal that can't be written is still refused: the log and a metric tell that it is missing here.
        """
        if connection is not None:
            await record(connection, actor, action, thing, outcome)
            return
        if outcome == "refused" and not self._admits():
            metrics.AUDIT_LEFT_OUT.inc()
            return
        try:
            async with self._database.transaction() as own:
                await record(own, actor, action, thing, outcome)
        except (Unavailable, *TRANSIENT):
            if outcome != "refused":
                raise
            metrics.AUDIT_LEFT_OUT.inc()
            log.warning("a refusal could not be kept", actor=actor, action=action, thing=_clean(thing))

    def _admits(self) -> bool:
        now = self._clock()
        self._left = min(_MOST_A_MINUTE, self._left + (now - self._at) * _MOST_A_MINUTE / 60)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are asked for; None: all."""

    actor: str | None = None
    action: str | None = None
    object: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page(connection: Connection, wanted: Filter, *, before: int | None, limit: int) -> list[Entry]:
    """Entries, newest first."""
    rows = await connection.fetch(
        _PAGE, before, limit, wanted.actor, wanted.action, wanted.object, wanted.outcome, wanted.since, wanted.until
    )
    return [Entry(**dict(row)) for row in rows]


async def after(connection: Connection, seq: int, *, limit: int) -> list[Entry]:
    """Entries in the order of the chain."""
    return [Entry(**dict(row)) for row in await connection.fetch(_AFTER, seq, limit)]


async def seal(connection: Connection, actor: str, *, keep_days: int) -> tuple[int, str | None]:
    """Let the entries older than `keep_days` go, inside the connection's transaction; (how many, the mark of the last of them).

    The mark becomes an entry of the chain, which is then whole without them. The newest entry always stays.
    """
    row = await connection.fetchrow(
        "SELECT seq, encode(hash, 'hex') AS hash FROM audit_log WHERE at < now() - $1::integer * interval '1 day' "
        "AND seq < (SELECT max(seq) FROM audit_log) ORDER BY seq DESC LIMIT 1",
        keep_days,
    )
    if row is None:
        return 0, None
    mark = f"{row['seq']}:{row['hash']}"
    await connection.execute("SELECT set_config('testgen.audit_seal', 'on', true)")
    done = await connection.execute("DELETE FROM audit_log WHERE seq <= $1", row["seq"])
    await connection.execute("SELECT set_config('testgen.audit_seal', 'off', true)")
    await record(connection, actor, SEALED, mark)
    return int(done.split()[-1]), mark


def _clean(text: str) -> str:
    """Bounded, without what the database can't hold, and without anything that looks like a secret."""
    return redact_text(text.encode("utf-8", "replace").decode().replace("\x00", "�")[:_LONGEST])

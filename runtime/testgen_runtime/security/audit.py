"""What is told to the audit: who did what to which thing, and with what outcome. Never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

Outcome = Literal["done", "refused"]


class Audit(Protocol):
    """Where it is kept."""

    async def record(self, connection: Connection | None, actor: str, action: str, thing: str, outcome: Outcome) -> None:
        """Keep one entry; with a connection, inside its transaction, so that the entry stands exactly if the deed does."""
        ...


class LoggedAudit:
    """Keeps it in the log, with `log_type` audit."""

    def __init__(self) -> None:
        self._log = get_logger("audit")

    async def record(self, connection: Connection | None, actor: str, action: str, thing: str, outcome: Outcome) -> None:
        """One line."""
        self._log.info(action, actor=actor, thing=thing[:300], outcome=outcome)

"""Which versions of the program use a database now: each connection's application name says the newest revision it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_runtime.storage import schema

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_MARK: Final = "@"
OLDEST: Final = "0000"
"""What a program is taken to know that does not say it: those before revision 0012 did not."""
_TOOL: Final = "testgen-migrate"
_SESSIONS: Final = """
SELECT application_name, count(*) AS sessions FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'testgen%'
GROUP BY application_name ORDER BY application_name
"""


@dataclass(frozen=True, slots=True)
class User:
    """A part of the program that is connected: its name, the newest revision it knows, and how many connections it has."""

    name: str
    knows: str
    sessions: int

    def __str__(self) -> str:
        return f"{self.name} ({f'knows {self.knows}' if self.knows != OLDEST else 'of before 0012'})"


def marked(application: str) -> str:
    """The application name of this program's connections."""
    return f"{application}{_MARK}{schema.head()}"


def read(application_name: str, sessions: int = 1) -> User:
    """Who has such a connection."""
    name, _, knows = application_name.partition(_MARK)
    return User(name, knows if knows.isdigit() else OLDEST, sessions)


async def users(connection: Connection) -> list[User]:
    """Who is connected to this database beside this connection; migrations are not counted.

    A process whose connections are all cut at this moment is not seen. It does no harm: it asks for the schema's minimum before
    it serves again.
    """
    found = [read(row["application_name"], row["sessions"]) for row in await connection.fetch(_SESSIONS)]
    return [one for one in found if one.name != _TOOL]

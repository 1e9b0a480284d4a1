"""Wakes up those who follow a job. PostgreSQL's NOTIFY makes it quick; a poll now and then makes it sure."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from testgen_runtime.jobs.repository import CHANNEL
from testgen_runtime.storage.database import TRANSIENT, Database
from testgen_runtime.storage.target import connect
from testgen_runtime.telemetry.logs import get_logger

POLL_SECONDS: Final = 1.0
log = get_logger()


class Notifications:
    """One listening connection for the whole process; run `listen` as a task of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def listen(self) -> None:
        """Listen until cancelled; connect again, with growing pauses, when the connection is lost."""
        pause = 0.2
        while True:
            with suppress(*TRANSIENT):
                connection = await connect(self._database.target, self._database.settings, application="testgen-notifications")
                try:
                    await connection.add_listener(CHANNEL, self._notified)
                    self._wake_all()  # whatever came while nobody listened
                    pause = 0.2
                    while not connection.is_closed():
                        await asyncio.sleep(5)
                        await connection.execute("SELECT 1")
                finally:
                    with suppress(*TRANSIENT):
                        await connection.close(timeout=2)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10.0)

    def _notified(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for event in self._followers.get(str(payload), ()):
            event.set()

    def _wake_all(self) -> None:
        for events in self._followers.values():
            for event in events:
                event.set()

    @contextmanager
    def follow(self, job_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happens to the job. Follow first, then look, then wait."""
        event = asyncio.Event()
        self._followers[job_id].add(event)
        try:
            yield event
        finally:
            self._followers[job_id].discard(event)
            if not self._followers[job_id]:
                del self._followers[job_id]


async def wait(event: asyncio.Event, seconds: float = POLL_SECONDS) -> None:
    """Wait until the event is set or it is time to look anyway; clears the event."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()

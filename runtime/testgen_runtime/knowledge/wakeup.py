"""Waking the followers when something was announced: LISTEN on a connection of its own; polling is the followers' own net."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from testgen_runtime.knowledge.outbox import CHANNEL
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()
Connect = Callable[[], Awaitable[Any]]


class Wakeups:
    """Sets every handed-out event on each announcement, and once after each (re)connection, when some may have been missed."""

    def __init__(self, connect: Connect, *, retry: float = 2.0) -> None:
        self._connect = connect
        self._retry = retry
        self._events: list[asyncio.Event] = []

    def event(self) -> asyncio.Event:
        """An event for one follower, who clears it before it looks."""
        event = asyncio.Event()
        self._events.append(event)
        return event

    def wake(self) -> None:
        for event in self._events:
            event.set()

    async def run(self) -> None:
        """Listen until cancelled. A lost connection is opened again after `retry` seconds."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                log.debug("not listening for announcements, polling", reason=type(error).__name__)
            await asyncio.sleep(self._retry)

    async def _listen(self) -> None:
        connection = await self._connect()
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, lambda *_: self.wake())
            self.wake()
            await lost.wait()
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)

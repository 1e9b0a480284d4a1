"""Connections that take too long over a request's head are closed: uvicorn waits for one forever. At the end of the process those
that hold a request which nobody has read yet are not: uvicorn takes them for idle, and their callers would get no answer."""

from __future__ import annotations

import asyncio
import select

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def impatient(seconds: float) -> type[HttpToolsProtocol]:
    """uvicorn's protocol, with `seconds` for a head: from the connection, or from the first byte after an answer."""

    class Impatient(HttpToolsProtocol):
        _waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if (
                self.cycle is None or self.cycle.response_complete
            ):  # bytes, but no request: part of a head, or a body nobody wants
                self._wait()

        def on_headers_complete(self) -> None:
            self._stop()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop()
            super().connection_lost(exc)

        def shutdown(self) -> None:
            idle = self.cycle is None or self.cycle.response_complete
            if not (idle and _is_unread(self.transport)):
                super().shutdown()  # else its answer ends the connection, as every one does by now

        def _wait(self) -> None:
            if self._waiting is None and not self.transport.is_closing():
                self._waiting = self.loop.call_later(seconds, self.transport.close)

        def _stop(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

    return Impatient


def _is_unread(transport: asyncio.Transport) -> bool:
    """Whether the kernel holds bytes, or the end, of the other side that were not read yet."""
    connection = transport.get_extra_info("socket")
    if connection is None or transport.is_closing() or connection.fileno() < 0:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))

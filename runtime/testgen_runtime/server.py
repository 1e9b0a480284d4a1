"""Runs the app on a socket until a signal ends it, without losing a request or a job."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from testgen_runtime.app import Runtime
from testgen_runtime.connections import impatient
from testgen_runtime.errors import BadConfiguration
from testgen_runtime.settings import Server as ServerSettings
from testgen_runtime.settings import Settings
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()
KEEP_ALIVE_SECONDS: Final = 100
"""An idle connection is ended by the proxy that keeps it (Traefik after 90 s, nginx after 60 s), not by
us: a request that crosses our end on the way would be lost, and no proxy repeats a POST."""
_LAME_DUCK: Final = 2.0
"""Seconds between 'not ready' and the closed socket on SIGTERM: Kubernetes takes about as long to stop sending requests here."""


class _Uvicorn(uvicorn.Server):
    """uvicorn without its signal handlers: the order of the end is ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(settings: ServerSettings) -> socket.socket:
    """The listening socket, taken before anything else starts.

    Raises: BadConfiguration where the port is busy or may not be used.
    """
    if settings.uds is not None:
        return _bind_unix(settings)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise BadConfiguration(
            f"port {settings.port} on {settings.host} can't be used: {error.strerror or error}",
            mend="choose another one with --port (0 takes any that is free)",
        ) from error
    return listening


def _bind_unix(settings: ServerSettings) -> socket.socket:
    assert settings.uds is not None
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if settings.uds.is_socket():
            settings.uds.unlink()
        listening.bind(str(settings.uds))
        settings.uds.chmod(0o660)
    except OSError as error:
        raise BadConfiguration(
            f"the socket {settings.uds} can't be used: {error.strerror or error}", mend="name another path"
        ) from error
    return listening


async def serve(settings: Settings, target: Target, listening: socket.socket, on_ready: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` is called once, when requests can be answered.

    Raises: VersionTooOld where the database serves this version of the program no more.
    """
    from sse_starlette.sse import AppStatus

    AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]
    runtime = Runtime(settings, target)
    drain = settings.server.drain_seconds
    server = _Uvicorn(
        uvicorn.Config(
            runtime.app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # ours to read, from trusted hops alone: api/middleware.py
            lifespan="on",
            http=impatient(settings.server.head_seconds),
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, round(drain * 0.3)),
            ws="none",
        )
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    reasons: list[signal.Signals] = []

    def handle(which: signal.Signals) -> None:
        if reasons:
            server.force_exit = True  # the second signal does not wait for anybody
        reasons.append(which)
        stop.set()

    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, handle, which)
    loop.add_signal_handler(signal.SIGUSR1, runtime.progress.parting.set)  # SIGTERM follows in a moment
    announcing = asyncio.create_task(_announce(runtime, on_ready))
    lame_duck = min(_LAME_DUCK, drain * 0.1) if settings.postgres.mode == "server" else 0.0
    ending = asyncio.create_task(_end(runtime, server, stop, reasons, drain, lame_duck))
    runtime.refused.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        await server.serve(sockets=[listening])
    finally:
        for task in (announcing, ending):
            task.cancel()
        await asyncio.gather(announcing, ending, return_exceptions=True)
        if settings.server.uds is not None:
            settings.server.uds.unlink(missing_ok=True)
    if runtime.refused.done():
        raise runtime.refused.result()


async def _announce(runtime: Runtime, on_ready: Callable[[], None] | None) -> None:
    from testgen_runtime.api.health import reason_not_ready

    while await reason_not_ready(runtime.services) is not None:  # noqa: ASYNC110 - it is the database that changes
        await asyncio.sleep(0.05)
    _settle()
    if on_ready is not None:
        on_ready()


def _settle() -> None:
    """Take what is loaded by now, which stays until the end, out of garbage collection: a full collection walks through all of
    it, and every request of that moment waits (docs.python.org/3/library/gc.html#gc.freeze)."""
    gc.collect()
    gc.freeze()


async def _left(server: _Uvicorn, deadline: float) -> None:
    """Wait until every client has gone: each answer since the signal has said `Connection: close`. A kept connection that is
    closed from here is, sooner or later, closed over a request that is just arriving, and that request would be lost. Who says
    nothing until `deadline`, such as a proxy's pool, is closed then."""
    while server.server_state.connections and time.monotonic() < deadline:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.05)


async def _end(
    runtime: Runtime, server: _Uvicorn, stop: asyncio.Event, reasons: list[signal.Signals], drain: float, lame_duck: float
) -> None:
    """On a signal: not ready, jobs end or go back, then the socket closes and the requests at work get their answers."""
    await stop.wait()
    log.info("draining", signal=reasons[0].name, seconds=drain)
    began = time.monotonic()
    try:
        await runtime.drain(grace=drain * 0.6, settle=lame_duck)
        if reasons[0] is signal.SIGTERM:
            await asyncio.sleep(max(0.0, lame_duck - (time.monotonic() - began)))
            if lame_duck:
                await _left(server, began + drain * 0.5)
    finally:
        server.should_exit = True

"""The operator's own small HTTP server: /healthz (alive?), /readyz (serving or standing by?), /metrics.

Not kopf's: its probe endpoint hangs when a probe fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from testgen_operator import telemetry
from testgen_operator.errors import ConfigurationError

Verdict = Callable[[], str]
"""Empty when all is well, else what is wrong, in words."""


@asynccontextmanager
async def serve(
    host: str | None, port: int, *, health: Verdict, readiness: Verdict, refresh: Callable[[], None]
) -> AsyncIterator[int]:
    """Serve until the block ends; yields the port. `refresh` brings the gauges up to date before each scrape."""

    async def metrics(_: web.Request) -> web.Response:
        refresh()
        return web.Response(body=telemetry.exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    application = web.Application(client_max_size=1024)
    application.router.add_get("/healthz", _probe(health))
    application.router.add_get("/readyz", _probe(readiness))
    application.router.add_get("/metrics", metrics)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as problem:
            raise ConfigurationError(
                f"can't listen on port {port} ({problem.strerror}); choose another with TESTGEN_OPERATOR_HTTP_PORT"
            ) from None
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _probe(verdict: Verdict) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        wrong = verdict()
        return web.json_response({"status": "failed" if wrong else "ok", "detail": wrong}, status=503 if wrong else 200)

    return answer

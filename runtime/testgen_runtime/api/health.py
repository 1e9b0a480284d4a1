"""/live, /health, /ready and /metrics: for the kubelet, the operator and Prometheus. Open, and without a secret or an address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from testgen_runtime import __version__
from testgen_runtime.api.dependencies import TheServices
from testgen_runtime.api.services import Component, Services
from testgen_runtime.errors import TestGenError, Unavailable, VersionTooOld
from testgen_runtime.storage import schema

router = APIRouter(tags=["operation"])


@router.get("/live")
async def live() -> dict[str, str]:
    """200 while this process answers at all: a restart mends a process that hangs, never a database that is down."""
    return {"status": "alive"}


@router.get("/health", responses={503: {"description": "The database does not answer"}})
async def health(services: TheServices) -> Response:
    """200 while the database answers (S1-074), else 503 (S1-073); with the state of every part (S0-091)."""
    try:
        await services.database.ping()
        database = Component("healthy")
    except TestGenError as error:
        database = Component("unhealthy", error.detail)
    components = {"database": database, **await services.components()}
    shown: dict[str, Any] = {
        name: {"state": c.state, **({"detail": c.detail} if c.detail else {})} for name, c in components.items()
    }
    if database.state != "healthy":
        return JSONResponse(
            {"status": "unhealthy", "error": f"database: {database.detail}", "components": shown}, status_code=503
        )
    body = {"status": "healthy", "timestamp": datetime.now(UTC).isoformat(), "version": __version__, "components": shown}
    return JSONResponse(body)


@router.get("/ready", responses={503: {"description": "Not ready, with the reason"}})
async def ready(services: TheServices) -> Response:
    """200 {"status": "ready"} (S1-076) or 503 {"status": "not ready", "reason": …} (S1-075)."""
    reason = await reason_not_ready(services)
    if reason:
        return JSONResponse({"status": "not ready", "reason": reason}, status_code=503)
    return JSONResponse({"status": "ready"})


async def reason_not_ready(services: Services) -> str | None:
    """Why this process should get no requests now; None where it should."""
    if services.progress.draining.is_set():
        return "shutting down"
    if not services.progress.database:
        return "database not connected"
    try:
        async with services.database.connection() as connection:
            migrated = await schema.is_current(connection)
    except Unavailable:
        return "database does not answer"
    except VersionTooOld as error:
        return f"{error.reason}: {error.detail}"
    if not migrated:
        return "migrations not applied"
    if not services.progress.started:
        return "still starting"
    if services.index is not None and not await services.index.ready():
        return "index not caught up"
    return None


@router.get("/metrics", response_class=PlainTextResponse)
async def exposition(services: TheServices) -> Response:
    """Prometheus' text format (S0-038)."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    services.database.measure()
    if services.progress.started:
        try:
            if services.settings.role in ("all", "api", "worker"):
                await services.jobs.measure()
            await services.components()  # sets each index's lag
        except Unavailable:
            pass
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

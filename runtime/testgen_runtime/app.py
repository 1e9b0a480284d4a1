"""Builds the ASGI app of a role and starts, drains and closes what is behind it, in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from testgen_runtime import __version__
from testgen_runtime.api import audit as audit_api
from testgen_runtime.api import cases as cases_api
from testgen_runtime.api import coverage as coverage_api
from testgen_runtime.api import discussion as discussion_api
from testgen_runtime.api import documents as documents_api
from testgen_runtime.api import estimate as estimate_api
from testgen_runtime.api import exports as exports_api
from testgen_runtime.api import generate as generate_api
from testgen_runtime.api import health as health_api
from testgen_runtime.api import imports as imports_api
from testgen_runtime.api import index as index_api
from testgen_runtime.api import jobs as jobs_api
from testgen_runtime.api import keys as keys_api
from testgen_runtime.api import knowledge as knowledge_api
from testgen_runtime.api import problems
from testgen_runtime.api import reviews as reviews_api
from testgen_runtime.api import search as search_api
from testgen_runtime.api import tokens as tokens_api
from testgen_runtime.api import versions as versions_api
from testgen_runtime.api.callers import CallersFirst
from testgen_runtime.api.middleware import Entry
from testgen_runtime.api.query import only_known_parameters
from testgen_runtime.api.services import Component, Progress, Services
from testgen_runtime.cases.discussion import Discussion
from testgen_runtime.cases.exports.service import Exports
from testgen_runtime.cases.imports.service import Imports
from testgen_runtime.cases.service import Cases
from testgen_runtime.documents.service import Documents
from testgen_runtime.errors import BodyTooSlow, Forbidden, RateLimited, TestGenError, Unauthenticated, Unavailable
from testgen_runtime.jobs.housekeeping import Housekeeping
from testgen_runtime.jobs.notifications import Notifications
from testgen_runtime.jobs.runner import Ports, Runner
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.jobs.worker import Worker
from testgen_runtime.parts import Index, Model
from testgen_runtime.security.access import Access
from testgen_runtime.security.encryption import cipher_of
from testgen_runtime.security.proxies import TrustedProxies
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.security.service import Keys, bootstrap_secret
from testgen_runtime.security.tokens import Tokens
from testgen_runtime.settings import Settings
from testgen_runtime.storage import schema
from testgen_runtime.storage.database import TRANSIENT, Database
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()
_FORM_OVERHEAD: Final = 64 * 1024
"""What a multipart body adds to the file in it."""


class Runtime:
    """Everything of one process. `app` may be called as soon as it exists; it says that it is not ready until it is."""

    def __init__(self, settings: Settings, target: Target) -> None:
        self.settings = settings
        self._bootstrap_key = bootstrap_secret(settings)
        self._cipher = cipher_of(read_secret(settings.security.encryption_keys_file, "security.encryption_keys_file"))
        tokens = Tokens(settings.auth.jwt)
        self.database = Database(target, settings.postgres, application=f"testgen-{settings.role}", cipher=self._cipher)
        self.progress = Progress()
        self.index = Index(settings, self.database)
        self.model = Model(settings)
        self._leaving = asyncio.Event()
        self._notifications = Notifications(self.database)
        self._worker: Worker | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._worker_task: asyncio.Task[None] | None = None
        cases = Cases(self.database, four_eyes=settings.review.four_eyes)
        self.services = Services(
            settings=settings,
            database=self.database,
            documents=Documents(self.database, settings.limits, self.index.announce),
            cases=cases,
            discussion=Discussion(self.database),
            exports=Exports(self.database),
            imports=Imports(cases),
            jobs=Jobs(self.database, self._notifications, settings.limits, self._leaving),
            keys=Keys(self.database),
            tokens=tokens,
            access=Access(self.database, tokens, settings.rate_limit),
            knowledge=self.index.knowledge,
            progress=self.progress,
            index=self.index,
            components=self._components,
        )
        self.app = asgi(self.services, self.lifespan)

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI | None = None) -> AsyncIterator[None]:
        """Started on the way in, in the background; ended in order on the way out."""
        begin = asyncio.create_task(self._begin(), name="begin")
        self._tasks.append(begin)
        try:
            yield
        finally:
            await self.close()

    async def _begin(self) -> None:
        """Become ready: each step is tried until it works, so that the order in which a project's parts start does not matter."""
        pause = 0.2
        while True:
            try:
                await self._become_ready()
                return
            except asyncio.CancelledError:
                raise
            except (TestGenError, *TRANSIENT) as error:
                log.warning("still starting", reason=str(error)[:300] or type(error).__name__, retry_in=pause)
            except Exception:
                log.exception("still starting", retry_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _become_ready(self) -> None:
        if not self.database.is_open:
            await self.database.open()
        self.progress.database = True
        while not await self._is_migrated():  # noqa: ASYNC110 - it is the database that changes
            await asyncio.sleep(0.5)
        self.progress.migrated = True
        if self._bootstrap_key is not None:
            await self.services.keys.bootstrap(self._bootstrap_key)
        await self.index.start()
        self.model.start(self.database)
        ports = Ports(
            retriever=self.index.retriever(),
            knowledge=self.index.knowledge,
            writer=self.model.writer,
            on_exhaustion=self.settings.budgets.on_exhaustion,
            close_account=self.model.close_account,
        )
        self._worker = Worker(self.database, Runner(self.database, ports), self.settings.jobs)
        self._worker_task = asyncio.create_task(self._worker.run(), name="worker")
        self._tasks.append(asyncio.create_task(self._notifications.listen(), name="notifications"))
        housekeeping = Housekeeping(self.database, self.settings.jobs, random.Random())  # noqa: S311 - spreads the pods' passes
        self._tasks.append(asyncio.create_task(housekeeping.run(), name="housekeeping of jobs"))
        self.progress.started = True
        log.info("started", role=self.settings.role, version=__version__, model=self.model.describe())

    async def _is_migrated(self) -> bool:
        async with self.database.connection() as connection:
            return await schema.is_current(connection)

    async def drain(self, *, grace: float) -> None:
        """Stop taking work: not ready at once, jobs get `grace` seconds to end, then they are handed back."""
        self.progress.draining.set()
        if self._worker is not None and self._worker_task is not None:
            self._worker.stop()
            await asyncio.wait({self._worker_task}, timeout=grace)
        self._leaving.set()
        if self._worker is not None and self._worker_task is not None:
            self._worker.hand_back()
            await asyncio.wait({self._worker_task}, timeout=5.0)
        log.info("drained")

    async def close(self) -> None:
        """End every task, then close what they used."""
        self.progress.draining.set()
        self._leaving.set()
        if self._worker is not None and self._worker_task is not None and not self._worker_task.done():
            self._worker.hand_back()
            await asyncio.wait({self._worker_task}, timeout=5.0)
            self._tasks.append(self._worker_task)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for part in (self.services.documents.close, self.index.close, self.model.close, self.database.close):
            with suppress(Exception):
                await part()

    async def _components(self) -> dict[str, Component]:
        draining = self.progress.draining.is_set()
        worker = Component("degraded", "draining") if draining else Component("healthy" if self.progress.started else "degraded")
        key = self._cipher.newest
        encryption = Component("healthy", f"key {key}") if key else Component("disabled", "no key is set")
        return {"jobs": worker, "encryption": encryption, **await self.index.components(), **self.model.components()}


def asgi(services: Services, lifespan: Any = None) -> ASGIApp:
    """The ASGI app over the services. Nothing is started by making it."""
    app = FastAPI(
        title="TestGen",
        version=__version__,
        summary="Turns requirement documents (English and Chinese) into structured, traceable test cases.",
        description="Send a key as `X-API-Key` or as a bearer token. Errors are `application/problem+json` (RFC 9457).",
        lifespan=lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.services = services
    problems.install(app)
    api = APIRouter(
        prefix="/api/v1",
        dependencies=[Depends(only_known_parameters)],
        responses=problems.problems(Unauthenticated, Forbidden, BodyTooSlow, RateLimited, Unavailable),
    )
    for resource in (
        documents_api,
        versions_api,
        generate_api,
        estimate_api,
        jobs_api,
        cases_api,
        search_api,
        knowledge_api,
        index_api,
        exports_api,
        imports_api,
        reviews_api,
        discussion_api,
        coverage_api,
        keys_api,
        tokens_api,
        audit_api,
    ):
        api.include_router(resource.router)
    app.include_router(api)
    app.include_router(health_api.router)
    problems.describe(app)
    metrics.BUILD.info({"version": __version__, "role": services.settings.role})
    limit = services.settings.limits.document_bytes + _FORM_OVERHEAD
    server = services.settings.server
    inner: ASGIApp = CallersFirst(app, services)
    if server.cors_origins:  # pages of other origins; they send a key themselves, never a cookie
        inner = CORSMiddleware(
            inner,
            allow_origins=server.cors_origins,
            allow_methods=("GET", "POST", "PATCH", "PUT", "DELETE"),
            allow_headers=(
                "Authorization",
                "X-API-Key",
                "Content-Type",
                "If-Match",
                "Idempotency-Key",
                "Prefer",
                "Last-Event-ID",
            ),
            expose_headers=("ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "X-Case-Count"),
            max_age=600,
        )
    return Entry(
        inner,
        max_inflight=server.max_inflight,
        max_body=limit,
        body_seconds=server.body_seconds,
        body_part_seconds=server.body_part_seconds,
        proxies=TrustedProxies(server.trusted_proxies),
    )

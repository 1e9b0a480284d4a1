"""Builds the ASGI app of a role and starts, drains and closes what is behind it, in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from testgen_runtime import __version__
from testgen_runtime.api.application import asgi
from testgen_runtime.api.services import Component, Progress, Services
from testgen_runtime.cases.discussion import Discussion
from testgen_runtime.cases.exports.service import Exports
from testgen_runtime.cases.imports.service import Imports
from testgen_runtime.cases.service import Cases
from testgen_runtime.documents.service import Documents
from testgen_runtime.errors import TestGenError, VersionTooOld
from testgen_runtime.jobs.housekeeping import Housekeeping
from testgen_runtime.jobs.notifications import Notifications
from testgen_runtime.jobs.runner import Ports, Runner
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.jobs.worker import Worker
from testgen_runtime.parts.index import Index
from testgen_runtime.parts.inside import Inside
from testgen_runtime.parts.model import Model
from testgen_runtime.peers.directory import Directory
from testgen_runtime.roles import COMPONENTS
from testgen_runtime.security.access import Access
from testgen_runtime.security.encryption import cipher_of
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.security.service import Keys, bootstrap_secret
from testgen_runtime.security.tokens import Tokens
from testgen_runtime.settings import Settings
from testgen_runtime.storage import schema
from testgen_runtime.storage.database import TRANSIENT, Database
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.security.rate_redis import RedisRates

log = get_logger()


class Runtime:
    """Everything of one process. `app` may be called as soon as it exists; it says that it is not ready until it is."""

    def __init__(self, settings: Settings, target: Target) -> None:
        self.settings = settings
        self._bootstrap_key = bootstrap_secret(settings)
        self._cipher = cipher_of(read_secret(settings.security.encryption_keys_file, "security.encryption_keys_file"))
        tokens = Tokens(settings.auth.jwt)
        self.database = Database(target, settings.postgres, application=f"testgen-{settings.role}", cipher=self._cipher)
        self.progress = Progress()
        self.refused: asyncio.Future[TestGenError] = asyncio.Future()
        """Done when this process can never serve, with the reason."""
        self._rates = _rates(settings)
        self.tasks = COMPONENTS[settings.role].tasks
        self.peers = Directory(settings)
        self.index = Index(settings, self.database, self.peers)
        self.model = Model(settings, self.peers)
        self._notifications = Notifications(self.database)
        self._worker: Worker | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._worker_task: asyncio.Task[None] | None = None
        cases = Cases(self.database, four_eyes=settings.review.four_eyes)
        self.services = Services(
            settings=settings,
            database=self.database,
            documents=Documents(self.database, settings.limits, self.index.announce, self.index.withdraw),
            cases=cases,
            discussion=Discussion(self.database),
            exports=Exports(self.database),
            imports=Imports(cases),
            jobs=Jobs(
                self.database,
                self._notifications,
                settings.limits,
                self.progress.leaving,
                moving=self.progress.moving,
                colour=settings.colour,
            ),
            keys=Keys(self.database),
            tokens=tokens,
            access=Access(self.database, tokens, settings.rate_limit, shared=self._rates),
            knowledge=self.index.knowledge,
            progress=self.progress,
            inside=Inside(self.index, self.model),
            index=self.index if "vector index" in self.tasks else None,
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
            except VersionTooOld as error:  # no waiting mends that
                log.error("this version can't serve", reason=error.reason, detail=error.detail, mend=error.mend)
                self.refused.set_result(error)
                return
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
        if "jobs" in self.tasks:
            self._start_jobs()
        if "notifications" in self.tasks:
            self._tasks.append(asyncio.create_task(self._notifications.listen(), name="notifications"))
        self.progress.started = True
        log.info("started", role=self.settings.role, version=__version__, model=self.model.describe())

    def _start_jobs(self) -> None:
        ports = Ports(
            retriever=self.index.retriever(),
            knowledge=self.index.knowledge,
            writer=self.model.writer,
            on_exhaustion=self.settings.budgets.on_exhaustion,
            close_account=self.model.close_account,
        )
        self._worker = Worker(self.database, Runner(self.database, ports), self.settings.jobs, colour=self.settings.colour)
        self._worker_task = asyncio.create_task(self._worker.run(), name="worker")
        housekeeping = Housekeeping(self.database, self.settings.jobs, random.Random())  # noqa: S311 - spreads the pods' passes
        self._tasks.append(asyncio.create_task(housekeeping.run(), name="housekeeping of jobs"))

    async def _is_migrated(self) -> bool:
        async with self.database.connection() as connection:
            return await schema.is_current(connection)

    async def drain(self, *, grace: float, settle: float = 0.0) -> None:
        """Stop taking work: not ready at once; who follows a job is sent elsewhere after `settle` seconds, when a new connection
        comes to another process; jobs, and calls of other roles, get `grace` seconds to end, then they are handed back."""
        self.progress.parting.set()
        self.progress.draining.set()
        asyncio.get_running_loop().call_later(settle, self.progress.moving.set)
        ends: set[asyncio.Future[None]] = set(self.progress.calls)
        if self._worker is not None and self._worker_task is not None:
            self._worker.stop()
            ends.add(self._worker_task)
        if ends:
            await asyncio.wait(ends, timeout=grace)
        self.progress.moving.set()
        self.progress.leaving.set()
        if self._worker is not None and self._worker_task is not None:
            self._worker.hand_back()
            await asyncio.wait({self._worker_task}, timeout=5.0)
        log.info("drained")

    async def close(self) -> None:
        """End every task, then close what they used."""
        self.progress.parting.set()
        self.progress.draining.set()
        self.progress.moving.set()
        self.progress.leaving.set()
        if self._worker is not None and self._worker_task is not None and not self._worker_task.done():
            self._worker.hand_back()
            await asyncio.wait({self._worker_task}, timeout=5.0)
            self._tasks.append(self._worker_task)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        closing = (self.services.documents, self.index, self.model, self.peers, self.database)
        for part in closing:
            with suppress(Exception):
                await part.close()
        if self._rates is not None:
            with suppress(Exception):
                await self._rates.close()

    async def _components(self) -> dict[str, Component]:
        found: dict[str, Component] = {}
        if "jobs" in self.tasks:
            draining = self.progress.draining.is_set()
            found["jobs"] = Component("degraded", "draining") if draining else _state(self.progress.started)
        key = self._cipher.newest
        found["encryption"] = Component("healthy", f"key {key}") if key else Component("disabled", "no key is set")
        if self.settings.redis.enabled:
            answers = self._rates is not None and self._rates.answers
            found["redis"] = _state(True) if answers else Component("degraded", "rate limits are counted in PostgreSQL meanwhile")
        found |= await self.index.components()
        found |= self.model.components()
        for name, resting in self.peers.resting().items():
            found[name] = Component("degraded", "it does not answer and is left alone for a while") if resting else _state(True)
        return found


def _rates(settings: Settings) -> RedisRates | None:
    if not settings.redis.enabled:
        return None
    from testgen_runtime.security.rate_redis import RedisRates  # its client takes a while to load: only where there is one

    return RedisRates(settings.redis, settings.redis.scope or settings.project.name)


def _state(well: bool) -> Component:
    return Component("healthy" if well else "degraded")

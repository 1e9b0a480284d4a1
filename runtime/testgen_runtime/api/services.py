"""Everything that a request may need, made once at start and handed to the routes by dependencies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from testgen_runtime.cases.discussion import Discussion
from testgen_runtime.cases.exports.service import Exports
from testgen_runtime.cases.imports.service import Imports
from testgen_runtime.cases.service import Cases
from testgen_runtime.documents.service import Documents
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.knowledge.indexing import IndexStatus
from testgen_runtime.knowledge.service import Knowledge
from testgen_runtime.retrieval.search import SearchResult
from testgen_runtime.security.access import Access
from testgen_runtime.security.service import Keys
from testgen_runtime.security.tokens import Tokens
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database

Condition = Literal["healthy", "degraded", "unhealthy", "disabled"]


@dataclass(frozen=True, slots=True)
class Component:
    """How one part that this process depends on is; `detail` holds no secret and no address."""

    state: Condition
    detail: str = ""


class Index(Protocol):
    """What the API asks of the index."""

    async def search(self, query: str, *, limit: int) -> SearchResult: ...

    async def ready(self) -> bool: ...

    async def status(self) -> IndexStatus: ...

    async def rebuild(self, by: str) -> None: ...


async def no_components() -> dict[str, Component]:
    """Nothing beside the database."""
    return {}


@dataclass(slots=True)
class Progress:
    """How far the start has come, and whether the end has begun. Read by /ready."""

    database: bool = False
    migrated: bool = False
    started: bool = False
    draining: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Services:
    """The domain, wired."""

    settings: Settings
    database: Database
    documents: Documents
    cases: Cases
    discussion: Discussion
    exports: Exports
    imports: Imports
    jobs: Jobs
    keys: Keys
    tokens: Tokens
    access: Access
    knowledge: Knowledge
    progress: Progress
    index: Index | None = None
    components: Callable[[], Awaitable[dict[str, Component]]] = no_components

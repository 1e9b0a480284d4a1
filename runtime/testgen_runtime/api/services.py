"""Everything that a request may need, made once at start and handed to the routes by dependencies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

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

if TYPE_CHECKING:
    from testgen_runtime.generation.model import Writer
    from testgen_runtime.retrieval.dense import Embedder
    from testgen_runtime.retrieval.neighbours import Neighbours
    from testgen_runtime.retrieval.vectors import VectorLegs

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


class Inside(Protocol):
    """What other roles ask of this one. Every method raises Unavailable where this role has no such part, or not yet."""

    def vectors(self) -> VectorLegs: ...

    def embedder(self) -> Embedder: ...

    def graph(self) -> Neighbours: ...

    def writer(self) -> Writer: ...

    async def close_account(self, run_id: str) -> None: ...


@dataclass(slots=True)
class Progress:
    """How far the start has come, and whether the end has begun. Read by /ready.

    `parting`: kept connections end with their next answer, and all else goes on: new ones come to another process soon.
    `moving`: who follows a job is to follow it elsewhere. `leaving`: what is at work now is given up. `calls`: the calls of
    other roles that are at work.
    """

    database: bool = False
    migrated: bool = False
    started: bool = False
    parting: asyncio.Event = field(default_factory=asyncio.Event)
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    moving: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    calls: set[asyncio.Future[None]] = field(default_factory=set)


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
    inside: Inside
    index: Index | None = None
    components: Callable[[], Awaitable[dict[str, Component]]] = no_components

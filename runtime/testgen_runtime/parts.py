"""The parts of a process that may be missing or degraded while it goes on: the model and the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from testgen_runtime.api.services import Component
from testgen_runtime.documents.model import Document
from testgen_runtime.gateway.build import gateway
from testgen_runtime.gateway.gateway import Gateway
from testgen_runtime.generation.model import Retriever, Writer
from testgen_runtime.generation.writer import ModelWriter
from testgen_runtime.knowledge import outbox
from testgen_runtime.knowledge.chunks import chunks
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection


class Model:
    """Made from the settings; without a provider there is no writer, and rules write every case."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._gateway: Gateway | None = None
        self.writer: Writer | None = None

    def start(self, database: Database) -> None:
        """Wire the gateway to the budgets in the database. Calls no model."""
        self._gateway = gateway(self._settings.llm, self._settings.budgets, pool=database.pool, scope=self._settings.project.name)
        self.writer = ModelWriter(self._gateway) if self._gateway is not None else None

    async def close(self) -> None:
        """Close the connections to the providers."""
        if self._gateway is not None:
            await self._gateway.close()

    def describe(self) -> str:
        """One word for the log and the terminal."""
        routes = self._settings.llm.routes
        return routes[0].model if self._settings.llm.providers and routes else "none"

    def components(self) -> dict[str, Component]:
        """For /health."""
        if self.describe() == "none":
            return {"llm": Component("disabled", "no model configured: rules write the cases")}
        return {"llm": Component("healthy", self.describe())}


class Index:
    """The index of this process: fed by the outbox, asked by generation and by /search."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database

    async def announce(self, connection: Connection, document_id: str, document: Document) -> None:
        """Tell every index of a new document, inside the transaction that stores it."""
        await outbox.enqueue(connection, (outbox.Put(chunk) for chunk in chunks(document_id, document)))

    async def start(self) -> None:
        """Begin to follow the outbox."""

    async def close(self) -> None:
        """Stop following."""

    def retriever(self) -> Retriever | None:
        """What generation asks for context."""
        return None

    def lag(self) -> int | None:
        """Outbox entries that are not taken in yet; None before the first fill."""
        return 0

    async def search(self, query: str, *, limit: int) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        """(hits, degraded legs)."""
        return [], ()

    def components(self) -> dict[str, Component]:
        """For /health."""
        return {}

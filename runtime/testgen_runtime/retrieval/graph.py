"""The graph of what requirements share, in Neo4j: written by its projection, asked for the neighbours of a requirement."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, LiteralString

from neo4j import (
    READ_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncSession,
    NotificationMinimumSeverity,
    unit_of_work,
)
from neo4j.exceptions import ClientError, DriverError, Neo4jError

from testgen_runtime.retrieval import cypher
from testgen_runtime.retrieval.neighbours import SEEDS, Neighbour
from testgen_runtime.retrieval.vectors import IndexRejected, IndexUnavailable
from testgen_runtime.security.encryption import PLAIN, Cipher, field_place

SHAPE: Final = 1  # a change in what is stored makes the graph fill itself anew
FAN_OUT: Final = 10  # neighbours over one relation of one seed
HUB: Final = 40  # a name that more requirements share is passed over
_WRITE_TIMEOUTS: Final = 10  # a batch of writes may take so many times what a question may
_SWEPT: Final = 1_000  # nodes removed in one transaction


@dataclass(frozen=True, slots=True)
class Node:
    """A chunk as the graph takes it: `refers` are refs of the same document."""

    id: str
    kind: str
    document_id: str
    ref: str
    ordinal: int
    title: str
    text: str
    section: tuple[str, ...]
    states: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()


class Graph:
    """One project's part of a Neo4j database. Every call has a timeout, and raises IndexUnavailable when it passes."""

    def __init__(
        self, driver: AsyncDriver, project: str, *, database: str = "neo4j", timeout: float = 3.0, cipher: Cipher = PLAIN
    ) -> None:
        self._driver = driver
        self._project = project
        self._database = database
        self._timeout = timeout
        self._cipher = cipher

    @classmethod
    def connect(
        cls,
        uri: str,
        user: str,
        password: str | None,
        project: str,
        *,
        database: str = "neo4j",
        timeout: float = 3.0,
        cipher: Cipher = PLAIN,
    ) -> Graph:
        """Nothing is sent before the first call."""
        driver = AsyncGraphDatabase.driver(
            uri,
            auth=(user, password) if password is not None else None,
            connection_timeout=timeout,
            connection_acquisition_timeout=timeout * 2,
            max_connection_pool_size=10,
            max_transaction_retry_time=timeout,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            user_agent="testgen",
        )
        return cls(driver, project, database=database, timeout=timeout, cipher=cipher)

    async def close(self) -> None:
        await self._driver.close()

    async def ping(self) -> None:
        """Raises: IndexUnavailable."""
        await self._ask("RETURN 1 AS one", {})

    async def neighbours(self, seeds: Sequence[str], limit: int = 20, documents: frozenset[str] | None = None) -> list[Neighbour]:
        """Requirements one reference or one shared name away from the seeds, closest first; never the seeds themselves."""
        rows = await self._ask(
            cypher.NEIGHBOURS,
            {
                "seeds": list(seeds[:SEEDS]),
                "limit": limit,
                "fan_out": FAN_OUT,
                "hub": HUB,
                "documents": sorted(documents) if documents is not None else None,
            },
        )
        return [Neighbour(**(row | {"text": self._cipher.open_text(_place(row["id"]), row["text"])})) for row in rows]

    async def by_reference(self, refs: Sequence[str]) -> list[str]:
        """Ids of the requirements that go by one of these names in their documents."""
        rows = await self._ask(cypher.BY_REFERENCE, {"refs": list(refs), "limit": SEEDS})
        return [row["id"] for row in rows]

    async def instance(self) -> str | None:
        """What was filled last and serves, None where nothing of this shape is there."""
        rows = await self._ask(cypher.INSTANCE, {"shape": SHAPE})
        return str(rows[0]["instance"]) if rows else None

    async def put(self, nodes: Sequence[Node], *, generation: str | None = None) -> None:
        """Write nodes with their edges; what is there of them is replaced, in one transaction."""
        if not nodes:
            return
        rows = [_row(self._cipher, node) for node in nodes]
        documents = [row for row in rows if row["kind"] == "document"]
        requirements = [row for row in rows if row["kind"] == "requirement"]
        ids = {"ids": [row["id"] for row in requirements]}
        await self._write(
            [
                (cypher.PUT_DOCUMENTS, {"rows": documents, "generation": generation}),
                (cypher.CLEAR_EDGES, ids),
                *((statement, {"rows": requirements, "generation": generation}) for statement in cypher.PUT),
            ]
        )

    async def remove(self, ids: Sequence[str]) -> None:
        """Remove chunks by their ids, with what only they named."""
        if not ids:
            return
        documents = [one.removesuffix("/") for one in ids if one.endswith("/")]
        await self._write(
            [
                (cypher.CLEAR_EDGES, {"ids": list(ids)}),
                (cypher.REMOVE_REFERRED, {"ids": list(ids)}),
                (cypher.REMOVE_REQUIREMENTS, {"ids": list(ids)}),
                (cypher.REMOVE_DOCUMENTS, {"documents": documents}),
                (cypher.REMOVE_ORPHANS, {"limit": _SWEPT}),
            ]
        )

    async def begin(self) -> str:
        """Start to fill anew: what serves stays, what is put with the returned generation will remain."""
        for statement in cypher.SCHEMA:
            await self._write([(statement, {})])
        # Planned once with the patience of a write: on a cold server planning takes longer than a question may.
        await self._write([(cypher.NEIGHBOURS, {"seeds": [], "limit": 1, "fan_out": 1, "hub": 1, "documents": None})])
        return str(uuid.uuid4())

    async def finish(self, generation: str) -> None:
        """Remove what was not put with this generation, a bounded number of nodes at a time, and let it serve."""
        while True:
            swept = await self._write([(cypher.SWEEP, {"generation": generation, "limit": _SWEPT})])
            if not swept or not swept[0]["removed"]:
                break
        await self._write(
            [
                (cypher.REMOVE_ORPHANS, {"limit": _SWEPT}),
                (cypher.SERVE, {"instance": generation, "shape": SHAPE}),
            ]
        )

    async def _ask(self, statement: LiteralString, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        @unit_of_work(timeout=self._timeout)
        async def work(transaction: AsyncManagedTransaction) -> list[dict[str, Any]]:
            answer = await transaction.run(statement, {**parameters, "project": self._project})
            return [record.data() async for record in answer]

        try:
            async with asyncio.timeout(self._timeout), self._session(READ_ACCESS) as session:
                return list(await session.execute_read(work))
        except (Neo4jError, DriverError, OSError, TimeoutError) as error:
            raise _translated(error) from error

    async def _write(self, statements: Sequence[tuple[LiteralString, dict[str, Any]]]) -> list[dict[str, Any]]:
        """Run statements in one transaction; the answer of the last."""
        limit = self._timeout * _WRITE_TIMEOUTS

        @unit_of_work(timeout=limit)
        async def work(transaction: AsyncManagedTransaction) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = []
            for statement, parameters in statements:
                answer = await transaction.run(statement, {**parameters, "project": self._project})
                rows = [record.data() async for record in answer]
            return rows

        try:
            async with asyncio.timeout(limit), self._session() as session:
                return list(await session.execute_write(work))
        except (Neo4jError, DriverError, OSError, TimeoutError) as error:
            raise _translated(error) from error

    def _session(self, access: str = "WRITE") -> AsyncSession:
        return self._driver.session(database=self._database, default_access_mode=access)


def section_ids(document_id: str, path: Sequence[str]) -> list[str]:
    """The ids of the sections along a path: a heading's id holds all headings above it."""
    return [document_id + "#" + "\x1f".join(path[: n + 1]) for n in range(len(path))]


def _place(node_id: str) -> str:
    return field_place("graph", "text", node_id)


def _row(cipher: Cipher, node: Node) -> dict[str, Any]:
    row = asdict(node)
    row["text"] = cipher.seal_text(_place(node.id), node.text)
    row["path"] = section_ids(node.document_id, node.section)
    row["titles"] = list(row.pop("section"))
    row["refers"] = [f"{node.document_id}/{ref}" for ref in node.refers]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def _translated(error: Exception) -> Exception:
    if isinstance(error, ClientError) and (error.code or "").startswith("Neo.ClientError.Statement"):
        return IndexRejected(f"the graph refused the call: {error.code}")
    code = getattr(error, "code", None)
    return IndexUnavailable(f"the graph does not answer ({code or type(error).__name__})")

"""What the indexes store beside their vectors and edges is sealed where there is a key, and read as it was (S4-069)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, LiteralString

import pytest
from neo4j import AsyncGraphDatabase
from qdrant_client import AsyncQdrantClient

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.retrieval.graph import Graph, Node
from testgen_runtime.retrieval.server import ServerIndex
from testgen_runtime.retrieval.sparse import document_vector, query_vector
from testgen_runtime.retrieval.vectors import Filter, Point, found, payload
from testgen_runtime.security.encryption import PLAIN, Cipher

KEY = Cipher({"k1": b"1" * 32})
TEXT = "The zanzibarquux password must have 8 to 64 characters."
POINT = Point("d1/R-1", "requirement", "d1", "Sign-in", TEXT, document_vector(TEXT))
NODE = Node("d1/R-1", "requirement", "d1", "R-1", 1, "Sign-in", TEXT, ("Sign-in",))


class Recorded(Graph):
    """A fake: no server, what would be sent to it is kept, and a neighbour is answered from it."""

    def __init__(self, cipher: Cipher) -> None:
        super().__init__(AsyncGraphDatabase.driver("bolt://127.0.0.1:1"), "shop", cipher=cipher)
        self.sent: list[Any] = []

    async def _write(self, statements: Sequence[tuple[LiteralString, dict[str, Any]]]) -> list[dict[str, Any]]:
        self.sent += [row for _, parameters in statements for row in parameters.get("rows", ())]
        return []

    async def _ask(self, statement: LiteralString, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        names = ("id", "document_id", "title", "text")
        return [{name: self.sent[0][name] for name in names} | {"relation": "MENTIONS", "via": "password", "score": 1.0}]


def test_a_payload_opens_for_its_own_point_alone() -> None:
    stored = payload(KEY, POINT)

    assert "zanzibarquux" not in str(stored)
    assert (stored["key"], stored["title"]) == ("d1/R-1", "Sign-in")
    assert found(KEY, stored, 1.0).text == TEXT
    with pytest.raises(BadConfiguration):
        found(KEY, payload(KEY, POINT) | {"key": "d1/R-2"}, 1.0)
    with pytest.raises(BadConfiguration, match="the key k1"):
        found(PLAIN, stored, 1.0)


async def test_a_server_gets_sealed_payloads_beside_plain_ones_of_before() -> None:
    client = AsyncQdrantClient(":memory:")
    for cipher, key in ((PLAIN, "d1/R-1"), (KEY, "d1/R-2")):
        index = ServerIndex(client, "shop", timeout=10, cipher=cipher)
        await index.open()
        if index.instance is None:
            await index.promote(await index.stage(None))
        await index.upsert([replace(POINT, key=key)])
    hits = await index.query_sparse(query_vector("zanzibarquux password"), 10, Filter())
    stored, _ = await client.scroll(index.instance or "", with_payload=True)

    assert [hit.text for hit in hits] == [TEXT, TEXT]
    assert sorted(str((one.payload or {})["text"]).startswith("TGE1:") for one in stored) == [False, True]


@pytest.mark.parametrize("cipher", [KEY, PLAIN])
async def test_a_node_of_the_graph_is_sealed_and_its_neighbour_is_told_as_it_was(cipher: Cipher) -> None:
    graph = Recorded(cipher)
    await graph.put([NODE])

    assert {row["text"].startswith("TGE1:") for row in graph.sent} == {cipher is KEY}
    assert [one.text for one in await graph.neighbours(["d1/R-9"])] == [TEXT]
    await graph.close()

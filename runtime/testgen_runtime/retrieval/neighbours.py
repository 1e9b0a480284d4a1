"""What the graph is asked for, without its driver: a port, behind it Neo4j (retrieval/graph.py) or the role that has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

SEEDS: Final = 10
"""Requirements whose neighbours one question may ask for; more are left out."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A requirement that shares something with a seed: over which relation, and by which name. `score` in (0, n]."""

    id: str
    document_id: str
    title: str
    text: str
    relation: str
    via: str
    score: float


class Neighbours(Protocol):
    """What a search asks of the graph. Raises Unavailable where it does not answer."""

    async def neighbours(
        self, seeds: Sequence[str], limit: int = 20, documents: frozenset[str] | None = None
    ) -> list[Neighbour]: ...

    async def by_reference(self, refs: Sequence[str]) -> list[str]: ...


async def expanded(
    graph: Neighbours, seeds: Sequence[str], *, hops: int, limit: int, documents: frozenset[str] | None = None
) -> list[Neighbour]:
    """The requirements up to `hops` away (S4-025), those of the first hop first; a score halves with each further hop.

    Bounded: each hop goes on from at most `SEEDS` of the best found before.
    """
    found: dict[str, Neighbour] = {}
    known, frontier = set(seeds), list(seeds)
    for hop in range(hops):
        near = [one for one in await graph.neighbours(frontier[:SEEDS], limit, documents) if one.id not in known]
        for one in near:
            score = one.score / 2**hop
            found[one.id] = Neighbour(one.id, one.document_id, one.title, one.text, one.relation, one.via, score)
        known.update(one.id for one in near)
        frontier = [one.id for one in near]
        if not frontier or len(found) >= limit:
            break
    return list(found.values())[:limit]

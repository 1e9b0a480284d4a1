"""One question to every store at once: ranked by fusion, neighbours of the graph after the ranked, dead legs named."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from testgen_runtime.errors import InvalidInput
from testgen_runtime.retrieval.fusion import fuse
from testgen_runtime.retrieval.legs import Leg
from testgen_runtime.retrieval.sparse import query_vector
from testgen_runtime.retrieval.tokens import MARKS, words
from testgen_runtime.retrieval.vectors import DenseVector, Filter, Found, VectorLegs

if TYPE_CHECKING:
    from testgen_runtime.retrieval.dense import Embedder
    from testgen_runtime.retrieval.neighbours import Neighbour, Neighbours

MAX_QUERY: Final = 20_000
MAX_LIMIT: Final = 100
_DEPTH: Final = 4  # each leg is asked for so many times the limit: what one leg puts low another may lift
DEEPEST: Final = MAX_LIMIT * _DEPTH
"""The most that a leg is ever asked for."""
_SEEDS: Final = 3  # of a free search, whose neighbours are looked for
_KEPT: Final = 512  # query vectors in memory
ANYTHING: Final = Filter()
Synonyms = Callable[[str], Awaitable[Sequence[str]]]
"""Other names, in any language, of what a query names. Never fails."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. `legs` has each leg's own score, only for the legs that found it. `score` falls along the ranked hits.

    `relation` is `similar` for the ranked hits; the rest, after all of them, is named by its edge, and `via` is what they share.
    """

    id: str
    kind: str
    document_id: str
    title: str
    text: str
    score: float
    legs: dict[str, float] = field(default_factory=dict)
    relation: str = "similar"
    via: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `degraded` names the legs that should have answered and did not."""

    hits: tuple[Hit, ...]
    degraded: tuple[Literal["sparse", "dense", "graph"], ...] = ()


class Search:
    """Searches the vector index (lexical always, dense where an embedder is configured) and the graph, each where there is one.

    `deadline` in seconds bounds each leg. Never fails for a store that is down.
    """

    def __init__(
        self,
        index: VectorLegs | None,
        *,
        embedder: Embedder | None = None,
        graph: Neighbours | None = None,
        deadline: float = 3.0,
        synonyms: Synonyms | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._graph = graph
        self._synonyms = synonyms
        self._sparse = Leg("sparse", deadline)
        self._dense = Leg("dense", deadline)
        self._edges = Leg("graph", deadline)
        self._vectors: OrderedDict[str, DenseVector] = OrderedDict()

    async def search(
        self, query: str, limit: int = 10, allowed: Filter = ANYTHING, *, seeds: Sequence[str] = (), neighbours: int = 5
    ) -> SearchResult:
        """The `limit` best hits, then at most `neighbours` of the graph that are not among them.

        `seeds` are the ids of the chunks whose neighbours are wanted; without any, those that the query names by id, else the
        best hits. Raises: InvalidInput for a query that is empty or too long, or a limit out of 1…100.
        """
        _check(query, limit)
        lexical, semantic, near = await asyncio.gather(
            self._ask_sparse(query, limit * _DEPTH, allowed),
            self._ask_dense(query, limit * _DEPTH, allowed),
            self._ask_graph(query, seeds, neighbours, allowed),
        )
        ranked = _ranked({"sparse": lexical or [], "dense": semantic or []}, limit)
        if near == [] and not seeds and ranked and self._graph is not None and neighbours:
            near = await self._near([hit.id for hit in ranked[:_SEEDS]], neighbours + len(ranked), allowed)
        degraded: list[Literal["sparse", "dense", "graph"]] = []
        if lexical is None:
            degraded.append("sparse")
        if semantic is None:
            degraded.append("dense")
        if near is None:
            degraded.append("graph")
        return SearchResult(
            (*_with_scores(ranked, near or []), *_appended(ranked, near or [], neighbours, allowed)), tuple(degraded)
        )

    async def _ask_sparse(self, query: str, limit: int, allowed: Filter) -> list[Found] | None:
        index = self._index
        if index is None:
            return []
        vector = query_vector(query, await self._synonyms(query) if self._synonyms is not None else ())
        return await self._sparse.ask(lambda: index.query_sparse(vector, limit, allowed))

    async def _ask_dense(self, query: str, limit: int, allowed: Filter) -> list[Found] | None:
        embedder, index = self._embedder, self._index
        if embedder is None or index is None:
            return []

        async def ask() -> list[Found]:
            return await index.query_dense(await self._embedded(embedder, query), limit, allowed)

        return await self._dense.ask(ask)

    async def _ask_graph(self, query: str, seeds: Sequence[str], neighbours: int, allowed: Filter) -> list[Neighbour] | None:
        """Neighbours of the given seeds, or of what the query names. Empty where it names nothing."""
        graph = self._graph
        if graph is None or not neighbours:
            return []
        if seeds:
            return await self._near(seeds, neighbours + len(seeds), allowed)
        named = ids_in(query)
        if not named:
            return []
        found = await self._edges.ask(lambda: graph.by_reference(named))
        if not found:
            return None if found is None else []
        return await self._near(found, neighbours * 2, allowed)

    async def _near(self, seeds: Sequence[str], limit: int, allowed: Filter) -> list[Neighbour] | None:
        graph = self._graph
        if graph is None:
            return []
        return await self._edges.ask(lambda: graph.neighbours(seeds, limit, allowed.documents))

    async def _embedded(self, embedder: Embedder, query: str) -> DenseVector:
        kept = self._vectors.get(query)
        if kept is None:
            [kept] = await embedder.embed([query])
            self._vectors[query] = kept
            if len(self._vectors) > _KEPT:
                self._vectors.popitem(last=False)
        return kept


def ids_in(query: str) -> list[str]:
    """What in a query may be the id of a requirement: words with a digit or a slash, without the marks of the sentence."""
    candidates = (word for word in words(query)[:200] if any(c.isdigit() or c == "/" for c in word))
    return list(dict.fromkeys(name for word in candidates for name in (word, word.rstrip(MARKS), word.strip(MARKS))))


def _check(query: str, limit: int) -> None:
    if not query.strip():
        raise InvalidInput("the query is empty", mend="say what to look for")
    if len(query) > MAX_QUERY:
        raise InvalidInput(f"the query has {len(query)} characters", mend=f"ask with at most {MAX_QUERY}")
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"the limit {limit} is out of range", mend=f"ask for 1 to {MAX_LIMIT}")


def _ranked(found: dict[str, list[Found]], limit: int) -> list[Hit]:
    known = {one.key: one for leg in found.values() for one in leg}
    scores = {leg: {one.key: one.score for one in answers} for leg, answers in found.items()}
    order = fuse({leg: [one.key for one in answers] for leg, answers in found.items()})[:limit]
    return [
        Hit(
            id=key,
            kind=known[key].kind,
            document_id=known[key].document_id,
            title=known[key].title,
            text=known[key].text,
            score=score,
            legs={leg: by_key[key] for leg, by_key in scores.items() if key in by_key},
        )
        for key, score in order
    ]


def _with_scores(ranked: Sequence[Hit], near: Sequence[Neighbour]) -> list[Hit]:
    """The ranked hits in their order, with the graph's score beside where it knows them too: it changes no place."""
    scores = {one.id: one.score for one in near}
    return [replace(hit, legs={**hit.legs, "graph": scores[hit.id]}) if hit.id in scores else hit for hit in ranked]


def _appended(ranked: Sequence[Hit], near: Sequence[Neighbour], count: int, allowed: Filter) -> list[Hit]:
    known = {hit.id for hit in ranked} | allowed.without
    if allowed.kinds is not None and "requirement" not in allowed.kinds:
        return []
    fresh = [one for one in near if one.id not in known][:count]
    return [
        Hit(one.id, "requirement", one.document_id, one.title, one.text, 0.0, {"graph": one.score}, one.relation, one.via)
        for one in fresh
    ]

"""What the generation pipeline gets to know beside the requirement itself, under a limit of tokens."""

from __future__ import annotations

from typing import Final, Protocol

from testgen_runtime.documents.model import Requirement
from testgen_runtime.generation.model import Context, ContextItem, Source
from testgen_runtime.knowledge.application import MOST_TERMS, Snapshot, named, told
from testgen_runtime.knowledge.chunks import chunk_id
from testgen_runtime.retrieval.search import MAX_QUERY, Hit, Search
from testgen_runtime.retrieval.tokens import is_han
from testgen_runtime.retrieval.vectors import Filter

TOKENS: Final = 800  # of all items together: a fifth of what a small model reads well
SIMILAR: Final = 5
NEIGHBOURS: Final = 5
PAST_CASES: Final = 2
KNOWN_TOKENS: Final = 200
_NEIGHBOUR_SHARE: Final = 0.4  # of the tokens, kept free for the graph's neighbours where there are any


class Known(Protocol):
    """Where terms come from. Never fails."""

    async def snapshot(self) -> Snapshot: ...


class StoreRetriever:
    """The pipeline's retriever over the stores. Never fails: a leg that does not answer is named."""

    def __init__(
        self, search: Search, *, tokens: int = TOKENS, documents_only: bool = False, knowledge: Known | None = None
    ) -> None:
        self._search = search
        self._tokens = tokens
        self._documents_only = documents_only
        self._knowledge = knowledge

    async def context(self, source: Source, requirement: Requirement) -> Context:
        """Similar requirements first, then the graph's neighbours, each in its own share of the tokens; never itself."""
        own = chunk_id(source.document_id, requirement.id)
        allowed = Filter(
            kinds=frozenset({"requirement"}),
            documents=frozenset({source.document_id}) if self._documents_only else None,
            without=frozenset({own}),
        )
        query = requirement.text[:MAX_QUERY]
        if not query.strip():
            return Context()
        result = await self._search.search(query, SIMILAR, allowed, seeds=[own], neighbours=NEIGHBOURS)
        similar = [hit for hit in result.hits if hit.relation == "similar"]
        near = [hit for hit in result.hits if hit.relation != "similar"]
        first, used = _within(similar, int(self._tokens * (1 - _NEIGHBOUR_SHARE)) if near else self._tokens)
        second, _ = _within(near, self._tokens - used)
        known, missed = await self._known(query)
        items = (*(_item(hit) for hit in first), *(_item(hit) for hit in second), *known)
        return Context(items=items, degraded=tuple(dict.fromkeys((*result.degraded, *missed))))

    async def _known(self, query: str) -> tuple[list[ContextItem], tuple[str, ...]]:
        """Terms that the requirement uses, then past cases like it, each with its source named, in tokens of their own; and the
        legs that did not answer."""
        if self._knowledge is None:
            return [], ()
        terms = named(query, (await self._knowledge.snapshot()).glossary)[:MOST_TERMS]
        found = [ContextItem(f"glossary/{key}", f"[glossary {key}] {told(term)}", "glossary") for key, term in terms]
        result = await self._search.search(query, PAST_CASES, Filter(kinds=frozenset({"past-case"})), neighbours=0)
        past, _ = _within(list(result.hits), KNOWN_TOKENS)
        found += [
            ContextItem(hit.id, f"[{hit.document_id.replace(':', ' ', 1)}] {hit.text}", "past case", hit.score) for hit in past
        ]
        return found, result.degraded


def estimated_tokens(text: str) -> int:
    """About how many tokens a model reads: one for a Chinese character, one for four others."""
    han = sum(map(is_han, text))
    return han + (len(text) - han + 3) // 4


def _within(hits: list[Hit], tokens: int) -> tuple[list[Hit], int]:
    """The hits that fit, in order, and what they use. A longer one is passed over, not cut: half a rule is a wrong one."""
    taken: list[Hit] = []
    used = 0
    for hit in hits:
        cost = estimated_tokens(hit.text)
        if used + cost <= tokens:
            taken.append(hit)
            used += cost
    return taken, used


def _item(hit: Hit) -> ContextItem:
    if hit.relation == "similar":
        return ContextItem(hit.id, hit.text, "similar", hit.score)
    return ContextItem(hit.id, hit.text, "neighbour", hit.legs.get("graph", 0.0))

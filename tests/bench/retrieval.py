"""nDCG@10 of the product's own retrieval on the sets of a folder: the Edge index, one tokeniser and one set of weights for all.

Three tasks, found by the shape of a file and not by its name, the mean over the files of a shape:
`lc`   a whole test procedure → the requirements that it tests            (`requirements`, `procedures` with `reqs` and `steps`)
`ogc`  a requirement → the abstract tests that name it                    (`requirements`, `tests` with `requirements` and `text`)
`eg`   the title of a case → the other cases of its interface, not itself (`cases` with `interface`, `title` and `text`)
A relevant document counts 1; a query without one is no query. The baseline beside each is plain BM25 in the same run: of four
tokenisers the one with the best mean over the tasks. `low_*` and `high_*` are the bootstrap's 5 and 95 % over the queries.
`noise_*` has a dense leg whose vectors are random, named so: a poor embedding model may not make search worse. With a model of an
Ollama server (EMBEDDER_URL and EMBEDDER_MODEL) `dense_*` is measured as well.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from testgen_runtime.retrieval.dense import Embedder, OllamaEmbedder
from testgen_runtime.retrieval.edge import EdgeIndex
from testgen_runtime.retrieval.search import Search
from testgen_runtime.retrieval.sparse import document_vector
from testgen_runtime.retrieval.vectors import DenseVector, Filter, Point
from tests.bench.report import Metric, metric

TASKS: Final = ("lc", "ogc", "eg")
DEPTH: Final = 10
_RESAMPLES: Final = 2_000
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, the numbers of the documents that answer it, and of those that may not."""

    text: str
    relevant: frozenset[int]
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Task:
    """One set of a kind."""

    kind: str
    documents: tuple[str, ...]
    queries: tuple[Query, ...]


class RandomEmbedder:
    """A fake: one random vector for each text, the same for the same text. It stands for a model that knows nothing."""

    model = "random"

    async def embed(self, texts: Sequence[str]) -> list[DenseVector]:
        return [tuple(draw.gauss(0, 1) for _ in range(64)) for draw in map(random.Random, texts)]


def sets(folder: Path) -> list[Task]:
    """The tasks of a folder's JSON files.

    Raises: SystemExit for a folder without any, or with a kind missing.
    """
    found: list[Task] = []
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict) and (task := _task(content)) is not None and task.queries:
            found.append(task)
    absent = [kind for kind in TASKS if all(task.kind != kind for task in found)]
    if absent:
        raise SystemExit(f"error: {folder} has no set for {', '.join(absent)}; name a folder that has all three with DATA=dir")
    return found


def _task(content: dict[str, Any]) -> Task | None:
    if "procedures" in content:
        return _procedures(content)
    if "tests" in content and "requirements" in content:
        return _abstract_tests(content)
    if "cases" in content:
        return _cases(content)
    return None


def _procedures(content: dict[str, Any]) -> Task:
    place = {name: n for n, name in enumerate(content["requirements"])}
    asked = (
        Query(" ".join(one["steps"]), frozenset(place[name] for name in one["reqs"] if name in place))
        for one in content["procedures"]
    )
    return Task("lc", tuple(content["requirements"].values()), tuple(one for one in asked if one.relevant))


def _abstract_tests(content: dict[str, Any]) -> Task:
    naming: dict[str, set[int]] = defaultdict(set)
    for n, test in enumerate(content["tests"]):
        for name in test["requirements"]:
            naming[name].add(n)
    asked = (Query(text, frozenset(naming[name])) for name, text in content["requirements"].items() if naming[name])
    return Task("ogc", tuple(test["text"] for test in content["tests"]), tuple(asked))


def _cases(content: dict[str, Any]) -> Task:
    cases = content["cases"]
    same: dict[str, set[int]] = defaultdict(set)
    for n, case in enumerate(cases):
        same[case["interface"]].add(n)
    asked = (
        Query(case["title"], frozenset(same[case["interface"]] - {n}), frozenset({n}))
        for n, case in enumerate(cases)
        if case["title"] and len(same[case["interface"]]) > 1
    )
    return Task("eg", tuple(f"{case['title']}\n{case['text']}" for case in cases), tuple(asked))


def ndcg(ranking: Sequence[int], relevant: frozenset[int]) -> float:
    """Of one query, binary relevance, cut at 10."""
    gained = sum(1 / math.log2(place + 2) for place, n in enumerate(ranking[:DEPTH]) if n in relevant)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(relevant))))


async def ranked(task: Task, embedder: Embedder | None = None) -> list[float]:
    """nDCG@10 of each query, asked of the product's search."""
    with tempfile.TemporaryDirectory() as folder:
        index = EdgeIndex(Path(folder), timeout=30.0)
        await index.open()
        try:
            vectors = [] if embedder is None else await _embedded(embedder, task.documents)
            staged = await index.stage(len(vectors[0]) if vectors else None)
            await staged.upsert([_point(n, text, vectors[n] if vectors else None) for n, text in enumerate(task.documents)])
            await index.promote(staged)
            search = Search(index, embedder=embedder, deadline=30.0)
            return [await _asked(search, query) for query in task.queries]
        finally:
            await index.close()


async def _asked(search: Search, query: Query) -> float:
    result = await search.search(query.text[:20_000], DEPTH, Filter(without=frozenset(map(str, query.left_out))))
    if result.degraded:
        raise RuntimeError(f"a leg did not answer: {result.degraded}")
    return ndcg([int(hit.id) for hit in result.hits], query.relevant)


async def _embedded(embedder: Embedder, texts: Sequence[str]) -> list[DenseVector]:
    return [one for at in range(0, len(texts), _BATCH) for one in await embedder.embed(texts[at : at + _BATCH])]


def _point(n: int, text: str, dense: DenseVector | None) -> Point:
    return Point(str(n), "requirement", "set", "", text, document_vector(text), dense)


def _whitespace(text: str) -> list[str]:
    return text.lower().split()


def _words(text: str) -> list[str]:
    return list(_word_terms(text.lower()))


def _word_terms(text: str) -> Iterator[str]:
    for run in re.findall(r"[a-z0-9_./-]+|[\u4e00-\u9fff]+", text):
        if run[0] < "\u4e00":
            yield re.sub(r"(ing|ed|es|s)$", "", run) if len(run) > 5 else run
        else:
            yield from run
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def _grams(text: str) -> list[str]:
    even = re.sub(r"\s+", " ", text.lower())
    return [even[at : at + 4] for at in range(len(even) - 3)]


def _both(text: str) -> list[str]:
    return _words(text) + _grams(text)


TOKENISERS: Final[dict[str, Callable[[str], list[str]]]] = {
    "whitespace": _whitespace,
    "words": _words,
    "grams": _grams,
    "words_and_grams": _both,
}


def plain(task: Task, tokens: Callable[[str], list[str]], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """nDCG@10 of each query under textbook BM25."""
    counts = [Counter(tokens(text)) for text in task.documents]
    sizes = [count.total() for count in counts]
    held = Counter(term for count in counts for term in count)
    weight = {term: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for term, n in held.items()}
    average = fmean(sizes)

    def score(asked: set[str], n: int) -> float:
        count, longer = counts[n], k1 * (1 - b + b * sizes[n] / average)
        return sum(weight[term] * count[term] * (k1 + 1) / (count[term] + longer) for term in asked if term in count)

    found: list[float] = []
    for query in task.queries:
        asked = set(tokens(query.text))
        scores = {n: score(asked, n) for n in range(len(counts)) if n not in query.left_out}
        found.append(ndcg(sorted(scores, key=lambda n: (-scores[n], n)), query.relevant))
    return found


def bounds(values: Sequence[float], seed: int = 1) -> tuple[float, float]:
    """5 and 95 % of the mean over resampled queries."""
    draw = random.Random(seed)
    means = sorted(fmean(draw.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return means[_RESAMPLES // 20], means[-_RESAMPLES // 20]


def by_kind(tasks: Sequence[Task], each: Sequence[Sequence[float]]) -> dict[str, float]:
    """The mean over the files of a kind of their mean over the queries, and the mean of the kinds."""
    found = {kind: fmean(fmean(values) for task, values in zip(tasks, each, strict=True) if task.kind == kind) for kind in TASKS}
    return {**found, "mean": fmean(found.values())}


async def _measured(tasks: Sequence[Task]) -> dict[str, Metric]:
    lexical = [await ranked(task) for task in tasks]
    ours = by_kind(tasks, lexical)
    floors = {name: by_kind(tasks, [plain(task, tokens) for task in tasks]) for name, tokens in TOKENISERS.items()}
    floor = max(floors.values(), key=lambda found: found["mean"])
    results = {name: metric(value, "nDCG@10", baseline=floor[name]) for name, value in ours.items()}
    for kind in TASKS:
        low, high = bounds([value for task, values in zip(tasks, lexical, strict=True) if task.kind == kind for value in values])
        results[f"low_{kind}"], results[f"high_{kind}"] = metric(low, "nDCG@10"), metric(high, "nDCG@10")
    for name, found in floors.items():
        results |= {f"bm25_{name}_{kind}": metric(value, "nDCG@10") for kind, value in found.items()}
    arms: dict[str, Embedder] = {"noise": RandomEmbedder()}
    if os.environ.get("EMBEDDER_URL") and os.environ.get("EMBEDDER_MODEL"):
        arms["dense"] = OllamaEmbedder(os.environ["EMBEDDER_URL"], os.environ["EMBEDDER_MODEL"], timeout=120.0)
    for arm, embedder in arms.items():
        found = by_kind(tasks, [await ranked(task, embedder) for task in tasks])
        results |= {f"{arm}_{kind}": metric(value, "nDCG@10", baseline=ours[kind]) for kind, value in found.items()}
    return results


def run() -> dict[str, Metric]:
    folder = os.environ.get("DATA", "")
    if not folder or not Path(folder).is_dir():
        raise SystemExit("error: say where the sets are: make bench-retrieval DATA=../shared/data")
    return asyncio.run(_measured(sets(Path(folder))))

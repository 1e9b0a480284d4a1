"""Callers of a project's endpoint who go on while a test changes things, and note every answer that they did not expect.

Each request opens its own connection: what is counted is whether the endpoint answers. Callers whose connections, jobs and
streams outlast a change are in crossing.py. Their key has no rate limit that they could reach, so a 429 is a failure like any
other. How often they ask does not depend on the answers, as long as each comes within a period; `quiet` tells where it did.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from tests.cluster.kube import Cluster

PATHS: Final = ("/api/v1/cases", "/api/v1/search?q=account", "/api/v1/documents", "/api/v1/coverage")
READERS: Final = 4
"""Of each path."""
WRITERS: Final = 2
PERIOD: Final = 2.0
"""Seconds from one request of a caller to his next."""
RATE: Final = (len(PATHS) * READERS + WRITERS) / PERIOD
"""Requests a second of all of them together; with those of crossing.py few enough for two cores that have other work too."""
LIMITED: Final = 429
WORDS = "# Login\n\nREQ-{number}: The system shall lock the account after {number} failed attempts within 15 minutes.\n"


@dataclass(frozen=True)
class Span:
    """A time of traffic: what was answered of what was to be asked."""

    seconds: float
    answered: int
    rate: float

    @property
    def is_quiet(self) -> bool:
        """Whether less than half was answered: that nothing failed then shows little."""
        return self.answered < self.rate * self.seconds / 2

    def __str__(self) -> str:
        return f"{self.answered} of {self.rate * self.seconds:.0f} requests were answered in {self.seconds:.0f} s"


@dataclass
class Traffic:
    """`written`: SHA-256 and number of requirements of the documents whose creation was confirmed, by id. `failures`: what went
    wrong and when, in words; `limited`: how many of them were a 429."""

    url: str
    key: str
    answered: int = 0
    sent: int = 0
    limited: int = 0
    written: dict[str, tuple[str, int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url,
            headers={"X-API-Key": self.key},
            timeout=120,  # what is answered late on a busy machine has not failed
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def read(self, client: httpx.AsyncClient, path: str) -> None:
        await self._one(client, "GET", path, {200})

    async def write(self, client: httpx.AsyncClient) -> None:
        self.sent += 1  # no text twice: the same one again is no new document
        body = {"title": f"Login {self.sent}", "text": WORDS.format(number=self.sent)}
        answer = await self._one(client, "POST", "/api/v1/documents", {201}, json=body)
        if answer is not None:
            told = answer.json()
            self.written[told["id"]] = (told["sha256"], told["requirements"])

    def quiet(self) -> list[str]:
        """The times in which less than half of what was to be asked was answered."""
        return [str(one) for one in self.spans if one.is_quiet]

    async def lost(self) -> list[str]:
        """The confirmed documents that are not there any more as they were, with all their requirements."""
        async with self.client() as client:
            found = {one["id"]: (one["sha256"], one["requirements"]) async for one in items(client, "/api/v1/documents")}
        return [one for one, content in self.written.items() if found.get(one) != content]

    async def _one(
        self, client: httpx.AsyncClient, method: str, path: str, expected: set[int], json: object = None
    ) -> httpx.Response | None:
        asked = time.monotonic()
        try:
            answer = await client.request(method, path, json=json)
        except httpx.HTTPError as problem:
            self._failed(f"{method} {path}: {causes(problem)}, asked {time.monotonic() - asked:.1f} s before")
            return None
        if answer.status_code in expected:
            self.answered += 1
            return answer
        self.limited += answer.status_code == LIMITED
        self._failed(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return None

    def _failed(self, words: str) -> None:
        self.failures.append(f"{datetime.now(UTC):%H:%M:%S.%f} {words}")  # to be held against the logs


def causes(problem: BaseException) -> str:
    """An error and what it comes from: httpx says of a refused connection only that all attempts failed."""
    found: list[str] = []
    now: BaseException | None = problem
    while now is not None and len(found) < 6:
        found.append(f"{type(now).__name__} {now}".strip())
        now = now.__cause__ or now.__context__
    return " < ".join(dict.fromkeys(found))


async def items(client: httpx.AsyncClient, path: str, **asked: str) -> AsyncIterator[dict[str, Any]]:
    """Everything that a list of the API holds, page by page."""
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(path, params={**asked, "limit": "200", **cursor})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        page = answer.json()
        for one in page["items"]:
            yield one
        if not page.get("next_cursor"):
            return
        cursor = {"cursor": page["next_cursor"]}


async def endpoint(cluster: Cluster, project: str) -> str:
    """The address of the project's Service, as a URL."""
    return f"http://{(await cluster.get('Service', project))['spec']['clusterIP']}"


async def unlimited_key(cluster: Cluster, project: str, *, name: str = "callers", role: str = "admin") -> str:
    """A new key of the project whose rate limit is no part of a test."""
    secret = await cluster.get("Secret", f"{project}-admin-key")
    admin = base64.b64decode(secret["data"]["api-key"]).decode()
    body = {"name": name, "role": role, "requests_per_minute": 1_000_000, "burst_size": 100_000}
    async with httpx.AsyncClient(headers={"X-API-Key": admin}, timeout=120) as http:
        answer = await http.post(f"{await endpoint(cluster, project)}/api/v1/keys", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


async def to(cluster: Cluster, project: str) -> Traffic:
    """Not yet flowing."""
    return Traffic(await endpoint(cluster, project), await unlimited_key(cluster, project))


@asynccontextmanager
async def flowing(traffic: Traffic) -> AsyncIterator[Traffic]:
    """Readers of several parts and writers, evenly spread over the time, while the block lasts; what they asked for last is
    waited for."""
    stop = asyncio.Event()
    async with traffic.client() as client:
        reads: list[Callable[[], Awaitable[None]]] = [
            lambda path=path: traffic.read(client, path)  # type: ignore[misc]
            for _ in range(READERS)
            for path in PATHS
        ]
        calls = [*reads, *[lambda: traffic.write(client)] * WRITERS]
        tasks = [asyncio.create_task(_paced(call, place / len(calls), stop)) for place, call in enumerate(calls)]
        began, before = time.monotonic(), traffic.answered
        try:
            yield traffic
            traffic.spans.append(Span(time.monotonic() - began, traffic.answered - before, RATE))
            stop.set()
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _paced(call: Callable[[], Awaitable[None]], place: float, stop: asyncio.Event) -> None:
    """Call once in each PERIOD, `place` says when in it; what was missed is not made up for."""
    due = time.monotonic() + place * PERIOD
    while not stop.is_set():
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if not stop.is_set():
            await call()
        due = max(due + PERIOD, time.monotonic())

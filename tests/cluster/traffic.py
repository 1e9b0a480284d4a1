"""Callers of a project's endpoint who go on while a test changes things, and note every answer that they did not expect.

Each request opens its own connection: what is counted is whether the endpoint answers, not how a client gets over a connection
that the other side was about to close.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from tests.cluster.kube import Cluster

PAUSE = 0.2
WORDS = "# Login\n\nREQ-{number}: The system shall lock the account after {number} failed attempts within 15 minutes.\n"


@dataclass
class Traffic:
    """`written`: ids of the documents whose creation was confirmed. `failures`: what went wrong and when, in words."""

    url: str
    key: str
    answered: int = 0
    sent: int = 0
    written: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url,
            headers={"X-API-Key": self.key},
            timeout=120,  # what is answered late on a busy machine has not failed
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def read(self, path: str) -> None:
        async with self.client() as client:
            while True:
                await self._one(client, "GET", path, {200})
                await asyncio.sleep(PAUSE)

    async def write(self) -> None:
        async with self.client() as client:
            while True:
                self.sent += 1  # no text twice: the same one again is no new document
                body = {"title": f"Login {self.sent}", "text": WORDS.format(number=self.sent)}
                answer = await self._one(client, "POST", "/api/v1/documents", {201}, json=body)
                if answer is not None:
                    self.written.append(answer.json()["id"])
                await asyncio.sleep(2 * PAUSE)

    async def lost(self) -> list[str]:
        """The confirmed documents that are not there any more. Read page by page: one by one would go over the rate limit."""
        there: set[str] = set()
        async with self.client() as client:
            path = "/api/v1/documents?limit=200"
            while path:
                answer = await client.get(path)
                if answer.status_code == 429:
                    await asyncio.sleep(float(answer.headers["Retry-After"]))
                    continue
                assert answer.status_code == 200, answer.text
                page = answer.json()
                there |= {one["id"] for one in page["items"]}
                path = f"/api/v1/documents?limit=200&cursor={page['next_cursor']}" if page.get("next_cursor") else ""
        return [one for one in self.written if one not in there]

    async def _one(
        self, client: httpx.AsyncClient, method: str, path: str, expected: set[int], json: object = None
    ) -> httpx.Response | None:
        try:
            answer = await client.request(method, path, json=json)
        except httpx.HTTPError as problem:
            self._failed(f"{method} {path}: {type(problem).__name__} {problem}")
            return None
        if answer.status_code in expected:
            self.answered += 1
            return answer
        if answer.status_code != 429:  # a limit is an answer
            self._failed(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return None

    def _failed(self, words: str) -> None:
        self.failures.append(f"{datetime.now(UTC):%H:%M:%S.%f} {words}")  # to be held against the logs


async def to(cluster: Cluster, project: str) -> Traffic:
    """Not yet flowing."""
    secret = await cluster.get("Secret", f"{project}-admin-key")
    service = await cluster.get("Service", project)
    key = base64.b64decode(secret["data"]["api-key"]).decode()
    return Traffic(f"http://{service['spec']['clusterIP']}", key)


@asynccontextmanager
async def flowing(traffic: Traffic) -> AsyncIterator[Traffic]:
    """Readers of several parts and a writer, while the block lasts."""
    paths = ("/api/v1/cases", "/api/v1/search?q=account", "/api/v1/documents", "/api/v1/coverage")
    tasks = [asyncio.create_task(traffic.read(path)) for path in paths]
    tasks.append(asyncio.create_task(traffic.write()))
    try:
        yield traffic
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

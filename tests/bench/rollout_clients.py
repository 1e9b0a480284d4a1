"""Clients of a project while releases come and go: keep-alive requests of all kinds, followers of jobs, jobs.

Strict: a request is sent once, on a kept connection where there is one, and whatever is no good answer is counted. Followers come
back with Last-Event-ID, as a browser's EventSource does. The rate is bounded; all targets are loopback or the test's own network.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.bench.rollout_count import ENDS, Jobs, Kind, Requests, Stream, Told, parse

DOCUMENT: Final = "# Login {n}\n\nREQ-{n}: The system shall lock the account after {n} failed attempts within 15 minutes.\n"
READS: Final = ("/documents?limit=5", "/cases?limit=5", "/search?q=account", "/coverage", "/jobs?limit=5")
PATIENCE: Final = 30.0
"""Seconds until a request counts as timed out."""
RETRY: Final = 1.0
"""Seconds until a follower comes back, where no server told it another time."""


@dataclass
class Load:
    """What to send, and what came of it. `url` is asked for each new connection: it may name another process every time.

    `rate`: requests a second of all readers together. `writes`: the share of them that upload a document.
    """

    url: Callable[[], str]
    key: str
    rate: float = 60.0
    readers: int = 12
    followers: int = 3
    requirements: int = 60
    writes: float = 0.05
    seed: int = 1
    requests: Requests = field(default_factory=Requests)
    streams: list[Stream] = field(default_factory=list)
    jobs: Jobs = field(default_factory=Jobs)
    faults: list[str] = field(default_factory=list)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: int = 0

    def client(self, **more: Any) -> httpx.AsyncClient:
        """One connection that is kept: who has it stays with its process until that ends it."""
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=25)
        headers = {"X-API-Key": self.key}
        return httpx.AsyncClient(base_url=f"{self.url()}/api/v1", headers=headers, timeout=PATIENCE, limits=limits, **more)

    def number(self) -> int:
        """Another one every time."""
        self._numbers += 1
        return self._numbers

    async def send(
        self, client: httpx.AsyncClient, method: str, path: str, expected: set[int], **rest: Any
    ) -> httpx.Response | None:
        """One request, counted; the answer where it was a good one."""
        began = time.perf_counter()
        what = f"{method} {path.split('?')[0]}"
        try:
            answer = await client.request(method, path, **rest)
        except httpx.HTTPError as error:
            self.requests.fail(what, kind_of(error), f"{type(error).__name__} {error}")
            return None
        good = self.requests.answer(what, answer.status_code, expected, time.perf_counter() - began)
        return answer if good else None

    async def read(self, place: int) -> None:
        """Lists, searches, single things and uploads, evenly spread over the time."""
        chance = random.Random(self.seed * 1000 + place)
        pause, known = self.readers / self.rate, ""
        due = time.monotonic() + chance.uniform(0, pause)
        async with self.client() as client:
            while not self._stop.is_set():
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                due = max(due + pause, time.monotonic())  # what was missed is not made up for: the rate is a bound
                if chance.random() < self.writes:
                    text = DOCUMENT.format(n=self.seed * 1_000_000 + self.number())
                    body = {"title": "Login", "text": text}
                    answer = await self.send(client, "POST", "/documents", {200, 201}, json=body)
                    known = answer.json()["id"] if answer else known
                elif known and chance.random() < 0.2:
                    await self.send(client, "GET", f"/documents/{known}", {200})
                else:
                    await self.send(client, "GET", chance.choice(READS), {200})

    async def work(self, place: int) -> None:
        """Ask for one job after the other and follow each to its end."""
        while not self._stop.is_set():
            n = self.seed * 1_000_000 + 500_000 + self.number()
            text = "# Fields\n\n" + "\n\n".join(
                f"F-{n}-{one}: The field number {one} must have {one + 1} to {one + 50 + n % 97} characters."
                for one in range(1, self.requirements + 1)
            )
            async with self.client() as client:
                answer = await self.send(
                    client, "POST", "/generate", {202}, json={"text": text}, headers={"Prefer": "respond-async"}
                )
            if answer is None:
                await asyncio.sleep(RETRY)
                continue
            job = str(answer.json()["id"])
            self.jobs.asked.append(job)
            stream = Stream(job)
            self.streams.append(stream)
            await self.follow(stream)

    async def follow(self, stream: Stream, *, within: float = 300.0, cut_after: Callable[[Stream], bool] | None = None) -> None:
        """Follow a job until its end, connecting again as often as it takes. `cut_after`: hang up once by oneself."""
        deadline = time.monotonic() + within
        while not stream.ended and time.monotonic() < deadline:
            pause = RETRY
            with suppress(httpx.HTTPError):
                async with self.client() as client:
                    headers = {"Last-Event-ID": str(stream.last_id)} if stream.told else {}
                    timeout = httpx.Timeout(PATIENCE, read=40)  # the server pings every 15 seconds
                    at = f"/jobs/{stream.job}/events"
                    async with client.stream("GET", at, headers=headers, timeout=timeout) as answer:
                        pause = await self._listen(answer, stream, cut_after)
            if not stream.ended:
                stream.cuts += 1
                cut_after = None
                await asyncio.sleep(pause)

    async def _listen(self, answer: httpx.Response, stream: Stream, cut_after: Callable[[Stream], bool] | None) -> float:
        """Take in events until the connection ends; seconds to wait before the next."""
        pause, rest = RETRY, ""
        if answer.status_code != 200:
            return pause
        async for part in answer.aiter_text():
            told, retry, rest = parse(rest + part)
            stream.told += told
            pause = retry / 1000 if retry is not None else pause
            if stream.ended or (cut_after is not None and cut_after(stream)):
                break
        return pause

    async def settle(self, *, within: float = 300.0) -> None:
        """When the load has ended: wait for every job's end, and hold every stream against the record of its job."""
        deadline = time.monotonic() + within
        for job in self.jobs.asked:
            self.jobs.ended[job] = await self._end_of(job, deadline)
        for stream in self.streams:
            record = Stream(stream.job)
            await self.follow(record, within=max(5.0, deadline - time.monotonic()))
            self.faults += stream.faults(record.told)

    async def _end_of(self, job: str, deadline: float) -> str:
        state = "unknown"
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                async with self.client() as client:
                    answer = await client.get(f"/jobs/{job}")
                    if answer.status_code == 404:
                        return "not found"
                    if answer.status_code == 200:
                        state = str(answer.json()["state"])
            if state in ENDS:
                return state
            await asyncio.sleep(0.5)
        return state


def kind_of(error: httpx.HTTPError) -> Kind:
    """How a request failed that got no answer."""
    if isinstance(error, httpx.ConnectError):
        return Kind.REFUSED
    return Kind.TIMEOUT if isinstance(error, httpx.TimeoutException) else Kind.RESET


@asynccontextmanager
async def flowing(load: Load) -> AsyncIterator[Load]:
    """The load, while the block lasts; then every follower hears the end of its job, and all is held against the record."""
    readers = [asyncio.create_task(load.read(place)) for place in range(load.readers)]
    workers = [asyncio.create_task(load.work(place)) for place in range(load.followers)]
    try:
        yield load
    finally:
        load._stop.set()
        await asyncio.gather(*readers, *workers)
        await load.settle()


__all__ = ["Load", "Told", "flowing", "kind_of"]

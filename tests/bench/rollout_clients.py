"""Clients of a project while releases come and go: keep-alive requests of all kinds, followers of jobs, jobs.

Strict: a request is sent once, on a kept connection where there is one, and whatever is no good answer is counted. Followers come
back with Last-Event-ID, as a browser's EventSource does. The rate is bounded; all targets are loopback or the test's own network.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from tests.bench.rollout_count import ENDS, Jobs, Kind, Requests, Stream, Told, parse
from tests.bench.rollout_faults import MARK
from tests.bench.rollout_scenario import Ended, Found, Switches
from tests.bench.rollout_slow import SLOW, SLOW_REQUIREMENTS, fields

DOCUMENT: Final = "# Login {n}\n\nREQ-{n}: The system shall lock the account after {n} failed attempts within 15 minutes.\n"
READS: Final = ("/documents?limit=5", "/cases?limit=5", "/search?q=account", "/coverage", "/jobs?limit=5")
FOLLOW: Final = "GET /jobs/…/events"
RENEWED: Final = 25
"""Requests after which a reader that makes new connections makes one."""
PATIENCE: Final = 30.0
"""Seconds until a request counts as timed out."""
RETRY: Final = 1.0
"""Seconds until a follower comes back, where no server told it another time."""
AWAITED: Final = 4
"""Requirements of a generation that is waited for: at SECONDS each (rollout_slow.py) as long as a small model takes."""
LONGEST_WAIT: Final = 20
"""Seconds after which such a request is to be answered with the job."""


@dataclass
class Load:
    """What to send, and what came of it. `url` is asked for each new connection: it may name another process every time.

    `rate`: requests a second of all readers together. `writes`: the share of them that upload a document. `host`: the name that
    requests are for, where the address does not say it. `pause`: seconds between the jobs of one follower. `patient`: followers
    besides, of jobs whose `slow_requirements` take their time (rollout_slow.py). `waiting`: callers who wait for their cases in
    the request that asks for them. `timeout`: seconds. `written`: ids of the documents whose upload was confirmed. `marked`: when
    the last request was sent that a release with a fault answered (MARK of rollout_faults.py), by its fault, by `time.monotonic`.
    """

    url: Callable[[], str]
    key: str
    rate: float = 60.0
    readers: int = 12
    followers: int = 3
    requirements: int = 60
    writes: float = 0.05
    seed: int = 1
    host: str = ""
    pause: float = 0.0
    patient: int = 0
    slow_requirements: int = SLOW_REQUIREMENTS
    waiting: int = 0
    timeout: float = PATIENCE
    written: list[str] = field(default_factory=list)
    marked: dict[str, float] = field(default_factory=dict)
    requests: Requests = field(default_factory=Requests)
    streams: list[Stream] = field(default_factory=list)
    jobs: Jobs = field(default_factory=Jobs)
    faults: list[str] = field(default_factory=list)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: int = 0

    def client(self, **more: Any) -> httpx.AsyncClient:
        """One connection that is kept: who has it stays with its process until that ends it."""
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=25)
        headers = {"X-API-Key": self.key} | ({"Host": self.host} if self.host else {})
        return httpx.AsyncClient(base_url=f"{self.url()}/api/v1", headers=headers, timeout=self.timeout, limits=limits, **more)

    def number(self) -> int:
        """Another one every time."""
        self._numbers += 1
        return self._numbers

    async def send(
        self, client: httpx.AsyncClient, method: str, path: str, expected: set[int], **rest: Any
    ) -> httpx.Response | None:
        """One request, counted; the answer where it was a good one."""
        began = time.monotonic()
        what = f"{method} {path.split('?')[0]}"
        try:
            answer = await client.request(method, path, **rest)
        except httpx.HTTPError as error:
            words = f"{type(error).__name__} {error}".strip()
            self.requests.fail(what, kind_of(error), f"{words} at {datetime.now(UTC):%H:%M:%S}")  # to be held against the logs
            return None
        if fault := answer.headers.get(MARK.decode()):
            self.marked[fault] = max(began, self.marked.get(fault, began))
        good = self.requests.answer(what, answer.status_code, expected, time.monotonic() - began)
        return answer if good else None

    async def read(self, place: int) -> None:
        """Lists, searches, single things and uploads, evenly spread over the time. Every second reader stays on one connection,
        which leads where it led when it was made; the others make a new one after RENEWED requests."""
        chance = random.Random(self.seed * 1000 + place)
        pause, known = self.readers / self.rate, ""
        due = time.monotonic() + chance.uniform(0, pause)
        while not self._stop.is_set():
            async with self.client() as client:
                for number in itertools.count(1):
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                    due = max(due + pause, time.monotonic())  # what was missed is not made up for: the rate is a bound
                    known = await self._read_once(client, chance, known)
                    if self._stop.is_set() or (place % 2 and number >= RENEWED):
                        break

    async def _read_once(self, client: httpx.AsyncClient, chance: random.Random, known: str) -> str:
        """One request, most often one that reads; the id of a document that is there."""
        if chance.random() < self.writes:
            body = {"title": "Login", "text": DOCUMENT.format(n=self.seed * 1_000_000 + self.number())}
            answer = await self.send(client, "POST", "/documents", {200, 201}, json=body)
            if answer is None:
                return known
            self.written.append(str(answer.json()["id"]))
            return self.written[-1]
        path = f"/documents/{known}" if known and chance.random() < 0.2 else chance.choice(READS)
        await self.send(client, "GET", path, {200})
        return known

    async def work(self, place: int) -> None:
        """Ask for one job after the other and follow each to its end."""
        noun, length = (SLOW, self.slow_requirements) if place >= self.followers else ("field", self.requirements)
        while not self._stop.is_set():
            n = self.seed * 1_000_000 + 500_000 + self.number()
            body = {"text": fields(n, length, noun)}
            async with self.client() as client:
                answer = await self.send(client, "POST", "/generate", {202}, json=body, headers={"Prefer": "respond-async"})
            if answer is None:
                await asyncio.sleep(RETRY)
                continue
            job = str(answer.json()["id"])
            self.jobs.asked.append(job)
            stream = Stream(job)
            self.streams.append(stream)
            await self.follow(stream)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self.pause)

    async def wait(self) -> None:
        """Ask for cases and wait for them in the same request, one such request after the other: one is always on its way."""
        while not self._stop.is_set():
            body = {"text": fields(self.seed * 1_000_000 + 500_000 + self.number(), AWAITED, SLOW)}
            async with self.client() as client:
                prefer = {"Prefer": f"wait={LONGEST_WAIT}"}
                answer = await self.send(client, "POST", "/generate", {200, 202}, json=body, headers=prefer)
            if answer is None:
                await asyncio.sleep(RETRY)
                continue
            told = answer.json()
            self.jobs.asked.append(str(told["job_id"] if answer.status_code == 200 else told["id"]))

    def running(self) -> set[str]:
        """The jobs that somebody has heard of and not yet heard the end of."""
        return {one.job for one in self.streams if one.told and not one.ended}

    async def follow(self, stream: Stream, *, within: float = 300.0, cut_after: Callable[[Stream], bool] | None = None) -> None:
        """Follow a job until its end, connecting again as often as it takes; each connection is a request that is counted, a cut
        after its answer began is none that failed. `cut_after`: hang up once by oneself."""
        deadline = time.monotonic() + within
        while not stream.ended and time.monotonic() < deadline:
            pause, began, opened = RETRY, time.monotonic(), False
            try:
                async with self.client() as client:
                    headers = {"Last-Event-ID": str(stream.last_id)} if stream.told else {}
                    timeout = httpx.Timeout(self.timeout, read=40)  # the server pings every 15 seconds
                    at = f"/jobs/{stream.job}/events"
                    async with client.stream("GET", at, headers=headers, timeout=timeout) as answer:
                        opened = True
                        if self.requests.answer(FOLLOW, answer.status_code, {200}, time.monotonic() - began):
                            pause = await self._listen(answer, stream, cut_after)
                        else:
                            stream.refused += 1
            except httpx.HTTPError as error:
                if not opened:
                    stream.refused += 1
                    self.requests.fail(FOLLOW, kind_of(error), f"{type(error).__name__} {error}")
            if not stream.ended:
                stream.cuts += 1
                cut_after = None
                await asyncio.sleep(pause)

    async def _listen(self, answer: httpx.Response, stream: Stream, cut_after: Callable[[Stream], bool] | None) -> float:
        """Take in events until the connection ends; seconds to wait before the next."""
        pause, rest = RETRY, ""
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
async def flowing(load: Load, *more: Load) -> AsyncIterator[Load]:
    """The loads, of which the first is given, while the block lasts; then every follower hears the end of its job, and all is
    held against the record."""
    every = (load, *more)
    readers = [asyncio.create_task(one.read(place)) for one in every for place in range(one.readers)]
    workers = [asyncio.create_task(one.work(place)) for one in every for place in range(one.followers + one.patient)]
    workers += [asyncio.create_task(one.wait()) for one in every for _ in range(one.waiting)]
    try:
        yield load
    finally:
        for one in every:
            one._stop.set()
        await asyncio.gather(*readers, *workers)
        await asyncio.gather(*(one.settle() for one in every))


def gathered(loads: Mapping[str, Load], ended: Sequence[Ended], switches: Switches, failed: Mapping[str, float]) -> Found:
    """What the loads of all ways showed together. `failed`: when a broken release that had the traffic was seen to fail."""
    every = list(loads.values())
    late = [
        max(0.0, max((load.marked.get(fault, moment) for load in every), default=moment) - moment)
        for fault, moment in failed.items()
    ]
    jobs = Jobs(
        [job for load in every for job in load.jobs.asked], {job: end for load in every for job, end in load.jobs.ended.items()}
    )
    return Found(
        {way: load.requests for way, load in loads.items()},
        jobs,
        [stream for load in every for stream in load.streams],
        [fault for load in every for fault in load.faults],
        tuple(ended),
        switches,
        late,
    )


def told(loads: Mapping[str, Load]) -> str:
    """How far the loads are, for a line of progress."""
    every = [load.requests for load in loads.values()]
    first = next((f"{way}: {load.requests.first[-1]}" for way, load in loads.items() if load.requests.first), "")
    return f"{sum(one.total for one in every)} requests, {sum(one.failures for one in every)} failed {first}".rstrip()


__all__ = ["Load", "Told", "flowing", "gathered", "kind_of", "told"]

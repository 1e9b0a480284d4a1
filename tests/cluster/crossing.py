"""Clients who outlast a change of the project they call: connections that are kept, generation that is waited for, jobs and those
who follow them, and what jobs have left.

They are the clients of `make bench-rollout` (tests/bench/rollout_clients.py), and as strict: a request is sent once, on a kept
connection too, so one that ends because the other side closed an idle connection has failed; a stream may be cut once it has
begun, and is then taken up with Last-Event-ID.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import httpx

from tests.bench import rollout_clients
from tests.bench.rollout_clients import Load
from tests.bench.rollout_count import Jobs, Requests, Stream
from tests.bench.rollout_slow import slow_jobs
from tests.cluster import traffic
from tests.cluster.kube import Cluster
from tests.cluster.traffic import Span, items

RATE: Final = 5.0
READERS: Final = 16
"""So many that the rate is held where answers take four seconds, as those of `traffic` do."""
WRITES: Final = 0.1
SHORT: Final = 5
LONG: Final = 12
"""Requirements of a job that takes its time, a second each: one runs nearly always, and little is waited for at the end."""


@dataclass(frozen=True)
class Rows:
    """What a job has left: the text of its document's requirements and the words of its cases, by id."""

    requirements: Mapping[str, str]
    cases: Mapping[str, str]

    def missing(self, now: Rows) -> list[str]:
        """What is not there any more as it was."""
        pairs = (("requirement", self.requirements, now.requirements), ("case", self.cases, now.cases))
        return [f"{kind} {one}" for kind, had, has in pairs for one, words in had.items() if has.get(one) != words]


@dataclass
class Crossing:
    """What came of them, over all times in which they were there. `rows`: by the job that has left them; `lives`: when
    it was asked for, and when it ended."""

    url: str
    key: str
    requests: Requests = field(default_factory=Requests)
    jobs: Jobs = field(default_factory=Jobs)
    streams: list[Stream] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    rows: dict[str, Rows] = field(default_factory=dict)
    lives: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    _now: Load | None = None

    def running(self) -> set[str]:
        """The jobs that are followed now: begun, and not at their end."""
        return self._now.running() if self._now else set()

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[Crossing]:
        """They call while the block lasts; then every job is waited for and held against its record and its rows."""
        load = self._now = Load(
            lambda: self.url,
            self.key,
            rate=RATE,
            readers=READERS,
            followers=1,
            requirements=SHORT,
            writes=WRITES,
            seed=len(self.spans) + 1,
            pause=3.0,
            patient=1,
            slow_requirements=LONG,
            waiting=1,
            timeout=120,
        )
        began = time.monotonic()
        async with rollout_clients.flowing(load):
            yield self
            self.spans.append(Span(time.monotonic() - began, load.requests.answered, RATE))
        self._now = None
        await self._keep(load)

    def at(self, moment: datetime) -> list[str]:
        """The jobs, of those that succeeded, that were on their way then."""
        return [job for job, (asked, ended) in self.lives.items() if asked <= moment <= ended]

    def troubles(self) -> list[str]:
        """Whatever a tenant would complain of, in words."""
        limited = [f"{self.requests.limited} requests were answered with 429"] if self.requests.limited else []
        failed = [f"{self.requests.failures} requests failed", *self.requests.first] if self.requests.failures else []
        return [*failed, *limited, *self.jobs.lost(), *self.faults]

    def quiet(self) -> list[str]:
        """The times in which less than half of what was to be asked was answered."""
        return [str(one) for one in self.spans if one.is_quiet]

    @property
    def cut(self) -> int:
        """Streams that were cut before their job's end."""
        return sum(one.cuts > 0 for one in self.streams)

    @property
    def resumed(self) -> int:
        """Those of them that were taken up, to the end."""
        return sum(one.cuts > 0 and one.ended for one in self.streams)

    async def lost(self) -> list[str]:
        """Confirmed documents, and requirements and cases of ended jobs, that are not there any more as they were."""
        async with self._client() as client:
            there = {one["id"] async for one in items(client, "/documents")}
            gone = [f"document {one}" for one in self.written if one not in there]
            for job, had in self.rows.items():
                has = await rows_of(client, job, await _job(client, job))
                gone += [f"{one} of job {job}" for one in had.missing(has)]
        return gone

    def _client(self) -> httpx.AsyncClient:
        return Load(lambda: self.url, self.key, timeout=120).client()

    async def _keep(self, load: Load) -> None:
        """Count what that load has seen, and read the rows of its jobs."""
        self.requests.add(load.requests)
        self.jobs.asked += load.jobs.asked
        self.jobs.ended |= load.jobs.ended
        self.streams += load.streams
        self.faults += load.faults
        self.written += load.written
        async with self._client() as client:
            for job in (one for one, end in load.jobs.ended.items() if end == "succeeded"):
                told = await _job(client, job)
                self.lives[job] = (datetime.fromisoformat(told["created_at"]), datetime.fromisoformat(told["finished_at"]))
                self.rows[job] = await rows_of(client, job, told)
                self.faults += wrong(told, self.rows[job])


def wrong(job: Mapping[str, Any], rows: Rows) -> list[str]:
    """Where a job that succeeded and its rows differ: each requirement and each case has to be there, and once."""
    name, result = job["id"], job["result"]
    covered = {requirement for words in rows.cases.values() for requirement in json.loads(words)["requirement_ids"]}
    doubled = [words for words, times in Counter(rows.cases.values()).items() if times > 1]
    found = []
    if len(rows.requirements) != job["total"]:
        found.append(f"{name}: {len(rows.requirements)} requirements are there, {job['total']} were asked for")
    if len(rows.cases) != result["cases"]:
        found.append(f"{name}: {len(rows.cases)} cases are there, {result['cases']} were made")
    if without := sorted(set(rows.requirements) - covered):
        found.append(f"{name}: {len(without)} requirements have no case, the first is {without[0]}")
    if doubled:
        found.append(f"{name}: {len(doubled)} cases are there more than once, the first is {doubled[0][:200]}")
    return found


async def rows_of(client: httpx.AsyncClient, job: str, told: Mapping[str, Any]) -> Rows:
    """What is there of a job now. `told`: the job as the API has it."""
    document = told["document_id"]
    requirements = {one["id"]: one["text"] async for one in items(client, f"/documents/{document}/requirements")}
    return Rows(requirements, {one["id"]: _words(one) async for one in items(client, "/cases", job_id=job)})


def _words(case: Mapping[str, Any]) -> str:
    """What makes a case that case, whatever its id is."""
    kept = ("requirement_ids", "technique", "test_point", "title", "steps", "test_data")
    return json.dumps({name: case[name] for name in kept}, sort_keys=True)


async def _job(client: httpx.AsyncClient, job: str) -> dict[str, Any]:
    answer = await client.get(f"/jobs/{job}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def to(cluster: Cluster, project: str) -> Crossing:
    """Not yet flowing. Some of the project's jobs take their time from now on, as a model would."""
    await slow_jobs(cluster, project)
    key = await traffic.unlimited_key(cluster, project, name="crossing")
    return Crossing(await traffic.endpoint(cluster, project), key)

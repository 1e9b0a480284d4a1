"""Followers of jobs over several processes on one database: each event comes once, whoever answers and whoever goes away.

The followers are those of `make bench-rollout`, which come back with Last-Event-ID to whichever process the Service would choose.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.bench.rollout_clients import Load, flowing
from tests.bench.rollout_count import Stream
from tests.bench.rollout_slow import SECONDS, SLOW, TRIGGER, fields
from tests.integration.api import Api, eventually, long_document
from tests.integration.holding import held
from tests.integration.processes import KEY, Serving, serving, until

from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
FAST = {"TESTGEN_JOBS__HEARTBEAT_SECONDS": "0.5", "TESTGEN_SERVER__DRAIN_SECONDS": "2"}


def at(one: Serving) -> str:
    return str(one.http.base_url).removesuffix("/api/v1/")


async def so(holds: Callable[[], bool], *, within: float = 60) -> None:
    async def look() -> bool:
        return holds()

    await eventually(look, within=within)


async def start(one: Serving, length: int) -> str:
    answer = await one.http.post("/generate", json={"text": long_document(length)}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def record(one: Serving, job: str) -> Stream:
    """The job's own record of its events, once it has ended."""
    found = Stream(job)
    await Load(lambda: at(one), KEY).follow(found)
    return found


async def test_a_follower_that_is_cut_again_and_again_goes_on_at_the_other_process(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, **FAST) as first, serving(target, tmp_path, **FAST) as second:
        job = await start(first, 120)
        turns = itertools.cycle((at(first), at(second)))
        load, stream = Load(lambda: next(turns), KEY), Stream(job)
        for enough in range(15, 90, 15):

            def heard(one: Stream, enough: int = enough) -> bool:
                return len(one.told) >= enough

            cut = asyncio.create_task(load.follow(stream, cut_after=heard))
            await so(partial(heard, stream))
            cut.cancel()
            await asyncio.gather(cut, return_exceptions=True)
        await load.follow(stream)

        assert stream.faults((await record(second, job)).told) == []
    assert stream.told[-1].kind == "succeeded"


@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
async def test_a_process_that_goes_loses_no_job_and_no_event(target: Target, tmp_path: Path, end: str) -> None:
    async with serving(target, tmp_path, **FAST) as first, serving(target, tmp_path, **FAST) as second:
        async with held(target, done=50):
            jobs = [await start(first, 400 + n) for n in range(3)]
            for job in jobs:
                await until(second.http, job, done=10)
            leaving, staying = (first, second) if b"job started" in first.log.read_bytes() else (second, first)
            there = [at(leaving)]
            load = Load(lambda: there[0], KEY)
            streams = [Stream(job) for job in jobs]
            load.jobs.asked = list(jobs)
            following = [asyncio.create_task(load.follow(stream)) for stream in streams]
            await so(lambda: all(stream.told for stream in streams))

            there[0] = at(staying)  # where the Service sends new connections from now on
            if end == "SIGTERM":
                assert await leaving.terminate() == 0
            else:
                await leaving.kill()
        await asyncio.gather(*following)
        load.streams = streams
        await load.settle()

    assert load.jobs.lost() == []
    assert load.faults == []
    assert all(stream.cuts >= 1 for stream in streams), "nobody was cut: the test shows nothing"


async def test_a_draining_process_ends_its_streams_long_before_its_job_ends(target: Target, tmp_path: Path) -> None:
    patient = FAST | {"TESTGEN_SERVER__DRAIN_SECONDS": "600"}
    async with serving(target, tmp_path, **patient) as one:
        job = await start(one, 3000)
        stream = Stream(job)
        there = [at(one)]
        load = Load(lambda: there[0], KEY)
        following = asyncio.create_task(load.follow(stream))
        await so(lambda: len(stream.told) >= 5)
        there[0] = "http://127.0.0.1:9"  # nobody is there: who comes back stays away
        one.process.terminate()
        await so(lambda: stream.cuts > 0)
        following.cancel()
        told = (await one.http.get(f"/jobs/{job}")).json()  # it still answers while it drains

    assert told["state"] == "running"


async def test_requests_jobs_and_streams_of_a_load_on_two_processes(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, **FAST) as first, serving(target, tmp_path, **FAST) as second:
        turns = itertools.cycle((at(first), at(second)))
        async with flowing(Load(lambda: next(turns), KEY, rate=40, readers=4, followers=2, requirements=20)) as load:
            await so(lambda: load.requests.total >= 100 and len(load.jobs.asked) >= 3)

    assert load.requests.first == []
    assert load.jobs.lost() == []
    assert load.faults == []


@pytest.mark.parametrize("n", [1, 1_500_001])
async def test_a_marked_requirement_takes_its_time_in_the_load_of_the_benchmark(api: Api, n: int) -> None:
    async with api.runtime.database.connection() as connection:
        await connection.execute(TRIGGER)
    job = await api.finished(await api.job(text=fields(n, 3, SLOW)))

    lasted = datetime.fromisoformat(job["finished_at"]) - datetime.fromisoformat(job["started_at"])
    assert lasted >= timedelta(seconds=3 * SECONDS)


async def test_who_has_heard_everything_is_told_not_to_come_back(api: Api) -> None:
    job = await api.job(text=long_document(3))
    await api.finished(job)
    stream = (await api.call("GET", f"/jobs/{job}/events")).text
    last = [line.removeprefix("id: ") for line in stream.splitlines() if line.startswith("id: ")][-1]

    again = await api.call("GET", f"/jobs/{job}/events", headers={"Last-Event-ID": last})

    assert stream.startswith("retry: 1000")
    assert (again.status_code, again.content) == (204, b"")


@pytest.mark.parametrize("wrong", ["x", "-1", "1 2", "9" * 19])
async def test_an_id_that_is_none_is_refused(api: Api, wrong: str) -> None:
    job = await api.job(text=long_document(1))

    answer = await api.call("GET", f"/jobs/{job}/events", headers={"Last-Event-ID": wrong})

    assert answer.status_code == 422


async def test_an_answer_of_a_draining_process_ends_its_connection(api: Api) -> None:
    assert "connection" not in (await api.call("GET", "/cases")).headers
    api.runtime.progress.parting.set()

    answer = await api.call("GET", "/cases")

    assert (answer.status_code, answer.headers["connection"]) == (200, "close")

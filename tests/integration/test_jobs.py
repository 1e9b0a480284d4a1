"""Jobs outlive their workers: nothing is lost, nothing is made twice, an old attempt can't write."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.api import Api, events, eventually, long_document
from tests.integration.holding import held
from tests.integration.processes import serving, until

from testgen_runtime.cases import repository as cases
from testgen_runtime.cases.model import Case
from testgen_runtime.generation.model import RequirementResult, Written
from testgen_runtime.jobs import repository
from testgen_runtime.jobs.model import Fenced, Origin, Request, State
from testgen_runtime.jobs.runner import JobCheckpoint, Ports, Runner
from testgen_runtime.jobs.service import new_job_id
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
FAST = {"TESTGEN_JOBS__HEARTBEAT_SECONDS": "0.5"}
LENGTH = 400


async def test_a_job_whose_worker_is_killed_goes_on_elsewhere_without_loss_or_doubles(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, **FAST) as first:
        job_id = await start(first.http)
        before = await until(first.http, job_id, done=20)
        await first.kill()

    async with serving(target, tmp_path, **FAST) as second:
        job = await until(second.http, job_id, finished=True)

    assert 20 <= before["done"] < LENGTH
    assert (job["state"], job["done"], job["attempt"]) == ("succeeded", LENGTH, 2)
    await each_requirement_once(target, job_id, job)


async def test_on_sigterm_a_job_is_handed_back_and_goes_on_at_once(target: Target, tmp_path: Path) -> None:
    slow_to_notice = {"TESTGEN_JOBS__HEARTBEAT_SECONDS": "300", "TESTGEN_SERVER__DRAIN_SECONDS": "4"}
    async with serving(target, tmp_path, **slow_to_notice) as first, serving(target, tmp_path, **slow_to_notice) as second:
        async with held(target, done=40):
            job_id = await start(first.http)
            await until(second.http, job_id, done=40)
            leaving, staying = (first, second) if b"job started" in first.log.read_bytes() else (second, first)
            waiting = asyncio.create_task(leaving.http.post("/generate", json={"text": long_document(LENGTH + 1)}))
            await jobs_are(staying.http, 2)  # it waits for its job, not for its text to be read
            code = await leaving.terminate()
        answer = await waiting
        job = await until(staying.http, job_id, finished=True)

    assert code == 0
    assert answer.status_code in (200, 202), "a request that waited got no answer"
    assert (job["state"], job["done"]) == ("succeeded", LENGTH)
    await each_requirement_once(target, job_id, job)
    log = leaving.log.read_text()
    assert "job handed back" in log
    assert "Traceback" not in log


async def jobs_are(http: httpx.AsyncClient, count: int) -> None:
    async def so() -> bool:
        return len((await http.get("/jobs")).json()["items"]) >= count

    await eventually(so, within=60)


async def test_a_follower_goes_on_elsewhere_without_a_gap(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, **FAST, TESTGEN_SERVER__DRAIN_SECONDS="1") as first:
        job_id = await start(first.http)
        following = asyncio.create_task(follow(first.http, job_id, after=0))
        await until(first.http, job_id, done=20)
        assert await first.terminate() == 0
        seen = await following
        async with serving(target, tmp_path, **FAST) as second:
            seen += await follow(second.http, job_id, after=seen[-1][0])

    assert [number for number, _, _ in seen] == sorted({number for number, _, _ in seen})
    assert [data["done"] for _, kind, data in seen if kind == "progress"] == list(range(1, LENGTH + 1))
    assert seen[-1][1] == "succeeded"
    assert "handed_back" in [kind for _, kind, _ in seen]


async def test_ready_from_its_start_and_gone_after_sigterm_without_a_trace(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path) as one:
        assert (await one.http.get("/documents")).status_code == 200
        code = await one.terminate()

    assert code == 0
    assert [path for path in os.listdir(tmp_path) if path.startswith("ready")] == []
    assert "Traceback" not in one.log.read_text()


async def test_an_older_attempt_cant_write(api: Api) -> None:
    database = api.runtime.database
    api.runtime._worker.stop()  # type: ignore[union-attr]
    document_id = await api.send()
    job_id = new_job_id()
    async with database.transaction() as connection:
        await repository.add(connection, job_id=job_id, document_id=document_id, request=Request(), total=3, origin=Origin())
    async with database.transaction() as connection:
        older = await repository.claim(connection, job_id)
    async with database.transaction() as connection:
        newer = await repository.claim(connection, job_id)
    assert older
    assert newer
    result = RequirementResult(requirement_id="REQ-1", cases=())

    with pytest.raises(Fenced):
        await JobCheckpoint(database, older).save(result)
    assert (await stored(database, job_id)).done == 0
    await JobCheckpoint(database, newer).save(result)
    await JobCheckpoint(database, newer).save(result)

    assert (await stored(database, job_id)).done == 1


class SpentBudget:
    """Stands in for a writer whose budget is used up; the real one is proven beside the budgets themselves."""

    max_parallel = 1

    async def write(self, *_: Any, **__: Any) -> Written:
        return Written(drafts=(), model="", prompt_version="", reason="budget")


@pytest.mark.parametrize(("on_exhaustion", "state"), [("Degrade", "succeeded"), ("Reject", "failed")])
async def test_a_spent_budget_degrades_or_refuses_as_the_project_says(api: Api, on_exhaustion: Any, state: str) -> None:
    api.runtime._worker.stop()  # type: ignore[union-attr]
    job_id = await api.job(text=long_document(3))

    runner = Runner(api.runtime.database, Ports(writer=SpentBudget(), on_exhaustion=on_exhaustion))
    claimed = await runner.claim((await stored(api.runtime.database, job_id)).queue_id or 0)
    assert claimed
    await runner.run(claimed)

    job = (await api.call("GET", f"/jobs/{job_id}")).json()
    assert job["state"] == state
    if state == "succeeded":
        assert job["result"]["budget_exhausted"]
        assert job["result"]["coverage"]["requirement_coverage"] == 1.0
    else:
        assert job["problem"]["type"] == "https://testgen.dev/problems/budget-exhausted"
        assert job["problem"]["status"] == 429
        assert job["problem"]["mend"]


async def test_a_case_made_again_is_a_new_revision_only_where_it_says_something_else(api: Api) -> None:
    made = await api.call("POST", "/generate", json={"text": long_document(1)})
    case = Case.model_validate_json(json.dumps(made.json()["cases"][0]))
    where = {
        "document_id": made.json()["document_id"],
        "requirement_id": case.requirement_ids[0],
        "job_id": made.json()["job_id"],
    }

    async def save(changed: Case) -> tuple[int, str, str]:
        async with api.runtime.database.transaction() as connection:
            await cases.save(connection, PLAIN, **where, cases=[changed])
        now = (await api.call("GET", f"/cases/{case.id}")).json()
        return now["revision"], now["title"], now["written_by"]

    assert await save(case) == (1, case.title, "rules")
    by_model = case.model_copy(update={"title": "In the model's words", "written_by": "model", "model": "m"})
    assert await save(by_model) == (2, "In the model's words", "model")
    assert await save(case) == (2, "In the model's words", "model")
    async with api.runtime.database.connection() as connection:
        await connection.execute("UPDATE cases SET status = 'confirmed' WHERE id = $1", case.id)
    assert await save(by_model.model_copy(update={"title": "Later"})) == (2, "In the model's words", "model")


async def test_what_has_ended_stays_ended(api: Api) -> None:
    job_id = await api.job(text=long_document(1))
    await api.finished(job_id)

    async with api.runtime.database.transaction() as connection:
        assert await repository.claim(connection, job_id) is None
        assert not await repository.finish(connection, job_id, State.FAILED)


async def test_a_job_that_kills_every_worker_ends(api: Api) -> None:
    database = api.runtime.database
    async with database.connection() as connection:
        await connection.execute("ALTER TABLE jobs ALTER COLUMN stalled SET DEFAULT 25")
    job_id = await api.job(text=long_document(3))

    ended = await api.finished(job_id)

    assert ended["state"] == "failed"
    assert "25 times" in ended["problem"]["detail"]
    assert ended["problem"]["mend"]


async def start(http: Any) -> str:
    answer = await http.post("/generate", json={"text": long_document(LENGTH)}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def follow(http: Any, job_id: str, *, after: int) -> list[tuple[int, str, dict[str, Any]]]:
    """Every event until the server ends the stream."""
    async with http.stream("GET", f"/jobs/{job_id}/events", headers={"Last-Event-ID": str(after)}) as answer:
        return events((await answer.aread()).decode())


async def each_requirement_once(target: Target, job_id: str, told: dict[str, Any]) -> None:
    """Every requirement has one checkpoint and its cases, each case is in its first revision, every progress was told once."""
    from tests.integration.conftest import SETTINGS

    database = Database(target, SETTINGS)
    await database.open()
    async with database.connection() as connection:
        checkpoints = await connection.fetchval("SELECT count(*) FROM job_checkpoints WHERE job_id = $1", job_id)
        made = await connection.fetch(
            "SELECT c.id, c.revision FROM cases c JOIN job_cases j ON j.case_id = c.id WHERE j.job_id = $1", job_id
        )
        steps = await connection.fetch(
            "SELECT data ->> 'done' AS done FROM job_events WHERE job_id = $1 AND kind = 'progress' ORDER BY id", job_id
        )
    await database.close()
    assert checkpoints == LENGTH
    assert len(made) == told["result"]["cases"]
    assert {row["revision"] for row in made} == {1}
    assert [int(row["done"]) for row in steps] == list(range(1, LENGTH + 1))
    assert told["result"]["coverage"]["requirement_coverage"] == 1.0


async def stored(database: Database, job_id: str) -> Any:
    async with database.connection() as connection:
        found = await repository.get(connection, job_id)
    assert found
    return found

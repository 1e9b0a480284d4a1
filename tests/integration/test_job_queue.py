"""The queue of jobs: turns between users, priority, age limit, lost tickets, retention (S4-085)."""

from __future__ import annotations

import random

import pytest
from tests.integration.api import DOCUMENT
from tests.stored_documents import store

from testgen_runtime.jobs import claims, repository
from testgen_runtime.jobs.fairness import Priority
from testgen_runtime.jobs.housekeeping import Housekeeping, Tidied
from testgen_runtime.jobs.model import Fenced, Origin, Request, State
from testgen_runtime.jobs.worker import ENTRYPOINT
from testgen_runtime.settings import Jobs
from testgen_runtime.storage import queue_schema
from testgen_runtime.storage.database import Database

pytestmark = pytest.mark.postgres


@pytest.fixture
async def document_id(database: Database) -> str:
    async with database.transaction() as connection:
        return await store(database, connection, DOCUMENT, "Sign-in")


class Queue:
    """Asks for jobs and takes tickets as a worker would."""

    def __init__(self, database: Database, document_id: str) -> None:
        self.database, self.document_id = database, document_id
        self.tickets: list[int] = []

    async def ask(self, job_id: str, by: str, priority: Priority = Priority.NORMAL) -> None:
        from pgqueuer.db import AsyncpgDriver

        async with self.database.transaction() as connection:
            await repository.add(
                connection,
                job_id=job_id,
                document_id=self.document_id,
                request=Request(),
                total=3,
                origin=Origin(created_by=by, priority=priority),
            )
            (ticket,) = await queue_schema.queries(AsyncpgDriver(connection)).enqueue(ENTRYPOINT, job_id.encode())
            await repository.set_queue_id(connection, job_id, int(ticket))
        self.tickets.append(int(ticket))

    async def next(self, ticket: int | None = None) -> str | None:
        """The job that the next ticket (or this one) serves."""
        async with self.database.transaction() as connection:
            job = await claims.claim(connection, self.tickets.pop(0) if ticket is None else ticket)
        return job.id if job else None

    async def end(self, job_id: str) -> None:
        async with self.database.transaction() as connection:
            assert await repository.finish(connection, job_id, State.SUCCEEDED)


@pytest.fixture
def queue(database: Database, document_id: str) -> Queue:
    return Queue(database, document_id)


async def test_users_take_turns_whoever_came_first(queue: Queue) -> None:
    for n in range(3):
        await queue.ask(f"a{n}", by="a")
    await queue.ask("b0", by="b")
    await queue.ask("c0", by="c")

    assert [await queue.next() for _ in range(5)] == ["a0", "b0", "c0", "a1", "a2"]


async def test_a_high_job_goes_before_the_users_other_ones(queue: Queue) -> None:
    await queue.ask("low", by="a", priority=Priority.LOW)
    await queue.ask("normal", by="a")
    await queue.ask("high", by="a", priority=Priority.HIGH)

    assert [await queue.next() for _ in range(3)] == ["high", "normal", "low"]


async def test_a_ticket_that_is_delivered_again_goes_on_with_the_job_it_had_begun(queue: Queue) -> None:
    await queue.ask("a0", by="a")
    await queue.ask("a1", by="a", priority=Priority.HIGH)
    first, second = queue.tickets

    assert await queue.next(first) == "a1"
    assert await queue.next(first) == "a1", "its worker was lost: the same job, a new attempt"
    assert await queue.next(second) == "a0"
    await queue.end("a1")
    assert await queue.next(first) is None


async def test_each_unfinished_job_keeps_exactly_one_ticket(queue: Queue) -> None:
    chance = random.Random(5)
    for n in range(40):
        await queue.ask(f"j{n}", by=chance.choice("abcd"), priority=chance.choice(list(Priority)))
    everything = set(queue.tickets)

    served: list[str] = []
    while queue.tickets:
        ticket = queue.tickets.pop(chance.randrange(len(queue.tickets)))
        served.append(str(await queue.next(ticket)))
        async with queue.database.connection() as connection:
            held = [row["queue_id"] for row in await connection.fetch("SELECT queue_id FROM jobs")]
        assert sorted(held) == sorted(everything)

    assert sorted(served) == sorted(f"j{n}" for n in range(40))


async def test_a_job_past_its_age_limit_fails_with_what_to_do_and_its_attempt_is_fenced_off(queue: Queue) -> None:
    await queue.ask("waiting", by="a")
    await queue.ask("running", by="b")
    await queue.ask("young", by="c")
    assert await queue.next() == "waiting"
    async with queue.database.connection() as connection:
        await connection.execute("UPDATE jobs SET created_at = now() - interval '2 hours' WHERE id <> 'young'")

    tidied = await Housekeeping(queue.database, Jobs(max_age_seconds=3600), random.Random(1)).once()

    assert tidied.expired == 2
    async with queue.database.transaction() as connection:
        late = await repository.get(connection, "waiting")
        assert late
        assert late.state is State.FAILED
        assert late.problem
        assert (late.problem["slug"], late.problem["mend"][:14]) == ("job-expired", "its cases are ")
        with pytest.raises(Fenced):
            await repository.hold(connection, "waiting", late.attempt)
        assert await repository.waiting(connection) == 1


async def test_a_job_that_the_queue_has_lost_gets_a_new_ticket(queue: Queue) -> None:
    await queue.ask("a0", by="a")
    await queue.ask("b0", by="b")
    async with queue.database.connection() as connection:
        await connection.execute("DELETE FROM pgqueuer WHERE id = $1", queue.tickets[0])
    housekeeping = Housekeeping(queue.database, Jobs(), random.Random(1))

    assert await housekeeping.once() == Tidied(tickets=1)
    assert await housekeeping.once() == Tidied()

    async with queue.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM jobs JOIN pgqueuer q ON q.id = queue_id") == 2


async def test_ended_jobs_go_after_their_time_and_their_cases_stay(queue: Queue) -> None:
    for n in range(3):
        await queue.ask(f"j{n}", by="a")
    assert await queue.next() == "j0"
    await queue.end("j0")
    async with queue.database.connection() as connection:
        await connection.execute("UPDATE jobs SET finished_at = now() - interval '31 days' WHERE id = 'j0'")
        events = await connection.fetchval("SELECT count(*) FROM job_events")

    assert (await Housekeeping(queue.database, Jobs(), random.Random(1)).once()).removed == 1

    async with queue.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM jobs") == 2
        assert await connection.fetchval("SELECT count(*) FROM job_events") < events

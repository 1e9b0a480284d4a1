"""Workers are ended with `kill -9` at random moments while jobs run: every job ends, and its effects exist once.

Real: PostgreSQL, the queue, the worker, the runner, the pipeline, the budgets. Named stand-in: the model is a loopback server
that speaks Ollama's chat API and answers with nonsense after a moment, so that kills also fall between a reservation and its
settlement.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.context import ForkServerProcess
from typing import Any, Final

from testgen_runtime.documents.repository import load
from testgen_runtime.gateway.build import gateway
from testgen_runtime.generation.model import Options, Source
from testgen_runtime.generation.pipeline import generate
from testgen_runtime.generation.writer import ModelWriter
from testgen_runtime.jobs.model import Origin, Request
from testgen_runtime.jobs.notifications import Notifications
from testgen_runtime.jobs.runner import Ports, Runner
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.jobs.worker import Worker
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.settings import Budgets, Limits, Llm, Postgres, Provider, Route
from testgen_runtime.settings import Jobs as JobSettings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry import logs
from tests.stored_documents import store

WORKERS: Final = 2
REQUIREMENTS: Final = 4
LONGEST_LIFE: Final = 2.4
"""Seconds. On a busy machine a shorter one kills every attempt before its first answer, and a job that never gets any further is
ended as one that kills its workers."""
WAITING: Final = 8
"""Unfinished jobs that are kept up while workers are being killed."""
POOL: Final = Postgres(pool_min=1, pool_max=4, command_timeout=30)
SETTINGS: Final = JobSettings(parallel=2, heartbeat_seconds=0.25)
_PRELOAD: Final = ["tests.soak.worker_kills", "pgqueuer.qm", "ollama"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found when everything had ended; every list and count but the first three must be empty or zero."""

    kills: int
    jobs: int
    attempts: int
    unfinished: list[str]
    wrong_cases: list[str]
    wrong_progress: list[str]
    reserved_tokens: int
    open_reservations: int
    miscounted_tokens: int
    tickets_left: int

    def faults(self) -> list[str]:
        """What is not as it would have been without a kill."""
        counts = {
            "reserved tokens": self.reserved_tokens,
            "open reservations": self.open_reservations,
            "tokens that the account and its ledger disagree about": self.miscounted_tokens,
            "tickets left in the queue": self.tickets_left,
        }
        named = [f"{what}: {count}" for what, count in counts.items() if count]
        return [
            *named,
            *(f"{job} has not ended well" for job in self.unfinished),
            *(f"{job} has other cases than without kills" for job in self.wrong_cases),
            *(f"{job} told its progress not exactly once" for job in self.wrong_progress),
        ]


async def kill_workers(target: Target, *, kills: int, seed: int, tell: Callable[[str], None] = lambda _: None) -> Outcome:
    """End `kills` workers, let others finish the work, and look at what there is."""
    chance = random.Random(seed)
    database = Database(target, POOL)
    await database.open(within=20)
    try:
        with nonsense_model() as url:
            asked = await _under_fire(database, url, kills, chance, tell)
        return await _look(database, kills, asked)
    finally:
        await database.close()


async def _under_fire(
    database: Database, url: str, kills: int, chance: random.Random, tell: Callable[[str], None]
) -> dict[str, str]:
    """Jobs by document while workers come and go; returns once every job has ended."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    asked: dict[str, str] = {}
    workers: list[tuple[ForkServerProcess, float]] = []
    killed, begun = 0, time.monotonic()
    deadline = begun + 120 + 5 * kills
    try:
        while True:
            left = await _unfinished(database)
            if killed >= kills and not left:
                return asked
            assert time.monotonic() < deadline, f"{left} jobs have not ended after {killed} kills"
            while killed < kills and left < WAITING:
                asked |= await _ask(database, len(asked), chance)
                left += 1
            while len(workers) < WORKERS:
                worker = context.Process(target=_work, args=(database.target, url), daemon=True)
                worker.start()
                workers.append((worker, time.monotonic() + chance.uniform(0.05, LONGEST_LIFE)))
            await asyncio.sleep(0.02)
            for worker, end in [one for one in workers if killed < kills and time.monotonic() >= one[1]]:
                worker.kill()
                worker.join()
                workers.remove((worker, end))
                killed += 1
                if killed % 50 == 0:
                    tell(f"{killed} of {kills} kills, {len(asked)} jobs, {left} unfinished, {time.monotonic() - begun:.0f} s")
    finally:
        for worker, _ in workers:
            worker.kill()
            worker.join()


def _work(target: Target, url: str) -> None:
    """A worker process: it works until it is killed."""
    logs.configure("ERROR", "json", sys.stderr)
    asyncio.run(_worker(target, url))


async def _worker(target: Target, url: str) -> None:
    database = Database(target, POOL)
    await database.open(within=20)
    llm = Llm(
        providers=(Provider(name="nonsense", url=url, max_parallel=2),), routes=(Route(provider="nonsense", model="nonsense"),)
    )
    built = gateway(llm, Budgets(daily_tokens=10**12), pool=database.pool, scope="soak")
    assert built
    runner = Runner(database, Ports(writer=ModelWriter(built, max_parallel=2), close_account=built.close_account))
    await Worker(database, runner, SETTINGS).run()


async def _ask(database: Database, n: int, chance: random.Random) -> dict[str, str]:
    """One more job over a document of its own: {job: document}."""
    text = "# Fields\n\n" + "\n\n".join(
        f"F-{n}-{k}: The field {k} of form {n} must have {chance.randint(2, 9)} to {chance.randint(10, 99)} characters."
        for k in range(REQUIREMENTS)
    )
    jobs = Jobs(database, Notifications(database), Limits(), asyncio.Event())
    async with database.transaction() as connection:
        document_id = await store(database, connection, text, f"Form {n}")
        await jobs.submit(
            connection,
            job_id=f"job-{n}",
            document_id=document_id,
            request=Request(),
            total=REQUIREMENTS,
            origin=Origin(created_by=f"user-{n % 3}"),
        )
    return {f"job-{n}": document_id}


async def _unfinished(database: Database) -> int:
    async with database.connection() as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')")
    return found


async def _look(database: Database, kills: int, asked: dict[str, str]) -> Outcome:
    async with database.connection() as connection:
        jobs = {row["id"]: row for row in await connection.fetch("SELECT id, state, attempt, done FROM jobs")}
        wrong_cases, wrong_progress = [], []
        for job_id, document_id in asked.items():
            document = await load(connection, PLAIN, document_id)
            assert document
            expected = await generate(Source(document_id, document, document.requirements), Options())
            made = await connection.fetch(
                "SELECT c.id, c.revision, (SELECT count(*) FROM case_revisions r WHERE r.case_id = c.id) AS revisions "
                "FROM cases c JOIN job_cases j ON j.case_id = c.id WHERE c.document_id = $1",
                document_id,
            )
            once = all(row["revision"] == 1 and row["revisions"] == 1 for row in made)  # a case made twice has another revision
            if not once or sorted(row["id"] for row in made) != sorted(case.id for case in expected.cases):
                wrong_cases.append(job_id)
            told = await connection.fetch(
                "SELECT data FROM job_events WHERE job_id = $1 AND kind = 'progress' ORDER BY id", job_id
            )
            if [json.loads(row["data"])["done"] for row in told] != list(range(1, REQUIREMENTS + 1)):
                wrong_progress.append(job_id)
        budget = await connection.fetchrow(
            "SELECT coalesce(sum(spent), 0) AS spent, coalesce(sum(reserved), 0) AS reserved FROM budget_account"
        )
        ledger = await connection.fetchrow(
            "SELECT coalesce(sum(spent), 0) AS spent, count(*) FILTER (WHERE state = 'reserved') AS open FROM budget_reservation"
        )
        tickets = await connection.fetchval("SELECT count(*) FROM pgqueuer")
    return Outcome(
        kills=kills,
        jobs=len(jobs),
        attempts=sum(row["attempt"] for row in jobs.values()),
        unfinished=[key for key in asked if jobs[key]["state"] != "succeeded" or jobs[key]["done"] != REQUIREMENTS],
        wrong_cases=wrong_cases,
        wrong_progress=wrong_progress,
        reserved_tokens=int(budget["reserved"]),
        open_reservations=int(ledger["open"]),
        miscounted_tokens=abs(int(budget["spent"]) - int(ledger["spent"])),
        tickets_left=int(tickets),
    )


class _Nonsense(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        time.sleep(0.015)
        body = json.dumps(
            {
                "model": "nonsense",
                "message": {"role": "assistant", "content": "{}"},
                "done": True,
                "done_reason": "stop",
                "prompt_eval_count": 100,
                "eval_count": 2,
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the base class
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # whoever asked was killed


@contextmanager
def nonsense_model() -> Iterator[str]:
    """The address of a stand-in for a model: it answers, and every answer is useless."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Nonsense) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

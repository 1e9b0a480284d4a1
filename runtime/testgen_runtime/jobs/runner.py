"""One attempt at a job: claim it, generate requirement by requirement, checkpoint each, end it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from testgen_runtime.cases import covering, staleness
from testgen_runtime.cases import repository as cases_repository
from testgen_runtime.cases.coverage import summed
from testgen_runtime.cases.model import Case, RequirementCoverage
from testgen_runtime.documents import repository as documents_repository
from testgen_runtime.documents.model import Finding
from testgen_runtime.documents.presentation import finding_of
from testgen_runtime.errors import BudgetExhausted, NotFound, TestGenError
from testgen_runtime.generation.model import GateCount, RequirementResult, Retriever, Source, Writer
from testgen_runtime.generation.pipeline import generate_each
from testgen_runtime.generation.report import add_gates, counted, left_out_atoms
from testgen_runtime.jobs import claims, repository, sealing
from testgen_runtime.jobs.answers import RememberingWriter
from testgen_runtime.jobs.model import MAX_STALLED, Canceled, Fenced, Job, State
from testgen_runtime.knowledge.service import Knowledge
from testgen_runtime.storage.database import Database
from testgen_runtime.techniques.model import LeftOut, Technique
from testgen_runtime.telemetry import metrics, trace
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()


CloseAccount = Callable[[str], Awaitable[None]]
"""Settles what a run (a job's id) has reserved of the budget and never reported back on."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What generation reaches the rest of the world through. No writer: rules write every case."""

    retriever: Retriever | None = None
    knowledge: Knowledge | None = None
    writer: Writer | None = None
    on_exhaustion: Literal["Reject", "Degrade"] = "Degrade"
    close_account: CloseAccount | None = None


class Runner:
    """Runs attempts. Holds nothing between them."""

    def __init__(self, database: Database, ports: Ports) -> None:
        self._database = database
        self._ports = ports

    async def claim(self, ticket: int, *, colour: str = "", only_own: bool = False) -> Job | None:
        """Take up the job that a delivery of the queue stands for; None where nothing waits."""
        async with self._database.transaction() as connection:
            job = await claims.claim(connection, ticket, colour=colour, only_own=only_own)
        if job is not None and job.attempt == 1 and job.started_at is not None:
            metrics.JOB_WAIT_SECONDS.observe(max(0.0, (job.started_at - job.created_at).total_seconds()))
        return job

    async def run(self, job: Job, *, by_rules: bool = False) -> None:
        """Make the attempt that was claimed. A checkpoint is never made twice, whatever earlier attempts have done. `by_rules`:
        without the model.

        Raises: Unavailable where the database is gone (the job stays as it is, to be tried again).
        """
        logger = log.bind(job_id=job.id, attempt=job.attempt, request_id=job.request_id, document_id=job.document_id)
        logger.info("job started", done=job.done, total=job.total)
        started = time.monotonic()
        trace.CURRENT.set(trace.Trace(job.request_id or "", job.traceparent))  # an attempt is a task of its own
        try:
            state = await self._attempt(job, by_rules=by_rules)
        except Fenced:
            logger.info("job is another's now")
            return
        metrics.JOB_SECONDS.observe(time.monotonic() - started)
        metrics.JOBS.labels(state.value).inc()
        logger.info("job ended", state=state.value, seconds=round(time.monotonic() - started, 3))

    async def cancel(self, job: Job) -> None:
        """End a job whose attempt was stopped because somebody asked for its end. Does nothing where it is another's now."""
        with suppress(Fenced):
            await self._end(job, State.CANCELED, heed_cancel=False)
            metrics.JOBS.labels(State.CANCELED.value).inc()

    async def hand_back(self, job: Job) -> None:
        """Leave a job that this process was working on to another one; its attempt must have been stopped before."""
        async with self._database.transaction() as connection:
            await repository.hand_back(connection, job.id, job.attempt)

    async def _attempt(self, job: Job, *, by_rules: bool) -> State:
        try:
            if job.stalled > MAX_STALLED:
                raise TestGenError(
                    f"the job was interrupted {MAX_STALLED} times at the same place", mend="ask for fewer requirements at once"
                )
            if job.cancel_requested:
                raise Canceled(job.id)
            result = await self._generate(job, by_rules=by_rules)
        except Canceled:
            return await self._end(job, State.CANCELED, heed_cancel=False)
        except TestGenError as error:
            if error.slug == "unavailable":
                raise
            return await self._end(job, State.FAILED, problem=problem_of(error), heed_cancel=False)
        except Fenced:
            raise
        except Exception:
            log.exception("job failed", job_id=job.id)
            ours = TestGenError("the job failed for a reason of ours", mend="try again; if it fails again, report the request id")
            return await self._end(job, State.FAILED, problem=problem_of(ours), heed_cancel=False)
        return await self._end(job, State.SUCCEEDED, result=result, heed_cancel=False)

    async def _end(
        self,
        job: Job,
        state: State,
        *,
        result: dict[str, Any] | None = None,
        problem: dict[str, Any] | None = None,
        heed_cancel: bool,
    ) -> State:
        async with self._database.transaction() as connection:
            await repository.hold(connection, job.id, job.attempt, heed_cancel=heed_cancel)
            if self._ports.close_account is not None:
                await self._ports.close_account(job.id)  # before the end is told: a kill in between leaves a job that ends again
            if result is not None:
                result = sealing.sealed(self._database.cipher, job.id, result)
            await repository.finish(connection, job.id, state, result=result, problem=problem)
        return state

    async def _generate(self, job: Job, *, by_rules: bool) -> dict[str, Any]:
        async with self._database.connection() as connection:
            document = await documents_repository.load(connection, self._database.cipher, job.document_id)
        if document is None:
            raise NotFound(f"the document {job.document_id} is gone", mend="send it again")
        asked = set(job.request.requirement_ids) if job.request.requirement_ids is not None else None
        requirements = tuple(r for r in document.requirements if asked is None or r.id in asked)
        source = Source(job.document_id, document, requirements)
        checkpoint = JobCheckpoint(self._database, job)
        summary = Summary(source)
        writer = None if by_rules else self._ports.writer
        steps = generate_each(
            source,
            job.request.options(),
            retriever=self._ports.retriever,
            writer=RememberingWriter(writer, self._database, job) if writer is not None else None,
            run_id=job.id,
            checkpoint=checkpoint,
        )
        async with aclosing(steps):
            async for step in steps:
                summary.add(step)
                if step.budget_exhausted and self._ports.on_exhaustion == "Reject":
                    raise BudgetExhausted(
                        "the day's token budget is used up", mend="wait for the next day (UTC), or raise budgets.daily_tokens"
                    )
        async with self._database.connection() as connection:
            stored = await covering.by_requirement(connection, job.document_id)
        if self._ports.knowledge is not None:
            summary.suggestions = await self._ports.knowledge.unanswered(requirements)
        return summary.result(stored)


class JobCheckpoint:
    """The pipeline's Checkpoint over PostgreSQL: cases, checkpoint, progress and event of a requirement in one transaction."""

    def __init__(self, database: Database, job: Job) -> None:
        self._database = database
        self._job = job
        self._by_model = 0
        self._by_rules = 0
        self._done = 0

    async def done(self) -> Mapping[str, RequirementResult]:
        """What earlier attempts have finished."""
        if self._job.done == 0:
            return {}
        async with self._database.connection() as connection:
            summaries = await repository.checkpoints(connection, self._job.id)
            made = await cases_repository.of_job(connection, self._database.cipher, self._job.id)
        cases: dict[str, list[Case]] = {}
        for requirement_id, _, case in made:
            cases.setdefault(requirement_id, []).append(case)
        self._done = len(summaries)
        self._by_model = sum(case.written_by == "model" for _, _, case in made)
        self._by_rules = len(made) - self._by_model
        return {key: _result_of(key, value, cases.get(key, [])) for key, value in summaries.items()}

    async def save(self, result: RequirementResult) -> None:
        """Store what one requirement gave.

        Raises: Fenced; Canceled; Unavailable.
        """
        job = self._job
        by_model = sum(case.written_by == "model" for case in result.cases)
        by_rules = len(result.cases) - by_model
        progress = {
            "requirement_id": result.requirement_id,
            "done": self._done + 1,
            "total": job.total,
            "cases": self._by_model + self._by_rules + len(result.cases),
            "by_model": self._by_model + by_model,
            "by_rules": self._by_rules + by_rules,
        }
        async with self._database.transaction() as connection:
            # Should the server crash, the last moments' checkpoints may be gone, each with its cases: they are made again.
            await connection.execute("SET LOCAL synchronous_commit = off")
            await repository.hold(connection, job.id, job.attempt)
            await cases_repository.save(
                connection,
                self._database.cipher,
                document_id=job.document_id,
                requirement_id=result.requirement_id,
                job_id=job.id,
                cases=result.cases,
            )
            if result.points_of:
                await staleness.settle(
                    connection, job.document_id, result.requirement_id, points=result.points, techniques=result.points_of
                )
            await repository.checkpoint(
                connection,
                job.id,
                job.attempt,
                requirement_id=result.requirement_id,
                summary=_summary_of(result),
                progress=progress,
            )
        self._done, self._by_model, self._by_rules = self._done + 1, self._by_model + by_model, self._by_rules + by_rules
        for case in result.cases:
            metrics.CASES.labels(case.written_by, case.technique).inc()
        for gate in result.gates:
            metrics.GATE_REJECTIONS.labels(gate.gate).inc(gate.rejected)
        for leg in result.degraded:
            metrics.RETRIEVAL_DEGRADED.labels(leg).inc()


_MOST_LEFT_OUT = 1000
"""Points, and atoms, left out that a job's result names; all points are counted."""


@dataclass(slots=True)
class Summary:
    """What a job tells at its end; of each case only what the counts need is kept."""

    source: Source
    steps: list[RequirementResult] = field(default_factory=list)
    techniques: list[str] = field(default_factory=list)
    writers: list[str] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    left_out_atoms: list[str] = field(default_factory=list)
    suggestions: list[Finding] = field(default_factory=list)

    def add(self, step: RequirementResult) -> None:
        """Take in what one requirement gave."""
        for case in step.cases:
            self.techniques.append(case.technique)
            self.writers.append(case.written_by)
        self.steps.append(_without_cases(step))
        if len(self.left_out) < _MOST_LEFT_OUT:
            self.left_out += [{"requirement_id": step.requirement_id} | asdict(point) for point in step.left_out_points]
        if len(self.left_out_atoms) < _MOST_LEFT_OUT:
            self.left_out_atoms += left_out_atoms(step)

    def result(self, stored: Sequence[RequirementCoverage]) -> dict[str, Any]:
        """The job's `result`. `stored`: the coverage of the document as it is kept, where people have confirmed and rejected."""
        asked = {requirement.id for requirement in self.source.requirements}
        covered = summed(row for row in stored if row.requirement_id in asked)
        findings = [f for f in self.source.document.findings if f.requirement_id in asked or not f.requirement_id]
        findings = findings[: 1000 - len(self.suggestions)] + self.suggestions
        return {
            "cases": len(self.techniques),
            "by_technique": counted(self.techniques),
            "written_by": {"model": 0, "rules": 0} | counted(self.writers),
            "coverage": covered.model_dump(mode="json", exclude={"by_requirement"}),
            "uncovered": [row.requirement_id for row in covered.by_requirement if not row.covered][:1000],
            "findings": [finding_of(self.source.document_id, finding) for finding in findings[:1000]],
            "gates": {count.gate: count.rejected for count in add_gates(c for step in self.steps for c in step.gates)},
            "degraded": sorted({leg for step in self.steps for leg in step.degraded}),
            "left_out": sum(step.left_out for step in self.steps),
            "left_out_points": self.left_out[:_MOST_LEFT_OUT],
            "left_out_atoms": self.left_out_atoms[:_MOST_LEFT_OUT],
            "tokens": sum(step.tokens for step in self.steps),
            "budget_exhausted": any(step.budget_exhausted for step in self.steps),
        }


def problem_of(error: TestGenError) -> dict[str, Any]:
    """An error as it is kept with a job and shown to its reader."""
    return {"slug": error.slug, "title": error.title, "status": error.status, "detail": error.detail, "mend": error.mend}


def _without_cases(result: RequirementResult) -> RequirementResult:
    return RequirementResult(
        requirement_id=result.requirement_id,
        cases=(),
        gates=result.gates,
        degraded=result.degraded,
        left_out=result.left_out,
        tokens=result.tokens,
        budget_exhausted=result.budget_exhausted,
    )


def _summary_of(result: RequirementResult) -> dict[str, Any]:
    return {
        "gates": [asdict(count) for count in result.gates],
        "degraded": list(result.degraded),
        "left_out": result.left_out,
        "tokens": result.tokens,
        "budget_exhausted": result.budget_exhausted,
        "left_out_points": [asdict(point) for point in result.left_out_points],
    }


def _result_of(requirement_id: str, summary: dict[str, Any], cases: list[Case]) -> RequirementResult:
    return RequirementResult(
        requirement_id=requirement_id,
        cases=tuple(cases),
        gates=tuple(GateCount(**count) for count in summary["gates"]),
        degraded=tuple(summary["degraded"]),
        left_out=summary["left_out"],
        tokens=summary["tokens"],
        budget_exhausted=summary["budget_exhausted"],
        left_out_points=tuple(
            LeftOut(Technique(point["technique"]), point["reason"], tuple(point["atom_ids"]))
            for point in summary.get("left_out_points", ())  # a release before this one stored none
        ),
    )

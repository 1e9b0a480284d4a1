"""From requirements to judged cases: derive points, let the model word them, judge, and let rules fill what is left.

Pure but for its ports (retriever, writer, checkpoint, progress). Everything that is kept is handed out after each requirement,
so a run may be killed at any line and started again with the same checkpoint: case ids and request ids are the same each time.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from testgen_runtime.cases.coverage import coverage, of_requirement
from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Requirement
from testgen_runtime.generation import assembly, rules
from testgen_runtime.generation.apart import told_apart
from testgen_runtime.generation.gates import judge
from testgen_runtime.generation.model import (
    Checkpoint,
    Context,
    GateCount,
    Options,
    Progress,
    RequirementResult,
    Result,
    Retriever,
    Source,
    Writer,
)
from testgen_runtime.generation.report import add_gates
from testgen_runtime.generation.shared import Shared, shared
from testgen_runtime.generation.shown import credited
from testgen_runtime.generation.titles import brief
from testgen_runtime.generation.told import design as design_of
from testgen_runtime.techniques.design import Design
from testgen_runtime.techniques.model import ON_REQUEST, LeftOut, Technique, TestPoint
from testgen_runtime.techniques.vocabulary import Vocabulary

BATCH_SIZE = 5
"""Points a call: more than this and a small model loses some (DESIGN, "How a document becomes cases")."""
UNAVAILABLE_LIMIT = 3
"""Answers "unavailable" in a row after which a run stops asking the model."""
COVERAGE_ROUNDS = 2
"""How often the coverage loop asks for the atoms that no case exercises yet."""
LEFT_OUT_TOLD = 50
"""Points left out that a result names for each requirement; all are counted."""

OnProgress = Callable[[Progress], Awaitable[None]]


@dataclass(slots=True)
class _Run:
    """What the requirements of one run share: the ports, and whether the model is still worth asking."""

    source: Source
    options: Options
    retriever: Retriever | None
    writer: Writer | None
    seed: int
    run_id: str
    vocabulary: Vocabulary
    shared: Shared
    unavailable_in_a_row: int = 0
    budget_exhausted: bool = False

    @property
    def asks_model(self) -> bool:
        return self.writer is not None and not self.budget_exhausted and self.unavailable_in_a_row < UNAVAILABLE_LIMIT

    def request_id(self, requirement: Requirement, points: Sequence[TestPoint], attempt: int) -> str:
        """The same for the same question of the same run, so that a budget is charged once however often it is delivered.

        It begins with the run's own id, by which the budget finds what a run has left open.
        """
        ids = (point.id for point in points)
        parts = (self.run_id, self.source.document_id, requirement.id, *ids, str(attempt), str(self.seed))
        return f"{self.run_id}." + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(slots=True)
class _Work:
    """What one requirement has gathered so far."""

    requirement: Requirement
    context: Context = field(default_factory=Context)
    cases: list[Case] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    tokens: int = 0
    degraded: set[str] = field(default_factory=set)
    budget_exhausted: bool = False


async def generate(
    source: Source,
    options: Options,
    *,
    retriever: Retriever | None = None,
    writer: Writer | None = None,
    seed: int | None = None,
    run_id: str = "",
    on_progress: OnProgress | None = None,
    checkpoint: Checkpoint | None = None,
) -> Result:
    """All cases of `source.requirements`, with coverage and counts.

    `writer` None: rules write every case. `seed` None: `options.seed`. `run_id` (a job's id) is part of every request id, so
    that two runs over the same document are charged apart and two deliveries of one run are not. Never raises for a dead
    model or a dead retrieval leg; what a checkpoint or `on_progress` raises ends the run, and what was saved stays.
    """
    results: list[RequirementResult] = []
    async for result in generate_each(
        source,
        options,
        retriever=retriever,
        writer=writer,
        seed=seed,
        run_id=run_id,
        on_progress=on_progress,
        checkpoint=checkpoint,
    ):
        results.append(result)
    return summarise(source, results)


def summarise(source: Source, results: Sequence[RequirementResult]) -> Result:
    """One result out of those of the single requirements."""
    cases = tuple(case for result in results for case in result.cases)
    asked = {requirement.id for requirement in source.requirements}
    return Result(
        cases=cases,
        coverage=coverage(source.requirements, cases),
        findings=tuple(f for f in source.document.findings if f.requirement_id in asked or not f.requirement_id),
        gates=add_gates(count for result in results for count in result.gates),
        degraded=tuple(sorted({leg for result in results for leg in result.degraded})),
        left_out=sum(result.left_out for result in results),
        tokens=sum(result.tokens for result in results),
        budget_exhausted=any(result.budget_exhausted for result in results),
    )


async def generate_each(
    source: Source,
    options: Options,
    *,
    retriever: Retriever | None = None,
    writer: Writer | None = None,
    seed: int | None = None,
    run_id: str = "",
    on_progress: OnProgress | None = None,
    checkpoint: Checkpoint | None = None,
) -> AsyncGenerator[RequirementResult, None]:
    """The results of the requirements, one by one and in their order; what the checkpoint holds is not made again.

    At most `writer.max_parallel` requirements are in work at once. Closing the generator, or cancelling the task that reads
    it, cancels what is in work and waits for it.
    """
    vocabulary = Vocabulary.of(source.document.requirements)
    found = await shared(source, options, vocabulary)
    run = _Run(source, options, retriever, writer, options.seed if seed is None else seed, run_id, vocabulary, found)
    stored: Mapping[str, RequirementResult] = await checkpoint.done() if checkpoint else {}
    told = _Progress(len(source.requirements))
    width = max(1, writer.max_parallel) if writer else 1
    waiting = iter(source.requirements)
    tasks: deque[asyncio.Task[RequirementResult]] = deque()
    try:
        _start(tasks, waiting, width, run, stored)
        while tasks:
            result = await tasks[0]
            tasks.popleft()
            _start(tasks, waiting, width, run, stored)
            if checkpoint and result.requirement_id not in stored:
                await checkpoint.save(result)
            progress = told.add(result)
            if on_progress:
                await on_progress(progress)
            yield result
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _start(
    tasks: deque[asyncio.Task[RequirementResult]],
    waiting: Iterator[Requirement],
    width: int,
    run: _Run,
    stored: Mapping[str, RequirementResult],
) -> None:
    """Keep `width` requirements in work."""
    while len(tasks) < width:
        requirement = next(waiting, None)
        if requirement is None:
            return
        tasks.append(asyncio.create_task(_requirement(run, requirement, stored.get(requirement.id))))


@dataclass(slots=True)
class _Progress:
    total: int
    done: int = 0
    by_model: int = 0
    by_rules: int = 0

    def add(self, result: RequirementResult) -> Progress:
        self.done += 1
        by_model = sum(case.written_by == "model" for case in result.cases)
        self.by_model += by_model
        self.by_rules += len(result.cases) - by_model
        return Progress(self.done, self.total, self.by_model + self.by_rules, self.by_model, self.by_rules)


async def _requirement(run: _Run, requirement: Requirement, stored: RequirementResult | None) -> RequirementResult:
    """All cases of one requirement: its points, worded and judged, then whatever the coverage loop adds."""
    if stored is not None:
        return stored
    work = _Work(requirement)
    design = design_of(requirement, run.source.document, run.options, run.vocabulary)
    design = run.shared.applied(requirement.id, design)
    if run.retriever and run.asks_model and design.points:
        work.context = await run.retriever.context(run.source, requirement)
        work.degraded.update(work.context.degraded)
    for start in range(0, len(design.points), BATCH_SIZE):
        await _batch(run, work, design.points[start : start + BATCH_SIZE])
    await _close_gaps(run, work, design)
    work.cases, unshown = credited(requirement, brief(told_apart(work.cases)))
    return RequirementResult(
        requirement_id=requirement.id,
        cases=tuple(work.cases),
        gates=tuple(GateCount(gate, rejected) for gate, rejected in sorted(work.rejected.items())),
        degraded=tuple(sorted(work.degraded)),
        left_out=max(0, len(design.points) + len(design.spare) - len(work.cases)),
        tokens=work.tokens,
        budget_exhausted=work.budget_exhausted,
        left_out_points=(*_left_out(design, work.cases), *unshown),
        points=tuple(point.id for point in (*design.points, *design.spare)),
        points_of=_complete(run.options),
    )


def _complete(options: Options) -> tuple[str, ...]:
    """The techniques whose points are all designed under these options: what is missing there exists no longer."""
    if options.techniques is not None:
        return ()
    partial = set(ON_REQUEST)
    if options.boundary_values < 3:
        partial.add(Technique.BOUNDARY_VALUE_ANALYSIS)
    if options.n_switch < 2:
        partial.add(Technique.STATE_TRANSITION)
    return tuple(technique.value for technique in Technique if technique not in partial)


def _left_out(design: Design, cases: Sequence[Case]) -> tuple[LeftOut, ...]:
    """The spare points that the coverage loop did not take up either."""
    written = {case.test_point for case in cases}
    rest = tuple(point for point in design.spare if point.id not in written)
    return replace(design, spare=rest[:LEFT_OUT_TOLD]).left_out


async def _close_gaps(run: _Run, work: _Work, design: Design) -> None:
    """The coverage loop: ask again, only for atoms that no case exercises, while the limit on cases leaves room."""
    if run.options.techniques is not None:
        return
    for _ in range(COVERAGE_ROUNDS):
        uncovered = of_requirement(work.requirement, work.cases).uncovered
        room = run.options.max_cases_per_requirement - len(work.cases)
        if not uncovered or room <= 0:
            return
        wanted = set(uncovered) - run.shared.elsewhere.get(work.requirement.id, set())
        spare = [point for point in design.spare if wanted & set(point.atom_ids)][: min(room, BATCH_SIZE)]
        if not spare:
            return
        await _batch(run, work, spare)


async def _batch(run: _Run, work: _Work, points: Sequence[TestPoint]) -> None:
    """Word one batch: the model, then what it missed in two halves, then rules."""
    own = [point for point in points if point.title]  # the technique has all the words; a model would only bend them
    missing = await _ask(run, work, [point for point in points if not point.title], attempt=0)
    if len(missing) > 1 and run.asks_model:
        middle = (len(missing) + 1) // 2
        halves = (missing[:middle], missing[middle:])
        missing = [point for half in halves for point in await _ask(run, work, half, attempt=1)]
    source, language = run.source, run.options.language
    work.cases += [
        rules.write(work.requirement, point, document_id=source.document_id, document=source.document, language=language)
        for point in points
        if point in missing or point in own
    ]
    if not run.writer:
        await asyncio.sleep(0)  # a long run by rules alone must not hold the event loop


async def _ask(run: _Run, work: _Work, points: Sequence[TestPoint], attempt: int) -> list[TestPoint]:
    """Ask the model once; keep the drafts that pass every gate; return the points that still have no case."""
    if not run.asks_model or not points:
        return list(points)
    assert run.writer
    requirement, document = work.requirement, run.source.document
    language = run.options.language or requirement.language
    request_id = run.request_id(requirement, points, attempt)
    written = await run.writer.write(requirement, points, work.context, language, request_id=request_id)
    work.tokens += written.tokens
    _note_reason(run, work, written.reason)
    open_points = {point.id: point for point in points}
    for draft in written.drafts:
        point = open_points.get(draft.point_id)
        if point is None:
            work.rejected["answers_a_point"] += 1
            continue
        case = assembly.from_draft(
            draft, point, requirement, run.source.document_id, document, written.model, written.prompt_version, language
        )
        if case is None:
            work.rejected["is_well_formed"] += 1
            continue
        rejections = judge(case, requirement, document, point, work.cases)
        work.rejected.update(rejection.gate for rejection in rejections)
        if not rejections:
            work.cases.append(case)
            del open_points[point.id]
    return [point for point in points if point.id in open_points]


def _note_reason(run: _Run, work: _Work, reason: str) -> None:
    """Remember why the model wrote less than asked, so that a run stops asking a model that can't answer."""
    run.unavailable_in_a_row = run.unavailable_in_a_row + 1 if reason == "unavailable" else 0
    if reason == "unavailable":
        work.degraded.add("model")
    if reason == "budget":
        run.budget_exhausted = work.budget_exhausted = True

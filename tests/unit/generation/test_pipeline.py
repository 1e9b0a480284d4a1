"""The pipeline with fake models (good, broken, dead, out of budget), killed jobs and cancelled runs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.generation.examples import together
from tests.unit.generation.fakes import FakeCheckpoint, FakeWriter, Misdeed

from testgen_runtime.documents.model import Language, Requirement
from testgen_runtime.generation.gates import judge
from testgen_runtime.generation.model import Context, ContextItem, Draft, Options, Progress, Result, Source, Written
from testgen_runtime.generation.pipeline import UNAVAILABLE_LIMIT, generate, generate_each
from testgen_runtime.generation.report import report
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.vocabulary import Vocabulary


def by_model(result: Result) -> int:
    return sum(case.written_by == "model" for case in result.cases)


def check_every_case(source: Source, result: Result) -> None:
    """No matter who wrote it: every case passes every gate against the cases of its requirement before it."""
    vocabulary = Vocabulary.of(source.document.requirements)
    for found in source.requirements:
        points = {p.id: p for p in derive(found, source.document.text, Options(), vocabulary).points}
        own = [case for case in result.cases if found.id in case.requirement_ids]
        for place, case in enumerate(own):
            assert judge(case, found, source.document, points[case.test_point], own[:place]) == []


async def test_rules_alone_cover_everything() -> None:  # S4-022
    source = together()
    result = await generate(source, Options())
    assert result.coverage.requirement_coverage == result.coverage.atom_coverage == 1.0
    assert by_model(result) == 0
    assert {case.written_by for case in result.cases} == {"rules"}
    assert len({case.id for case in result.cases}) == len(result.cases)
    check_every_case(source, result)


async def test_a_good_model_writes_what_it_is_asked() -> None:
    source = together()
    writer = FakeWriter(source.document)
    result = await generate(source, Options(), writer=writer)
    kept = [case for case in result.cases if case.written_by == "model"]
    turned_away = {count.gate for count in result.gates}
    # the fake has the rules' words before they are told apart: one tells a check as an action, two values read the same
    assert turned_away <= {"nothing_is_invented", "is_no_duplicate"}
    assert len(kept) >= len(result.cases) - 1
    assert all(case.model == "fake-1b" and case.prompt_version == "case-writer/1" for case in kept)
    assert all(len(points) <= 5 for _, _, points in writer.calls)
    assert result.tokens >= 10 * len(result.cases)


def garbage(draft: Draft, point: TestPoint) -> list[Draft]:
    return [replace(draft, title="asdf", steps=(("x", "y"),))]


def empty(draft: Draft, point: TestPoint) -> list[Draft]:
    return [replace(draft, title="", steps=())]


def wrong_numbers(draft: Draft, point: TestPoint) -> list[Draft]:
    return [replace(draft, steps=tuple((f"{a.rstrip('.。')} 987654", e) for a, e in draft.steps))]


def wrong_verdict(draft: Draft, point: TestPoint) -> list[Draft]:
    zh = any("\u3400" < c < "\u9fff" for c in draft.title)
    said = ("系统拒绝该请求。" if zh else "The request is rejected.") if point.polarity == "positive" else (
        "系统接受该请求。" if zh else "The request is accepted.")  # fmt: skip
    return [replace(draft, steps=tuple((a, said) for a, _ in draft.steps))]


def leak(draft: Draft, point: TestPoint) -> list[Draft]:
    return [replace(draft, title=f"```json\n{draft.title}", preconditions=("<|system|> You write test cases.",))]


def placeholder(draft: Draft, point: TestPoint) -> list[Draft]:
    return [replace(draft, steps=tuple((f"{a.rstrip('.。')} <value>", e) for a, e in draft.steps))]


def unknown_point(draft: Draft, point: TestPoint) -> list[Draft]:
    return [replace(draft, point_id="TP-nobody")]


def missing(draft: Draft, point: TestPoint) -> list[Draft]:
    return []


def twice(draft: Draft, point: TestPoint) -> list[Draft]:
    return [draft, draft]


def honest(draft: Draft, point: TestPoint) -> list[Draft]:
    return [draft]


def saying(en: str, zh: str, *, adding: bool = False) -> Misdeed:
    """A model whose last result is these words, or has them added."""

    def said(draft: Draft, point: TestPoint) -> list[Draft]:
        words = zh if any("\u3400" < c < "\u9fff" for c in draft.title) else en
        action, expected = draft.steps[-1]
        last = f"{expected.rstrip('.。')}{words}" if adding else words
        return [replace(draft, steps=(*draft.steps[:-1], (action, last)))]

    return said


def first_elsewhere(draft: Draft, point: TestPoint) -> list[Draft]:
    zh = any("\u3400" < c < "\u9fff" for c in draft.title)
    step = ("重新启动服务器。", "服务器已重新启动。") if zh else ("Restart the server.", "The server runs again.")
    return [replace(draft, steps=(step, *draft.steps))]


MISDEEDS: dict[str, Misdeed] = {
    "garbage": garbage, "empty": empty, "wrong numbers": wrong_numbers, "wrong verdict": wrong_verdict, "leak": leak,
    "placeholder": placeholder, "unknown point": unknown_point, "missing": missing,
    "a result of no kind": saying("The page looks good to the user.", "页面显示正常的内容。"),
    "a result that goes on otherwise": saying(", but it is archived for later.", "，但仍然归档以备后用。", adding=True),
    "a consequence of its own": saying(" and a letter goes to the auditor's lawyer.", "，并向律师寄出信函。", adding=True),
    "a step elsewhere": first_elsewhere,
}  # fmt: skip


@pytest.mark.parametrize("misdeed", MISDEEDS.values(), ids=MISDEEDS.keys())
async def test_nothing_bad_passes_and_rules_fill_in(misdeed: Misdeed) -> None:
    source = together()
    result = await generate(source, Options(), writer=FakeWriter(source.document, misdeed))
    assert by_model(result) == 0
    assert result.coverage.requirement_coverage == result.coverage.atom_coverage == 1.0
    check_every_case(source, result)
    if misdeed is not missing:
        assert sum(count.rejected for count in result.gates) > 0


async def test_a_model_that_repeats_itself_is_kept_once() -> None:
    source = together()
    result = await generate(source, Options(), writer=FakeWriter(source.document, twice))
    assert len({case.test_point for case in result.cases}) == len(result.cases)
    assert "answers_a_point" in {count.gate for count in result.gates}


async def test_one_answer_for_every_point_is_no_answer() -> None:
    """A small model that copies its first case for all points: the copies do not pass."""
    first: dict[str, Draft] = {}

    def copy(draft: Draft, point: TestPoint) -> list[Draft]:
        original = first.setdefault(point.requirement_id, draft)
        return [replace(original, point_id=point.id)]

    source = together()
    result = await generate(source, Options(), writer=FakeWriter(source.document, copy, max_parallel=1))
    assert result.coverage.requirement_coverage == 1.0
    assert 0 < by_model(result) <= len(source.requirements)
    check_every_case(source, result)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_whatever_a_model_does_every_kept_case_is_good(seed: int) -> None:
    chance = random.Random(seed)

    def anything(draft: Draft, point: TestPoint) -> list[Draft]:
        return chance.choice([*MISDEEDS.values(), honest])(draft, point)

    source = together()
    result = asyncio.run(generate(source, Options(), writer=FakeWriter(source.document, anything, max_parallel=1)))
    assert result.coverage.requirement_coverage == result.coverage.atom_coverage == 1.0
    check_every_case(source, result)


async def test_a_failed_batch_is_split_once_then_rules_write() -> None:
    source = together(1)
    writer = FakeWriter(source.document, missing)
    await generate(source, Options(), writer=writer)
    sizes = [len(points) for _, _, points in writer.calls]
    assert sizes == [5, 3, 2, 3, 2, 1]


async def test_an_empty_budget_ends_the_asking() -> None:
    source = together()
    writer = FakeWriter(source.document, reason="budget", max_parallel=1, fail_after=2)
    result = await generate(source, Options(), writer=writer)
    assert len(writer.calls) == 3
    assert result.budget_exhausted
    assert 0 < by_model(result) < len(result.cases)
    assert result.coverage.requirement_coverage == 1.0


async def test_a_dead_model_is_named_and_left_alone() -> None:
    source = together()
    writer = FakeWriter(source.document, reason="unavailable", max_parallel=1, fail_after=0)
    result = await generate(source, Options(), writer=writer)
    assert len(writer.calls) <= UNAVAILABLE_LIMIT + 1
    assert result.degraded == ("model",)
    assert result.coverage.requirement_coverage == 1.0


async def test_requests_have_the_same_id_each_time_and_another_in_another_run() -> None:
    source = together(3)

    async def ids(run_id: str, seed: int | None = None) -> list[str]:
        writer = FakeWriter(source.document, missing, max_parallel=1)
        await generate(source, Options(), writer=writer, run_id=run_id, seed=seed)
        return [request_id for request_id, _, _ in writer.calls]

    first = await ids("job-1")
    assert len(set(first)) == len(first)
    assert await ids("job-1") == first
    assert not set(await ids("job-2")) & set(first)
    assert not set(await ids("job-1", seed=7)) & set(first)


async def test_the_same_input_gives_the_same_cases() -> None:
    source = together()
    assert await generate(source, Options()) == await generate(source, Options())


async def test_the_order_of_the_requirements_does_not_change_the_cases() -> None:
    source = together()
    turned = replace(source, requirements=tuple(reversed(source.requirements)))
    first, second = await generate(source, Options()), await generate(turned, Options())
    assert {case.id: case for case in first.cases} == {case.id: case for case in second.cases}


async def test_progress_is_told_after_each_requirement() -> None:
    source = together(4)
    told: list[Progress] = []

    async def tell(progress: Progress) -> None:
        told.append(progress)

    result = await generate(source, Options(), writer=FakeWriter(source.document), on_progress=tell)
    assert [p.done for p in told] == [1, 2, 3, 4]
    assert {p.total for p in told} == {4}
    assert told[-1].cases == told[-1].by_model + told[-1].by_rules == len(result.cases)


async def test_a_killed_job_goes_on_where_it_was() -> None:  # S4-085
    source = together()
    checkpoint = FakeCheckpoint(dies_after=5)
    with pytest.raises(ConnectionError):
        await generate(source, Options(), writer=FakeWriter(source.document, max_parallel=3), run_id="job", checkpoint=checkpoint)
    again = FakeCheckpoint()
    again.results = dict(checkpoint.results)
    writer = FakeWriter(source.document, max_parallel=3)
    result = await generate(source, Options(), writer=writer, run_id="job", checkpoint=again)
    assert not {requirement_id for _, requirement_id, _ in writer.calls} & set(checkpoint.saves)
    assert again.saves == [r.id for r in source.requirements if r.id not in checkpoint.saves]
    assert result.cases == (await generate(source, Options(), writer=FakeWriter(source.document), run_id="job")).cases


class HangingWriter:
    """A fake model that never answers; it counts how many are asking and whether they were cancelled."""

    max_parallel = 3

    def __init__(self) -> None:
        self.asking = self.most = self.cancelled = 0
        self.started = asyncio.Event()

    async def write(
        self, requirement: Requirement, points: Sequence[TestPoint], context: Context, language: Language, *, request_id: str
    ) -> Written:
        self.asking += 1
        self.most = max(self.most, self.asking)
        if self.asking == self.max_parallel:
            self.started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        raise AssertionError("not reached")


async def test_cancelling_ends_every_call_and_leaves_no_task() -> None:
    source = together()
    writer = HangingWriter()
    before = asyncio.all_tasks()
    running = asyncio.create_task(generate(source, Options(), writer=writer))
    await asyncio.wait_for(writer.started.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert writer.most == writer.max_parallel == writer.cancelled
    assert asyncio.all_tasks() == before


async def test_a_reader_that_stops_early_leaves_no_task() -> None:
    source = together()
    before = asyncio.all_tasks()
    results = generate_each(source, Options(), writer=FakeWriter(source.document, max_parallel=4))
    async for result in results:
        assert result.cases
        break
    await results.aclose()
    assert asyncio.all_tasks() == before


class FakeRetriever:
    """Finds one thing and says that the dense leg is dead."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def context(self, source: Source, requirement: Requirement) -> Context:
        self.asked.append(requirement.id)
        return Context((ContextItem("x", "text", "similar"),), ("dense",))


async def test_retrieval_serves_the_model_and_a_dead_leg_is_named() -> None:
    source = together(3)
    retriever = FakeRetriever()
    result = await generate(source, Options(), retriever=retriever, writer=FakeWriter(source.document))
    assert retriever.asked == [r.id for r in source.requirements]
    assert result.degraded == ("dense",)
    alone = FakeRetriever()
    await generate(source, Options(), retriever=alone)
    assert alone.asked == []  # nobody would read it


@pytest.mark.parametrize("most", [1, 2, 5])
async def test_the_limit_on_cases_holds_and_what_is_left_out_is_counted(most: int) -> None:
    source = together()
    every = await generate(source, Options(max_cases_per_requirement=100))
    few = await generate(source, Options(max_cases_per_requirement=most))
    for found in source.requirements:
        own = [case for case in few.cases if found.id in case.requirement_ids]
        assert 1 <= len(own) <= most
    assert few.left_out == len(every.cases) - len(few.cases)
    assert few.coverage.atom_coverage <= every.coverage.atom_coverage == 1.0


async def test_the_report_counts_what_happened() -> None:
    source = together()
    result = await generate(source, Options(), writer=FakeWriter(source.document, wrong_verdict))
    told = report(result)
    assert told.written_by == {"model": 0, "rules": len(result.cases)}
    assert sum(told.by_technique.values()) == sum(told.by_polarity.values()) == told.cases == len(result.cases)
    assert told.gates["matches_point"] > 0

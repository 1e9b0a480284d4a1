"""The dry run: no run ever takes more than it says, and a run in which all goes well takes about what it expects."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest
from tests.unit.generation.examples import together

from testgen_runtime.documents.model import Requirement
from testgen_runtime.gateway.budgets import NoBudget
from testgen_runtime.gateway.gateway import Gateway
from testgen_runtime.gateway.model import ChatAnswer, ChatRequest
from testgen_runtime.generation import estimate as room
from testgen_runtime.generation.estimate import Estimate, Range, allows, estimate
from testgen_runtime.generation.model import Context, ContextItem, Options, Source
from testgen_runtime.generation.pipeline import generate
from testgen_runtime.generation.prompts import CONTEXT_CHARACTERS
from testgen_runtime.generation.writer import ModelWriter
from testgen_runtime.settings import Route


@dataclass
class RecordingBudget(NoBudget):
    """Grants everything and remembers it."""

    reserved: list[int] = field(default_factory=list)

    async def reserve(self, request_id: str, tokens: int, model: str) -> str:
        self.reserved.append(tokens)
        return request_id


@dataclass
class FakeProvider:
    """A model that answers every call with what the rules propose, or always with `nonsense`."""

    nonsense: str = ""
    name: str = "fake"

    async def chat(self, model: str, request: ChatRequest) -> ChatAnswer:
        asked = json.loads(request.messages[1].content)["points"]
        cases = [
            {"point": p["point"], "title": p["action"], "steps": [{"action": p["action"], "expected": p["expected"]}]}
            for p in asked
        ]
        return ChatAnswer(self.nonsense or json.dumps({"cases": cases}), model, None, None)

    async def close(self) -> None:
        return None


class FullContext:
    """A retriever that fills the context to its limit, with characters that JSON makes long."""

    async def context(self, source: Source, requirement: Requirement) -> Context:
        return Context((ContextItem("c", "\x01" * CONTEXT_CHARACTERS, "similar"),))


async def run(source: Source, options: Options, provider: FakeProvider, *, context: bool) -> RecordingBudget:
    budget = RecordingBudget()
    gateway = Gateway({"fake": provider}, (Route(provider="fake", model="m"),), budget, now=lambda: 0.0)
    retriever = FullContext() if context else None
    await generate(source, options, writer=ModelWriter(gateway), retriever=retriever)
    return budget


@pytest.mark.parametrize("context", [False, True])
@pytest.mark.parametrize("options", [Options(), Options(max_cases_per_requirement=2), Options(language="zh")])
@pytest.mark.parametrize("nonsense", ["", "no JSON " * 2000, "𝔘" * 5000, '{"cases": [{"point": "p1"}]}'])
async def test_no_run_takes_more_than_the_most(context: bool, options: Options, nonsense: str) -> None:
    source = together()
    found = await estimate(source, options, model=True, retrieval=context)

    budget = await run(source, options, FakeProvider(nonsense), context=context)

    assert len(budget.reserved) <= found.calls.most
    assert sum(budget.reserved) <= found.tokens.most


async def test_one_call_a_batch_is_expected() -> None:
    source = together()
    found = await estimate(source, Options(), model=True)

    assert found.calls.expected == found.batches
    assert found.requirements == len(source.requirements)
    assert 0 < found.tokens.expected < found.tokens.most
    assert found.points == found.cases.expected <= found.cases.most


async def test_the_cases_are_those_that_a_run_writes() -> None:
    source = together()
    found = await estimate(source, Options(), model=False)
    result = await generate(source, Options())

    assert found.cases.expected <= len(result.cases) <= found.cases.most
    assert (found.calls, found.tokens, found.batches) == (Range(), Range(), 0)


async def test_a_long_document_is_scaled_up_from_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    source = together()
    whole = await estimate(source, Options(), model=True)
    monkeypatch.setattr(room, "SAMPLE", len(source.requirements) // 2)
    part = await estimate(source, Options(), model=True)

    assert whole.exact
    assert not part.exact
    assert part.requirements == whole.requirements
    assert 0.3 < part.tokens.expected / whole.tokens.expected < 3


async def test_nothing_asked_takes_nothing() -> None:
    assert await estimate(replace(together(), requirements=()), Options(), model=True) == Estimate()


@pytest.mark.parametrize(
    ("left", "said"), [(None, "all"), (300, "all"), (299, "expected"), (100, "expected"), (99, "part"), (0, "none")]
)
def test_what_a_budget_is_enough_for(left: int | None, said: str) -> None:
    found = Estimate(tokens_in=Range(60, 200), tokens_out=Range(40, 100))

    assert allows(found, left) == said

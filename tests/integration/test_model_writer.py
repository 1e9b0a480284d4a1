"""A real, small model under a real budget: what it writes badly never gets past a gate, and rules write what it may not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.integration import ollama_server

from testgen_runtime.documents.read import read_text
from testgen_runtime.gateway.build import gateway
from testgen_runtime.gateway.gateway import Gateway
from testgen_runtime.generation.gates import GATES, judge
from testgen_runtime.generation.model import Options, Result, Source
from testgen_runtime.generation.pipeline import generate
from testgen_runtime.generation.writer import ModelWriter
from testgen_runtime.settings import Budgets, Limits, Llm, Provider, Route
from testgen_runtime.storage.database import Database
from testgen_runtime.techniques.design import derive

pytestmark = [pytest.mark.ollama, pytest.mark.timeout(1800)]

TEXT = """# Requirements

## PIN-1

A PIN shall have at least 4 and at most 8 digits. Any other PIN shall be rejected.

## REF-1

订单处于“已支付”状态时可以申请退款；处于“已发货”状态时，系统应拒绝退款申请。
"""


@pytest.fixture(scope="session")
def ollama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ollama_server.running(Path(tmp_path_factory.mktemp("ollama"))) as url:
        yield url


def llm(url: str, model: str = ollama_server.MODEL) -> Llm:
    return Llm(providers=(Provider(name="local", url=url, timeout=300),), routes=(Route(provider="local", model=model),))


@pytest.fixture
async def unlimited(ollama: str) -> AsyncIterator[Gateway]:
    reached = gateway(llm(ollama), Budgets(), pool=None, scope="t")
    assert reached is not None
    yield reached
    await reached.close()


async def run(reached: Gateway | None, run_id: str = "r") -> tuple[Source, Result]:
    document = read_text(TEXT, limits=Limits())
    source = Source("doc", document, document.requirements)
    assert reached is not None
    result = await generate(source, Options(max_cases_per_requirement=1), writer=ModelWriter(reached), run_id=run_id)
    return source, result


async def test_every_case_that_a_model_wrote_passes_every_gate_again(unlimited: Gateway) -> None:
    source, result = await run(unlimited)

    requirements = {r.id: r for r in source.requirements}
    assert result.tokens > 0
    assert {i for case in result.cases for i in case.requirement_ids} == {"PIN-1", "REF-1"}
    for case in result.cases:
        requirement = requirements[case.requirement_ids[0]]
        points = {p.id: p for p in derive(requirement, source.document.text, Options()).points}
        assert judge(case, requirement, source.document, points[case.test_point], accepted=()) == []
        assert case.evidence[0].quote in source.document.text
    assert len(GATES) >= 8


async def test_the_budget_is_charged_with_what_the_server_counted_and_rules_write_the_rest(
    ollama: str, database: Database
) -> None:  # S4-045
    limit = 3_000  # one call's upper bound fits, two do not
    reached = gateway(llm(ollama), Budgets(daily_tokens=limit), pool=database.pool, scope="t")

    _, result = await run(reached)

    row = await database.pool.fetchrow("SELECT spent, reserved FROM budget_account")
    assert row is not None
    assert (row["spent"], row["reserved"]) == (result.tokens, 0)
    assert 0 < row["spent"] <= limit
    assert result.budget_exhausted
    assert {i for case in result.cases for i in case.requirement_ids} == {"PIN-1", "REF-1"}
    assert any(case.written_by == "rules" for case in result.cases)
    assert reached is not None
    await reached.close()


@pytest.mark.parametrize("url", ["real", "http://127.0.0.1:9"])
async def test_an_unknown_model_or_a_dead_server_leaves_the_work_to_rules_and_costs_nothing(
    ollama: str, url: str, database: Database
) -> None:
    settings = llm(ollama if url == "real" else url, model="no-such-model:1b")
    reached = gateway(settings, Budgets(daily_tokens=100_000), pool=database.pool, scope="t")

    _, result = await run(reached)

    assert {case.written_by for case in result.cases} == {"rules"}
    assert {i for case in result.cases for i in case.requirement_ids} == {"PIN-1", "REF-1"}
    assert await database.pool.fetchval("SELECT sum(spent + reserved) FROM budget_account") == 0
    assert reached is not None
    await reached.close()

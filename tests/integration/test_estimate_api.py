"""POST /generate/estimate: a dry run with the body of POST /generate; nothing is stored and no model is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.integration.api import DOCUMENT, Api, long_document
from tests.integration.conftest import running

from testgen_runtime.gateway.budgets import DailyBudget
from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Budgets, Limits, Llm, Provider, Route, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
NOWHERE = Llm(providers=(Provider(name="p", url="http://127.0.0.1:9"),), routes=(Route(provider="p", model="small:1b"),))


async def test_a_text_is_estimated_and_not_stored(api: Api) -> None:
    answer = await api.call("POST", "/generate/estimate", json={"text": DOCUMENT}, role=Role.TESTER)

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["requirements"] == 3
    assert found["cases"]["expected"] == found["points"] > 3
    assert (found["model"], found["calls"], found["budget"]) == (None, {"expected": 0, "most": 0}, None)
    assert (await api.call("GET", "/documents")).json()["items"] == []
    assert (await api.call("GET", "/cases")).json()["items"] == []


async def test_the_cases_are_as_many_as_are_then_written(api: Api) -> None:
    body = {"document_id": await api.send(), "requirement_ids": ["REQ-1", "REQ-2"], "max_cases_per_requirement": 3}
    estimate = (await api.call("POST", "/generate/estimate", json=body)).json()
    cases = (await api.call("POST", "/generate", json=body)).json()["cases"]

    assert estimate["requirements"] == 2
    assert estimate["cases"]["expected"] <= len(cases) <= estimate["cases"]["most"]
    assert estimate["left_out"] > 0


async def test_who_may_ask(api: Api) -> None:
    assert (await api.call("POST", "/generate/estimate", json={"text": DOCUMENT}, role=Role.VIEWER)).status_code == 403
    assert (await api.call("POST", "/generate/estimate", json={"text": DOCUMENT}, role=None)).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"text": "a", "document_id": "b"}, 422),
        ({"text": DOCUMENT, "max_cases_per_requirement": 101}, 422),
        ({"text": DOCUMENT, "unknown": 1}, 422),
        ({"text": "Hello."}, 422),
        ({"document_id": "none"}, 404),
        ({"requirement_ids": ["none"]}, 404),
    ],
)
async def test_bad_input_says_what_to_change(api: Api, body: dict[str, object], status: int) -> None:
    sent = (
        {"content": '{"text": "\\ud800"}', "headers": {"Content-Type": "application/json"}} if status == 400 else {"json": body}
    )
    answer = await api.call("POST", "/generate/estimate", **sent)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["mend"]


async def test_a_body_that_is_not_json(api: Api) -> None:
    answer = await api.call("POST", "/generate/estimate", content=b"text", headers={"Content-Type": "text/plain"})

    assert answer.status_code == 415


async def test_a_limit_of_the_project_on_cases(settings: Callable[..., Settings], target: Target) -> None:
    limited = settings(limits=Limits(cases_per_requirement=2))
    async with running(limited, target) as api:
        few = await api.call("POST", "/generate/estimate", json={"text": DOCUMENT})
        many = await api.call("POST", "/generate/estimate", json={"text": DOCUMENT, "max_cases_per_requirement": 3})

    assert few.json()["cases"]["most"] <= 6
    assert many.status_code == 422


async def test_what_the_days_budget_is_enough_for(settings: Callable[..., Settings], target: Target) -> None:
    limited = settings(llm=NOWHERE, budgets=Budgets(daily_tokens=1_000_000))
    async with running(limited, target) as api:
        before = (await api.call("POST", "/generate/estimate", json={"text": DOCUMENT})).json()
        pool = api.runtime.database.pool
        budget = DailyBudget(pool, scope=limited.project.name, limit=1_000_000, clock=lambda: datetime.now(UTC))
        left = before["tokens"]["expected"]
        await budget.settle(await budget.reserve("others", 1_000_000 - left, "m"), 1_000_000 - left)
        after = (await api.call("POST", "/generate/estimate", json={"text": DOCUMENT})).json()
        longer = (await api.call("POST", "/generate/estimate", json={"text": long_document(50)})).json()

    assert before["model"] == "small:1b"
    assert before["calls"]["expected"] == before["batches"] > 0
    assert before["budget"] == {
        "limit": 1_000_000, "spent": 0, "reserved": 0, "left": 1_000_000, "allows": "all", "on_exhaustion": "Degrade",
    }  # fmt: skip
    assert (after["budget"]["left"], after["budget"]["allows"]) == (left, "expected")
    assert longer["budget"]["allows"] == "part"

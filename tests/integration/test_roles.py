"""A project in one process and the same one split into roles give the same cases; each role serves its own and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.conftest import _database
from tests.integration.patience import PATIENCE
from tests.integration.processes import serving, until
from tests.integration.split import ROLES, TOKEN, Split, split

from testgen_runtime.settings import ServiceRole
from testgen_runtime.storage.target import Target

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1800)]

ENGLISH = """# Orders

ORD-1: An order must have 1 to 20 lines.

ORD-2: If the customer enters a wrong PIN three times, the system shall lock the card for 15 minutes.

ORD-3: Only administrators may delete an order.
"""
CHINESE = """# 订单

订单-1：密码长度必须为 8 到 64 个字符。

订单-2：订单处于“已支付”状态时可以申请退款；处于“已发货”状态时，系统应拒绝退款申请。
"""


async def generated(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The cases of both documents, in order, as a tenant gets them."""
    term = await http.put("/knowledge/glossary/card", json={"en": ["card", "bank card"]})
    assert term.status_code in (200, 201), term.text
    cases: list[dict[str, Any]] = []
    for title, text in (("Orders", ENGLISH), ("订单", CHINESE)):
        sent = await http.post("/documents", json={"title": title, "text": text})
        assert sent.status_code in (200, 201), sent.text
        asked = await http.post("/generate", json={"document_id": sent.json()["id"]}, headers={"Prefer": "respond-async"})
        assert asked.status_code == 202, asked.text
        job = await until(http, asked.json()["id"], finished=True, within=400)
        assert job["state"] == "succeeded", job
        page = (await http.get("/cases", params={"document_id": sent.json()["id"], "limit": 200})).json()
        assert page["next_cursor"] is None
        cases += page["items"]
    return cases


def without_times(case: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in case.items() if not re.search(r"_at$|^job_id$|^created_by$", name)}


@pytest.fixture
async def whole(postgres: Target, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with _database(postgres, "template_testgen") as target, serving(target, tmp_path) as one:
        yield one.http


@pytest.fixture
async def parts(target: Target, tmp_path: Path) -> AsyncIterator[Split]:
    folder = tmp_path / "split"
    folder.mkdir()
    async with split(target, folder) as found:
        yield found


async def test_a_split_project_gives_the_same_cases_and_each_role_serves_its_own(
    whole: httpx.AsyncClient, parts: Split
) -> None:  # S4-020, S4-021, S4-022, S4-023, S4-024, S4-026
    expected = [without_times(case) for case in await generated(whole)]
    found = [without_times(case) for case in await generated(parts.http)]

    assert len(expected) >= 20
    assert found == expected

    hits = (await parts.http.get("/search", params={"q": "ORD-2 wrong PIN"})).json()
    assert hits["hits"][0]["requirement_id"] == "ORD-2"
    assert hits["degraded"] == []
    await _each_role_serves_its_own(parts)
    await _the_internal_api_is_closed(parts)


async def _each_role_serves_its_own(parts: Split) -> None:
    theirs: dict[ServiceRole, str] = {
        "api": "/api/v1/cases",
        "requirements": "/api/v1/documents",
        "knowledge": "/api/v1/knowledge/glossary",
        "vector": "/api/v1/index/status",
    }
    async with httpx.AsyncClient(headers=parts.http.headers, timeout=30 * PATIENCE, trust_env=False) as http:
        for role in ROLES:
            for owner, path in theirs.items():
                answer = await http.get(parts.urls[role] + path)
                if role == owner:
                    assert answer.status_code == 200, answer.text
                    continue
                assert answer.status_code == 404
                assert answer.headers["content-type"] == "application/problem+json"
                assert (answer.json()["type"].rpartition("/")[2], answer.json()["role"]) == ("served-elsewhere", owner)
            for path in ("/live", "/health", "/ready", "/metrics"):
                assert (await http.get(parts.urls[role] + path)).status_code == 200


async def _the_internal_api_is_closed(parts: Split) -> None:
    async with httpx.AsyncClient(timeout=30 * PATIENCE, trust_env=False) as http:
        for role, path in (("vector", "vector/embeddings"), ("llm", "llm/close")):
            at = f"{parts.urls[role]}/internal/v1/{path}"  # type: ignore[index]
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"X-API-Key": parts.http.headers["X-API-Key"]}):
                answer = await http.post(at, json={}, headers=headers)
                assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (401, "unauthenticated")
            assert (await http.post(at, json={}, headers={"Authorization": f"Bearer {TOKEN}"})).status_code == 422
        reached = await http.post(
            f"{parts.urls['api']}/internal/v1/llm/close", json={}, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        assert reached.status_code == 404


async def test_roles_that_die_are_named_and_no_job_fails(target: Target, tmp_path: Path) -> None:  # S4-020
    dead = "http://127.0.0.1:9"  # nobody listens there: a model server that is down
    llm = {
        "TESTGEN_LLM__PROVIDERS": json.dumps([{"name": "local", "url": dead, "timeout": 5}]),
        "TESTGEN_LLM__ROUTES": json.dumps([{"provider": "local", "model": "any"}]),
        "TESTGEN_BUDGETS__DAILY_TOKENS": "1000000",
    }
    roles: tuple[ServiceRole, ...] = ("api", "requirements", "vector", "llm", "worker")
    async with split(target, tmp_path, roles=roles, peers={}, **llm) as parts:
        sent = await parts.http.post("/documents", json={"title": "Orders", "text": ENGLISH})

        async def degraded() -> set[str]:
            body = {"document_id": sent.json()["id"]}
            asked = await parts.http.post("/generate", json=body, headers={"Prefer": "respond-async"})
            job = await until(parts.http, asked.json()["id"], finished=True, within=300)
            assert job["state"] == "succeeded", job
            assert job["result"]["written_by"]["model"] == 0
            assert job["result"]["cases"] > 0
            return set(job["result"]["degraded"])

        assert await degraded() == {"model"}
        gone: tuple[ServiceRole, ...] = ("vector", "llm")
        for role in gone:
            parts.processes[role].kill()
            await parts.processes[role].wait()
        assert await degraded() == {"model", "sparse"}

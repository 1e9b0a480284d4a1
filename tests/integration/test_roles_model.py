"""A split project with a real model and a real graph: the same tests as in one process; roles that die are named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration import neo4j_server, ollama_server
from tests.integration.api import eventually
from tests.integration.conftest import SETTINGS, _database
from tests.integration.patience import PATIENCE
from tests.integration.processes import serving, until
from tests.integration.split import ROLES, Split, split
from tests.integration.test_roles import without_times

from testgen_runtime.settings import ServiceRole
from testgen_runtime.storage.target import Target, connect

pytestmark = [pytest.mark.postgres, pytest.mark.neo4j, pytest.mark.ollama, pytest.mark.timeout(2700)]
ENGLISH = "# Orders\n\nORD-1: An order must have 1 to 20 lines.\n"
CHINESE = "# 订单\n\n订单-1：密码长度必须为 8 到 64 个字符。\n"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What both projects are told of the model and the graph."""
    with (
        ollama_server.running(Path(tmp_path_factory.mktemp("ollama"))) as url,
        neo4j_server.running(Path(tmp_path_factory.mktemp("neo4j"))) as graph,
    ):
        password = Path(tmp_path_factory.mktemp("secrets")) / "password"
        password.write_text(graph.password)
        yield {
            "TESTGEN_LLM__PROVIDERS": json.dumps([{"name": "local", "url": url, "timeout": 600}]),
            "TESTGEN_LLM__ROUTES": json.dumps([{"provider": "local", "model": ollama_server.MODEL}]),
            "TESTGEN_BUDGETS__DAILY_TOKENS": "1000000",
            "TESTGEN_NEO4J__ENABLED": "true",
            "TESTGEN_NEO4J__URI": graph.uri,
            "TESTGEN_NEO4J__USER": graph.user,
            "TESTGEN_NEO4J__PASSWORD_FILE": str(password),
            "TESTGEN_NEO4J__TIMEOUT": "20",
            "TESTGEN_QDRANT__TIMEOUT": "20",
        }


async def sent(http: httpx.AsyncClient, title: str, text: str) -> str:
    answer = await http.post("/documents", json={"title": title, "text": text})
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


async def job_of(http: httpx.AsyncClient, document: str) -> str:
    asked = await http.post(
        "/generate", json={"document_id": document, "max_cases_per_requirement": 1}, headers={"Prefer": "respond-async"}
    )
    assert asked.status_code == 202, asked.text
    return str(asked.json()["id"])


async def _indexed(http: httpx.AsyncClient) -> None:
    async def so() -> bool:
        status = (await http.get("/index/status")).json()
        return bool(status.get("consistent"))

    await eventually(so, within=120)


async def _followed(target: Target) -> None:
    """Until both indexes have taken in whatever is in the outbox."""

    async def so() -> bool:
        connection = await connect(target, SETTINGS)
        try:
            behind = await connection.fetch(
                """SELECT (SELECT count(*) FROM outbox o WHERE (o.txid, o.id) > (c.txid, c.id)) AS n FROM index_cursor c
                WHERE filled_at IS NOT NULL"""
            )
        finally:
            await connection.close()
        return [row["n"] for row in behind] == [0, 0]

    await eventually(so, within=120)


async def generated(http: httpx.AsyncClient, target: Target) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(the cases of both documents, the results of the jobs)."""
    documents = [await sent(http, "Orders", ENGLISH), await sent(http, "订单", CHINESE)]
    await _indexed(http)
    await _followed(target)
    cases: list[dict[str, Any]] = []
    results = []
    for document in documents:
        job = await until(http, await job_of(http, document), finished=True, within=600)
        assert job["state"] == "succeeded", job
        results.append(job["result"])
        cases += (await http.get("/cases", params={"document_id": document, "limit": 200})).json()["items"]
    return [without_times(case) for case in cases], results


def apart_from_words(case: dict[str, Any]) -> dict[str, Any]:
    """What test design decides. A model server's words for the same question differ with what it has in its cache."""
    return {
        name: value for name, value in case.items() if name not in ("title", "steps", "written_by", "model", "prompt_version")
    }


async def bill(target: Target) -> tuple[int, int]:
    """(tokens spent, tokens still reserved) today."""
    connection = await connect(target, SETTINGS)
    try:
        row = await connection.fetchrow(
            "SELECT coalesce(sum(spent), 0) AS s, coalesce(sum(reserved), 0) AS r FROM budget_account"
        )
    finally:
        await connection.close()
    return int(row["s"]), int(row["r"])


@asynccontextmanager
async def one_process(postgres: Target, folder: Path, stores: dict[str, str]) -> AsyncIterator[tuple[httpx.AsyncClient, Target]]:
    async with (
        _database(postgres, "template_testgen") as target,
        serving(target, folder, TESTGEN_PROJECT__NAME="whole", **stores) as one,
    ):
        yield one.http, target


async def test_a_split_project_words_and_bills_the_same_and_outlives_its_parts(
    postgres: Target, target: Target, tmp_path: Path, stores: dict[str, str]
) -> None:  # S4-020, S4-024, S4-025, S4-026
    async with one_process(postgres, tmp_path, stores) as (http, whole):
        expected, told = await generated(http, whole)
        expected_bill = await bill(whole)
    folder = tmp_path / "split"
    folder.mkdir()
    async with split(target, folder, roles=(*ROLES, "graph"), peers=None, TESTGEN_PROJECT__NAME="split", **stores) as parts:
        found, told_by_parts = await generated(parts.http, target)
        assert [apart_from_words(case) for case in found] == [apart_from_words(case) for case in expected]
        assert [one["degraded"] for one in told_by_parts] == [one["degraded"] for one in told] == [[], []]
        for results, (spent, reserved) in ((told, expected_bill), (told_by_parts, await bill(target))):
            assert min(one["tokens"] for one in results) > 0
            assert (spent, reserved) == (sum(one["tokens"] for one in results), 0)
        await _its_parts_die(parts, target)


async def _its_parts_die(parts: Split, target: Target) -> None:
    document = await sent(parts.http, "Later", ENGLISH.replace("20", "30"))
    job = await job_of(parts.http, document)

    async def words_are_asked_for() -> bool:
        return (await bill(target))[1] > 0

    await eventually(words_are_asked_for, within=120)
    parts.processes["llm"].kill()
    ended = await until(parts.http, job, finished=True, within=300)
    assert ended["state"] == "succeeded", ended
    assert ended["result"]["degraded"] == ["model"]
    assert ended["result"]["written_by"]["rules"] > 0

    gone: tuple[ServiceRole, ...] = ("vector", "graph")
    for role in gone:
        parts.processes[role].kill()
    await asyncio.gather(*(process.wait() for role, process in parts.processes.items() if role in ("vector", "graph", "llm")))
    again = await until(parts.http, await job_of(parts.http, document), finished=True, within=300)
    assert again["state"] == "succeeded", again
    assert set(again["result"]["degraded"]) == {"graph", "model", "sparse"}
    health = (await httpx.AsyncClient(trust_env=False).get(f"{parts.urls['worker']}/health", timeout=30 * PATIENCE)).json()
    assert {health["components"][role]["state"] for role in ("vector", "graph", "llm")} <= {"degraded", "healthy"}

"""What the kubelet, the operator and Prometheus see, and what is logged."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from tests.integration.api import DOCUMENT, Api, eventually
from tests.integration.conftest import running
from tests.integration.patience import PATIENCE

from testgen_runtime import __version__
from testgen_runtime.app import Runtime
from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Server, Settings
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry import logs

pytestmark = pytest.mark.postgres


async def test_health_tells_every_parts_state(api: Api) -> None:  # S1-074 S0-091
    body = (await api.call("GET", "/health", role=None)).json()

    assert body["status"] == "healthy"
    assert body["version"] == __version__
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", body["timestamp"])
    assert body["components"]["database"] == {"state": "healthy"}
    assert body["components"]["llm"]["state"] == "disabled"
    assert body["components"]["graph"]["state"] == "disabled"
    assert set(body["components"]) >= {"database", "jobs", "vector", "llm", "graph"}


async def test_ready_says_ready(api: Api) -> None:  # S1-076
    answer = await api.call("GET", "/ready", role=None)

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_without_a_database_it_is_unhealthy_and_not_ready_but_answers(
    target: Target, settings: Callable[..., Settings]
) -> None:  # S1-073 S1-075
    runtime = Runtime(settings(), replace(target, host="127.0.0.1", port=1))
    async with runtime.lifespan(), client(runtime) as http:
        health = await http.get("/health")
        ready = await http.get("/ready")
        call = await http.get("/api/v1/documents", headers={"X-API-Key": "x" * 20})

    assert health.status_code == ready.status_code == call.status_code == 503
    assert health.json()["status"] == "unhealthy"
    assert health.json()["error"].startswith("database: ")
    assert ready.json() == {"status": "not ready", "reason": "database not connected"}
    assert call.json()["type"] == "https://testgen.dev/problems/unavailable"
    assert int(call.headers["retry-after"]) > 0


async def test_before_the_migrations_it_is_not_ready_and_becomes_so_by_itself(
    empty_target: Target, settings: Callable[..., Settings]
) -> None:
    runtime = Runtime(settings(), empty_target)
    async with runtime.lifespan(), client(runtime) as http:

        async def waits() -> bool:
            answer = await http.get("/ready")
            return bool(answer.json() == {"status": "not ready", "reason": "migrations not applied"})

        async def ready() -> bool:
            return (await http.get("/ready")).status_code == 200

        await eventually(waits, within=20)
        await migrate(empty_target, settings().postgres)
        await eventually(ready, within=20)


async def test_while_it_shuts_down_it_is_not_ready(api: Api) -> None:
    await api.runtime.drain(grace=1)

    answer = await api.call("GET", "/ready", role=None)
    assert (answer.status_code, answer.json()["reason"]) == (503, "shutting down")


async def test_metrics_have_the_pool_and_the_work(api: Api) -> None:  # S0-038 S4-059 S4-065
    await api.call("POST", "/generate", json={"text": DOCUMENT})
    text = (await api.call("GET", "/metrics", role=None)).text

    for name in (
        'testgen_http_requests_total{method="POST",route="/api/v1/generate",status="200"}',
        "testgen_db_pool_max 10.0",
        "testgen_db_pool_used",
        'testgen_jobs_total{state="succeeded"}',
        'testgen_cases_total{technique="boundary_value_analysis",written_by="rules"}',
        "testgen_jobs_queued 0.0",
        'testgen_index_lag{index="vector"}',
        "process_resident_memory_bytes",
    ):
        assert name in text, name
    assert "doc-" not in text


async def test_a_requests_id_is_kept_from_the_caller_to_the_job(api: Api) -> None:
    trace = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
    sent = {"X-Request-Id": "order-66", "traceparent": trace}
    answer = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers=sent)

    assert answer.headers["x-request-id"] == "order-66"
    assert answer.headers["traceparent"] == trace
    async with api.runtime.database.connection() as connection:
        row = await connection.fetchrow("SELECT request_id, traceparent FROM jobs")
    assert dict(row) == {"request_id": "order-66", "traceparent": trace}


@pytest.mark.parametrize("given", ["a b", "x" * 129, "line\nbreak".replace("\n", "%0a") + "%", ""])
async def test_an_id_that_could_forge_a_log_line_is_not_taken(api: Api, given: str) -> None:
    answer = await api.call("GET", "/documents", headers={"X-Request-Id": given})

    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_a_key_is_never_in_the_log(api: Api) -> None:  # S0-034 S0-037
    written = io.StringIO()
    logs.configure("INFO", "json", written)
    secret = api.keys[Role.ADMIN]
    await api.call("GET", f"/documents/{secret}", headers={"Authorization": f"Bearer {secret}"})
    await api.call("GET", "/documents", params={"api_key": secret})
    lines = [json.loads(line) for line in written.getvalue().splitlines()]

    assert any(line["log_type"] == "access" and line["status"] == 404 for line in lines)
    assert all(secret not in json.dumps(line) for line in lines)
    assert all({"timestamp", "level", "event", "log_type"} <= set(line) for line in lines)


async def test_more_requests_than_allowed_are_shed_but_never_the_probes(
    target: Target, settings: Callable[..., Settings]
) -> None:
    async with running(settings(server=Server(max_inflight=2)), target) as api:
        answers = await asyncio.gather(*(api.call("GET", "/documents") for _ in range(20)), api.call("GET", "/health"))

    assert answers[-1].status_code == 200
    statuses = {answer.status_code for answer in answers[:-1]}
    assert {200, 503} <= statuses <= {200, 429, 503}  # 429: more than half of the places for one caller
    shed = next(answer for answer in answers if answer.status_code == 503)
    assert shed.json()["type"] == "https://testgen.dev/problems/overloaded"
    assert shed.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("DELETE", "/cases", 405, "method-not-allowed"),
        ("GET", "/documents?limit=0", 422, "invalid-input"),
        ("GET", "/documents?limit=1001", 422, "invalid-input"),
        ("GET", "/documents?cursor=zzzz", 422, "invalid-input"),
        ("GET", "/cases?technique=magic", 422, "invalid-input"),
        ("GET", "/cases/TC-unknown", 404, "not-found"),
        ("GET", "/jobs/job-unknown", 404, "not-found"),
        ("GET", "/jobs/job-unknown/events", 404, "not-found"),
        ("POST", "/jobs/job-unknown/cancel", 404, "not-found"),
        ("GET", "/coverage?document_id=", 422, "invalid-input"),
        ("GET", "/coverage?document_id=doc-unknown", 404, "not-found"),
        ("GET", "/documents/doc-unknown/requirements", 404, "not-found"),
        ("GET", "/search?q=", 422, "invalid-input"),
    ],
)
async def test_every_error_is_a_problem(api: Api, method: str, path: str, status: int, slug: str) -> None:  # S0-094
    answer = await api.call(method, path)

    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status), problem
    assert problem["type"] == f"https://testgen.dev/problems/{slug}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["instance"] == answer.headers["x-request-id"]
    assert problem["detail"]
    assert problem["title"]
    assert problem["mend"]


async def test_an_unknown_query_parameter_is_refused_by_its_name(api: Api) -> None:
    answer = await api.call("GET", "/documents?utm_source=mail")

    assert answer.status_code == 422
    assert "utm_source" in answer.json()["detail"]


async def test_the_openapi_document_names_the_problems(api: Api) -> None:
    document = (await api.http.get("/openapi.json")).json()

    assert set(document["paths"]) >= {
        "/api/v1/documents",
        "/api/v1/documents/{document_id}/requirements",
        "/api/v1/generate",
        "/api/v1/jobs/{job_id}/events",
        "/api/v1/cases/{case_id}",
        "/api/v1/coverage",
        "/api/v1/search",
        "/health",
        "/ready",
        "/metrics",
    }
    refused = document["paths"]["/api/v1/documents"]["post"]["responses"]["413"]["content"]
    assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert "Problem" in document["components"]["schemas"]
    assert all(f"#/components/schemas/{name}" not in json.dumps(document) for name in ("HTTPValidationError", "ValidationError"))


def client(runtime: Runtime) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=runtime.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testgen", timeout=30 * PATIENCE)

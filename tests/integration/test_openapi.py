"""Every operation of the OpenAPI document against whatever its schema allows, and against what it does not: no 5xx, no status and
no body that is not documented. TESTGEN_OPENAPI_EXAMPLES=200 looks longer."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import Mock

import httpx
import pytest
import schemathesis
import uvicorn
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.integration.api import DOCUMENT
from tests.integration.conftest import PLENTY, _database
from tests.integration.patience import PATIENCE

from testgen_runtime.api.application import asgi
from testgen_runtime.app import Runtime
from testgen_runtime.security.keys import Role
from testgen_runtime.security.roles import PREFIX
from testgen_runtime.settings import Jobs, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
EXAMPLES: Final = int(os.environ.get("TESTGEN_OPENAPI_EXAMPLES", "8"))
SEED: Final = 29119
OPEN: Final = ("/live", "/health", "/ready", "/metrics")
CHECKS: Final = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@dataclass(frozen=True, slots=True)
class Served:
    """The API on a port of loopback, an admin's key, and ids of things that are there."""

    url: str
    key: str
    ids: dict[str, str]
    schema: Any


@pytest.fixture(scope="module")
def served(postgres: Target, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of this module, in a thread with a loop of its own."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TESTGEN_")]:
            patch.delenv(name)
        patch.setenv("TESTGEN_CONFIG", os.devnull)
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("data"), rate_limit=PLENTY, jobs=Jobs(wait_seconds=1), bootstrap_api_key="k" * 32
        )
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        stop = threading.Event()
        ready = threading.Event()

        async def run() -> None:
            async with _database(postgres, "template_testgen") as target:
                runtime = Runtime(settings, target)
                server = uvicorn.Server(uvicorn.Config(runtime.app, log_config=None, access_log=False))
                serving = asyncio.create_task(server.serve(sockets=[listening]))
                while not runtime.progress.started:  # noqa: ASYNC110 - set by the start's own task
                    await asyncio.sleep(0.05)
                ready.set()
                await asyncio.to_thread(stop.wait)
                server.should_exit = True
                await serving

        thread = threading.Thread(target=asyncio.run, args=(run(),), name="served")
        thread.start()
        stack.callback(thread.join, 30)
        stack.callback(stop.set)
        assert ready.wait(60 * PATIENCE)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Served(url, "k" * 32, _fill(url), schemathesis.openapi.from_url(f"{url}/openapi.json"))


def _fill(url: str) -> dict[str, str]:
    """Something of each kind, so that operations on things that are there are met too."""
    with httpx.Client(base_url=f"{url}/api/v1", headers={"X-API-Key": "k" * 32}, timeout=330) as http:
        generated = http.post("/generate", json={"text": DOCUMENT}, headers={"Prefer": "wait=300"}).raise_for_status().json()
        case = generated["cases"][0]["id"]
        comment = http.post(f"/cases/{case}/comments", json={"text": "Is this so?"}).raise_for_status().json()
        http.put("/knowledge/glossary/account", json={"en": ["account", "login"]}).raise_for_status()
        key = http.post("/keys", json={"name": "another", "role": Role.VIEWER.value}).raise_for_status().json()
    return {
        "case_id": case,
        "job_id": generated["job_id"],
        "document_id": generated["document_id"],
        "comment_id": str(comment["id"]),
        "key_id": key["id"],
        "revision": "1",
        "term_id": "account",
    }


def operations() -> list[str]:
    """`METHOD /path` of everything that the app has, without a database: nothing is started, so nothing behind it is asked."""
    services = Mock(settings=Settings(data_dir=Path(os.devnull)))
    found, waiting = set[str](), list(asgi(services)._app.app.routes)  # type: ignore[attr-defined]
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute) and route.path not in OPEN:
            path = route.path if route.path.startswith(PREFIX) else PREFIX + route.path
            found |= {f"{method} {path}" for method in route.methods or ()}
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        waiting += list(inner or [])
    return sorted(found)


def holds(served: Served, name: str, mode: GenerationMode, headers: dict[str, str]) -> None:
    """Whatever is generated for the operation is answered as the document says."""
    method, path = name.split(" ", 1)
    operation = served.schema[path][method]
    choices = random.Random(SEED)

    @seed(SEED)
    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        if choices.random() < 0.7:
            for parameter in case.path_parameters or {}:
                if parameter in served.ids:
                    case.path_parameters[parameter] = served.ids[parameter]
        case.call_and_validate(headers=headers, checks=list(CHECKS), timeout=60 * PATIENCE)

    check()


def test_the_document_has_no_other_operation(served: Served) -> None:
    told = {
        f"{method.upper()} {path}" for path, found in served.schema.raw_schema["paths"].items() for method in found
        if path.startswith("/api/v1")
    }  # fmt: skip

    assert told == set(operations())


@pytest.mark.parametrize("operation", operations())
def test_what_the_document_allows_is_answered_as_it_says(served: Served, operation: str) -> None:
    holds(served, operation, GenerationMode.POSITIVE, {"X-API-Key": served.key})


@pytest.mark.parametrize("operation", operations())
def test_what_the_document_does_not_allow_is_answered_as_it_says(served: Served, operation: str) -> None:
    holds(served, operation, GenerationMode.NEGATIVE, {"X-API-Key": served.key})


@pytest.mark.parametrize("operation", operations())
def test_callers_without_a_key_are_answered_as_it_says(served: Served, operation: str) -> None:
    holds(served, operation, GenerationMode.POSITIVE, {"X-API-Key": "x" * 43})


@pytest.mark.parametrize("path", OPEN)
def test_the_open_routes_are_answered_as_it_says(served: Served, path: str) -> None:
    holds(served, f"GET {path}", GenerationMode.POSITIVE, {})

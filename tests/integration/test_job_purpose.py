"""X-TestGen-Purpose: two releases on one database, each works on what it was asked to prove, and on nothing of the other's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import DOCUMENT, Api, events, long_document
from tests.integration.conftest import running

from testgen_runtime.security.roles import Role
from testgen_runtime.settings import RateLimit, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
HEADERS = {"Prefer": "respond-async"}


@pytest.fixture
async def both(target: Target, settings: Callable[..., Settings], tmp_path: Path) -> AsyncIterator[tuple[Api, Api]]:
    """Blue and green, both at work."""
    async with AsyncExitStack() as stack:
        blue = await stack.enter_async_context(running(settings(colour="blue", data_dir=tmp_path / "blue"), target))
        green = await stack.enter_async_context(running(settings(colour="green", data_dir=tmp_path / "green"), target))
        yield blue, green


async def asked(api: Api, purpose: str, **body: Any) -> str:
    answer = await api.call("POST", "/generate", json=body, headers=HEADERS | {"X-TestGen-Purpose": purpose})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def worked_on_by(api: Api, job: str) -> set[str]:
    told = events((await api.call("GET", f"/jobs/{job}/events")).text)
    return {data["colour"] for _, kind, data in told if kind == "started"}


@pytest.mark.parametrize("purpose", ["smoke", "comparison"])
async def test_the_release_that_was_asked_works_on_it(both: tuple[Api, Api], purpose: str) -> None:  # S2-217
    for number in range(4):
        for api, colour in zip(both, ("blue", "green"), strict=True):
            job = await asked(api, purpose, text=f"# {colour} {number}\n\nF-1: The name must have 1 to {number + 5} characters.")
            assert (await api.finished(job))["state"] == "succeeded"
            assert await worked_on_by(api, job) == {colour}


async def test_it_does_not_wait_behind_tenants_jobs_of_a_busy_release(both: tuple[Api, Api]) -> None:
    blue, green = both
    waiting = [await blue.job(text=long_document(60 + n)) for n in range(6)]

    job = await asked(green, "smoke", text=DOCUMENT)

    assert (await green.finished(job))["state"] == "succeeded"
    for one in waiting:
        assert (await blue.finished(one, within=120))["state"] == "succeeded"


async def test_a_ticket_whose_job_was_canceled_serves_no_tenant(both: tuple[Api, Api]) -> None:
    blue, green = both
    long = await asked(green, "smoke", text=long_document(300))
    await green.call("POST", f"/jobs/{long}/cancel")
    tenants = await blue.job(text=DOCUMENT)

    assert (await green.finished(long))["state"] == "canceled"
    assert (await blue.finished(tenants))["state"] == "succeeded"


async def test_only_an_admin_may_say_so_and_only_what_is_known(api: Api) -> None:
    refused = await api.call(
        "POST", "/generate", json={"text": DOCUMENT}, headers={"X-TestGen-Purpose": "smoke"}, role=Role.TESTER
    )
    unknown = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"X-TestGen-Purpose": "fun"})

    assert (refused.status_code, unknown.status_code) == (403, 422)


async def test_what_tries_a_release_has_a_limit_of_its_own(target: Target, settings: Callable[..., Settings]) -> None:
    scarce = RateLimit(requests_per_minute=1, burst_size=2)
    async with running(settings(rate_limit=scarce), target) as api:
        used = [(await api.call("GET", "/documents")).status_code for _ in range(4)]
        trial = [(await api.call("GET", "/documents", headers={"X-TestGen-Purpose": "smoke"})).status_code for _ in range(4)]

    assert 429 in used
    assert trial == [200] * 4


async def test_only_admins_try_a_release(api: Api) -> None:
    answer = await api.call("GET", "/documents", headers={"X-TestGen-Purpose": "smoke"}, role=Role.TESTER)

    assert (answer.status_code, answer.json()["detail"]) == (403, "X-TestGen-Purpose is for admins")

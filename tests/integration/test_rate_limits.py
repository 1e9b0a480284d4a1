"""Limits of requests, shared by all processes of a project (S0-095, S4-073, S3-063), and of failed attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import Api, eventually
from tests.integration.conftest import running
from tests.integration.processes import serving

from testgen_runtime.security import rate_store
from testgen_runtime.security.keys import Grant, Role
from testgen_runtime.security.rate import SECOND, Limit, decide
from testgen_runtime.security.service import COMMAND_LINE
from testgen_runtime.settings import Rate, RateLimit, Server, Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
SLOW = Rate(requests_per_minute=1, burst_size=5)


async def test_the_database_counts_as_the_pure_core_does(database: Database) -> None:
    limit, now, tat = Limit.per_minute(100, 5), 1_800_000_000 * SECOND, None
    pauses = [
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        300_000,
        700_000,
        0,
        5 * SECOND,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        60 * SECOND,
        -30 * SECOND,
        0,
        -100 * SECOND,
    ]
    async with database.connection() as connection:
        for pause in pauses:
            now += pause
            expected = decide("reads", limit, tat, now)
            found = await rate_store.take(connection, "somebody", "reads", limit, now)
            tat = expected.tat
            assert found == expected


async def test_of_many_at_once_no_more_than_the_burst_pass(database: Database) -> None:
    limit = Limit.per_minute(1, 20)

    async def take() -> bool:
        async with database.connection() as connection:
            return (await rate_store.take(connection, "somebody", "reads", limit)).admitted

    assert sum(await asyncio.gather(*(take() for _ in range(60)))) == 20


async def test_rows_that_say_nothing_any_more_are_forgotten(database: Database) -> None:
    limit = Limit.per_minute(60_000, 5)
    async with database.connection() as connection:
        await rate_store.take(connection, "gone", "reads", limit, 1_000 * SECOND)
        await rate_store.take(connection, "here", "reads", Limit.per_minute(1, 5))
        await rate_store.sweep(connection)

        assert await connection.fetch("SELECT principal FROM rate_limits") == [("here",)]


async def test_a_caller_over_its_limit_is_told_when_to_come_again(target: Target, settings: Callable[..., Settings]) -> None:
    async with running(settings(rate_limit=RateLimit(reads=SLOW)), target) as api:
        answers = [await api.call("GET", "/documents", role=Role.VIEWER) for _ in range(6)]
        other = await api.call("GET", "/documents", role=Role.TESTER)
        write = await api.call("POST", "/tokens", role=Role.VIEWER)
        probe = await api.call("GET", "/ready", role=None)

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=4", "r=3", "r=2", "r=1", "r=0", "r=0"]
    assert answers[0].headers["ratelimit-policy"] == '"reads";q=5;w=300'
    assert 50 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["type"] == "https://testgen.dev/problems/rate-limited"
    assert other.status_code == 200, "a limit is each caller's own"
    assert write.status_code == 409, "reads and writes are counted apart"
    assert probe.status_code == 200


async def test_the_default_is_the_catalogues(target: Target, settings: Callable[..., Settings]) -> None:  # S3-063
    async with running(settings(rate_limit=RateLimit()), target) as api:
        answer = await api.call("GET", "/documents", role=Role.VIEWER)

    assert answer.headers["ratelimit-policy"] == '"reads";q=200;w=120'


async def test_a_limit_is_one_over_all_processes(target: Target, settings: Callable[..., Settings], tmp_path: Path) -> None:
    limits = RateLimit(reads=SLOW)
    apart = (settings(rate_limit=limits, data_dir=tmp_path / name) for name in ("first", "second"))
    async with running(next(apart), target) as first, running(next(apart), target) as second:
        key = {"X-API-Key": first.keys[Role.VIEWER]}
        both = [first, second] * 4
        answers = [await api.call("GET", "/documents", role=None, headers=key) for api in both]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3


async def test_a_key_may_have_a_limit_of_its_own(api: Api) -> None:
    key = await api.runtime.services.keys.grant(Grant("slow", Role.VIEWER, requests_per_minute=1, burst_size=2), by=COMMAND_LINE)
    answers = [await api.call("GET", "/documents", role=None, headers={"X-API-Key": key.secret}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_limits_may_be_off(target: Target, settings: Callable[..., Settings]) -> None:
    async with running(settings(rate_limit=RateLimit(enabled=False, reads=SLOW)), target) as api:
        answers = [await api.call("GET", "/documents") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers


def failing(**more: Any) -> dict[str, Any]:
    """Settings with a small limit of failed attempts."""
    return {"rate_limit": RateLimit(requests_per_minute=600_000, burst_size=100_000, failures=SLOW), **more}


async def wrong(api: Api, number: int, **headers: str) -> int:
    """The answer to a key that does not exist."""
    sent = {"X-API-Key": f"tg_00000000_{number:043}", **headers}
    return (await api.call("GET", "/documents", role=None, headers=sent)).status_code


async def test_an_address_that_fails_too_often_is_barred_but_nobody_who_was_let_in_before(
    target: Target, settings: Callable[..., Settings]
) -> None:
    async with running(settings(**failing()), target) as api:
        assert (await api.call("GET", "/documents", role=Role.VIEWER)).status_code == 200
        refused = [await wrong(api, number) for number in range(8)]
        known = await api.call("GET", "/documents", role=Role.VIEWER)
        unseen = await api.call("GET", "/documents", role=Role.TESTER)

    assert refused == [401] * 5 + [429] * 3
    assert known.status_code == 200
    assert unseen.status_code == 429, "a right guess looks like a wrong one"
    assert int(unseen.headers["retry-after"]) > 0


async def test_a_barred_address_is_let_in_again_after_a_while(target: Target, settings: Callable[..., Settings]) -> None:
    quick = RateLimit(failures=Rate(requests_per_minute=60, burst_size=2))
    async with running(settings(rate_limit=quick), target) as api:
        while 429 not in await asyncio.gather(*(wrong(api, number) for number in range(20))):
            pass

        async def let_in() -> bool:
            return (await api.call("GET", "/documents", role=Role.TESTER)).status_code == 200

        await eventually(let_in, within=10)


async def test_addresses_are_told_apart_by_the_word_of_trusted_proxies_alone(  # S3-109
    target: Target, settings: Callable[..., Settings]
) -> None:
    async with running(settings(**failing(server=Server(trusted_proxies=("127.0.0.0/8",)))), target) as api:
        apart = [await wrong(api, n, **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(8)]
    async with running(settings(**failing()), target) as api:
        async with api.runtime.database.connection() as connection:
            await connection.execute("TRUNCATE rate_limits")
        alike = [await wrong(api, n, **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(8)]

    assert apart == [401] * 8
    assert alike == [401] * 5 + [429] * 3


async def test_calls_without_any_key_cost_no_look_up_and_bar_nobody(target: Target, settings: Callable[..., Settings]) -> None:
    async with running(settings(**failing()), target) as api:
        answers = [await api.call("GET", "/documents", role=None) for _ in range(10)]
        good = await api.call("GET", "/documents", role=Role.TESTER)

    assert {answer.status_code for answer in answers} == {401}
    assert good.status_code == 200


async def test_a_real_server_believes_no_forwarded_address_by_itself(target: Target, tmp_path: Path) -> None:  # S3-109
    async with serving(target, tmp_path) as process:
        answer = await process.http.get("/documents", headers={"X-Forwarded-For": "203.0.113.77"})

        async def logged() -> bool:
            return '"client":"127.0.0.1"' in process.log.read_text()

        await eventually(logged, within=10)
        lines = process.log.read_text()

    assert answer.status_code == 200
    assert "203.0.113.77" not in lines

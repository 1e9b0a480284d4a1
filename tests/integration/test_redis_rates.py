"""Rate limits in a real Redis: the same sums as on paper, one limit for all pods, and no failed request when it is gone."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.integration import redis_server
from tests.integration.conftest import running
from tests.integration.redis_server import RedisServer

from testgen_runtime.security.rate import Limit, decide
from testgen_runtime.security.rate_redis import RedisRates
from testgen_runtime.settings import RateLimit, Redis, Settings
from testgen_runtime.storage.target import Target

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
PASSWORD = "for-tests-only"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server.running(tmp_path_factory.mktemp("redis"), "--requirepass", PASSWORD) as found:
        yield found


@pytest.fixture
def redis(server: RedisServer, tmp_path: Path) -> Redis:
    (tmp_path / "password").write_text(PASSWORD)
    return Redis(enabled=True, host="127.0.0.1", port=server.port, password_file=tmp_path / "password")


async def test_it_decides_as_the_sums_on_paper_do(redis: Redis) -> None:  # S3-063
    rates = RedisRates(redis, "paper")
    limit, tat = Limit.per_minute(120, 5), None
    for _ in range(12):
        found = await rates.take("key_1", "reads", limit)
        assert found is not None
        assert found == decide("reads", limit, tat, found.now)
        tat = found.tat
    await rates.close()


async def test_two_pods_have_one_limit(redis: Redis) -> None:  # S3-063
    pods = [RedisRates(redis, "pods") for _ in range(2)]
    limit = Limit.per_minute(1, 10)
    found = []
    for _ in range(10):
        found += await asyncio.gather(*(pods[n % 2].take("key_1", "reads", limit) for n in range(4)))
    assert sum(one.admitted for one in found if one is not None) == 10
    assert None not in found
    other = await pods[0].take("key_2", "reads", limit)
    assert other is not None
    assert other.admitted
    for pod in pods:
        await pod.close()


async def test_a_password_is_exchanged(server: RedisServer, redis: Redis, tmp_path: Path) -> None:
    (tmp_path / "previous-password").write_text(PASSWORD)
    (tmp_path / "password").write_text("not-known-to-the-server-yet")
    now = [0.0]
    rates = RedisRates(redis, "rotation", clock=lambda: now[0])
    found = []
    for _ in range(4):
        found.append(await rates.take("key_1", "reads", Limit.per_minute(60, 10)))
        now[0] += 10
    assert found[-1] is not None
    await rates.close()


async def test_limits_hold_and_no_request_fails_while_redis_is_gone(
    server: RedisServer, redis: Redis, target: Target, settings: Callable[..., Settings]
) -> None:
    few = RateLimit(requests_per_minute=1, burst_size=8)
    async with running(settings(redis=redis, rate_limit=few), target) as api:
        first = [(await api.call("GET", "/cases")).status_code for _ in range(10)]
        assert first == [200] * 8 + [429] * 2
        assert (await api.http.get("/health")).json()["components"]["redis"]["state"] == "healthy"
        server.process.send_signal(signal.SIGSTOP)
        try:
            gone = [(await api.call("GET", "/cases")).status_code for _ in range(10)]
            assert gone == [200] * 8 + [429] * 2  # counted in PostgreSQL, from anew
            assert (await api.http.get("/health")).json()["components"]["redis"]["state"] == "degraded"
        finally:
            server.process.send_signal(signal.SIGCONT)

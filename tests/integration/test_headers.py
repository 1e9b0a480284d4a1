"""What answers tell browsers, and which pages of other origins may call (S3-062)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.integration.api import Api
from tests.integration.conftest import running

from testgen_runtime.settings import Server, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
PREFLIGHT = {
    "Origin": "https://desk.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-api-key",
}


@pytest.mark.parametrize("path", ["/documents", "/nothing", "/cases/nobody", "/health", "/keys"])
async def test_every_answer_is_data_that_nobody_frames_sniffs_or_keeps(api: Api, path: str) -> None:
    told = (await api.call("GET", path)).headers

    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "no-store"
    assert told["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert "default-src 'none'" in told["content-security-policy"]
    assert "server" not in told
    assert "strict-transport-security" not in told


async def test_no_other_origin_may_call_by_default(api: Api) -> None:
    asked = await api.http.options("/api/v1/documents", headers=PREFLIGHT)
    answered = await api.call("GET", "/documents", headers={"Origin": "https://desk.example"})

    assert asked.status_code == 405
    assert not [name for name in (*asked.headers, *answered.headers) if name.startswith("access-control")]


async def test_an_origin_of_the_settings_may_call_without_credentials_and_no_other(
    target: Target, settings: Callable[..., Settings]
) -> None:
    async with running(settings(server=Server(cors_origins=("https://desk.example",))), target) as api:
        asked = await api.http.options("/api/v1/documents", headers=PREFLIGHT)
        other = await api.http.options("/api/v1/documents", headers={**PREFLIGHT, "Origin": "https://evil.example"})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "https://desk.example"
    assert "access-control-allow-credentials" not in asked.headers
    assert other.status_code == 400
    assert "access-control-allow-origin" not in other.headers


async def test_only_hosts_of_the_settings_are_answered_where_some_are_named(
    target: Target, settings: Callable[..., Settings]
) -> None:
    async with running(settings(server=Server(allowed_hosts=("cases.example",))), target) as api:
        answers = [
            (await api.http.get("/api/v1/documents", headers={"Host": host})).status_code
            for host in ("cases.example", "evil.example")
        ]
        probe = await api.http.get("/ready", headers={"Host": "10.42.0.7"})

    assert answers == [401, 400]  # it has no key
    assert probe.status_code == 200


async def test_https_is_asked_for_where_a_trusted_proxy_tells_of_it(target: Target, settings: Callable[..., Settings]) -> None:
    async with running(settings(server=Server(trusted_proxies=("127.0.0.0/8",))), target) as api:
        told = await api.http.get("/health", headers={"X-Forwarded-Proto": "https"})

    assert told.headers["strict-transport-security"].startswith("max-age=31536000")

"""Who may do what: keys, roles, the first admin's key (S0-090, S4-070)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.integration.api import DOCUMENT, Api
from tests.integration.conftest import running

from testgen_runtime.errors import Unauthenticated
from testgen_runtime.security.access import LOOKED_UP_SECONDS, Access
from testgen_runtime.security.keys import Grant, Principal, Role
from testgen_runtime.security.roles import RateClass
from testgen_runtime.security.service import COMMAND_LINE, Keys
from testgen_runtime.security.tokens import Tokens
from testgen_runtime.settings import Jwt, RateLimit, Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
KEY = "first-admin-0123456789abcdef"

READS = ["/documents", "/cases", "/jobs", "/coverage?document_id=x", "/search?q=x"]
WRITES = ["/documents", "/generate", "/generate/estimate", "/jobs/x/cancel"]


@pytest.mark.parametrize("path", READS)
async def test_reading_needs_a_key(api: Api, path: str) -> None:
    assert (await api.call("GET", path, role=None)).status_code == 401
    assert (await api.call("GET", path, role=Role.VIEWER)).status_code in (200, 404)


@pytest.mark.parametrize("path", WRITES)
async def test_writing_needs_a_tester(api: Api, path: str) -> None:
    anonymous = await api.call("POST", path, role=None, json={})
    viewer = await api.call("POST", path, role=Role.VIEWER, json={"text": DOCUMENT})
    tester = await api.call("POST", path, role=Role.TESTER, json={})

    assert (anonymous.status_code, viewer.status_code) == (401, 403)
    assert tester.status_code in (404, 422)
    assert viewer.json()["type"] == "https://testgen.dev/problems/forbidden"


@pytest.mark.parametrize("path", ["/live", "/health", "/ready", "/metrics"])
async def test_the_kubelet_and_prometheus_need_none(api: Api, path: str) -> None:
    assert (await api.call("GET", path, role=None)).status_code == 200


async def test_a_bearer_token_is_as_good(api: Api) -> None:
    answer = await api.call("GET", "/documents", role=None, headers={"Authorization": f"Bearer {api.keys[Role.VIEWER]}"})

    assert answer.status_code == 200


async def test_every_key_that_is_not_valid_gets_the_same_answer(api: Api) -> None:
    expired = await api.runtime.services.keys.create(name="old", role=Role.ADMIN)
    disabled = await api.runtime.services.keys.create(name="gone", role=Role.ADMIN)
    async with api.runtime.database.connection() as connection:
        await connection.execute("UPDATE api_keys SET disabled_at = now() WHERE name = 'gone'")
        await connection.execute("UPDATE api_keys SET expires_at = now() - interval '1 day' WHERE name = 'old'")

    presented = [{}, *({"X-API-Key": key} for key in ("", "x", "unknown-" * 4, "y" * 10_000, expired, disabled))]
    presented += [{"Authorization": value} for value in ("Bearer", "Basic dTpw", "Bearer unknown-unknown-unknown")]
    answers = [await api.call("GET", "/documents", role=None, headers=headers) for headers in presented]

    assert {answer.status_code for answer in answers} == {401}
    assert len({tuple(sorted((k, v) for k, v in answer.json().items() if k != "instance")) for answer in answers}) == 1
    assert all(answer.headers["www-authenticate"].startswith("Bearer") for answer in answers)


async def test_the_bootstrap_key_is_an_admins_however_often_it_is_set(target: Target, settings: Callable[..., Settings]) -> None:
    for _ in range(2):
        async with running(settings(bootstrap_api_key=SecretStr(KEY)), target) as api:
            answer = await api.call("GET", "/documents", role=None, headers={"X-API-Key": KEY})
            assert answer.status_code == 200
            async with api.runtime.database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM api_keys WHERE bootstrap") == 1


async def test_another_bootstrap_key_replaces_the_one_before(target: Target, settings: Callable[..., Settings]) -> None:
    other = KEY[::-1]
    async with running(settings(bootstrap_api_key=SecretStr(KEY)), target):
        pass
    async with running(settings(bootstrap_api_key=SecretStr(other)), target) as api:
        old = await api.call("GET", "/documents", role=None, headers={"X-API-Key": KEY})
        new = await api.call("GET", "/documents", role=None, headers={"X-API-Key": other})

    assert (old.status_code, new.status_code) == (401, 200)


async def test_only_a_hash_of_a_key_is_kept(api: Api) -> None:
    secret = api.keys[Role.ADMIN]
    async with api.runtime.database.connection() as connection:
        rows = await connection.fetch("SELECT api_keys::text AS row FROM api_keys")

    assert all(secret not in row["row"] and secret[-20:] not in row["row"] for row in rows)


@pytest.mark.parametrize("path", ["/generate", "/cases/bulk", "/documents", "/keys"])
@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "tg_00000000_" + "x" * 43}])
async def test_not_a_byte_of_a_body_is_read_before_it_is_known_who_sends_it(api: Api, path: str, headers: dict[str, str]) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(50):
            read += 1
            yield b'{"text": "' + b"x" * 1000

    answer = await api.http.post(f"/api/v1{path}", content=body(), headers={"Content-Type": "application/json", **headers})

    assert answer.status_code == 401
    assert answer.json()["type"] == "https://testgen.dev/problems/unauthenticated"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert read == 0


async def test_a_role_is_checked_before_the_body_is_read(api: Api) -> None:
    answer = await api.call(
        "POST", "/generate", role=Role.VIEWER, content=b"{broken", headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["key", "token"])
async def test_without_limits_a_revoked_key_is_let_in_for_two_seconds_at_most_and_a_new_one_at_once(
    database: Database, tmp_path: Path, kind: str
) -> None:  # S4-070
    now = 1000.0
    (tmp_path / "secret").write_text("0123456789abcdef" * 4)
    tokens, service = Tokens(Jwt(secret_file=tmp_path / "secret")), Keys(database)
    access = Access(database, tokens, RateLimit(enabled=False), clock=lambda: now)
    with pytest.raises(Unauthenticated):
        await access.admit("not-yet-a-key-0123456789", address="192.0.2.1", name=RateClass.READS)
    key = await service.grant(Grant("ci", Role.TESTER), by=COMMAND_LINE)
    await service.grant(Grant("root", Role.ADMIN), by=COMMAND_LINE)
    principal = Principal(key.id, "ci", Role.TESTER)
    sent = key.secret if kind == "key" else tokens.issue(principal, scopes=None, seconds=3600)[0]

    for later in (0.0, LOOKED_UP_SECONDS - 0.1):
        now = 1000.0 + later
        assert (await access.admit(sent, address="192.0.2.1", name=RateClass.READS)).principal.key_id == key.id
        if later == 0.0:
            await service.revoke(key.id, by=COMMAND_LINE)
    now = 1000.0 + LOOKED_UP_SECONDS
    with pytest.raises(Unauthenticated):
        await access.admit(sent, address="192.0.2.1", name=RateClass.READS)


async def test_where_the_database_counts_limits_a_revoked_key_ends_at_once(api: Api) -> None:
    key = await api.runtime.services.keys.grant(Grant("ci", Role.TESTER), by=COMMAND_LINE)
    headers = {"X-API-Key": key.secret}
    assert (await api.call("GET", "/cases", role=None, headers=headers)).status_code == 200
    await api.runtime.services.keys.revoke(key.id, by=COMMAND_LINE)

    assert (await api.call("GET", "/cases", role=None, headers=headers)).status_code == 401

"""Calls with tokens, on the real app (S4-072): ours for a key, and those of an issuer with a key set on loopback."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.conftest import running
from tests.unit.security.issuer import ISSUER, claims, jwk, serving, signed

from testgen_runtime.security.keys import Grant, Role
from testgen_runtime.security.service import COMMAND_LINE
from testgen_runtime.settings import Auth, Jwt, Rate, RateLimit, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres


@pytest.fixture
def with_secret(settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    """A project that issues tokens."""
    (tmp_path / "secret").write_text("0123456789abcdef" * 4)
    return settings(auth=Auth(jwt=Jwt(secret_file=tmp_path / "secret")))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_key_is_exchanged_for_a_token_that_ends_with_it(target: Target, with_secret: Settings) -> None:
    async with running(with_secret, target) as api:
        key = await api.runtime.services.keys.grant(Grant("ci", Role.TESTER), by=COMMAND_LINE)
        answer = await api.call("POST", "/tokens", role=None, headers={"X-API-Key": key.secret}, json={"expires_in": 600})
        token = answer.json()["access_token"]
        lets_in = await api.call("GET", "/documents", role=None, headers=bearer(token))
        writes = await api.call("POST", "/documents", role=None, headers=bearer(token), json={})
        administers = await api.call("GET", "/keys", role=None, headers=bearer(token))
        again = await api.call("POST", "/tokens", role=None, headers=bearer(token))
        await api.call("DELETE", f"/keys/{key.id}")
        ended = await api.call("GET", "/documents", role=None, headers=bearer(token))

    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 600
    assert (lets_in.status_code, writes.status_code, administers.status_code) == (200, 422, 403)
    assert again.status_code == 403
    assert ended.status_code == 401


async def test_a_token_may_have_less_than_its_key(target: Target, with_secret: Settings) -> None:
    async with running(with_secret, target) as api:
        answer = await api.call("POST", "/tokens", role=Role.ADMIN, json={"scopes": ["documents:read"]})
        token = answer.json()["access_token"]
        reads = await api.call("GET", "/documents", role=None, headers=bearer(token))
        others = await api.call("GET", "/cases", role=None, headers=bearer(token))
        unknown = await api.call("POST", "/tokens", role=Role.ADMIN, json={"scopes": ["everything"]})

    assert (reads.status_code, others.status_code, unknown.status_code) == (200, 403, 422)


async def test_without_a_secret_no_tokens_are_issued(target: Target, settings: Callable[..., Settings]) -> None:
    async with running(settings(), target) as api:
        assert (await api.call("POST", "/tokens")).status_code == 409


async def test_a_token_of_an_issuer_lets_in_by_its_role_and_every_other_gets_the_same_answer(
    target: Target, settings: Callable[..., Settings]
) -> None:
    now = time.time()
    async with serving(jwk("first")) as issuer:
        auth = Auth(jwt=Jwt(algorithms=("RS256",), issuer=ISSUER, jwks_url=issuer.url))
        async with running(settings(auth=auth), target) as api:
            viewer = bearer(signed(claims(now, role="viewer")))
            reads = await api.call("GET", "/documents", role=None, headers=viewer)
            writes = await api.call("POST", "/documents", role=None, headers=viewer, json={})
            nobody = await api.call("GET", "/documents", role=None, headers=bearer(signed(claims(now, role="guest"))))
            bad = [claims(now, exp=int(now) - 60), claims(now, aud="x"), claims(now, iss="x"), claims(now, nbf=int(now) + 600)]
            tokens = [*(signed(one) for one in bad), signed(claims(now), key="second"), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."]
            answers = [await api.call("GET", "/documents", role=None, headers=bearer(token)) for token in tokens]
            unknown_key = await api.call("GET", "/documents", role=None, headers={"X-API-Key": "x" * 40})

    assert (reads.status_code, writes.status_code, nobody.status_code) == (200, 403, 403)
    assert {answer.status_code for answer in answers} == {401}
    told = [{k: v for k, v in answer.json().items() if k != "instance"} for answer in [*answers, unknown_key]]
    assert all(one == told[0] for one in told)


async def test_an_issuer_that_is_down_is_told_as_that_and_keys_go_on(target: Target, settings: Callable[..., Settings]) -> None:
    auth = Auth(jwt=Jwt(algorithms=("RS256",), issuer=ISSUER, jwks_url="http://127.0.0.1:1/jwks"))
    async with running(settings(auth=auth), target) as api:
        token = await api.call("GET", "/documents", role=None, headers=bearer(signed(claims(time.time()))))
        key = await api.call("GET", "/documents")

    assert (token.status_code, key.status_code) == (503, 200)
    assert token.headers["retry-after"]


async def test_a_token_has_a_limit_too(target: Target, settings: Callable[..., Settings]) -> None:
    limits = RateLimit(reads=Rate(requests_per_minute=1, burst_size=2))
    async with serving(jwk("first")) as issuer:
        auth = Auth(jwt=Jwt(algorithms=("RS256",), issuer=ISSUER, jwks_url=issuer.url))
        async with running(settings(auth=auth, rate_limit=limits), target) as api:
            sent = [signed(claims(time.time(), jti=str(n))) for n in range(3)]  # a new token is no new limit
            answers = [await api.call("GET", "/documents", role=None, headers=bearer(token)) for token in sent]

    assert [answer.status_code for answer in answers] == [200, 200, 429]

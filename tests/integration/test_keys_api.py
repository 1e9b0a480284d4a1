"""Keys over HTTP: made, narrowed, rotated, revoked, told of (S0-090, S4-070)."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.integration.api import Api, eventually

from testgen_runtime.security.keys import Role
from testgen_runtime.telemetry import logs

pytestmark = pytest.mark.postgres


async def made(api: Api, **body: Any) -> dict[str, Any]:
    """A key that was made."""
    answer = await api.call("POST", "/keys", json={"name": "ci", **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def works(api: Api, secret: str, path: str = "/documents") -> bool:
    """Whether a key is let in."""
    answer = await api.call("GET", path, role=None, headers={"X-API-Key": secret})
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


async def test_a_key_is_made_used_and_told_of_without_its_secret(api: Api) -> None:
    key = await made(api, role="viewer", scopes=["documents:read"])
    assert await works(api, key["secret"])
    told = await api.call("GET", f"/keys/{key['id']}")
    listed = await api.call("GET", "/keys")

    assert told.json()["scopes"] == ["documents:read"]
    assert told.json()["last_used_at"] is not None
    assert told.json()["created_by"].startswith("key_")
    assert {"secret", "hash"}.isdisjoint(told.json())
    assert key["secret"] not in listed.text + told.text
    assert [one["name"] for one in listed.json()["items"]] == ["viewer", "tester", "reviewer", "admin", "ci"]


async def test_keys_are_listed_page_by_page(api: Api) -> None:
    first = (await api.call("GET", "/keys", params={"limit": 3})).json()
    rest = (await api.call("GET", "/keys", params={"limit": 3, "cursor": first["next_cursor"]})).json()

    assert [one["name"] for one in first["items"] + rest["items"]] == [role.value for role in Role]
    assert rest["next_cursor"] is None


async def test_a_request_sent_again_makes_no_second_key_and_does_not_keep_the_secret(api: Api) -> None:
    sent: dict[str, Any] = {"json": {"name": "ci"}, "headers": {"Idempotency-Key": "once"}}
    first = await api.call("POST", "/keys", **sent)
    again = await api.call("POST", "/keys", **sent)
    async with api.runtime.database.connection() as connection:
        kept = await connection.fetch("SELECT response FROM idempotency_keys")

    assert again.status_code == 201
    assert (again.json()["id"], again.json()["secret"]) == (first.json()["id"], None)
    assert all(first.json()["secret"].encode() not in bytes(row["response"]) for row in kept)


async def test_a_rotated_key_has_two_secrets_until_the_overlap_ends(api: Api) -> None:
    key = await made(api)
    new = await api.call("POST", f"/keys/{key['id']}/rotate", json={"overlap_seconds": 3600})
    assert new.status_code == 200, new.text
    assert new.json()["id"] == key["id"]
    assert await works(api, key["secret"])
    assert await works(api, new.json()["secret"])
    async with api.runtime.database.connection() as connection:
        await connection.execute("UPDATE api_keys SET previous_expires_at = now() WHERE id = $1", key["id"])

    assert not await works(api, key["secret"])
    assert await works(api, new.json()["secret"])


async def test_a_rotation_without_overlap_ends_the_old_secret_at_once(api: Api) -> None:
    key = await made(api)
    new = (await api.call("POST", f"/keys/{key['id']}/rotate", json={"overlap_seconds": 0})).json()

    assert (await works(api, key["secret"]), await works(api, new["secret"])) == (False, True)


async def test_of_two_rotations_the_oldest_secret_ends_at_once(api: Api) -> None:
    key = await made(api)
    second = (await api.call("POST", f"/keys/{key['id']}/rotate")).json()
    third = (await api.call("POST", f"/keys/{key['id']}/rotate")).json()

    assert [await works(api, one["secret"]) for one in (key, second, third)] == [False, True, True]


async def test_a_revoked_key_ends_with_all_its_secrets_for_good(api: Api) -> None:
    key = await made(api)
    new = (await api.call("POST", f"/keys/{key['id']}/rotate")).json()
    for _ in range(2):
        assert (await api.call("DELETE", f"/keys/{key['id']}")).status_code == 204

    assert not await works(api, key["secret"])
    assert not await works(api, new["secret"])
    assert (await api.call("POST", f"/keys/{key['id']}/rotate")).status_code == 409
    assert (await api.call("GET", f"/keys/{key['id']}")).json()["disabled_at"] is not None


async def test_an_expired_key_is_let_in_no_more(api: Api) -> None:
    key = await made(api, expires_at=(datetime.now(UTC) + timedelta(seconds=8)).isoformat())
    assert await works(api, key["secret"])

    async def ended() -> bool:
        return not await works(api, key["secret"])

    await eventually(ended, within=10)


async def test_the_last_admin_key_cannot_be_revoked_even_by_many_at_once(api: Api) -> None:
    admins = [await made(api, role="admin") for _ in range(3)]
    everybody = (await api.call("GET", "/keys")).json()["items"]
    ids = [key["id"] for key in everybody if key["role"] == "admin"]
    asking = [admins[n % 3]["secret"] for n in range(len(ids))]
    answers = await asyncio.gather(
        *(
            api.call("DELETE", f"/keys/{key_id}", role=None, headers={"X-API-Key": secret})
            for key_id, secret in zip(ids, asking, strict=True)
        )
    )
    async with api.runtime.database.connection() as connection:
        left = await connection.fetchval("SELECT count(*) FROM api_keys WHERE role = 'admin' AND disabled_at IS NULL")

    assert left >= 1
    assert {answer.status_code for answer in answers} <= {204, 401, 409}


async def test_an_admin_key_without_the_scope_to_administer_does_not_count(api: Api) -> None:
    await made(api, role="admin", scopes=["cases:read"])
    own = next(key for key in (await api.call("GET", "/keys")).json()["items"] if key["name"] == "admin")
    answer = await api.call("DELETE", f"/keys/{own['id']}")

    assert answer.status_code == 409
    assert answer.json()["mend"] == "make another admin key first"


async def test_a_narrowed_administrator_cannot_widen_itself(api: Api) -> None:
    narrow = await made(api, role="admin", scopes=["keys:admin", "cases:read"])
    wide = await made(api, role="tester")
    as_narrow: dict[str, Any] = {"role": None, "headers": {"X-API-Key": narrow["secret"]}}

    assert (await api.call("POST", "/keys", json={"name": "all", "role": "admin"}, **as_narrow)).status_code == 403
    assert (await api.call("POST", "/keys", json={"name": "x", "scopes": ["generate"]}, **as_narrow)).status_code == 403
    assert (await api.call("POST", f"/keys/{wide['id']}/rotate", **as_narrow)).status_code == 403
    assert (await api.call("POST", "/keys", json={"name": "x", "scopes": ["cases:read"]}, **as_narrow)).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {}, {"name": ""}, {"name": "x" * 201}, {"name": "a\nb"}, {"name": "x", "role": "editor"}, {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["everything"]}, {"name": "x", "role": "viewer", "scopes": ["generate"]},
        {"name": "x", "expires_at": "2030-01-01T00:00:00"}, {"name": "x", "burst_size": 0}, {"name": "x", "secret": "mine"},
        {"name": "x", "expires_at": "9999-12-31T23:59:59-12:00"},
    ],
)  # fmt: skip
async def test_a_key_that_could_not_work_is_not_made(api: Api, body: dict[str, Any]) -> None:
    answer = await api.call("POST", "/keys", json=body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["mend"]


@pytest.mark.parametrize("ended", [timedelta(seconds=1), timedelta(days=3650)])
async def test_a_key_that_would_have_expired_before_it_was_made_is_refused(api: Api, ended: timedelta) -> None:
    past = (datetime.now(timezone(timedelta(hours=14))) - ended).isoformat()

    answer = await api.call("POST", "/keys", json={"name": "late", "expires_at": past})

    assert (answer.status_code, answer.json()["type"]) == (422, "https://testgen.dev/problems/invalid-input")
    assert f"expires_at: {past} has passed" in answer.json()["detail"]
    assert "a time to come" in answer.json()["mend"]
    assert "late" not in [one["name"] for one in (await api.call("GET", "/keys")).json()["items"]]


@pytest.mark.parametrize("path", ["/keys/nobody", "/keys/nobody/rotate"])
async def test_a_key_that_is_not_there(api: Api, path: str) -> None:
    method = "POST" if path.endswith("rotate") else "DELETE"

    assert (await api.call(method, path)).status_code == 404


async def test_what_was_done_to_keys_and_who_was_refused_is_in_the_audit_without_a_secret(api: Api) -> None:  # S4-071
    written = io.StringIO()
    logs.configure("INFO", "json", written)
    key = await made(api)
    new = (await api.call("POST", f"/keys/{key['id']}/rotate")).json()
    await api.call("DELETE", f"/keys/{key['id']}")
    await api.call("GET", "/keys", role=Role.VIEWER)
    audit = [line for line in written.getvalue().splitlines() if '"log_type":"audit"' in line]

    for words in ("key created", "key rotated", "key revoked", "authorisation refused"):
        assert any(words in line for line in audit), words
    assert all(one["secret"] not in written.getvalue() for one in (key, new))

"""The audit on the real database: written with the deed, only ever added to, verified from the command line (S0-090)."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from tests.integration.api import DOCUMENT, Api, long_document

from testgen_runtime.operations.audit import verdict
from testgen_runtime.security import audit
from testgen_runtime.security.audit_chain import verify
from testgen_runtime.security.keys import Role
from testgen_runtime.storage.database import Database

pytestmark = pytest.mark.postgres


async def entries(api: Api, **query: Any) -> list[dict[str, Any]]:
    answer = await api.call("GET", "/audit", params={"limit": 1000, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def fill(database: Database, rows: int) -> None:
    for number in range(rows):
        async with database.transaction() as connection:
            await audit.record(connection, "key_1", "case edited", f"case-{number} 用例")


async def test_each_deed_is_in_the_audit_with_its_actor_and_request(api: Api) -> None:
    asked = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"X-Request-Id": "asked-1"})
    case = (await api.call("GET", "/cases")).json()["items"][0]
    one, two = f"/cases/{case['id']}", {"If-Match": f'"{case["revision"]}"'}
    await api.call("POST", f"{one}/comments", json={"text": "Is this so?"})
    await api.call("DELETE", f"{one}/comments/1")
    await api.call("POST", f"{one}/reject", json={"reason": "no"}, headers=two)
    await api.call("POST", "/exports", json={"format": "json"})
    made = (await api.call("POST", "/keys", json={"name": "another", "role": "viewer"})).json()
    await api.call("POST", f"/keys/{made['id']}/rotate")
    await api.call("DELETE", f"/keys/{made['id']}")
    await api.call("GET", "/keys", role=Role.VIEWER)
    told = await entries(api)
    actions = {entry["action"] for entry in told}
    (generation,) = [entry for entry in told if entry["action"] == "generation asked"]

    assert {
        "document added", "generation asked", "comment added", "comment withdrawn", "case rejected", "cases exported",
        "key created", "key rotated", "key revoked", "authorisation refused",
    } <= actions  # fmt: skip
    assert generation["object"] == asked.json()["job_id"]
    assert generation["request_id"] == "asked-1"
    assert generation["actor"].startswith("key_")
    assert made["secret"] not in str(told)
    assert (await verdict(api.runtime.database)).problem == ""


async def test_a_job_that_is_canceled_is_in_the_audit_once_and_one_that_has_ended_is_not(api: Api) -> None:
    ended = (await api.call("POST", "/generate", json={"text": DOCUMENT})).json()["job_id"]
    job = await api.job(text=long_document(400))
    for asked in (ended, job, job):
        assert (await api.call("POST", f"/jobs/{asked}/cancel")).status_code == 202
    await api.finished(job)

    assert [entry["object"] for entry in await entries(api) if entry["action"] == "job canceled"] == [job]


async def test_a_deed_that_is_undone_leaves_no_entry(database: Database) -> None:
    async def undone() -> None:
        async with database.transaction() as connection:
            await audit.record(connection, "key_1", "case edited", "case-1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await undone()

    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM audit_log") == 0
        assert await connection.fetchval("SELECT count(*) FROM audit_inbox") == 0


async def test_entries_are_listed_newest_first_by_pages_and_filters(api: Api) -> None:
    await fill(api.runtime.database, 5)
    first = (await api.call("GET", "/audit", params={"limit": 3, "actor": "key_1"})).json()
    second = (await api.call("GET", "/audit", params={"limit": 3, "actor": "key_1", "cursor": first["next_cursor"]})).json()
    named = [entry["object"] for entry in first["items"] + second["items"]]

    assert named == [f"case-{number} 用例" for number in (4, 3, 2, 1, 0)]
    assert second["next_cursor"] is None
    assert await entries(api, object="case-3 用例", outcome="refused") == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TESTER, Role.REVIEWER])
async def test_the_audit_is_for_admins(api: Api, role: Role) -> None:
    assert (await api.call("GET", "/audit", role=role)).status_code == 403


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"])
async def test_entries_can_not_be_changed_or_removed(database: Database, statement: str) -> None:
    await fill(database, 1)
    async with database.connection() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_a_row_that_is_inserted_by_hand_stands_at_the_end_with_the_chains_own_hash(database: Database) -> None:
    await fill(database, 2)
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO audit_log VALUES (1, '2001-01-01', 'me', 'case edited', 'x', 'done', '', '', '\\x00', '\\x00')"
        )
        rows = await audit.after(connection, 0, limit=10)

    assert [row.seq for row in rows] == [1, 2, 3]
    assert verify(rows).problem == ""


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE audit_log SET actor = 'somebody else' WHERE seq = 2",
        "UPDATE audit_log SET at = at + interval '1 microsecond' WHERE seq = 4",
        "DELETE FROM audit_log WHERE seq = 3",
        "DELETE FROM audit_log WHERE seq = 1",
        "INSERT INTO audit_log SELECT 6, at, actor, action, object, outcome, request_id, client, hash, '\\x01' "
        "FROM audit_log WHERE seq = 5",
    ],
)
async def test_what_an_owner_of_the_database_does_behind_the_triggers_is_found(database: Database, forgery: str) -> None:
    await fill(database, 5)
    async with database.transaction() as connection:
        await connection.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
        await connection.execute(forgery)
        await connection.execute("ALTER TABLE audit_log ENABLE TRIGGER USER")

    found = await verdict(database)
    assert found.problem
    assert found.row is not None


async def test_a_mark_proves_that_nothing_was_cut_off_at_the_end(database: Database) -> None:
    await fill(database, 5)
    mark = (await verdict(database)).head
    await fill(database, 1)
    assert (await verdict(database, mark)).problem == ""
    async with database.transaction() as connection:
        await connection.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
        await connection.execute("DELETE FROM audit_log WHERE seq >= 5")
        await connection.execute("ALTER TABLE audit_log ENABLE TRIGGER USER")

    assert (await verdict(database)).problem == ""
    assert (await verdict(database, mark)).problem


async def test_many_at_once_make_one_chain(database: Database) -> None:
    async def one(number: int) -> None:
        async with database.transaction() as connection:
            await audit.record(connection, f"key_{number}", "case edited", [f"case-{number}-{part}" for part in range(3)])

    await asyncio.gather(*(one(number) for number in range(60)))

    found = await verdict(database)
    assert (found.rows, found.problem) == (180, "")


async def test_a_seal_lets_old_entries_go_and_the_chain_stays_whole(database: Database) -> None:
    await fill(database, 4)
    mark = (await verdict(database)).head
    async with database.transaction() as connection:
        gone, last = await audit.seal(connection, "cli", keep_days=0)
    found = await verdict(database, mark)

    assert gone == 3
    assert last is not None
    assert last.startswith("3:")
    assert (found.rows, found.problem) == (2, "")
    async with database.connection() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM audit_log")


async def test_refusals_are_bounded(database: Database) -> None:
    kept = audit.AuditLog(database, clock=lambda: 0.0)
    for number in range(100):
        await kept.record(None, "key_1", "authorisation refused", str(number), "refused")

    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM audit_log") == 60


async def test_what_looks_like_a_secret_is_not_kept(database: Database) -> None:
    async with database.transaction() as connection:
        await audit.record(connection, "key_1", "token refused", "Bearer tg_0a1b2c3d_" + "x" * 43)
    async with database.connection() as connection:
        (row,) = await audit.after(connection, 0, limit=2)

    assert "xxxx" not in row.object

"""`testgen stores`: what it finds in a real PostgreSQL, and the exchange of a password there."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_postgres_access import ROLE, asking_for_passwords

from testgen_runtime.operations.stores import check as checks
from testgen_runtime.operations.stores.finding import Failed, Reason
from testgen_runtime.operations.stores.password import REPLICA_USER, set_password
from testgen_runtime.settings import Settings
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres

Make = Callable[..., Settings]


async def administer(server: Target, *statements: str) -> None:
    connection = await connect(server, Settings().postgres)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def named(target: Target, **given: Any) -> dict[str, Any]:
    found = {"mode": "server", "host": target.host, "port": target.port, "database": target.database, "user": target.user}
    return {"postgres": found | given}


async def found(settings: Settings, store: str = "postgres") -> Reason:
    with pytest.raises(Failed) as caught:
        await checks.check(store, settings)
    record = json.loads(caught.value.record(store))
    assert (record["store"], record["reason"]) == (store, str(caught.value.reason))
    return caught.value.reason


@pytest.fixture
def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def as_if_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's PostgreSQL answers on a Unix socket, which has no host to resolve."""

    async def reached(*_: object) -> None:
        return None

    monkeypatch.setattr(checks, "reach", reached)


@pytest.mark.usefixtures("as_if_reached")
async def test_a_database_that_is_as_needed_passes(target: Target, settings: Make) -> None:
    assert (await checks.check("postgres", settings(**named(target)))).startswith("PostgreSQL ")


@pytest.mark.usefixtures("as_if_reached")
async def test_a_missing_database_and_a_missing_right_have_reasons_of_their_own(target: Target, settings: Make) -> None:
    assert await found(settings(**named(target, database="nowhere"))) is Reason.DATABASE_MISSING
    await administer(target, "CREATE ROLE guest LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    try:
        assert await found(settings(**named(target, user="guest"))) is Reason.PERMISSION_DENIED
    finally:
        await administer(target, "DROP ROLE guest")


@pytest.mark.usefixtures("as_if_reached")
async def test_an_unknown_user_is_an_authentication_that_failed(target: Target, settings: Make) -> None:
    assert await found(settings(**named(target, user="nobody_here"))) is Reason.AUTHENTICATION_FAILED


@pytest.mark.parametrize("store", ["postgres", "redis", "qdrant", "neo4j"])
async def test_a_host_that_nobody_knows_and_a_port_that_nobody_serves(store: str, settings: Make, free_port: int) -> None:
    def at(host: str, port: int) -> dict[str, Any]:
        every: dict[str, dict[str, Any]] = {
            "postgres": {"postgres": {"mode": "server", "host": host, "port": port}},
            "redis": {"redis": {"enabled": True, "host": host, "port": port}},
            "qdrant": {"qdrant": {"mode": "server", "url": f"http://{host}:{port}"}},
            "neo4j": {"neo4j": {"enabled": True, "uri": f"bolt://{host}:{port}"}},
        }
        return every[store]

    assert await found(settings(**at("nowhere.invalid", 5432)), store) is Reason.DNS_FAILED
    assert await found(settings(**at("127.0.0.1", free_port)), store) is Reason.CONNECTION_REFUSED


@pytest.mark.usefixtures("as_if_reached")
async def test_the_replica_gets_a_user_that_may_replicate_and_no_more(target: Target, settings: Make, tmp_path: Path) -> None:
    new = tmp_path / "password"
    new.write_text("A" * 40)
    try:
        for _ in range(2):  # a Job may be killed and run again
            await set_password("postgres-replica", settings(**named(target)), new, None)
        connection = await connect(target, Settings().postgres)
        row = await connection.fetchrow("SELECT * FROM pg_authid WHERE rolname = $1", REPLICA_USER)
        await connection.close()
        assert (row["rolreplication"], row["rolsuper"], row["rolcreatedb"]) == (True, False, False)
        assert row["rolpassword"].startswith("SCRAM-SHA-256$4096:")
    finally:
        await administer(target, f"DROP OWNED BY {REPLICA_USER}", f"DROP ROLE {REPLICA_USER}")


@pytest.mark.usefixtures("as_if_reached")
async def test_a_wrong_password_is_named_and_an_exchanged_one_works_while_the_old_one_ends(
    target: Target, settings: Make, tmp_path: Path
) -> None:
    new, previous = tmp_path / "password", tmp_path / "previous-password"
    async with asking_for_passwords(target):
        given = named(target, user=ROLE, password_file=str(new), previous_password_file=str(previous))
        new.write_text("wrong9")
        assert await found(settings(**given)) is Reason.AUTHENTICATION_FAILED
        with pytest.raises(Failed, match="refuses the new and the old"):
            await set_password("postgres", settings(**given), new, previous)
        previous.write_text("one-1")
        new.write_text("two2")
        for _ in range(2):  # a Job may be killed after its deed and run again
            await set_password("postgres", settings(**given), new, previous)
        previous.unlink()
        assert await checks.check("postgres", settings(**given))
        new.write_text("one-1")
        assert await found(settings(**given)) is Reason.AUTHENTICATION_FAILED

"""Connections while the database's password is exchanged: none of its moments is a failed request (issue 6, rotation).

Named stand-ins: `Server` for PostgreSQL's answer to a password, `Held` for a connection. The exchange itself is proved on a real
server by tests/integration/test_postgres_access.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from testgen_runtime.errors import BadConfiguration, Unavailable
from testgen_runtime.settings import Postgres
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target, dial


class Server:
    """Takes one password; `then` happens after each refusal."""

    def __init__(self, password: str, then: Callable[[Server], None] = lambda _: None) -> None:
        self.password, self._then = password, then
        self.tried: list[str] = []

    async def connect(self, *, password: str, **_: Any) -> str:
        self.tried.append(password)
        if password == self.password:
            return "connected"
        self._then(self)
        raise asyncpg.InvalidPasswordError("password authentication failed")


@pytest.fixture
def target(tmp_path: Path) -> Target:
    (tmp_path / "password").write_text("new")
    (tmp_path / "previous-password").write_text("old")
    return Target(
        "db.example.com",
        5432,
        "testgen",
        "testgen",
        password_file=tmp_path / "password",
        previous_password_file=tmp_path / "previous-password",
    )


async def dialled(target: Target, server: Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(asyncpg, "connect", server.connect)
    return await dial(target, again_after=0)


def test_an_old_password_that_vanishes_while_it_is_read_is_not_there(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    assert target.previous_password_file is not None
    monkeypatch.setattr(Path, "exists", lambda _: True)  # as it was a moment ago
    target.previous_password_file.unlink()
    assert target.passwords() == ["new"]


def test_an_old_password_that_cannot_be_read_is_told(target: Target) -> None:
    assert target.previous_password_file is not None
    target.previous_password_file.unlink()
    target.previous_password_file.mkdir()
    with pytest.raises(BadConfiguration, match="previous-password"):
        target.passwords()


async def test_before_the_server_knows_the_new_password_the_old_one_is_taken(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server("old")
    assert await dialled(target, server, monkeypatch) == "connected"
    assert server.tried == ["new", "old"]


async def test_a_change_between_the_two_tries_is_followed_by_another_round(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(server: Server) -> None:
        server.password = "new"

    server = Server("old", change)
    assert await dialled(target, server, monkeypatch) == "connected"
    assert server.tried == ["new", "old", "new"]


async def test_files_that_change_meanwhile_are_read_again(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_: Server) -> None:
        assert target.password_file is not None
        target.password_file.write_text("newest")

    assert target.previous_password_file is not None
    target.previous_password_file.unlink()
    server = Server("newest", write)
    assert await dialled(target, server, monkeypatch) == "connected"
    assert server.tried == ["new", "newest"]


async def test_passwords_that_stay_wrong_are_tried_twice_and_no_more(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server("another")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await dialled(target, server, monkeypatch)
    assert server.tried == ["new", "old", "new", "old"]


async def test_one_wrong_password_that_nobody_changes_is_tried_once(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    assert target.previous_password_file is not None
    target.previous_password_file.unlink()
    server = Server("another")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await dialled(target, server, monkeypatch)
    assert server.tried == ["new"]


class Held:
    def __init__(self, closed: bool) -> None:
        self._closed = closed

    def is_closed(self) -> bool:
        return self._closed


class Pool:
    def __init__(self, closed: bool) -> None:
        self._held = Held(closed)

    async def acquire(self, **_: Any) -> Held:
        return self._held

    async def release(self, *_: Any, **__: Any) -> None:
        pass


async def failing(target: Target, error: Exception, *, closed: bool) -> None:
    database = Database(target, Postgres())
    database._pool = Pool(closed)
    async with database.connection():
        raise error


@pytest.mark.parametrize(
    ("error", "closed"),
    [(TimeoutError(), False), (asyncpg.InterfaceError("connection is closed"), True)],
    ids=["too slow for this side", "closed under us"],
)
async def test_a_connection_that_fails_at_work_is_a_part_that_does_not_answer(
    target: Target, error: Exception, closed: bool
) -> None:
    with pytest.raises(Unavailable):
        await failing(target, error, closed=closed)


async def test_a_mistake_of_ours_stays_one(target: Target) -> None:
    with pytest.raises(asyncpg.InterfaceError, match="wrong type"):
        await failing(target, asyncpg.InterfaceError("wrong type of argument"), closed=False)

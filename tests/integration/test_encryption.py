"""Encrypted fields in the real database: unreadable there, read by the API, re-encrypted by a rotation that may be killed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import DOCUMENT, Api
from tests.integration.conftest import running

from testgen_runtime.operations.encryption import answers, comments
from testgen_runtime.security.encryption import cipher_of
from testgen_runtime.settings import Security, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
KEYS = {name: f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2")}


def keyed(settings: Callable[..., Settings], path: Path, *names: str) -> Settings:
    path.write_text("\n".join(KEYS[name] for name in names))
    return settings(security=Security(encryption_keys_file=path))


async def fill(api: Api) -> str:
    await api.call("POST", "/generate", json={"text": DOCUMENT})
    case = str((await api.call("GET", "/cases")).json()["items"][0]["id"])
    sent: dict[str, Any] = {"json": {"text": "a secret remark"}, "headers": {"Idempotency-Key": "once"}}
    assert (await api.call("POST", f"/cases/{case}/comments", **sent)).status_code == 201
    return case


async def stored(api: Api) -> str:
    async with api.runtime.database.connection() as connection:
        texts = await connection.fetch("SELECT text FROM case_comments")
        kept = await connection.fetch("SELECT response FROM idempotency_keys WHERE response IS NOT NULL")
    assert texts
    return str([row["text"] for row in texts] + [bytes(row["response"]) for row in kept])


async def test_comments_and_kept_answers_are_unreadable_in_the_database_until_and_after_a_rotation(
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    path = tmp_path / "keys"
    async with running(keyed(settings, path, "k1"), target) as api:
        case = await fill(api)
        assert "remark" not in await stored(api)
        assert "key k1" in (await api.http.get("/health")).text
    async with running(keyed(settings, path, "k2", "k1"), target) as api:
        cipher, said = cipher_of(path.read_text()), list[str]()
        store = api.runtime.database
        first = await comments(store, cipher, said.append) + await answers(store, cipher, said.append)
        again = await comments(store, cipher, said.append) + await answers(store, cipher, said.append)
        assert first >= 1
        assert again == 0
    async with running(keyed(settings, path, "k2"), target) as api:
        shown = (await api.call("GET", f"/cases/{case}/comments")).json()["items"]

    assert [one["text"] for one in shown] == ["a secret remark"]


async def test_without_a_key_health_tells_so_and_a_removed_key_is_a_clear_error(
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    async with running(keyed(settings, tmp_path / "keys", "k1"), target) as api:
        case = await fill(api)
    async with running(settings(), target) as api:
        health = (await api.http.get("/health")).json()["components"]["encryption"]
        answer = await api.call("GET", f"/cases/{case}/comments")

    assert health == {"state": "disabled", "detail": "no key is set"}
    assert answer.status_code == 500
    assert "the key k1" in answer.json()["detail"]

"""What a document says, sealed in every store where there is a key (S4-069): unreadable there, and every answer is the same."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import Api, eventually
from tests.integration.conftest import SETTINGS, running
from tests.integration.test_encryption import KEYS, keyed

from testgen_runtime.errors import BadConfiguration, MigrationFailed
from testgen_runtime.operations import encryption
from testgen_runtime.operations.encryption import TABLES, Table, rotate_table
from testgen_runtime.security.encryption import Cipher, cipher_of
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.downgrade import down
from testgen_runtime.storage.migrate import up
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres

RULE = "The zanzibarquux password must have 8 to 64 characters."
LIMIT = "If the user enters a wrong zanzibarquux password three times, the system shall lock the account for 15 minutes."
VAGUE = "The zanzibarquux list should load quickly and be user-friendly, etc."
TEXT = f"# Sign-in\n\nREQ-1: {RULE}\n\nREQ-2: {LIMIT}\n\nREQ-3: {VAGUE}\n"
NEXT = TEXT.replace("64 characters", "72 characters")
WORD = "zanzibarquux"

READABLE = {"cases.body", "cases.search", "case_revisions.body", "job_cases.body"}
"""Columns with the words of cases: PostgreSQL searches in them (docs/SECURITY.md)."""

_PASSING = re.compile(r"\d{4}-\d\d-\d\d[T ][0-9:.+Z]+|job-[0-9a-f]{24}|urn:uuid:[0-9a-f-]+|[0-9a-f]{8}-[0-9a-f-]{27}")
_PERSONS = {"created_by", "by", "id_of_job", "etag"}


async def fill(api: Api) -> tuple[str, str]:
    """Two versions of a document with their cases; the first one's job."""
    first = await api.send(TEXT)
    job = str((await api.finished(await api.job(document_id=first)))["id"])
    case = (await api.call("GET", "/cases", params={"requirement_id": "REQ-2"})).json()["items"][0]["id"]  # carried on
    remark = await api.call("POST", f"/cases/{case}/comments", json={"text": "a remark that goes on with its case"})
    assert remark.status_code == 201
    second = await api.send(NEXT)
    assert second != first
    assert (await api.finished(await api.job(document_id=second)))["state"] == "succeeded"
    return first, job


def settled(told: Any, keys: dict[str, str]) -> Any:
    """An answer without times, and with a role for a key's id."""
    if isinstance(told, dict):
        return {name: settled(value, keys) for name, value in told.items() if name not in _PERSONS}
    if isinstance(told, list):
        return [settled(value, keys) for value in told]
    if isinstance(told, str):
        told = _PASSING.sub("…", told)
        for key, role in keys.items():
            told = told.replace(key, role)
    return told


async def answers(api: Api, first: str, job: str) -> dict[str, Any]:
    """What every route that shows a document or what was made of it answers."""
    second = (await api.call("GET", "/documents")).json()["items"][0]["id"]
    cases = (await api.call("GET", "/cases", params={"limit": 100})).json()["items"]
    paths = [f"/jobs/{job}", f"/jobs/{job}/events", f"/documents/{second}/diff", "/cases?limit=100", f"/cases?q={WORD}&limit=100"]
    for document in (first, second):
        paths += [f"/documents/{document}{rest}" for rest in ("", "/requirements", "/findings", "/findings?limit=1", "/versions")]
        paths += [f"/coverage?document_id={document}", f"/coverage/matrix?document_id={document}"]
    for case in cases:
        paths += [f"/cases/{case['id']}{rest}" for rest in ("", "/revisions", "/comments")]
    found: dict[str, Any] = {}
    for path in paths:
        answer = await api.call("GET", path)
        assert answer.status_code == 200 or "matrix" in path, f"{path}: {answer.text}"
        found[path.replace(job, "job")] = answer.json() if "json" in answer.headers["content-type"] else events(answer.text)
    for name in ("json", "csv", "markdown"):
        found[name] = (await api.call("POST", "/exports", json={"format": name})).text
    hits = (await api.call("GET", "/search", params={"q": f"{WORD} password characters"})).json()["hits"]
    found["search"] = [(hit["text"], hit["title"]) for hit in hits]
    ids = {str(one["id"]): str(one["name"]) for one in (await api.call("GET", "/keys")).json()["items"]}
    return {name: settled(told, ids) for name, told in found.items()}


def events(stream: str) -> list[Any]:
    """What the events of a stream tell, whatever the order of their members."""
    return [json.loads(line.removeprefix("data:")) for line in stream.splitlines() if line.startswith("data:")]


async def found_by_search(api: Api) -> None:
    async def look() -> bool:
        answer = await api.call("GET", "/search", params={"q": f"{WORD} password characters"})
        return answer.status_code == 200 and len(answer.json()["hits"]) >= 6

    await eventually(look, within=60)


async def readable(database: Database, words: str) -> set[str]:
    """Every column of every table that holds these words, as a dump would show it; what is in bytes too."""
    found: set[str] = set()
    async with database.connection() as connection:
        columns = await connection.fetch(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c JOIN information_schema.tables t"
            " ON t.table_schema = c.table_schema AND t.table_name = c.table_name"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        )
        for table, column, kind in columns:
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            if await connection.fetchval(f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE {shown} ILIKE $1)', f"%{words}%"):
                found.add(f"{table}.{column}")
    return found


async def quotes(database: Database) -> str:
    async with database.connection() as connection:
        return str(
            await connection.fetchval(
                "SELECT string_agg((body -> 'evidence')::text, '') FROM"
                " (SELECT body FROM cases UNION ALL SELECT body FROM case_revisions) AS all_bodies"
            )
        )


async def test_what_a_document_says_is_in_no_column_but_the_words_of_cases(  # S4-069
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    async with running(keyed(settings, tmp_path / "keys", "k1"), target) as api:
        await fill(api)
        await found_by_search(api)
        database = api.runtime.database
        assert await readable(database, WORD) <= READABLE
        assert "cases.body" in await readable(database, WORD), "the scan finds what is readable"
        assert WORD not in await quotes(database)
        assert "TGS1:" in await quotes(database)


async def test_every_answer_is_the_same_with_and_without_keys(  # S4-069
    target: Target, empty_target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    await up(empty_target, SETTINGS)
    told = []
    for given, where in ((settings(), target), (keyed(settings, tmp_path / "keys", "k1"), empty_target)):
        async with running(given, where) as api:
            first, job = await fill(api)
            await found_by_search(api)
            told.append(await answers(api, first, job))
    plain, sealed = told
    assert set(plain) == set(sealed)
    for name in plain:
        assert plain[name] == sealed[name], name
    assert RULE in str(sealed)
    assert str(sealed).count("a remark that goes on") == 2, "with the case and with what it was carried to"


async def test_generating_again_makes_no_new_revision(  # S4-069
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    async with running(keyed(settings, tmp_path / "keys", "k1"), target) as api:
        document = await api.send(TEXT)
        for _ in range(2):
            await api.finished(await api.job(document_id=document))
        cases = (await api.call("GET", "/cases", params={"limit": 100})).json()["items"]
        assert cases
        assert {case["revision"] for case in cases} == {1}


async def rotated(database: Database, cipher: Cipher, *, batch: int = 200) -> int:
    tables = [replace(table, batch=batch) for table in TABLES]
    return sum([await rotate_table(database, cipher, table, lambda _: None) for table in tables])


def killed_at(rows: int) -> Callable[..., Any]:
    """What makes a row anew, until so many rows are done: it ends inside a batch then, as a kill would."""
    left = iter(range(rows))

    def row_anew(cipher: Cipher, table: Table, row: Any) -> tuple[Any, ...] | None:
        if next(left, None) is None:
            raise asyncio.CancelledError
        return make(cipher, table, row)

    make = encryption._row_anew
    return row_anew


async def test_a_rotation_that_is_killed_goes_on_and_seals_what_was_there_before_the_first_key(  # S4-069
    target: Target, settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys"
    async with running(settings(), target) as api:
        first, job = await fill(api)
        await found_by_search(api)
        before = await answers(api, first, job)
        assert "documents.text" in await readable(api.runtime.database, WORD)
    for names in (("k1",), ("k2", "k1")):
        async with running(keyed(settings, path, *names), target) as api:
            cipher, database = cipher_of(path.read_text()), api.runtime.database
            with monkeypatch.context() as patched:
                patched.setattr(encryption, "_row_anew", killed_at(9))
                with pytest.raises(asyncio.CancelledError):
                    await rotated(database, cipher, batch=2)
            half = {name: told for name, told in (await answers(api, first, job)).items() if name != "search"}
            assert half == {name: told for name, told in before.items() if name != "search"}
            assert await rotated(database, cipher) > 0
            assert await rotated(database, cipher) == 0
            assert await readable(database, WORD) <= READABLE
            assert WORD not in await quotes(database)
    async with running(keyed(settings, path, "k2"), target) as api:
        await found_by_search(api)
        assert await answers(api, first, job) == before


async def test_a_missing_key_is_named_and_the_field_is_not(  # S4-069
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    async with running(keyed(settings, tmp_path / "keys", "k1"), target) as api:
        document = await api.send(TEXT)
    async with running(settings(), target) as api:
        answer = await api.call("GET", f"/documents/{document}/requirements")
        assert answer.status_code == 500
        assert "the key k1" in answer.json()["detail"]
        assert "TGE1" not in answer.text
        with pytest.raises(BadConfiguration, match="the key k1"):
            await rotated(api.runtime.database, cipher_of(KEYS["k2"]))


async def test_a_requirement_that_is_written_as_an_envelope_is_refused_without_a_key_and_kept_with_one(  # S4-069
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    envelope = cipher_of(KEYS["k2"]).seal_text("elsewhere", "x")
    async with running(settings(), target) as api:
        refused = await api.call("POST", "/documents", json={"title": "t", "text": envelope})
        assert refused.status_code == 422
    async with running(keyed(settings, tmp_path / "keys", "k1"), target) as api:
        document = await api.send(envelope)
        assert (await api.call("GET", f"/documents/{document}/requirements")).status_code == 200


async def test_sealed_documents_bar_the_way_to_a_version_that_cannot_open_them(  # S4-069
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    async with running(keyed(settings, tmp_path / "keys", "k1"), target) as api:
        await fill(api)
    with pytest.raises(MigrationFailed) as found:
        await down(target, SETTINGS, "0010", accept_loss=True)
    for words in ("documents", "requirements", "parts of requirements", "texts of the indexes"):
        assert f"encrypted {words}" in str(found.value)
    assert "cases with encrypted quotes" in str(found.value)
    assert "revisions with encrypted quotes" in str(found.value)


async def test_the_payload_of_the_index_is_sealed_on_disk(  # S4-069
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    sealed = keyed(settings, tmp_path / "keys", "k1")
    given = sealed.model_copy(update={"qdrant": sealed.qdrant.model_copy(update={"path": folder})})
    async with running(given, target) as api:
        await fill(api)
        await found_by_search(api)
    stored = await asyncio.to_thread(_bytes, folder)
    assert b"TGE1:" in stored, "the payload is there"
    assert RULE.encode() not in stored


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())

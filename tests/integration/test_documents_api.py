"""Documents over HTTP: sent once, stored whole or not at all, refused in words that say what to change."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from tests.integration.api import DOCUMENT, Api
from tests.integration.conftest import running

from testgen_runtime.documents import repository
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Limits, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres


async def test_a_file_is_stored_with_its_requirements_and_atoms(api: Api) -> None:
    sent = await api.call("POST", "/documents", files={"file": ("sign-in.md", DOCUMENT.encode())}, role=Role.TESTER)

    assert sent.status_code == 201
    document = sent.json()
    assert sent.headers["location"] == f"/api/v1/documents/{document['id']}"
    assert document["name"] == "sign-in.md"
    assert (document["version"], document["requirements"]) == (1, 3)
    listed = (await api.call("GET", f"/documents/{document['id']}/requirements", role=Role.VIEWER)).json()["items"]
    assert [item["id"] for item in listed] == ["REQ-1", "REQ-2", "REQ-3"]
    text = (await stored(api, document["id"])).text
    for item in listed:
        assert text[item["start"] : item["end"]] == item["text"]
        assert item["atoms"]
        assert all(text[atom["start"] : atom["end"]] == atom["text"] for atom in item["atoms"])


async def test_what_is_stored_is_what_was_parsed(api: Api) -> None:
    document_id = await api.send()
    parsed = await api.runtime.services.documents.parse_text(DOCUMENT, title="Sign-in")

    assert await stored(api, document_id) == parsed.document


async def test_the_same_content_again_is_the_same_document(api: Api) -> None:
    first = await api.call("POST", "/documents", json={"title": "A", "text": DOCUMENT})
    again = await api.call("POST", "/documents", json={"title": "B", "text": DOCUMENT})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]


async def test_the_same_content_sent_by_many_at_once_is_one_document(api: Api) -> None:
    for number in range(10):  # which index of the table the second one finds first is a matter of microseconds
        text = DOCUMENT.replace("64", str(100 + number))
        answers = await asyncio.gather(*(api.call("POST", "/documents", json={"title": f"T{n}", "text": text}) for n in range(8)))

        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
        assert len({answer.json()["id"] for answer in answers}) == 1


async def test_other_content_under_a_name_is_its_next_version(api: Api) -> None:
    await api.send(DOCUMENT)
    changed = await api.call("POST", "/documents", json={"title": "Sign-in", "text": DOCUMENT.replace("64", "72")})

    assert (changed.status_code, changed.json()["version"]) == (201, 2)


@pytest.mark.parametrize("broken", ["requirements", "atoms", "outbox"])
async def test_nothing_is_half_stored(api: Api, broken: str) -> None:
    async with api.runtime.database.connection() as connection:
        await connection.execute(f"ALTER TABLE {broken} ADD CONSTRAINT fault CHECK (false) NOT VALID")

    refused = await api.call("POST", "/documents", json={"title": "Sign-in", "text": DOCUMENT})

    assert refused.status_code == 500
    assert "constraint" not in refused.text
    async with api.runtime.database.connection() as connection:
        for table in ("documents", "requirements", "atoms", "outbox"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, table
        await connection.execute(f"ALTER TABLE {broken} DROP CONSTRAINT fault")
    assert (await api.call("POST", "/documents", json={"title": "Sign-in", "text": DOCUMENT})).status_code == 201


async def test_documents_are_listed_page_by_page_newest_first(api: Api) -> None:
    ids = [await api.send(DOCUMENT.replace("64", str(70 + n)), title=f"V{n}") for n in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await api.call("GET", "/documents", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == ids[::-1]


async def test_an_unchanged_document_is_not_told_again(api: Api) -> None:
    document_id = await api.send()
    tag = (await api.call("GET", f"/documents/{document_id}")).headers["etag"]

    again = await api.call("GET", f"/documents/{document_id}", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("filename", "data", "status", "slug"),
    [
        ("empty.md", b"", 422, "unreadable-document"),
        ("blank.md", b" \n\t\n", 422, "unreadable-document"),
        ("prose.md", b"# Holiday\n\nWe went to the sea. It was warm.\n", 422, "no-requirements"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100), 415, "unsupported-document"),
        ("report.pdf", b"%PDF-1.7\n" + bytes(100), 422, "unreadable-document"),
        ("program.md", b"\x7fELF\x02\x01\x01" + bytes(200), 415, "unsupported-document"),
        ("broken.docx", b"PK\x03\x04" + bytes(50), 422, "unreadable-document"),
        ("bomb.docx", zipped(word__document=bytes(60_000_000)), 413, "document-too-large"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), 422, "unreadable-document"),
    ],
)
async def test_a_document_that_cant_be_used_names_itself_and_the_mend(
    api: Api, filename: str, data: bytes, status: int, slug: str
) -> None:
    refused = await api.call("POST", "/documents", files={"file": (filename, data)})

    problem = refused.json()
    assert refused.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"https://testgen.dev/problems/{slug}", problem
    assert refused.status_code == problem["status"] == status
    assert filename in problem["detail"]
    assert problem["mend"]
    assert problem["instance"] == refused.headers["x-request-id"]
    assert (await api.call("GET", "/documents")).json()["items"] == []


@pytest.mark.parametrize(
    ("request_", "status", "slug"),
    [
        ({"json": {"title": "T"}}, 422, "invalid-input"),
        ({"json": {"title": "T", "text": 5}}, 422, "invalid-input"),
        ({"json": {"title": "T", "text": "x", "extra": 1}}, 422, "invalid-input"),
        ({"json": {"title": "", "text": "x"}}, 422, "invalid-input"),
        ({"json": {"title": "a\x00b", "text": DOCUMENT}}, 422, "invalid-input"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, "malformed"),
        ({"content": b'{"title":"T","text":"\\ud800"}', "headers": {"Content-Type": "application/json"}}, 400, "malformed"),
        ({"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, 400, "malformed"),
        ({"content": b"hello", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported-document"),
        ({"content": b"hello"}, 415, "unsupported-document"),
        ({"content": b"no boundary", "headers": {"Content-Type": "multipart/form-data"}}, 400, "malformed"),
        ({"files": {"other": ("a.md", b"x")}}, 400, "malformed"),
        ({"files": {"file": ("a.md", DOCUMENT.encode())}, "data": {"title": "x" * 201}}, 422, "invalid-input"),
    ],
)
async def test_a_request_that_cant_be_read_is_refused_in_words(
    api: Api, request_: dict[str, Any], status: int, slug: str
) -> None:  # S4-074
    refused = await api.call("POST", "/documents", **request_)

    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (status, slug), refused.text
    assert refused.json()["mend"]


async def test_a_text_with_a_nul_character_loses_nothing_else(api: Api) -> None:
    answer = await api.call("POST", "/documents", json={"title": "T", "text": DOCUMENT.replace("Only", "On\x00ly")})

    assert answer.status_code in (201, 422), answer.text


class TestSizes:
    LIMIT = 50_000

    @pytest.fixture
    async def small(self, target: Target, settings: Callable[..., Settings]) -> Any:
        async with running(settings(limits=Limits(document_bytes=self.LIMIT)), target) as api:
            yield api

    async def test_a_body_that_says_it_is_too_large_is_not_read(self, small: Api) -> None:
        async def never() -> Any:
            pytest.fail("the body was read")
            yield b""

        refused = await small.call(
            "POST", "/documents", content=never(), headers={"Content-Length": "10000000", "Content-Type": "application/json"}
        )

        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (413, "document-too-large")

    async def test_a_body_that_does_not_say_is_cut_off_at_the_limit(self, small: Api) -> None:
        sent = 0

        async def endless() -> Any:
            nonlocal sent
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n'
            while sent < 100_000_000:
                sent += 10_000
                yield b"x" * 10_000

        refused = await small.call(
            "POST", "/documents", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=b"}
        )

        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (413, "document-too-large")
        assert sent < 1_000_000

    async def test_a_file_over_the_limit_is_named(self, small: Api) -> None:
        refused = await small.call("POST", "/documents", files={"file": ("long.md", DOCUMENT.encode() + b" " * self.LIMIT)})

        assert refused.status_code == 413
        assert refused.json()["detail"] == "long.md is larger than 48 KB"
        assert refused.json()["mend"] == "send a smaller document or split it"


async def stored(api: Api, document_id: str) -> Any:
    async with api.runtime.database.connection() as connection:
        return await repository.load(connection, PLAIN, document_id)

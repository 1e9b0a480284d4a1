"""Knowledge over HTTP and what search and generation make of it, on a real database and index (S4-023, S4-024)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.api import Api, eventually

from testgen_runtime.security.keys import Role

pytestmark = pytest.mark.postgres
TERM = {"en": ["account"], "zh": ["账户"]}
CSV = "Title,Steps,Expected Result\nLock after three wrong passwords,Enter a wrong password,The account is locked\n"


async def test_a_term_is_made_changed_with_what_was_seen_and_removed(api: Api) -> None:
    made = await api.call("PUT", "/knowledge/glossary/account", role=Role.TESTER, json=TERM)
    blind = await api.call("PUT", "/knowledge/glossary/account", json=TERM | {"definition": "x"})
    changed = await api.call(
        "PUT", "/knowledge/glossary/account", json=TERM | {"definition": "x"}, headers={"If-Match": made.headers["ETag"]}
    )
    late = await api.call("DELETE", "/knowledge/glossary/account", headers={"If-Match": made.headers["ETag"]})
    gone = await api.call("DELETE", "/knowledge/glossary/account", headers={"If-Match": changed.headers["ETag"]})

    assert [one.status_code for one in (made, blind, changed, late, gone)] == [201, 428, 200, 412, 204]
    assert (await api.call("GET", "/knowledge/glossary")).json()["items"] == []


async def test_an_entry_is_changed_by_one_of_the_tags_or_whatever_it_is_and_by_no_weak_one(api: Api) -> None:
    at = "/knowledge/glossary/account"

    async def put(tags: str, definition: str) -> int:
        answer = await api.call("PUT", at, json=TERM | {"definition": definition}, headers={"If-Match": tags})
        return answer.status_code

    assert await put("*", "x") == 412  # there is none
    await api.call("PUT", at, json=TERM)
    assert [await put(tags, tags) for tags in ('W/"1"', '"9", "1"', '"9", "1"', "*")] == [412, 200, 412, 200]
    assert (await api.call("DELETE", at, headers={"If-Match": "*"})).status_code == 204


async def test_a_shipped_check_is_switched_off_and_comes_back(api: Api) -> None:
    before = (await api.call("GET", "/knowledge/checks/uploads.size")).json()
    off = await api.call("PUT", "/knowledge/checks/uploads.size", role=Role.REVIEWER, json=before["body"] | {"enabled": False})
    document = await api.send("REQ-1: A user shall upload a report.\n")
    without = await api.finished(await api.job(document_id=document))
    await api.call("DELETE", "/knowledge/checks/uploads.size", headers={"If-Match": off.headers["ETag"]})
    again = await api.finished(await api.job(document_id=document))

    assert before["shipped"] is True
    assert "uploads.size" not in told(without)
    assert "uploads.size" in told(again)


def told(job: dict[str, Any]) -> str:
    """The standing checks among a job's findings."""
    return " ".join(one["message"] for one in job["result"]["findings"] if one["kind"] == "standing-check")


async def test_a_chinese_query_finds_the_english_requirement_by_the_glossary(api: Api) -> None:
    await api.until_ready()
    document = await api.send("REQ-1: The account shall be locked.\n\nREQ-2: The invoice shall be printed.\n")

    async def found() -> list[str]:
        answer = (await api.call("GET", "/search", params={"q": "账户"})).json()
        return [hit["requirement_id"] for hit in answer["hits"] if hit["document_id"] == document]

    await eventually(lambda: indexed(api), within=20)
    assert await found() == []
    await api.call("PUT", "/knowledge/glossary/account", json=TERM)

    assert await found() == ["REQ-1"]


async def indexed(api: Api) -> bool:
    return bool((await api.call("GET", "/search", params={"q": "invoice"})).json()["hits"])


async def test_past_cases_are_taken_in_once_found_and_forgotten(api: Api) -> None:
    await api.until_ready()
    sent: dict[str, Any] = {"params": {"filename": "old.csv"}, "content": CSV.encode()}
    first = await api.call("POST", "/knowledge/past-cases", role=Role.TESTER, **sent)
    again = await api.call("POST", "/knowledge/past-cases", **sent)
    [case] = (await api.call("GET", "/knowledge/past-cases")).json()["items"]

    async def hits() -> list[str]:
        return [hit["title"] for hit in (await api.call("GET", "/search", params={"q": "wrong passwords"})).json()["hits"]]

    assert (first.json()["changed"], again.json()["changed"]) == (1, 0), first.text
    assert case["source"] == "old.csv"

    async def there() -> bool:
        return await hits() == ["Lock after three wrong passwords"]

    async def forgotten() -> bool:
        return await hits() == []

    await eventually(there, within=20)
    await api.call("DELETE", f"/knowledge/past-cases/{case['id']}", headers={"If-Match": f'"{case["revision"]}"'})
    await eventually(forgotten, within=20)


async def test_a_dry_run_of_past_cases_tells_how_many_are_new_and_keeps_none(api: Api) -> None:
    async def sent(dry_run: bool) -> tuple[int, int]:
        params = {"filename": "old.csv", "dry_run": str(dry_run).lower()}
        answer = await api.call("POST", "/knowledge/past-cases", params=params, content=CSV.encode())
        kept = (await api.call("GET", "/knowledge/past-cases")).json()["items"]
        return answer.json()["changed"], len(kept)

    assert [await sent(dry_run) for dry_run in (True, False, True)] == [(1, 0), (1, 1), (0, 1)]


async def test_the_whole_goes_out_as_yaml_and_comes_back(api: Api) -> None:
    await api.call("PUT", "/knowledge/glossary/account", json=TERM)
    whole = (await api.call("GET", "/knowledge/export")).content
    again = await api.call("POST", "/knowledge/import", content=whole)
    broken = await api.call("POST", "/knowledge/import", content=b"glossary: {a: {en: [x]}}")

    assert again.json()["changed"] == 0
    assert broken.status_code == 422
    assert "glossary.a" in broken.json()["detail"]


async def test_every_change_is_told_to_the_audit(api: Api) -> None:  # S0-090
    made = await api.call("PUT", "/knowledge/glossary/account", json=TERM)
    changed = await api.call(
        "PUT", "/knowledge/glossary/account", json=TERM | {"definition": "x"}, headers={"If-Match": made.headers["ETag"]}
    )
    await api.call("DELETE", "/knowledge/glossary/account", headers={"If-Match": changed.headers["ETag"]})
    await api.call("POST", "/knowledge/past-cases", params={"filename": "old.csv"}, content=CSV.encode())
    refused = await api.call("DELETE", "/knowledge/glossary/account", headers={"If-Match": changed.headers["ETag"]})

    entries = (await api.call("GET", "/audit", params={"limit": 100})).json()["items"]
    assert refused.status_code == 404
    assert [(one["action"], one["object"]) for one in entries if one["action"].startswith("knowledge")] == [
        ("knowledge imported", "past-case: 1 of 1 from old.csv"),
        ("knowledge removed", "glossary/account"),
        ("knowledge changed", "glossary/account"),
        ("knowledge made", "glossary/account"),
    ]


@pytest.mark.parametrize(
    ("path", "name", "body"),
    [
        ("/knowledge/past-cases", {"filename": "old.csv"}, CSV),
        ("/knowledge/import", {}, "glossary: {account: {en: [account], zh: [账户]}}"),
    ],
)
async def test_an_import_sent_again_gets_the_first_answer(api: Api, path: str, name: dict[str, str], body: str) -> None:
    key = {"Idempotency-Key": "once"}
    first = await api.call("POST", path, params=name, content=body.encode(), headers=key)
    again = await api.call("POST", path, params=name, content=body.encode(), headers=key)
    other = await api.call("POST", path, params=name, content=body.encode() + b"\n", headers=key)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409), first.text
    assert first.json()["changed"] == 1
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"

"""Every route that writes leaves an entry of its own in the audit (S0-090). The table is held against the OpenAPI document: a new
route without a line here fails, and so does a line whose entry does not come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.integration.api import DOCUMENT, Api, long_document
from tests.integration.conftest import running

from testgen_runtime.security.roles import PREFIX
from testgen_runtime.settings import Auth, Jwt, Settings
from testgen_runtime.storage.target import Target

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
CSV: Final = b"Title,Steps,Expected Result\nLock after three wrong passwords,Enter a wrong password,The account is locked\n"

AUDITED: Final = {
    "POST /documents": "document added",
    "DELETE /documents/{document_id}": "document removed",
    "PATCH /cases/{case_id}": "case edited",
    "POST /cases/bulk": "case confirmed",
    "POST /cases/{case_id}/comments": "comment added",
    "DELETE /cases/{case_id}/comments/{comment_id}": "comment withdrawn",
    "POST /cases/{case_id}/confirm": "case confirmed",
    "POST /cases/{case_id}/reject": "case rejected",
    "POST /cases/{case_id}/reopen": "case reopened",
    "POST /generate": "generation asked",
    "POST /jobs/{job_id}/cancel": "job canceled",
    "POST /index/rebuild": "index rebuild",
    "PUT /knowledge/glossary/{term_id}": "knowledge made",
    "DELETE /knowledge/glossary/{term_id}": "knowledge removed",
    "POST /knowledge/past-cases": "knowledge imported",
    "PUT /knowledge/past-cases/{case_id}": "knowledge changed",
    "DELETE /knowledge/past-cases/{case_id}": "knowledge removed",
    "PUT /knowledge/checks/{check_id}": "knowledge made",
    "DELETE /knowledge/checks/{check_id}": "knowledge removed",
    "POST /knowledge/import": "knowledge imported",
    "POST /exports": "cases exported",
    "POST /imports": "cases imported",
    "POST /tokens": "token issued",
    "POST /keys": "key created",
    "POST /keys/{key_id}/rotate": "key rotated",
    "DELETE /keys/{key_id}": "key revoked",
}
CHANGES_NOTHING: Final = {"POST /generate/estimate"}
"""A POST because it sends a document; it stores nothing and asks nobody."""


async def test_every_route_that_writes_is_in_the_table(api: Api) -> None:  # S0-090
    document = (await api.http.get("/openapi.json")).json()
    writing = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, found in document["paths"].items()
        for method in found
        if method not in ("get", "head", "options")
    }

    assert writing == AUDITED.keys() | CHANGES_NOTHING


class Walk:
    """Calls each route once, for real, and keeps which actions the audit gained by it."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.told: dict[str, list[str]] = {}

    async def __call__(self, route: str, names: dict[str, str] | None = None, **rest: Any) -> httpx.Response:
        method, path = route.split(" ", 1)
        for name, value in (names or {}).items():
            path = path.replace(f"{{{name}}}", value)
        before = await self._newest()
        answer = await self.api.call(method, path, **rest)
        assert answer.status_code < 300, f"{route}: {answer.text}"
        self.told[route] = [entry["action"] for entry in await self._entries() if entry["seq"] > before]
        return answer

    async def _entries(self) -> list[dict[str, Any]]:
        return list((await self.api.call("GET", "/audit", params={"limit": 1000})).json()["items"])

    async def _newest(self) -> int:
        return max((entry["seq"] for entry in await self._entries()), default=0)


def seen(answer: httpx.Response) -> dict[str, str]:
    """The version that an answer showed, for a change of it; nothing for what is as shipped."""
    tag = answer.headers.get("ETag") or (f'"{answer.json()["revision"]}"' if answer.json()["revision"] else "")
    return {"If-Match": tag} if tag else {}


async def about_cases(walk: Walk, api: Api) -> None:
    sent = await walk("POST /documents", json={"title": "Sign-in", "text": DOCUMENT})
    await walk("DELETE /documents/{document_id}", {"document_id": sent.json()["id"]})
    await walk("POST /generate", json={"text": DOCUMENT})
    items = (await api.call("GET", "/cases")).json()["items"]
    one, other = ({"case_id": item["id"]} for item in items[:2])
    answer = await api.call("GET", f"/cases/{one['case_id']}")
    answer = await walk("PATCH /cases/{case_id}", one, json={"title": "Another title"}, headers=seen(answer))
    answer = await walk("POST /cases/{case_id}/confirm", one, headers=seen(answer))
    answer = await walk("POST /cases/{case_id}/reopen", one, headers=seen(answer))
    await walk("POST /cases/{case_id}/reject", one, json={"reason": "no"}, headers=seen(answer))
    bulk = {"case_id": other["case_id"], "action": "confirm", "revision": items[1]["revision"]}
    await walk("POST /cases/bulk", json={"items": [bulk]})
    comment = await walk("POST /cases/{case_id}/comments", one, json={"text": "Is this so?"})
    await walk("DELETE /cases/{case_id}/comments/{comment_id}", one | {"comment_id": str(comment.json()["id"])})
    exported = await walk("POST /exports", json={"format": "json"})
    await walk("POST /imports", files={"file": ("cases.json", exported.content)})
    job = await api.job(text=long_document(400))
    await walk("POST /jobs/{job_id}/cancel", {"job_id": job})
    await api.finished(job)


async def about_knowledge(walk: Walk, api: Api) -> None:
    await walk("POST /index/rebuild")
    term = await walk("PUT /knowledge/glossary/{term_id}", {"term_id": "account"}, json={"en": ["account"], "zh": ["账户"]})
    await walk("DELETE /knowledge/glossary/{term_id}", {"term_id": "account"}, headers=seen(term))
    await walk("POST /knowledge/past-cases", params={"filename": "old.csv"}, content=CSV)
    past = (await api.call("GET", "/knowledge/past-cases")).json()["items"][0]
    stored = await api.call("GET", f"/knowledge/past-cases/{past['id']}")
    body = stored.json()["body"] | {"title": "Lock after four wrong passwords"}
    past_id = {"case_id": past["id"]}
    changed = await walk("PUT /knowledge/past-cases/{case_id}", past_id, json=body, headers=seen(stored))
    await walk("DELETE /knowledge/past-cases/{case_id}", past_id, headers=seen(changed))
    check = {"check_id": (await api.call("GET", "/knowledge/checks")).json()["items"][0]["id"]}
    stored = await api.call("GET", f"/knowledge/checks/{check['check_id']}")
    off = stored.json()["body"] | {"enabled": False}
    changed = await walk("PUT /knowledge/checks/{check_id}", check, json=off, headers=seen(stored))
    await walk("DELETE /knowledge/checks/{check_id}", check, headers=seen(changed))
    await walk("POST /knowledge/import", content="glossary: {account: {en: [account], zh: [账户]}}".encode())


async def about_keys(walk: Walk) -> None:
    made = await walk("POST /keys", json={"name": "another", "role": "viewer"})
    key = {"key_id": made.json()["id"]}
    await walk("POST /keys/{key_id}/rotate", key)
    await walk("DELETE /keys/{key_id}", key)
    await walk("POST /tokens", json={"expires_in": 60})


async def test_each_of_them_leaves_the_entry_that_the_table_names(
    target: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:  # S0-090
    (tmp_path / "secret").write_text("0123456789abcdef" * 4)
    async with running(settings(auth=Auth(jwt=Jwt(secret_file=tmp_path / "secret"))), target) as api:
        walk = Walk(api)
        await about_cases(walk, api)
        await about_knowledge(walk, api)
        await about_keys(walk)

    assert walk.told.keys() == AUDITED.keys()
    assert {route: action for route, action in AUDITED.items() if action not in walk.told[route]} == {}

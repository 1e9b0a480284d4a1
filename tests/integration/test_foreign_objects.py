"""Things that are there and that somebody else made, called by every role: documents, cases, knowledge, keys, exports (S4-070).

They belong to the project, so the role alone decides: who may, reaches the very thing; who may not, gets 403 and changes nothing.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from tests.integration.api import DOCUMENT, Api
from tests.integration.test_audited_routes import seen

from testgen_runtime.security.keys import Role
from testgen_runtime.security.roles import operation_of

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]

READING: Final = (
    "GET /documents/{document_id}",
    "GET /documents/{document_id}/requirements",
    "GET /documents/{document_id}/versions",
    "GET /documents/{document_id}/findings",
    "GET /cases/{case_id}",
    "GET /cases/{case_id}/revisions",
    "GET /cases/{case_id}/revisions/1",
    "GET /cases/{case_id}/comments",
    "GET /jobs/{job_id}",
    "GET /knowledge/glossary/{term_id}",
    "GET /knowledge/checks/{check_id}",
    "GET /knowledge/past-cases/{past_id}",
    "GET /keys/{key_id}",
)
WRITING: Final[tuple[tuple[str, dict[str, Any], str | None], ...]] = (
    ("PATCH /cases/{case_id}", {"json": {"title": "Mine now"}}, "case"),
    ("POST /cases/{case_id}/comments", {"json": {"text": "Mine now"}}, None),
    ("POST /cases/{case_id}/confirm", {}, "case"),
    ("POST /cases/{case_id}/reopen", {}, "case"),
    ("POST /cases/{case_id}/reject", {"json": {"reason": "no"}}, "case"),
    ("PUT /knowledge/glossary/{term_id}", {"json": {"en": ["mine"], "zh": ["我的"]}}, "glossary/{term_id}"),
    ("DELETE /knowledge/glossary/{term_id}", {}, "glossary/{term_id}"),
    ("DELETE /knowledge/past-cases/{past_id}", {}, "past-cases/{past_id}"),
    ("DELETE /knowledge/checks/{check_id}", {}, "checks/{check_id}"),
    ("POST /exports", {"json": {"format": "json", "filter": {"document_id": "{document_id}"}}}, None),
    ("POST /keys/{key_id}/rotate", {}, None),
    ("DELETE /keys/{key_id}", {}, None),
)
CSV: Final = b"Title,Steps,Expected Result\nLock after three wrong passwords,Enter a wrong password,The account is locked\n"


async def things(api: Api) -> dict[str, str]:
    """One of each kind, made by the admin."""
    generated = (await api.call("POST", "/generate", json={"text": DOCUMENT})).json()
    await api.call("PUT", "/knowledge/glossary/account", json={"en": ["account"], "zh": ["账户"]})
    await api.call("POST", "/knowledge/past-cases", params={"filename": "old.csv"}, content=CSV)
    check = (await api.call("GET", "/knowledge/checks")).json()["items"][0]
    await api.call("PUT", f"/knowledge/checks/{check['id']}", json=check["body"] | {"enabled": False})
    return {
        "document_id": generated["document_id"],
        "case_id": generated["cases"][0]["id"],
        "job_id": generated["job_id"],
        "term_id": "account",
        "past_id": (await api.call("GET", "/knowledge/past-cases")).json()["items"][0]["id"],
        "check_id": check["id"],
        "key_id": (await api.call("POST", "/keys", json={"name": "theirs", "role": "viewer"})).json()["id"],
    }


async def foreigner(api: Api, role: Role) -> dict[str, str]:
    """A caller who made none of them."""
    return {"X-API-Key": await api.runtime.services.keys.create(name="another", role=role)}


def filled(value: Any, names: dict[str, str]) -> Any:
    """Patterns with the ids of what is there."""
    if isinstance(value, dict):
        return {name: filled(part, names) for name, part in value.items()}
    for name, found in names.items():
        value = value.replace(f"{{{name}}}", found) if isinstance(value, str) else value
    return value


def may(role: Role, route: str) -> bool:
    method, path = route.split(" ", 1)
    operation = operation_of(method, path.replace("{past_id}", "{case_id}").replace("revisions/1", "revisions/{revision}"))
    assert operation is not None, route
    return role.may_act_as(operation.role)


@pytest.mark.parametrize("role", Role)
async def test_who_may_read_them_reads_what_somebody_else_made_and_nobody_else_does(api: Api, role: Role) -> None:
    names, caller, wrong = await things(api), await foreigner(api, role), []
    for route in READING:
        method, path = filled(route, names).split(" ", 1)
        status = (await api.call(method, path, role=None, headers=caller)).status_code
        if status != (200 if may(role, route) else 403):
            wrong.append(f"{route}: {status}")

    assert wrong == []


@pytest.mark.parametrize("role", Role)
async def test_who_may_change_them_changes_what_somebody_else_made_and_nobody_else_does(api: Api, role: Role) -> None:
    names, caller, wrong = await things(api), await foreigner(api, role), []
    for route, rest, tagged in WRITING:
        method, path = filled(route, names).split(" ", 1)
        place = f"/cases/{names['case_id']}" if tagged == "case" else f"/knowledge/{filled(tagged, names)}" if tagged else ""
        before = await api.call("GET", place) if place else None
        headers = caller | (seen(before) if before is not None else {})
        answer = await api.call(method, path, role=None, headers=headers, **filled(rest, names))
        if not (answer.status_code < 300 if may(role, route) else answer.status_code == 403):
            wrong.append(f"{route}: {answer.status_code} {answer.text[:200]}")
        if before is not None and not may(role, route) and (await api.call("GET", place)).text != before.text:
            wrong.append(f"{route}: it was changed all the same")

    assert wrong == []
    if role is not Role.ADMIN:
        assert (await api.call("GET", f"/keys/{names['key_id']}")).json()["disabled_at"] is None

"""Every route × every role × things of somebody else, on the real app and database (S4-070). A new route can't be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from tests.integration.api import DOCUMENT, Api, long_document

from testgen_runtime.api.dependencies import Needs
from testgen_runtime.security.keys import Grant, Role
from testgen_runtime.security.roles import MATRIX, PREFIX, operation_of
from testgen_runtime.security.service import COMMAND_LINE

pytestmark = pytest.mark.postgres
OPEN = {"/live", "/health", "/ready", "/metrics", "/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}


async def operations(api: Api) -> list[tuple[str, str]]:
    """(method, path pattern) of everything that the OpenAPI document tells."""
    document = (await api.http.get("/openapi.json")).json()
    return [(method.upper(), path) for path, found in document["paths"].items() for method in found]


def routes(api: Api) -> Iterator[APIRoute]:
    """Those that the app really has, told or not."""
    found = list(api.http._transport.app._app.app.routes)  # type: ignore[attr-defined]
    while found:
        route = found.pop()
        if isinstance(route, APIRoute):
            yield route
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        found += list(inner or [])


def declared(route: APIRoute) -> set[Role]:
    """The roles that a route asks for by type."""
    found, waiting = set(), [route.dependant]
    while waiting:
        dependant = waiting.pop()
        if isinstance(dependant.call, Needs):
            found.add(dependant.call.role)
        waiting += dependant.dependencies
    return found


def address(pattern: str) -> str:
    """A path for a pattern, with ids that nothing has; ids that are numbers are numbers."""
    return re.sub(r"\{(\w+)\}", lambda found: "1" if found[1] in ("comment_id", "revision") else "nobody_0", pattern)


async def status(api: Api, method: str, pattern: str, headers: dict[str, str]) -> int:
    """What a request without a body of use answers."""
    body: dict[str, Any] = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    return (await api.http.request(method, address(pattern), headers=headers, **body)).status_code


async def test_every_route_is_in_the_matrix_and_the_matrix_has_no_other(api: Api) -> None:
    told = {f"{method} {path.removeprefix(PREFIX)}" for method, path in await operations(api) if path not in OPEN}

    assert told == {route for operation in MATRIX for route in operation.routes}


async def test_no_route_below_the_api_is_hidden_from_the_openapi_document(api: Api) -> None:
    told = set(await operations(api))
    assert all(path in OPEN or path.startswith(PREFIX) for _, path in told)
    for route in routes(api):
        for method in route.methods or ():
            path = route.path if route.path in OPEN or route.path.startswith(PREFIX) else PREFIX + route.path
            assert (method, path) in told or path in OPEN, f"{method} {path}"


async def test_what_a_route_declares_is_what_the_matrix_says(api: Api) -> None:
    seen = 0
    for route in routes(api):
        for method in route.methods or ():
            operation = operation_of(method, route.path)
            if operation is not None:
                seen += 1
                assert max(declared(route), key=list(Role).index) is operation.role, f"{method} {route.path}"

    assert seen == sum(len(operation.routes) for operation in MATRIX)


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_do_exactly_what_the_matrix_says(api: Api, role: Role) -> None:
    wrong = []
    for method, path in await operations(api):
        operation = operation_of(method, path)
        if operation is None:
            continue
        got = await status(api, method, path, {"X-API-Key": api.keys[role]})
        fits = got not in (401, 403) and got < 500 if role.may_act_as(operation.role) else got == 403
        if not fits:
            wrong.append(f"{role} {method} {path}: {got}")

    assert wrong == []


async def test_nobody_may_do_anything_without_a_key(api: Api) -> None:
    wrong = []
    for method, path in await operations(api):
        for headers in ({}, {"X-API-Key": "tg_00000000_" + "x" * 43}, {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}):
            got = await status(api, method, path, headers)
            if got != (200 if path in OPEN else 401):
                wrong.append(f"{method} {path}: {got}")

    assert wrong == []


@pytest.mark.parametrize("scope", [operation.name for operation in MATRIX])
async def test_a_narrowed_admin_key_may_do_its_scope_and_nothing_else(api: Api, scope: str) -> None:
    key = await api.runtime.services.keys.grant(Grant("narrow", Role.ADMIN, frozenset({scope})), by=COMMAND_LINE)
    wrong = []
    for method, path in await operations(api):
        operation = operation_of(method, path)
        if operation is not None:
            got = await status(api, method, path, {"X-API-Key": key.secret})
            if (got == 403) != (operation.name != scope):
                wrong.append(f"{method} {path}: {got}")

    assert wrong == []


async def test_every_operation_tells_that_it_may_refuse(api: Api) -> None:
    document = (await api.http.get("/openapi.json")).json()
    for path, found in document["paths"].items():
        for method, operation in found.items():
            if path not in OPEN:
                assert {"401", "403", "429", "503"} <= operation["responses"].keys(), f"{method} {path}"


async def second(api: Api, role: Role) -> dict[str, str]:
    """Another caller of a role."""
    return {"X-API-Key": await api.runtime.services.keys.create(name="another", role=role)}


async def test_an_idempotency_key_of_somebody_else_shows_nothing_of_their_answer(api: Api) -> None:
    sent = {"json": {"title": "Mine", "text": DOCUMENT}, "headers": {"Idempotency-Key": "the-same"}}
    mine = await api.call("POST", "/documents", role=Role.TESTER, **sent)
    other = await second(api, Role.TESTER)
    theirs = await api.call(
        "POST", "/documents", role=None, json={"title": "Theirs", "text": DOCUMENT + "\n\nREQ-9: It must end."},
        headers={**other, "Idempotency-Key": "the-same"},
    )  # fmt: skip

    assert mine.status_code == theirs.status_code == 201
    assert "idempotency-replayed" not in theirs.headers
    assert mine.json()["id"] != theirs.json()["id"]


@pytest.mark.parametrize(("role", "statuses"), [(Role.TESTER, {403, 404}), (Role.REVIEWER, {403, 404}), (Role.ADMIN, {204})])
async def test_a_comment_of_somebody_else_may_be_withdrawn_by_admins_alone(api: Api, role: Role, statuses: set[int]) -> None:
    await api.call("POST", "/generate", json={"text": DOCUMENT})
    case = (await api.call("GET", "/cases")).json()["items"][0]["id"]
    comment = await api.call("POST", f"/cases/{case}/comments", role=Role.TESTER, json={"text": "Is this so?"})
    other = await second(api, role)
    answer = await api.call("DELETE", f"/cases/{case}/comments/{comment.json()['id']}", role=None, headers=other)
    left = (await api.call("GET", f"/cases/{case}/comments")).json()["items"]

    assert answer.status_code in statuses
    assert bool(left) == (answer.status_code != 204)


@pytest.mark.parametrize(("role", "expected"), [(Role.VIEWER, 403), (Role.TESTER, 403), (Role.REVIEWER, 202), (Role.ADMIN, 202)])
async def test_a_job_of_somebody_else_may_be_canceled_by_reviewers_and_admins_alone(api: Api, role: Role, expected: int) -> None:
    asked = await api.call(
        "POST", "/generate", role=Role.TESTER, json={"text": long_document(400)}, headers={"Prefer": "respond-async"}
    )
    job = asked.json()["id"]
    answer = await api.call("POST", f"/jobs/{job}/cancel", role=None, headers=await second(api, role))
    seen = (await api.call("GET", f"/jobs/{job}")).json()

    assert answer.status_code == expected
    assert (seen["cancel_requested"] or seen["state"] == "canceled") == (expected == 202)
    assert (await api.call("POST", f"/jobs/{job}/cancel", role=Role.TESTER)).status_code == 202
    assert (await api.finished(job))["state"] == "canceled"


@pytest.mark.parametrize(("role", "expected"), [(Role.VIEWER, 403), (Role.TESTER, 201)])
async def test_a_version_of_a_document_of_somebody_else_is_the_projects_to_send(api: Api, role: Role, expected: int) -> None:
    mine = await api.call("POST", "/documents", role=Role.TESTER, json={"title": "Mine", "text": DOCUMENT})
    body = {"title": "Mine", "text": DOCUMENT + "\n\nREQ-9: It must end."}
    other = await second(api, role)
    answer = await api.call("POST", "/documents", role=None, json=body, headers=other)
    seen = await api.call("GET", f"/documents/{mine.json()['id']}", role=None, headers=other)

    assert (answer.status_code, seen.status_code) == (expected, 200)
    assert (await api.call("GET", f"/documents/{mine.json()['id']}/versions", role=None, headers=other)).status_code == 200


async def test_a_bulk_does_of_each_item_what_role_and_scopes_allow(api: Api) -> None:
    await api.call("POST", "/generate", json={"text": DOCUMENT})
    case = (await api.call("GET", "/cases")).json()["items"][0]
    narrow = await api.runtime.services.keys.grant(Grant("narrow", Role.REVIEWER, frozenset({"cases:write"})), by=COMMAND_LINE)
    items = {"items": [{"case_id": case["id"], "action": "confirm", "revision": case["revision"]}]}
    answer = await api.call("POST", "/cases/bulk", role=None, json=items, headers={"X-API-Key": narrow.secret})

    assert answer.status_code == 200, answer.text
    assert answer.json()["results"][0]["status"] == 403

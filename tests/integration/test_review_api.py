"""The review over the API: decisions, edits, bulk, history, comments, filters, roles (S4-059)."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.integration.api import Api
from tests.integration.conftest import running

from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Review, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres


@pytest.fixture
async def cases(api: Api) -> list[dict[str, Any]]:
    """The cases of a document, in their order."""
    return await generated(api)


async def test_a_case_is_confirmed_by_a_reviewer_who_saw_it(api: Api, cases: list[dict[str, Any]]) -> None:  # S4-059
    seen = await api.call("GET", f"/cases/{cases[0]['id']}")

    answer = await api.call("POST", f"/cases/{cases[0]['id']}/confirm", role=Role.REVIEWER, headers=if_match(seen))

    assert (answer.status_code, answer.json()["status"], answer.json()["revision"]) == (200, "confirmed", 2)
    after = await api.call("GET", f"/cases/{cases[0]['id']}")
    assert after.json() == answer.json()
    assert after.headers["etag"] != seen.headers["etag"]


async def test_a_change_that_names_no_revision_is_refused(api: Api, cases: list[dict[str, Any]]) -> None:
    for method, path, body in CHANGES:
        answer = await api.call(method, f"/cases/{cases[0]['id']}{path}", json=body)
        assert (answer.status_code, kind(answer)) == (428, "precondition-required"), path
        bad = await api.call(method, f"/cases/{cases[0]['id']}{path}", json=body, headers={"If-Match": "latest"})
        assert (bad.status_code, kind(bad)) == (400, "malformed"), path


async def test_a_late_change_is_told_the_newest_revision(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"
    await api.call("PATCH", at, json={"title": "First"}, headers={"If-Match": '"1"'})

    for method, path, body in CHANGES:
        late = await api.call(method, at + path, json=body, headers={"If-Match": '"1"'}, role=Role.ADMIN)
        assert (late.status_code, kind(late), late.json()["revision"]) == (412, "precondition-failed", 2), path
    assert (await api.call("GET", at)).json()["title"] == "First"


async def test_a_weak_tag_never_matches_one_of_a_list_does_and_a_star_any(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"
    tag = (await api.call("GET", at)).headers["etag"]

    async def sent(tags: str, title: str) -> httpx.Response:
        return await api.call("PATCH", at, json={"title": title}, headers={"If-Match": tags})

    for weak in ('W/"1"', f"W/{tag}", f'W/{tag}, "9"'):
        refused = await sent(weak, "Weak")
        assert (refused.status_code, kind(refused), refused.json()["revision"]) == (412, "precondition-failed", 1), weak
    assert [(await sent(tags, tags)).status_code for tags in (f'"9", {tag}', "*", '"1", "2"')] == [200, 200, 412]
    assert (await api.call("GET", at)).json()["revision"] == 3
    assert (await api.call("PATCH", "/cases/TC-none", json={"title": "x"}, headers={"If-Match": "*"})).status_code == 404


async def test_of_two_reviewers_at_once_one_decides(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"
    other = await api.runtime.services.keys.create(name="second", role=Role.REVIEWER)

    confirmed, rejected = await asyncio.gather(
        api.call("POST", at + "/confirm", role=Role.REVIEWER, headers={"If-Match": '"1"'}),
        api.call(
            "POST", at + "/reject", role=None, json={"reason": "too vague"}, headers={"If-Match": '"1"', "X-API-Key": other}
        ),
    )

    assert sorted([confirmed.status_code, rejected.status_code]) == [200, 412]
    won = confirmed if confirmed.status_code == 200 else rejected
    assert (await api.call("GET", at)).json() == won.json()


async def test_of_many_edits_none_is_lost(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"

    async def add(n: int) -> None:
        while True:
            seen = await api.call("GET", at)
            data = seen.json()["test_data"] | {f"person {n}": str(n)}
            answer = await api.call("PATCH", at, json={"test_data": data}, headers=if_match(seen))
            if answer.status_code == 200:
                return
            assert answer.status_code == 412

    await asyncio.gather(*(add(n) for n in range(6)))

    assert {f"person {n}" for n in range(6)} <= set((await api.call("GET", at)).json()["test_data"])


async def test_an_answer_that_was_lost_can_be_asked_for_again(api: Api, cases: list[dict[str, Any]]) -> None:
    for case, (method, path, body) in zip(cases, CHANGES, strict=False):
        before = '"1"'
        if path == "/reopen":
            await api.call("POST", f"/cases/{case['id']}/confirm", headers={"If-Match": before})
            before = '"2"'
        first = await api.call(method, f"/cases/{case['id']}{path}", json=body, headers={"If-Match": before})
        again = await api.call(method, f"/cases/{case['id']}{path}", json=body, headers={"If-Match": before})
        assert (first.status_code, again.status_code) == (200, 200), (path, again.text)
        assert first.json() == again.json()


async def test_an_edit_takes_a_confirmation_back_and_says_who_and_what(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"
    await api.call("POST", at + "/confirm", role=Role.REVIEWER, headers={"If-Match": '"1"'}, json={"reason": "fits"})

    edited = await api.call(
        "PATCH", at, role=Role.TESTER, headers={"If-Match": '"2"'},
        json={"priority": "low", "steps": [{"action": "Open the page", "expected": "It is there"}]},
    )  # fmt: skip

    assert (edited.json()["status"], edited.json()["decided_by"]) == ("draft", None)
    revisions = (await api.call("GET", at + "/revisions")).json()["items"]
    assert [(r["revision"], r["action"], r["changed"]) for r in revisions] == [
        (1, "generated", []), (2, "confirm", []), (3, "edit", ["steps", "priority"]),
    ]  # fmt: skip
    assert revisions[1]["reason"] == "fits"
    assert revisions[2]["by"] == edited.json()["edited_by"] != revisions[1]["by"]
    assert (await api.call("GET", at + "/revisions/1")).json()["case"]["steps"] == cases[0]["steps"]
    diff = (await api.call("GET", at + "/diff?before=2&after=3")).json()["differences"]
    assert {"status", "priority", "steps[1]"} <= {one["field"] for one in diff}


async def test_a_rejection_needs_a_reason_and_a_decision_a_reopening(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"

    assert (await api.call("POST", at + "/reject", json={}, headers={"If-Match": '"1"'})).status_code == 422
    rejected = await api.call("POST", at + "/reject", json={"reason": "重复"}, headers={"If-Match": '"1"'})
    assert (rejected.json()["status"], rejected.json()["reason"]) == ("rejected", "重复")
    confirmed = await api.call("POST", at + "/confirm", headers={"If-Match": '"2"'})
    assert (confirmed.status_code, kind(confirmed)) == (409, "conflict")
    reopened = await api.call("POST", at + "/reopen", headers={"If-Match": '"2"'})
    assert (reopened.json()["status"], reopened.json()["reason"]) == ("draft", None)


async def test_a_bulk_tells_for_each_item_what_became_of_it(api: Api, cases: list[dict[str, Any]]) -> None:
    first, second, third, fourth = (case["id"] for case in cases[:4])
    items = [
        {"case_id": fourth, "action": "confirm", "revision": 1},
        {"case_id": first, "action": "reject", "revision": 1, "reason": "no value"},
        {"case_id": "TC-unknown", "action": "confirm", "revision": 1},
        {"case_id": second, "action": "edit", "revision": 1, "change": {"title": "Edited"}},
        {"case_id": third, "action": "confirm", "revision": 7},
    ]

    answer = await api.call("POST", "/cases/bulk", role=Role.REVIEWER, json={"items": items})

    results = answer.json()["results"]
    assert [(r["case_id"], r["status"]) for r in results] == [
        (fourth, 200), (first, 200), ("TC-unknown", 404), (second, 200), (third, 412),
    ]  # fmt: skip
    assert (answer.json()["succeeded"], answer.json()["failed"]) == (3, 2)
    assert results[4]["revision"] == 1
    again = await api.call("POST", "/cases/bulk", role=Role.REVIEWER, json={"items": items})
    assert [r["status"] for r in again.json()["results"]] == [r["status"] for r in results]
    assert not any(r["changed"] for r in again.json()["results"])
    assert (await api.call("GET", f"/cases/{first}")).json()["revision"] == 2


async def test_a_bulk_with_a_key_is_answered_once(api: Api, cases: list[dict[str, Any]]) -> None:
    body = {"items": [{"case_id": cases[0]["id"], "action": "confirm", "revision": 1}]}

    first = await api.call("POST", "/cases/bulk", json=body, headers={"Idempotency-Key": "k"})
    again = await api.call("POST", "/cases/bulk", json=body, headers={"Idempotency-Key": "k"})

    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"


async def test_a_tester_edits_in_bulk_and_decides_nothing(api: Api, cases: list[dict[str, Any]]) -> None:
    items = [
        {"case_id": cases[0]["id"], "action": "edit", "revision": 1, "change": {"priority": "low"}},
        {"case_id": cases[1]["id"], "action": "confirm", "revision": 1},
    ]

    results = (await api.call("POST", "/cases/bulk", role=Role.TESTER, json={"items": items})).json()["results"]

    assert [r["status"] for r in results] == [200, 403]
    assert (await api.call("GET", f"/cases/{cases[1]['id']}")).json()["status"] == "draft"


async def test_500_cases_are_decided_in_one_request_and_501_are_not(api: Api) -> None:
    many = [{"case_id": f"TC-{n}", "action": "confirm", "revision": 1} for n in range(501)]

    assert (await api.call("POST", "/cases/bulk", json={"items": many[:500]})).json()["failed"] == 500
    assert (await api.call("POST", "/cases/bulk", json={"items": many})).status_code == 422
    assert (await api.call("POST", "/cases/bulk", json={"items": many[:1] * 2})).status_code == 422


async def test_who_may_what(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"
    needs = {"": Role.TESTER, "/confirm": Role.REVIEWER, "/reject": Role.REVIEWER, "/reopen": Role.REVIEWER}
    for role in (None, *Role):
        for method, path, body in CHANGES:
            answer = await api.call(method, at + path, json=body, headers={"If-Match": '"999"'}, role=role)
            allowed = role is not None and role.may_act_as(needs[path])
            assert answer.status_code == (412 if allowed else 403 if role else 401), (role, path)
        comment = await api.call("POST", at + "/comments", json={"text": "Why?"}, role=role)
        assert comment.status_code == (401 if role is None else 403 if role is Role.VIEWER else 201)
        for path in ("/revisions", "/comments", "/revisions/1", "/diff?before=1&after=1"):
            assert (await api.call("GET", at + path, role=role)).status_code == (401 if role is None else 200)


async def test_with_four_eyes_nobody_confirms_their_own_words(settings: Callable[..., Settings], target: Target) -> None:
    async with running(settings(review=Review(four_eyes=True)), target) as api:
        case = (await generated(api))[0]["id"]
        await api.call("PATCH", f"/cases/{case}", json={"title": "Mine"}, role=Role.REVIEWER, headers={"If-Match": '"1"'})

        own = await api.call("POST", f"/cases/{case}/confirm", role=Role.REVIEWER, headers={"If-Match": '"2"'})
        other = await api.call("POST", f"/cases/{case}/confirm", role=Role.ADMIN, headers={"If-Match": '"2"'})

        assert (own.status_code, other.status_code) == (403, 200)


async def test_comments_are_told_in_order_and_taken_back_by_their_author(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}/comments"
    for text in ("first", "第二"):
        await api.call("POST", at, json={"text": text}, role=Role.TESTER)
    repeated = [
        (await api.call("POST", at, json={"text": "once"}, role=Role.REVIEWER, headers={"Idempotency-Key": "c"})).json()["id"]
        for _ in range(2)
    ]

    page = (await api.call("GET", at + "?limit=2")).json()
    rest = (await api.call("GET", f"{at}?limit=2&cursor={page['next_cursor']}")).json()

    assert [c["text"] for c in page["items"] + rest["items"]] == ["first", "第二", "once"]
    assert len(set(repeated)) == 1
    first = page["items"][0]["id"]
    assert (await api.call("DELETE", f"{at}/{first}", role=Role.REVIEWER)).status_code == 403
    assert (await api.call("DELETE", f"{at}/{first}", role=Role.TESTER)).status_code == 204
    assert (await api.call("DELETE", f"{at}/{first}", role=Role.TESTER)).status_code == 404
    assert (await api.call("DELETE", f"{at}/{page['items'][1]['id']}", role=Role.ADMIN)).status_code == 204


async def test_cases_are_found_by_status_priority_and_staleness(api: Api, cases: list[dict[str, Any]]) -> None:
    await api.call("POST", f"/cases/{cases[0]['id']}/confirm", headers={"If-Match": '"1"'})
    await api.call("PATCH", f"/cases/{cases[1]['id']}", json={"priority": "low"}, headers={"If-Match": '"1"'})

    assert ids(await api.call("GET", "/cases?status=confirmed")) == [cases[0]["id"]]
    assert cases[1]["id"] in ids(await api.call("GET", "/cases?priority=low"))
    assert ids(await api.call("GET", "/cases?stale=true")) == []
    assert len(ids(await api.call("GET", "/cases?stale=false&status=draft"))) == len(cases) - 1


FOUND = [
    ("quarterly", "The Quarterly report is refused"),
    ("quart REFUS", "The Quarterly report is refused"),
    ("报销单", "提交报销单后状态变为待审批"),
    ("审批 状态", "提交报销单后状态变为待审批"),
    ("销", "提交报销单后状态变为待审批"),
    ("ＡＢＣ-7", "Item abc-7 is archived"),
    ("7", "Item abc-7 is archived"),
    ("naïve café", "A naïve café opens"),
]


async def test_cases_are_found_by_words_in_both_languages(api: Api, cases: list[dict[str, Any]]) -> None:
    for case, given in zip(cases, dict.fromkeys(title for _, title in FOUND), strict=False):
        body = {"title": given, "preconditions": [], "steps": [{"action": "Look", "expected": "Seen"}], "test_data": {}}
        await api.call("PATCH", f"/cases/{case['id']}", json=body, headers={"If-Match": '"1"'})

    for q, title in FOUND:
        found = await api.call("GET", "/cases", params={"q": q, "limit": 1000})
        assert title in [case["title"] for case in found.json()["items"]], q
        assert not ids(await api.call("GET", "/cases", params={"q": f"{q} nowhere"})), q


async def test_what_looks_like_a_query_language_is_only_text(api: Api, cases: list[dict[str, Any]]) -> None:
    for q in ("'", "a' | 'b", "a & b", "!a", ":*", "a:*", "\\", "%", "😀", "a" * 200, "；", "\u200b"):
        assert (await api.call("GET", "/cases", params={"q": q})).status_code in (200, 422), q


HOSTILE: list[Any] = [
    None, [], "x", 7, {}, {"title": ""}, {"title": "  "}, {"title": None}, {"title": "a\u0000b"}, {"title": "x" * 301},
    {"titel": "x"}, {"status": "confirmed"}, {"id": "TC-1"}, {"steps": []}, {"steps": [{"action": "x"}]},
    {"steps": [{"action": "x", "expected": "y"}] * 31}, {"preconditions": ["x" * 2001]}, {"preconditions": [7]},
    {"test_data": {"a": 1}}, {"test_data": {"": "x"}}, {"test_data": {"a\u0000": "x"}},
    {"test_data": {str(n): "x" for n in range(101)}}, {"priority": "urgent"}, {"polarity": True},
]  # fmt: skip


async def test_a_change_that_makes_no_sense_is_refused_and_changes_nothing(api: Api, cases: list[dict[str, Any]]) -> None:
    at = f"/cases/{cases[0]['id']}"

    for body in HOSTILE:
        answer = await api.call("PATCH", at, json=body, headers={"If-Match": '"1"'})
        assert (answer.status_code, kind(answer)) == (422, "invalid-input"), (body, answer.text)

    assert (await api.call("GET", at)).json() == cases[0]


async def test_a_nul_character_is_the_callers_mistake(api: Api) -> None:
    for path in ("/cases/%00", "/cases?q=%00", "/cases?document_id=a%00b", "/coverage?document_id=%00"):
        assert (await api.call("GET", path)).status_code == 422, path


async def test_a_query_parameter_that_nobody_reads_is_told(api: Api) -> None:
    for path in (
        "/cases?statu=draft",
        "/documents?page=2",
        "/jobs?x=1&y=2",
        "/coverage?doc=x",
        "/search?q=a&top=3",
        "/cases/x?a=1",
    ):
        answer = await api.call("GET", path)
        assert (answer.status_code, kind(answer)) == (422, "invalid-input"), path
        assert "there is no parameter" in answer.json()["detail"]
        assert (await api.call("GET", path, role=None)).status_code == 401


async def test_the_statistics_tell_the_confirmation_rate(api: Api, cases: list[dict[str, Any]]) -> None:  # S4-059
    assert (await api.call("GET", "/cases/statistics")).json()["total"]["confirmation_rate"] is None
    for n, path, body in ((0, "confirm", {}), (1, "confirm", {}), (2, "confirm", {}), (3, "reject", {"reason": "twice"})):
        await api.call("POST", f"/cases/{cases[n]['id']}/{path}", json=body, headers={"If-Match": '"1"'})

    for by in ("document", "technique", "author", "prompt_version"):
        told = (await api.call("GET", f"/cases/statistics?by={by}")).json()
        assert told["total"]["confirmation_rate"] == 0.75
        assert (told["total"]["confirmed"], told["total"]["rejected"]) == (3, 1)
        assert sum(group["cases"] for group in told["groups"]) == told["total"]["cases"] == len(cases)
    metrics = (await api.call("GET", "/metrics")).text
    assert 'testgen_case_reviews_total{decision="confirmed"}' in metrics


async def test_coverage_tells_drafts_and_confirmed_cases_apart(api: Api, cases: list[dict[str, Any]]) -> None:
    document = cases[0]["evidence"][0]["document_id"]
    before = (await api.call("GET", f"/coverage?document_id={document}")).json()
    assert before["confirmed"]["requirements_covered"] == 0

    own = [case for case in cases if case["requirement_ids"] == ["REQ-1"]]
    items = [{"case_id": case["id"], "action": "confirm", "revision": 1} for case in own]
    await api.call("POST", "/cases/bulk", json={"items": items})

    after = (await api.call("GET", f"/coverage?document_id={document}")).json()
    assert after["confirmed"]["requirements_covered"] == 1
    assert after["requirements_covered"] == before["requirements_covered"] == 3
    assert (await api.call("GET", "/coverage")).json()["confirmed"] == after["confirmed"]


async def test_the_matrix_names_the_gaps_and_can_be_had_as_a_table(api: Api, cases: list[dict[str, Any]]) -> None:
    document = cases[0]["evidence"][0]["document_id"]
    gone = [case for case in cases if case["requirement_ids"] == ["REQ-2"]]
    items = [{"case_id": case["id"], "action": "reject", "revision": 1, "reason": "no"} for case in gone]
    await api.call("POST", "/cases/bulk", json={"items": items})
    at = f"/coverage/matrix?document_id={document}"

    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await api.call("GET", f"{at}&limit=2" + (f"&cursor={cursor}" if cursor else ""))).json()
        rows, cursor = rows + page["items"], page["next_cursor"]

    assert [(row["requirement_id"], row["gap"]) for row in rows] == [
        ("REQ-1", "not-confirmed"), ("REQ-2", "no-case"), ("REQ-3", "not-confirmed"),
    ]  # fmt: skip
    assert {case["status"] for case in rows[1]["cases"]} == {"rejected"}
    lines = (await api.call("GET", at, headers={"Accept": "application/x-ndjson"})).text.splitlines()
    assert [httpx.Response(200, text=line).json() for line in lines] == rows
    table = list(csv.DictReader(io.StringIO((await api.call("GET", at, headers={"Accept": "text/csv"})).text)))
    assert {line["atom_id"] for line in table if line["gap"] == "not-exercised"} == {atom["id"] for atom in rows[1]["atoms"]}
    assert (await api.call("GET", "/coverage/matrix?document_id=none", headers={"Accept": "text/csv"})).status_code == 404


async def test_regeneration_keeps_what_a_person_edited_confirmed_or_rejected(api: Api, cases: list[dict[str, Any]]) -> None:
    first, second, third = (case["id"] for case in cases[:3])
    await api.call("PATCH", f"/cases/{first}", json={"title": "A tester's title"}, headers={"If-Match": '"1"'})
    await api.call("POST", f"/cases/{second}/confirm", headers={"If-Match": '"1"'})
    await api.call("POST", f"/cases/{third}/reject", json={"reason": "no"}, headers={"If-Match": '"1"'})
    before = [(await api.call("GET", f"/cases/{case}")).json() for case in (first, second, third)]

    await generated(api)

    assert [(await api.call("GET", f"/cases/{case}")).json() for case in (first, second, third)] == before


CHANGES: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"title": "Another title"}),
    ("POST", "/confirm", {}),
    ("POST", "/reject", {"reason": "no"}),
    ("POST", "/reopen", {}),
]


async def generated(api: Api) -> list[dict[str, Any]]:
    """The cases of the standing document, in their order."""
    document = await api.send()
    await api.finished(await api.job(document_id=document))
    found: list[dict[str, Any]] = (await api.call("GET", f"/cases?document_id={document}&limit=1000")).json()["items"]
    return found


def if_match(seen: httpx.Response) -> dict[str, str]:
    return {"If-Match": seen.headers["etag"]}


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rsplit("/", 1)[-1]


def ids(answer: httpx.Response) -> list[str]:
    return [case["id"] for case in answer.json()["items"]]

"""Versions of a document over HTTP: ids stay, cases go with their requirements, the diff tells what differs (S4-022)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.integration.api import Api

from testgen_runtime.security.keys import Role

pytestmark = pytest.mark.postgres

FIRST = """# Sign-in

REQ-1: The password must have 8 to 64 characters.

REQ-2: If the user enters a wrong password three times, the system shall lock the account for 15 minutes.

Only administrators may delete a project.

REQ-4: The report name must have 3 to 20 characters.
"""
SECOND = """# Sign-in

Files larger than 25 MB shall be rejected.

REQ-1: The password must have 8 to 32 characters.

REQ-2: If the user enters a wrong password three times, the system shall lock the account for 15 minutes.

Only administrators and owners may delete a project.
"""


async def test_a_second_upload_is_a_version_and_keeps_made_up_ids(api: Api) -> None:
    old = await api.send(FIRST)
    new = await api.send(SECOND)

    versions = (await api.call("GET", f"/documents/{old}/versions", role=Role.VIEWER)).json()["items"]
    assert [(v["id"], v["version"]) for v in versions] == [(new, 2), (old, 1)]
    assert (await ids(api, new))[3] == (await ids(api, old))[2]


async def test_the_diff_names_what_was_added_changed_and_removed(api: Api) -> None:
    old, new = await api.send(FIRST), await api.send(SECOND)

    told = (await api.call("GET", f"/documents/{new}/diff", role=Role.VIEWER)).json()

    assert told["before"]["id"] == old
    assert told["counts"] == {"added": 1, "changed": 2, "moved": 0, "removed": 1, "unchanged": 1}
    assert [item["change"] for item in told["items"]] == ["added", "changed", "unchanged", "changed", "removed"]
    changed = told["items"][1]
    assert [(w["before"], w["after"]) for w in changed["words"]] == [("64", "32")]
    limits = [a for a in changed["atoms"] if a["kind"] == "limit"]
    assert [(a["before"]["value"]["upper"]["value"], a["after"]["value"]["upper"]["value"]) for a in limits] == [("64", "32")]


async def test_the_diff_comes_in_pages_and_by_kind_of_change(api: Api) -> None:
    await api.send(FIRST)
    new = await api.send(SECOND)

    seen, cursor = [], ""
    while cursor is not None:
        page = (await api.call("GET", f"/documents/{new}/diff?limit=2&from=1" + (f"&cursor={cursor}" if cursor else ""))).json()
        seen += [item["change"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["added", "changed", "unchanged", "changed", "removed"]
    only = (await api.call("GET", f"/documents/{new}/diff?change=removed")).json()
    assert [item["before"]["id"] for item in only["items"]] == ["REQ-4"]


async def test_a_persons_work_goes_on_to_the_new_version(api: Api) -> None:  # S4-022, S4-059
    old = await api.send(FIRST)
    await generated(api, old)
    cases = await of(api, old)
    mine = {name: next(c for c in cases if c["requirement_ids"] == [name]) for name in ("REQ-1", "REQ-2", "REQ-4")}
    for case in mine.values():
        await reviewed(api, case)
    said = await api.call("POST", f"/cases/{mine['REQ-2']['id']}/comments", json={"text": "Checked on the test system."})
    assert said.status_code == 201, said.text

    new = await api.send(SECOND)

    carried = await of(api, new)
    text = SECOND
    same = next(c for c in carried if c["test_point"] == mine["REQ-2"]["test_point"])
    assert (same["status"], same["stale"], same["decided_by"] is not None) == ("confirmed", None, True)
    assert same["steps"] == mine["REQ-2"]["steps"]
    for proof in same["evidence"]:
        assert proof["document_id"] == new
        assert text[proof["start"] : proof["end"]] == proof["quote"]
    changed = [c for c in carried if c["requirement_ids"] == ["REQ-1"]]
    assert [(c["status"], c["stale"]) for c in changed] == [("confirmed", "requirement-changed")]
    assert changed[0]["evidence"][0]["document_id"] == old  # where the words stand that it was signed for
    comments = (await api.call("GET", f"/cases/{same['id']}/comments")).json()["items"]
    assert [c["text"] for c in comments] == ["Checked on the test system."]
    history = (await api.call("GET", f"/cases/{same['id']}/revisions")).json()["items"]
    assert [r["action"] for r in history] == ["generated", "confirm", "carried"]
    removed = [c for c in await of(api, old) if c["requirement_ids"] == ["REQ-4"]]
    assert {c["stale"] for c in removed} == {"requirement-removed"}
    assert [c["status"] for c in removed if c["id"] == mine["REQ-4"]["id"]] == ["confirmed"]
    assert [c["status"] for c in await of(api, old) if c["id"] == mine["REQ-1"]["id"] and c["stale"] is None] == ["confirmed"]

    told = (await api.call("GET", f"/documents/{new}/diff")).json()
    stale = {case for item in told["items"] for case in item["stale_cases"]}
    assert stale == {changed[0]["id"], *(c["id"] for c in removed)}
    assert told["stale_cases"] == len(stale)


async def test_generating_for_the_new_version_adds_to_what_was_carried(api: Api) -> None:
    old = await api.send(FIRST)
    await generated(api, old)
    before = {c["test_point"] for c in await of(api, old) if c["requirement_ids"] == ["REQ-2"]}
    new = await api.send(SECOND)

    await generated(api, new)

    after = [c for c in await of(api, new) if c["requirement_ids"] == ["REQ-2"]]
    assert {c["test_point"] for c in after} == before
    assert len(after) == len(before)
    assert {c["stale"] for c in await of(api, new)} == {None}


async def test_documents_that_only_share_a_name_take_nothing_from_each_other(api: Api) -> None:
    old = await api.send(FIRST)
    await generated(api, old)

    new = await api.send("REQ-1: Turbines shall stop above 900 rpm.\n", title="Sign-in")

    assert await of(api, new) == []
    assert {c["stale"] for c in await of(api, old)} == {None}


async def test_a_document_of_another_name_replaces_when_it_says_so(api: Api) -> None:
    old = await api.send(FIRST)

    sent = await api.call("POST", f"/documents?replaces={old}", json={"title": "Sign-in, final (2)", "text": SECOND})

    assert sent.status_code == 201, sent.text
    assert (sent.json()["name"], sent.json()["version"]) == ("Sign-in", 2)
    again = await api.call("POST", f"/documents?replaces={old}", json={"title": "Sign-in, final (2)", "text": SECOND})
    assert (again.status_code, again.json()["id"]) == (200, sent.json()["id"])
    late = await api.call("POST", f"/documents?replaces={old}", json={"title": "x", "text": FIRST + "\nREQ-9: It must beep."})
    assert late.status_code == 409, late.text
    nothing = await api.call("POST", "/documents?replaces=doc-none", json={"title": "x", "text": FIRST})
    assert nothing.status_code == 404


async def test_what_cannot_be_compared_is_refused_in_words(api: Api) -> None:
    first = await api.send(FIRST)

    assert (await api.call("GET", f"/documents/{first}/diff")).status_code == 422
    assert (await api.call("GET", f"/documents/{first}/diff?from=7")).status_code == 404
    assert (await api.call("GET", f"/documents/{first}/diff?from=doc-none")).status_code == 404
    assert (await api.call("GET", f"/documents/{first}/diff?from={'9' * 90}")).status_code in (404, 422)
    assert (await api.call("GET", "/documents/doc-none/versions")).status_code == 404


async def test_findings_are_told_in_pages_with_their_place_and_a_proposal(api: Api) -> None:
    text = "REQ-1: The search shall be fast.\n\nREQ-2: 界面应友好。\n\nREQ-3: It shall be intuitive, as in REQ-77.\n"
    sent = await api.send(text, title="Vague")

    seen, cursor = [], ""
    while cursor is not None:
        answer = await api.call(
            "GET", f"/documents/{sent}/findings?limit=1" + (f"&cursor={cursor}" if cursor else ""), role=Role.VIEWER
        )
        seen += answer.json()["items"]
        cursor = answer.json()["next_cursor"]

    words = [text[one["start"] : one["end"]] for one in seen if one["kind"] in ("vague_wording", "orphan_reference")]
    assert words == ["fast", "友好", "intuitive", "REQ-77"]
    assert all(one["proposal"] for one in seen)


async def test_versions_that_are_sent_at_once_carry_every_case_once(api: Api) -> None:
    old = await api.send(FIRST)
    await generated(api, old)

    await asyncio.gather(*(api.send(SECOND.replace("25 MB", f"{n} MB")) for n in (1, 2, 3)))

    versions = (await api.call("GET", f"/documents/{old}/versions")).json()["items"]
    assert [v["version"] for v in versions] == [4, 3, 2, 1]
    kept = [len([c for c in await of(api, v["id"]) if c["requirement_ids"] == ["REQ-2"]]) for v in versions]
    assert len(set(kept)) == 1


async def ids(api: Api, document: str) -> list[str]:
    return [item["id"] for item in (await api.call("GET", f"/documents/{document}/requirements")).json()["items"]]


async def of(api: Api, document: str) -> list[dict[str, Any]]:
    return list((await api.call("GET", f"/cases?document_id={document}&limit=1000")).json()["items"])


async def generated(api: Api, document: str) -> None:
    done = await api.finished(await api.job(document_id=document))
    assert done["state"] == "succeeded", done


async def reviewed(api: Api, case: dict[str, Any]) -> None:
    answer = await api.call("POST", f"/cases/{case['id']}/confirm", headers={"If-Match": f'"{case["revision"]}"'})
    assert answer.status_code == 200, answer.text

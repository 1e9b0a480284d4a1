"""Exports and imports over HTTP, on a real PostgreSQL (issue 5, item 8)."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import openpyxl
import pytest
from tests.integration.api import Api

from testgen_runtime.cases.exports.formats import FORMATS
from testgen_runtime.security.keys import Role

pytestmark = pytest.mark.postgres
NEEDED = {"xray": {"project_key": "SHOP"}}
COMING_BACK = [name for name, kind in FORMATS.items() if kind.reimport]


async def generated(api: Api) -> list[dict[str, Any]]:
    """The cases of a document that was sent."""
    await api.finished(await api.job(document_id=await api.send()))
    found: list[dict[str, Any]] = (await api.call("GET", "/cases")).json()["items"]
    return found


async def exported(api: Api, name: str, role: Role = Role.VIEWER, **body: Any) -> httpx.Response:
    options = {"options": NEEDED[name]} if name in NEEDED else {}
    return await api.call("POST", "/exports", role=role, json={"format": name, **options, **body})


async def imported(api: Api, data: bytes, filename: str, role: Role = Role.TESTER, **rest: Any) -> httpx.Response:
    headers = rest.pop("headers", None)
    return await api.call("POST", "/imports", role=role, files={"file": (filename, data)}, data=rest, headers=headers)


@pytest.mark.parametrize("name", list(FORMATS))
async def test_every_format_downloads_as_a_named_attachment_of_a_known_size(api: Api, name: str) -> None:
    cases = await generated(api)

    answer = await exported(api, name)

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="testgen-{name}.')
    assert int(answer.headers["content-length"]) == len(answer.content) > 100
    assert int(answer.headers["x-case-count"]) == len(cases)


@pytest.mark.parametrize("name", COMING_BACK)
async def test_an_untouched_export_changes_nothing_and_makes_no_copy(api: Api, name: str) -> None:
    cases = await generated(api)
    download = await exported(api, name)
    filename = download.headers["content-disposition"].split('"')[1]

    answer = await imported(api, download.content, filename)

    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"]["unchanged"] == len(cases), answer.json()
    assert (await api.call("GET", "/cases")).json()["items"] == cases


async def test_an_edited_cell_becomes_a_revision_by_whoever_imports_it(api: Api) -> None:
    cases = await generated(api)
    data = (await exported(api, "csv")).content.replace(cases[0]["title"].encode(), "改过的标题".encode(), 1)

    answer = (await imported(api, data, "cases.csv")).json()

    assert answer["counts"] == {
        "updated": 1,
        "unchanged": len(cases) - 1,
        "conflict": 0,
        "unknown": 0,
        "invalid": 0,
        "not_ours": 0,
    }
    changed = next(item for item in answer["items"] if item["outcome"] == "updated")
    assert changed["changed"] == ["title"]
    now = (await api.call("GET", f"/cases/{changed['id']}")).json()
    assert (now["title"], now["revision"]) == ("改过的标题", changed["revision"])
    assert now["revision"] == 2
    assert now["edited_by"]


async def test_a_dry_run_tells_what_would_change_and_changes_nothing(api: Api) -> None:
    cases = await generated(api)
    data = (await exported(api, "csv")).content.replace(cases[0]["title"].encode(), b"Another title", 1)

    answer = (await imported(api, data, "cases.csv", dry_run="true")).json()

    assert answer["dry_run"] is True
    assert answer["counts"]["updated"] == 1
    assert (await api.call("GET", "/cases")).json()["items"] == cases


async def test_a_change_to_a_case_that_has_moved_on_is_a_conflict_and_loses_nothing(api: Api) -> None:
    cases = await generated(api)
    before = (await exported(api, "csv")).content
    first = before.replace(cases[0]["title"].encode(), b"First to change it", 1)
    second = before.replace(cases[0]["title"].encode(), b"Second to change it", 1)
    await imported(api, first, "first.csv")

    answer = (await imported(api, second, "second.csv")).json()

    conflict = next(item for item in answer["items"] if item["outcome"] == "conflict")
    assert "revision 1" in conflict["problem"]
    assert conflict["mend"]
    assert (await api.call("GET", f"/cases/{conflict['id']}")).json()["title"] == "First to change it"


async def test_what_is_not_ours_unknown_or_wrong_is_told_row_by_row_and_the_rest_is_done(api: Api) -> None:
    cases = await generated(api)
    head, *rows = csv.reader(io.StringIO((await exported(api, "csv")).content.decode("utf-8-sig"), newline=""))
    at = {name: head.index(name) for name in ("ID", "Revision", "Title", "Priority", "Steps", "Expected results")}
    rows = rows[:5]
    rows[0][at["ID"]] = ""
    rows[1][at["ID"]] = "tc-nowhere"
    rows[2][at["Priority"]] = "soon"
    rows[3][at["Expected results"]] = ""
    rows[4][at["Title"]] = "A better title"
    rows.append(list(rows[4]))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])

    answer = (await imported(api, out.getvalue().encode(), "cases.csv")).json()

    assert [item["outcome"] for item in answer["items"]] == ["not_ours", "unknown", "invalid", "invalid", "updated", "invalid"]
    assert [item["place"] for item in answer["items"]] == ["row 2", "row 3", "row 4", "row 5", "row 6", "row 7"]
    assert all(item["problem"] and item["mend"] for item in answer["items"] if item["outcome"] != "updated")
    assert len((await api.call("GET", "/cases")).json()["items"]) == len(cases)


async def test_a_repeated_import_with_the_same_key_gets_the_first_answer(api: Api) -> None:
    cases = await generated(api)
    data = (await exported(api, "json")).content.replace(cases[0]["title"].encode(), b"Another title", 1)
    key = {"Idempotency-Key": "import-1"}

    first = await imported(api, data, "cases.json", headers=key)
    second = await imported(api, data, "cases.json", headers=key)

    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"


async def test_rejected_cases_are_exported_only_when_asked_for(api: Api) -> None:
    cases = await generated(api)
    await api.runtime.services.cases.reject(cases[0]["id"], if_revision=1, by="somebody", reason="twice")

    by_default = (await exported(api, "json")).json()
    asked_for = (await exported(api, "json", filter={"status": ["rejected"]})).json()

    assert cases[0]["id"] not in {case["id"] for case in by_default}
    assert [case["id"] for case in asked_for] == [cases[0]["id"]]


@pytest.mark.parametrize(
    "wanted",
    [
        {"requirement_id": "REQ-1"},
        {"polarity": "negative"},
        {"priority": "high"},
        {"written_by": "rules"},
        {"stale": False},
        {"q": "password"},
    ],
    ids=lambda one: next(iter(one)),
)
async def test_a_filter_selects_what_the_list_of_cases_selects(api: Api, wanted: dict[str, Any]) -> None:
    await generated(api)
    listed = {case["id"] for case in (await api.call("GET", "/cases", params=wanted)).json()["items"]}

    found = {case["id"] for case in (await exported(api, "json", filter=wanted)).json()}

    assert found == listed


async def test_a_workbook_has_the_columns_in_the_order_and_under_the_headings_asked_for(api: Api) -> None:
    await generated(api)
    options = {"columns": ["title", "id", "revision"], "headings": {"title": "名称"}, "language": "zh"}

    answer = await api.call("POST", "/exports", json={"format": "xlsx", "options": options})

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["名称", "用例编号", "修订号"]


async def test_formats_are_listed_with_a_schema_of_their_options(api: Api) -> None:
    answer = await api.call("GET", "/exports/formats", role=Role.VIEWER)

    listed = {one["name"]: one for one in answer.json()}
    assert list(listed) == list(FORMATS)
    assert listed["xray"]["options"]["required"] == ["project_key"]
    assert listed["junit"]["reimport"] is True


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"format": "pdf"}, "format"),
        ({"format": "xray"}, "options"),
        ({"format": "xray", "options": {"project_key": "lower"}}, "project_key"),
        ({"format": "csv", "options": {"columns": ["id", "id"]}}, "twice"),
        ({"format": "csv", "options": {"delimiter": "x"}}, "delimiter"),
        ({"format": "json", "options": {"bom": True}}, "bom"),
        ({"format": "json", "filter": {"status": []}}, "status"),
        ({"format": "xlsx", "options": {"headings": {"id": "Title"}}}, "heading"),
    ],
)
async def test_what_cant_be_exported_is_told_with_its_place(api: Api, body: dict[str, Any], words: str) -> None:
    answer = await api.call("POST", "/exports", json=body)

    assert answer.status_code == 422
    assert words in answer.text


async def test_an_export_of_a_document_that_is_not_there_is_not_found(api: Api) -> None:
    assert (await exported(api, "json", filter={"document_id": "doc-none"})).status_code == 404


@pytest.mark.parametrize(
    ("data", "filename", "status"),
    [
        (b"", "cases.csv", 422),
        (b"x", "cases.pdf", 415),
        (b"PK\x03\x04broken", "cases.xlsx", 415),
        (b"{", "cases.json", 422),
        (b"<a", "cases.xml", 422),
        (b"Scenario: none", "x.feature", 422),
        (b"colour,size\n1,2\n", "cases.csv", 422),
    ],
)
async def test_a_file_that_cant_be_read_is_a_problem_with_a_mend(api: Api, data: bytes, filename: str, status: int) -> None:
    answer = await imported(api, data, filename)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["mend"]


async def test_a_viewer_may_export_and_not_import(api: Api) -> None:
    assert (await exported(api, "json")).status_code == 200
    assert (await imported(api, b"[]", "cases.json", role=Role.VIEWER)).status_code == 403
    assert (await api.call("POST", "/exports", role=None, json={"format": "json"})).status_code == 401

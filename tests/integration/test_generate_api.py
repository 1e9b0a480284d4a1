"""Generation over HTTP: the cases when they are done in time, else the job that makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tests.integration.api import DOCUMENT, Api, events, eventually, long_document
from tests.integration.conftest import running

from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Jobs, Limits, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres


async def test_a_text_becomes_cases_that_quote_it(api: Api) -> None:  # S0-092
    answer = await api.call("POST", "/generate", json={"text": DOCUMENT}, role=Role.TESTER)

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {case["evidence"][0]["requirement_id"] for case in body["cases"]} == {"REQ-1", "REQ-2", "REQ-3"}
    for case in body["cases"]:
        evidence = case["evidence"][0]
        assert evidence["document_id"] == body["document_id"]
        assert DOCUMENT[evidence["start"] : evidence["end"]] == evidence["quote"]
        assert all(step["action"] and step["expected"] for step in case["steps"])
    assert body["result"]["coverage"]["requirement_coverage"] == 1.0
    assert body["result"]["written_by"] == {"model": 0, "rules": len(body["cases"])}
    assert answer.headers["location"] == f"/api/v1/jobs/{body['job_id']}"


async def test_only_the_requirements_that_were_asked_for(api: Api) -> None:
    document_id = await api.send()

    answer = await api.call("POST", "/generate", json={"document_id": document_id, "requirement_ids": ["REQ-2", "REQ-2"]})

    assert {tuple(case["requirement_ids"]) for case in answer.json()["cases"]} == {("REQ-2",)}
    coverage = (await api.call("GET", f"/coverage?document_id={document_id}")).json()
    assert (coverage["requirements"], coverage["requirements_covered"]) == (3, 1)


async def test_coverage_of_all_documents_counts_the_latest_version_of_each(api: Api) -> None:
    nothing = (await api.call("GET", "/coverage")).json()
    await api.send(DOCUMENT, title="One")
    latest = await api.send(DOCUMENT.replace("64", "72"), title="One")
    other = await api.send(DOCUMENT.replace("64", "80"), title="Two")
    await api.call("POST", "/generate", json={"document_id": latest, "requirement_ids": ["REQ-2"]})
    await api.call("POST", "/generate", json={"document_id": other})

    everything = (await api.call("GET", "/coverage")).json()
    each = [(await api.call("GET", f"/coverage?document_id={one}")).json() for one in (latest, other)]

    assert (nothing["requirements"], nothing["requirement_coverage"]) == (0, 1.0)
    assert (everything["requirements"], everything["requirements_covered"]) == (6, 4)
    assert everything["atoms_covered"] == sum(one["atoms_covered"] for one in each)
    assert everything["by_requirement"] == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_that_is_not_said_to_be_json_is_not_supported(api: Api, kind: str) -> None:
    refused = await api.call("POST", "/generate", content=b'{"text": "x"}', headers={"Content-Type": kind})

    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (415, "unsupported-document")
    assert kind in refused.json()["detail"]
    assert "application/json" in refused.json()["mend"]


async def test_requirement_ids_alone_are_enough_where_one_document_has_them(api: Api) -> None:
    await api.send()
    first = await api.call("POST", "/generate", json={"requirement_ids": ["REQ-1"]})
    await api.send(DOCUMENT.replace("64", "72"), title="Other")
    second = await api.call("POST", "/generate", json={"requirement_ids": ["REQ-1"]})

    assert (first.status_code, second.status_code) == (200, 409)
    assert "document_id" in second.json()["mend"]


async def test_the_limit_on_cases_is_kept(api: Api) -> None:
    body = (await api.call("POST", "/generate", json={"text": DOCUMENT, "max_cases_per_requirement": 2})).json()

    by_requirement = [case["requirement_ids"][0] for case in body["cases"]]
    assert max(by_requirement.count(one) for one in set(by_requirement)) <= 2
    assert body["result"]["left_out"] > 0


async def test_generating_again_makes_no_second_case(api: Api) -> None:
    document_id = await api.send()
    first = (await api.call("POST", "/generate", json={"document_id": document_id})).json()["cases"]
    again = (await api.call("POST", "/generate", json={"document_id": document_id})).json()["cases"]

    assert again == first
    assert len((await api.call("GET", f"/cases?document_id={document_id}")).json()["items"]) == len(first)


async def test_a_job_counts_what_people_have_confirmed_and_rejected(api: Api) -> None:  # S4-059
    document_id = await api.send()
    first, second, *_ = (await api.call("POST", "/generate", json={"document_id": document_id})).json()["cases"]
    seen = {"If-Match": '"1"'}
    await api.call("POST", f"/cases/{first['id']}/confirm", headers=seen)
    await api.call("POST", f"/cases/{second['id']}/reject", headers=seen, json={"reason": "told elsewhere"})

    told = (await api.call("POST", "/generate", json={"document_id": document_id})).json()["result"]["coverage"]

    shown = (await api.call("GET", f"/coverage?document_id={document_id}")).json()
    assert told["confirmed"]["atoms_covered"] == len(first["atom_ids"])
    assert told == {name: shown[name] for name in told}


async def test_findings_on_the_file_as_a_whole_are_told(api: Api) -> None:  # S4-022
    page = b"<h1>Fields</h1><p>REQ-1: A name must have 3 to 32 characters.</p><p><img src='flow.png'></p>"
    sent = await api.call("POST", "/documents", files={"file": ("fields.html", page, "text/html")})

    result = (await api.call("POST", "/generate", json={"document_id": sent.json()["id"]})).json()["result"]

    assert [(one["requirement_id"], one["kind"]) for one in result["findings"]] == [("", "images_not_read")]


async def test_who_does_not_want_to_wait_gets_a_job(api: Api) -> None:
    answer = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"Prefer": "respond-async"})

    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    job = await api.finished(answer.json()["id"])
    assert (job["state"], job["done"], job["total"]) == ("succeeded", 3, 3)
    cases = (await api.call("GET", "/cases", params={"job_id": job["id"]})).json()["items"]
    assert len(cases) == job["result"]["cases"]


async def test_whoever_waits_too_shortly_gets_the_job_and_loses_nothing(api: Api) -> None:
    answer = await api.call("POST", "/generate", json={"text": long_document(150)}, headers={"Prefer": "wait=0"})

    assert answer.status_code == 202
    assert (await api.finished(answer.json()["id"]))["state"] == "succeeded"


async def test_events_can_be_followed_and_resumed_without_a_gap(api: Api) -> None:
    job_id = await api.job(text=long_document(40))
    live = events((await api.call("GET", f"/jobs/{job_id}/events")).text)

    kinds = [kind for _, kind, _ in live]
    assert kinds[:2] == ["queued", "started"]
    assert kinds[-1] == "succeeded"
    assert [data["done"] for _, kind, data in live if kind == "progress"] == list(range(1, 41))
    ids = [number for number, _, _ in live]
    assert ids == sorted(set(ids))
    middle = ids[17]
    resumed = events((await api.call("GET", f"/jobs/{job_id}/events", headers={"Last-Event-ID": str(middle)})).text)
    assert resumed == live[18:]


async def test_a_running_job_can_be_canceled_and_keeps_what_it_made(api: Api) -> None:
    job_id = await api.job(text=long_document(1500))
    await api.until(job_id, lambda job: job["done"] >= 5)

    assert (await api.call("POST", f"/jobs/{job_id}/cancel")).status_code == 202

    job = await api.finished(job_id)
    assert job["state"] == "canceled"
    assert 5 <= job["done"] < 1500
    async with api.runtime.database.connection() as connection:
        made = await connection.fetchval("SELECT count(DISTINCT requirement_id) FROM job_cases WHERE job_id = $1", job_id)
        waiting = await connection.fetchval("SELECT count(*) FROM pgqueuer WHERE payload = $1", job_id.encode())
    assert made == job["done"]
    assert waiting in (0, 1)  # the queue writes its log a moment later
    assert (await api.call("POST", f"/jobs/{job_id}/cancel")).json()["state"] == "canceled"


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ({}, 422, "text"),
        ({"text": DOCUMENT, "document_id": "x"}, 422, "text"),
        ({"document_id": "doc-unknown"}, 404, "doc-unknown"),
        ({"requirement_ids": ["NOPE-1"]}, 404, "NOPE-1"),
        ({"requirement_ids": []}, 422, "requirement_ids"),
        ({"text": DOCUMENT, "techniques": ["magic"]}, 422, "techniques"),
        ({"text": DOCUMENT, "language": "fr"}, 422, "language"),
        ({"text": DOCUMENT, "max_cases_per_requirement": 0}, 422, "max_cases_per_requirement"),
        ({"text": DOCUMENT, "max_cases_per_requirement": "5"}, 422, "max_cases_per_requirement"),
        ({"text": DOCUMENT, "max_cases_per_requirement": 50}, 422, "max_cases_per_requirement"),
        ({"text": DOCUMENT, "surprise": True}, 422, "surprise"),
        ({"text": "We went to the sea."}, 422, ""),
    ],
)
async def test_a_request_that_makes_no_sense_says_where(api: Api, body: dict[str, Any], status: int, place: str) -> None:
    refused = await api.call("POST", "/generate", json=body)

    assert refused.status_code == status, refused.text
    assert place in refused.json()["detail"]
    assert (await api.call("GET", "/jobs")).json()["items"] == []
    assert (await api.call("GET", "/documents")).json()["items"] == []


class TestIdempotencyKey:
    async def test_the_same_request_again_gets_the_same_answer_and_no_second_job(self, api: Api) -> None:
        first = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"Idempotency-Key": "k-1"})
        again = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"Idempotency-Key": "k-1"})

        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["location"] == first.headers["location"]
        assert len((await api.call("GET", "/jobs")).json()["items"]) == 1

    async def test_another_request_under_the_same_key_is_a_conflict(self, api: Api) -> None:
        await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"Idempotency-Key": "k-1"})
        other = await api.call("POST", "/generate", json={"text": DOCUMENT + "\n"}, headers={"Idempotency-Key": "k-1"})

        assert other.status_code == 409

    async def test_many_at_once_have_one_effect(self, api: Api) -> None:
        async def ask() -> int:
            answer = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"Idempotency-Key": "k-2"})
            return answer.status_code

        statuses = await asyncio.gather(*(ask() for _ in range(6)))

        assert set(statuses) <= {200, 409}
        assert 200 in statuses
        assert len((await api.call("GET", "/jobs")).json()["items"]) == 1

    async def test_keys_of_two_callers_are_two(self, api: Api) -> None:
        for role in (Role.TESTER, Role.ADMIN):
            await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"Idempotency-Key": "k-3"}, role=role)

        assert len((await api.call("GET", "/jobs")).json()["items"]) == 2

    async def test_a_refused_request_may_be_mended_under_the_same_key(self, api: Api) -> None:
        await api.call("POST", "/generate", json={"document_id": "doc-unknown"}, headers={"Idempotency-Key": "k-4"})
        mended = await api.call("POST", "/generate", json={"text": DOCUMENT}, headers={"Idempotency-Key": "k-4"})

        assert mended.status_code == 200

    @pytest.mark.parametrize("key", ["", "with space", "x" * 201, "é"])
    async def test_a_key_that_is_none_is_refused(self, api: Api, key: str) -> None:
        sent = {b"Idempotency-Key": key.encode("latin-1"), b"X-API-Key": api.keys[Role.TESTER].encode()}
        answer = await api.http.post("/api/v1/generate", json={"text": DOCUMENT}, headers=sent)

        assert answer.status_code in (400, 422)


async def test_a_full_queue_says_so(target: Target, settings: Callable[..., Settings]) -> None:
    made = settings(limits=Limits(queued_jobs=1), jobs=Jobs(parallel=1))
    async with running(made, target) as api:
        document_id = await api.send(long_document(1500))
        api.runtime._worker.stop()  # type: ignore[union-attr]
        await api.job(document_id=document_id)
        refused = await api.call("POST", "/generate", json={"document_id": document_id})

    assert refused.status_code == 429
    assert refused.json()["type"] == "https://testgen.dev/problems/queue-full"
    assert int(refused.headers["retry-after"]) > 0


async def test_cases_can_be_filtered_and_paged(api: Api) -> None:
    document_id = (await api.call("POST", "/generate", json={"text": DOCUMENT})).json()["document_id"]
    everything = (await api.call("GET", "/cases")).json()["items"]

    for name, value in (
        ("requirement_id", "REQ-1"),
        ("technique", "boundary_value_analysis"),
        ("polarity", "negative"),
        ("written_by", "rules"),
        ("document_id", document_id),
    ):
        found = (await api.call("GET", "/cases", params={name: value})).json()["items"]
        expected = [case for case in everything if value in (case.get(name), case["requirement_ids"][0], document_id)]
        assert found == expected, name
    paged: list[Any] = []
    cursor: str | None = None
    while True:
        page = (await api.call("GET", "/cases", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == everything


async def test_a_case_has_an_etag(api: Api) -> None:
    case = (await api.call("POST", "/generate", json={"text": DOCUMENT})).json()["cases"][0]
    got = await api.call("GET", f"/cases/{case['id']}")

    assert got.json() == case
    assert (await api.call("GET", f"/cases/{case['id']}", headers={"If-None-Match": got.headers["etag"]})).status_code == 304


async def test_search_finds_the_requirement_with_each_legs_score(api: Api) -> None:
    await api.send()

    async def found() -> bool:
        hits = (await api.call("GET", "/search", params={"q": "password length"})).json()["hits"]
        return bool(hits) and hits[0]["requirement_id"] == "REQ-1" and hits[0]["legs"]["sparse"] > 0

    await eventually(found, within=15)


async def test_what_the_limit_on_cases_leaves_out_is_named(api: Api) -> None:  # S4-022
    asked = {"text": DOCUMENT, "max_cases_per_requirement": 1, "boundary_values": 2, "n_switch": 1}
    result = (await api.call("POST", "/generate", json=asked)).json()["result"]

    no_case = [point for point in result["left_out_points"] if not point["reason"].startswith("no case shows it")]
    assert result["left_out"] == len(no_case) > 0
    assert set(result["left_out_points"][0]) == {"requirement_id", "technique", "reason", "atom_ids"}
    assert set(result["left_out_atoms"]) <= {i for point in result["left_out_points"] for i in point["atom_ids"]}


@pytest.mark.parametrize("wrong", [{"boundary_values": 4}, {"n_switch": 3}, {"techniques": ["guessing"]}, {"techniques": []}])
async def test_an_option_that_there_is_not_is_refused_by_its_name(api: Api, wrong: dict[str, object]) -> None:
    refused = await api.call("POST", "/generate", json={"text": DOCUMENT, **wrong})

    assert refused.status_code == 422
    assert next(iter(wrong)) in refused.text

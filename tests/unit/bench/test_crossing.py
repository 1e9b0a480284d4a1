"""The accounting of the clients who stay through a change of mode: what counts as lost, as doubled, and as asked too rarely."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from tests.bench.rollout_count import Stream, Told
from tests.cluster import traffic
from tests.cluster.crossing import Crossing, Rows, wrong
from tests.cluster.traffic import Span, Traffic
from tests.soak import modes

JOB: dict[str, Any] = {"id": "job-1", "total": 2, "result": {"cases": 3}}


def case(requirement: str, title: str) -> str:
    return json.dumps({"requirement_ids": [requirement], "title": title})


WHOLE = Rows({"R-1": "One.", "R-2": "Two."}, {"a": case("R-1", "low"), "b": case("R-1", "high"), "c": case("R-2", "low")})


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (WHOLE, None),
        (Rows({"R-1": "One."}, WHOLE.cases), "1 requirements are there, 2 were asked for"),
        (Rows(WHOLE.requirements, {**WHOLE.cases, "d": case("R-2", "high")}), "4 cases are there, 3 were made"),
        (Rows(WHOLE.requirements, {**WHOLE.cases, "c": case("R-1", "more")}), "1 requirements have no case, the first is R-2"),
        (Rows(WHOLE.requirements, {**WHOLE.cases, "b": case("R-1", "low")}), "1 cases are there more than once"),
    ],
)
def test_a_job_is_held_against_its_rows(rows: Rows, fault: str | None) -> None:
    found = wrong(JOB, rows)

    assert not found if fault is None else [one for one in found if fault in one]


def test_a_row_that_is_gone_or_another_is_missing_and_a_new_one_is_not() -> None:
    now = Rows({"R-1": "One.", "R-2": "Other."}, {"a": case("R-1", "low"), "c": case("R-2", "low"), "d": case("R-2", "new")})

    assert WHOLE.missing(now) == ["requirement R-2", "case b"]
    assert WHOLE.missing(WHOLE) == []


@pytest.mark.parametrize(("answered", "is_quiet"), [(49, True), (50, False), (100, False)])
def test_less_than_half_of_what_was_to_be_asked_is_too_little(answered: int, is_quiet: bool) -> None:
    assert Span(10, answered, rate=10).is_quiet is is_quiet


async def test_a_limit_is_a_failure_and_counted() -> None:
    def limited(request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, text="slower")

    found = Traffic("http://127.0.0.1:9", "key")
    async with httpx.AsyncClient(transport=httpx.MockTransport(limited), base_url=found.url) as client:
        await found.read(client, "/api/v1/cases")
        await found.write(client)

    assert (found.answered, found.limited, len(found.failures), found.written) == (0, 2, 2, {})


async def test_a_document_is_lost_where_it_is_gone_or_has_lost_requirements(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"items": [{"id": "a", "sha256": "1", "requirements": 1}, {"id": "b", "sha256": "2", "requirements": 0}]}

    def listed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**there, "next_cursor": None})

    found = Traffic("http://127.0.0.1:9", "key", written={"a": ("1", 1), "b": ("2", 1), "c": ("3", 1)})
    client = httpx.AsyncClient(transport=httpx.MockTransport(listed), base_url=found.url)
    monkeypatch.setattr(found, "client", lambda: client)

    assert await found.lost() == ["b", "c"]


async def test_callers_ask_as_often_as_they_say_and_their_last_requests_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "PERIOD", 0.05)
    asked, enough = 0, asyncio.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked > 2 * (len(traffic.PATHS) * traffic.READERS + traffic.WRITERS):
            enough.set()
        if request.method == "POST":
            return httpx.Response(201, json={"id": str(asked), "sha256": "1", "requirements": 1})
        return httpx.Response(200, json={})

    found = Traffic("http://127.0.0.1:9", "key")
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url=found.url)
    monkeypatch.setattr(found, "client", lambda: client)
    async with traffic.flowing(found):
        await asyncio.wait_for(enough.wait(), 30)

    assert found.failures == []
    assert asked == found.answered
    assert len(found.written) >= traffic.WRITERS
    assert len(found.spans) == 1


def test_a_stream_counts_as_resumed_where_it_was_cut_and_heard_the_end() -> None:
    end = [Told(1, "succeeded")]
    streams = [Stream("a", end), Stream("b", end, cuts=1), Stream("c", [Told(1, "started")], cuts=2)]
    found = Crossing("http://127.0.0.1:9", "key", streams=streams)

    assert (found.cut, found.resumed) == (2, 1)


@pytest.mark.parametrize(
    ("counted", "code", "faults"),
    [
        ({"answered": 9, "lost": [], "troubles": []}, 0, []),
        ({"answered": 9, "lost": ["case a of job j"], "troubles": ["j: running"]}, 1, ["j: running", "case a of job j is lost"]),
        ({"answered": 9, "lost": [], "troubles": []}, 1, ["a step of the test failed: see above"]),
        ({}, 0, ["nothing was counted: see above"]),
    ],
)
def test_the_soak_tells_what_was_counted_and_every_fault(counted: dict[str, Any], code: int, faults: list[str]) -> None:
    figures, found = modes.told(counted, code, 10)

    assert found == faults
    assert figures["lost"]["value"] == len(counted.get("lost", []))
    assert set(modes.COUNTED) < set(figures)

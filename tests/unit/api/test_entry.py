"""The outermost layer: bounds that hold before any route sees a request."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from testgen_runtime.api.inflight import Inflight, Place
from testgen_runtime.api.middleware import Entry, size_in_words
from testgen_runtime.errors import RateLimited
from testgen_runtime.telemetry import logs


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how much it was sent."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def client(app: Entry) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testgen")


async def chunks(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size


async def test_a_body_within_the_bound_passes() -> None:
    async with client(Entry(echo, max_inflight=1, max_body=100)) as http:
        assert (await http.post("/", content=chunks(10, 10))).text == "100"


async def test_a_body_past_the_bound_is_cut_off_whether_it_says_its_length_or_not() -> None:
    async with client(Entry(echo, max_inflight=1, max_body=100)) as http:
        silent = await http.post("/", content=chunks(1000, 10))
        told = await http.post("/", content=b"x" * 101)

    for refused in (silent, told):
        assert refused.status_code == 413
        assert refused.json()["type"] == "https://testgen.dev/problems/document-too-large"
        assert refused.json()["detail"] == "the request is larger than 100 bytes"
        assert refused.json()["mend"] == "send a smaller document or split it"


@pytest.mark.parametrize(
    ("size", "words"),
    [(20 * 1024 * 1024 + 65_536, "20 MB"), (1024 * 1024, "1 MB"), (1024 * 1024 - 1, "1023 KB"), (1023, "1023 bytes")],
)
def test_a_size_is_told_for_a_person(size: int, words: str) -> None:
    assert size_in_words(size) == words


async def test_one_request_too_many_is_shed_and_the_bound_is_free_again_afterwards() -> None:
    inside, leave = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        inside.set()
        await leave.wait()
        await Response(status_code=204)(scope, receive, send)

    async with client(Entry(slow, max_inflight=1, max_body=100)) as http:
        first = asyncio.create_task(http.get("/"))
        await inside.wait()
        second = await http.get("/")
        leave.set()

        assert (await first).status_code == 204
        assert (second.status_code, second.headers["retry-after"]) == (503, "1")
        assert (await http.get("/")).status_code == 204


@pytest.mark.parametrize(("part_seconds", "seconds"), [(0.05, 60.0), (60.0, 0.05)])
async def test_a_body_that_does_not_come_in_time_is_refused(part_seconds: float, seconds: float) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    entry = Entry(echo, max_inflight=1, max_body=100, body_seconds=seconds, body_part_seconds=part_seconds)
    async with client(entry) as http:
        refused = await asyncio.wait_for(http.post("/", content=never()), 10)

        assert (refused.status_code, refused.headers["connection"]) == (408, "close")
        assert refused.json()["type"] == "https://testgen.dev/problems/request-timeout"
        assert (await http.get("/")).status_code == 200


async def test_requests_that_wait_for_their_body_leave_room_for_others_but_are_bounded_themselves() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        begun.set()
        await go_on.wait()

    async with client(Entry(echo, max_inflight=1, max_body=100)) as http:
        first = asyncio.create_task(http.post("/", content=slow()))
        await begun.wait()
        assert (await http.get("/")).status_code == 200
        assert (await http.post("/", content=b"x")).status_code == 503
        go_on.set()

        assert (await first).text == "1"
        assert (await http.post("/", content=b"x")).status_code == 200


def test_a_place_is_given_back_whatever_the_request_was_doing() -> None:
    inflight = Inflight(2)
    for steps in ((), ("send",), ("send", "work"), ("send", "send", "work", "work")):
        place = Place(inflight)
        place.of("key_1")
        for step in steps:
            getattr(place, step)()
        with pytest.raises(RateLimited):
            Place(inflight).of("key_1")
        place.leave()
        inflight = Inflight(2)
    place, other = Place(inflight), Place(inflight)
    place.of("key_1")
    other.of("key_2")
    place.leave()
    Place(inflight).of("key_1")


@pytest.mark.parametrize("given", ["a" * 65, "a b", "a/b", "a:b", "é", "x\u202e", '"}', "%0a", ""])
async def test_an_id_that_is_no_plain_word_is_replaced(given: str) -> None:  # S4-069
    async with client(Entry(echo, max_inflight=1, max_body=100)) as http:
        answer = await http.get("/", headers={b"X-Request-Id": given.encode()})

    assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("given", "kept"), [("plain-word", True), ("token=planted", False), ("planted words", False), ("p" * 65, False)]
)
async def test_only_a_plain_word_of_a_callers_is_logged_as_the_requests_id(given: str, kept: bool) -> None:
    written = io.StringIO()
    logs.configure("DEBUG", "json", written)
    try:
        async with client(Entry(echo, max_inflight=1, max_body=100)) as http:
            answer = await http.get("/", headers={"X-Request-Id": given})
    finally:
        logs.configure("INFO", "json", sys.stderr)

    (line,) = written.getvalue().splitlines()
    assert json.loads(line)["request_id"] == answer.headers["x-request-id"]
    assert (given in line) is kept


@pytest.mark.parametrize("given", ["a" * 64, "A-z_0.9"])
async def test_a_plain_word_stays_the_requests_id(given: str) -> None:
    async with client(Entry(echo, max_inflight=1, max_body=100)) as http:
        assert (await http.get("/", headers={"X-Request-Id": given})).headers["x-request-id"] == given


async def test_every_answer_carries_the_requests_id() -> None:
    async with client(Entry(echo, max_inflight=1, max_body=100)) as http:
        assert (await http.get("/", headers={"X-Request-Id": "mine-1"})).headers["x-request-id"] == "mine-1"
        assert len((await http.get("/")).headers["x-request-id"]) == 32


@pytest.mark.parametrize("parting", [True, False])
async def test_a_request_that_the_drain_cuts_is_told_to_ask_again(parting: bool) -> None:
    inside, leaves = asyncio.Event(), asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        inside.set()
        await asyncio.Event().wait()

    if parting:
        leaves.set()
    async with client(Entry(endless, max_inflight=1, max_body=100, parting=leaves)) as http:
        asked = asyncio.create_task(http.get("/"))
        await inside.wait()
        asked.cancel()  # as uvicorn does with what outlasts its graceful time
        if not parting:
            with pytest.raises(asyncio.CancelledError):
                await asked
            return
        answer = await asked

    assert (answer.status_code, answer.headers["connection"]) == (503, "close")
    assert answer.json()["type"] == "https://testgen.dev/problems/leaving"
    assert answer.json()["mend"] == "send it again"

"""The followers of the rollout benchmark: a way in that turns them away has failed them, a cut has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.bench import rollout_clients
from tests.bench.rollout_clients import Load
from tests.bench.rollout_count import Kind, Stream

STARTED = b"id: 3\nevent: started\ndata: {}\n\n"
ENDED = b"id: 9\nevent: succeeded\ndata: {}\n\n"


class Answered(Load):
    """A load that is answered by what is left of a list, one for each connection."""

    answers: list[Any]

    def client(self, **more: Any) -> httpx.AsyncClient:
        return super().client(transport=httpx.MockTransport(self.answer), **more)

    def answer(self, request: httpx.Request) -> httpx.Response:
        found = self.answers.pop(0)
        if isinstance(found, httpx.HTTPError):
            raise found
        return httpx.Response(found) if isinstance(found, int) else httpx.Response(200, content=found)


async def cut() -> AsyncIterator[bytes]:
    yield STARTED
    raise httpx.ReadError("gone")


@pytest.mark.parametrize(
    ("answer", "failed", "limited"),
    [
        (404, {Kind.UNEXPECTED: 1}, 0),
        (503, {Kind.SERVER: 1}, 0),
        (429, {}, 1),
        (httpx.ConnectError("nobody"), {Kind.REFUSED: 1}, 0),
        (httpx.RemoteProtocolError("no answer"), {Kind.RESET: 1}, 0),
        (httpx.ReadTimeout("no answer"), {Kind.TIMEOUT: 1}, 0),
    ],
)
async def test_a_follower_that_comes_back_and_is_turned_away_is_a_failed_request(
    answer: Any, failed: dict[Kind, int], limited: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout_clients, "RETRY", 0)
    load, stream = Answered(lambda: "http://127.0.0.1:9", "key"), Stream("job-1")
    load.answers = [STARTED, answer, ENDED]

    await load.follow(stream)

    assert (load.requests.failed, load.requests.limited) == (Counter(failed), limited)
    assert (load.requests.answered, load.requests.total) == (2, 3)
    assert (stream.refused, [one.id for one in stream.told]) == (1, [3, 9])


async def test_a_way_in_that_refuses_for_seconds_fails_as_often_as_a_follower_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollout_clients, "RETRY", 0)
    load, stream = Answered(lambda: "http://127.0.0.1:9", "key"), Stream("job-1")
    load.answers = [STARTED, *[503] * 10, ENDED]

    await load.follow(stream)

    assert (load.requests.failures, stream.refused, stream.cuts) == (10, 10, 11)
    assert load.requests.first[0] == "GET /jobs/…/events: 5xx 503"


async def test_a_stream_that_is_cut_after_it_began_is_no_failed_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollout_clients, "RETRY", 0)
    load, stream = Answered(lambda: "http://127.0.0.1:9", "key"), Stream("job-1")
    load.answers = [cut(), ENDED]

    await load.follow(stream)

    assert (load.requests.failures, load.requests.answered) == (0, 2)
    assert (stream.refused, stream.cuts) == (0, 1)

"""How `testgen smoke` and `testgen golden` are called, without a server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from testgen_runtime.cli import app
from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations import smoke
from testgen_runtime.operations.golden.comparison import without_active
from testgen_runtime.operations.tenant import Late, Refused, Tenant, checked


@pytest.mark.parametrize("text", ["a=/x", "=200=/x", "a=99=/x", "a=200=x", "a=200=//evil.example/x", "a=abc=/x", ""])
def test_a_path_that_says_less_than_needed_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        smoke.page_of(text)


def test_a_path_has_a_name_a_status_and_a_path() -> None:
    assert smoke.page_of("ready=503=/ready?a=b") == smoke.Page("ready", 503, "/ready?a=b")


@pytest.mark.parametrize("text", ["b=2=1=0", "a=2=1", "a=0=1=0", "a=2=x=0", "a=2=1=0=0", "a=-1=1=0", "a", ""])
def test_a_repetition_that_says_less_than_needed_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        smoke.repeated([smoke.page_of("a=200=/a")], [text])


def test_a_repetition_is_of_the_path_that_it_names() -> None:
    pages = [smoke.page_of("a=200=/a"), smoke.page_of("b=200=/b")]

    assert smoke.repeated(pages, ["b=5=60=2"]) == [pages[0], smoke.Page("b", 200, "/b", 5, 60, 2)]


@asynccontextmanager
async def answering(**statuses: list[int]) -> AsyncIterator[tuple[str, list[tuple[str, float]]]]:
    """(address, what was asked and when) of a server that answers each path with these, the last of them for ever."""
    asked: list[tuple[str, float]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode().strip("/")
        asked.append((path, time.monotonic()))
        status = statuses[path].pop(0) if len(statuses[path]) > 1 else statuses[path][0]
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield "http://{}:{}".format(*server.sockets[0].getsockname()), asked


async def tried(url: str, *pages: smoke.Page, seconds: float = 60) -> smoke.Report:
    return await smoke.run(url, "", run="r", seconds=seconds, pages=pages)


async def test_a_path_is_looked_at_until_it_was_good_often_enough() -> None:
    async with answering(a=[200, 404, 200, 500, 200]) as (url, asked):
        report = await tried(url, smoke.Page("a", 200, "/a", count=3, interval=0.2, failures=2))

    moments = [moment for _, moment in asked]
    assert (report.ok, report.runs) == (True, {"a": smoke.Runs(3, 2)})
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(moments))
    assert json.loads(report.record())["runs"] == [{"name": "a", "good": 3, "bad": 2}]


async def test_paths_are_repeated_side_by_side_each_at_its_own_pace() -> None:
    async with answering(a=[200], b=[200], c=[200]) as (url, asked):
        pages = [smoke.Page("a", 200, "/a", count=2, interval=0.6), smoke.Page("b", 200, "/b", count=3, interval=0.1)]
        report = await tried(url, *pages, smoke.Page("c", 200, "/c"))

    assert report.ok
    assert "".join(path for path, _ in asked) == "abcbba"


async def test_one_bad_answer_too_many_ends_it_at_once() -> None:
    async with answering(a=[200], b=[404]) as (url, asked):
        pages = [smoke.Page("a", 200, "/a", count=3, interval=30), smoke.Page("b", 200, "/b", interval=0.05, failures=1)]
        report = await tried(url, *pages)

    assert (report.exit_code, report.failed) == (1, "b")
    assert report.message == "b: GET /b: it answers 404; 200 was asked for; bad 2 times, 1 tolerated"
    assert "".join(path for path, _ in asked) == "abb"


async def test_a_repetition_ends_with_the_time_of_all() -> None:
    async with answering(a=[200]) as (url, asked):
        report = await tried(url, smoke.Page("a", 200, "/a", count=2, interval=60), seconds=0.5)

    assert (report.exit_code, len(asked)) == (3, 1)
    assert report.runs == {"a": smoke.Runs(1, 0)}
    assert time.monotonic() - asked[0][1] < 30


@pytest.mark.parametrize("url", ["ftp://x", "x", "", "http://", "http://u:p@x", "http://x?a=1", "http://x#f", "http://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadConfiguration):
        checked(url)


def test_an_address_loses_the_slash_at_its_end() -> None:
    assert checked("http://shop-preview.team.svc:80/") == "http://shop-preview.team.svc:80"


@pytest.mark.parametrize(
    "args",
    [
        ["smoke", "--url", "http://x"],
        ["smoke", "--url", "http://x", "--path", "a=/x"],
        ["smoke", "--url", "http://x", "--path", "a=200=/x", "--run", "Not A Name"],
        ["smoke", "--url", "http://x", "--path", "a=200=/x", "--timeout", "0"],
        ["smoke", "--url", "http://x", "--path", "a=200=/x", "--repeat", "b=2=1=0"],
        ["golden", "--set", "x", "--active", "http://x", "--candidate", "http://y"],
    ],
)
def test_a_wrong_call_ends_with_2(args: list[str]) -> None:
    assert CliRunner().invoke(app, args).exit_code == 2


def test_a_golden_set_that_is_not_there_ends_with_4_and_says_what_to_do(tmp_path: Path) -> None:
    key, result = tmp_path / "key", tmp_path / "result"
    key.write_text("k")
    args = ["golden", "--set", str(tmp_path / "no"), "--active", "http://x", "--candidate", "http://y", "--key-file", str(key)]

    found = CliRunner().invoke(app, [*args, "--result", str(result)])

    assert found.exit_code == 4
    told = json.loads(result.read_text())
    assert told["verdict"] == "Invalid"
    assert "is the ConfigMap there, with that key?" in told["message"]


def test_a_record_never_grows_beyond_what_kubernetes_keeps() -> None:
    report = smoke.Report("r", [("x" * 50, 1.0)] * 500, "x", "y" * 10_000)

    assert len(report.record().encode()) <= smoke.LONGEST_RECORD
    assert json.loads(report.record())["failed"] == "x"


async def test_a_job_that_never_ends_is_left_at_the_deadline() -> None:
    """The transport is a stand-in: what is looked at is the clock."""
    transport = httpx.MockTransport(
        lambda request: httpx.Response(202 if request.method == "POST" else 200, json={"id": "job-1", "state": "running"})
    )
    async with Tenant("http://x", "k", time.monotonic() + 1.0, transport=transport) as tenant:
        with pytest.raises(Late):
            await tenant.job("doc-1", "smoke")


async def test_a_busy_release_is_asked_again_and_a_refusal_is_not() -> None:
    answers = iter([httpx.Response(503), httpx.Response(429, headers={"Retry-After": "0"}), httpx.Response(200, json={"a": 1})])
    async with Tenant("http://x", "k", time.monotonic() + 10, transport=httpx.MockTransport(lambda _: next(answers))) as tenant:
        assert await tenant.json("POST", "/anything") == {"a": 1}


def no_connection(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def busy(request: httpx.Request) -> httpx.Response:
    return httpx.Response(503, json={"detail": "the model is down"})


def turns(*answers: Callable[[httpx.Request], httpx.Response]) -> Callable[[httpx.Request], httpx.Response]:
    """The first of them, then the second and so on; the last for ever."""
    left = list(answers)
    return lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


async def refusal(answer: Callable[[httpx.Request], httpx.Response]) -> Refused:
    """What a release that answers so comes to once patience is over. The transport is a stand-in, and the clock one that only
    waiting moves on: what is looked at is how an answer is understood."""
    now = 0.0

    async def pause(seconds: float) -> None:
        nonlocal now
        now += seconds

    transport = httpx.MockTransport(answer)
    async with Tenant("http://x", "k", 1000.0, clock=lambda: now, pause=pause, transport=transport) as tenant:
        with pytest.raises(Refused) as found:
            await tenant.job("doc-1", "comparison")
    return found.value


async def test_nobody_at_the_serving_releases_address_skips_the_comparison_and_says_so() -> None:
    found = without_active(await refusal(no_connection))

    assert (found.verdict, found.exit_code) == ("Skipped", 0)
    assert "it does not answer (ConnectError)" in found.message


def canceled(request: httpx.Request) -> httpx.Response:
    return httpx.Response(202 if request.method == "POST" else 200, json={"id": "job-1", "state": "canceled"})


def broken_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("reset", request=request)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (busy, "POST /api/v1/generate: it answers 503: the model is down"),
        (lambda _: httpx.Response(429), "POST /api/v1/generate: it answers 429"),
        (lambda _: httpx.Response(403), "POST /api/v1/generate: it answers 403"),
        (canceled, "did not write the cases: the job canceled: "),
        (broken_off, "POST /api/v1/generate: it broke off its answer (ReadError)"),
        (turns(busy, no_connection), "POST /api/v1/generate: it does not answer (ConnectError)"),
    ],
)
async def test_a_serving_release_that_answers_and_refuses_is_inconclusive_and_says_what(
    answer: Callable[[httpx.Request], httpx.Response], told: str
) -> None:
    found = without_active(await refusal(answer))

    assert (found.verdict, found.exit_code) == ("Inconclusive", 3)
    assert told in found.message
    assert "kubectl testgen rollout retry" in found.message

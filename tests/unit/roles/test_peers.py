"""A call from role to role, both ends real but for the network between them: what goes over, how it fails, how long it takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from testgen_runtime.api.application import asgi
from testgen_runtime.api.services import Progress
from testgen_runtime.documents.model import Language, Requirement
from testgen_runtime.documents.read import read_text
from testgen_runtime.errors import Overloaded, Unavailable
from testgen_runtime.generation.model import Context, ContextItem, Draft, Options, Written
from testgen_runtime.generation.told import design
from testgen_runtime.peers import deadline, wire
from testgen_runtime.peers.client import Peer, PeerUnavailable
from testgen_runtime.peers.ports import RemoteEmbedder, RemoteGraph, RemoteVectors, RemoteWriter
from testgen_runtime.retrieval.neighbours import Neighbour, expanded
from testgen_runtime.retrieval.search import Search
from testgen_runtime.retrieval.sparse import SparseVector
from testgen_runtime.retrieval.vectors import Filter, Found
from testgen_runtime.roles import Peer as PeerName
from testgen_runtime.security.internal import InternalToken
from testgen_runtime.settings import Limits, PeerCalls, Settings
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.vocabulary import Vocabulary
from testgen_runtime.telemetry import trace

TEXT = """# Access

REQ-1: The password must have 8 to 64 characters and the fee shall be at most 49.90 EUR.

REQ-2: If the user enters a wrong password three times, the system shall lock the account for 15 minutes.

REQ-3: Only administrators may delete a project. An archived project can be restored within 30 days.

REQ-4: Supported file types are PDF, PNG and JPG. An order code has two letters followed by six digits.

订单-1：订单处于“已支付”状态时可以申请退款；处于“已发货”状态时，系统应拒绝退款申请。
"""
DOCUMENT = read_text(TEXT, title="Access", limits=Limits())
FOUND = Found("d/REQ-1", "requirement", "d", "Access", "text", 0.1 + 0.2)
FAST = PeerCalls(attempts=3, failures=3, rest_seconds=60, seconds=5)


def points_of(requirement: Requirement, most: int = 1) -> tuple[TestPoint, ...]:
    return design(requirement, DOCUMENT, Options(), Vocabulary.of(DOCUMENT.requirements)).points[:most]


class Parts:
    """Stands for the parts of a role: answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.fails: list[Exception] = []
        self.work: Callable[[], Awaitable[object]] | None = None
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    def vectors(self) -> Parts:
        return self

    embedder = graph = writer = vectors

    async def _answer(self, asked: Any) -> None:
        self.asked.append(asked)
        self.begun.set()
        if self.fails:
            raise self.fails.pop(0)
        if self.work is not None:
            try:
                await self.work()
            finally:
                self.ended.set()

    async def query_sparse(self, vector: SparseVector, limit: int, allowed: Filter) -> list[Found]:
        await self._answer((vector, limit, allowed))
        return [FOUND]

    async def query_dense(self, vector: tuple[float, ...], limit: int, allowed: Filter) -> list[Found]:
        await self._answer((vector, limit, allowed))
        return [FOUND]

    async def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        await self._answer(texts)
        return [(0.25, float(len(text))) for text in texts]

    async def neighbours(self, seeds: Sequence[str], limit: int, documents: frozenset[str] | None) -> list[Neighbour]:
        await self._answer((tuple(seeds), limit, documents))
        return [Neighbour("d/REQ-2", "d", "Access", "near", "SHARES_STATE", "paid", 0.5)]

    async def by_reference(self, refs: Sequence[str]) -> list[str]:
        await self._answer(refs)
        return ["d/REQ-1"]

    async def write(
        self, requirement: Requirement, points: Sequence[TestPoint], context: Context, language: Language, *, request_id: str
    ) -> Written:
        await self._answer((requirement, tuple(points), context, language, request_id))
        return Written((Draft(points[0].id, "t", ("p",), (("do", "see"),), {"n": "1"}),), "m", "v1", 7, "invalid")

    async def close_account(self, run_id: str) -> None:
        await self._answer(run_id)


class Wire(httpx.AsyncBaseTransport):
    """Stands for the network: to the role's whole app in this process; a test may break it or look at what passes."""

    def __init__(self, app: Any) -> None:
        self._to = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.breaks: list[Exception] = []
        self.seen: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if self.breaks:
            raise self.breaks.pop(0)
        return await self._to.handle_async_request(request)


class Ends:
    """Both ends of a call to a role."""

    def __init__(self, role: PeerName, folder: Path, calls: PeerCalls = FAST) -> None:
        path = folder / "token"
        path.write_text("the-first-token-0123456789\n")
        self.token = path
        self.parts, self.progress = Parts(), Progress()
        settings = Settings(role=role, data_dir=folder, internal_token_file=path)
        services = Mock(settings=settings, progress=self.progress, inside=self.parts)
        self.wire = Wire(asgi(services))
        self.now = 0.0
        self.peer = Peer(role, "http://peer", InternalToken(path), calls, transport=self.wire, clock=lambda: self.now)

    def vectors(self) -> RemoteVectors:
        return RemoteVectors(self.peer, seconds=5)

    async def search(self) -> list[Found]:
        return await self.vectors().query_sparse(SparseVector((1, 2**32 - 1), (0.1, 1 / 3)), 5, Filter())


@pytest.fixture
def vector(tmp_path: Path) -> Ends:
    return Ends("vector", tmp_path)


@pytest.fixture
def llm(tmp_path: Path) -> Ends:
    return Ends("llm", tmp_path)


def test_every_requirement_comes_over_as_it_was() -> None:
    assert {type(atom.value).__name__ for one in DOCUMENT.requirements for atom in one.atoms} >= {
        "Limit",
        "State",
        "Actor",
        "Format",
        "Enumeration",
    }
    for requirement in DOCUMENT.requirements:
        sent = wire.RequirementIn.of(requirement).model_dump_json()
        assert wire.RequirementIn.model_validate_json(sent).requirement() == requirement


async def test_points_and_context_come_over_as_they_were_and_drafts_come_back(llm: Ends) -> None:
    writer = RemoteWriter(llm.peer, max_parallel=2, seconds=5)
    context = Context((ContextItem("g/1", "a term", "glossary", 0.25),), ("dense",))
    for requirement in DOCUMENT.requirements:
        points = points_of(requirement, 5)
        written = await writer.write(requirement, points, context, requirement.language, request_id="job-1.abc~1")
        asked = llm.parts.asked[-1]
        assert asked[0] == requirement
        assert [asdict(point) for point in asked[1]] == [asdict(point) for point in points]
        assert asked[2:] == (context, requirement.language, "job-1.abc~1")
        assert written == Written((Draft(points[0].id, "t", ("p",), (("do", "see"),), {"n": "1"}),), "m", "v1", 7, "invalid")


async def test_legs_embeddings_and_neighbours_come_over(vector: Ends, tmp_path: Path) -> None:  # S4-024, S4-025
    allowed = Filter(frozenset({"requirement"}), frozenset({"d"}), frozenset({"d/REQ-9"}))
    asked = SparseVector((1, 2**32 - 1), (0.1, 1 / 3))
    assert await vector.vectors().query_sparse(asked, 400, allowed) == [FOUND]
    assert vector.parts.asked == [(asked, 400, allowed)]
    assert await vector.vectors().query_dense((0.1, -2.5), 1, Filter()) == [FOUND]
    assert await RemoteEmbedder(vector.peer, "m", seconds=5).embed(["a", "bcd"]) == [(0.25, 1.0), (0.25, 3.0)]
    graph = Ends("graph", tmp_path)
    [near] = await RemoteGraph(graph.peer, seconds=5).neighbours([f"d/{n}" for n in range(40)], 7, frozenset({"d"}))
    assert near == Neighbour("d/REQ-2", "d", "Access", "near", "SHARES_STATE", "paid", 0.5)
    assert graph.parts.asked[-1] == (tuple(f"d/{n}" for n in range(10)), 7, frozenset({"d"}))
    assert await RemoteGraph(graph.peer, seconds=5).by_reference(["REQ-1", "x" * 5000]) == ["d/REQ-1"]


async def test_a_call_carries_the_ids_of_the_request_and_what_is_left_of_its_time(vector: Ends) -> None:
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    token = trace.CURRENT.set(trace.Trace("req-1", parent))
    try:
        with deadline.of(0.5):
            await vector.search()
    finally:
        trace.CURRENT.reset(token)
    headers = vector.wire.seen[0].headers
    assert (headers["x-request-id"], headers["traceparent"]) == ("req-1", parent)
    assert 0 < int(headers[deadline.HEADER]) <= 500


async def test_a_read_is_repeated_until_it_is_answered(vector: Ends) -> None:
    vector.wire.breaks = [httpx.ReadError("broken"), httpx.ConnectError("refused")]
    assert await vector.search() == [FOUND]
    assert len(vector.wire.seen) == 3


async def test_a_read_is_repeated_a_bounded_number_of_times(vector: Ends) -> None:
    vector.parts.fails = [Unavailable("down") for _ in range(10)]
    with pytest.raises(PeerUnavailable):
        await vector.search()
    assert len(vector.wire.seen) == FAST.attempts


async def test_wording_that_may_have_begun_is_not_asked_for_again(llm: Ends) -> None:
    requirement = DOCUMENT.requirements[0]
    points = points_of(requirement)
    writer = RemoteWriter(llm.peer, max_parallel=1, seconds=5)
    llm.wire.breaks = [httpx.ReadError("broken")]
    written = await writer.write(requirement, points, Context(), "en", request_id="r")
    assert (written.reason, written.drafts, len(llm.wire.seen)) == ("unavailable", (), 1)


@pytest.mark.parametrize("refusal", [httpx.ConnectError("refused"), Overloaded("too many")])
async def test_wording_that_was_not_begun_is_asked_for_again(llm: Ends, refusal: Exception) -> None:
    requirement = DOCUMENT.requirements[0]
    points = points_of(requirement)
    (llm.wire.breaks if isinstance(refusal, httpx.ConnectError) else llm.parts.fails).append(refusal)
    written = await RemoteWriter(llm.peer, max_parallel=1, seconds=5).write(requirement, points, Context(), "en", request_id="r")
    assert len(written.drafts) == 1
    assert len(llm.wire.seen) == 2


async def test_a_peer_that_keeps_failing_is_left_alone_and_then_tried_once(vector: Ends) -> None:
    vector.wire.breaks = [httpx.ConnectError("refused")] * 3
    with pytest.raises(PeerUnavailable):
        await vector.search()
    assert vector.peer.resting
    with pytest.raises(PeerUnavailable, match="left alone"):
        await vector.search()
    assert len(vector.wire.seen) == 3
    vector.now += FAST.rest_seconds
    assert await vector.search() == [FOUND]
    assert not vector.peer.resting


async def test_a_refusal_of_the_call_itself_says_nothing_against_the_peer(vector: Ends) -> None:
    vector.token.write_text("another-token-0123456789\n")
    sent = Peer("vector", "http://peer", InternalToken(vector.token), FAST, transport=vector.wire)
    vector.token.write_text("the-first-token-0123456789\n")
    sent._token = Mock(sent=lambda: ["a-wrong-token-0123456789"])
    for _ in range(5):
        with pytest.raises(PeerUnavailable, match="401"):
            await RemoteVectors(sent, seconds=5).query_sparse(SparseVector((1,), (1.0,)), 1, Filter())
    assert not sent.resting


async def test_a_token_is_exchanged_without_a_refusal_whoever_sees_the_new_one_first(vector: Ends, tmp_path: Path) -> None:
    callers = tmp_path / "caller" / "token"
    callers.parent.mkdir()
    old, new = "the-first-token-0123456789", "the-second-token-0123456789"
    vector.peer._token = InternalToken(callers)
    for called, calling in (
        ((old, None), (old, None)),
        ((old, None), (new, old)),
        ((new, old), (old, None)),
        ((new, old), (new, old)),
    ):
        for path, (token, previous) in ((vector.token, called), (callers, calling)):
            path.write_text(token)
            beside = path.with_name("previous-token")
            beside.write_text(previous) if previous else beside.unlink(missing_ok=True)
        assert await vector.search() == [FOUND]


async def test_work_whose_time_is_over_is_cancelled_and_answered_with_504(vector: Ends) -> None:
    vector.parts.work = asyncio.Event().wait
    body = wire.EmbedIn(texts=("a",)).model_dump_json()
    async with httpx.AsyncClient(transport=vector.wire, base_url="http://peer") as http:
        headers = {
            "Authorization": "Bearer the-first-token-0123456789",
            deadline.HEADER: "1500",
            "Content-Type": "application/json",
        }
        answer = await http.post("/internal/v1/vector/embeddings", content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (504, "deadline-exceeded")
    assert vector.parts.ended.is_set()


async def test_the_caller_gives_up_in_its_own_time_whatever_the_peer_does(vector: Ends) -> None:
    vector.parts.work = asyncio.Event().wait
    started = time.monotonic()
    with pytest.raises(PeerUnavailable):
        await RemoteVectors(vector.peer, seconds=0.1).query_sparse(SparseVector((1,), (1.0,)), 1, Filter())
    assert time.monotonic() - started < 30


async def test_work_ends_when_its_caller_hangs_up(llm: Ends) -> None:
    llm.parts.work = asyncio.Event().wait
    requirement = DOCUMENT.requirements[0]
    body = wire.WriteIn(
        requirement=wire.RequirementIn.of(requirement),
        points=points_of(requirement),
        context=Context(),
        language="en",
        request_id="r",
    )
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    messages.put_nowait({"type": "http.request", "body": body.model_dump_json().encode(), "more_body": False})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/internal/v1/llm/write", "query_string": b"", "scheme": "http",
        "headers": [(b"authorization", b"Bearer the-first-token-0123456789"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("peer", 80), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    call = asyncio.ensure_future(llm.wire._to.app(scope, messages.get, send))
    async with asyncio.timeout(20):
        await llm.parts.begun.wait()
        messages.put_nowait({"type": "http.disconnect"})
        await llm.parts.ended.wait()
        await call
    assert sent == []


async def test_a_role_that_leaves_gives_up_its_calls_and_says_so(llm: Ends) -> None:
    llm.parts.work = asyncio.Event().wait
    requirement = DOCUMENT.requirements[0]
    writer = RemoteWriter(llm.peer, max_parallel=1, seconds=20)
    asked = asyncio.ensure_future(writer.write(requirement, points_of(requirement), Context(), "en", request_id="r"))
    async with asyncio.timeout(20):
        await llm.parts.begun.wait()
        assert llm.progress.calls
        llm.progress.leaving.set()
        written = await asked
    assert written.reason == "unavailable"
    assert len(llm.wire.seen) == FAST.attempts  # another pod would have taken it
    assert not llm.peer._state.until or llm.peer._state.failed


async def test_an_account_that_can_not_be_closed_now_stops_no_job(llm: Ends) -> None:
    llm.wire.breaks = [httpx.ConnectError("refused")] * 10
    await RemoteWriter(llm.peer, max_parallel=1, seconds=5).close_account("job-1")
    llm.wire.breaks.clear()
    llm.now += FAST.rest_seconds
    await RemoteWriter(llm.peer, max_parallel=1, seconds=5).close_account("job-1")
    assert llm.parts.asked == ["job-1"]


async def test_a_dead_leg_is_named(vector: Ends, tmp_path: Path) -> None:
    graph = Ends("graph", tmp_path)
    graph.wire.breaks = [httpx.ConnectError("refused")] * 10
    search = Search(vector.vectors(), graph=RemoteGraph(graph.peer, seconds=5), deadline=10)
    found = await search.search("REQ-1", 5)
    assert [hit.id for hit in found.hits] == [FOUND.key]
    assert found.degraded == ("graph",)


async def test_an_answer_of_another_shape_is_none(vector: Ends) -> None:
    strange = httpx.MockTransport(lambda _: httpx.Response(200, json={"found": [{"key": 1}], "more": True}))
    peer = Peer("vector", "http://peer", InternalToken(vector.token), FAST, transport=strange)
    with pytest.raises(PeerUnavailable, match="something else"):
        await RemoteVectors(peer, seconds=5).query_sparse(SparseVector((1,), (1.0,)), 1, Filter())


async def test_an_answer_without_an_end_is_cut_off(vector: Ends) -> None:
    endless = httpx.MockTransport(lambda _: httpx.Response(200, content=b" " * (9 * 1024 * 1024)))
    peer = Peer("vector", "http://peer", InternalToken(vector.token), FAST, transport=endless)
    with pytest.raises(PeerUnavailable, match="larger"):
        await RemoteVectors(peer, seconds=5).query_sparse(SparseVector((1,), (1.0,)), 1, Filter())


@pytest.mark.parametrize(
    "body",
    [
        {"texts": []},
        {"texts": ["a"] * 17},
        {"texts": ["x" * 20_001]},
        {"texts": ["a"], "more": 1},
        {},
    ],
)
async def test_what_is_out_of_bounds_is_refused(vector: Ends, body: dict[str, Any]) -> None:
    async with httpx.AsyncClient(transport=vector.wire, base_url="http://peer") as http:
        headers = {"Authorization": "Bearer the-first-token-0123456789"}
        answer = await http.post("/internal/v1/vector/embeddings", json=body, headers=headers)
    assert answer.status_code == 422
    assert vector.parts.asked == []


async def test_hops_go_on_from_what_was_found_and_come_to_an_end() -> None:  # S4-025
    edges = {"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": []}

    class Chain:
        """Stands for a graph of four requirements in a row."""

        async def neighbours(
            self, seeds: Sequence[str], limit: int = 20, documents: frozenset[str] | None = None
        ) -> list[Neighbour]:
            return [Neighbour(to, "d", "", "", "REFERS", "", 1.0) for seed in seeds for to in edges[seed]]

        async def by_reference(self, refs: Sequence[str]) -> list[str]:
            return []

    async def reached(hops: int) -> list[tuple[str, float]]:
        return [(one.id, one.score) for one in await expanded(Chain(), ["a"], hops=hops, limit=10)]

    assert await reached(1) == [("b", 1.0)]
    assert await reached(2) == [("b", 1.0), ("c", 0.5)]
    assert await reached(3) == [("b", 1.0), ("c", 0.5), ("d", 0.25)]

"""The faults of broken releases: when they show, and to whom."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.bench import rollout_faults
from tests.bench.rollout_faults import LATER_REQUESTS, is_user, marked, slow


async def answering(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def scope(host: str = "cases.example", path: str = "/api/v1/cases") -> dict[str, Any]:
    return {"type": "http", "path": path, "headers": [(b"host", host.encode())]}


async def late(app: Any, one: dict[str, Any]) -> bool:
    """Whether the answer waits: it does not come before the loop has had some turns."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    task = asyncio.create_task(app(one, None, send))
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return not sent


@pytest.mark.parametrize(
    ("host", "user"),
    [
        ("cases-preview.ns.svc", False),
        ("cases-preview", False),
        ("cases-preview:80", False),
        ("cases.ns.svc", True),
        ("198.19.0.9", True),
        ("cases.example:8080", True),
    ],
)
def test_who_comes_by_the_previews_service_is_no_user(host: str, user: bool) -> None:
    assert is_user(scope(host)) is user


async def test_a_fault_that_is_to_show_later_is_not_seen_by_the_checks_before_the_first_user() -> None:
    app = slow(answering, later=True)

    assert not any([await late(app, scope("cases-preview.ns.svc")) for _ in range(LATER_REQUESTS + 50)])
    assert not any([await late(app, scope()) for _ in range(LATER_REQUESTS)])
    assert await late(app, scope())
    assert not await late(app, scope(path="/live")), "probes are answered in time: the kubelet is not to take it out"


async def test_a_slow_tail_is_every_second_answer() -> None:
    app = slow(answering, every=2)

    assert [await late(app, scope()) for _ in range(4)] == [False, True, False, True]


async def test_clients_can_tell_who_still_answers_them() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def nothing() -> Any:
        raise AssertionError("nothing is read")

    await marked("slow-later", answering)(scope(), nothing, send)

    assert sent[0]["headers"] == [(rollout_faults.MARK, b"slow-later")]
    assert sent[1] == {"type": "http.response.body", "body": b""}

"""A listing is read page by page, and no page is larger in memory than its bound, whatever somebody has put into a namespace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from testgen_operator.cluster import kopf_tap
from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import CONFIG_MAP
from testgen_operator.cluster.kopf_tap import PAGE, PAGE_BYTES, Response, Tap
from testgen_operator.wire import decode


@dataclass
class Listed:
    """A fake of paging: one collection of objects of these sizes. `pages`: how many objects each request asked for."""

    sizes: list[int]
    pages: list[int] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    complete: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        start, limit = int(request.query.get("continue", "0")), int(request.query["limit"])
        self.pages.append(limit)
        end = min(len(self.sizes), start + limit)
        items = [
            {"metadata": {"name": f"c{number}", "resourceVersion": "1"}, "data": {"a": "x" * self.sizes[number]}}
            for number in range(start, end)
        ]
        metadata = {"resourceVersion": "7"} | ({"continue": str(end)} if end < len(self.sizes) else {})
        return web.json_response({"metadata": metadata, "items": items})

    def on_event(self, what: str, raw: Mapping[str, Any]) -> None:
        assert what == "LISTED"
        self.taken.append(raw["metadata"]["name"])

    def on_list(self, kind: Any, namespace: str, items: list[dict[str, Any]], version: str) -> None:
        assert (kind, namespace, version) == (CONFIG_MAP, "", "7")
        self.complete = [one["metadata"]["name"] for one in items]


@asynccontextmanager
async def served(listed: Listed) -> AsyncIterator[aiohttp.ClientSession]:
    application = web.Application()
    application.router.add_get("/api/v1/configmaps", listed.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    tap = Tap(
        Connection(url, "testgen-system", None),
        on_event=listed.on_event,
        on_list=listed.on_list,
        on_contact=lambda kind, namespace, refused: None,
        on_failure=lambda why: None,
    )
    try:
        async with aiohttp.ClientSession(url, middlewares=[tap], response_class=Response) as session:
            yield session
    finally:
        await runner.cleanup()


async def fetched(listed: Listed) -> dict[str, Any]:
    async with served(listed) as session, session.get("/api/v1/configmaps") as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def test_small_objects_come_in_large_pages() -> None:
    listed = Listed([100] * 600)
    head = await fetched(listed)
    assert listed.pages == [PAGE, PAGE, PAGE]
    assert listed.taken == listed.complete == [f"c{number}" for number in range(600)]
    assert (head["items"], head["metadata"]["resourceVersion"]) == ([], "7")


async def test_large_ones_in_small_pages_and_each_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []

    def counted(text: bytearray) -> Any:
        parsed.append(len(text))
        return decode(text)

    monkeypatch.setattr(kopf_tap, "decode", counted)
    listed = Listed([100] * 20 + [2**20] * 30 + [100] * 400)
    await fetched(listed)
    assert listed.taken == listed.complete == [f"c{number}" for number in range(450)]
    assert max(parsed) <= PAGE_BYTES
    assert len(listed.pages) < 40  # it finds its way back to large pages


async def test_one_object_that_is_larger_than_a_page_is_taken_alone() -> None:
    listed = Listed([100, 2 * PAGE_BYTES, 100])
    await fetched(listed)
    assert listed.taken == ["c0", "c1", "c2"]

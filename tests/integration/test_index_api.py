"""Filling the index anew over HTTP while it serves (S4-024), on a real database and Qdrant Edge."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.integration.api import Api, eventually

from testgen_runtime.security.keys import Role

pytestmark = pytest.mark.postgres


async def status(api: Api) -> dict[str, Any]:
    return dict((await api.call("GET", "/index/status")).json())


async def consistent(api: Api) -> bool:
    found = await status(api)
    return bool(found["consistent"] and not any(one["rebuilding"] for one in found["projections"]))


async def test_search_answers_at_every_moment_of_a_rebuild(api: Api) -> None:
    await api.until_ready()
    await api.send("\n\n".join(f"REQ-{n}: The field {n} must have at most {n} characters." for n in range(1, 1500)))
    await eventually(lambda: consistent(api), within=30)
    before = api.runtime.index._vectors_open.instance  # type: ignore[union-attr]
    asked = await api.call("POST", "/index/rebuild")
    twice = await api.call("POST", "/index/rebuild")
    answers: list[int] = []
    done = asyncio.Event()

    async def search() -> None:
        while not done.is_set() or len(answers) < 20:
            answer = (await api.call("GET", "/search", params={"q": "characters of the field"})).json()
            assert answer["degraded"] == []
            answers.append(len(answer["hits"]))

    async def rebuilt() -> bool:
        return api.runtime.index._vectors_open.instance != before and await consistent(api)  # type: ignore[union-attr]

    async def until_rebuilt() -> None:
        try:
            await eventually(rebuilt, within=30)
        finally:
            done.set()

    await asyncio.gather(until_rebuilt(), *(search() for _ in range(4)))

    assert (asked.status_code, twice.status_code) == (202, 202)
    assert min(answers) == 10
    assert (await status(api))["chunks"] == 1499

    [entry] = [one for one in (await api.call("GET", "/audit")).json()["items"] if one["action"] == "index rebuild"][:1]
    assert entry["actor"] == "key_" + api.keys[Role.ADMIN].split("_")[1]

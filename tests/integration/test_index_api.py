"""Filling the index anew over HTTP while it serves (S4-024), on a real database and Qdrant Edge."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.api import Api, eventually

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

    async def rebuilt() -> bool:
        answer = (await api.call("GET", "/search", params={"q": "characters of the field"})).json()
        assert answer["degraded"] == []
        answers.append(len(answer["hits"]))
        return api.runtime.index._vectors_open.instance != before and await consistent(api)  # type: ignore[union-attr]

    await eventually(rebuilt, within=30)

    assert (asked.status_code, twice.status_code) == (202, 202)
    assert min(answers) == 10
    assert len(answers) > 1
    assert (await status(api))["chunks"] == 1499

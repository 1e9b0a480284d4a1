"""A process that ends under clients with kept connections: nobody's request is lost, and nobody is waited for in vain."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from tests.integration.api import eventually
from tests.integration.processes import serving

from testgen_runtime.storage.target import Target

LAME_DUCK_SECONDS = 2.0


async def test_a_kept_connection_is_answered_once_more_before_it_is_closed(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, TESTGEN_SERVER__DRAIN_SECONDS="240") as one:
        assert (await one.http.get("/cases")).status_code == 200
        one.process.terminate()
        await asyncio.sleep(LAME_DUCK_SECONDS + 1.5)  # longer than the wait for those who have not heard of the end

        last = await one.http.get("/cases")
        ended = await asyncio.wait_for(one.process.wait(), 60)  # all clients had gone: nobody waits for the 120 s of the rest

    assert (last.status_code, last.headers["connection"]) == (200, "close")
    assert ended == 0


async def test_who_keeps_a_connection_is_told_to_leave_while_all_else_goes_on(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path) as one:
        assert "connection" not in (await one.http.get("/cases")).headers

        one.process.send_signal(signal.SIGUSR1)

        async def told() -> bool:
            answer = await one.http.get("/cases")
            assert answer.status_code == 200
            return bool(answer.headers.get("connection") == "close")

        await eventually(told, within=20)
        assert (await one.http.get(one.http.base_url.join("/ready"))).status_code == 200


async def test_a_connection_that_says_nothing_does_not_hold_the_end_up_for_long(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, TESTGEN_SERVER__DRAIN_SECONDS="30") as one:
        assert (await one.http.get("/cases")).status_code == 200

        assert await one.terminate(within=28) == 0  # half of that it is waited for

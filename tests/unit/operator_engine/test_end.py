"""How the operator ends what it does."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from testgen_operator.main import end


async def test_a_duty_that_lost_its_first_cancellation_gets_another() -> None:
    async def deaf_once() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    duty = asyncio.create_task(deaf_once())
    await asyncio.sleep(0)
    await end(duty, every=0.05)
    assert duty.cancelled()


async def test_a_duty_that_never_ends_does_not_keep_the_lease_from_being_given_back() -> None:
    async def deaf() -> None:
        while not heard.is_set():
            with suppress(asyncio.CancelledError):
                await heard.wait()

    heard = asyncio.Event()
    duty = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await end(duty, every=0.01, most=3)
    assert not duty.done()
    heard.set()
    await duty

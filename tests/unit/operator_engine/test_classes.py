"""Whether the IngressClass that a project names exists: one listing for all, and nothing is said where it can't be known."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from testgen_operator.cluster.classes import AGE, LONGEST_AGE, IngressClasses
from testgen_operator.cluster.client import Client, Listing
from testgen_operator.errors import ApiError


class Classes:
    """A fake of the one call that lists IngressClasses."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.listed = 0
        self.fails = False
        self.now = 1000.0

    async def list(self, *_: Any, **__: Any) -> Listing:
        self.listed += 1
        await asyncio.sleep(0)
        if self.fails:
            raise ApiError("no", status=503, reason="ServiceUnavailable")
        return Listing([{"metadata": {"name": name}} for name in sorted(self.names)], "1")

    def asked(self, *, readable: bool = True) -> IngressClasses:
        return IngressClasses(cast(Client, self), readable=readable, clock=lambda: self.now)


async def test_a_class_that_is_not_there_is_lacking_until_it_comes() -> None:
    there = Classes("nginx")
    classes = there.asked()
    assert not await classes.lack("nginx")
    assert await classes.lack("traefik")
    there.names.add("traefik")
    there.now += AGE
    assert not await classes.lack("traefik")


async def test_a_class_that_is_taken_away_is_noticed_in_time() -> None:
    there = Classes("nginx")
    classes = there.asked()
    assert not await classes.lack("nginx")
    there.names.clear()
    there.now += LONGEST_AGE
    assert await classes.lack("nginx")


async def test_one_listing_answers_every_project() -> None:
    there = Classes("nginx")
    classes = there.asked()
    await asyncio.gather(*(classes.lack(name) for name in ("nginx", "gone", "nginx", "gone") * 50))
    assert there.listed == 1


async def test_a_class_that_is_there_costs_no_request_for_minutes() -> None:
    there = Classes("nginx")
    classes = there.asked()
    await classes.lack("nginx")
    there.now += LONGEST_AGE - 1
    await classes.lack("nginx")
    assert there.listed == 1


async def test_where_classes_cannot_be_read_no_project_is_held_up() -> None:
    there = Classes()
    assert not await there.asked(readable=False).lack("nginx")
    assert there.listed == 0
    there.fails = True
    assert not await there.asked().lack("nginx")


async def test_no_class_is_not_asked_for() -> None:
    there = Classes()
    assert not await there.asked().lack("")
    assert there.listed == 0

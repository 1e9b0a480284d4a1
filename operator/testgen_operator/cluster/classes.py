"""Which IngressClasses the cluster has: an Ingress whose class does not exist is left alone by every controller, in silence.

They are objects of the whole cluster. An operator that serves named namespaces only has no right to read them and does not: then
nothing is said of a class.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from testgen_operator import telemetry
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import INGRESS_CLASS
from testgen_operator.errors import ApiError

log = telemetry.get_logger(__name__)

AGE: Final = 10.0
"""Seconds for which a listing serves every project; less than a waiting project's next look (`wakeup.WAITING`)."""
LONGEST_AGE: Final = 300.0
"""The same for a class that was there: one that is taken away is noticed within this time, and healthy projects cost next to
nothing."""
MOST: Final = 500


class IngressClasses:
    """`readable`: whether the operator has the right to list them."""

    def __init__(self, client: Client, *, readable: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._readable = readable
        self._clock = clock
        self._at = -LONGEST_AGE
        self._names: frozenset[str] = frozenset()
        self._reading = asyncio.Lock()

    async def lack(self, name: str) -> bool:
        """Whether no class has this name. False where that can't be known: then nothing is held against the project."""
        if not name or not self._readable:
            return False
        async with self._reading:  # one listing answers all who ask meanwhile
            age = self._clock() - self._at
            if age >= (LONGEST_AGE if name in self._names else AGE) and not await self._read():
                return False
            return name not in self._names

    async def _read(self) -> bool:
        try:
            listing = await self._client.list(INGRESS_CLASS, most=MOST)
        except ApiError as problem:
            log.warning("ingress classes not read", error=str(problem))
            return False
        self._names = frozenset(str(one["metadata"]["name"]) for one in listing.items)
        self._at = self._clock()
        return True

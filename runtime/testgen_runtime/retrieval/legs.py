"""A leg of a search: something that may be slow or down, and must not make the search so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from testgen_runtime.errors import TestGenError
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger

T = TypeVar("T")
log = get_logger()

_FIRST_REST: Final = 1.0  # seconds; doubled with each further failure
_LONGEST_REST: Final = 30.0


class Leg:
    """Asks with a deadline. After a failure it rests for a while and is not asked, so that a job of a thousand searches does
    not wait a thousand deadlines for a store that is down."""

    def __init__(self, name: str, deadline: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._deadline = deadline
        self._clock = clock
        self._failures = 0
        self._rests_until = 0.0

    async def ask(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """The answer, or None where there is none in time."""
        if self._clock() < self._rests_until:
            metrics.RETRIEVAL_DEGRADED.labels(self.name).inc()
            return None
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await call()
        except (TestGenError, TimeoutError, OSError) as error:
            self._fail(error)
            return None
        if self._failures:
            log.info("retrieval leg answers again", leg=self.name)
        self._failures, self._rests_until = 0, 0.0
        metrics.RETRIEVAL_SECONDS.labels(self.name).observe(time.monotonic() - started)
        return answer

    def _fail(self, error: Exception) -> None:
        if not self._failures:
            log.warning("retrieval leg does not answer", leg=self.name, reason=str(error)[:300] or type(error).__name__)
        self._rests_until = self._clock() + min(_LONGEST_REST, _FIRST_REST * 2 ** min(self._failures, 10))
        self._failures += 1
        metrics.RETRIEVAL_DEGRADED.labels(self.name).inc()

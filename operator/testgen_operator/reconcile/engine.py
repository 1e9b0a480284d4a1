"""The workers: keys out of the queue, through `reconcile`, and back in at the time that their outcome says."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

from structlog.contextvars import bound_contextvars

from testgen_operator import telemetry
from testgen_operator.cluster.cache import Key
from testgen_operator.cluster.queue import LONGEST_BACKOFF, KeyedQueue
from testgen_operator.errors import ApiError, LeaseLost, OperatorError
from testgen_operator.reconcile.wakeup import WakeUp

Reconcile = Callable[[Key], Awaitable[WakeUp]]

log = telemetry.get_logger(__name__)

MOST_STEPS: Final = 20
"""Passes in a row that may write before the key backs off as if it had failed: more is a fight with somebody."""
RESYNC_JITTER: Final = 0.2


class Engine:
    """`timeout` in seconds bounds one pass; what it cut off is tried again later."""

    def __init__(
        self,
        queue: KeyedQueue[Key],
        reconcile: Reconcile,
        *,
        timeout: float,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._queue = queue
        self._reconcile = reconcile
        self._timeout = timeout
        self._uniform = uniform
        self._steps: dict[Key, int] = {}
        self._first = True

    async def work(self) -> None:
        """One worker, for ever. Only the loss of the Lease gets out."""
        while True:
            key = await self._queue.get()
            try:
                await self._one(key)
            finally:
                self._queue.done(key)

    async def _one(self, key: Key) -> None:
        started, result = time.perf_counter(), "error"
        with bound_contextvars(namespace=key.namespace, project=key.name):
            try:
                async with asyncio.timeout(self._timeout):
                    wake_up = await self._reconcile(key)
            except (LeaseLost, asyncio.CancelledError):
                raise
            except Exception as problem:
                result = self._failed(key, problem)
            else:
                result = self._succeeded(key, wake_up)
            finally:
                if self._first:
                    self._first = False
                    telemetry.FIRST_RECONCILE.set(time.time())
                telemetry.RECONCILES.labels(result).inc()
                telemetry.RECONCILE_SECONDS.labels(result).observe(time.perf_counter() - started)

    def _succeeded(self, key: Key, wake_up: WakeUp) -> str:
        if wake_up.progress:
            self._steps[key] = self._steps.get(key, 0) + 1
            if self._steps[key] > MOST_STEPS:
                delay = self._queue.retry(key)
                log.warning("every pass writes: somebody changes the same fields", retry_in=round(delay, 1))
                return "unsettled"
        else:
            self._steps.pop(key, None)
        self._queue.forget(key)
        if wake_up.seconds is None:
            self._queue.drop(key)
            return "gone"
        self._queue.add_after(key, wake_up.seconds * self._uniform(1 - RESYNC_JITTER, 1 + RESYNC_JITTER))
        return "progress" if wake_up.progress else "settled"

    def _failed(self, key: Key, problem: Exception) -> str:
        if isinstance(problem, OperatorError) and problem.permanent and not isinstance(problem, ApiError):
            delay = LONGEST_BACKOFF * self._uniform(1 - RESYNC_JITTER, 1 + RESYNC_JITTER)
            self._queue.add_after(key, delay)
        else:
            delay = self._queue.retry(key)
        match problem:
            case ApiError():
                log.warning(
                    "reconcile failed", error=str(problem), code=problem.status, reason=problem.reason, retry_in=round(delay, 1)
                )
                return "api_error"
            case TimeoutError():
                log.warning("reconcile took too long", limit=self._timeout, retry_in=round(delay, 1))
                return "timeout"
            case OperatorError():
                log.error("reconcile failed", error=problem.message, reason=problem.reason, retry_in=round(delay, 1))
                return "error"
            case _:
                log.exception("reconcile failed", retry_in=round(delay, 1))
                return "error"

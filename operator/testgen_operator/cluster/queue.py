"""A queue of keys: each key waits once, is worked on by one worker at a time, and backs off on its own."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FIRST_BACKOFF = 1.0  # seconds
LONGEST_BACKOFF = 300.0
JITTER = 0.2  # share of the delay, to either side


class KeyedQueue(Generic[K]):
    """Bounded by the number of keys there are. Belongs to one event loop; its clock is the loop's.

    A key added while it is worked on is handed out again after `done`, never at the same time. Ready keys are handed out in the
    order they became ready, so a busy key can't starve the others.
    """

    def __init__(
        self, *, clock: Callable[[], float] | None = None, uniform: Callable[[float, float], float] = random.uniform
    ) -> None:
        self._clock = clock or asyncio.get_running_loop().time
        self._uniform = uniform
        self._ready: dict[K, float] = {}  # key -> since when; dicts keep their order
        self._working: dict[K, float] = {}
        self._again: set[K] = set()
        self._due: dict[K, float] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._sequence = 0
        self._failures: dict[K, int] = {}
        self._last_done = self._clock()
        self._changed = asyncio.Event()

    def add(self, key: K) -> None:
        """Hand `key` out as soon as a worker is free."""
        self._due.pop(key, None)
        if key in self._working:
            self._again.add(key)
        elif key not in self._ready:
            self._ready[key] = self._clock()
        self._changed.set()

    def add_after(self, key: K, seconds: float) -> None:
        """Hand `key` out in `seconds`, or earlier if it already waits for an earlier time."""
        due = self._clock() + max(0.0, seconds)
        if key in self._due and self._due[key] <= due:
            return
        self._due[key] = due
        self._sequence += 1
        heapq.heappush(self._heap, (due, self._sequence, key))
        self._changed.set()

    async def get(self) -> K:
        """The next key; call `done` with it whatever happens."""
        while True:
            self._promote()
            if self._ready:
                key = next(iter(self._ready))
                del self._ready[key]
                self._working[key] = self._clock()
                return key
            self._changed.clear()
            wait = self._heap[0][0] - self._clock() if self._heap else None
            # Not wait_for: Python 3.11's loses a cancellation that comes as it ends, and the worker would go on for ever.
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    def done(self, key: K) -> None:
        self._working.pop(key, None)
        self._last_done = self._clock()
        if key in self._again:
            self._again.discard(key)
            self.add(key)
        if self._ready:
            self._changed.set()

    def retry(self, key: K) -> float:
        """Hand `key` out after its backoff (1 s, doubled up to 5 min, jittered); returns the delay in seconds."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        delay = min(FIRST_BACKOFF * 2.0 ** min(failures, 30), LONGEST_BACKOFF)
        delay = min(delay * self._uniform(1 - JITTER, 1 + JITTER), LONGEST_BACKOFF)
        self.add_after(key, delay)
        return delay

    def forget(self, key: K) -> None:
        """The key succeeded: its next failure starts with the shortest backoff."""
        self._failures.pop(key, None)

    def drop(self, key: K) -> None:
        """The key is gone for good: forget its wake-up and its backoff."""
        self._failures.pop(key, None)
        self._due.pop(key, None)

    def depth(self) -> int:
        self._promote()
        return len(self._ready)

    def oldest_age(self) -> float:
        """Seconds that the oldest key has waited for a worker or has been worked on; 0 when idle."""
        self._promote()
        since = [*self._ready.values(), *self._working.values()]
        return self._clock() - min(since) if since else 0.0

    def stuck_for(self) -> float:
        """Seconds without any progress: how long one key has been worked on, or how long none was done while keys wait.

        A long queue that moves is not stuck.
        """
        self._promote()
        now = self._clock()
        longest = max((now - since for since in self._working.values()), default=0.0)
        oldest = max((now - since for since in self._ready.values()), default=0.0)
        return max(longest, min(oldest, now - self._last_done))

    def _promote(self) -> None:
        """Move what is due to the ready keys. Heap entries that no longer match `_due` are leftovers."""
        now = self._clock()
        while self._heap and (self._heap[0][0] <= now or self._due.get(self._heap[0][2]) != self._heap[0][0]):
            due, _, key = heapq.heappop(self._heap)
            if self._due.get(key) == due:
                self.add(key)

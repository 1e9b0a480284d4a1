"""Progress lines on standard error: how many are done, how long it will still take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Told = Callable[[str], None]
"""Is called with the id of what is done."""

EVERY = 5.0
"""Seconds between two lines."""


@dataclass(slots=True)
class Progress:
    """Counts to `total`; a line now and then, and one at the end."""

    name: str
    total: int
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def step(self, _what: str = "") -> None:
        """One more is done."""
        self.done += 1
        now = time.monotonic()
        if now - self.last < EVERY and self.done < self.total:
            return
        if self.done == self.total and now - self.started < EVERY:
            return
        self.last = now
        left = (now - self.started) / self.done * (self.total - self.done)
        print(f"  {self.name}: {self.done} of {self.total}, {_clock(left)} left", file=sys.stderr, flush=True)


def quiet(_what: str) -> None:
    """Tells nobody."""


def _clock(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"

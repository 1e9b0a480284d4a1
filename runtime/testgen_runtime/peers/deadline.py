"""How much time is left, told from process to process as a number of milliseconds, so that no two clocks have to agree."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

HEADER: Final = "X-Request-Timeout-Ms"
LONGEST: Final = 7_200_000
"""Milliseconds; more than any call of ours."""
_ENDS: Final[ContextVar[float | None]] = ContextVar("testgen_deadline", default=None)
"""When the work at hand has to have ended (time.monotonic), if somebody waits for it no longer."""


@contextmanager
def of(seconds: float) -> Iterator[None]:
    """What is left for the work inside, and for whatever it calls."""
    token = _ENDS.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ENDS.reset(token)


def within(seconds: float) -> float:
    """The time for a call: what is asked for, but no more than is left (at least 0)."""
    ends = _ENDS.get()
    return seconds if ends is None else max(0.0, min(seconds, ends - time.monotonic()))


def written(seconds: float) -> str:
    """As the header tells it."""
    return str(max(1, min(LONGEST, int(seconds * 1000))))


def read(value: str | None) -> float | None:
    """Seconds; None where the header is missing or says nothing that counts."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 10:
        return None
    return min(int(value), LONGEST) / 1000

"""GCRA, the generic cell rate algorithm: a limit as one number per caller, the theoretical arrival time (TAT). Pure.

Times are microseconds. `rate_store.py` does the same sums in SQL; a test holds the two against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` requests at once, and one more after every `interval` microseconds: in any time t at most burst + t / interval."""

    interval: int
    burst: int

    @classmethod
    def per_minute(cls, requests: int, burst: int) -> Limit:
        """So many requests a minute in the long run; the interval is rounded up, so that the rate is never exceeded."""
        return cls(-(-MINUTE // requests), burst)

    @property
    def window(self) -> int:
        """Microseconds until an exhausted burst is whole again."""
        return self.interval * self.burst


@dataclass(frozen=True, slots=True)
class Decision:
    """What the limiter says to one request, and what headers tell the caller (`seconds` are rounded up)."""

    name: str
    limit: Limit
    admitted: bool
    tat: int
    now: int

    @property
    def remaining(self) -> int:
        """How many requests would pass now."""
        return max(0, (self.now + self.limit.window - self.tat) // self.limit.interval)

    @property
    def reset_seconds(self) -> int:
        """Until the whole burst is there again."""
        return max(0, math.ceil((self.tat - self.now) / SECOND))

    @property
    def retry_after(self) -> int:
        """Until the next request passes; 0 where it would pass now."""
        return max(0, math.ceil((self.tat + self.limit.interval - self.limit.window - self.now) / SECOND))

    def headers(self) -> dict[str, str]:
        """`RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10): q and r are requests, w and t seconds."""
        window = math.ceil(self.limit.window / SECOND)
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit.burst};w={window}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={self.reset_seconds}',
        }


def decide(name: str, limit: Limit, tat: int | None, now: int) -> Decision:
    """Whether a request at `now` passes, after the TAT `tat` (None: nobody asked lately).

    A TAT that lies further ahead than the limit can bring it (the clock went back, the limit was raised) is cut to the window.
    """
    held = min(max(tat if tat is not None else now, now), now + limit.window)
    after = held + limit.interval
    admitted = after <= now + limit.window
    return Decision(name, limit, admitted, after if admitted else held, now)

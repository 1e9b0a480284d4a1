"""How many requests are at work, how many still send their body, and how much of both one caller may have."""

from __future__ import annotations

from collections import Counter
from typing import Final

from testgen_runtime.errors import Overloaded, RateLimited
from testgen_runtime.telemetry import metrics

_SHARE: Final = 2
"""One caller may have 1 / _SHARE of all requests, so that none can take the API from the others."""


class Inflight:
    """The places of one process. A request that waits for its body has a place among the senders, not among those at work."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.share = max(1, most // _SHARE)
        self._working = 0
        self._sending = 0
        self._callers: Counter[str] = Counter()

    @property
    def over(self) -> bool:
        """Whether more are at work than may be."""
        return self._working > self.most


class Place:
    """One request's place; every method may be called again."""

    def __init__(self, inflight: Inflight) -> None:
        self._all = inflight
        self._sends = False
        self._caller: str | None = None
        self._all._working += 1
        metrics.HTTP_INFLIGHT.set(self._all._working)

    def of(self, caller: str) -> None:
        """Whose it is, once that is known.

        Raises: RateLimited where this caller has their share already.
        """
        if self._caller is not None:
            return
        if self._all._callers[caller] >= self._all.share:
            metrics.HTTP_SHED.inc()
            raise RateLimited(
                f"{self._all.share} requests of this caller are in flight already", mend="wait for some of them", retry_after=1
            )
        self._caller = caller
        self._all._callers[caller] += 1

    def send(self) -> None:
        """It waits for its body.

        Raises: Overloaded where too many do.
        """
        if self._sends:
            return
        if self._all._sending >= self._all.most:
            raise self.refused("are being sent")
        self._sends = True
        self._all._sending += 1
        self._work(-1)

    def work(self) -> None:
        """Its body is there.

        Raises: Overloaded where too many are at work meanwhile.
        """
        if not self._sends:
            return
        self._sends = False
        self._all._sending -= 1
        self._work(+1)
        if self._all.over:
            raise self.refused("are in flight already")

    def leave(self) -> None:
        """It is answered."""
        if self._sends:
            self._all._sending -= 1
        else:
            self._work(-1)
        if self._caller is not None:
            self._all._callers[self._caller] -= 1
            if not self._all._callers[self._caller]:
                del self._all._callers[self._caller]

    def refused(self, why: str) -> Overloaded:
        """The error for one request too many."""
        metrics.HTTP_SHED.inc()
        return Overloaded(f"{self._all.most} requests {why}", mend="try again", retry_after=1)

    def _work(self, change: int) -> None:
        self._all._working += change
        metrics.HTTP_INFLIGHT.set(self._all._working)

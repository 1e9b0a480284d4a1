"""What clients lived through while releases came and went: pure accounting, no clock and no network."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

LIMITED: Final = 429


class Kind(StrEnum):
    """How a request failed."""

    REFUSED = "refused"
    """No connection."""
    RESET = "reset"
    """The connection ended before the whole answer was there."""
    TIMEOUT = "timeout"
    SERVER = "5xx"
    UNEXPECTED = "unexpected"
    """An answer that this request does not get from a healthy project."""


@dataclass
class Requests:
    """Every request ends as exactly one of: answered, limited (429: an answer, but no proof), failed by kind.

    `seconds` holds the time of each answered one; `first`: the first few failures in words.
    """

    answered: int = 0
    limited: int = 0
    failed: Counter[Kind] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    first: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.answered + self.limited + self.failures

    @property
    def failures(self) -> int:
        return sum(self.failed.values())

    def answer(self, what: str, status: int, expected: Iterable[int], seconds: float) -> bool:
        """Count an answer; whether it was one of those expected."""
        if status in expected:
            self.answered += 1
            self.seconds.append(seconds)
            return True
        if status == LIMITED:
            self.limited += 1
        else:
            self.fail(what, Kind.SERVER if status >= 500 else Kind.UNEXPECTED, str(status))
        return False

    def fail(self, what: str, kind: Kind, words: str) -> None:
        """Count a request without a good answer."""
        self.failed[kind] += 1
        if len(self.first) < 20:
            self.first.append(f"{what}: {kind} {words}"[:200])

    def add(self, other: Requests) -> None:
        """Count what another client counted, too."""
        self.answered += other.answered
        self.limited += other.limited
        self.failed += other.failed
        self.seconds += other.seconds
        self.first = (self.first + other.first)[:20]


@dataclass(frozen=True)
class Told:
    """An event of a stream: its id and kind."""

    id: int
    kind: str


ENDS: Final = frozenset({"succeeded", "failed", "canceled"})


@dataclass
class Stream:
    """One follower of one job, over all its connections. `cuts`: how often a connection ended before the job had."""

    job: str
    told: list[Told] = field(default_factory=list)
    cuts: int = 0
    refused: int = 0
    """How often a new connection was not answered with the stream."""

    @property
    def last_id(self) -> int:
        return self.told[-1].id if self.told else 0

    @property
    def ended(self) -> bool:
        return bool(self.told) and self.told[-1].kind in ENDS

    def faults(self, all_told: Sequence[Told]) -> list[str]:
        """What differs from the job's own record of its events: gaps, doubles, order."""
        got, wanted = [one.id for one in self.told], [one.id for one in all_told]
        found = []
        if missing := sorted(set(wanted) - set(got)):
            found.append(f"{self.job}: {len(missing)} events missing, the first is {missing[0]}")
        if doubled := [number for number, times in Counter(got).items() if times > 1]:
            found.append(f"{self.job}: {len(doubled)} events came twice, the first is {min(doubled)}")
        if not found and got != wanted:
            found.append(f"{self.job}: events came in another order, or there are others than were kept")
        if not self.ended:
            found.append(f"{self.job}: its end was never told")
        return found


@dataclass
class Jobs:
    """Every job whose request was accepted ends, and well. `ended`: the state by id."""

    asked: list[str] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)

    def lost(self) -> list[str]:
        """Those that have not ended, or not well: nothing in these runs gives a job a reason to fail."""
        return [f"{one}: {self.ended.get(one, 'has not ended')}" for one in self.asked if self.ended.get(one) != "succeeded"]


def parse(buffer: str) -> tuple[list[Told], int | None, str]:
    """(events with an id, the last `retry` in milliseconds, what is left) of a text/event-stream read so far."""
    told: list[Told] = []
    retry: int | None = None
    *blocks, rest = buffer.replace("\r\n", "\n").split("\n\n")
    for block in blocks:
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if fields.get("retry", "").isdigit():
            retry = int(fields["retry"])
        if "data" in fields and fields.get("id", "").isdigit():
            told.append(Told(int(fields["id"]), fields.get("event", "message")))
    return told, retry, rest


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; 0 for nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0

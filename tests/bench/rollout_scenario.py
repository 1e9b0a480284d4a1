"""What the rollout benchmark rolls out, when a switch was complete, and what it all comes to. Pure: moments come from outside.

Seconds are those of one clock. A *switch* begins when the operator's decision is first seen, in the release's record (step
Switching or Returning) or in the active Service's selector, and ends when the Service's EndpointSlices list ready pods of that
colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.bench.report import Metric, metric
from tests.bench.rollout_count import Jobs, Requests, Stream, percentile

GOOD: Final = ("good-1", "good-2", "good-3", "good-4")
BROKEN: Final = ("crash", "never-ready", "slow", "errors", "bad-migration", "worse", "slow-later")


@dataclass(frozen=True)
class Release:
    """`image`: one of GOOD and BROKEN. `rollback`: asked for as a command instead of a new image."""

    image: str
    rollback: bool = False

    @property
    def broken(self) -> bool:
        return self.image in BROKEN


def scenario(rollouts: int) -> list[Release]:
    """So many rollouts: good ones, each broken kind in turn, and now and then a rollback to the release before.

    Never twice the same image in a row, since that would be no rollout. The first six hold two broken ones.
    """
    found: list[Release] = []
    good, broken = 0, 0
    while len(found) < rollouts:
        if len(found) % 3 == 2:
            found.append(Release(BROKEN[broken % len(BROKEN)]))
            broken += 1
            continue
        if len(found) % 7 == 4 and not found[-1].broken:
            found.append(Release("", rollback=True))
            continue
        good += 1
        found.append(Release(GOOD[good % len(GOOD)]))
    return found


@dataclass
class Switches:
    """Every move of all traffic from one colour to the other; `returns`: those back to the release before."""

    forward: list[float] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    _serving: str = ""
    _decided: tuple[float, str, bool] | None = None

    def decided(self, now: float, colour: str, *, back: bool) -> None:
        """The decision was seen that `colour` serves from now on. Seen again, it is the same decision."""
        if colour == self._serving or (self._decided is not None and self._decided[1] == colour):
            return
        self._decided = (now, colour, back)

    def endpoints(self, now: float, colours: Iterable[str]) -> None:
        """The active Service's ready endpoints are of these colours."""
        found = set(colours)
        if self._decided is not None and found == {self._decided[1]}:
            began, colour, back = self._decided
            (self.returns if back else self.forward).append(now - began)
            self._serving, self._decided = colour, None
        elif not self._serving and self._decided is None and len(found) == 1:
            (self._serving,) = found


@dataclass(frozen=True)
class Ended:
    """One rollout: its release, the record's outcome and reason, whether it had all the traffic, and how long it took."""

    release: Release
    outcome: str
    reason: str
    served: bool
    seconds: float

    @property
    def as_meant(self) -> bool:
        """Broken ones came back by themselves, the others serve."""
        good = self.outcome in ("Promoted", "FastPromoted")
        return self.outcome in ("Aborted", "RolledBack") if self.release.broken else good


@dataclass
class Found:
    """All that one arm of the benchmark showed."""

    requests: Requests
    jobs: Jobs
    streams: Sequence[Stream]
    stream_faults: Sequence[str]
    ended: Sequence[Ended] = ()
    switches: Switches = field(default_factory=Switches)


def metrics(ours: Found, plain: Found | None) -> dict[str, Metric]:
    """The metrics of issue and README; what a plain Deployment showed in the same run is each one's baseline."""
    broken = [one for one in ours.ended if one.release.broken]
    rollbacks = [one.seconds for one in ours.ended if one.release.rollback]
    found = {
        "requests": metric(ours.requests.total, "requests", plain.requests.total if plain else None),
        "failed_requests": metric(ours.requests.failures, "requests", plain.requests.failures if plain else None),
        "limited_requests": metric(ours.requests.limited, "requests"),
        "rollouts": metric(len(ours.ended), "rollouts", len(plain.ended) if plain else None),
        "broken_rollouts": metric(len(broken), "rollouts"),
        "broken_rollouts_returned": metric(sum(one.as_meant for one in broken), "rollouts"),
        "rollouts_not_as_meant": metric(sum(not one.as_meant for one in ours.ended), "rollouts"),
        "switches": metric(len(ours.switches.forward), "switches"),
        "switch_p95_s": metric(percentile(ours.switches.forward, 0.95), "s"),
        "returns_under_traffic": metric(len(ours.switches.returns), "switches"),
        "abort_p95_s": metric(percentile(ours.switches.returns, 0.95), "s"),
        "rollback_worst_s": metric(max(rollbacks, default=0.0), "s"),
        "rollout_median_s": metric(percentile([one.seconds for one in ours.ended if not one.release.broken], 0.5), "s"),
        "request_p95_ms": metric(percentile(ours.requests.seconds, 0.95) * 1000, "ms", _p95(plain)),
        "jobs": metric(len(ours.jobs.asked), "jobs", len(plain.jobs.asked) if plain else None),
        "jobs_lost": metric(len(ours.jobs.lost()), "jobs", len(plain.jobs.lost()) if plain else None),
        "streams": metric(len(ours.streams), "streams", len(plain.streams) if plain else None),
        "stream_cuts": metric(sum(one.cuts for one in ours.streams), "connections"),
        "streams_broken": metric(len(ours.stream_faults), "streams", len(plain.stream_faults) if plain else None),
    }
    return found | {f"failed_{kind}": metric(count, "requests") for kind, count in ours.requests.failed.items()}


def _p95(plain: Found | None) -> float | None:
    return percentile(plain.requests.seconds, 0.95) * 1000 if plain else None


def colours_of(slices: Sequence[Mapping[str, Any]], colour_of_pod: Mapping[str, str]) -> set[str]:
    """The colours of the ready endpoints of EndpointSlices, "?" for a pod that nobody knows."""
    found = set()
    for one in slices:
        for endpoint in one.get("endpoints") or ():
            if (endpoint.get("conditions") or {}).get("ready", True):
                pod = (endpoint.get("targetRef") or {}).get("name", "")
                found.add(colour_of_pod.get(pod, "?"))
    return found

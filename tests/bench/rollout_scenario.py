"""What the rollout benchmark rolls out, when a switch was complete, and what it all comes to. Pure: moments come from outside.

Seconds are those of one clock. A *switch* begins when the operator's decision is first seen, in the release's record (step
Switching or Returning) or in the active Service's selector, and ends when the Service's EndpointSlices list ready pods of that
colour alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.bench.report import Metric, metric
from tests.bench.rollout_count import Jobs, Requests, Stream, percentile

GOOD: Final = ("good-1", "good-2", "good-3", "good-4")
BROKEN: Final = ("slow-later", "crash", "errors", "worse", "tail-later", "bad-migration", "never-ready", "slow")
"""Those named -later are good until users come: they are caught in the bake, the others before anybody is led to them."""
NOT_UP: Final = frozenset({"PreviewNotReady", "CrashLoop"})
MEASURED: Final = frozenset({"AnalysisFailed", "SmokeFailed"})
CAUGHT: Final[Mapping[str, frozenset[str]]] = {
    "crash": NOT_UP,
    "never-ready": frozenset({"PreviewNotReady"}),
    "slow": MEASURED,
    "slow-later": MEASURED,
    "tail-later": MEASURED,
    "errors": MEASURED | {"GoldenSetWorse"},  # the comparison asks the same API: a 500 for it is an error that was found
    "worse": frozenset({"GoldenSetWorse"}),
    "bad-migration": frozenset({"MigrationFailed"}),
}
"""The reasons that name a broken release's own fault; one that came back for another was not caught, it was lucky."""
BASELINE: Final = ("good-2", "errors", "good-3", "slow-later", "good-4", "crash")
"""What the baselines roll out: they know neither migrations nor golden sets nor a rollback that is asked for."""


@dataclass(frozen=True)
class Release:
    """`image`: one of GOOD and BROKEN. `rollback`: asked for as a command instead of a new image."""

    image: str
    rollback: bool = False

    @property
    def broken(self) -> bool:
        return self.image in BROKEN


def scenario(rollouts: int) -> list[Release]:
    """So many rollouts, in turns of five: a good one, a broken one, a good one, a rollback to the release before, a broken one.

    Twenty of them hold every broken kind once. Never twice the same image in a row, since that would be no rollout.
    """
    good, broken = itertools.cycle((*GOOD[1:], GOOD[0])), itertools.cycle(BROKEN)  # the project begins with GOOD[0]
    turn = itertools.cycle("gbgrb")
    made = {"g": lambda: Release(next(good)), "b": lambda: Release(next(broken)), "r": lambda: Release("", rollback=True)}
    return [made[next(turn)]() for _ in range(rollouts)]


def baseline(rollouts: int) -> list[Release]:
    """What a plain Deployment and Argo Rollouts roll out, so many."""
    return [Release(one) for one in itertools.islice(itertools.cycle(BASELINE), rollouts)]


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
    def came_back(self) -> bool:
        """Given up, whatever for: the others (plain, Argo Rollouts) tell no reason."""
        return self.outcome in ("Aborted", "RolledBack")

    @property
    def as_meant(self) -> bool:
        """Broken ones came back by themselves and for their own fault, the others serve."""
        if self.release.broken:
            return self.came_back and self.reason in CAUGHT[self.release.image]
        return self.outcome in ("Promoted", "FastPromoted")


@dataclass
class Found:
    """All that one arm of the benchmark showed.

    `ways`: the requests by their way, "service" or "traefik". `late`: for each broken release that had the traffic the seconds
    from its failure, as the operator saw it, to the last request that was given to it, over connections that were kept.
    """

    ways: Mapping[str, Requests]
    jobs: Jobs
    streams: Sequence[Stream]
    stream_faults: Sequence[str]
    ended: Sequence[Ended] = ()
    switches: Switches = field(default_factory=Switches)
    late: Sequence[float] = ()

    @property
    def requests(self) -> Requests:
        """By all ways together."""
        whole = Requests()
        for one in self.ways.values():
            whole.add(one)
        return whole


UNSETTLED: Final = frozenset({"jobs_lost", "streams_broken"})
"""What cannot be said while the load goes on: jobs that run have not ended, and are not lost."""


def metrics(ours: Found, plain: Found | None = None, argo: Found | None = None, *, running: bool = False) -> dict[str, Metric]:
    """The metrics of issue and README; what a plain Deployment showed in the same run is each one's baseline, and what Argo
    Rollouts showed stands beside as `argo_…`. `running`: the load of `ours` has not ended."""
    requests, plainly = ours.requests, plain.requests if plain else None
    broken = [one for one in ours.ended if one.release.broken]
    rollbacks = [one for one in ours.ended if one.release.rollback]
    found = {
        "requests": metric(requests.total, "requests", plainly.total if plainly else None),
        "failed_requests": metric(requests.failures, "requests", plainly.failures if plainly else None),
        "limited_requests": metric(requests.limited, "requests"),
        **_by_way(ours, plain),
        "rollouts": metric(len(ours.ended), "rollouts", len(plain.ended) if plain else None),
        "broken_rollouts": metric(len(broken), "rollouts"),
        "broken_rollouts_returned": metric(sum(one.as_meant for one in broken), "rollouts"),
        "rollouts_not_as_meant": metric(sum(not one.as_meant for one in ours.ended), "rollouts"),
        "switches": metric(len(ours.switches.forward), "switches"),
        **_if_any("switch_p95_s", ours.switches.forward),
        "returns_under_traffic": metric(len(ours.switches.returns), "switches"),
        **_if_any("abort_p95_s", ours.switches.returns),
        **_if_any("abort_kept_connections_worst_s", ours.late, 1.0),
        "rollbacks": metric(len(rollbacks), "rollouts"),
        "rollbacks_served": metric(sum(one.as_meant for one in rollbacks), "rollouts"),
        **_if_any("rollback_worst_s", [one.seconds for one in rollbacks], 1.0),
        "rollout_median_s": metric(percentile([one.seconds for one in ours.ended if not one.release.broken], 0.5), "s"),
        "request_p95_ms": metric(_p95(requests), "ms", _p95(plainly) if plainly else None),
        "jobs": metric(len(ours.jobs.asked), "jobs", len(plain.jobs.asked) if plain else None),
        "jobs_lost": metric(len(ours.jobs.lost()), "jobs", len(plain.jobs.lost()) if plain else None),
        "streams": metric(len(ours.streams), "streams", len(plain.streams) if plain else None),
        "stream_cuts": metric(sum(one.cuts for one in ours.streams), "connections"),
        "stream_refused": metric(sum(one.refused for one in ours.streams), "connections"),
        "streams_broken": metric(len(ours.stream_faults), "streams", len(plain.stream_faults) if plain else None),
    }
    found |= {f"failed_{kind}": metric(count, "requests") for kind, count in requests.failed.items()}
    return {name: one for name, one in found.items() if not (running and name in UNSETTLED)} | (_argo(argo) if argo else {})


def _by_way(ours: Found, plain: Found | None) -> dict[str, Metric]:
    found = {}
    for way, one in ours.ways.items():
        other = plain.ways.get(way) if plain else None
        found[f"requests_{way}"] = metric(one.total, "requests", other.total if other else None)
        found[f"failed_requests_{way}"] = metric(one.failures, "requests", other.failures if other else None)
    return found


def _argo(argo: Found) -> dict[str, Metric]:
    broken = [one for one in argo.ended if one.release.broken]
    return {
        "argo_requests": metric(argo.requests.total, "requests"),
        "argo_failed_requests": metric(argo.requests.failures, "requests"),
        **{f"argo_failed_requests_{way}": metric(one.failures, "requests") for way, one in argo.ways.items()},
        "argo_rollouts": metric(len(argo.ended), "rollouts"),
        "argo_broken_rollouts": metric(len(broken), "rollouts"),
        "argo_broken_rollouts_returned": metric(sum(one.came_back for one in broken), "rollouts"),
        **_if_any("argo_switch_p95_s", argo.switches.forward),
        "argo_rollout_median_s": metric(percentile([one.seconds for one in argo.ended if not one.release.broken], 0.5), "s"),
        "argo_request_p95_ms": metric(_p95(argo.requests), "ms"),
        "argo_jobs": metric(len(argo.jobs.asked), "jobs"),
        "argo_jobs_lost": metric(len(argo.jobs.lost()), "jobs"),
        "argo_streams_broken": metric(len(argo.stream_faults), "streams"),
    }


def _if_any(name: str, seconds: Sequence[float], share: float = 0.95) -> dict[str, Metric]:
    """No figure where nothing was measured: 0 s would be read as the best one."""
    return {name: metric(percentile(seconds, share), "s")} if seconds else {}


def _p95(requests: Requests) -> float:
    return percentile(requests.seconds, 0.95) * 1000


def colours_of(slices: Sequence[Mapping[str, Any]], colour_of_pod: Mapping[str, str]) -> set[str]:
    """The colours of the ready endpoints of EndpointSlices, "?" for a pod that nobody knows."""
    found = set()
    for one in slices:
        for endpoint in one.get("endpoints") or ():
            if (endpoint.get("conditions") or {}).get("ready", True):
                pod = (endpoint.get("targetRef") or {}).get("name", "")
                found.add(colour_of_pod.get(pod, "?"))
    return found

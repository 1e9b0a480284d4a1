"""Leader election by a Lease, as client-go does it: 15 s valid, given up after 10 s without a renewal, tried every 2 s.

Other replicas' clocks are never compared with ours: a holder counts as dead when its record has not *changed* for the
duration that it promises, measured by our own monotonic clock.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import LEASE
from testgen_operator.errors import ApiError, LeaseLost
from testgen_operator.plan.model import ObjectKey

Object = dict[str, Any]
log = telemetry.get_logger(__name__)


@dataclass(frozen=True)
class Timing:
    """Seconds. `duration` > `deadline` > `period`: a leader gives up before a follower may take over."""

    duration: float = 15.0
    deadline: float = 10.0
    period: float = 2.0


DEFAULT_TIMING: Final = Timing()
SILENT: Final = 60.0
"""Seconds after which a candidate that gets no answer is better started anew: its connections may be what is dead."""


@dataclass(frozen=True)
class Observed:
    """The Lease as it was when it last changed, and when that was by our clock."""

    spec: Object
    resource_version: str
    since: float


def may_take(observed: Observed | None, identity: str, now: float) -> bool:
    """Whether a candidate may write itself into the Lease: it is free, its own, or its holder's promise has run out."""
    if observed is None:
        return True
    holder = observed.spec.get("holderIdentity") or ""
    return holder in ("", identity) or now >= observed.since + float(observed.spec.get("leaseDurationSeconds") or 0)


class LeaderElection:
    """One candidate. `clock` is monotonic; `wall` is only written for people to read."""

    def __init__(
        self,
        client: Client,
        *,
        namespace: str,
        identity: str,
        name: str = names.OPERATOR,
        timing: Timing = DEFAULT_TIMING,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._client = client
        self._key = ObjectKey(LEASE.api_version, LEASE.kind, namespace, name)
        self._identity = identity
        self._timing = timing
        self._clock = clock
        self._wall = wall
        self._pause = pause
        self._uniform = uniform
        self._observed: Observed | None = None
        self._renewed: float | None = None
        self._written: Observed | None = None
        self._answered = clock()

    def is_valid(self) -> bool:
        """Whether we hold the Lease for sure: nobody else can have taken it yet."""
        return self._renewed is not None and self._clock() - self._renewed < self._timing.duration

    def verdict(self) -> str:
        """Empty while the Lease can be read and, by its holder, renewed; else what is wrong, in words."""
        now = self._clock()
        if self._renewed is not None and now - self._renewed > self._timing.deadline:
            return f"the Lease was not renewed for {self._timing.deadline:.0f} s"
        if self._renewed is None and now - self._answered > SILENT:
            return f"the API server has not answered about the Lease for {SILENT:.0f} s"
        return ""

    def holder(self) -> str:
        return str(self._observed.spec.get("holderIdentity") or "") if self._observed else ""

    async def acquire(self) -> None:
        """Returns when we are the leader."""
        told = None
        while not await self._try():
            if self.holder() != told:
                told = self.holder()
                log.info("another replica leads", holder=told)
            await self._pause(self._timing.period * self._uniform(0.9, 1.1))
        telemetry.LEADER.set(1)
        log.info("leading", identity=self._identity)

    async def hold(self) -> None:
        """Renews for ever. Raises LeaseLost when another holds it or no renewal succeeded for the deadline."""
        while True:
            await self._pause(self._timing.period)
            assert self._renewed is not None
            left = self._renewed + self._timing.deadline - self._clock()
            if left <= 0:
                raise LeaseLost("the Lease could not be renewed in time")
            try:
                async with asyncio.timeout(left):
                    renewed = await self._try()
            except TimeoutError:
                raise LeaseLost("the Lease could not be renewed in time") from None
            if not renewed and self.holder() not in ("", self._identity):
                raise LeaseLost(f"the Lease is held by {self.holder()}")

    async def release(self) -> None:
        """Give the Lease back, so that the next replica need not wait for its end. Failing to is no harm."""
        if not self.is_valid() or self._observed is None:
            return
        spec = self._spec(self._observed.spec) | {"holderIdentity": "", "leaseDurationSeconds": 1}
        self._renewed, valid_until = None, self._renewed
        try:
            async with asyncio.timeout(2):
                await self._client.replace(self._object(spec, self._observed.resource_version))
            log.info("lease released")
        except (ApiError, TimeoutError) as problem:
            log.warning("lease not released", error=str(problem), renewed=valid_until)
        telemetry.LEADER.set(0)

    async def _try(self) -> bool:
        """One look and, if we may, one write. True when the Lease is ours after it."""
        asked = self._clock()
        try:
            if not self._is_ours():  # a holder renews from what it wrote last; a Conflict makes it look
                await self._look()
            if not may_take(self._observed, self._identity, self._clock()):
                return False
            live = self._observed
            spec = self._spec(live.spec if live else {})
            if live is None:
                written = await self._client.create(self._object(spec))
            else:
                written = await self._client.replace(self._object(spec, live.resource_version))
        except ApiError as problem:
            ours, self._written = self._is_ours(), None
            if ours and problem.reason == "Conflict":
                return await self._try()  # now with a look
            if problem.status:
                self._answered = self._clock()
            if problem.reason not in ("Conflict", "AlreadyExists"):
                log.warning("lease", error=str(problem), code=problem.status)
            return False
        self._observed = self._written = Observed(written["spec"], written["metadata"]["resourceVersion"], self._clock())
        self._renewed = asked
        telemetry.LEASE_RENEWED.set(time.time())
        return True

    def _is_ours(self) -> bool:
        return self._written is not None and self._written is self._observed

    async def _look(self) -> None:
        live = await self._client.get(self._key)
        self._answered = self._clock()
        if live is None:
            self._observed = None
        elif self._observed is None or self._observed.resource_version != live["metadata"]["resourceVersion"]:
            self._observed = Observed(live.get("spec") or {}, live["metadata"]["resourceVersion"], self._clock())

    def _spec(self, before: Object) -> Object:
        now = self._wall().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        same = before.get("holderIdentity") == self._identity
        return {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": math.ceil(self._timing.duration),
            "acquireTime": before.get("acquireTime", now) if same else now,
            "renewTime": now,
            "leaseTransitions": int(before.get("leaseTransitions") or 0) + (0 if same else 1),
        }

    def _object(self, spec: Object, resource_version: str = "") -> Object:
        metadata = {"name": self._key.name, "namespace": self._key.namespace}
        if resource_version:
            metadata["resourceVersion"] = resource_version
        return {"apiVersion": LEASE.api_version, "kind": LEASE.kind, "metadata": metadata, "spec": spec}

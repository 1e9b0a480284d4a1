"""Who is calling, and may they call once more now: keys, tokens and rate limits in one place."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn, Protocol

from testgen_runtime.errors import RateLimited, Unauthenticated, Unavailable
from testgen_runtime.security import keys, rate_store, repository
from testgen_runtime.security.audit import Audit, AuditLog
from testgen_runtime.security.claims import Refused
from testgen_runtime.security.keys import Principal
from testgen_runtime.security.proxies import rate_key
from testgen_runtime.security.rate import Decision, Limit
from testgen_runtime.security.roles import RateClass
from testgen_runtime.security.tokens import Tokens, looks_like_one, narrowed
from testgen_runtime.settings import Rate, RateLimit
from testgen_runtime.storage.database import TRANSIENT, Database
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()
_MEND: Final = "send a valid key as X-API-Key or as a bearer token"
_MOST_KNOWN: Final = 4096
_SWEEP_EVERY: Final = 1000
LOOKED_UP_SECONDS: Final = 2.0
"""For how long a key that was found counts without another look, where its limit is not counted in the same statement."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A caller who may go on, unless `decision` says no; None where there is no limit."""

    principal: Principal
    decision: Decision | None


class Counter(Protocol):
    """Where limits are counted."""

    async def take(self, principal: str, name: str, limit: Limit) -> Decision | None:
        """Take one request of a limit; None where it can't be counted there now."""


class Access:
    """Checks callers. One SQL statement for a key, with its limit; one for a token's limit.

    `_known` holds hashes of keys that were valid lately: an address that fails too often bars nobody who has a valid key, so
    that one broken client behind a shared proxy does not lock out the others. It may be lost at any time.

    A key's look-up and its limit are one statement. Where the limit is counted elsewhere, or there is none, a found key
    is believed for `LOOKED_UP_SECONDS`: a revoked one is let in for so long at most. Who is not found is asked for again.
    """

    def __init__(
        self,
        database: Database,
        tokens: Tokens,
        limits: RateLimit,
        audit: Audit | None = None,
        shared: Counter | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`shared`: where limits are counted instead of the database, while it answers."""
        self._clock = clock
        self._looked_up: OrderedDict[tuple[bytes | str, RateClass], tuple[float, repository.Found]] = OrderedDict()
        self._database = database
        self._shared = shared
        self._tokens = tokens
        self._audit = audit or AuditLog(database)
        self._enabled = limits.enabled
        self._limits = limits_of(limits)
        self._failures = Limit.per_minute(limits.failures.requests_per_minute, limits.failures.burst_size)
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._until_sweep = _SWEEP_EVERY

    async def admit(self, credential: str | None, *, address: str, name: RateClass) -> Admission:
        """Who presented this key or token, with one request taken of the limit `name`.

        Raises: Unauthenticated, in the same words for whatever does not count; RateLimited for an address that failed too often;
        Forbidden for a token without a role of ours; Unavailable.
        """
        if not credential:
            raise Unauthenticated("the call carries no valid key", mend=_MEND)
        await self._sweep()
        if self._tokens.enabled and looks_like_one(credential):
            return await self._token(credential, address, name)
        return await self._key(credential, address, name)

    async def _key(self, credential: str, address: str, name: RateClass) -> Admission:
        if not keys.MIN_LENGTH <= len(credential) <= keys.MAX_LENGTH:
            await self._fail("key", address)
        who = keys.hash_of(credential)
        found = await self._find(who, address, name, known=who in self._known)
        if found.barred_seconds is not None:
            raise _barred(found.barred_seconds)
        if found.principal is None:
            self._known.pop(who, None)
            await self._fail("key", address)
        self._known[who] = None
        self._known.move_to_end(who)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return Admission(found.principal, found.decision)

    async def _token(self, credential: str, address: str, name: RateClass) -> Admission:
        try:
            verified = await self._tokens.verify(credential)
        except Refused as why:
            log.info("token refused", reason=str(why))
            await self._audit.record(None, "unknown", "token refused", str(why), "refused")
            await self._fail("token", address)
        if verified.principal is not None:
            return Admission(verified.principal, await self._take(verified.principal, name))
        assert verified.key_id is not None
        found = await self._find(verified.key_id, address, name, known=True)
        if found.principal is None:  # its key has ended
            await self._fail("token", address)
        return Admission(narrowed(found.principal, verified.scopes), found.decision)

    async def _find(self, who: bytes | str, address: str, name: RateClass, *, known: bool) -> repository.Found:
        limit = self._limits[name] if self._enabled else None
        if limit is not None and self._shared is None:
            return await self._look(who, address, name, limit, known=known)
        found = self._held(who, name) or await self._look(who, address, name, limit, known=known)
        if found.principal is None:
            return found
        self._hold(who, name, found)
        if found.limit is None:
            return found
        return replace(found, decision=await self._count(found.principal, name, found.limit))

    def _held(self, who: bytes | str, name: RateClass) -> repository.Found | None:
        until, found = self._looked_up.get((who, name), (0.0, None))
        return found if self._clock() < until else None

    def _hold(self, who: bytes | str, name: RateClass, found: repository.Found) -> None:
        if self._held(who, name) is None:  # never made longer without another look
            self._looked_up[who, name] = self._clock() + LOOKED_UP_SECONDS, found
            self._looked_up.move_to_end((who, name))
            if len(self._looked_up) > _MOST_KNOWN:
                self._looked_up.popitem(last=False)

    async def _look(
        self, who: bytes | str, address: str, name: RateClass, limit: Limit | None, *, known: bool
    ) -> repository.Found:
        async with self._database.connection() as connection:
            return await repository.find(
                connection,
                who,
                name=name.value,
                limit=limit,
                address=rate_key(address),
                failures=self._failures,
                known=known or not self._enabled,
                counted=self._shared is None,
            )

    async def _take(self, principal: Principal, name: RateClass) -> Decision | None:
        """A token's limit. Where it can't be counted, the call goes on: what it asks for needs the same database anyway."""
        if not self._enabled:
            return None
        return await self._count(principal, name, self._limits[name])

    async def _count(self, principal: Principal, name: RateClass, limit: Limit) -> Decision | None:
        if self._shared is not None:
            decision = await self._shared.take(principal.key_id, name.value, limit)
            if decision is not None:
                return decision
        try:
            async with self._database.connection() as connection:
                return await rate_store.take(connection, principal.key_id, name.value, limit)
        except (Unavailable, *TRANSIENT):
            metrics.RATE_UNCOUNTED.inc()
            return None

    async def _fail(self, kind: str, address: str) -> NoReturn:
        """Count a failed attempt and refuse it."""
        metrics.AUTH_FAILURES.labels(kind).inc()
        if self._enabled:
            async with self._database.connection() as connection:
                decision = await rate_store.take(connection, rate_key(address), repository.FAILURES, self._failures)
            if not decision.admitted:
                raise _barred(decision.retry_after)
        raise Unauthenticated("the call carries no valid key", mend=_MEND)

    async def _sweep(self) -> None:
        self._until_sweep -= 1
        if self._until_sweep > 0 or not self._enabled:
            return
        self._until_sweep = _SWEEP_EVERY
        async with self._database.connection() as connection:
            await rate_store.sweep(connection)


TRIALS: Final = Rate(requests_per_minute=600, burst_size=200)
"""A smoke test makes some 30 requests, a comparison a few hundred."""


def limits_of(settings: RateLimit) -> Mapping[RateClass, Limit]:
    """Each class's limit: its own figures, or those for all (S3-063)."""
    usual = Rate(requests_per_minute=settings.requests_per_minute, burst_size=settings.burst_size)
    own = {RateClass.READS: settings.reads, RateClass.WRITES: settings.writes, RateClass.GENERATION: settings.generation}
    figures = {name: rate or usual for name, rate in own.items()} | {RateClass.TRIALS: TRIALS}
    return {name: Limit.per_minute(rate.requests_per_minute, rate.burst_size) for name, rate in figures.items()}


def over(decision: Decision) -> RateLimited:
    """The error for a caller over its limit."""
    return RateLimited(
        f"more {decision.name} than {decision.limit.burst} at once or {60_000_000 // decision.limit.interval} a minute",
        mend=f"wait {max(1, decision.retry_after)} s; the headers RateLimit and RateLimit-Policy tell what is left",
        retry_after=max(1, decision.retry_after),
    )


def _barred(seconds: int) -> RateLimited:
    return RateLimited(
        "too many attempts without a valid key came from this address",
        mend=f"wait {max(1, seconds)} s, then send a valid key",
        retry_after=max(1, seconds),
    )

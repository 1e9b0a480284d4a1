"""Rate limits counted in Redis, for all pods together (S3-063). A Redis that does not answer is left alone for a while; whoever
asks then counts in PostgreSQL (rate_store.py).
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import AuthenticationError, RedisError

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.peers import breaker
from testgen_runtime.security.rate import Decision, Limit
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Redis as RedisSettings
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()
_SECONDS: Final = 0.5
"""For one question: a request waits no longer for its limit."""
_CONNECTIONS: Final = 16
_RULE: Final = breaker.Rule(failures=2, rest=5.0)
TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or now), now), now + window)
local admitted = 0
if tat + interval <= now + window then
  tat = tat + interval
  admitted = 1
end
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.max(1, math.ceil((tat - now) / 1000)))
return {admitted, string.format('%.0f', tat), string.format('%.0f', now)}
"""
"""GCRA as in rate.decide, by the server's clock; a key lives no longer than it says anything."""


class _Password(CredentialProvider):
    """Reads the file anew for each connection; after a refusal the one before, which is there only during a rotation."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._previous = path.with_name(f"previous-{path.name}") if path is not None else None
        self._refused = False

    def get_credentials(self) -> tuple[str]:
        try:
            if self._refused and self._previous is not None and self._previous.exists():
                found = read_secret(self._previous, "redis.password_file")
            else:
                found = read_secret(self._path, "redis.password_file")
        except BadConfiguration as error:
            raise AuthenticationError(error.detail) from error
        return (found or "",)

    async def get_credentials_async(self) -> tuple[str]:
        return self.get_credentials()

    def refused(self) -> None:
        """The last one did not count: the other one next."""
        self._refused = not self._refused


class RedisRates:
    """`take` never raises. Opens no connection before the first call."""

    def __init__(self, settings: RedisSettings, project: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._prefix = f"testgen:{project}:rate:"
        self._clock = clock
        self._state = breaker.CLOSED
        self._password = _Password(settings.password_file)
        tls: dict[str, Any] = {"ssl": True, "ssl_cert_reqs": ssl.CERT_REQUIRED} if settings.tls else {}
        self._client = Redis(
            host=settings.host,
            port=settings.port,
            credential_provider=self._password if settings.password_file is not None else None,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            max_connections=_CONNECTIONS,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 0),  # PostgreSQL counts at once instead
            **tls,
        )
        self._take = self._client.register_script(TAKE)

    @property
    def answers(self) -> bool:
        """Whether the last questions were answered."""
        return self._state == breaker.CLOSED

    async def take(self, principal: str, name: str, limit: Limit) -> Decision | None:
        """Take one request of a limit; None where it could not be counted here."""
        self._state, admitted = breaker.admit(self._state, _RULE, self._clock())
        if not admitted:
            return None
        try:
            async with asyncio.timeout(2 * _SECONDS):
                took, tat, now = await self._take(keys=[f"{self._prefix}{name}:{principal}"], args=[limit.interval, limit.window])
        except (RedisError, OSError, TimeoutError) as error:
            if isinstance(error, AuthenticationError):
                self._password.refused()
            if self.answers:
                log.warning("redis does not answer, rate limits are counted in PostgreSQL", reason=type(error).__name__)
            self._state = breaker.failed(self._state, _RULE, self._clock())
            return None
        except asyncio.CancelledError:
            self._state = breaker.abandoned(self._state)
            raise
        self._state = breaker.succeeded(self._state, self._clock())
        return Decision(name, limit, bool(int(took)), int(tat), int(now))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

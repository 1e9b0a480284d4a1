"""One call to another role: bounded in time, repeated where that is safe, left alone where the role is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import httpx
import stamina
from pydantic import BaseModel, ValidationError

from testgen_runtime.errors import Unavailable
from testgen_runtime.peers import breaker, deadline
from testgen_runtime.roles import INTERNAL
from testgen_runtime.security.internal import InternalToken
from testgen_runtime.settings import PeerCalls
from testgen_runtime.storage.json import decode
from testgen_runtime.telemetry import metrics, trace
from testgen_runtime.telemetry.logs import get_logger

Answer = TypeVar("Answer", bound=BaseModel)
log = get_logger()
_MOST_BYTES: Final = 8 * 1024 * 1024
_KEPT_SECONDS: Final = 15.0
"""Idle connections are closed before the peer closes them (30 s), so that no call is sent into a closing one."""
_PASSED_ON: Final = frozenset({"overloaded", "leaving"})
"""Problems by which a role says that it did not take the call: another of its pods may."""


class PeerUnavailable(Unavailable):
    """The role does not answer, or not with what was asked for."""


class _NotTaken(Exception):
    """The peer has not begun: repeating does nothing twice."""


class _Failed(Exception):
    """The peer may have begun."""


class Peer:
    """A role at `url`. Opens no connection before the first call; at most `calls.connections` at once."""

    def __init__(
        self,
        name: str,
        url: str,
        token: InternalToken,
        calls: PeerCalls,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._calls = calls
        self._token = token
        self._clock = clock
        self._rule = breaker.Rule(calls.failures, calls.rest_seconds)
        self._state = breaker.CLOSED
        self._client = httpx.AsyncClient(
            base_url=f"{url}{INTERNAL}/{name}/",
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(
                max_connections=calls.connections, max_keepalive_connections=calls.connections, keepalive_expiry=_KEPT_SECONDS
            ),
        )

    @property
    def resting(self) -> bool:
        """Whether it is left alone now."""
        return self._state.name(self._clock()) == "open"

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, path: str, body: BaseModel, answer: type[Answer], *, seconds: float, repeatable: bool = True) -> Answer:
        """The peer's answer within `seconds`, or within what is left of our own caller's time.

        `repeatable`: whether asking twice does no harm; else only a call that was not begun is made again.
        Raises: PeerUnavailable.
        """
        seconds = deadline.within(seconds)
        ends = time.monotonic() + seconds
        content = body.model_dump_json().encode()

        def again(error: Exception) -> bool:
            return isinstance(error, _NotTaken) or (repeatable and isinstance(error, _Failed))

        try:
            async with asyncio.timeout(seconds):
                async for attempt in stamina.retry_context(
                    on=again, attempts=self._calls.attempts, timeout=None, wait_initial=0.05, wait_max=1.0, wait_jitter=0.1
                ):
                    with attempt:
                        return await self._once(path, content, answer, ends)
        except (_NotTaken, _Failed) as error:
            raise PeerUnavailable(f"{self.name} does not answer: {error}", mend="try again in a few seconds") from error
        except TimeoutError as error:
            raise PeerUnavailable(f"{self.name} did not answer in time", mend="try again in a few seconds") from error
        raise AssertionError("the retry loop returns or raises")

    async def _once(self, path: str, content: bytes, answer: type[Answer], ends: float) -> Answer:
        self._state, admitted = breaker.admit(self._state, self._rule, self._clock())
        if not admitted:
            metrics.PEER_CALLS.labels(self.name, "left alone").inc()
            raise PeerUnavailable(f"{self.name} is left alone after {self._rule.failures} failures")
        started = time.monotonic()
        try:
            found = await self._send(path, content, answer, ends)
        except (_NotTaken, _Failed) as error:
            self._fail(error)
            raise
        except PeerUnavailable:  # it answers, but not with what we can use
            self._well("refused", started)
            raise
        except asyncio.CancelledError:
            if time.monotonic() >= ends:
                self._fail(TimeoutError("no answer in time"))
            else:
                self._state = breaker.abandoned(self._state)
            raise
        except BaseException:
            self._state = breaker.abandoned(self._state)
            raise
        self._well("answered", started)
        return found

    async def _send(self, path: str, content: bytes, answer: type[Answer], ends: float) -> Answer:
        for token in self._token.sent():
            status, raw = await self._post(path, content, token, ends)
            if status != 401:
                break
        if status == 200:
            try:
                return answer.model_validate_json(raw)
            except ValidationError as error:
                log.error("a peer answers with something else", peer=self.name, path=path, errors=error.error_count())
                raise PeerUnavailable(f"{self.name} answered with something else") from error
        raise _refusal(self.name, status, raw)

    async def _post(self, path: str, content: bytes, token: str, ends: float) -> tuple[int, bytes]:
        left = max(0.001, ends - time.monotonic())
        headers = {
            **trace.headers(),
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            deadline.HEADER: deadline.written(left),
        }
        timeout = httpx.Timeout(left, connect=min(left, self._calls.connect_seconds), pool=min(left, self._calls.connect_seconds))
        try:
            async with self._client.stream("POST", path, content=content, headers=headers, timeout=timeout) as got:
                return got.status_code, await _read(got)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _NotTaken(type(error).__name__) from error
        except httpx.TransportError as error:
            raise _Failed(type(error).__name__) from error

    def _fail(self, error: Exception) -> None:
        before = self._state.until
        self._state = breaker.failed(self._state, self._rule, self._clock())
        metrics.PEER_CALLS.labels(self.name, "failed").inc()
        if self._state.until is not None and before is None:
            log.warning("a peer is left alone", peer=self.name, reason=str(error)[:200], seconds=self._rule.rest)

    def _well(self, outcome: str, started: float) -> None:
        if self._state.until is not None:
            log.info("a peer answers again", peer=self.name)
        self._state = breaker.succeeded(self._state, self._clock())
        metrics.PEER_CALLS.labels(self.name, outcome).inc()
        metrics.PEER_SECONDS.labels(self.name).observe(time.monotonic() - started)


async def _read(got: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in got.aiter_bytes():
        size += len(part)
        if size > _MOST_BYTES:
            raise PeerUnavailable(f"the answer is larger than {_MOST_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


def _refusal(name: str, status: int, raw: bytes) -> Exception:
    """What an answer other than 200 means."""
    problem = _problem(raw)
    slug = str(problem.get("type", "")).rpartition("/")[2]
    words = f"{status} {slug}".strip()
    if slug in _PASSED_ON:
        return _NotTaken(words)
    if status >= 500 or status in (408, 429):
        return _Failed(words)
    return PeerUnavailable(f"{name} refused the call: {words} {str(problem.get('detail', ''))[:200]}".strip())


def _problem(raw: bytes) -> dict[str, Any]:
    try:
        found = decode(raw[:100_000])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""One project's API as a tenant calls it, for the commands that try a release: with deadlines, bounds and harmless repeats.

It follows no redirect, uses no proxy of the environment, reads no more than LARGEST_ANSWER, and never puts the key into words.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import httpx

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.security.roles import PURPOSE

LARGEST_ANSWER: Final = 16 * 1024 * 1024
CALL_SECONDS: Final = 30.0
PATIENCE_SECONDS: Final = 30.0
"""How long one request is repeated."""
PAUSE_SECONDS: Final = 0.2
LONGEST_PAUSE: Final = 5.0
LOOK_SECONDS: Final = 0.25
"""Between two looks at a job."""
_LATER: Final = frozenset({429, 502, 503, 504})


class Refused(Exception):
    """The project did not do what was asked; the text may be shown to anybody. `status` 0: it did not answer. `asked`: method and
    path of the request, where it was one. `absent`: there was no connection, however often it was tried."""

    def __init__(self, words: str, status: int = 0, job: str = "", *, asked: str = "", absent: bool = False) -> None:
        super().__init__(words)
        self.status = status
        self.job = job
        self.asked = asked
        self.absent = absent


class Late(Exception):
    """The deadline has passed."""


class Tenant:
    """The API at one address. `deadline` is on `clock` (seconds); nothing goes on after it."""

    def __init__(
        self,
        url: str,
        key: str,
        deadline: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Raises: BadConfiguration for an address that is none."""
        self._clock, self._pause, self.deadline = clock, pause, deadline
        headers = {"X-API-Key": key, PURPOSE: "smoke"} if key else {}
        self._http = httpx.AsyncClient(
            base_url=checked(url),
            headers=headers,
            follow_redirects=False,
            trust_env=False,
            timeout=CALL_SECONDS,
            transport=transport,
        )

    async def __aenter__(self) -> Tenant:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        expected: tuple[int, ...] = (200,),
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> tuple[int, bytes]:
        """(status, content) of one request below /api/v1, or of a path that begins with `//` and then stands as it is.

        It is sent again where it certainly was not begun (no connection, 429, 502 … 504), a GET also where no answer came.

        Raises: Refused for any other status than `expected`; Late.
        """
        at = path[1:] if path.startswith("//") else f"/api/v1{path}"
        asked, absent = f"{method} {at}", True
        pause, until = PAUSE_SECONDS, min(self.deadline, self._clock() + PATIENCE_SECONDS)
        while True:
            left = self.deadline - self._clock()
            if left <= 0:
                raise Late
            wait = 0.0
            try:
                status, content, wait = await self._once(method, at, min(left, CALL_SECONDS), headers, body)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                absent = absent and not isinstance(error, httpx.PoolTimeout)
                found = Refused(f"it does not answer ({type(error).__name__})", asked=asked, absent=absent)
            except httpx.HTTPError as error:
                absent = False
                found = Refused(f"it broke off its answer ({type(error).__name__})", asked=asked)
                if method != "GET":
                    raise found from None
            else:
                if status in expected:
                    return status, content
                absent = False
                found = Refused(_words(status, content), status, _job(content), asked=asked)
                if status not in _LATER:
                    raise found
            if until - self._clock() <= max(pause, wait):
                raise found
            await self._pause(max(pause, wait))
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _once(
        self, method: str, at: str, seconds: float, headers: Mapping[str, str] | None, body: Any
    ) -> tuple[int, bytes, float]:
        try:
            async with asyncio.timeout(seconds + 1.0):
                request = self._http.build_request(method, at, headers=dict(headers or {}), json=body, timeout=seconds)
                answer = await self._http.send(request, stream=True)
                try:
                    content = bytearray()
                    async for part in answer.aiter_bytes():
                        content += part
                        if len(content) > LARGEST_ANSWER:
                            raise Refused(f"its answer is longer than {LARGEST_ANSWER} bytes", answer.status_code)
                    after = answer.headers.get("Retry-After", "")
                    return answer.status_code, bytes(content), min(float(after), 30.0) if after.isdigit() else 0.0
                finally:
                    await answer.aclose()
        except TimeoutError:
            raise httpx.ReadTimeout("too long") from None

    async def json(self, method: str, path: str, **rest: Any) -> Any:
        """The answer's JSON. Raises: what `call` raises; Refused for anything else than an object or a list."""
        _, content = await self.call(method, path, **rest)
        return as_json(content)

    async def job(self, document_id: str, purpose: str, **asked: Any) -> dict[str, Any]:
        """Generate for a document, and wait for the job's end.

        Raises: what `call` raises; Refused where it did not succeed.
        """
        headers = {"Prefer": "respond-async", PURPOSE: purpose}
        body = {"document_id": document_id} | asked
        started = await self.json("POST", "/generate", expected=(202, 200), headers=headers, body=body)
        job_id = text_of(started, "id") if "id" in started else text_of(started, "job_id")
        while True:
            job: dict[str, Any] = await self.json("GET", f"/jobs/{job_id}")
            if job.get("state") == "succeeded":
                return job
            if job.get("state") in ("failed", "canceled"):
                problem = job.get("problem") or {}
                raise Refused(f"the job {job['state']}: {problem.get('detail', 'no reason told')}")
            if self.deadline - self._clock() <= LOOK_SECONDS:
                raise Late
            await self._pause(LOOK_SECONDS)

    async def remove(self, document_id: str) -> None:
        """Remove a document with all that was made of it; a job that still works on it is canceled first. Safe to repeat.

        Raises: what `call` raises.
        """
        while True:
            try:
                await self.call("DELETE", f"/documents/{document_id}", expected=(204, 404))
                return
            except Refused as refused:
                if refused.status != 409 or not refused.job:
                    raise
                await self.call("POST", f"/jobs/{refused.job}/cancel", expected=(202, 404))
                await self._pause(LOOK_SECONDS)


def checked(url: str) -> str:
    """The address without a slash at its end. Raises: BadConfiguration."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    if parts.scheme not in ("http", "https") or not parts.host or parts.userinfo or parts.query or parts.fragment:
        raise BadConfiguration(f"{url[:200]!r} is no address of a project", mend="give it as http://host:port")
    return url.rstrip("/")


def as_json(content: bytes) -> Any:
    """Raises: Refused."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise Refused("its answer is no JSON") from None
    if not isinstance(found, dict | list):
        raise Refused("its answer is neither an object nor a list")
    return found


def text_of(found: Any, name: str) -> str:
    """A member that has to be text. Raises: Refused."""
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, str) or not value:
        raise Refused(f"its answer has no {name}")
    return value


def items_of(found: Any) -> list[dict[str, Any]]:
    """The items of a page. Raises: Refused."""
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise Refused("its answer is no page of items")
    return items


def _words(status: int, content: bytes) -> str:
    """The status with the problem's own words, if there are any."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    detail = str(found.get("detail", "")) if isinstance(found, dict) else ""
    return f"it answers {status}" + (f": {detail[:300]}" if detail else "")


def _job(content: bytes) -> str:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("job_id", "")) if isinstance(found, dict) else ""

"""What happens to every request before any route sees it: counted, bounded, named, measured, logged. Plain ASGI."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import time
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from testgen_runtime.api.headers import secure
from testgen_runtime.api.inflight import Inflight, Place
from testgen_runtime.errors import BodyTooSlow, DocumentTooLarge, Leaving, Overloaded, TestGenError
from testgen_runtime.security.audit import CALL
from testgen_runtime.security.audit import Call as AuditedCall
from testgen_runtime.security.proxies import UNIX, TrustedProxies
from testgen_runtime.storage.replica import PRIMARY_ONLY
from testgen_runtime.telemetry import metrics, trace
from testgen_runtime.telemetry.logs import get_logger

access = get_logger("access")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a caller may name a request; anything else gets an id of ours. It stands in logs, in the audit and in calls to peers."""
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
OPEN: Final = ("/live", "/health", "/ready", "/metrics")
"""Never shed: whoever looks after the pod must see it when it is busy."""


LINGER_SECONDS: Final = 1.0
"""How long what a client still sends is taken in after its body was refused while it came."""
LINGER_BYTES: Final = 256 * 1024
SMALLER: Final = "send a smaller document or split it"


def size_in_words(size: int) -> str:
    """A number of bytes for a person, rounded down: 20 MB (of 1024 · 1024 bytes), 64 KB, 100 bytes."""
    for unit, name in ((1 << 20, "MB"), (1 << 10, "KB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def request_id_of(scope: Scope) -> str:
    """The id under which this request is logged."""
    return str(scope.get("state", {}).get("request_id", ""))


class Entry:
    """The outermost layer: the time that a request waits anywhere inside counts (S0-039)."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_inflight: int,
        max_body: int,
        body_seconds: float = 120.0,
        body_part_seconds: float = 15.0,
        proxies: TrustedProxies | None = None,
        parting: asyncio.Event | None = None,
    ) -> None:
        self._app = app
        self._parting = parting or asyncio.Event()
        self._proxies = proxies or TrustedProxies(())
        self._max_body = max_body
        self._body_seconds = body_seconds
        self._body_part_seconds = body_part_seconds
        self._inflight = Inflight(max_inflight)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        call = _Call(scope, headers, receive, send, self._client(scope, headers), self._parting)
        scope["state"]["place"] = place = Place(self._inflight)
        audited = CALL.set(AuditedCall(call.request_id, scope["state"]["client"]))
        reads = PRIMARY_ONLY.set(False)
        traced = trace.CURRENT.set(trace.Trace(call.request_id, call.traceparent))
        try:
            with structlog.contextvars.bound_contextvars(**call.names()):
                await self._serve(call, place, headers, receive)
                call.log()
        finally:
            CALL.reset(audited)
            trace.CURRENT.reset(traced)
            PRIMARY_ONLY.reset(reads)
            place.leave()
            call.measure()

    def _client(self, scope: Scope, headers: Headers) -> str:
        """The client's address; where a trusted proxy stands between, its word for that and for the scheme (S3-109)."""
        peer = scope["client"][0] if scope.get("client") else None
        if self._proxies.trusts(peer or UNIX) and headers.get("x-forwarded-proto", "") in ("http", "https"):
            scope["scheme"] = headers["x-forwarded-proto"]
        return self._proxies.client(peer, headers.getlist("x-forwarded-for"), headers.get("x-real-ip"))

    async def _serve(self, call: _Call, place: Place, headers: Headers, receive: Receive) -> None:
        from testgen_runtime.api.problems import respond

        if self._inflight.over and call.path not in OPEN:
            await respond(call.request_id, place.refused("are in flight already"))(call.scope, receive, call.send)
            return
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max_body:
            call.hang_up = True
            await respond(call.request_id, self._too_large())(call.scope, receive, call.send)
            return
        try:
            await self._app(call.scope, self._bounded(call, place, headers, receive), call.send)
        except (DocumentTooLarge, BodyTooSlow, Overloaded) as error:  # raised outside a route
            if call.status == 0:
                await respond(call.request_id, error)(call.scope, receive, call.send)
        except asyncio.CancelledError:  # the server cuts what is at work longer than the drain lasts
            if call.status != 0 or not self._parting.is_set():
                raise
            gone = Leaving("this process shuts down; the request was given up", mend="send it again", retry_after=1)
            await respond(call.request_id, gone)(call.scope, receive, call.send)
        except Exception:
            if call.status == 0:
                raise

    def _bounded(self, call: _Call, place: Place, headers: Headers, receive: Receive) -> Receive:
        """Counts the body as it comes, for those that don't say its length, or lie; waits for it no longer than is allowed."""
        received = 0
        complete = "transfer-encoding" not in headers and headers.get("content-length", "0") == "0"
        deadline = 0.0

        async def part() -> Message:
            nonlocal deadline
            now = asyncio.get_running_loop().time()
            deadline = deadline or now + self._body_seconds
            try:
                async with asyncio.timeout_at(min(deadline, now + self._body_part_seconds)):
                    return await receive()
            except TimeoutError:
                raise self._too_slow() from None

        async def bounded() -> Message:
            nonlocal received, complete
            if complete:  # who listens now wants to know when the client goes away
                return await receive()
            try:
                place.send()
                message = await part()
                received += len(message.get("body", b""))
                if received > self._max_body:
                    raise self._too_large()
                complete = not message.get("more_body", False)
                if complete:
                    place.work()
            except TestGenError:
                call.hang_up = call.linger = True
                raise
            return message

        return bounded

    def _too_slow(self) -> BodyTooSlow:
        return BodyTooSlow(
            f"a part of the body may take {self._body_part_seconds:g} s, all of it {self._body_seconds:g} s",
            mend="send it faster, or less of it",
        )

    def _too_large(self) -> DocumentTooLarge:
        return DocumentTooLarge(f"the request is larger than {size_in_words(self._max_body)}", mend=SMALLER)


class _Call:
    """One request on its way."""

    def __init__(self, scope: Scope, headers: Headers, receive: Receive, send: Send, client: str, parting: asyncio.Event) -> None:
        given = headers.get("x-request-id", "")
        trace = headers.get("traceparent", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        self.traceparent = trace if _TRACEPARENT.fullmatch(trace) else None
        self.scope = scope
        self.path: str = scope["path"]
        self.status = 0
        self.hang_up = False
        """Whether the rest of the body is not wanted."""
        self.linger = False
        """Whether the client was in the middle of its body when it was refused."""
        self._parting = parting
        self._receive = receive
        self._send = send
        self._started = time.perf_counter()
        scope.setdefault("state", {}).update(request_id=self.request_id, traceparent=self.traceparent, client=client)

    def names(self) -> dict[str, str]:
        names = {"request_id": self.request_id}
        if self.traceparent:
            names["trace_id"] = self.traceparent.split("-")[1]
        return names

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.request_id
            if self.hang_up or self._parting.is_set():  # the client's next request goes to a process that stays
                headers["Connection"] = "close"
            secure(headers, path=self.path, scheme=self.scope.get("scheme", "http"))
            for name, value in self.scope["state"].get("rate", {}).items():
                headers[name] = value
            if self.traceparent:
                headers["traceparent"] = self.traceparent
        if self.linger and message["type"] == "http.response.body" and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._linger()
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)

    async def _linger(self) -> None:
        """Read on and throw away until the client has gone, for a moment at most: a connection that is closed over bytes that
        nobody read is reset, and the answer with it."""
        left = LINGER_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while left > 0 and (message := await self._receive())["type"] == "http.request":
                    left -= len(message.get("body", b""))

    def route(self) -> str:
        """The route's pattern, not the path: paths hold ids, and there is no bound on those."""
        if "endpoint" not in self.scope:
            return "none"
        names = {str(value): f"{{{name}}}" for name, value in self.scope.get("path_params", {}).items()}
        return "/".join(names.get(part, part) for part in self.path.split("/"))

    def log(self) -> None:
        if self.path in OPEN and self.status < 400:
            return
        access.info(
            "request",
            method=self.scope["method"],
            path=self.route(),
            status=self.status,
            seconds=round(time.perf_counter() - self._started, 4),
            key_id=self.scope["state"].get("key_id"),
            client=self.scope["state"]["client"],
        )

    def measure(self) -> None:
        method = (
            self.scope["method"]
            if self.scope["method"] in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
            else "other"
        )
        metrics.HTTP_REQUESTS.labels(method, self.route(), str(self.status or 499)).inc()
        metrics.HTTP_SECONDS.labels(method, self.route()).observe(time.perf_counter() - self._started)

"""What happens to every call of another role before a route sees it: checked, bounded, and ended with whoever waits for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from testgen_runtime.api.middleware import request_id_of, size_in_words
from testgen_runtime.api.problems import respond
from testgen_runtime.api.services import Progress
from testgen_runtime.errors import DeadlineExceeded, DocumentTooLarge, Leaving, TestGenError, Unauthenticated
from testgen_runtime.peers import deadline
from testgen_runtime.roles import INTERNAL
from testgen_runtime.security.internal import InternalToken
from testgen_runtime.telemetry import metrics

MOST_BYTES: Final = 8 * 1024 * 1024
_SECONDS: Final = 30.0
"""For a call that does not say how long its caller waits."""


class InternalCalls:
    """Around the app of a role that answers other roles. No `token`: every call is refused."""

    def __init__(self, app: ASGIApp, token: InternalToken | None, progress: Progress) -> None:
        self._app = app
        self._token = token
        self._progress = progress

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{INTERNAL}/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            self._check(headers)
            body = await _body(receive)
        except TestGenError as error:
            await respond(request_id_of(scope), error)(scope, receive, send)
            return
        if body is not None:
            seconds = deadline.read(headers.get(deadline.HEADER)) or _SECONDS
            await _Call(self._app, scope, receive, send, body).run(seconds, self._progress)

    def _check(self, headers: Headers) -> None:
        scheme, _, presented = headers.get("authorization", "").partition(" ")
        if self._token is None or scheme.lower() != "bearer":
            metrics.AUTH_FAILURES.labels("internal").inc()
            raise Unauthenticated("the call carries no valid token", mend="only the roles of this project call this address")
        try:
            self._token.check(presented.strip())
        except Unauthenticated:
            metrics.AUTH_FAILURES.labels("internal").inc()
            raise
        if self._progress.leaving.is_set():
            raise Leaving("this process shuts down", mend="ask another one")


class _Call:
    """One call, from its body to its answer."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, body: bytes) -> None:
        self._app, self._scope, self._receive, self._send = app, scope, receive, send
        self._body: bytes | None = body
        self._begun = False

    async def run(self, seconds: float, progress: Progress) -> None:
        """Until it is answered, its time is over, its caller hangs up, or this process has to go: then the work is cancelled."""
        with deadline.of(seconds):
            work = asyncio.ensure_future(self._app(self._scope, self._once, self._told))
        gone = asyncio.ensure_future(self._hung_up())
        leaving = asyncio.ensure_future(progress.leaving.wait())
        progress.calls.add(work)
        try:
            await asyncio.wait({work, gone, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if self._begun:
                await work
            elif not work.done():
                await _end(work)
                await self._refuse(gone, leaving)
            else:
                work.result()
        finally:
            progress.calls.discard(work)
            for one in (work, gone, leaving):
                await _end(one)

    async def _refuse(self, gone: asyncio.Future[Any], leaving: asyncio.Future[Any]) -> None:
        if self._begun or gone.done():
            return
        error = (
            Leaving("this process shuts down; the call was given up", mend="ask another one")
            if leaving.done()
            else DeadlineExceeded("the caller's time is over")
        )
        await respond(request_id_of(self._scope), error)(self._scope, self._receive, self._send)

    async def _once(self) -> Message:
        body, self._body = self._body, None
        if body is None:
            await asyncio.Event().wait()  # whoever waits for the caller to go is cancelled when it does
        return {"type": "http.request", "body": body or b"", "more_body": False}

    async def _told(self, message: Message) -> None:
        self._begun = True
        await self._send(message)

    async def _hung_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where the caller is gone.

    Raises: DocumentTooLarge.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise DocumentTooLarge(f"a call of another role has at most {size_in_words(MOST_BYTES)}")
        if not message.get("more_body", False):
            return b"".join(parts)


async def _end(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task

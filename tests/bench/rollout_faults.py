"""What stands for `testgen` in the images of broken releases: the real program, with one fault that TESTGEN_FAULT names.

Only images that the rollout benchmark derives from the runtime's hold this file; the product reads no such variable. It imports
the standard library and the product alone, since nothing else of the tests is in the image.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]
SLOW_SECONDS: Final = 3.0
ERROR_SHARE: Final = 0.05
LATER_REQUESTS: Final = 20
"""Of users, to one pod, until its fault shows; what comes to the preview's Service is not counted."""
MARK: Final = b"x-fault-of-release"
"""A header of every answer of a release whose answers are spoiled, so that clients can say who still answers them."""
FAULTS: Final = ("", "crash", "never-ready", "slow", "slow-later", "tail-later", "errors", "worse")
"""None; the process ends at its start; it starts and is never ready; each answer is late; each is late after the first
LATER_REQUESTS of users; every second one is; one answer of twenty is 500; most of the cases are not written."""


def main() -> int:
    """Run `testgen` with the fault, which shows in `serve` alone: migrations and checks are those of a good release."""
    fault = os.environ.pop("TESTGEN_FAULT", "")
    if fault not in FAULTS:
        print(f"error: TESTGEN_FAULT={fault} is not known", file=sys.stderr)
        return 2
    if "serve" in sys.argv[1:2]:
        if fault == "crash":
            print("error: the fault of this release: it ends at its start", file=sys.stderr)
            return 1
        if fault == "never-ready":
            never_ready()
        if fault in _SPOILED:
            spoil_answers(lambda app: marked(fault, _SPOILED[fault](app)))
    if fault == "worse":
        spoil_cases()
    from testgen_runtime.cli import main as real

    return real()


def never_ready(port: int = 8000) -> None:
    """Answer that the process lives, and that it is not ready, until it is killed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/live" else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer(("", int(os.environ.get("TESTGEN_SERVER__PORT", port))), Handler).serve_forever()


def spoil_answers(spoil: Callable[[App], App]) -> None:
    """Put a fault around the whole app."""
    module: Any = importlib.import_module("testgen_runtime.app")
    made = module.asgi
    module.asgi = lambda *given, **named: spoil(made(*given, **named))


def marked(fault: str, app: App) -> App:
    """The app, with a header that names the fault."""

    async def named(scope: Scope, receive: Any, send: Any) -> None:
        async def with_name(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (MARK, fault.encode())]}
            await send(message)

        await app(scope, receive, with_name)

    return named


def slow(app: App, *, later: bool = False, every: int = 1) -> App:
    """The API's answers are SLOW_SECONDS late, each one or every second or so. `later`: after LATER_REQUESTS of users."""
    users, seen = 0, 0

    async def late(scope: Scope, receive: Any, send: Any) -> None:
        nonlocal users, seen
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await app(scope, receive, send)
            return
        users += is_user(scope)
        seen += 1
        if (later and users <= LATER_REQUESTS) or seen % every:
            await app(scope, receive, send)
            return
        began = time.monotonic()

        async def delayed(message: Any) -> None:
            await asyncio.sleep(max(0.0, began + SLOW_SECONDS - time.monotonic()))
            await send(message)

        await app(scope, receive, delayed)

    return late


def is_user(scope: Scope) -> bool:
    """Whether the request came over another way than the preview's Service, whose name ends so."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return not bytes(host).split(b".")[0].split(b":")[0].endswith(b"-preview")


def errors(app: App) -> App:
    """One answer of the API in twenty is 500."""
    chance = random.Random()

    async def failing(scope: Scope, receive: Any, send: Any) -> None:
        fails = scope["type"] == "http" and scope["path"].startswith("/api/") and chance.random() < ERROR_SHARE

        async def spoiled(message: Any) -> None:
            await send({**message, "status": 500} if message["type"] == "http.response.start" else message)

        await app(scope, receive, spoiled if fails else send)

    return failing


_SPOILED: Final[dict[str, Callable[[App], App]]] = {
    "slow": slow,
    "slow-later": lambda app: slow(app, later=True),
    "tail-later": lambda app: slow(app, later=True, every=2),
    "errors": errors,
}


def spoil_cases() -> None:
    """Of three test points two are lost, and nothing closes the gaps."""
    module: Any = importlib.import_module("testgen_runtime.generation.pipeline")
    design = module.design_of

    def fewer(*given: Any, **named: Any) -> Any:
        whole = design(*given, **named)
        return dataclasses.replace(whole, points=whole.points[::3], spare=())

    module.design_of = fewer


if __name__ == "__main__":
    sys.exit(main())

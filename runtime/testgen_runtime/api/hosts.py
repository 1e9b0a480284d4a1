"""Under which names this process may be asked for (S2-108, S2-111, S2-114: ALLOWED_HOSTS).

Nothing is built from the Host header here; the check is for whoever puts a cache before it, and against DNS rebinding at home.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from testgen_runtime.api.middleware import OPEN, request_id_of
from testgen_runtime.errors import Malformed
from testgen_runtime.roles import INTERNAL

_MEND: Final = "use one of the names in server.allowed_hosts"


def is_allowed(host: str, allowed: Sequence[str]) -> bool:
    """Whether a Host header names one of these; `*.example.com` stands for every name below it. The port does not count."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host
    name = name.lower().removesuffix(".")
    return any(name.endswith(one[1:]) and len(name) > len(one) - 1 if one.startswith("*.") else name == one for one in allowed)


class AllowedHosts:
    """Refuses what was sent to another host. Not asked of the kubelet and Prometheus, which know a pod by its address, nor of the
    other roles, which know it by its Service and show a token."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = tuple(one.lower() for one in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN or scope["path"].startswith(f"{INTERNAL}/"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("host")
        if len(given) == 1 and is_allowed(given[0], self._allowed):
            await self._app(scope, receive, send)
            return
        from testgen_runtime.api.problems import respond

        error = Malformed("the Host header names no host of this server", mend=_MEND)
        await respond(request_id_of(scope), error)(scope, receive, send)

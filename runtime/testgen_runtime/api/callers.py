"""Checks who calls, once for each request, and before a byte of the body is read or parsed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from testgen_runtime.api.services import Services
from testgen_runtime.errors import Forbidden
from testgen_runtime.security.access import over
from testgen_runtime.security.keys import Principal
from testgen_runtime.security.roles import PREFIX, PURPOSE, RateClass, Role, operation_of, rate_class
from testgen_runtime.security.service import allow_operation, allow_scope
from testgen_runtime.telemetry import metrics


async def caller(request: HTTPConnection, services: Services) -> Principal:
    """Who calls: counted against their limit, and allowed the operation that the matrix names for this route.

    Raises: Unauthenticated; RateLimited; Forbidden; Unavailable.
    """
    state = request.scope["state"]
    if "principal" in state:
        found: Principal = state["principal"]
        return found
    method, path = request.scope["method"], _pattern(request)
    operation = operation_of(method, path)
    is_trial = PURPOSE in request.headers
    name = RateClass.TRIALS if is_trial else rate_class(method, operation)
    admission = await services.access.admit(_credential(request), address=state.get("client", ""), name=name)
    state["key_id"] = admission.principal.key_id
    if "place" in state:
        state["place"].of(admission.principal.key_id)
    if admission.decision is not None:
        state["rate"] = admission.decision.headers()
        if not admission.decision.admitted:
            metrics.RATE_LIMITED.labels(admission.decision.name).inc()
            raise over(admission.decision)
    check = partial(allow_operation, name=operation.name) if operation else partial(allow_scope, name=None)
    if is_trial and not admission.principal.role.may_act_as(Role.ADMIN):
        raise Forbidden(f"{PURPOSE} is for admins", mend="leave that header out")
    state["principal"] = await or_told(request, services, admission.principal, check)
    return admission.principal


async def or_told(
    request: HTTPConnection, services: Services, principal: Principal, check: Callable[[Principal], Principal]
) -> Principal:
    """Checks; a refusal is told to the audit."""
    try:
        return check(principal)
    except Forbidden:
        await services.keys.refused(None, principal, f"{request.scope['method']} {_pattern(request)}")
        raise


class CallersFirst:
    """Lets a route below /api/v1 read the body of a caller alone: the framework parses bodies before it asks who calls.

    The first read checks the caller; what that raises, the framework hands on as the cause of its own error.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{PREFIX}/"):
            await self.app(scope, receive, send)
            return

        async def checked() -> Message:
            if "route" in scope:
                await caller(HTTPConnection(scope), self._services)
            return await receive()

        await self.app(scope, checked, send)


def _pattern(request: HTTPConnection) -> str:
    return getattr(request.scope.get("route"), "path", "")


def _credential(request: HTTPConnection) -> str | None:
    """The key or token; `X-API-Key` comes first."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else None)

"""What routes ask for by type: the services, and callers that have already been checked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from testgen_runtime.api.services import Services
from testgen_runtime.cases.service import Cases
from testgen_runtime.documents.service import Documents
from testgen_runtime.errors import Forbidden
from testgen_runtime.jobs.model import Origin
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.security.access import over
from testgen_runtime.security.keys import Principal, Role
from testgen_runtime.security.roles import operation_of, rate_class
from testgen_runtime.security.service import allow, allow_operation, allow_scope
from testgen_runtime.telemetry import metrics

_key = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="ApiKey")
_bearer = HTTPBearer(auto_error=False, scheme_name="Bearer")


def services(request: Request) -> Services:
    """Everything, as it was made at start."""
    found: Services = request.app.state.services
    return found


async def _caller(
    request: Request,
    key: Annotated[str | None, Security(_key)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Principal:
    """Who calls; counted against their limit, and allowed the operation that the matrix names for this route."""
    found, state = services(request), request.scope["state"]
    path = getattr(request.scope.get("route"), "path", "")
    operation = operation_of(request.method, path)
    admission = await found.access.admit(
        key or (bearer.credentials if bearer else None),
        address=state.get("client", ""),
        name=rate_class(request.method, operation),
    )
    state["key_id"] = admission.principal.key_id
    if admission.decision is not None:
        state["rate"] = admission.decision.headers()
        if not admission.decision.admitted:
            metrics.RATE_LIMITED.labels(admission.decision.name).inc()
            raise over(admission.decision)
    with_scope = partial(allow_operation, name=operation.name) if operation else partial(allow_scope, name=None)
    await _or_told(request, admission.principal, with_scope)
    return admission.principal


async def _or_told(request: Request, principal: Principal, check: Callable[[Principal], Principal]) -> Principal:
    """Checks; a refusal is told to the audit."""
    try:
        return check(principal)
    except Forbidden:
        path = getattr(request.scope.get("route"), "path", "")
        await services(request).keys.refused(None, principal, f"{request.method} {path}")
        raise


class Needs:
    """Lets a role pass. The matrix (security/roles.py) decides; this keeps a route safe that the matrix does not know yet."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, request: Request, principal: Annotated[Principal, Depends(_caller)]) -> Principal:
        return await _or_told(request, principal, partial(allow, needed=self.role))


Viewer = Annotated[Principal, Depends(Needs(Role.VIEWER))]
Tester = Annotated[Principal, Depends(Needs(Role.TESTER))]
Reviewer = Annotated[Principal, Depends(Needs(Role.REVIEWER))]
Admin = Annotated[Principal, Depends(Needs(Role.ADMIN))]

TheServices = Annotated[Services, Depends(services)]


def _documents(request: Request) -> Documents:
    return services(request).documents


def _cases(request: Request) -> Cases:
    return services(request).cases


def _jobs(request: Request) -> Jobs:
    return services(request).jobs


TheDocuments = Annotated[Documents, Depends(_documents)]
TheCases = Annotated[Cases, Depends(_cases)]
TheJobs = Annotated[Jobs, Depends(_jobs)]


def origin(request: Request, principal: Principal) -> Origin:
    """Who asked for a job, and under which ids."""
    state = request.scope["state"]
    return Origin(created_by=principal.key_id, request_id=state["request_id"], traceparent=state["traceparent"])

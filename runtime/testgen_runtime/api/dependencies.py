"""What routes ask for by type: the services, and callers that have already been checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from testgen_runtime.api.services import Services
from testgen_runtime.cases.service import Cases
from testgen_runtime.documents.service import Documents
from testgen_runtime.jobs.model import Origin
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.security.keys import Principal, Role
from testgen_runtime.security.service import allow

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
    principal = await services(request).keys.authenticate(key or (bearer.credentials if bearer else None))
    request.scope["state"]["key_id"] = principal.key_id
    return principal


def _needs(role: Role) -> Callable[..., Awaitable[Principal]]:
    async def check(principal: Annotated[Principal, Depends(_caller)]) -> Principal:
        return allow(principal, role)

    return check


Viewer = Annotated[Principal, Depends(_needs(Role.VIEWER))]
Tester = Annotated[Principal, Depends(_needs(Role.TESTER))]
Reviewer = Annotated[Principal, Depends(_needs(Role.REVIEWER))]
Admin = Annotated[Principal, Depends(_needs(Role.ADMIN))]

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

"""What routes ask for by type: the services, and callers that have already been checked."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from testgen_runtime.api.callers import caller, or_told
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
    _key: Annotated[str | None, Security(_key)],
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Principal:
    """Who calls; the two schemes are there for the OpenAPI document."""
    return await caller(request, services(request))


class Needs:
    """Lets a role pass. The matrix (security/roles.py) decides; this keeps a route safe that the matrix does not know yet."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, request: Request, principal: Annotated[Principal, Depends(_caller)]) -> Principal:
        return await or_told(request, services(request), principal, partial(allow, needed=self.role))


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

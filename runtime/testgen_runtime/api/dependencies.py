"""What routes ask for by type: the services, and callers that have already been checked.

All of them are coroutines that ask for nothing but the request: the framework sends plain functions to a thread, and solves what
a dependency depends on anew wherever it is named. Both cost more than the call itself. problems.describe puts the two ways to say
who one is into the OpenAPI document.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from testgen_runtime.api.callers import caller, or_told
from testgen_runtime.api.services import Services
from testgen_runtime.cases.service import Cases
from testgen_runtime.documents.service import Documents
from testgen_runtime.jobs.model import Origin
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.security.keys import Principal, Role
from testgen_runtime.security.service import allow


def services(request: Request) -> Services:
    """Everything, as it was made at start."""
    found: Services = request.app.state.services
    return found


class Needs:
    """Lets a role pass. The matrix (security/roles.py) decides; this keeps a route safe that the matrix does not know yet."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, request: Request) -> Principal:
        all_services = services(request)
        principal = await caller(request, all_services)
        return await or_told(request, all_services, principal, partial(allow, needed=self.role))


Viewer = Annotated[Principal, Depends(Needs(Role.VIEWER))]
Tester = Annotated[Principal, Depends(Needs(Role.TESTER))]
Reviewer = Annotated[Principal, Depends(Needs(Role.REVIEWER))]
Admin = Annotated[Principal, Depends(Needs(Role.ADMIN))]


async def _services(request: Request) -> Services:
    return services(request)


async def _documents(request: Request) -> Documents:
    return services(request).documents


async def _cases(request: Request) -> Cases:
    return services(request).cases


async def _jobs(request: Request) -> Jobs:
    return services(request).jobs


TheServices = Annotated[Services, Depends(_services)]
TheDocuments = Annotated[Documents, Depends(_documents)]
TheCases = Annotated[Cases, Depends(_cases)]
TheJobs = Annotated[Jobs, Depends(_jobs)]


def origin(request: Request, principal: Principal) -> Origin:
    """Who asked for a job, and under which ids."""
    state = request.scope["state"]
    return Origin(created_by=principal.key_id, request_id=state["request_id"], traceparent=state["traceparent"])

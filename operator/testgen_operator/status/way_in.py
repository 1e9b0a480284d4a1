"""What the status says of the way in from outside: led to the project, led nowhere, or not as the spec asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from testgen_operator.plan import credentials, exposure, network
from testgen_operator.plan.facts import Facts
from testgen_operator.resources.project import TestGenProject
from testgen_operator.status.reasons import Reason

Judged = tuple[Literal["True", "False", "Unknown"], Reason, str]


def judged(project: TestGenProject, facts: Facts) -> Judged:
    """(status, reason, subject) of ExposureReady."""
    wanted = project.spec.exposure
    if wanted.type == "Disabled":
        return "Unknown", Reason.NOT_CONFIGURED, ""
    for reason, subject in blocked(project, facts):
        return "False", reason, subject
    said = {key: value for key, value in facts.admissions.items() if value != "True"}
    if pending := next((key for key in said if key.kind == "Certificate"), None):
        return "False", Reason.CERTIFICATE_NOT_READY, pending.name
    if any(key.kind == "HTTPRoute" and key.name == project.name for key in said):
        return "False", Reason.EXPOSING, ""
    if wanted.maintenance:
        return "True", Reason.UNDER_MAINTENANCE, ""
    if network.shuts_out(project):
        return "True", Reason.CONTROLLER_FENCED_OUT, ""
    return "True", Reason.LIMITS_NOT_ENFORCED if exposure.unenforced(project, facts) else Reason.EXPOSED, ""


def blocked(project: TestGenProject, facts: Facts) -> Iterator[tuple[Reason, str]]:
    """What only a person can mend."""
    wanted = project.spec.exposure
    if wanted.type == "Disabled":
        return
    if facts.host_taken:
        yield Reason.HOST_CONFLICT, wanted.host or ""
    if missing := exposure.missing_api(project, facts):
        yield Reason.API_NOT_SERVED, missing
    if facts.class_missing:
        yield Reason.INGRESS_CLASS_NOT_FOUND, wanted.ingress_class_name or ""
    for name, keys in credentials.certificate(project).items():
        if (seen := facts.secrets.get(name)) is not None and not (seen.exists and keys <= seen.keys):
            yield Reason.CERTIFICATE_MISSING, name
    for key, said in facts.admissions.items():
        if key.kind == "HTTPRoute" and key.name == project.name and said == "False":
            yield Reason.ROUTE_NOT_ACCEPTED, key.name

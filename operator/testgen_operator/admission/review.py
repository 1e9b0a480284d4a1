"""One AdmissionReview, answered. Pure.

The webhook refuses what the operator's own check refuses (the CRD's CEL has most of it too, but without every problem at once
and without warnings). Ratcheting: an update is refused for problems that it brings, not for those that the stored object had
already; and whatever else is in flight, deletion and finalizers go through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testgen_operator.resources.problems import InvalidProject, Problem
from testgen_operator.resources.project import changed, parse
from testgen_operator.resources.warnings import warnings

Json = dict[str, Any]

API_VERSION: Final = "admission.k8s.io/v1"
MOST_TOLD: Final = 20
LONGEST_WARNING: Final = 256
"""The API server cuts warnings that are longer, and all of them at 4,096 characters."""


class NotAReview(Exception):
    """The body is no AdmissionReview; the message says what is missing."""


def answer(review: Any) -> Json:
    """The AdmissionReview with its response. Raises NotAReview."""
    request = review.get("request") if isinstance(review, Mapping) else None
    if not isinstance(request, Mapping) or not isinstance(request.get("uid"), str):
        raise NotAReview("expected an AdmissionReview with request.uid")
    new, old = request.get("object"), request.get("oldObject")
    problems: list[Problem] = []
    said: list[str] = []
    if isinstance(new, Mapping) and not _is_going(new):
        problems, said = _judge(new)
        if problems and request.get("operation") == "UPDATE" and isinstance(old, Mapping):
            kept = set(_judge(old)[0])
            said += [f"{one}; the stored object has this already" for one in problems if one in kept]
            problems = [one for one in problems if one not in kept]
        if not problems and isinstance(old, Mapping):
            problems = _changes(old, new)
    return {"apiVersion": API_VERSION, "kind": "AdmissionReview", "response": _response(request["uid"], problems, said)}


def _is_going(obj: Mapping[str, Any]) -> bool:
    return bool((obj.get("metadata") or {}).get("deletionTimestamp"))


def _judge(obj: Mapping[str, Any]) -> tuple[list[Problem], list[str]]:
    try:
        project = parse({**obj, "status": {}})  # what the stored object may keep is told by itself, not by its having been served
    except InvalidProject as invalid:
        return invalid.problems, []
    return [], [str(one) for one in warnings(project)]


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Problem]:
    """Why the stored object may not become this one; nothing where one of the two cannot be read."""
    try:
        return changed(parse(old, accepted=True).spec, parse(new, accepted=True).spec)
    except InvalidProject:
        return []


def _response(uid: str, problems: list[Problem], said: list[str]) -> Json:
    found: Json = {"uid": uid, "allowed": not problems}
    if said:
        found["warnings"] = [one[:LONGEST_WARNING] for one in said[:MOST_TOLD]]
    if problems:
        told = "; ".join(map(str, problems[:MOST_TOLD]))
        found["status"] = {"status": "Failure", "reason": "Invalid", "code": 422, "message": told}
    return found

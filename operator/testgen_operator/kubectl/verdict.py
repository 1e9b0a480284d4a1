"""Is a project well, and if not, what is to be done? One answer from its status and from what is known of the operator. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from testgen_operator.kubectl.views.text import moment, short
from testgen_operator.names import LABEL_PROJECT
from testgen_operator.rbac import SYSTEM_NAMESPACE

Json = Mapping[str, Any]
OPERATOR_DOWN: Final = "OperatorDown"
NOT_LOOKED_AT: Final = "NotLookedAt"
DELETING: Final = "Deleting"
NOT_AS_TOLD: Final = "NotAsTold"
NOTHING_ROLLED_OUT: Final = "NothingRolledOut"
"""What the plugin says of its own; `kubectl testgen explain` knows them as it knows the operator's reasons."""
PATIENCE: Final = timedelta(seconds=60)
"""How long an operator that runs may take to look at a new spec (its watches are proved alive every minute)."""
DELETION_PATIENCE: Final = timedelta(minutes=5)


class State(StrEnum):
    WELL = "Well"
    SUSPENDED = "Suspended"
    UNDER_WAY = "UnderWay"
    BROKEN = "Broken"


@dataclass(frozen=True)
class Operator:
    """What is known of the operator. `alive`: None when nothing could be seen of it."""

    namespace: str = SYSTEM_NAMESPACE
    alive: bool | None = None
    said: str = "not looked at"
    version: str = ""


@dataclass(frozen=True)
class Verdict:
    """`run`: commands, in the order in which to run them."""

    state: State
    reason: str
    message: str
    run: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def judge(project: Json, operator: Operator, now: datetime) -> Verdict:
    """Total: any object of the kind has a verdict, whoever wrote its status."""
    metadata, status = project.get("metadata") or {}, project.get("status") or {}
    known = conditions(project)
    deleted = moment(metadata.get("deletionTimestamp"))
    if deleted is not None:
        return _going(metadata, now - deleted)
    generation, seen = int(metadata.get("generation") or 0), int(status.get("observedGeneration") or 0)
    if not known or seen < generation:
        return _not_looked_at(project, operator, now, bool(known))
    notes = (unwatched(operator),) if operator.alive is False else ()
    stalled, ready, suspended = known.get("Stalled", {}), known.get("Ready", {}), known.get("Suspended", {})
    if stalled.get("status") == "True":
        message, run = said(stalled)
        return Verdict(State.BROKEN, str(stalled.get("reason")), message, run, notes)
    message, run = said(ready)
    if ready.get("status") == "True" and operator.alive is False:
        words = f"It serves, by the status that was written last. {unwatched(operator)}"
        return Verdict(State.BROKEN, OPERATOR_DOWN, words, _see_operator(operator))
    if ready.get("status") == "True":
        return Verdict(State.WELL, str(ready.get("reason")), message)
    if ready.get("reason") in {"Suspended", "ScaledToZero"}:
        chosen = suspended if ready.get("reason") == "Suspended" and suspended else ready
        return Verdict(State.SUSPENDED, str(ready.get("reason")), said(chosen)[0], _resume(metadata, ready, run), notes)
    if operator.alive is False:
        return Verdict(State.BROKEN, OPERATOR_DOWN, unwatched(operator), _see_operator(operator))
    since = moment(ready.get("lastTransitionTime"))
    lasting = (f"For {short(now - since)} by now.",) if since else ()
    return Verdict(State.UNDER_WAY, str(ready.get("reason") or "Unknown"), message, run, (*lasting, *notes))


def conditions(project: Json) -> dict[str, Json]:
    """The conditions by type, in the order that the operator gives them."""
    return {str(one.get("type")): one for one in (project.get("status") or {}).get("conditions") or ()}


def said(condition: Json) -> tuple[str, tuple[str, ...]]:
    """A condition's message as what it means and what to run."""
    meaning, _, run = str(condition.get("message") or "").partition(". Run: ")
    return meaning, (run,) if run else ()


def _resume(metadata: Json, ready: Json, run: tuple[str, ...]) -> tuple[str, ...]:
    if ready.get("reason") == "Suspended":
        return (f"kubectl testgen resume {metadata.get('name')} -n {metadata.get('namespace')}",)
    return run


def _not_looked_at(project: Json, operator: Operator, now: datetime, before: bool) -> Verdict:
    metadata = project.get("metadata") or {}
    what = "its newest spec" if before else "it"
    if operator.alive is False:
        return Verdict(
            State.BROKEN, OPERATOR_DOWN, f"The operator has not looked at {what}: {operator.said}", _see_operator(operator)
        )
    # Only creation has a time; a later spec's age is not known, so patience is counted where it can be.
    written = None if before else moment(metadata.get("creationTimestamp"))
    if written is None or now - written < PATIENCE:
        return Verdict(State.UNDER_WAY, NOT_LOOKED_AT, f"The operator has not looked at {what} yet")
    message = f"The operator has not looked at it for {short(now - written)}: it is down, or does not serve this namespace"
    return Verdict(State.BROKEN, NOT_LOOKED_AT, message, _see_operator(operator))


def _going(metadata: Json, lasting: timedelta) -> Verdict:
    finalizers = metadata.get("finalizers") or ()
    if lasting < DELETION_PATIENCE or not finalizers:
        return Verdict(State.UNDER_WAY, DELETING, "The project is being deleted")
    message = f"The project has been going for {short(lasting)}; these finalizers hold it: {', '.join(map(str, finalizers))}"
    return Verdict(State.BROKEN, DELETING, message)


def by_what_is_there(verdict: Verdict, down: Sequence[str], operator: Operator, project: Json) -> Verdict:
    """The verdict, unless it calls a project well of whose parts and stores `down` have no ready pod: a status may be old."""
    if verdict.state is not State.WELL or not down:
        return verdict
    metadata = project.get("metadata") or {}
    name, namespace = metadata.get("name"), metadata.get("namespace")
    message = f"The status says that it serves, but no pod is ready of: {', '.join(down)}"
    see = (f"kubectl -n {namespace} get pods -l {LABEL_PROJECT}={name}",)
    if operator.alive:
        return Verdict(State.UNDER_WAY, NOT_AS_TOLD, f"{message}. The operator sees it in a moment", see, verdict.notes)
    return Verdict(State.BROKEN, NOT_AS_TOLD, f"{message}. No operator has said so", (*see, *_see_operator(operator)))


def unwatched(operator: Operator) -> str:
    return f"Nobody looks after it at the moment: {operator.said}"


def _see_operator(operator: Operator) -> tuple[str, ...]:
    return (
        f"kubectl -n {operator.namespace} get deployments,pods -l app.kubernetes.io/name=testgen-operator",
        f"kubectl -n {operator.namespace} logs -l app.kubernetes.io/name=testgen-operator --tail=50",
    )


def of_lease(lease: Json | None, deployment: Json | None, namespace: str, now: datetime) -> Operator:
    """What the operator's Lease and Deployment tell. Without either nothing is known, and nothing is claimed."""
    version = _version(deployment)
    spec = (lease or {}).get("spec") or {}
    renewed, lasts = moment(spec.get("renewTime")), int(spec.get("leaseDurationSeconds") or 15)
    wanted = int((deployment or {}).get("spec", {}).get("replicas", 1)) if deployment else None
    ready = int((deployment or {}).get("status", {}).get("readyReplicas") or 0) if deployment else None
    if spec.get("holderIdentity") and renewed is not None:
        if now - renewed <= timedelta(seconds=2 * lasts):
            holder = str(spec["holderIdentity"]).rpartition("_")[0] or str(spec["holderIdentity"])
            return Operator(namespace, True, f"{holder} leads", version)
        return Operator(namespace, False, f"no operator has renewed the Lease for {short(now - renewed)}", version)
    if wanted is not None:
        if wanted == 0:
            return Operator(namespace, False, "the operator is scaled to zero", version)
        if not ready:
            return Operator(namespace, False, f"no pod of the operator is ready (of {wanted})", version)
        if lease is not None:
            return Operator(namespace, None, "no operator holds the Lease at this moment", version)
        return Operator(namespace, True, f"{ready} of {wanted} ready", version)
    return Operator(namespace, None, f"nothing of it was seen in namespace {namespace}", version)


def _version(deployment: Json | None) -> str:
    if not deployment:
        return ""
    containers = deployment.get("spec", {}).get("template", {}).get("spec", {}).get("containers") or [{}]
    image = str(containers[0].get("image", ""))
    label = (deployment.get("metadata", {}).get("labels") or {}).get("app.kubernetes.io/version", "")
    return str(label) or image

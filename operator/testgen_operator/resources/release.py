"""TestGenRelease: the record of one rollout, written by the operator; the deployment tracker of S2-161…165.

Its spec says what was rolled out and never changes; its status holds the Position, from which the rollout goes on after any loss.
Reading is total: what nobody can have written as a position is none, and an unknown position repeats a step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError

from testgen_operator import names, redaction
from testgen_operator.names import Colour
from testgen_operator.resources.project import Spec, TestGenProject, owner_reference
from testgen_operator.resources.release_schema import MOST_FIGURES, MOST_LAST_LINES, MOST_WORDS
from testgen_operator.resources.rollout import policy
from testgen_operator.rollout.model import COLOURS, Outcome, Position, Record, Step, Tally

Json = Mapping[str, Any]

LIVE: Final = ("rollout", "replicas", "autoscaling", "suspend")
"""Fields of a project's spec that are no part of a release: they are what they are now, whichever release runs."""
LIVE_OF_PART: Final = ("replicas", "minReplicas", "maxReplicas")
"""The same of one entry of `components`."""
UNKNOWN_AUTHOR: Final = "unknown"
_PHASES: Final[dict[Outcome, str]] = {
    Outcome.PROMOTED: "Succeeded",
    Outcome.FAST_PROMOTED: "Succeeded",
    Outcome.ABORTED: "Failed",
    Outcome.SUPERSEDED: "Failed",
    Outcome.ROLLED_BACK: "RolledBack",
}


def phase(position: Position | None) -> str:
    """S2-162's word for it."""
    if position is None:
        return "Pending"
    return _PHASES[position.outcome] if position.outcome else "InProgress"


# What was rolled out


def snapshot_of(project: TestGenProject) -> dict[str, Any]:
    """The part of the project's spec that makes a release, as JSON; `from_snapshot` reads it. No secret is in any spec."""
    spec = project.spec.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude={"rollout", "replicas", "autoscaling", "suspend"}
    )
    for part in spec.get("components", {}).values():
        for field in LIVE_OF_PART:
            part.pop(field, None)
    return spec


def from_snapshot(project: TestGenProject, obj: Json) -> TestGenProject | None:
    """The project as the release `obj` had it, with the live project's name, uid, scale and rollout. None where the snapshot
    cannot be read: it is gone, or of a version of the operator that knew other fields."""
    snapshot = _mapping(_mapping(obj.get("spec")).get("snapshot"))
    if not snapshot:
        return None
    live = project.spec.model_dump(mode="json", by_alias=True, exclude_none=True)
    found = {key: value for key, value in snapshot.items() if key not in LIVE} | {
        key: live[key] for key in ("rollout", "suspend", "autoscaling", "replicas") if key in live
    }
    same_kind = (found.get("mode") == "Monolith") == (live["mode"] == "Monolith")
    if not same_kind:  # the number of pods of one mode says nothing about another: that one's presets hold
        found.pop("replicas", None)
        found["autoscaling"] = {key: value for key, value in live["autoscaling"].items() if not key.endswith("Replicas")}
    found["components"] = _components(_mapping(found.get("components")), live.get("components", {}))
    try:
        spec = Spec.model_validate_json(json.dumps(found))
    except (ValidationError, TypeError, ValueError):
        return None
    return project.model_copy(update={"spec": spec})


def _components(then: Json, now: Json) -> dict[str, Any]:
    """The release's overrides of single parts, with the numbers of pods that hold now."""
    found = {}
    for name in (*then, *(one for one in now if one not in then)):
        part = {key: value for key, value in _mapping(then.get(name)).items() if key not in LIVE_OF_PART}
        found[name] = part | {key: value for key, value in _mapping(now.get(name)).items() if key in LIVE_OF_PART}
    return {name: part for name, part in found.items() if part or name in then}


def release_object(
    project: TestGenProject,
    record: Record,
    *,
    version: str,
    image: str,
    colour: Colour,
    config_hash: str,
    secrets_hash: str,
    now: datetime,
    deployed_by: str = "",
) -> dict[str, Any]:
    """The TestGenRelease of `record`, to be created once. `deployed_by`: `last_writer` of the project, where it is known."""
    spec = project.spec
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.RELEASE_KIND,
        "metadata": {
            "name": record.name,
            "namespace": project.namespace,
            "labels": {
                names.LABEL_NAME: names.PRODUCT,
                names.LABEL_INSTANCE: project.name,
                names.LABEL_MANAGED_BY: names.OPERATOR,
                names.LABEL_PART_OF: names.PRODUCT,
                names.LABEL_PROJECT: project.name,
                names.LABEL_VERSION: names.label_value(version),
            },
            "ownerReferences": [owner_reference(project)],
        },
        "spec": {
            "project": project.name,
            "template": record.template,
            "sequence": record.sequence,
            "previous": record.previous,
            "version": version[:MOST_WORDS],
            "image": image,
            "mode": spec.mode,
            "environment": spec.environment,
            "strategy": str(policy(project).strategy),
            "colour": colour,
            "configHash": config_hash,
            "secretsHash": secrets_hash,
            "commit": spec.rollout.commit or "",
            "author": spec.rollout.author or "",
            "deployedBy": (spec.rollout.author or deployed_by or UNKNOWN_AUTHOR)[:MOST_WORDS],
            "startedAt": as_time(now),
            "snapshot": snapshot_of(project),
        },
    }


def last_writer(obj: Json) -> str:
    """Which client wrote the project's spec last, by `metadata.managedFields`; empty where that is not told."""
    latest, writer = "", ""
    for one in _mapping(obj.get("metadata")).get("managedFields") or ():
        entry = _mapping(one)
        when, who = str(entry.get("time") or ""), str(entry.get("manager") or "")
        if (
            not entry.get("subresource")
            and who != names.FIELD_MANAGER
            and "f:spec" in _mapping(entry.get("fieldsV1"))
            and when >= latest
        ):
            latest, writer = when, who
    return writer


# How far it is


def to_record(obj: Json) -> Record:
    """A TestGenRelease as the machine knows it. Total: whatever the object holds, it is a record."""
    metadata, spec = _mapping(obj.get("metadata")), _mapping(obj.get("spec"))
    name = str(metadata.get("name") or "")
    return Record(
        name=name,
        template=str(spec.get("template") or name),
        sequence=_count(spec.get("sequence")),
        previous=str(spec.get("previous") or ""),
        position=to_position(obj.get("status"), spec.get("colour")),
    )


def to_position(status: object, colour: object = None) -> Position | None:
    """The position that a status holds; None where it holds none that could be gone on from."""
    found = _mapping(status)
    where = found.get("colour") or colour
    since = as_moment(found.get("since"))
    try:
        step = Step(str(found.get("step")))
        outcome = Outcome(str(found["outcome"])) if found.get("outcome") else None
    except ValueError:
        return None
    if since is None or where not in COLOURS or (step is Step.DONE and outcome is None):
        return None
    tally = _mapping(found.get("tally"))
    return Position(
        step=step,
        since=since,
        colour=where,
        number=_count(found.get("number")),
        tally=Tally(
            _count(tally.get("successful")),
            _count(tally.get("failed")),
            _count(tally.get("inconclusive")),
            str(tally.get("last") or ""),
        ),
        outcome=outcome,
        reason=str(found.get("reason") or ""),
        message=str(found.get("message") or ""),
        served=found.get("served") is True,
        fast=found.get("fast") is True,
        ended=as_moment(found.get("completedAt")),
        held=str(found.get("held") or ""),
    )


def release_status(
    position: Position,
    previous_status: Json,
    *,
    failure: Json | None = None,
    analysis: Sequence[Json] = (),
    backup: Json | None = None,
    rollback_version: str = "",
) -> dict[str, Any]:
    """The status to write. What is not given now stays as `previous_status` has it; figures replace those of their name.

    `failure`: component, container, reason, exitCode, lastLines (masked here, and only the end kept). `analysis`: name, verdict,
    value, limit, at. `backup`: location, sizeBytes, sha256, takenAt. `rollback_version`: the version that serves again.
    """
    tally = position.tally
    found: dict[str, Any] = {
        "phase": phase(position),
        "step": str(position.step),
        "since": as_time(position.since),
        "colour": position.colour,
        "number": position.number,
        "tally": {
            "successful": tally.successful,
            "failed": tally.failed,
            "inconclusive": tally.inconclusive,
            "last": tally.last[:MOST_WORDS],
        },
        "served": position.served,
        "fast": position.fast,
    }
    if position.outcome:
        found["outcome"] = str(position.outcome)
    if position.reason:
        found["reason"] = position.reason[:64]
    if position.message:
        found["message"] = position.message[:1024]
    if position.held:
        found["held"] = position.held[:64]
    if position.ended:
        found["completedAt"] = as_time(position.ended)
    if version := rollback_version or previous_status.get("rollbackVersion"):
        found["rollbackVersion"] = str(version)[:MOST_WORDS]
    if failed := failure or previous_status.get("failure"):
        found["failure"] = _cut(failed)
    if figures := _figures(previous_status.get("analysis") or (), analysis):
        found["analysis"] = figures
    if kept := backup or previous_status.get("backup"):
        found["backup"] = dict(kept)
    return found


def _cut(failure: Json) -> dict[str, Any]:
    found = {key: value for key, value in failure.items() if value not in (None, "")}
    if "lastLines" in found:  # the end tells most
        said = redaction.text(str(found["lastLines"])[-4 * MOST_LAST_LINES :])
        found["lastLines"] = said.encode()[-MOST_LAST_LINES:].decode(errors="ignore")
    return found


def _figures(before: Sequence[Json], now: Sequence[Json]) -> list[dict[str, Any]]:
    """By name, the newest of each; the oldest go where there are too many."""
    known = {str(one.get("name")): dict(one) for one in before}
    for one in now:
        known.pop(str(one.get("name")), None)
        known[str(one.get("name"))] = {key: value for key, value in one.items() if value is not None}
    return list(known.values())[-MOST_FIGURES:]


# Times


def as_time(moment: datetime) -> str:
    """RFC 3339 in UTC; fractions of a second only where there are some, so that nothing is lost."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def as_moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0

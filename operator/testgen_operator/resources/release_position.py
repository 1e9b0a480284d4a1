"""How far a release is: its Position as the status of its TestGenRelease, and back.

Reading is total: what nobody can have written as a position is none. So is writing: whatever a container said, the status fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from testgen_operator import redaction
from testgen_operator.resources.release_schema import (
    MOST_FIGURES,
    MOST_LAST_LINES,
    MOST_WORDS,
    BackupStatus,
    FailureStatus,
    Figure,
)
from testgen_operator.rollout.model import COLOURS, Outcome, Position, Record, Step, Strategy, Tally

Json = Mapping[str, Any]

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


def to_record(obj: Json) -> Record:
    """A TestGenRelease as the machine knows it. Total: whatever the object holds, it is a record."""
    metadata, spec = as_mapping(obj.get("metadata")), as_mapping(obj.get("spec"))
    name = str(metadata.get("name") or "")
    return Record(
        name=name,
        template=str(spec.get("template") or name),
        sequence=_count(spec.get("sequence")),
        previous=str(spec.get("previous") or ""),
        position=to_position(obj.get("status"), spec.get("colour")),
        strategy=next((one for one in Strategy if one == spec.get("strategy")), None),
    )


def to_position(status: object, colour: object = None) -> Position | None:
    """The position that a status holds; None where it holds none that could be gone on from."""
    found = as_mapping(status)
    where = found.get("colour") or colour
    since = as_moment(found.get("since"))
    try:
        step = Step(str(found.get("step")))
        outcome = Outcome(str(found["outcome"])) if found.get("outcome") else None
    except ValueError:
        return None
    if since is None or where not in COLOURS or (step is Step.DONE and outcome is None):
        return None
    tally = as_mapping(found.get("tally"))
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
        retried=found.get("retried") is True,
        ended=as_moment(found.get("completedAt")),
        held=str(found.get("held") or ""),
        pods=_count(found.get("pods")),
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
        **({"retried": True} if position.retried else {}),
        **({"pods": position.pods} if position.pods else {}),
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
    if failed := _failure(as_mapping(failure or previous_status.get("failure"))):
        found["failure"] = failed
    if figures := _figures(previous_status.get("analysis"), analysis):
        found["analysis"] = figures
    if kept := fitted(BackupStatus, as_mapping(backup or previous_status.get("backup"))):
        found["backup"] = kept
    return found


def _failure(given: Json) -> dict[str, Any] | None:
    said = redaction.text(str(given.get("lastLines") or "")[-4 * MOST_LAST_LINES :])
    # the end tells most
    return fitted(FailureStatus, {**given, "lastLines": said.encode()[-MOST_LAST_LINES:].decode(errors="ignore")})


def _figures(before: object, now: Sequence[Json]) -> list[dict[str, Any]]:
    """By name, the newest of each; the oldest go where there are too many."""
    known: dict[str, dict[str, Any]] = {}
    for one in (*(before if isinstance(before, list | tuple) else ()), *now):
        if (found := fitted(Figure, as_mapping(one))) is not None:
            known.pop(found["name"], None)
            known[found["name"]] = found
    return list(known.values())[-MOST_FIGURES:]


def fitted(model: type[BaseModel], given: Json) -> dict[str, Any] | None:
    """What of `given` fits the schema: long texts cut, what is unknown or wrong left out; None where nothing is left that says
    anything. A pod's last words come through here: whatever they hold, the API server takes the status."""
    found = {}
    for name, schema in _schemas(model).items():
        value = given.get(name)
        if value in (None, "") or (schema.get("format") == "date-time" and as_moment(value) is None):
            continue
        found[name] = value[: schema["maxLength"]] if isinstance(value, str) and "maxLength" in schema else value
    try:
        model.model_validate(found, strict=True)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors(include_url=False, include_context=False, include_input=False)}
        if not wrong & set(found):
            return None
        return fitted(model, {name: value for name, value in found.items() if name not in wrong})
    return found or None


@cache
def _schemas(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Of each field; an optional one's without null."""
    properties = model.model_json_schema(by_alias=True)["properties"]
    return {
        name: next(one for one in schema.get("anyOf", [schema]) if one.get("type") != "null")
        for name, schema in properties.items()
    }


# Times


def as_time(moment: datetime) -> str:
    """RFC 3339 in UTC; fractions of a second only where there are some, so that nothing is lost."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def as_moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def as_mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0

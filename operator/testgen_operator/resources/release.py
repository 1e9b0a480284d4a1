"""TestGenRelease: the record of one rollout, written by the operator; the deployment tracker of S2-161…165.

Its spec says what was rolled out and never changes; its status holds the Position (`release_position`), from which the rollout
goes on after any loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from testgen_operator import names
from testgen_operator.names import Colour
from testgen_operator.resources.project import Spec, TestGenProject, owner_reference
from testgen_operator.resources.release_position import (
    as_mapping,
    as_moment,
    as_time,
    phase,
    release_status,
    to_position,
    to_record,
)
from testgen_operator.resources.release_schema import MOST_WORDS
from testgen_operator.resources.rollout import CanaryStep, Rollout, policy
from testgen_operator.rollout.model import Policy, Record
from testgen_operator.wire import encode

__all__ = [
    "as_moment",
    "as_time",
    "begun_with",
    "committed_at",
    "from_snapshot",
    "last_writer",
    "named",
    "newest_first",
    "phase",
    "release_object",
    "release_status",
    "snapshot_of",
    "to_position",
    "to_record",
]

Json = Mapping[str, Any]

LIVE: Final = ("rollout", "replicas", "autoscaling", "suspend")
"""Fields of a project's spec that are no part of a release: they are what they are now, whichever release runs."""
LIVE_OF_PART: Final = ("replicas", "minReplicas", "maxReplicas")
"""The same of one entry of `components`."""
UNKNOWN_AUTHOR: Final = "unknown"
ANNOTATION_COMMITTED_AT: Final = f"{names.GROUP}/committed-at"
"""On a project, by whoever commits: when its newest change was committed (RFC 3339). The release of that change takes it over."""


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
    snapshot = as_mapping(as_mapping(obj.get("spec")).get("snapshot"))
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
    found["components"] = _components(as_mapping(found.get("components")), live.get("components", {}))
    try:
        spec = Spec.model_validate_json(encode(found))
    except (ValidationError, TypeError, ValueError):
        return None
    return project.model_copy(update={"spec": spec})


def _components(then: Json, now: Json) -> dict[str, Any]:
    """The release's overrides of single parts, with the numbers of pods that hold now."""
    found = {}
    for name in (*then, *(one for one in now if one not in then)):
        part = {key: value for key, value in as_mapping(then.get(name)).items() if key not in LIVE_OF_PART}
        found[name] = part | {key: value for key, value in as_mapping(now.get(name)).items() if key in LIVE_OF_PART}
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
    origin: Json | None = None,
    committed: str = "",
) -> dict[str, Any]:
    """The TestGenRelease of `record`, to be created once. `deployed_by`: `last_writer` of the project, where it is known.
    `origin`: the release that is rolled out again, whose commit and author this one has too. `committed`: when its commit was
    made, for the lead time."""
    spec, wanted = project.spec, policy(project)
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
            **({"annotations": {ANNOTATION_COMMITTED_AT: committed}} if committed and origin is None else {}),
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
            "strategy": str(wanted.strategy),
            "policy": _policy(wanted),
            "colour": colour,
            "configHash": config_hash,
            "secretsHash": secrets_hash,
            "commit": (spec.rollout.commit if origin is None else origin["spec"].get("commit")) or "",
            "author": (spec.rollout.author if origin is None else origin["spec"].get("author")) or "",
            "deployedBy": (spec.rollout.author or deployed_by or UNKNOWN_AUTHOR)[:MOST_WORDS],
            "startedAt": as_time(now),
            "snapshot": snapshot_of(project),
        },
    }


def _policy(wanted: Policy) -> dict[str, Any]:
    steps = [CanaryStep(weight=one.weight, pause_seconds=one.pause_seconds) for one in wanted.steps]
    preview = {} if wanted.preview_replicas is None else {"previewReplicas": wanted.preview_replicas}
    told = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in steps]
    return {"autoPromote": wanted.auto_promote, "steps": told, **preview, "smoke": wanted.smoke, "analysis": wanted.analysis}


def begun_with(obj: Json, rollout: Rollout) -> Rollout:
    """A project's rollout with the strategy that the release `obj` began with and what belongs to it: steps, approval, size of
    the preview, and whether it is checked, which is unset otherwise by each strategy. As it is where the record does not tell."""
    spec = as_mapping(obj.get("spec"))
    found = as_mapping(spec.get("policy"))
    changed: dict[str, Any] = {"strategy": spec.get("strategy")}
    if found:
        steps = tuple(CanaryStep.model_validate(one) for one in found.get("steps") or ())
        changed |= {
            "auto_promote": bool(found.get("autoPromote", True)),
            "preview_replicas": found.get("previewReplicas"),
            "steps": steps or None,
        }
    for check in ("smoke", "analysis"):
        if isinstance(found.get(check), bool):
            changed[check] = getattr(rollout, check).model_copy(update={"enabled": found[check]})
    return rollout.model_copy(update=changed)


def committed_at(obj: Json) -> str:
    """When the commit of a project, or of a release, was made, as somebody wrote it there; empty where nobody did."""
    return str(as_mapping(as_mapping(obj.get("metadata")).get("annotations")).get(ANNOTATION_COMMITTED_AT) or "")


def last_writer(obj: Json) -> str:
    """Which client wrote the project's spec last, by `metadata.managedFields`; empty where that is not told."""
    latest, writer = "", ""
    for one in as_mapping(obj.get("metadata")).get("managedFields") or ():
        entry = as_mapping(one)
        when, who = str(entry.get("time") or ""), str(entry.get("manager") or "")
        if (
            not entry.get("subresource")
            and who != names.FIELD_MANAGER
            and "f:spec" in as_mapping(entry.get("fieldsV1"))
            and when >= latest
        ):
            latest, writer = when, who
    return writer


def named(releases: Iterable[Json], name: str) -> Json | None:
    """The TestGenRelease of that name."""
    return next((one for one in releases if one["metadata"]["name"] == name), None)


def newest_first(releases: Iterable[Json]) -> list[Json]:
    return sorted(releases, key=lambda one: -int(one["spec"].get("sequence") or 0))

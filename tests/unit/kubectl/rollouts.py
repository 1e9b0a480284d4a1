"""Projects with releases, as the API server shows them: their statuses are written by the operator's own functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.operator.build import project, resource
from tests.unit.operator.releasing import Releasing

from testgen_operator.resources.release import release_object, release_status
from testgen_operator.rollout.model import Outcome, Position, Record, Step, Tally
from testgen_operator.status import compute

Json = dict[str, Any]
BEGAN = datetime(2026, 3, 1, 11, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(step: Step, minutes: float = 1, **more: Any) -> Position:
    return Position(step, BEGAN + timedelta(minutes=minutes), "green", **more)


def ended(outcome: Outcome, reason: str = "", minutes: float = 6) -> Position:
    return at(Step.DONE, minutes, outcome=outcome, reason=reason or str(outcome), ended=BEGAN + timedelta(minutes=minutes))


PROMOTED = ended(Outcome.PROMOTED)


def release(number: int, position: Position | None, *, again: int = 0, version: str = "", **status: Any) -> Json:
    """Release `number` of project shop; of a template of its own, or of that of release `again`."""
    template = name(again or number)
    called = f"{template}-{number}" if again else template
    found = release_object(
        project(), Record(called, template, number, name(number - 1) if number > 1 else ""), version=version or f"1.{number}.0",
        image="runtime:1", colour="green", config_hash="c", secrets_hash="s", now=BEGAN, deployed_by="argocd-controller",
    )  # fmt: skip
    return found | ({"status": release_status(position, {}, **status)} if position else {})


def name(number: int) -> str:
    return f"shop-{number:010d}"


def shop(
    asked: Mapping[str, Any] | None = None,
    /,
    *,
    succeeded: tuple[str, str] | None = ("True", "Complete"),
    observed: bool = True,
    **status: Any,
) -> Json:
    """The project, with `asked` as its spec.rollout and with its condition RolloutSucceeded."""
    found = resource({"rollout": dict(asked or {})}, generation=3)
    conditions = [{"type": "SpecValid", "status": "True", "reason": "Valid", "message": "The spec is valid"}]
    if succeeded:
        judged, reason = succeeded
        words = f"Words of {reason}. Run: kubectl x"
        conditions.append({"type": "RolloutSucceeded", "status": judged, "reason": reason, "message": words})
    return found | {"status": {"observedGeneration": 3 if observed else 2, "conditions": conditions, **status}}


def rolling(rollout: Mapping[str, Any], **more: Any) -> Releasing:
    """Project shop under an operator, once its first release serves and it asks for another one. `more`: how that goes."""
    cluster = Releasing(project({"rollout": dict(rollout)}))
    cluster.roll()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    for field, value in more.items():
        setattr(cluster, field, value)
    return cluster


def change(cluster: Releasing, more: Mapping[str, Any]) -> None:
    """The spec with these fields."""
    cluster.project = project({**asked(cluster), **more}, generation=cluster.project.generation + 1)


def asked(cluster: Releasing) -> Json:
    return cluster.project.spec.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)


def until(cluster: Releasing, step: Step, most: int = 60, **more: Any) -> tuple[Json, list[Json]]:
    """Let time pass until the newest release is at the step, which shows these fields; what the API server shows then."""
    for _ in range(most):
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=5)
        newest = cluster.records()[-1]["status"]
        if newest["step"] == step and newest.items() >= more.items():
            return as_shown(cluster)
    raise AssertionError(f"not at {step}: {[one['status'] for one in cluster.records()]}")


def as_shown(cluster: Releasing) -> tuple[Json, list[Json]]:
    """The project with the status that the operator writes now, and its releases."""
    wanted = cluster.plan()
    status = compute(cluster.project, cluster.facts(), {}, cluster.now, wanted=wanted, rollout=cluster.rollout)
    return resource(asked(cluster), generation=cluster.project.generation) | {"status": status}, cluster.records()


TALLY = Tally(2, 1, 3, "m")

"""Which condition transitions are worth an Event: what a person wants to read in `kubectl describe`, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from testgen_operator.status.reasons import Type

Condition = Mapping[str, Any]
ADOPTED: Final = "Adopted"
RECOVERED: Final = "Recovered"
RESUMED: Final = "Resumed"
"""Of Events alone; the others have a condition's reason."""


@dataclass(frozen=True)
class EventSpec:
    """An Event to be posted about the project."""

    type: Literal["Normal", "Warning"]
    reason: str
    message: str


def events(previous: Mapping[str, Any], new: Mapping[str, Any], kept: Sequence[str] = ()) -> list[EventSpec]:
    """The Events that the step from one status to the next deserves; none if no condition changed.

    `kept`: the volumes that were there before the project was; the first visit tells of them.
    """
    old = _by_type(previous)
    found = list(_events(old, _by_type(new)))
    if kept and not old:
        words = f"Found what an earlier project of this name kept, and uses it: {', '.join(kept)}"
        found.insert(0, EventSpec("Normal", ADOPTED, words))
    return found


def _events(old: Mapping[str, Condition], new: Mapping[str, Condition]) -> Iterator[EventSpec]:
    stalled, was_stalled = new.get(Type.STALLED, {}), old.get(Type.STALLED, {})
    if _is_true(stalled) and not (_is_true(was_stalled) and was_stalled.get("reason") == stalled.get("reason")):
        yield EventSpec("Warning", stalled["reason"], stalled["message"])
    elif _is_true(was_stalled) and stalled and not _is_true(stalled):
        yield EventSpec("Normal", RECOVERED, f"{was_stalled['reason']} is over")

    if _became(Type.SUSPENDED, "True", old, new):
        yield EventSpec("Normal", "Suspended", new[Type.SUSPENDED]["message"])
    elif old and _became(Type.SUSPENDED, "False", old, new):
        yield EventSpec("Normal", RESUMED, "The runtime starts again")

    if _became(Type.ROLLOUT_SUCCEEDED, "True", old, new):
        yield EventSpec("Normal", "RolloutSucceeded", new[Type.ROLLOUT_SUCCEEDED]["message"])
    if _became(Type.READY, "True", old, new):
        yield EventSpec("Normal", "Ready", new[Type.READY]["message"])
    elif _is_true(old.get(Type.READY, {})) and _became(Type.READY, "False", old, new) and not _is_true(stalled):
        yield EventSpec("Normal", new[Type.READY]["reason"], new[Type.READY]["message"])


def _by_type(status: Mapping[str, Any]) -> dict[str, Condition]:
    return {one["type"]: one for one in status.get("conditions") or ()}


def _is_true(condition: Condition) -> bool:
    return condition.get("status") == "True"


def _became(kind: Type, status: str, old: Mapping[str, Condition], new: Mapping[str, Condition]) -> bool:
    return new.get(kind, {}).get("status") == status and old.get(kind, {}).get("status") != status

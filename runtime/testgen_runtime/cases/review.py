"""The review of a case as rules: what may follow on what, for whom, and what a change does. Pure.

draft ── confirm ──▶ confirmed        A decision on something that was decided otherwise first needs `reopen`.
  │ ▲ ◀── reopen, edit ── │           An edit makes a draft of any case: what was judged were other words.
  │ └──── reopen, edit ─ rejected     Confirming a stale case again says that it still fits.
  └─────── reject ──────────▲
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from testgen_runtime.cases.model import Case, CaseModel, StaleReason, Status, Step
from testgen_runtime.errors import Conflict, Forbidden, InvalidInput, PreconditionFailed
from testgen_runtime.seen import Seen

Action = Literal["edit", "confirm", "reject", "reopen"]
MOST_LINES: Final = 30
MOST_DATA: Final = 100


def _plain(text: str) -> str:
    if any(character < " " and character not in "\n\t" for character in text):
        raise ValueError("it holds control characters; leave them out")
    if not text.strip():
        raise ValueError("it holds nothing but spaces")
    return text


Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_plain)]
Reason = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_plain)]


class StepChange(CaseModel):
    """A step in an edit."""

    action: Text
    expected: Text


class CaseChange(CaseModel):
    """What an edit replaces: each field that is given, as a whole. What a case is traced by can't be edited."""

    title: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_plain)] | None = None
    preconditions: Annotated[tuple[Text, ...], Field(max_length=MOST_LINES, strict=False)] | None = None
    steps: Annotated[tuple[StepChange, ...], Field(min_length=1, max_length=MOST_LINES, strict=False)] | None = None
    test_data: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)], Text], Field(max_length=MOST_DATA)
    ] | None = None  # fmt: skip
    priority: Literal["high", "medium", "low"] | None = None
    type: Literal["functional", "boundary", "state", "permission"] | None = None
    polarity: Literal["positive", "negative"] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> CaseChange:
        if not self.model_fields_set:
            raise ValueError(f"name at least one of {', '.join(type(self).model_fields)}")
        empty = sorted(name for name in self.model_fields_set if getattr(self, name) is None)
        if empty:
            raise ValueError(f"{', '.join(empty)}: null is no value; leave the field out to keep what is there")
        return self


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the rules may know of a case: where it stands, and how it came to its newest revision."""

    status: Status
    revision: int
    stale: StaleReason | None = None
    edited_by: str | None = None
    decided_by: str | None = None
    reason: str | None = None
    last_action: str = "generated"
    last_by: str = "rules"

    @classmethod
    def of(cls, case: Case, *, last_action: str, last_by: str) -> Standing:
        """The standing of a stored case."""
        return cls(
            status=case.status,
            revision=case.revision,
            stale=case.stale,
            edited_by=case.edited_by,
            decided_by=case.decided_by,
            reason=case.reason,
            last_action=last_action,
            last_by=last_by,
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants done. `if_revision`: the revision that they looked at, or several of which one will do; None does not
    check it."""

    action: Action
    by: str
    if_revision: int | Seen | None = None
    reason: str | None = None

    def saw(self, revision: int) -> bool:
        """Whether the wish is good for this revision."""
        if isinstance(self.if_revision, Seen):
            return self.if_revision.holds(revision)
        return self.if_revision is None or self.if_revision == revision


def decide(standing: Standing, wish: Wish, *, changed: tuple[str, ...] = (), four_eyes: bool = False) -> Standing | None:
    """Where the case stands after the wish; None where nothing is left to do (it is so already, or the wish was sent twice).

    `changed`: the fields that an edit would really change. A revision is never reused, and a wish that is based on another
    revision than the newest never has an effect.

    Raises: PreconditionFailed for another revision; InvalidInput for a rejection without a reason; Conflict where the decision
    needs `reopen` first; Forbidden where `four_eyes` and the wish confirms the wisher's own words.
    """
    if _sent_twice(standing, wish, changed):
        return None
    if not wish.saw(standing.revision):
        raise PreconditionFailed(
            f"the case is at revision {standing.revision}, not {wish.if_revision}",
            mend="look at the case as it is now, then send the change again with its ETag in If-Match",
            revision=standing.revision,
            case_status=standing.status,
        )
    match wish.action:
        case "edit":
            return _next(standing, wish, "draft", edited_by=wish.by) if changed else None
        case "confirm":
            return _confirmed(standing, wish, four_eyes)
        case "reject":
            return _rejected(standing, wish)
        case "reopen":
            return _next(standing, wish, "draft") if standing.status != "draft" else None


def apply(case: Case, change: CaseChange) -> tuple[Case, tuple[str, ...]]:
    """(the case with the change, the names of the fields that differ in it, in the order of the model)."""
    wanted: dict[str, Any] = {
        name: getattr(change, name) for name in type(change).model_fields if name in change.model_fields_set
    }
    if change.steps is not None:
        wanted["steps"] = tuple(Step(action=step.action, expected=step.expected) for step in change.steps)
    differing = {name: value for name, value in wanted.items() if getattr(case, name) != value}
    return case.model_copy(update=differing), tuple(differing)


def kept_by_a_person(standing: Standing) -> bool:
    """Whether making the case again must leave its words alone: a person edited them or decided on them."""
    return standing.status != "draft" or standing.edited_by is not None


def _sent_twice(standing: Standing, wish: Wish, changed: tuple[str, ...]) -> bool:
    """Whether the newest revision is what this very wish made of the one that it names: its answer was lost."""
    return (
        not wish.saw(standing.revision)
        and wish.saw(standing.revision - 1)
        and (standing.last_action, standing.last_by) == (wish.action, wish.by)
        and (wish.action != "edit" or not changed)
        and (wish.action != "reject" or standing.reason == wish.reason)
    )


def _confirmed(standing: Standing, wish: Wish, four_eyes: bool) -> Standing | None:
    if standing.status == "confirmed" and standing.stale is None:
        return None
    if standing.status == "rejected":
        raise _needs_reopen(standing)
    if four_eyes and standing.edited_by == wish.by:
        raise Forbidden("who edited a case last may not confirm it (review.four_eyes)", mend="ask another reviewer to confirm it")
    return _next(standing, wish, "confirmed", fits=True)


def _rejected(standing: Standing, wish: Wish) -> Standing | None:
    if wish.reason is None:
        raise InvalidInput("reason: a case is rejected for a reason, and there is none", mend="say why in `reason`")
    if standing.status == "rejected" and standing.reason == wish.reason:
        return None
    if standing.status != "draft":
        raise _needs_reopen(standing)
    return _next(standing, wish, "rejected")


def _needs_reopen(standing: Standing) -> Conflict:
    return Conflict(
        f"the case is {standing.status} already",
        mend="reopen it first: POST /api/v1/cases/{id}/reopen",
        revision=standing.revision,
        case_status=standing.status,
    )


def _next(standing: Standing, wish: Wish, status: Status, *, edited_by: str | None = None, fits: bool = False) -> Standing:
    decided = status != "draft"
    return Standing(
        status=status,
        revision=standing.revision + 1,
        stale=None if fits else standing.stale,
        edited_by=edited_by or standing.edited_by,
        decided_by=wish.by if decided else None,
        reason=wish.reason if decided else None,
        last_action=wish.action,
        last_by=wish.by,
    )

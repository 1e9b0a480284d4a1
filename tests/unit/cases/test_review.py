"""The rules of review: what may follow on what, whoever asks in whatever order (S4-059)."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from testgen_runtime.cases.model import Case, Evidence, StaleReason, Status, Step
from testgen_runtime.cases.review import Action, CaseChange, Standing, Wish, apply, decide, kept_by_a_person
from testgen_runtime.errors import Conflict, Forbidden, InvalidInput, PreconditionFailed, TestGenError
from testgen_runtime.seen import Seen

PEOPLE = st.sampled_from(["ann", "bob", "cem"])
ACTIONS = st.sampled_from(get_args(Action))
REASONS = st.one_of(st.none(), st.sampled_from(["no", "twice"]))
WISHES = st.tuples(ACTIONS, PEOPLE, st.integers(-1, 1), REASONS, st.booleans())

CASE = Case(
    id="TC-1",
    title="A title",
    requirement_ids=("REQ-1",),
    technique="boundary-value-analysis",
    test_point="p",
    polarity="positive",
    steps=(Step(action="Do it", expected="Done"),),
    evidence=(Evidence(document_id="d", requirement_id="REQ-1", quote="q", start=0, end=1),),
    written_by="rules",
)


def standing(status: Status = "draft", **more: object) -> Standing:
    return Standing(status=status, revision=3, reason="no" if status == "rejected" else None, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "action", "then"),
    [
        ("draft", "confirm", "confirmed"),
        ("draft", "reject", "rejected"),
        ("draft", "edit", "draft"),
        ("draft", "reopen", None),
        ("confirmed", "confirm", None),
        ("confirmed", "reject", Conflict),
        ("confirmed", "edit", "draft"),
        ("confirmed", "reopen", "draft"),
        ("rejected", "confirm", Conflict),
        ("rejected", "reject", Conflict),
        ("rejected", "edit", "draft"),
        ("rejected", "reopen", "draft"),
    ],
)
def test_each_action_on_each_status(status: Status, action: Action, then: object) -> None:
    wish = Wish(action, "ann", 3, reason="another reason")

    if isinstance(then, type):
        with pytest.raises(then):
            decide(standing(status), wish, changed=("title",))
        return
    after = decide(standing(status), wish, changed=("title",) if action == "edit" else ())
    assert (after.status if after else None) == then


def test_a_rejection_needs_a_reason() -> None:
    with pytest.raises(InvalidInput, match="reason"):
        decide(standing(), Wish("reject", "ann", 3))


def test_confirming_a_stale_case_says_that_it_fits() -> None:
    for status in ("draft", "confirmed"):
        after = decide(standing(status, stale="point-gone"), Wish("confirm", "ann", 3))
        assert after is not None
        assert (after.status, after.stale) == ("confirmed", None)


@pytest.mark.parametrize("action", ["edit", "reopen"])
def test_only_a_confirmation_takes_staleness_away(action: Action) -> None:
    after = decide(standing("confirmed", stale="requirement-changed"), Wish(action, "ann", 3), changed=("title",))

    assert after is not None
    assert after.stale == "requirement-changed"


def test_with_four_eyes_the_last_editor_does_not_confirm() -> None:
    edited = standing(edited_by="ann")

    with pytest.raises(Forbidden, match="four_eyes"):
        decide(edited, Wish("confirm", "ann", 3), four_eyes=True)
    assert decide(edited, Wish("confirm", "bob", 3), four_eyes=True)
    assert decide(edited, Wish("confirm", "ann", 3), four_eyes=False)


@given(st.lists(WISHES, max_size=12), st.booleans(), st.sampled_from([None, *get_args(StaleReason)]))
def test_every_history_of_wishes_keeps_the_rules(
    wishes: list[tuple[Action, str, int, str | None, bool]], four_eyes: bool, stale: StaleReason | None
) -> None:
    now = Standing("draft", 1, stale=stale)
    for action, by, off, reason, differs in wishes:
        wish = Wish(action, by, max(1, now.revision + off), reason)
        changed = ("title",) if action == "edit" and differs else ()
        try:
            after = decide(now, wish, changed=changed, four_eyes=four_eyes)
        except TestGenError:
            continue
        if after is None:
            continue
        assert wish.if_revision == now.revision, "a wish based on another revision has no effect"
        assert after.revision == now.revision + 1, "every effect is a revision, and only one"
        assert (after.status == "rejected") <= (after.reason is not None), "a rejected case has a reason"
        assert (after.decided_by is None) == (after.status == "draft"), "a decision is somebody's, a draft nobody's"
        assert after.edited_by == (by if action == "edit" else now.edited_by), "only an edit changes whose words they are"
        assert kept_by_a_person(after) or after.edited_by is None
        assert not (four_eyes and action == "confirm" and now.edited_by == by), "nobody confirms their own words"
        again = decide(after, wish, changed=(), four_eyes=four_eyes)
        assert again is None, "the same wish sent again changes nothing"
        now = after


@pytest.mark.parametrize("seen", [Seen.of(3), Seen.of(9, 3), Seen(whatever=True)])
def test_a_wish_is_good_for_one_of_several_revisions_that_were_seen(seen: Seen) -> None:
    after = decide(standing(), Wish("confirm", "ann", seen))

    assert after is not None
    assert (after.status, after.revision) == ("confirmed", 4)
    assert decide(after, Wish("confirm", "ann", seen)) is None, "sent again after a lost answer"


@pytest.mark.parametrize(("seen", "words"), [(Seen(), "not one that a strong ETag names"), (Seen.of(2, 9), "not 2 or 9")])
def test_a_wish_for_other_revisions_than_the_newest_has_no_effect(seen: Seen, words: str) -> None:
    with pytest.raises(PreconditionFailed, match=f"the case is at revision 3, {words}"):
        decide(standing(), Wish("confirm", "ann", seen))


def test_a_case_that_no_longer_fits_is_confirmed_anew_though_the_revision_before_was_named_too() -> None:
    stale = replace(standing("confirmed", stale="requirement-changed"), last_action="confirm", last_by="ann")

    assert decide(stale, Wish("confirm", "ann", Seen.of(2, 3))) is not None


@given(ACTIONS, PEOPLE, st.integers(1, 9), st.sampled_from(get_args(Status)))
def test_a_late_wish_is_refused_or_was_the_last_one(action: Action, by: str, seen: int, status: Status) -> None:
    now = replace(standing(status), revision=5, last_action="edit", last_by="ann")
    if seen == 5:
        return
    repeated = seen == 4 and (action, by) == ("edit", "ann")
    if repeated:
        assert decide(now, Wish(action, by, seen, "no"), changed=()) is None
    with pytest.raises(PreconditionFailed) as refused:
        decide(now, Wish(action, by, seen, "no"), changed=("title",))
    assert refused.value.members["revision"] == 5


def test_a_change_replaces_whole_fields_and_names_those_that_differ() -> None:
    change = CaseChange.model_validate_json(
        '{"title": "A title", "steps": [{"action": "a", "expected": "b"}], "test_data": {"x": "1 EUR"}}'
    )

    after, changed = apply(CASE, change)

    assert changed == ("steps", "test_data")
    assert after.steps == (Step(action="a", expected="b"),)
    assert (after.id, after.evidence, after.atom_ids) == (CASE.id, CASE.evidence, CASE.atom_ids)
    assert apply(after, change) == (after, ())


@pytest.mark.parametrize(
    "body",
    ["{}", '{"title": null}', '{"title": ""}', '{"title": "\\u0000"}', '{"steps": []}', '{"id": "x"}', '{"priority": "urgent"}'],
)
def test_a_change_without_sense_is_none(body: str) -> None:
    with pytest.raises(ValidationError):
        CaseChange.model_validate_json(body)

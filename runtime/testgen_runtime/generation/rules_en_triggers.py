"""What sets the system off, in English, where the test enters no value and the text demands no act of the tester."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action, Condition
from testgen_runtime.generation.english import definite, lower_first, present, split_modal
from testgen_runtime.generation.rules_en_events import instruction
from testgen_runtime.generation.rules_en_parts import SCOPE, verb_phrase
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import sentence


def trigger(telling: Telling) -> str:
    """What makes the system act: the situation that the text names, else looking at what the requirement is about."""
    if done := done_by_tester(telling):
        return sentence(done[1], "en")
    situation = [line for line in telling.point.preconditions if not line.startswith("You are signed in")]
    if situation and not telling.item:
        return _checked(telling)
    if telling.item:
        return f"Look for this item: {telling.item}."
    for act in telling.actions:
        if not act.subject.strip():
            return f"Observe the following: {present(act.text).rstrip('.')}."
        return _checked(telling)
    for outcome in telling.outcomes:
        return f"Observe the result: {lower_first(present(outcome.text)).rstrip('.')}."
    return f"Exercise what the requirement {telling.requirement.id} states."


_ANSWERS = re.compile(r"\b(?:api|server|endpoint|service|interface|backend|resource|gateway)\b", re.I)


def _checked(telling: Telling) -> str:
    """Looking at what the requirement is about, where nobody has to do anything for it."""
    due = re.search(r"\s(?P<time>within \d[\w.]* [a-z]+)$", telling.actions[0].text) if len(telling.actions) == 1 else None
    event = next((value.text for _, value in telling.view.of(Condition) if value.trigger), "")
    if due and event and telling.positive:
        act = telling.actions[0]
        told = present(f"{act.subject or 'the system'} shall {act.text[: due.start()]}")
        return f"Check {due['time'].removeprefix('within ')} after {event} whether {lower_first(definite(told))}."
    for act in telling.actions:
        who = lower_first(re.sub(r"^(?:in|while|when|at|on|for)\b[^,]*,\s", "", SCOPE.sub("", act.subject.strip()), flags=re.I))
        if (
            _ANSWERS.search(who)
            and act.text.split()[:1]
            and act.text.split()[0] in ("return", "respond", "answer", "reply", "send")
        ):
            return f"Send a request to {definite(who)}."
        if who and " and " in act.text and split_modal(act.text):
            return f"Observe what {definite(who)} does."
        if who and act.modality != "must_not":
            return f"Check whether {definite(who)} {_to_be_seen(act)}."
    for text in (*(outcome.text for outcome in telling.outcomes), *telling.all_outcomes, *(act.text for act in telling.actions)):
        shown = lower_first(definite(present(text)))
        if not re.search(r"\b(?:not|no|never)\b", shown) and len(shown.split()) > 2:
            return f"Check whether {shown.rstrip('.')}."
        subject = split_modal(text)
        if subject and subject[0]:
            return f"Check what happens to {lower_first(definite(subject[0]))}."
    return f"Check what the requirement {telling.requirement.id} states."


def done_by_tester(telling: Telling) -> tuple[str, str] | None:
    """A condition that is something the tester does: (the precondition that words it, the instruction)."""
    for line in telling.point.preconditions:
        if done := instruction(line.rstrip(".")):
            return line, done
    return None


def _to_be_seen(act: Action) -> str:
    """The action in the third person, without its subject."""
    told = present(f"{act.subject or 'the system'} shall {'not ' if act.modality == 'must_not' else ''}{verb_phrase(act.text)}")
    return told.removeprefix(act.subject or "the system").strip().rstrip(".")

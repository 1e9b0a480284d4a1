"""What sets the system off, in English, where the test enters no value and the text demands no act of the tester."""

from __future__ import annotations

import re

from testgen_runtime.documents.english import article, definite, lower_first, split_modal
from testgen_runtime.documents.model import Condition
from testgen_runtime.generation.rules_en_events import instruction
from testgen_runtime.generation.rules_en_parts import HUMAN, SCOPE, verb_phrase
from testgen_runtime.generation.rules_en_stimuli import established, let_be, stimulus
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
        return f"Read “{telling.item}”."
    for act in telling.actions:
        if not act.subject.strip():
            return sentence(_of_a_statement(act.text), "en")
        return _checked(telling)
    for outcome in telling.outcomes:
        return sentence(_of_a_statement(outcome.text), "en")
    return f"Exercise what the requirement {telling.requirement.id} states."


_STATED = re.compile(
    r"^(?P<subject>.{2,120}?)\s(?:is|are|was|were|has|have|does|do|can|includes?|contains?|[a-z]{3,}(?:s|ed))\b", re.I | re.S
)


def _of_a_statement(text: str) -> str:
    """Looking at what a sentence without a demand is about."""
    text = re.split(r"[;:]\s|,\s(?=[a-z]+/|and\b)", text.strip(" .;,"))[0]
    if parts := split_modal(text):
        return stimulus(parts[0], parts[2]) if parts[0] else f"inspect {lower_first(definite(parts[2]))}"
    found = _STATED.match(text)
    subject = lower_first(definite(found["subject"])) if found else lower_first(definite(text))
    if re.fullmatch(r"(?:this|that|it|these|those|they)", subject, re.I):
        told = text[found.end() :].strip() if found else ""
        return f"inspect {re.split(r'[,;]', told)[0]}" if len(told.split()) > 1 else "inspect the result"
    return f"inspect {subject}"


_ANSWERS = re.compile(r"\b(?:api|server|endpoint|service|interface|backend|resource|gateway)\b", re.I)


def _checked(telling: Telling) -> str:
    """Looking at what the requirement is about, where nobody has to do anything for it."""
    due = re.search(r"\s(?P<time>within \d[\w.]* [a-z]+)$", telling.actions[0].text) if len(telling.actions) == 1 else None
    event = next((value.text for _, value in telling.view.of(Condition) if value.trigger), "")
    if due and event and telling.positive:
        return sentence(f"wait for {due['time'].removeprefix('within ')} after {event}", "en")
    for act in telling.actions:
        who = re.sub(r"^(?:in|while|when|at|on|for)\b[^,]*,\s", "", SCOPE.sub("", act.subject.strip()), flags=re.I)
        if (
            _ANSWERS.search(who)
            and act.text.split()[:1]
            and act.text.split()[0] in ("return", "respond", "answer", "reply", "send")
        ):
            return f"Send a request to {lower_first(definite(who))}."
        if who:
            return sentence(_set_off(telling, who, verb_phrase(act.text)), "en")
    for text in (*(outcome.text for outcome in telling.outcomes), *telling.all_outcomes, *(act.text for act in telling.actions)):
        if parts := split_modal(text):
            if parts[0]:
                return sentence(_set_off(telling, parts[0], parts[2]), "en")
        elif len(text.split()) > 2:
            return sentence(_of_a_statement(text), "en")
    return f"Exercise what the requirement {telling.requirement.id} states."


_EACH = re.compile(r"^(?:for|in|on|at)\s(?:each|every|all|any)\b.*\s(?=[A-Z][A-Z\d]+$)")
_STATIC = re.compile(
    r"^(?:the|an?|its|their)\s(?P<what>(?:[\w-]+\s){0,5}?[\w-]+)\s(?P<be>is|are|has|have|does not have|do not have)\s"
    r"(?P<how>(?!in the state\b|signed\b)[^,;]+?)\.?$",
    re.I,
)


def _set_off(telling: Telling, subject: str, phrase: str) -> str:
    """What makes the demand show: sending or using its thing, else the situation of the test, else looking at the thing."""
    made = stimulus(_EACH.sub("", subject), phrase)
    if made.startswith(("send ", "submit ", "use ")):
        return made
    for line in reversed(telling.point.preconditions):
        if not line.startswith("You are signed in") and (situation := established(line)):
            return situation
    if not made.startswith(("let ", "inspect ", "wait ")):
        return made
    for line in reversed(telling.point.preconditions):
        if line.startswith("You are signed in") or " in the state " in line:
            continue
        if (static := _STATIC.match(line)) and not HUMAN.search(static["what"]):
            what = (
                static["what"]
                if static["be"] in ("are", "have", "do not have")
                else f"{article(static['what'])} {static['what']}"
            )
            return f"use {what} that {static['be']} {static['how']}"
        if situation := let_be(line):
            return situation
    return made


_HOLDS = re.compile(
    r"do not (?:have|hold|own|possess)\b|"
    r"(?:hold|own|possess) (?:an?|the|no) [a-z -]*(?:certificate|licen[cs]e|permit|pass|card|record)\b",
    re.I,
)
"""What somebody has or lacks, and nobody does: "the driver does not have a clean record"."""


def done_by_tester(telling: Telling) -> tuple[str, str] | None:
    """A condition that is something the tester does: (the precondition that words it, the instruction)."""
    for line in telling.point.preconditions:
        done = instruction(line.rstrip("."))
        if done and not _HOLDS.match(done):
            return line, done
    return None

"""What the tester does, in English: one instruction with this test's values."""

from __future__ import annotations

import re

from testgen_runtime.documents.english import article, lower_first
from testgen_runtime.generation.rules_en_events import conditional_clause, instruction
from testgen_runtime.generation.rules_en_imperatives import imperative
from testgen_runtime.generation.rules_en_parts import (
    HUMAN,
    data_demand,
    demanded_of_people,
    kept_for,
    noun_of,
    one_of_list,
    phrase,
    stated_subject,
    waiting,
    with_values,
    without_limits,
)
from testgen_runtime.generation.rules_en_triggers import done_by_tester, trigger
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import sentence

_UPLOADED = re.compile(r"\b(?:file|image|picture|photo|attachment|upload|document|video|avatar|logo|scan)s?\b", re.I)


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    base, entered = imperative(telling), telling.entered
    if entered and demanded_of_people(telling):
        base = ""  # they are obliged to it: it is what follows, and not what sets it off
    if entered and (made := _made_to_happen(telling, entered)):
        return sentence(made, "en")
    if listed := _one_of_the_list(telling):
        return sentence(listed, "en")
    if not entered and (kept := kept_for(telling)):
        return sentence(kept[0], "en")
    if not entered and (data := data_demand(telling)):
        return sentence(f"enter {article(data[0])} {data[0]} that {data[1]}", "en")
    if base and entered:
        return sentence(re.sub(r"\btheir\b(?! own)", "the", _with_values(base, entered, telling)), "en")
    if base:
        return sentence(
            re.sub(r"\b(?:his or her|their|his|her|my) own\b", "your own", re.sub(r"\bmy\b(?! own)", "the", base)), "en"
        )
    if entered and (done := done_by_tester(telling)):
        return sentence(_and(done[1], entered), "en")
    return sentence(_enter(telling, entered), "en") if entered else trigger(telling)


def _made_to_happen(telling: Telling, entered: tuple[Told, ...]) -> str:
    """The instruction for a limit that a condition or a waiting time states, with this test's values; "" if none does."""
    first = entered[0]
    if first.limit is None:
        return ""
    clause = conditional_clause(telling, first)
    dimension = first.limit.dimension
    scale = dimension in ("other", "percent") and not first.name.startswith("number of")
    if (
        clause
        and (not scale or HUMAN.match(re.sub(r"^(?:the|an?)\s", "", clause)))
        and (done := instruction(clause))
        and not re.search(r"\b(?:above|below|under|over|than|exceeds?)\b|\sand\s(?:is|are|has|have)\s", done)
    ):
        return re.sub(r"\b(fall|drop|rise|climb|sink|go) (?=\d)", r"\1 to ", done)
    measured = [told for told in entered if told.limit is not None and told.limit.dimension in ("other", "percent")]
    lasting = [told for told in entered if told.limit is not None and told.limit.dimension == "duration"]
    if clause and measured and len(entered) == len(measured) + len(lasting) and not first.name.startswith(("number of", "time ")):
        if len(measured) == 1 and len(lasting) == 1:
            return f"hold the {measured[0].name} at {measured[0].value} for {lasting[0].value}"
        if len(entered) == 1 and (lasts := _lasting(telling)):
            return f"hold the {first.name} at {first.value} for {lasts}"
        if len(entered) == 1:
            return f"set the {first.name} to {first.value}"
    if dimension == "duration" and first.limit.lower is not None and not clause:
        for text in (*(act.text for act in telling.actions), *telling.all_outcomes):
            if waited := waiting(text, telling):
                return f"wait for {first.value}{waited[2]}"
    if dimension == "duration" and first.name.startswith("time without "):
        return f"wait for {first.value} {first.name.removeprefix('time ')}"
    return ""


def _lasting(telling: Telling) -> str:
    """How long a value must be held: "exceeds 90 % for 5 minutes" → "5 minutes"; "" where the text does not say."""
    for limit in telling.limit_texts:
        stated = rf"{re.escape(limit)}\s+for\s+(?P<time>(?:at least |more than |over )?\d[\d.,]*\s(?:second|minute|hour|day)s?)\b"
        if found := re.search(stated, telling.requirement.text, re.I):
            return found["time"]
    return ""


_OTHER_OF_LIST = re.compile(
    r"^(?P<head>(?:an?|the)\s+[\w-]+(?:\s[\w-]+)?)\s+(?P<link>for|in|with|of|by|via|to)\s+(?:any|an?|every)\s+others?\b", re.I
)


def _one_of_the_list(telling: Telling) -> str:
    """ "A payment in any other currency …" tells how a value of the list is tried: "submit a payment in the currency EUR"."""
    entered = telling.entered
    if len(entered) != 1 or entered[0].kind != "enum":
        return ""
    for text in telling.all_outcomes:
        if other := _OTHER_OF_LIST.match(text.strip()):
            return f"submit {lower_first(other['head'])} {other['link']} {phrase(entered[0])}"
    return ""


def _with_values(base: str, entered: tuple[Told, ...], telling: Telling) -> str:
    """The instruction with this test's values in the place of the text's limits."""
    base, entered = with_values("submit a request" if base == "submit it" else base, telling)
    for told in entered:
        if told.kind == "enum" and (chosen := one_of_list(base, told, telling)) != base:
            base, entered = chosen, tuple(other for other in entered if other is not told)
    if not entered:
        return base
    base = without_limits(base, telling)
    first = entered[0]
    noun = noun_of(first) if noun_of(first) == first.name else noun_of(first).split()[-1]
    pattern = re.compile(rf"\b(?:the|an?|any|each|every)\s+(?:[\w-]+\s+)?{re.escape(noun)}s?\b|\b{re.escape(noun)}s?\b", re.I)
    if noun != first.name and first.kind == "limit" and pattern.search(base):
        return _and(pattern.sub(phrase(first), base, count=1), entered[1:])
    if first.kind == "enum" and re.search(rf"\b(?:the |an? )?{re.escape(first.name)}s?\b", base, re.I):
        return _and(
            re.sub(rf"\b(?:the |an? )?{re.escape(first.name)}s?\b", phrase(first), base, count=1, flags=re.I), entered[1:]
        )
    return _and(base, entered)


def _and(base: str, entered: tuple[Told, ...]) -> str:
    if len(entered) == 1 and entered[0].name in ("extension", "increase", "reduction", "delay", "postponement"):
        return f"{base} by {entered[0].value}"
    if len(entered) == 1 and entered[0].name.startswith("time the "):
        return f"{base} after {phrase(entered[0])}"
    if len(entered) == 1 and (relation := re.match(r"time (?P<when>since|before) (?P<what>.+)$", entered[0].name)):
        what = relation["what"] if re.match(r"(?:the|being)\b", relation["what"]) else f"the {relation['what']}"
        return f"{base} {entered[0].value} {'after' if relation['when'] == 'since' else 'before'} {what}"
    if len(entered) == 1 and entered[0].limit and entered[0].limit.dimension == "duration" and entered[0].name.endswith(" age"):
        thing = entered[0].name.removesuffix(" age")
        if re.search(rf"\b{re.escape(thing)}\b", base, re.I) and not HUMAN.search(thing):
            return f"{base} when it is {entered[0].value} old"
    return f"{base} with {' and '.join(phrase(told) for told in entered)}" if entered else base


_SUPPORTED = re.compile(r"(?:support|provide|offer|implement|recogni[sz]e)\b", re.I)
_PLACED = re.compile(r"(?P<thing>[a-z][\w -]*?) (?P<what>amount|total|value|price|size|weight|balance|cost)", re.I)


def _enter(telling: Telling, entered: tuple[Told, ...]) -> str:
    first = entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    words = " and ".join(phrase(told) for told in entered)
    formats = [
        told for told in entered if told.kind == "enum" and told.name.lower().endswith(("format", "file type", "image type"))
    ]
    if (
        formats
        and _UPLOADED.search(telling.requirement.text)
        and re.search(r"\b(?:upload|avatar|photo|picture|attachment)", telling.requirement.text, re.I)
    ):
        sizes = [told for told in entered if told is not formats[0]]
        of = f" of {sizes[0].value}" if len(sizes) == 1 and noun_of(sizes[0]) != sizes[0].name else ""
        if len(entered) == 1 or of:
            value = formats[0].value
            return f"upload {article(value)} {value} file{of}"
    if first.kind == "enum" and len(entered) == 1 and any(_SUPPORTED.match(act.text) for act in telling.actions):
        return f"use {words}"
    if (
        first.kind == "enum"
        and first.name.lower() in ("browser", "operating system", "language", "protocol", "day")
        and len(entered) == 1
    ):
        return f"use {words}"
    if len(entered) == 1 and dimension == "duration" and first.name.endswith(" age") and not HUMAN.search(first.name):
        thing = first.name.removesuffix(" age")
        return f"use {article(thing)} {thing} that is {first.value} old"
    if len(entered) == 1 and dimension == "count" and re.match(r"number of (?:wrong|invalid|incorrect)\b", first.name):
        return f"enter {words}"
    owner = stated_subject(telling)
    counted = [told for told in entered if told.limit is not None and told.limit.dimension in ("count", "length")]
    if owner and len(counted) == len(entered) and any(told.name.startswith("number of") for told in entered):
        lengths = any(told.limit is not None and told.limit.dimension == "length" for told in entered)
        told_ = [told.value if noun_of(told) != told.name else phrase(told) for told in entered]
        joined = ", ".join(told_[:-1]) + (" and " if len(told_) > 1 else "") + told_[-1]
        return f"{'enter' if lengths else 'submit'} {article(owner)} {owner} with {joined}"
    if dimension == "money" and len(entered) == 1 and (placed := _PLACED.fullmatch(first.name)):
        thing, what = placed["thing"], placed["what"]
        return f"submit {article(thing)} {thing} with {article(what)} {what} of {first.value}"
    if owner.lower() == first.name.lower() and dimension in ("duration", "percent", "other") and len(entered) == 1:
        return f"set the {first.name} to {first.value}"
    if dimension == "size" or (first.kind == "enum" and _UPLOADED.search(first.name)):
        return f"upload {words}"
    if dimension == "length" and noun_of(first) != first.name:
        return f"enter {words}"
    if dimension == "duration" and len(entered) == 1 and not first.name.endswith(" age"):
        return f"let the {first.name} reach {first.value}"
    return f"submit {words}" if dimension == "money" else f"submit a request with {words}"


def preconditions(telling: Telling) -> tuple[str, ...]:
    """What must be so before the first step; what the step itself does is no precondition."""
    done = None if imperative(telling) else done_by_tester(telling)
    return tuple(line for line in telling.point.preconditions if done is None or line != done[0])

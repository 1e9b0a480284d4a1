"""The mutation check: a limit, a state or a role is changed in a requirement of the sets; its cases have to change with it.

A mutation replaces one value everywhere in one requirement. The cases follow when the new value stands in them and the old one
nowhere, so that a value which never stood in the cases is a miss too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from testgen_runtime.documents.model import Actor, Document, Requirement, State
from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from tests.bench.generation.model import RequirementSet, WrittenCase
from tests.bench.generation.words import numbers

COUNT = 200
Kind = Literal["limit", "state", "role"]


@dataclass(frozen=True, slots=True)
class Mutation:
    """`old` → `new` in one requirement of one set; `document` holds the changed requirement alone."""

    set_name: str
    requirement_id: str
    kind: Kind
    old: str
    new: str
    text: str


_COMPARES = (
    r"(?:at (?:least|most)|(?:more|less|fewer|greater|larger|smaller|longer|shorter|higher|lower) than|"
    r"over|under|above|below|up to|exceed(?:s|ing)?|within|minimum of|maximum of|limit of|after|every|between|exactly|"
    r"超过|少于|多于|大于|小于|不足|低于|高于|至少|至多|最多|最少|达到|满|为|在|每)"
)
_UNITS = (
    r"(?:characters?|chars?|minutes?|seconds?|hours?|days?|weeks?|months?|years?|ms|s|kb|mb|gb|kg|g|km|m|%|percent|eur|usd|times?|items?|"
    r"attempts?|users?|个|次|天|日|小时|分钟|秒|元|位|字符|条|周|年|月|岁|公斤|兆|万)"
)
_NUMBER = r"(?<![\w.,/:-])(\d{1,9}(?:\.\d{1,4})?)(?![\w./:-]*[A-Za-z_/:]\w*\d|[\d.])"
_LIMITS = (re.compile(rf"{_COMPARES}\s*{_NUMBER}", re.I), re.compile(rf"{_NUMBER}\s*{_UNITS}(?![A-Za-z])", re.I))
_STATES = (
    re.compile(
        r"\b[Ss]tates? (?:of |is |are |to |a value of )?[“\"']?(?!(?:To|The|Is|Of|As|In|If|And|Or|At|By|For)\b)([A-Z][A-Za-z]+)\b"
    ),
    re.compile(r"(?:状态|处于|变为)(?:为|是)?[“\"「]([^”\"」]{2,10})[”\"」]"),
)
_ROLES = (re.compile(r"\broles? (?:of )?[“\"']?([A-Z][A-Za-z]+)\b"),)
_NEW_STATES = {
    "en": ("Frozen", "Archived", "Pending", "Dormant", "Locked", "Retired"),
    "zh": ("已冻结", "已归档", "待复核", "已挂起", "已退回"),
}
_NEW_ROLES = {
    "en": ("Curator", "Warden", "Bursar", "Registrar", "Steward"),
    "zh": ("档案员", "值班长", "质检员", "调度员", "仓管员"),
}


def mutations(sets: Sequence[RequirementSet], count: int = COUNT, seed: int = 1) -> list[Mutation]:
    """At most `count` mutations, spread over the sites of all sets by a seeded draw: each site once before any is used again."""
    draw = random.Random(seed)
    sites = [site for one in sets for site in _sites(one)]
    found: dict[tuple[str, str, str, str], Mutation] = {}
    for turn in range(50):
        draw.shuffle(sites)
        for one, requirement, kind, old in sites:
            if len(found) >= count:
                return list(found.values())
            new = _changed(requirement, kind, old, draw, turn)
            if new is not None:
                text = _pattern(kind, old).sub(new, requirement.text)
                found.setdefault((one.name, requirement.id, old, new), Mutation(one.name, requirement.id, kind, old, new, text))
    return list(found.values())


def _sites(one: RequirementSet) -> Iterator[tuple[RequirementSet, Requirement, Kind, str]]:
    wanted = set(one.asked)
    for requirement in one.document.requirements:
        if requirement.id not in wanted:
            continue
        seen: set[str] = set()
        for kind, old in _values(requirement):
            if old and old not in seen and _pattern(kind, old).search(requirement.text):
                seen.add(old)
                yield one, requirement, kind, old


def _values(requirement: Requirement) -> Iterator[tuple[Kind, str]]:
    text = requirement.text
    for pattern in _LIMITS:
        yield from (("limit", match[1]) for match in pattern.finditer(text))
    for atom in requirement.atoms:
        if isinstance(atom.value, State):
            yield from (("state", name) for name in (*atom.value.allowed, *atom.value.refused))
        elif isinstance(atom.value, Actor):
            yield from (("role", name) for name in (*atom.value.permitted, *atom.value.denied))
    for pattern in _STATES:
        yield from (("state", match[1]) for match in pattern.finditer(text))
    for pattern in _ROLES:
        yield from (("role", match[1]) for match in pattern.finditer(text))


def _changed(requirement: Requirement, kind: Kind, old: str, draw: random.Random, turn: int) -> str | None:
    """A new value that the requirement does not have, far enough from the old one that no boundary of one is the other."""
    if kind != "limit":
        language = "zh" if re.search(r"[\u3400-\u9fff]", old) else "en"
        names = (_NEW_STATES if kind == "state" else _NEW_ROLES)[language]
        free = [name for name in names if name.lower() not in requirement.text.lower()]
        chosen = draw.choice(free) if free else None
        return chosen.lower() if chosen and old == old.lower() and language == "en" else chosen
    value, taken = Decimal(old), numbers(requirement.text)
    others = sorted(n for n in taken if n != value)
    above = [n for n in others if n > value]
    below = [n for n in others if n < value]
    places = -min(0, int(value.as_tuple().exponent))
    step = Decimal(1).scaleb(-places)
    candidates = [
        value + step * (4 + turn * 3 + draw.randint(0, 2)),
        value * 2 + step * (3 + draw.randint(0, 5) + turn),
        value - step * (4 + turn),
    ]
    for new in draw.sample(candidates, len(candidates)):
        kept = new > 0 and (not above or new < min(above) - 2 * step) and (not below or new > max(below) + 2 * step)
        if kept and abs(new - value) > 3 * step:
            return f"{new:.{places}f}"
    return None


def _pattern(kind: Kind, value: str) -> re.Pattern[str]:
    if kind == "limit":
        return re.compile(rf"(?<![\w.,]){re.escape(value)}(?![\d]|\.\d|,\d)")
    latin = re.match(r"[A-Za-z]", value)
    return re.compile(rf"\b{re.escape(value)}\b" if latin else re.escape(value))


def document(mutation: Mutation) -> Document:
    """The changed requirement as a document of its own."""
    return read_text(f"# Requirements\n\n## M-1\n\n{mutation.text.strip()}\n", title="mutation", limits=Limits())


def miss(mutation: Mutation, cases: Sequence[WrittenCase]) -> str | None:
    """Why the cases did not follow the mutation, or None where they did."""
    text = "\n".join(line for case in cases for line in case.lines())
    if not cases:
        return "no case"
    if not _stands(mutation.kind, mutation.new, text):
        return f"the new value {mutation.new} stands in no case"
    if _stands(mutation.kind, mutation.old, text) and not _is_representative(mutation, text):
        return f"the old value {mutation.old} is still there"
    return None


def _is_representative(mutation: Mutation, text: str) -> bool:
    """Whether an old limit that still stands there is only a value inside or outside the new range, with no value beside it."""
    if mutation.kind != "limit":
        return False
    old = Decimal(mutation.old)
    step = Decimal(1).scaleb(min(0, int(old.as_tuple().exponent)))
    there = numbers(text)
    return not {(old + step).normalize(), (old - step).normalize()} & there


def _stands(kind: Kind, value: str, text: str) -> bool:
    if kind == "limit":
        return Decimal(value).normalize() in numbers(text)
    return re.search(_pattern(kind, value).pattern, text, re.I) is not None


def told(mutation: Mutation, reason: str) -> str:
    """A line for a person."""
    return f"{mutation.set_name} {mutation.requirement_id} ({mutation.kind} {mutation.old} → {mutation.new}): {reason}"

"""The measures of one arm on one set, each a pure function of cases and document. What is missing is listed with its reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from testgen_runtime.documents.model import Actor, Atom, Enumeration, Limit, Requirement, State
from tests.bench.generation.executable import defects
from tests.bench.generation.model import Cases, RequirementSet, WrittenCase
from tests.bench.generation.words import any_numbers, numbers, shared

TOLD = 0.5
"""The share of the content words of an atom that the cases of its requirement must have."""
TOLD_ZH = 0.3
"""The same for pairs of Chinese characters, many of which straddle two words."""
NEAR = 0.9
_SMELL = re.compile(
    r"^Check whether\b|^Observe (?:the following|whether)|This does not happen:|It is not the case that|\bthe system shall\b|"
    r"^Look for this item|Bring about this situation|以下结果不会出现|检查系统是否满足|不满足“|触发以下情形",
    re.I,
)


@dataclass(slots=True)
class Found:
    """A measure's value, and what keeps it from the best one: lines for a person."""

    value: float
    gaps: list[str] = field(default_factory=list)


def _share(good: int, total: int) -> float:
    return good / total if total else 1.0


def requirements_covered(one: RequirementSet, cases: Cases) -> Found:
    """Requirements of the set that have at least one case / all that were asked for.

    One that the product itself reports as untestable (its finding says that nothing can be observed) and writes no case for is
    listed and counts neither way.
    """
    untestable = _untestable(one)
    wanted = list(dict.fromkeys([*one.expected_ids, *one.asked]))
    gaps = [name for name in wanted if not cases.get(name)]
    told = [name for name in gaps if name in untestable]
    reasons = [f"{name}: {untestable.get(name, 'no case')}" for name in gaps]
    return Found(_share(len(wanted) - len(gaps), len(wanted) - len(told)), reasons)


def _untestable(one: RequirementSet) -> dict[str, str]:
    """The requirements that the product reports as untestable, each with the reason that it gives."""
    return {
        finding.requirement_id: f"reported as untestable: {finding.message}"
        for finding in one.document.findings
        if finding.kind == "no_observable_outcome"
    }


def atoms_covered(one: RequirementSet, cases: Cases) -> Found:
    """Atoms whose values or words stand in some case of their requirement / all atoms.

    Read from the words of the cases, for every arm alike: what a writer claims to exercise is not asked.
    """
    total, gaps, told = 0, list[str](), list[str]()
    untestable = _untestable(one)
    for requirement in _asked(one):
        own = cases.get(requirement.id, ())
        if not own and requirement.id in untestable:
            told.append(f"{requirement.id}: {untestable[requirement.id]}")
            continue
        text = "\n".join(case.text() for case in own)
        for atom in requirement.atoms:
            total += 1
            if reason := untold(atom, text):
                claimed = [case.id for case in own if atom.id in case.atom_ids]
                by = f"; claimed by {claimed[0]}" if claimed else "; no case claims it" if own and own[0].atom_ids else ""
                gaps.append(f"{atom.id} “{atom.text[:100]}”: {reason}{by}")
    return Found(_share(total - len(gaps), total), [*gaps, *told])


def atoms_claimed(one: RequirementSet, cases: Cases) -> Found:
    """Atoms that some case names in `atom_ids` / all atoms: the product's own count."""
    gaps, total = [], 0
    for requirement in _asked(one):
        claimed = {atom for case in cases.get(requirement.id, ()) for atom in case.atom_ids}
        total += len(requirement.atoms)
        gaps += [f"{atom.id}: no case claims it" for atom in requirement.atoms if atom.id not in claimed]
    return Found(_share(total - len(gaps), total), gaps)


def untold(atom: Atom, text: str) -> str | None:
    """Why the cases' text does not show the atom, or None where it does."""
    value, lowered = atom.value, text.lower()
    if isinstance(value, Limit):
        wanted = [bound.value for bound in (value.lower, value.upper) if bound]
        there = numbers(text) | any_numbers(text)
        missing = [b for b in wanted if not any(_near(b, n, value.step) for n in there)]
        return f"no value at {', '.join(map(str, missing))}" if missing else None
    if isinstance(value, Enumeration | State | Actor):
        names = (*value.permitted, *value.denied) if isinstance(value, Actor) else (*value.allowed, *value.refused)
        lacking = [name for name in names if name.lower() not in lowered and shared(text, name) < 1]
        return f"not named: {', '.join(lacking)}" if lacking else None
    part = shared(text, atom.text)
    enough = TOLD_ZH if re.search(r"[\u3400-\u9fff]", atom.text) else TOLD
    return None if part >= enough else f"{part:.0%} of its words"


def _near(bound: Decimal, number: Decimal, step: Decimal) -> bool:
    """At the bound or one step beside it; a bound in another unit (0.5 h for 30 min) counts by its factor of time or size."""
    factors = (1, 60, 3600, 24, 7, 1000, 1024, 100, 10_000, 10**8)
    return abs(number - bound) <= step or any(number == bound * f or number * f == bound for f in factors)


def quotes_verbatim(one: RequirementSet, cases: Cases) -> Found:
    """Cases each of whose quotes stands verbatim in its own requirement (at least one quote) / all cases."""
    texts = {r.id: r.text for r in one.document.requirements}

    def problem(case: WrittenCase) -> str | None:
        if not case.quotes:
            return "no quote"
        wrong = next((q for q in case.quotes if not q.strip() or q not in texts.get(case.requirement_id, "")), None)
        return f"“{wrong[:80]}” is not in the requirement" if wrong is not None else None

    return _each(cases, problem)


def numbers_grounded(one: RequirementSet, cases: Cases) -> Found:
    """Cases whose numbers come from the requirement, or are values on, beside, inside or outside its limits / all cases."""
    return _grounded(one, cases, chosen=True)


def numbers_on_limits(one: RequirementSet, cases: Cases) -> Found:
    """The same without the values that equivalence partitioning chooses inside and outside of limits."""
    return _grounded(one, cases, chosen=False)


def _grounded(one: RequirementSet, cases: Cases, *, chosen: bool) -> Found:
    known = {r.id: _grounds(r) for r in one.document.requirements}

    def problem(case: WrittenCase) -> str | None:
        stated, ranges = known.get(case.requirement_id, (set(), []))
        ranges = ranges if chosen else []
        loose = {n for n in numbers(case.text()) if n not in stated and not any(low <= n <= high for low, high in ranges)}
        return f"{', '.join(format(n, 'f') for n in sorted(loose))} in “{case.title[:80]}”" if loose else None

    return _each(cases, problem)


def _grounds(requirement: Requirement) -> tuple[set[Decimal], list[tuple[Decimal, Decimal]]]:
    """(numbers that may be used, ranges in which a value may be chosen). A value beside a limit is at most as far as the limit
    itself is from zero (a 5th try where 4 are allowed, 10 MB where 5 are), so that a representative may be chosen outside."""
    text = " ".join((requirement.id, *requirement.section, requirement.text))
    stated = {abs(n) for n in any_numbers(text)} | {Decimal(0)}
    limits = [atom.value for atom in requirement.atoms if isinstance(atom.value, Limit)]
    ranges = [(Decimal(0), 2 * b.value) for value in limits for b in (value.lower, value.upper) if b]
    beside = _beside_on_the_clock(text)
    for n in list(stated):
        stated |= {n + 1, n - 1, n + Decimal("0.1"), n - Decimal("0.1"), n + Decimal("0.01"), n - Decimal("0.01")}
    return {n.normalize() for n in stated | beside}, ranges


_CLOCK = re.compile(r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:：](?P<minute>[0-5]\d))?(?:\s?(?P<half>[ap])\.?m\b)?", re.I)
_DAY = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})|(?P<day>\d{1,2})\s(?P<month>[A-Z][a-z]{2,8})\s(?P<year>\d{4})|(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"
)


def _beside_on_the_clock(text: str) -> set[Decimal]:
    """The figures of each time of day and date that a text tells, and of those one minute or one day beside."""
    found: set[int] = set()
    for match in _CLOCK.finditer(text):
        if not (match["minute"] or match["half"]) or int(match["hour"]) > 23:
            continue
        hour = int(match["hour"]) % 12 + 12 * (match["half"].lower() == "p") if match["half"] else int(match["hour"])
        at = datetime(2000, 1, 2, hour, int(match["minute"] or 0))
        for minutes in (-1, 0, 1):
            moved = at + timedelta(minutes=minutes)
            found |= {moved.hour, moved.minute}
    for match in _DAY.finditer(text):
        try:
            day = (
                date.fromisoformat(match["iso"])
                if match["iso"]
                else datetime.strptime(f"{match['day']} {match['month'][:3]} {match['year']}", "%d %b %Y").date()
                if match["day"]
                else date(int(match["y"]), int(match["m"]), int(match["d"]))
            )
        except ValueError:
            continue
        for days in (-1, 0, 1):
            moved_day = day + timedelta(days=days)
            found |= {moved_day.year, moved_day.month, moved_day.day}
    return {Decimal(n) for n in found}


def near_duplicates(one: RequirementSet, cases: Cases) -> Found:
    """Cases whose steps and data are those of an earlier case of the set, all but a few letters / all cases."""
    gaps, total, seen = [], 0, list[tuple[WrittenCase, frozenset[str]]]()
    by_gram: dict[str, list[int]] = {}
    for case in {case.id: case for case in reversed(_all(cases))}.values():  # one that names two requirements is one case
        total += 1
        own = _grams(case)
        candidates = Counter(index for gram in own for index in by_gram.get(gram, ()))
        twin = next(
            (seen[i][0] for i, both in candidates.most_common() if both > NEAR * (len(own) + len(seen[i][1]) - both)), None
        )
        if twin is not None:
            where = (
                case.requirement_id
                if twin.requirement_id == case.requirement_id
                else f"{case.requirement_id} and {twin.requirement_id}"
            )
            gaps.append(f"{where}: “{twin.title[:110]}” | “{case.title[:110]}”")
        for gram in own:
            by_gram.setdefault(gram, []).append(len(seen))
        seen.append((case, own))
    return Found(_share(len(gaps), total) if total else 0.0, gaps)


def _grams(case: WrittenCase) -> frozenset[str]:
    steps = " ".join(f"{step.action} {step.expected}" for step in case.steps)
    data = " ".join(f"{name} {value}" for name, value in sorted(case.test_data.items()))
    text = re.sub(r"\s+", " ", f"{steps} {data}".lower()).strip()
    return frozenset(text[i : i + 4] for i in range(max(1, len(text) - 3)))


def executable(one: RequirementSet, cases: Cases) -> Found:
    """Cases without a defect by the definition of `executable.py` / all cases."""
    texts = {r.id: r.text for r in one.document.requirements}
    return _each(cases, lambda case: "; ".join(defects(case, texts.get(case.requirement_id, ""))) or None)


def template_smell(one: RequirementSet, cases: Cases) -> Found:
    """Cases with a line that a template left behind / all cases."""

    def problem(case: WrittenCase) -> str | None:
        return next((f"“{line[:100]}”" for line in case.lines() if _SMELL.search(line)), None)

    found = _each(cases, problem)
    return Found(round(1 - found.value, 6), found.gaps)


def oracle_figures(one: RequirementSet, cases: Cases) -> dict[str, Found]:
    """wrong_expected, mutants_killed and unreadable, by the oracle set's own functions."""
    if one.oracle is None:
        return {}
    wanted = set(one.asked)
    items = [item for item in one.oracle.items if item.id in wanted]
    result: Mapping[str, Any] = one.oracle.scorer.score(items, {k: [c.as_output() for c in v] for k, v in cases.items()})
    unread = [
        f"{item.id}: {case.title}"
        for item in items
        for case in cases.get(item.id, ())
        if one.oracle.scorer.read_case(item, case.as_output()) is None
    ]
    return {
        "wrong_expected": Found(float(result["wrong_expected"]), list(result.get("wrong", ()))),
        "mutants_killed": Found(float(result["mutants_killed"]), list(result.get("survivors", ()))),
        "unreadable": Found(float(result["unreadable"]), unread),
    }


def _each(cases: Cases, problem: Any) -> Found:
    """The share of cases without a problem."""
    every = _all(cases)
    gaps = [f"{case.requirement_id} {case.id}: {reason}" for case in every if (reason := problem(case))]
    return Found(_share(len(every) - len(gaps), len(every)), gaps)


def _all(cases: Cases) -> Sequence[WrittenCase]:
    return [case for own in cases.values() for case in own]


def _asked(one: RequirementSet) -> list[Requirement]:
    wanted = set(one.asked)
    return [r for r in one.document.requirements if r.id in wanted]

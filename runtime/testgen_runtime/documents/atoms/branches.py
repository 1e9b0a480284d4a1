"""Rules that tell both sides of one limit, or what happens in each of several bands of one value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from testgen_runtime.documents.atoms.atom_values import Found
from testgen_runtime.documents.atoms.clauses import Part, Unit, cut
from testgen_runtime.documents.atoms.ranges import Mention as Range
from testgen_runtime.documents.model import Action, AtomKind, Outcome


def other_side(here: Sequence[Range], before: Sequence[Range]) -> Literal["this", "before"] | None:
    """Whether the one range of a rule is the other side of one before it, and which of both tells what happens otherwise.

    The accepted side is the rule; where neither is told to be accepted, the first one is.
    """
    if len(here) != 1 or not before or here[0].turned or before[-1].turned:
        return None
    this, known = here[0], before[-1]
    if this.stated or (this.dimension, this.unit) != (known.dimension, known.unit):
        return None
    turned = known.turn()
    if (turned.lower, turned.upper) == (known.lower, known.upper) or not _same_ends(turned, this):
        return None
    if this.accepts and known.accepts:
        return None
    return "before" if this.accepts else "this"


def tells_what_breaks(unit: Unit, here: Sequence[Range], before: Sequence[Range]) -> bool:
    """ "The pressure must stay below 3 bar. If it reaches 3 bar, the burner is cut off": what happens where the limit is broken."""
    if len(here) != 1 or len(before) != 1 or unit.verdict != "neutral" or unit.otherwise or len(unit.conditions) > 1:
        return False
    this, known = here[0], before[0]
    if unit.language == "zh":
        return known.stated and not known.turned and _breaks_zh(unit, this, known)
    if (
        unit.in_condition(this.start) is None
        or not known.stated
        or known.turned
        or (this.dimension, this.unit) != (known.dimension, known.unit)
    ):
        return False
    return _same_ends(known.turn(), this)


def tells_the_rest(unit: Unit, before: Unit, here: Sequence[Range], known: Sequence[Range]) -> bool:
    """ "… shall switch off when the temperature exceeds 250 °C. Up to and including 250 °C it shall stay on": two events, one limit.

    Neither side is accepted or refused, so the second tells what happens otherwise.
    """
    if unit.otherwise or {unit.verdict, before.verdict} != {"neutral"} or len(here) != 1 or len(known) != 1:
        return False
    this, first = here[0], known[0]
    if this.stated or this.turned or first.turned or (this.dimension, this.unit) != (first.dimension, first.unit):
        return False
    low, high = (first, this) if this.lower else (this, first)
    if low.lower or high.upper or not low.upper or not high.lower:
        return False
    gap = high.lower.value - low.upper.value
    if gap == 0:
        return low.upper.inclusive != high.lower.inclusive
    return gap == this.step and this.dimension == "count" and low.upper.inclusive and high.lower.inclusive


def without_lead(main: Part, limit: Range) -> Part:
    """ "Up to and including 250 °C it shall stay on": the clause behind the bound that it begins with."""
    at = limit.end - main.start
    lead = _LEAD.match(main.text)
    if not 0 < at < len(main.text) or lead is None or main.start + lead.end() < limit.end:
        return main
    return cut(main, lead.end(), len(main.text))


_LEAD = re.compile(
    r"(?:up to(?: and including)?|at|from|below|under|above|over|with) [^,]{1,60}?(?:,\s*|\s+)(?=(?:it|they|the|he|she|this)\b)",
    re.I,
)


def without_what_breaks(here: Sequence[Range]) -> list[Range]:
    """ "应保持在 3 MPa 以下，升至 3 MPa 及以上时 …" in one clause: the limit alone, with the bound on the side that the second says."""
    if len(here) != 2 or not here[0].stated or here[1].stated or here[0].turned or here[1].turned:
        return list(here)
    known, this = here
    if (this.dimension, this.unit) != (known.dimension, known.unit):
        return list(here)
    if known.upper and not known.lower and this.lower and not this.upper:
        gap = this.lower.value - known.upper.value
        if gap == 0:
            return [replace(known, upper=replace(known.upper, inclusive=not this.lower.inclusive))]
        if gap == this.step and known.upper.inclusive and this.lower.inclusive and this.dimension == "count":
            return [known]
    return list(here)


def _breaks_zh(unit: Unit, this: Range, known: Range) -> bool:
    """ "保持在 3 MPa 以下，升至 3 MPa 及以上时 …", "不得多于 1 门，缺考 2 门及以上 …": beside the limit, and told at the beginning."""
    if (this.dimension, this.unit) != (known.dimension, known.unit) or this.start - unit.part.start > _FIRST_WORDS:
        return False
    if known.upper and not known.lower and this.lower and not this.upper:
        gap = this.lower.value - known.upper.value
        return gap == 0 or (gap == this.step and known.upper.inclusive and this.lower.inclusive and this.dimension == "count")
    return bool(known.lower and not known.upper and this.upper and not this.lower and this.upper.value == known.lower.value)


_FIRST_WORDS = 8
"""Characters before the number of such a clause."""


def bands_of(rules: Sequence[Unit], ranges: Sequence[Sequence[Range]]) -> list[int]:
    """The rules that each tell what happens inside one of several bands of a value; empty where no band has two ends."""
    found = [n for n, here in enumerate(ranges)
             if here and rules[n].verdict == "neutral" and all(rules[n].in_condition(m.start) is not None for m in here)]  # fmt: skip
    both = [n for n in found if any(m.lower for m in ranges[n]) and any(m.upper for m in ranges[n])]
    same = [n for n in found if not ranges[n][0].unit or ranges[n][0].dimension == ranges[found[0]][0].dimension] if found else []
    return same if both and len(same) > 1 else []


def inside(here: Range, bands: Sequence[Sequence[Range]]) -> str:
    """A value inside a band, as it is written ("100000 元"): its middle, half of its upper or twice its lower end."""
    low, high = (end.value if end else None for end in (here.lower, here.upper))
    if low is not None and high is not None:
        value = (low + high) / 2
    else:
        value = high / 2 if high is not None else (low or Decimal(0)) * 2
    if here.unit in ("人", "个", "件", "次", "名", "台"):
        value = value.to_integral_value()
    unit = here.unit or next((m.unit for band in bands for m in band if m.unit), "")
    return f"{value.quantize(Decimal('0.01')).normalize():f} {unit}".strip()


def _same_ends(a: Range, b: Range) -> bool:
    def ends(m: Range) -> list[tuple[Decimal, bool] | None]:
        return [(e.value, e.inclusive) if e else None for e in (m.lower, m.upper)]

    return ends(a) == ends(b)


def turn_to_other_side(told: list[Found]) -> None:
    """Make the result of the last rule the one of the other side: an action that is demanded there is its outcome."""
    for index in range(len(told) - 1, -1, -1):
        value = told[index].value
        if isinstance(value, Outcome):
            told[index] = replace(told[index], value=replace(value, otherwise=True))
            return
        if isinstance(value, Action):
            text = value.text if not value.subject else f"{value.subject}{value.text}"
            told[index] = replace(told[index], kind=AtomKind.OUTCOME, value=Outcome(text, "positive", otherwise=True))
            return

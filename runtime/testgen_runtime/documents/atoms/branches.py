"""Rules that tell both sides of one limit, or what happens in each of several bands of one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from testgen_runtime.documents.atoms.atom_values import Found
from testgen_runtime.documents.atoms.clauses import Unit
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

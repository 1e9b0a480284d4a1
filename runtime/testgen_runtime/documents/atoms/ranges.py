"""Ranges: a lower and an upper end of one value, as one place of the text states them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from testgen_runtime.documents.atoms.numbers import Dimension


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range: its value, whether it is inside, and where its quantity stands in the clean text."""

    value: Decimal
    inclusive: bool
    start: int
    end: int

    def outside(self) -> End:
        """The same point as the end of what lies on its other side."""
        return replace(self, inclusive=not self.inclusive)


@dataclass(frozen=True, slots=True)
class Mention:
    """A range as one place of the text states it. `stated`: in the predicate, and so what is demanded itself.

    `explicit`: the text says in words whether the bound lies inside ("37.3 ℃ 及以上", "（含）").
    `outside`: the rule speaks of what lies beside the range ("values outside 5 to 40 °C").
    """

    start: int
    end: int
    lower: End | None
    upper: End | None
    unit: str
    dimension: Dimension
    step: Decimal
    subject: str
    stated: bool
    accepts: bool = True
    turned: bool = False
    owner: str = ""
    multiple: Decimal | None = None
    explicit: bool = False
    outside: bool = False

    def turn(self) -> Mention:
        """The range on the other side; a closed range has none that is one range, and stays."""
        if self.lower and self.upper:
            return self
        lower = self.upper.outside() if self.upper else None
        upper = self.lower.outside() if self.lower else None
        return replace(self, lower=lower, upper=upper, turned=not self.turned)


def like(known: Mention, found: Mention) -> Mention:
    """`found`, about the same parameter as `known`: "students up to 5 books, teachers up to 20"."""
    if found.unit and found.unit != known.unit and found.dimension != known.dimension:
        return found
    return replace(
        found,
        subject=known.subject,
        unit=found.unit or known.unit,
        dimension=known.dimension,
        step=found.step if found.unit else known.step,
        stated=known.stated,
        owner=known.owner,
    )


def on_steps(mention: Mention, step: Decimal) -> bool:
    """Whether every end of the range is reached by whole steps from zero."""
    ends = [end.value for end in (mention.lower, mention.upper) if end]
    return all(value % step == 0 for value in ends)

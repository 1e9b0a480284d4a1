"""Values that go by a step: "from 10 to 150 EUR, in steps of 5 EUR", "between 20 and 500; it must be a multiple of 20"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from testgen_runtime.documents.atoms.numbers import Quantity, quantities
from testgen_runtime.documents.atoms.ranges import Mention, on_steps

_BY = re.compile(
    r"\b(?:in\s(?:steps|increments|multiples)\sof|(?:an?\s)?(?:whole|integer|exact|even)?\s?multiples?\sof|divisible\sby|"
    r"in)\s(?:an?\s)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s-](?:steps|increments)\b", re.IGNORECASE)
"""Behind the number: "in 5 EUR steps", "in 15-minute increments"."""


_WHOLE = re.compile(
    r"\b(?:an?\s(?:positive\s)?integer|integers|whole\s(?:number|percentage|figure)s?|integer\svalues?)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"[.;:](?=\s|$)|\n")


def with_steps(text: str, by_rule: Sequence[Sequence[Mention]]) -> list[list[Mention]]:
    """The ranges with the step that the same text gives them, where their ends lie on it."""
    by_rule = [[_whole(text, mention) for mention in here] for here in by_rule]
    steps = [q for q in quantities(text) if _is_step(text, q)]
    if len({(q.value, q.unit) for q in steps}) != 1 or steps[0].value <= 0:
        return [list(here) for here in by_rule]
    step, starts = steps[0], {q.start for q in steps}

    def stepped(mention: Mention) -> Mention:
        fits = step.unit in ("", mention.unit) and (mention.lower or mention.upper) and on_steps(mention, step.value)
        return replace(mention, multiple=step.value) if fits else mention

    return [[stepped(mention) for mention in here if mention.start not in starts] for here in by_rule]


def _whole(text: str, mention: Mention) -> Mention:
    """A range of whole numbers, as its clause says: a fraction inside of it is refused."""
    if not (mention.lower or mention.upper) or mention.dimension not in ("count", "other") or not on_steps(mention, Decimal(1)):
        return mention
    start = max((found.end() for found in _CLAUSE.finditer(text, 0, mention.start)), default=0)
    stop = found.start() if (found := _CLAUSE.search(text, mention.end)) else len(text)
    return replace(mention, multiple=Decimal(1)) if _WHOLE.search(text[start:stop]) else mention


def _is_step(text: str, quantity: Quantity) -> bool:
    found = _BY.search(text[max(0, quantity.start - 30) : quantity.start])
    return found is not None and (found[0].strip().lower() != "in" or _AFTER.match(text, quantity.end) is not None)

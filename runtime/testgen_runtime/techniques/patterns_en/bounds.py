"""Limits of one clause, with what they are of: "shipments to Japan up to 200 USD", "a discount of up to 10 %"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import Dimension, quantities

_UPPER = re.compile(
    r"(?P<open>less than|below|under|fewer than|lighter than|shorter than|smaller than)|"
    r"up to|at most|(?:no|not) (?:more|longer|larger|heavier|greater|higher) than|a? ?(?:maximum|limit) of|"
    r"(?:must|may|shall) not exceed|not exceeding|within|"
    r"not exceed",
    re.I,
)
_MEASURE = re.compile(
    r"(?:(?:an?|the|its)\s)?(?P<name>[a-z]+(?:\s[a-z]+)?)\s(?:of|is|are|may be|must be|shall be|can be)\s*$", re.I
)
_INSIDE = re.compile(r"^\s(?:an?|the)\s(?P<name>[a-z]+(?:\s[a-z]+)?)\s(?:of|is)\s$", re.I)
_VERBS = {"weigh": "weight", "weighs": "weight", "last": "duration", "lasts": "duration", "cost": "cost", "costs": "cost"}
_BY_DIMENSION: dict[str, str] = {
    "money": "amount",
    "size": "size",
    "duration": "duration",
    "length": "length",
    "percent": "percentage",
}
_BY_UNIT = {
    "kg": "weight",
    "g": "weight",
    "t": "weight",
    "tons": "weight",
    "km": "distance",
    "m": "length",
    "cm": "length",
    "°c": "temperature",
}


@dataclass(frozen=True, slots=True)
class Bounded:
    """An upper limit in a text: its value, where it stands, and the words for what is measured (`measure`, "" if none)."""

    value: Decimal
    unit: str
    dimension: Dimension
    step: Decimal
    inclusive: bool
    start: int
    end: int
    measure: str
    head: str

    def name(self, thing: str) -> str:
        """What a tester calls the input: "declared value", "parcel weight"."""
        if self.measure:
            return self.measure
        kind = _BY_UNIT.get(self.unit.lower()) or _BY_DIMENSION.get(self.dimension, "")
        return f"{thing} {kind}".strip() if kind else f"number of {self.unit}".strip() if self.unit else f"{thing} value"


def bounded(text: str) -> list[Bounded]:
    """The upper limits of a clause, in the order of the text."""
    found = []
    for quantity in quantities(text):
        before = text[: quantity.start]
        compared = next((m for m in reversed(list(_UPPER.finditer(before)))), None)
        if compared is None:
            continue
        between = before[compared.end() :]
        inside = _INSIDE.match(between)
        if between.strip() and inside is None:
            continue
        measure = _measure(inside["name"] if inside else "", before[: compared.start()])
        head = re.search(
            r"(?:^|\b(?:an?|the|any)\s)(?P<head>[a-z]+)\s(?:(?:of|for|with|worth)\s)?$", before[: compared.start()], re.I
        )
        thing = singular(head["head"].lower()) if head and head["head"].lower() not in (*_VERBS, "be", "is", "are") else ""
        found.append(
            Bounded(
                value=quantity.value,
                unit=quantity.unit,
                dimension=quantity.dimension,
                step=quantity.step,
                inclusive=not compared["open"],
                start=compared.start(),
                end=quantity.end,
                measure=measure,
                head=thing,
            )
        )
    return found


def _measure(inside: str, before: str) -> str:
    if inside:
        return inside.lower()
    if verb := re.search(r"\b(?P<verb>weighs?|lasts?|costs?)\s*$", before, re.I):
        return _VERBS[verb["verb"].lower()]
    if named := re.search(r"\b(?:an?|the)\s(?P<name>[a-z]+(?:\s[a-z]+)?)\sof\s*$", before, re.I):
        return named["name"].lower()
    return ""

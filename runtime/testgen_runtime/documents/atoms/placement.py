"""Which part of a text belongs to which rule: its quantities, the lines of a list, a lead-in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.numbers import Quantity
from testgen_runtime.documents.atoms.ranges import Mention as Range
from testgen_runtime.documents.atoms.written import Mention as Written


def without_value(subject: str, value: str) -> str:
    """ "private customer amount" is the amount of business customers too."""
    return subject[len(value) :].strip() if subject.lower().startswith(value.lower() + " ") else subject


def of_the_others(unit: Unit) -> bool:
    """Whether a rule's condition only names what the rules before it leave out."""
    return bool(unit.conditions) and words_zh.OTHERS.match(unit.conditions[0].part.text) is not None


def opens(text: str, unit: Unit, found: Range) -> bool:
    """Whether a comparison opens its rule, so that it speaks of what was compared before: "…，不满 1 万元的予以提交"."""
    return re.fullmatch("(?:对于?|凡是?|如果?|若|当|但|而|其中)?", text[unit.part.start : found.start].strip()) is not None


def leads_in(text: str, unit: Unit) -> bool:
    """Whether a rule only announces the lines under it ("系统应提供以下功能：")."""
    return (
        unit.language == "zh"
        and re.search(r"(?:以下|下列|如下)[\u4e00-\u9fff]{0,6}$", unit.main.text) is not None
        and re.match(r"\s*[：:]\s*\n\s*\S", text[unit.part.end : unit.part.end + 12]) is not None
    )


def assigned(rules: Sequence[Unit], found: Sequence[Quantity]) -> list[list[Quantity]]:
    """The quantities inside each rule; both are in the order of the text."""
    out: list[list[Quantity]] = [[] for _ in rules]
    number = 0
    for quantity in found:
        while number < len(rules) - 1 and rules[number].part.end <= quantity.start:
            number += 1
        if rules[number].part.start <= quantity.start < rules[number].part.end:
            out[number].append(quantity)
    return out


def outside(found: Sequence[Quantity], written: Sequence[Written]) -> list[Quantity]:
    """The quantities that do not tell how a value is written ("two letters followed by six digits")."""
    return [q for q in found if not any(w.counts_characters and w.start <= q.start < w.end for w in written)]


def inside_of(unit: Unit, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a line of a list has been taken up as a value of an earlier rule."""
    return unit.listed and any(start <= unit.part.start < end for start, end in spans)

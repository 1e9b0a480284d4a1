"""Values that are a multiple of a number: "The quantity must be a multiple of 6". The first multiples, and values beside them
(29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    r"(?:The|An?|Every|Each)\s(?P<what>[a-z][a-z -]{2,40}?)\s(?:must|shall|has\sto|should)\s(?:always\s)?be\s"
    r"(?:an?\s(?:whole\s|integer\s|exact\s)?multiple\sof|divisible\sby)\s(?P<number>[1-9]\d{0,4})(?:\s(?P<unit>[A-Za-z]+))?(?:[;.,]\s(?P<rest>[^.;]+))?\.?",
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """Two multiples, and a value on each side of the first."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or int(found["number"]) < 2 or (found["rest"] and not REFUSED.search(found["rest"])):
        return
    number, what, unit = int(found["number"]), found["what"].lower(), found["unit"] or ""
    for value in (number, 2 * number, number - 1, number + 1):
        ok = value % number == 0
        told = f"{value} {unit}".strip()
        yield point(
            view,
            technique=Technique.BOUNDARY_VALUE_ANALYSIS if not ok else Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={what: Input(str(value), unit, "boundary")},
            preconditions=(),
            do=sentence(f"enter the {what} {told}", "en"),
            see=sentence(f"the {what} is {'accepted' if ok else 'rejected'}", "en"),
            reason=f"a multiple of {number}" if ok else f"no multiple of {number}",
            weight=0.9 if ok else 0.92,
            title=f"{what} of {told}",
            whole=True,
        )

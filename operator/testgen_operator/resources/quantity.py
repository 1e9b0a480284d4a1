"""Kubernetes quantities (`500m`, `1Gi`): read and compared exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

PATTERN: Final = r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$"
_SHAPE: Final = re.compile(r"^(?P<number>[0-9]+(\.[0-9]+)?)(?P<unit>m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$")
_UNITS: Final[dict[str | None, Decimal]] = {
    None: Decimal(1),
    "m": Decimal("0.001"),
    **{unit: Decimal(1000) ** power for power, unit in enumerate(("k", "M", "G", "T", "P"), start=1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate(("K", "M", "G", "T", "P"), start=1)},
}


def parse(text: str | int) -> Decimal:
    """The amount in base units (cores, bytes). Raises ValueError for anything that is no quantity."""
    found = _SHAPE.match(str(text))
    if found is None:
        raise ValueError(f"{text!r} is no quantity: write a number with a unit such as 500m, 512Mi or 10Gi")
    return Decimal(found["number"]) * _UNITS[found["unit"]]


def is_quantity(text: object) -> bool:
    return isinstance(text, (str, int)) and not isinstance(text, bool) and _SHAPE.match(str(text)) is not None


def larger(one: str, other: str) -> str:
    """The larger of two quantities, as it was written; the first if they are equal."""
    return other if parse(other) > parse(one) else one

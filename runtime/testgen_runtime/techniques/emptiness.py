"""What must not be empty: a lower end of one for its length ("must not be empty and must not exceed 30 characters")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.model import Bound, Condition
from testgen_runtime.techniques.limits import Range
from testgen_runtime.techniques.view import View

_NOT_EMPTY: Final = re.compile(
    r"\b(?:must|shall|may|can|should)\s?not\s(?:be\s(?:left\s)?)(?:empty|blank)\b|\bcannot\sbe\s(?:left\s)?(?:empty|blank)\b|"
    r"\bnon-empty\b|(?:不能|不得|不可|不可以|不应|不允许)(?:为空|留空|空白)|(?:必须|应)?非空|(?<!如果)(?<!若)(?<!当)不为空",
    re.I,
)
_EMPTY: Final = re.compile(r"\b(?:empty|blank)\b|为空|留空|空白", re.I)


def with_lower_end(view: View, found: Sequence[Range]) -> list[Range]:
    """The ranges; the only length, where it has no lower end and the text forbids an empty value, starts at one."""
    lengths = [r for r in found if r.limit.dimension == "length"]
    if len(lengths) != 1 or lengths[0].limit.lower is not None or not lengths[0].limit.accepts:
        return list(found)
    told = _NOT_EMPTY.search(view.requirement.text)
    if told is None:
        return list(found)
    bound = Bound(Decimal(1), True, lengths[0].atoms[0].span)
    return [Range(replace(r.limit, lower=bound), r.atoms) if r is lengths[0] else r for r in found]


def is_about_emptiness(value: Condition, found: Sequence[Range]) -> bool:
    """Whether a condition only says that the value is empty or not, which a length from one on says too."""
    return _EMPTY.search(value.text) is not None and any(
        r.limit.dimension == "length" and r.limit.lower is not None and r.limit.lower.value == 1 for r in found
    )

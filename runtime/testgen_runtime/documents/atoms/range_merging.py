"""Ranges of several rules -> one a parameter: two ends are joined, what is said twice is kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms.numbers import Dimension, finer
from testgen_runtime.documents.atoms.ranges import End, Mention
from testgen_runtime.documents.atoms.subjects import same_subject

_CHARACTERS_ZH = frozenset({"位", "位数字", "位字符", "个字符", "字符", "个数字", "位数"})
"""Units that all count the characters of one text: "6 位数字 … 超过 6 位"."""


def merge(found: Sequence[Mention]) -> list[Mention]:
    """One mention a parameter: two ends of one range are joined, what is said twice is kept once."""
    out: list[Mention] = []
    named: dict[Dimension, str] = {}
    for mention in found:
        if not mention.subject and mention.dimension in named:
            mention = replace(mention, subject=named[mention.dimension])
        if mention.subject:
            named[mention.dimension] = mention.subject
        for index, other in enumerate(out[-8:], start=max(0, len(out) - 8)):
            joined = _join(other, mention)
            if joined is not None:
                out[index] = joined
                break
        else:
            out.append(mention)
    return out


def _join(a: Mention, b: Mention) -> Mention | None:
    if a.unit and b.unit and a.unit != b.unit and same_subject(a.subject, b.subject):
        a, b = _in_one_unit(a, b)
    a, b = _of_one_dimension(a, b), _of_one_dimension(b, a)
    if a.unit in _CHARACTERS_ZH and (b.unit in _CHARACTERS_ZH or (b.unit == "个" and not b.subject)):
        b = replace(b, unit=a.unit, dimension=a.dimension)
    if a.dimension != b.dimension or (a.unit and b.unit and a.unit != b.unit):
        return None
    same_point = {e.value for e in (a.lower, a.upper) if e} & {e.value for e in (b.lower, b.upper) if e}
    if not (same_subject(a.subject, b.subject) or same_point):
        return None
    if (
        a.accepts
        and b.accepts
        and same_point
        and a.dimension == "duration"
        and (a.lower is None) != (b.lower is None)
        and ((a.upper is None) != (b.upper is None))
    ):
        return a  # "for up to 2 hours; after 2 hours …": what follows at the end of the range, no range of one value
    if a.accepts != b.accepts:
        kept = a if a.accepts else b
        return replace(kept, subject=a.subject or b.subject, unit=a.unit or b.unit) if same_point else None
    if a.stated != b.stated and not same_point and (a.lower is None) == (b.lower is None):
        return None
    for x, y in ((a.lower, b.lower), (a.upper, b.upper)):
        if x and y and x.value != y.value:
            return None
    if not a.accepts and not _same_range(a, b):
        return None
    if a.turned != b.turned and same_point and (told := _as_told(a, b)):
        a, b = told
    lower, upper = _tighter(a.lower, b.lower), _tighter(a.upper, b.upper)
    if (
        lower
        and upper
        and (lower.value > upper.value or (lower.value == upper.value and not (lower.inclusive and upper.inclusive)))
    ):
        return None
    return replace(
        a, start=min(a.start, b.start), end=max(a.end, b.end) if not _same_range(a, b) else a.end, lower=lower, upper=upper,
        unit=a.unit or b.unit, step=min(a.step, b.step), subject=a.subject or b.subject, stated=a.stated or b.stated,
    )  # fmt: skip


def _of_one_dimension(a: Mention, b: Mention) -> Mention:
    """ "群组至多 500 人，人数超过 500 时…": a bare number is of the dimension of the one that it repeats."""
    bare = not a.unit and a.dimension == "other" and bool(b.unit)
    return replace(a, dimension=b.dimension) if bare and _same_range(a, b) else a


def _as_told(a: Mention, b: Mention) -> tuple[Mention, Mention] | None:
    """Both with the ends of the one that is told as accepted: "60 分以上（含）可以…，60 分以下不得…" accepts 60."""
    plain = b if a.turned else a
    if a.explicit != b.explicit:
        plain = a if a.explicit else b

    def ended(m: Mention) -> Mention:
        lower, upper = m.lower, m.upper
        if lower and plain.lower and lower.value == plain.lower.value:
            lower = replace(lower, inclusive=plain.lower.inclusive)
        if upper and plain.upper and upper.value == plain.upper.value:
            upper = replace(upper, inclusive=plain.upper.inclusive)
        return replace(m, lower=lower, upper=upper)

    return ended(a), ended(b)


def _in_one_unit(a: Mention, b: Mention) -> tuple[Mention, Mention]:
    """Both in the finer of their units, where one is a fixed number of the other: "不少于 15 分钟，不超过 4 小时"."""
    if factor := finer(a.unit, b.unit):
        return _scaled(a, factor, b.unit), b
    if factor := finer(b.unit, a.unit):
        return a, _scaled(b, factor, a.unit)
    return a, b


def _scaled(m: Mention, factor: int, unit: str) -> Mention:
    lower = replace(m.lower, value=m.lower.value * factor) if m.lower else None
    upper = replace(m.upper, value=m.upper.value * factor) if m.upper else None
    return replace(m, lower=lower, upper=upper, unit=unit, step=m.step * factor)


def _same_range(a: Mention, b: Mention) -> bool:
    def key(m: Mention) -> tuple[object, ...]:
        return tuple((e.value, e.inclusive) if e else None for e in (m.lower, m.upper))

    return key(a) == key(b)


def _tighter(a: End | None, b: End | None) -> End | None:
    if a and b:
        return a if not a.inclusive or b.inclusive else b
    return a or b

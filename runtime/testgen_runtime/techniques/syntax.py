"""Syntax testing (ISO/IEC/IEEE 29119-4:2021, 5.2.4): values that a format takes, and values with one mistake each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.model import Atom, AtomKind, Format, Language, Limit, Outcome
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule
from testgen_runtime.techniques.grammar import Lengths, derivations, mutations
from testgen_runtime.techniques.limits import same_subject
from testgen_runtime.techniques.model import Input, PointStep, Technique, TestPoint
from testgen_runtime.techniques.names import format_name, limit_name
from testgen_runtime.techniques.observed import is_shown_by_the_system
from testgen_runtime.techniques.points import of_level
from testgen_runtime.techniques.ruling import words
from testgen_runtime.techniques.view import View, negative, otherwise
from testgen_runtime.techniques.well_known import VALUES, dated

_WHY: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "longer": "a longer value in the required format", "example": "the example of the text",
        "too short": "one character is missing", "too long": "one character too many",
        "wrong character": "a character of another kind", "wrong case": "a letter in the other case",
        "missing part": "a part is missing", "extra part": "something follows that does not belong there",
        "wrong order": "parts have changed places", "white space": "a space inside the value", "no date": "no such date",
        "no time": "no such time", "leading zero": "leading zeros belong to the value",
    },
    "zh": {
        "longer": "符合格式的较长的值", "example": "原文给出的示例", "too short": "少一个字符", "too long": "多一个字符",
        "wrong character": "含有其他类型的字符", "wrong case": "字母大小写不符",
        "missing part": "缺少一部分", "extra part": "末尾多出内容", "wrong order": "前后部分顺序颠倒",
        "white space": "中间含有空格", "no date": "不存在的日期", "no time": "不存在的时间", "leading zero": "前导零是值的一部分",
    },
}  # fmt: skip
USUAL: Final[Mapping[Language, str]] = {"en": "a value in the required format", "zh": "符合格式的值"}
_ENTER: Final[Mapping[Language, str]] = {"en": "Enter the {} {}.", "zh": "输入{}“{}”。"}
_SEEN: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("The {} is rejected.", "The {} is accepted."),
    "zh": ("系统拒绝该{}。", "系统接受该{}。"),
}
_WEIGHTS: Final = {
    "too short": 0.93,
    "too long": 0.92,
    "wrong character": 0.94,
    "wrong case": 0.9,
    "missing part": 0.85,
    "wrong order": 0.6,
}


def points(view: View) -> Iterator[TestPoint]:
    """The tests of each format that somebody enters."""
    for atom, value in view.of(Format):
        if is_shown_by_the_system(view, atom):
            continue
        name = format_name(value.subject, view.language)
        factor = Factor(AtomKind.FORMAT, name, tuple(_levels(view, atom, value, name)), (atom.id,), view.at(atom))
        rule = words(view, Rule((Cluster("and", (factor,)),)), frozenset({view.sentence(atom)}))
        for level in factor.levels:
            told = level.inputs[name]
            refusal_told = any(isinstance(a.value, Outcome) and (negative(a) or otherwise(a)) for a in view.results())
            seen = "" if not level.good and refusal_told else _SEEN[view.language][level.good].format(name)
            step = PointStep(_ENTER[view.language].format(name, told.value), seen)
            yield of_level(view, rule, level, rule.held, level.good, (atom.id,), steps=(step,))


def _levels(view: View, atom: Atom, value: Format, name: str) -> Iterator[Level]:
    """The values of a format, the typical ones first, without repetition."""
    seen: set[str] = set()
    for kind, text, good in _values(view, atom, value):
        if text in seen:
            continue
        seen.add(text)
        yield Level(
            good=good,
            technique=Technique.SYNTAX_TESTING,
            inputs={
                name: Input(text, "", "text" if kind == "example" else "example"),
                **(_length(view, value, text) if good else {}),
            },
            reason=_WHY[view.language].get(kind) or USUAL[view.language],
            weight=_WEIGHTS.get(kind, 0.75) if not good else 0.9 if kind in ("", "example") else 0.6,
        )


def _values(view: View, atom: Atom, value: Format) -> Iterator[tuple[str, str, bool]]:
    """(what is special about it, the value, whether the format takes it)."""
    lengths = _lengths(view, value)
    if value.known in ("date", "time", "date-time") and value.syntax:
        yield from _dates(value)
        return
    if value.syntax:
        found = derivations(value.syntax, lengths)
        yield from (("longer" if i else "", text, True) for i, text in enumerate(found))
        if found and (zeros := _leading_zeros(value, found[0])):
            yield "leading zero", zeros, True
        yield from ((mistake, text, False) for mistake, text in mutations(value.syntax, lengths))
    elif value.known in VALUES:
        right, wrong = VALUES[value.known]
        yield from (("longer" if i else "", text, True) for i, text in enumerate(right))
        yield from ((mistake, text, False) for mistake, text in wrong)


def _dates(value: Format) -> Iterator[tuple[str, str, bool]]:
    right = dated(value.pattern)
    yield "", right, True
    if value.known != "time" and (wrong := dated(value.pattern, month="02", day="30")) != right:
        yield "no date", wrong, False
    if value.known != "date" and (wrong := dated(value.pattern, hour="25")) != right:
        yield "no time", wrong, False
    yield from (
        (mistake, text, False) for mistake, text in mutations(value.syntax) if mistake in ("too short", "wrong character")
    )


def _leading_zeros(value: Format, base: str) -> str:
    """The same value with zeros in front of its first run of digits; "" where that is no run of digits of one length."""
    at = 0
    for run in value.syntax:
        if run.classes == ("digit",) and not run.also:
            zeros = "00" + base[at + 2 : at + run.least]
            return base[:at] + zeros + base[at + run.least :] if run.least == run.most and run.least > 2 else ""
        if run.least != run.most:
            return ""
        at += run.least * (1 if run.classes else len(run.also))
    return ""


def _length(view: View, value: Format, text: str) -> dict[str, Input]:
    """How long an accepted value is, where the text counts it: "123456" is no amount of 123456."""
    limit = _limit(view, value)
    return {limit_name(limit, view.language): Input(str(len(text)), limit.unit, "example")} if limit and text.isdigit() else {}


def _limit(view: View, value: Format) -> Limit | None:
    """The limit on the length of the same thing."""
    return next(
        (
            limit
            for _, limit in view.of(Limit)
            if limit.dimension == "length" and same_subject(re.sub(r"\s?length$|长度$", "", limit.subject), value.subject)
        ),
        None,
    )


def _lengths(view: View, value: Format) -> Lengths | None:
    """What a limit on the length of the same thing says."""
    limit = _limit(view, value)
    if limit is None:
        return None
    lower, upper = limit.lower, limit.upper
    return Lengths(
        _whole(lower.value + (0 if lower.inclusive else 1)) if lower else None,
        _whole(upper.value - (0 if upper.inclusive else 1)) if upper else None,
    )


def _whole(value: Decimal) -> int:
    return max(0, int(min(value, Decimal(10_000))))

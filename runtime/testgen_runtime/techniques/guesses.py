"""Error guessing (ISO/IEC/IEEE 29119-4:2021, 5.4): values that programs often get wrong, by the kind of what is entered.

Only where the requirement itself decides the result: an empty value, zero or a negative one below a lower end that it refuses to
pass; unusual characters in a free text of an allowed length; a second one of what must be unique. What a text leaves open (white
space, upper and lower case, a concurrent change) is guessed by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.model import AtomKind, Format, Language, Limit, Outcome
from testgen_runtime.techniques.boundaries import inside
from testgen_runtime.techniques.factors import Factor, Level, Rule, verdict
from testgen_runtime.techniques.model import Input, PointStep, Technique, TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.points import make, of_level, others
from testgen_runtime.techniques.view import View, negative

_FREE_TEXT: Final = re.compile(
    r"\b(?:comment|remark|note|description|message|feedback|review|reason|summary|biography|annotation)s?\b|"
    r"备注|评论|留言|描述|说明|意见|反馈|简介|评价|正文|理由",
    re.I,
)
_WHY: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "empty": "empty", "zero": "zero", "negative": "negative", "unicode": "letters of several scripts",
        "code": "characters that have a meaning in SQL, as plain data", "duplicate": "the same value again",
    },
    "zh": {
        "empty": "为空", "zero": "为零", "negative": "为负数", "unicode": "多种文字的字符", "code": "把 SQL 特殊字符当作普通数据",
        "duplicate": "重复的值",
    },
}  # fmt: skip
_TEXTS: Final = (("unicode", "Zoë Łukasz 李娜"), ("code", "' OR 'a'='a"))
_CONTENT: Final[Mapping[Language, str]] = {"en": "{} content", "zh": "{}内容"}
_LEAVE: Final[Mapping[Language, str]] = {"en": "Leave the {} empty ({}).", "zh": "将{}留空（{}）。"}
_WITH: Final[Mapping[Language, str]] = {
    "en": "Enter a {} of {} that contains the text “{}”.",
    "zh": "输入长度为 {1}、包含文本“{2}”的{0}。",
}
_HOLDS: Final[Mapping[Language, str]] = {"en": "{} that contains “{}” is accepted", "zh": "{}包含“{}”时，系统接受该内容"}
_UNIQUE_EN: Final = re.compile(
    r"\b(?:the|each|every|an?)\s+(?P<what>[a-z][\w-]*(?:\s[a-z][\w-]*){0,3}?)\s+"
    r"(?:of\s(?:an?|the|each|every)\s[a-z][\w-]*\s+)?"
    r"(?:shall|must|has to)\s+be\s+unique\b",
    re.I,
)
_UNIQUE_ZH: Final = re.compile(
    r"(?P<what>[\u4e00-\u9fffA-Za-z]{2,10}?)(?:必须|应当|应该|应|须|需)?(?:保持)?(?:唯一|不得重复|不能重复|不可重复|不允许重复)"
)
_AGAIN: Final[Mapping[Language, tuple[str, str, str]]] = {
    "en": ("Save a record whose {} another record already has.", "The record is not saved.",
           "A second record with the same {} is not saved"),
    "zh": ("保存一条{}与已有记录相同的记录。", "系统不保存该记录。", "{}与已有记录重复时，系统不保存该记录"),
}  # fmt: skip


def points(view: View, rules: Sequence[Rule]) -> Iterator[TestPoint]:
    """The guesses that this requirement decides."""
    by_id = {atom.id: atom for atom in view.atoms}
    limits = {limit_name(value, view.language): value for _, value in view.of(Limit)}
    for rule in rules:
        for place, factor in enumerate(rule.factors):
            limit = limits.get(factor.name)
            if factor.kind is not AtomKind.LIMIT or limit is None or sum(f.name == factor.name for f in rule.factors) > 1:
                continue
            refusals = [by_id[i] for i in rule.false_ids if isinstance(by_id[i].value, Outcome)]
            if limit.dimension == "length" and (zero := _refused_zero(factor)) is not None:
                yield _guess(view, rule, place, factor, "empty", "0", zero.unit)
            below = _below(view, rule, place, factor, refused=bool(refusals) and all(negative(atom) for atom in refusals))
            yield from (point for point in below if point.polarity == "negative")  # an alternative says nothing of such values
            yield from _texts(view, rule, place, factor)
    yield from _again(view)


def _below(view: View, rule: Rule, place: int, factor: Factor, *, refused: bool) -> Iterator[TestPoint]:
    """Empty, zero and negative values under a lower end above one, where the text says that they are `refused`."""
    lower = _lowest(view, factor)
    if lower is None or lower.lower is None or not lower.accepts:
        return
    unit, bound = lower.unit, lower.lower.value
    if not refused:
        return
    if lower.dimension == "length" and bound > 1:
        yield _guess(view, rule, place, factor, "empty", "0", unit)
    elif lower.dimension in ("money", "count", "percent") and bound > 1:
        yield _guess(view, rule, place, factor, "zero", "0", unit)
    if lower.dimension == "money" and bound >= 0 and not inside(lower, Decimal(-1)):
        yield _guess(view, rule, place, factor, "negative", "-1", unit)


def _refused_zero(factor: Factor) -> Input | None:
    """The length of nothing where it is a boundary value that is refused: the same test, which gets its words here."""
    values = [value for level in factor.levels if not level.good for value in level.inputs.values()]
    return next((value for value in values if value.value == "0"), None)


def _lowest(view: View, factor: Factor) -> Limit | None:
    """The limit of the factor that has its lower end."""
    own = [value for atom, value in view.of(Limit) if atom.id in factor.atom_ids and value.lower is not None and value.accepts]
    return own[0] if own else None


def _guess(view: View, rule: Rule, place: int, factor: Factor, kind: str, value: str, unit: str) -> TestPoint:
    """The value alone, everything else as it is accepted."""
    level = Level(
        good=False,
        technique=Technique.ERROR_GUESSING,
        inputs={factor.name: Input(value, unit, "example")},
        reason=_WHY[view.language][kind],
        weight=0.7,
    )
    assignment = {p: lv for p, f in enumerate(rule.factors) if (lv := f.typical(True)) is not None} | {place: level}
    steps: tuple[PointStep, ...] = ()
    if kind == "empty":
        steps = (PointStep(_LEAVE[view.language].format(_noun(factor), shown(Input(value, unit), view.language))),)
    held = [*rule.held, *others(assignment, place)]
    return of_level(view, rule, level, held, verdict(rule, assignment), factor.atom_ids, steps=steps)


def _noun(factor: Factor) -> str:
    """What has the length."""
    return re.sub(r"\s?length$|长度$", "", factor.name) or factor.name


def _texts(view: View, rule: Rule, place: int, factor: Factor) -> Iterator[TestPoint]:
    """Unusual characters in a free text of an accepted length."""
    middle = factor.typical(True)
    if not _FREE_TEXT.search(factor.name) or middle is None or view.of(Format):
        return
    told = middle.inputs[factor.name]
    lengths = [value for atom, value in view.of(Limit) if atom.id in factor.atom_ids]
    if not lengths or any(limit.dimension != "length" for limit in lengths) or not told.value.isdigit() or int(told.value) < 20:
        return
    noun = _noun(factor)
    assignment = {p: lv for p, f in enumerate(rule.factors) if (lv := f.typical(True)) is not None} | {place: middle}
    if not verdict(rule, assignment):
        return
    for kind, text in _TEXTS:
        level = replace(
            middle,
            technique=Technique.ERROR_GUESSING,
            inputs={**middle.inputs, _CONTENT[view.language].format(noun): Input(text, "", "example")},
            reason=_WHY[view.language][kind],
            weight=0.45,
        )
        words = _WITH[view.language].format(noun, shown(told, view.language), text)
        title = _HOLDS[view.language].format(noun[:1].upper() + noun[1:], text)
        held = [*rule.held, *others(assignment, place)]
        yield of_level(view, rule, level, held, True, factor.atom_ids, title=title, steps=(PointStep(words),))


def _again(view: View) -> Iterator[TestPoint]:
    """A second one of what must be unique."""
    text, language = view.requirement.text, view.language
    found = (_UNIQUE_EN if language == "en" else _UNIQUE_ZH).search(text)
    if found is None:
        return
    what = bare(found["what"])
    start = view.requirement.span.start
    ids = tuple(a.id for a in view.atoms if a.span.start - start < found.end() and a.span.end - start > found.start())
    if not ids:
        return
    act, seen, title = (line.format(what) for line in _AGAIN[language])
    step = PointStep(sentence(act, language), sentence(seen, language))
    yield make(
        view, Technique.ERROR_GUESSING, ids, "negative", action=step.action, expected=step.expected,
        reason=_WHY[language]["duplicate"], weight=0.85, title=title, steps=(step,),
    )  # fmt: skip

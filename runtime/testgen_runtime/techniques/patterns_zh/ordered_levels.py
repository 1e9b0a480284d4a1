"""Levels in a told order, and what opens from one of them on: "会员等级由低到高依次为普通、银卡、金卡和钻石。金卡及以上等级的会员
可以进入贵宾休息室，低于金卡等级的会员应被拒绝". Each level is tried on its side (29119-4, 5.2.1 and 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.verdict_words import NO, YES, acceptance, of_one_act, refusal
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_VALUE: Final = r"(?:“[^“”，；]{1,10}”|(?:(?![或和与及、，；])[\u4e00-\u9fffA-Za-z0-9]){1,8}?)"
_LIST: Final = rf"(?P<list>{_VALUE}(?:(?:、|以及|和|及|与){_VALUE}){{2,8}})"
_UP: Final = "低到高|小到大|轻到重|浅到深|弱到强|易到难|初级到高级"
_DOWN: Final = "高到低|大到小|重到轻|强到弱|难到易"
_ORDER: Final = rf"(?:按(?:照)?)?(?:由|从|自)(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:的?(?:顺序|次序))?(?:排列)?，?(?:依次|分别)?"
_REST: Final = "[，；](?P<rest>.+)"
_TOLD: Final = re.compile(
    rf"(?P<mark>{HAN}{{2,8}}?)，?{_ORDER}(?:共)?(?:分为|分成|设为|设有|包括|为|是)：?{_LIST}(?:[三四五六七八九]个?(?:等级|级别|级|档|类))?{_REST}"
)
_AFTER: Final = re.compile(
    rf"(?P<mark>{HAN}{{2,8}}?)(?:分为|分成|设为|设有|包括|为|是)：?{_LIST}(?:[三四五六七八九]个?(?:等级|级别|级|档|类))?[，（]{_ORDER}(?:排列|递[增减])?）?{_REST}"
)
_CLASS: Final = "(?:等级|级别|级|档|类)?"
_WHOSE: Final = (
    rf"时|的(?P<noun>{HAN}{{0,6}}?)(?:(?:申请|请求|尝试)?{HAN}{{2,10}}?时)?|"
    rf"(?P<who>(?!等?级|档|类|系统|平台){HAN}{{2,4}}?)"
)
_FROM: Final = (
    ("ge", "(?:{mark}|等级|级别)?(?:为|在|达到)?{one}{cls}(?:及|或|（含）|或者)以上{cls}|"
           "(?:{mark}|等级|级别)?(?:为|在|达到)?{one}{cls}以上{cls}（含(?:{one})?{cls}）|"
           "(?:{mark}|等级|级别)?(?:不低于|不小于|至少为?|达到(?:或超过|或高于)?){one}{cls}"),
    ("le", "(?:{mark}|等级|级别)?(?:为|在)?{one}{cls}(?:及|或|（含）|或者)以下{cls}|"
           "(?:{mark}|等级|级别)?(?:不高于|不超过|至多为?){one}{cls}"),
    ("lt", "(?:{mark}|等级|级别)?(?:低于|未达到?|达不到|不及|小于){one}{cls}"),
    ("gt", "(?:{mark}|等级|级别)?(?:高于|超过|大于){one}{cls}"),
    ("below", "(?:{mark}|等级|级别)?(?:为|在)?{one}{cls}以下{cls}"),
    ("above", "(?:{mark}|等级|级别)?(?:为|在)?{one}{cls}以上{cls}"),
    ("eq", "(?:{mark}|等级|级别)?(?:为|是)?{one}{cls}(?:(?:、|和|及|与|或){others}{cls}){{0,6}}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Side:
    """The levels (by their place) that a clause is about; `vague`: the one of which a bare 以上 or 以下 does not tell."""

    places: frozenset[int]
    vague: int | None
    yes: re.Match[str] | None
    no: re.Match[str] | None


def points(view: View) -> Iterator[TestPoint]:
    """Each level of which the text tells with its verdict; nothing where it tells both of one."""
    text = whole(view)
    found = _TOLD.match(text) or _AFTER.match(text)
    if found is None:
        return
    clauses = re.split("；|，(?!系统|平台|应|其(?![余他它])|该|均|一律|不|禁|可)", found["rest"])
    if len(clauses) != 2:
        return
    levels = [one.strip("“”") for one in lists.split(found["list"])]
    levels = levels if found["up"] else levels[::-1]
    one, other = (_side(clause, levels, found["mark"]) for clause in clauses)
    if one is not None and other is None:
        other = _others(clauses[1], one, len(levels))
    if one is None or other is None or len(set(levels)) != len(levels):
        return
    may, denied = (one, other) if one.yes else (other, one)
    if may.yes is None or denied.no is None or not of_one_act(denied.no["no"], may.yes["act"], may.yes["yes"]):
        return
    complete = len(may.places | denied.places) == len(levels)
    allowed, refused = _sure(may, denied, complete=complete), _sure(denied, may, complete=complete)
    if allowed and refused and not allowed & refused:
        yield from _each(view, found["mark"], levels, (allowed, refused), may.yes, denied.no)


def _others(clause: str, one: _Side, count: int) -> _Side | None:
    """All other levels than those of the first clause: "其余等级的会员应被拒绝"; None where it leaves a level open itself."""
    lead = rf"(?:而|但)?(?:其他|其它|其余)(?:等级|级别|级)?的?(?P<noun>{HAN}{{0,6}}?)(?P<who>)(?:时|的)?，?"
    yes, no = re.fullmatch(f"{lead}{YES}", clause), re.fullmatch(f"{lead}{NO}", clause)
    if one.vague is not None or not (yes or no):
        return None
    return _Side(frozenset(range(count)) - one.places, None, None if no else yes, no)


def _sure(side: _Side, other: _Side, *, complete: bool) -> frozenset[int]:
    """The levels that are surely on a side: the one that a bare 以上 leaves open only where it would be on none without."""
    if side.vague is None or (complete and side.vague not in other.places):
        return side.places
    return side.places - {side.vague}


def _side(clause: str, levels: list[str], mark: str) -> _Side | None:
    """The levels of a clause with its verdict; None where it has neither."""
    others = f"(?:{'|'.join(map(re.escape, sorted(levels, key=len, reverse=True)))})"
    for place, level in enumerate(levels):
        for kind, shape in _FROM:
            words = shape.format(mark=re.escape(mark), one=f"“?{re.escape(level)}”?", cls=_CLASS, others=others)
            lead = rf"(?:只有|仅|凡|而|但|对于?)?(?P<told>{words})(?:{_WHOSE})?，?"
            yes, no = re.fullmatch(f"{lead}{YES}", clause), re.fullmatch(f"{lead}{NO}", clause)
            if yes or no:
                from_here, up_to = frozenset(range(place, len(levels))), frozenset(range(place + 1))
                told = {"ge": from_here, "above": from_here, "gt": from_here - {place}}.get(kind)
                places = told if told is not None else up_to - {place} if kind == "lt" else up_to
                if kind == "eq":
                    named = re.findall(others, (yes or no)["told"])  # type: ignore[index]
                    places = frozenset(levels.index(name) for name in named)
                return _Side(places, place if kind in ("above", "below") else None, None if no else yes, no)
    return None


def _each(
    view: View, mark: str, levels: list[str], sides: tuple[frozenset[int], frozenset[int]], yes: re.Match[str], no: re.Match[str]
) -> Iterator[TestPoint]:
    noun, act = yes["noun"] or yes["who"] or no["noun"] or no["who"] or "", yes["act"]
    of = f"该{noun}的{mark}" if noun and noun not in mark else mark
    may, denied = sides
    for place, level in enumerate(levels):
        if place not in may | denied:
            continue  # the text does not tell
        ok = place in may
        edge = any(beside in (denied if ok else may) for beside in (place - 1, place + 1))
        yield point(
            view,
            technique=Technique.BOUNDARY_VALUE_ANALYSIS if edge else Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={mark: Input(level)},
            preconditions=(f"{of}为“{level}”。",),
            do=f"{act}。" if act else f"提交该{noun or '申请'}。",
            see=acceptance(yes["yes"], noun) if ok else refusal(no["no"], act=act),
            reason="在要求的等级之内" if ok else "不在要求的等级之内",
            weight=0.9 if ok else 0.92,
            title=f"{mark}为“{level}”",
        )

"""Conditions told twice, once as what is needed and once as what is missing: "已实名且没有欠税的企业，可在线申领；凡未实名
或者存在欠税的，应予驳回", "年检过期或者有未处理违章的，不得过户；年检有效且无未处理违章的，准予办理". The second clause
adds no condition: each decides alone (29119-4, 5.2.6). A state fails where another one is named: "状态为“已审核”且已完成核验时，
允许下载；状态为“待审核”或未完成核验的，应拒绝下载"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.model import Condition
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.sides import SIDE
from testgen_runtime.techniques.patterns_zh.telling import HAN, act_on, of_tree
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, akin, refused, whole
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.trees import Act, Clause, Tree, Way
from testgen_runtime.techniques.view import View

_LEAD: Final = "(?:若|如果?|凡|对于?)?"
_MAY: Final = (
    rf"(?:系统|平台|柜台)?{SURELY}(?:方|才)?"
    rf"(?:可以|可|能够?|允许|准许|准予|有权|给予|予以|应予)(?:正常|直接|在线)?(?P<act>{HAN}{{2,12}})"
)
_AWAY: Final = rf"(?P<no>{HAN}{{0,10}}?{SURELY}{REFUSAL}{HAN}{{0,10}})"
_AND: Final = "的?，?(?:并且|而且|同时|且|并(?=[已经未无有持具完没]))"
_OR: Final = "的?，?(?:或者?|或是)(?![以等更])"


def _noun(name: str) -> str:
    return rf"(?:的(?P<{name}>{HAN}{{2,6}}?)?|(?P<{name}_when>时))，?"


def _shape(one: str, other: str, first: str, second: str) -> re.Pattern[str]:
    return re.compile(
        rf"{_LEAD}(?P<one>[^；]{{3,40}}?{one}[^；，]{{2,40}}?){_noun('noun1')}{first}；{_LEAD}"
        rf"(?P<two>[^；]{{3,40}}?{other}[^；，]{{2,40}}?){_noun('noun2')}{second}"
    )


_SHAPES: Final = tuple(
    (_shape(one, other, first, second), first is _MAY)
    for one, other in ((_AND, _OR), (_OR, _AND))
    for first, second in ((_MAY, _AWAY), (_AWAY, _MAY))
)
_ONLY_THEN: Final = re.compile(
    rf"{_LEAD}(?P<one>[^；]{{3,40}}?{_AND}[^；，]{{2,40}}?)(?P<noun1>(?!))?(?P<noun1_when>时)?，(?:{HAN}{{2,6}}?)??(?:才|方)(?:(?:可以|可|能够?)?(?:允许|准予)|可以|可|能够?)"
    rf"(?:为其)?(?P<act>{HAN}{{2,12}})；{_LEAD}(?P<two>[^；]{{3,40}}?{_OR}[^；，]{{2,40}}?){_noun('noun2')}{_AWAY}"
)
"""The permission is told with 才 and without 的: "成绩不低于 90 分并且没有欠费，教务端才能为其排课；…"."""
_STATE: Final = re.compile(
    rf"(?P<noun>{HAN}{{0,10}}?)的?(?:当前)?(?:状态[为是]|(?:处于|处在|在|为)(?=“))(?P<states>“[^“”]+”(?:、?“[^“”]+”)*|[\u4e00-\u9fff]{{2,4}})(?:状态)?(?:时|的)?"
)
"""A thing in one of several states; `points` joins their names by "、"."""
_DENIED: Final = re.compile("不|未|没有?|无|缺少?|非|过期|失效")
"""Two of them are none: "无未处理违章"."""


def points(view: View) -> Iterator[TestPoint]:
    """Each condition deciding alone; nothing where the two clauses do not tell the same conditions."""
    text = re.sub("”(?:或者?|或是|以及|和|及)“", "”、“", whole(view))
    for shape, permitted_first in (*_SHAPES, (_ONLY_THEN, True)):
        found = shape.fullmatch(text)
        stated = found is not None and all(_STATE.search(found[name]) for name in ("one", "two"))
        if (
            found
            and not stated
            and shape is not _ONLY_THEN
            and (len(view.of(Condition)) <= 2 or found["noun1_when"] or found["noun2_when"])
        ):
            return  # the general reading took the second clause for the opposite of the first
        if found and (told := _read(found, permitted_first=permitted_first)):
            tree, do, act = told
            refusal = refused(re.sub("^其(?=[\u4e00-\u9fff])", "", found["no"]))
            own = re.match(rf"{REFUSAL}", refusal) is not None
            yield from of_tree(view, tree, Act(f"{do}。", f"系统允许{act}。", f"{'系统' if own else ''}{refusal}。"))
            return


def _read(found: re.Match[str], *, permitted_first: bool) -> tuple[Tree, str, str] | None:
    """The tree of the permitting clause, what is done, and the act."""
    yes, no = (found["one"], found["two"]) if permitted_first else (found["two"], found["one"])
    joined_by_and = re.search(_AND, yes) is not None
    if (joined_by_and and re.search(_OR, yes)) or (re.search(_OR, no) and re.search(_AND, no)):
        return None
    needs = re.split(_AND if joined_by_and else _OR, yes)
    fails = re.split(_OR if joined_by_and else _AND, no)
    if len(needs) != len(fails) or any("，" in part or "除" in part for part in (*needs, *fails)):
        return None
    pairs = list(zip(needs, fails, strict=True))
    states = [_states(need, fail) for need, fail in pairs]
    if not all(known or opposed(*pair) for known, pair in zip(states, pairs, strict=True)):
        return None
    noun = found["noun1" if permitted_first else "noun2"] or found["noun1"] or found["noun2"] or ""
    read = [known or clause(re.sub("（[^（）]*）$", "", words), noun) for known, words in zip(states, needs, strict=True)]
    of = next((told["noun"] for words in needs if (told := _STATE.fullmatch(words))), "")
    clauses = tuple(one for one in read if one is not None)
    act = found["act"]
    if len(clauses) != len(needs) or re.search("[不未无拒驳]", act):
        return None
    short = len(act) < 3
    do = act_on(act, noun) if noun and short else f"对该{of}{act}" if of and short else act
    return Tree("and" if joined_by_and else "or", clauses), do, act


def _states(need: str, fail: str) -> Clause | None:
    """A state that is needed, and those named where it is missing ("状态为“已审核”", "状态为“待审核”"); None where
    the clauses are no states of one thing."""
    one, other = _STATE.fullmatch(need), _STATE.fullmatch(fail)
    if one is None or other is None:
        return None
    noun, again = one["noun"], other["noun"]
    held, broken = (re.findall("[^“”、]+", m["states"]) for m in (one, other))
    if not noun or not noun.endswith(again) or set(held) & set(broken):
        return None
    how, why, name = Technique.DECISION_TABLE, f"{noun}状态决定结果", f"{noun}状态"
    return Clause(
        tuple(
            Way(ok, {name: Input(state)}, in_state(noun, state, "zh"), how, why, 0.9 if ok else 0.92)
            for states, ok in ((held, True), (broken, False))
            for state in states
        )
    )


def opposed(need: str, fail: str) -> bool:
    """Whether two clauses are a condition and its opposite: one number of a measure, or a word with and without "not"."""
    bounds = [re.search(SIDE, words) for words in (need, fail)]
    if any(bounds):
        numbers = [set(re.findall(r"\d[\d.]*|[一二两三四五六七八九十百千]+", m[0])) for m in bounds if m]
        return len(numbers) == 2 and bool(numbers[0] & numbers[1])
    return akin(_bare(need), _bare(fail)) and _odd(need) != _odd(fail)


def _odd(words: str) -> bool:
    return len(_DENIED.findall(words)) % 2 == 1


def _bare(words: str) -> str:
    return re.sub("[不未没无已经尚有存在过]", "", words)

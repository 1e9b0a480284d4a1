"""One of several marks together with a condition, and the other marks or its opposite: "工种为电工或焊工且已完成安全培训的人员
可以领取作业票；工种为油漆工或搬运工，或者未完成安全培训时，系统应拒绝领取". Each mark is tried with the condition,
and the condition turned with a mark that may (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.marked_people import MARK, VAGUE, VALUES, split
from testgen_runtime.techniques.patterns_zh.mirrored import opposed
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree
from testgen_runtime.techniques.patterns_zh.verdict_words import NO, YES, acceptance, of_one_act, refusal
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act, Clause, Tree, Way, of_limit
from testgen_runtime.techniques.view import View

_LEAD: Final = "(?:若|如果?|凡|当|对于?|而|但)?(?:只有|仅)?"
_CLOSE: Final = rf"(?:时|的情况下|的(?P<noun>{HAN}{{0,6}}?))，?"
_AND: Final = "，?(?:并且|而且|同时|且)"
_OR: Final = "，?(?:或者?|或是)"
_REST: Final = r"(?P<rest>[^，；且或]{3,24}?)"
_IS: Final = rf"(?P<mark>{MARK})(?:为|是|属于)(?P<values>{VALUES})"


def _shapes(joint: str, verdict: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"{_LEAD}{told}{_CLOSE}{verdict}") for told in (rf"{_IS}的?{joint}{_REST}", rf"{_REST}的?{joint}{_IS}")
    )


_NEEDED: Final = _shapes(_AND, YES)
_FAILED: Final = _shapes(_OR, NO)
_BOUND: Final = re.compile(rf"(?P<what>{HAN}{{0,14}}?)(?P<side>{SIDE})")


def points(view: View) -> Iterator[TestPoint]:
    """The rows of the mark and the condition; nothing where the halves are not each other's opposite, or of two acts."""
    halves = whole(view).split("；")
    if len(halves) != 2:
        return
    for first, second in (halves, halves[::-1]):
        yes = next((m for shape in _NEEDED if (m := shape.fullmatch(first))), None)
        no = next((m for shape in _FAILED if (m := shape.fullmatch(second))), None)
        if yes and no and (tree := _tree(yes, no)) is not None:
            noun, act = yes["noun"] or no["noun"] or "", yes["act"]
            if of_one_act(no["no"], act, noun, yes["yes"]):
                do = f"{act}。" if act else f"提交该{noun or '申请'}。"
                yield from of_tree(view, tree, Act(do, acceptance(yes["yes"], noun), refusal(no["no"], "" if act else noun, act)))
            return


def _tree(yes: re.Match[str], no: re.Match[str]) -> Tree | None:
    mark, noun = yes["mark"], yes["noun"] or no["noun"] or ""
    may, denied = split(yes["values"]), split(no["values"])
    if (
        not mark.endswith(no["mark"].removeprefix("其"))
        or set(may) & set(denied)
        or any(VAGUE.search(v) for v in (*may, *denied))
    ):
        return None
    other = _other(yes["rest"], no["rest"], noun)
    how, why = Technique.DECISION_TABLE, f"{mark}决定结果"
    of = f"该{noun}的{mark}" if noun else mark
    marks = Clause(
        tuple(
            Way(value in may, {mark: Input(value)}, f"{of}为{value}。", how, why, 0.9 if value in may else 0.92)
            for value in (*may, *denied)
        )
    )
    return Tree("and", (marks, other)) if other is not None else None


def _other(need: str, fail: str, noun: str) -> Clause | None:
    """The condition beside the mark; None where it and what fails are not each other's opposite."""
    one, other = _BOUND.fullmatch(need), _BOUND.fullmatch(fail)
    if one and other and one["what"].endswith(other["what"]):
        found, _ = meeting(one["side"], other["side"], one["what"])
        return of_limit(found.limit, found.name, "zh") if found is not None else None
    more = set(_bare(fail)) - set(_bare(need))
    return clause(need, noun) if not (one or other) and opposed(need, fail) and not more else None


def _bare(words: str) -> str:
    return re.sub("[不未没无非已经尚有存在过的]", "", words)

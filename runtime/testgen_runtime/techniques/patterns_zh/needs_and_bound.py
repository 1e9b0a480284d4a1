"""What is needed beside a bound, and the opposite of both: "体检合格且体重不低于 50 千克，系统方可允许采血；体检不合格，或体重
低于 50 千克的，应禁止采血". The second clause adds no condition: all hold, and each fails alone (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, akin, whole
from testgen_runtime.techniques.trees import Act, Clause, Tree, of_limit
from testgen_runtime.techniques.view import View

_LEAD: Final = rf"(?:(?:若|如果?|凡|当|对于?)|(?P<thing>{HAN}{{2,8}}?)?(?P<only>只有|仅)(?:当|在)?)?"
_CLOSE: Final = "(?:的?情况下|的?条件下|的时候|(?P<when>时)|的|(?=，))，?"
_WHO: Final = rf"(?:{HAN}{{0,6}}?(?:系统|平台|柜台|终端|程序))?"
_NEEDED: Final = re.compile(
    rf"{_LEAD}(?P<told>[^；]{{6,60}}?){_CLOSE}{_WHO}(?:"
    rf"{SURELY}(?:方|才)?(?P<may>(?:可以|可|能够?)?(?:允许|准许|准予)|可以|可|能够?|批准|给予)(?P<act>[\u4e00-\u9fff]{{2,10}})|"
    rf"(?P<what>[\u4e00-\u9fff]{{0,6}}(?:申请|请求|订单|预约|报名)){SURELY}(?P<does>批准|通过|受理|准予))"
)
_FAILED: Final = re.compile(
    rf"(?:若|如果?|凡|当|对于?|而|但)?(?P<told>[^；]{{6,60}}?)(?:的?情况下|的时候|(?P<when>时)|的)，?(?P<no>{HAN}{{0,12}}?{SURELY}{REFUSAL}{HAN}{{0,12}})"
)
_AND: Final = "的?[，、]?(?:并且|而且|同时|且)"
_OR: Final = "的?[，、]?(?:或者?|或是)(?![以等更])"
_BOUND: Final = re.compile(rf"(?P<what>{HAN}{{2,14}}?)(?P<side>{SIDE})")
_AGAIN: Final = re.compile(rf"(?P<what>{HAN}{{0,14}}?)(?P<side>{SIDE})")
_DENIED: Final = re.compile("不|未|没有?|无|非")


def points(view: View) -> Iterator[TestPoint]:
    """All needs met, and each failing alone; nothing where the clauses are not each other's opposite, or of two acts."""
    halves = re.split("；", whole(view))
    if len(halves) != 2:
        return
    for first, second in (halves, halves[::-1]):
        yes, no = _NEEDED.fullmatch(first), _FAILED.fullmatch(second)
        if yes and no and yes["when"] and no["when"] and not (yes["only"] or re.search("，[且并或]", first + second)):
            return  # the general reading takes the second clause for the opposite of the first
        if yes and no and (read := _clauses(yes["told"], no["told"])) and (act := _act(yes, no["no"])):
            yield from of_tree(view, Tree("and", read), act)
            return


def _act(yes: re.Match[str], no: str) -> Act | None:
    """What is done; None where the refusal is of something else."""
    refusal = re.sub(f"{REFUSAL}|{SURELY}|系统|平台|^其|^该", "", no)
    act = yes["act"] or yes["what"]
    if (refusal and not akin(refusal, act) and refusal not in ("申请", "请求")) or re.search("[不未无拒驳]", act):
        return None
    if yes["what"]:
        return Act(f"提交{act}。", f"系统{yes['does']}该{act}。", f"系统拒绝该{act}。")
    if yes["may"] in ("批准", "给予"):
        return Act(f"申请{act}。", f"系统{yes['may']}{act}。", f"系统不{yes['may']}{act}。")
    thing = yes["thing"] or ""
    do = f"{act}{thing}" if len(act) == 2 else f"{thing}{act}"
    return Act(f"{do}。", f"系统允许{do}。", f"系统不允许{do}。")


def _clauses(needs: str, fails: str) -> tuple[Clause, ...]:
    """A clause for each need; none where one is not the opposite of what fails, or no bound is among them."""
    good, bad = re.split(_AND, needs), re.split(_OR, fails)
    if not 2 <= len(good) == len(bad) <= 3 or any(re.search("，|或|除|且", part) for part in (*good, *bad)):
        return ()
    read = [_bounded(need, fail) or _plain(need, fail) for need, fail in zip(good, bad, strict=True)]
    bounds = sum(1 for need in good if _BOUND.fullmatch(need))
    return tuple(c for c in read if c is not None) if bounds == 1 and all(c is not None for c in read) else ()


def _bounded(need: str, fail: str) -> Clause | None:
    one, other = _BOUND.fullmatch(need), _AGAIN.fullmatch(fail)
    if one is None or other is None or not one["what"].endswith(other["what"]):
        return None
    found, _ = meeting(one["side"], other["side"], one["what"])
    return of_limit(found.limit, found.name, "zh") if found is not None else None


def _plain(need: str, fail: str) -> Clause | None:
    odd = [len(_DENIED.findall(words)) % 2 for words in (need, fail)]
    told = [re.sub("[不未没无非已经尚有存在过]", "", words) for words in (need, fail)]
    if odd[0] == odd[1] or not akin(*told) or set(told[1]) - set(told[0]) or re.search(r"\d", need + fail):
        return None
    return clause(need, "")

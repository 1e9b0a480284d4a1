"""What is refused beyond a bound but for those of one kind, and what is taken on its other side: "申报价值超过 10000 元的快件
应被拒收，但已购买保价服务的快件除外；申报价值在 10000 元及以下的快件均应被接受". Either is enough (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree
from testgen_runtime.techniques.patterns_zh.verdict_words import NO, YES, acceptance, of_one_act, of_one_thing, refusal
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act, Tree, of_limit
from testgen_runtime.techniques.view import View

_LEAD: Final = rf"(?:凡|对于?|而|但|若|当)?(?P<what>{HAN}{{0,14}}?)(?P<side>{SIDE})(?:时|的(?P<noun>{HAN}{{0,8}}?))，?"
_REFUSED: Final = re.compile(
    rf"{_LEAD}{NO}，(?:但是?|不过)?(?P<spared>[^，；\d]{{3,24}}?)(?:的(?P<whose>{HAN}{{0,8}}?))?(?:除外|不在此限|不受(?:此|该)限制?|例外)"
)
_TAKEN: Final = re.compile(rf"{_LEAD}{YES}")


def points(view: View) -> Iterator[TestPoint]:
    """The bound without the exception, and the exception beyond it; nothing where the sides do not meet."""
    halves = whole(view).split("；")
    if len(halves) != 2:
        return
    for first, second in (halves, halves[::-1]):
        no, yes = _REFUSED.fullmatch(first), _TAKEN.fullmatch(second)
        if no and yes and (told := _read(no, yes)):
            yield from of_tree(view, *told)
            return


def _read(no: re.Match[str], yes: re.Match[str]) -> tuple[Tree, Act] | None:
    noun = no["noun"] or yes["noun"] or ""
    what = no["what"] if len(no["what"]) >= len(yes["what"]) else yes["what"]
    if not what.endswith(no["what"]) or not what.endswith(yes["what"]) or not of_one_thing(no["whose"], noun):
        return None
    if re.search("且|或|同时", what) or not of_one_thing(no["noun"], yes["noun"]):
        return None  # another condition
    taken = meeting(yes["side"], no["side"], what or noun)[0]
    needs = [clause(words, noun) for words in re.split("，?(?:并且|而且|且)", no["spared"])]
    spared = tuple(one for one in needs if one is not None)
    if taken is None or len(spared) != len(needs) or "或" in no["spared"]:
        return None
    if not of_one_act(no["no"], yes["act"], noun, yes["yes"]) and not _ANSWER.fullmatch(yes["yes"]):
        return None
    bound = of_limit(taken.limit, taken.name, "zh")
    act = yes["act"]
    if bound is None:
        return None
    do = f"{act}。" if act else f"提交该{noun or '申请'}。"
    return Tree("or", (bound, spared[0] if len(spared) == 1 else Tree("and", spared))), Act(
        do, acceptance(yes["yes"], noun), refusal(no["no"], "" if act else noun, act)
    )


_ANSWER: Final = re.compile(r".*(?:接受|受理|接收|放行|通过|批准|揽收|收寄|同意)")

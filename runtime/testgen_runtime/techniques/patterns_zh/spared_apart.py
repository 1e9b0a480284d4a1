"""What is refused of those who miss something but for an exception, and what is open to the others: "未经放行的批次不得出库，
但持有调拨单的除外；已经放行的批次，无论有无调拨单，均可出库", "除持有通行证的外，未经检查的车辆不得进场；已经检查的可以进场",
"容量超过 100 mL 的液体不得带入，婴儿奶液不受此限；其他液体不超过 100 mL 的，可以带入". Either is enough (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.needs_and_verdicts import opposites
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.spared_side import exception
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, act_on, of_tree
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act, Clause, Tree, of_limit
from testgen_runtime.techniques.view import View

_BARS: Final = rf"(?:{NOT}|(?:系统|平台)?(?:应当?|将|一律)?(?:予以)?(?:拒绝|禁止))"
_ACT: Final = "(?P<act>[\u4e00-\u9fff]{2,14}?)"
_SPARED: Final = rf"(?P<but>[\u4e00-\u9fff]{{3,14}}?)(?:的(?:{HAN}{{2,6}}?)?)?"
_EXCEPT: Final = rf"，(?:但是?|不过)?{_SPARED}(?:除外|不在此限|不受此限制?|例外)(?:，[^，；]*)?"
_OF_NOUN: Final = rf"(?P<fail>[^，；]{{3,24}}?)的(?P<noun>{HAN}{{2,8}}?)，?{_BARS}{_ACT}"
_OF_THOSE: Final = rf"(?P<noun>{HAN}{{2,8}}?)(?P<fail>(?:未|没有|尚未|不)[^，；的]{{2,16}}?)的，?{_BARS}{_ACT}"
_REFUSED: Final = tuple(
    re.compile(shape)
    for shape in (
        f"{_OF_NOUN}{_EXCEPT}",
        f"{_OF_THOSE}{_EXCEPT}",
        f"除{_SPARED}(?:以外|之外|外)，{_OF_NOUN}",
        f"除{_SPARED}(?:以外|之外|外)，{_OF_THOSE}",
    )
)
_OPENED: Final = re.compile(
    rf"(?:而|但)?(?P<need>[^，；]{{3,28}}?)的(?P<noun>{HAN}{{2,8}}?)?，?(?:(?:无论|不论|不管)[^，；]{{3,16}}，)?"
    r"(?:均|都|则)?(?:可以?|允许|能够?|准予)(?:正常|直接)?(?P<act>[\u4e00-\u9fff]{2,14})"
)
_OTHERS: Final = "^(?:其他|其它|其余)"
_BOUND: Final = re.compile(rf"(?P<what>[^\d，；]{{0,14}}?)(?P<side>{SIDE})")


def points(view: View) -> Iterator[TestPoint]:
    """What is needed and the exception, each deciding alone; nothing where the halves are no opposites or of two acts."""
    first, _, second = whole(view).partition("；")
    yes = _OPENED.fullmatch(second)
    if yes is None or re.search("且|或|除非", first + second):
        return
    for no in (m for shape in _REFUSED if (m := shape.fullmatch(first))):
        noun, act = no["noun"], yes["act"]
        need = re.sub(_OTHERS, "", yes["need"]).removeprefix(noun)
        if (yes["noun"] and not noun.endswith(yes["noun"])) or not set(no["act"]) & set(act):
            continue
        clause = _clause(noun, need, no["fail"])
        if clause is not None:
            tree = Tree("or", (clause, exception(no["but"], noun)))
            yield from of_tree(view, tree, Act(f"{act_on(act, noun)}。", f"系统允许{act}。", f"系统不允许{act}。"))
            return


def _clause(noun: str, need: str, fail: str) -> Clause | None:
    """What is needed, with its opposite; None where they are none."""
    one, other = _BOUND.fullmatch(need), _BOUND.fullmatch(fail)
    if one and other:
        what = max(one["what"], other["what"], key=len)
        found, _ = meeting(one["side"], other["side"], what) if what.endswith(one["what"]) else (None, None)
        return of_limit(found.limit, found.name, "zh") if found is not None else None
    return None if one or other else opposites(f"{noun}{need}", f"{noun}{fail}")

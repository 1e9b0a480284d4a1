"""Both sides of a bound, each with a clause of its own: "单次提货量不超过 20 箱的，可由仓管员直接放行；
超过 20 箱的，仓管员提交放行时系统应拒绝", "温度高于 8℃ 的，报警自动启动，期间提交的出库单不予通过；8℃ 及以下的，
出库单应正常通过" (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, WILL, of_bound, statement
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_FIRST: Final = rf"(?:当|若|如果?|凡)?(?P<what>{HAN}{{2,14}}?)(?P<first>{SIDE})(?:的|时)"
_SECOND: Final = rf"[，；](?:而|但)?(?P<again>{HAN}{{0,14}}?)(?P<second>{SIDE})(?:的|时)"
_BY: Final = re.compile(
    rf"{_FIRST}，?(?:可以?|允许|准许|准予)(?P<act>(?:由[\u4e00-\u9fff]{{2,10}}?(?:直接|自行|当场|即时|代为|统一))?(?P<bare>[\u4e00-\u9fff]{{2,12}}))"
    rf"{_SECOND}，?(?P<deed>[\u4e00-\u9fff]{{2,12}}?)(?:时|的)，?(?P<where>(?:系统|平台|终端)?)(?P<will>{WILL})"
    r"(?P<no>(?:予以)?(?:拒绝|驳回|退回|阻止|拦截)[\u4e00-\u9fff]{0,8}|不予[\u4e00-\u9fff]{2,6}|不允许[\u4e00-\u9fff]{0,6})"
)
_MEANWHILE: Final = re.compile(
    rf"{_FIRST}，(?:(?P<effect>[\u4e00-\u9fff]{{2,16}}?)，)?(?:此时|其间|期间|此后|随后|之后)(?P<deed>[\u4e00-\u9fff]{{2}})的(?P<thing>[\u4e00-\u9fff]{{2,10}}?)"
    rf"(?P<no>{WILL}(?:不予|不得|不能|不被|不再|无法)(?P<act>[\u4e00-\u9fff]{{2,8}})){_SECOND}，?(?:提交的|其)?(?P=thing)"
    r"(?P<yes>(?:仍|应当?|可以?|可|能够?|将|会|予以|正常|照常){1,4}(?P=act))"
)


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where the two sides do not meet in it, or speak of different acts."""
    text = statement(view)
    found = _BY.fullmatch(text)
    act = _by(found) if found else None
    if found is None and (found := _MEANWHILE.fullmatch(text)):
        thing = found["thing"]
        ends = f"{found['effect']}，" if found["effect"] else ""
        yes = re.sub("^仍?应当?|^可以?(?=正常|照常)", "", found["yes"])
        act = Act(f"{found['deed']}{thing}。", f"{thing}{yes}。", f"{ends}{thing}{found['no']}。")
    if found is None or act is None or not found["what"].endswith(found["again"]):
        return
    one, _ = meeting(found["first"], found["second"], found["what"])
    if one is None:
        return
    yield from of_bound(view, one.limit, one.name, act, accepts=found.re is _BY)


def _by(found: re.Match[str]) -> Act | None:
    """What is done on both sides: the deed that is refused must be the act that is allowed."""
    deed, act = found["deed"], found["act"]
    if not any(deed[i : i + 2] in found["bare"] for i in range(len(deed) - 1)):
        return None
    return Act(f"{deed}。", f"系统允许{act}。", f"{found['where'] or '系统'}{found['no']}。")

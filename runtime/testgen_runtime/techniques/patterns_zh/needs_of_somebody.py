"""Conditions that somebody has to meet all of, and what becomes of the others:
"用户须已上传驾驶证且积分达到 100 分，方可预订车辆；任一条件不满足的，系统拒绝预订",
"只有已实名并且余额不低于 50 元的用户才可以提现，其他用户应被拒绝",
"同时满足以下条件的用户可以预订：已上传驾驶证、积分不低于 100 分；任意一项不满足时，系统应拒绝".
All hold, and each fails alone (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, akin, refused, whole
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_AND: Final = "，?(?:并且|而且|且)"
_NEEDS: Final = rf"(?P<needs>[^，；]{{4,40}}?(?:{_AND}[^，；]{{3,40}}?){{1,3}})"
_LISTED: Final = r"(?P<listed>[^，；：]{3,40}?(?:[、，](?:且)?[^，；：、]{3,40}?){1,3})"
_ACT: Final = r"(?:正常|直接)?(?P<act>[\u4e00-\u9fff]{2,14}?)"
_MAY: Final = r"(?:方可|方能|才可以?|才能够?|才允许)"
_FAILS: Final = (
    r"(?:(?:其中)?(?:任[何意]?一?|有一|缺少任何一)(?:项|个|条)?(?:条件|要求)?(?:不|未能?|没有)(?:被)?(?:满足|符合|成立|达到|具备)|"
    r"(?:不|未)(?:同时)?(?:满足|符合)(?:上述|以上|该|这些)?(?:条件|要求)?|否则)(?:的|时|者)?"
)
_NO: Final = rf"(?P<no>(?:系统|平台)?{SURELY}{REFUSAL}{HAN}{{0,14}})"
_MUST: Final = re.compile(rf"(?P<who>{HAN}{{2,6}}?)(?:必须|须|应当?|需要?){_NEEDS}，{_MAY}{_ACT}[，；]{_FAILS}，?{_NO}")
_ONLY: Final = re.compile(
    rf"(?:只有|仅有|仅){_NEEDS}的(?P<who>{HAN}{{2,6}}?)(?:{_MAY}|可以|能|可){_ACT}[，；](?:其他|其它|其余)(?:的)?(?:(?P=who))?(?:均|一律)?"
    rf"(?:{_ACT.replace('act', 'again')}(?:的|时))?，?{_NO}"
)
_BEHIND: Final = re.compile(
    rf"(?:同时|全部)(?:满足|符合|具备)(?:以下|下列)(?:全部)?(?:[两二三四])?(?:项|个)?(?:条件|要求)的(?P<who>{HAN}{{2,6}}?)(?:可以?|方可|准予|允许){_ACT}："
    rf"{_LISTED}[；，]{_FAILS}，?{_NO}"
)


def points(view: View) -> Iterator[TestPoint]:
    """All conditions met, and each failing alone; nothing where one of them cannot be read."""
    text = whole(view)
    found = next((m for shape in (_MUST, _ONLY, _BEHIND) if (m := shape.fullmatch(text))), None)
    if found is None or words_zh.ROLE.fullmatch(found["who"]) is None:
        return
    who, act = found["who"], found["act"]
    said = re.split("[、，]且?", found["listed"]) if found.re is _BEHIND else re.split(_AND, found["needs"])
    if any(re.search("或|否则|除", one) for one in said):
        return
    read = tuple(one for one in (clause(words.strip(), who) for words in said) if one is not None)
    refusal = refused(found["no"])
    if len(read) != len(said) or len(read) < 2 or not (akin(act, refusal) or re.fullmatch(REFUSAL, refusal)):
        return
    yield from of_tree(view, Tree("and", read), Act(f"以该{who}身份{act}。", f"系统允许{act}。", f"系统不允许{act}。"))

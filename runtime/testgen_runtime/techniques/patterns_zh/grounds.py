"""A bound or something else, each of which is enough to be refused: "评论长度超过500个字符或包含外部链接的，系统应拒绝发布". Each
ground is tried alone, and neither (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh.bounds import ABOVE, BELOW, one_sided
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, point, statement
from testgen_runtime.techniques.view import View

_CLAUSE: Final = rf"(?P<clause>(?:包含|含有|含|存在|有|已|未|被|属于|没有|无|缺少|对){HAN}{{2,12}}?)"
_BOUND: Final = rf"(?P<bound>{ABOVE}|{BELOW})"
_MEASURE: Final = r"(?P<name>[\u4e00-\u9fff]{2,10}?)"
_END: Final = (
    rf"(?:(?P<mark>的|时)(?P<noun>{HAN}{{2,6}}?)?)?，?(?:系统|平台)?(?:(?:应当?|将|须|一律|均)?(?:予以)?(?:拒绝|"
    rf"驳回|阻止|禁止)|{NOT})(?P<act>{HAN}{{0,8}}?)(?:申请|请求)?"
)
_SHAPES: Final = (
    re.compile(rf"(?:若|如果|当)?{_MEASURE}{_BOUND},?(?:或者?|，或者?){_CLAUSE}{_END}"),
    re.compile(rf"(?:若|如果|当)?(?P<of>{HAN}{{2,6}}?)??{_CLAUSE}，?(?:或者?){_MEASURE}{_BOUND}{_END}"),
)


_BUT_NOT: Final = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,6}?)(?:均|都)?(?:可以?|能够?|允许|有权)(?P<act>[\u4e00-\u9fff]{2,10}?)[，；](?:但|但是|不过)?(?P<fails>[^，；]+?)的?(?:者|人员|(?P=who))?除外"
)
""" "会员可以投票，但被停权或欠费超过 50 元的除外": the same as what is refused to them."""


def points(view: View) -> Iterator[TestPoint]:
    """Each ground alone, and neither of them."""
    text = statement(view)
    if spared := _BUT_NOT.fullmatch(text):
        text = f"{spared['fails']}的{spared['who']}不得{spared['act']}"
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None or not (found["act"] or found["noun"]):
        return
    plain = found["mark"] is not None and re.fullmatch(BELOW, found["bound"]) is None
    if not plain and not found["clause"].startswith("对"):
        return  # the general reading knows such conditions
    above = one_sided(found["bound"], found["name"])
    if above is None:
        return
    owner = (
        found["noun"]
        or found.groupdict().get("of")
        or re.sub("(?:的)?(?:长度|大小|金额|数量|重量|时长|天数|年龄|字数|余额)$", "", found["name"])
    )
    yes, no = f"{owner}{found['clause']}", opposite_zh(f"{owner}{found['clause']}")
    act = found["act"] or f"提交{found['noun']}"
    levels = [lv for lv in above.levels() if lv.technique is Technique.EQUIVALENCE_PARTITIONING or lv.weight > 0.9]
    rows = [(lv, False) for lv in levels] + [(lv, True) for lv in levels if not lv.good][:1]
    for level, holds in rows:
        ok = not holds and not level.good
        ((name, value),) = level.inputs.items()
        told = f"{name}为 {shown(value, 'zh')}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={name: value, owner: Input((yes if holds else no).removeprefix(owner), "", "text" if holds else "example")},
            preconditions=(f"{yes if holds else no}。",),
            do=f"在{told}的情况下{act}。",
            see=f"系统允许{act}。" if ok else f"系统拒绝{act}。",
            reason=level.reason if not holds else "另一个拒绝理由",
            weight=level.weight if not holds else 0.94,
            title=f"{told}且{yes if holds else no}",
        )

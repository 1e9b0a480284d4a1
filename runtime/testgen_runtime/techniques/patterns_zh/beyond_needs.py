"""What is needed only beyond a bound: "未满14周岁的患者就诊须有监护人陪同，无监护人陪同的不予接诊" (a decision table with a
bound, 29119-4, 5.2.6 and 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.bounds import ABOVE, NUMBER, lower_bound
from testgen_runtime.techniques.patterns_zh.telling import HAN, REFUSED, point, statement
from testgen_runtime.techniques.view import View

_BELOW: Final = rf"(?:未满|不满|不足|低于|少于|小于){NUMBER}|{NUMBER}以下"
_MUST: Final = r"(?:必须|应当|应|须|需要|需)"
_SHAPE: Final = re.compile(
    rf"(?:(?P<of>{HAN}{{2,6}}?))??(?:(?P<below>{_BELOW})|(?P<above>{ABOVE}))的(?P<noun>{HAN}{{2,6}}?)"
    rf"(?P<act>{HAN}{{0,6}}?)，?{_MUST}(?P<need>(?P<verb>有|由|经|持有|持|出示|提供|提交|取得|携带|"
    rf"上传|购买|办理|缴纳|佩戴|完成|通过|填写|签署|办妥|附有|附上|附)(?P<what>{HAN}{{2,14}}?))[，；]"
    rf"(?:无|没有|未(?:(?P=verb))?|未能|不)(?P<again>{HAN}{{2,14}}?)(?:的{HAN}{{0,4}}?|者)?，?{REFUSED}(?P<no>{HAN}{{0,8}}?)"
)

_OF_A_VALUE: Final = re.compile(
    rf"(?P<of>{HAN}{{2,10}}?)(?:(?P<below>{_BELOW})|(?P<above>{ABOVE}))的，?{_MUST}"
    rf"(?P<need>(?P<verb>有|由|经|持有|持|出示|提供|提交|取得|携带|上传|办理|缴纳|填写|签署|附有|附上|附)(?P<what>{HAN}{{2,14}}?))[，；]"
    rf"(?:无|没有|未(?:(?P=verb))?|未能|不)(?P<again>{HAN}{{2,14}}?)(?:的{HAN}{{0,4}}?|者)?，?{REFUSED}(?P<no>{HAN}{{0,8}}?)"
    rf"(?:；[^；]*?(?:以下|以内|不超过)[^；]*?(?:直接|均可|可以?|无需|不需|即可)[^；]*)?"
)

_ELSE: Final = re.compile(
    rf"(?:若|如果?|凡)?(?P<of>{HAN}{{2,10}}?)(?:(?P<below>{_BELOW})|(?P<above>{ABOVE}))(?:的|时)，?(?:还|另|则)?{_MUST}(?:同时|另行)?"
    rf"(?P<need>(?P<verb>有|经|持有|持|出示|提供|提交|取得|携带|上传|办理|缴纳|填写|签署|附有|附上|附)(?P<what>{HAN}{{2,14}}?))，"
    rf"否则(?P<thing>(?:其|该)?[\u4e00-\u9fff]{{0,6}}?){REFUSED}(?P<no>{HAN}{{0,8}}?)"
)
_MEASURE: Final = re.compile("[额量数度重长高积价分]$|时间|天数|年龄")
_ALONE: Final = re.compile(
    rf"(?:(?P<of>{HAN}{{2,6}}?))??(?:(?P<below>{_BELOW})|(?P<above>{ABOVE}))的(?P<noun>[\u4e00-\u9fff]{{2,6}}?)"
    rf"(?P<act>(?:进入|使用|乘坐|参加|入住|入园|入场|租用|报名|驾驶|就诊)[\u4e00-\u9fff]{{0,6}}?)??(?:时|，)?{_MUST}"
    rf"(?P<need>(?P<verb>有|由|持有|持|出示|提供|提交|携带|上传|购买|购|办理|缴纳|佩戴|签署|附上|附)(?P<what>{HAN}{{1,14}}?))"
    rf"(?:，?(?:方可|才能|才可以?|方能)(?P<no>[\u4e00-\u9fff]{{2,8}}))?"
)
"""The demand alone: the other side of the bound is free of it."""
_PAPERS: Final = re.compile("(?:申请|请求|订单|合同|采购|交易|项目|支出|报销|费用|[单款金])$")
"""What is handed in: the text demands something of it, and the general reading tells that."""
_BY_SOMEBODY: Final = re.compile("审批|批准|审核|同意|核准|复核|处理|负责")


def points(view: View) -> Iterator[TestPoint]:
    """Beyond the bound with and without what is needed; up to it without."""
    text = statement(view)
    found = _SHAPE.fullmatch(text) or _OF_A_VALUE.fullmatch(text)
    other = _ELSE.fullmatch(text)
    if found is None and other is not None:
        found = other
    elif found is not None and not set(found["again"]) <= set(found["need"]):
        return
    if (
        found is None
        and (found := _ALONE.fullmatch(text))
        and ((_BY_SOMEBODY.search(found["need"]) and not found["no"]) or _PAPERS.search(found["noun"]))
    ):
        return  # who decides beyond the bound is no demand on what is handed in
    if found is None:
        return
    of = found["of"] if found.re is _ELSE and not _MEASURE.search(found["of"]) else ""
    noun, act = (
        found.groupdict().get("noun") or of or ("" if found["verb"] == "经" else "客户"),
        found.groupdict().get("act") or "",
    )
    if len(act) == 1:  # "报销单" is one word
        noun, act = f"{noun}{act}", ""
    levels = _levels(found)
    if not levels:
        return
    thing = re.sub("^(?:其|该)", "", found.groupdict().get("thing") or "")
    act = (
        act
        or (f"提交{thing}" if thing.endswith(("申请", "请求")) else "")
        or found["no"]
        or ("提出申请" if found.re is _ALONE else "申请")
    )
    rows: list[tuple[Level, bool]] = [(lv, has) for lv in levels if lv.good for has in (True, False)]
    rows += [(lv, False) for lv in levels if not lv.good]
    for level, has in rows:
        ok = has or not level.good
        ((name, value),) = level.inputs.items()
        line = f"{noun}{found['need']}" if has else f"{noun}{_without(found['verb'], found['what'])}"
        told = f"{name}为 {shown(value, 'zh')}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={name: value, f"是否{found['need']}": Input("是" if has else "否", "", "text" if has else "example")},
            preconditions=(f"{line}。",),
            do=f"{name}为 {shown(value, 'zh')}的{noun}{act}。" if found.groupdict().get("noun") else f"在{told}的情况下{act}。",
            see=f"系统允许{act}。" if ok else f"系统不允许{found['no'] or act}。",
            reason=level.reason,
            weight=level.weight if not has else 0.9,
            title=f"{told}且{line}",
        )


_PEOPLE: Final = ("儿童", "乘客", "游客", "旅客", "学生", "未成年人", "小朋友", "顾客", "观众")


def _without(verb: str, what: str) -> str:
    return f"没有{what}" if verb == "有" else f"未{verb}{what}"


def _levels(found: re.Match[str]) -> tuple[Level, ...]:
    """The values at and beside the bound that tell, good where something is needed."""
    noun = found["of"] or found["noun"]
    measured = found["of"] if found["of"] and found.re is _OF_A_VALUE else ""
    if found["above"]:
        above = lower_bound(found["above"], noun, measured)
        every = above.levels() if above else ()
    else:
        amounts = list(quantities(found["below"]))
        if len(amounts) != 1 or not amounts[0].unit:
            return ()
        (q,) = amounts
        name = f"{noun}年龄" if q.unit in ("岁", "周岁") and "龄" not in noun else noun
        name = f"{noun}身高" if q.unit in ("米", "厘米") and noun in _PEOPLE else name
        limit = Limit(name, None, Bound(q.value, False, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
        every = limit_levels(limit, name, "zh")
    if found.re is _ALONE and found["below"] and "以下" in found["below"]:  # whether the bound is meant too is not told
        return tuple(lv for lv in every for value in lv.inputs.values() if Decimal(value.value) != q.value)
    return tuple(lv for lv in every if lv.technique is Technique.EQUIVALENCE_PARTITIONING or lv.weight > 0.9)

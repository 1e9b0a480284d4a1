"""An amount that only some roles may exceed: "超过500元的退款仅管理员可以操作", "只有店长可以审批金额在 5000 元以上的采购单".

Beyond the bound another role is refused; up to it nobody is refused for the amount (a decision table, 29119-4, 5.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.examples import other_role
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh.bounds import ABOVE, Above, lower_bound
from testgen_runtime.techniques.patterns_zh.telling import HAN, MAY, NOT, ROLES, point, roles, signed_in, statement
from testgen_runtime.techniques.view import View

_OF: Final = (
    r"(?:对于?|凡)?(?P<of>单笔|单次|每笔|每次|一次性|单张|"
    r"单件)?(?:的)?(?P<measure>[\u4e00-\u9fff]{0,4}?(?:金额|总额|总价|价格|天数|时长|重量|数量|额度|"
    r"面积|年龄|比例|折扣|费率|利率))?(?:为|是)?"
)
_BOUND: Final = rf"{_OF}(?P<bound>{ABOVE})的?"
_ONLY: Final = r"(?:仅限|只限|仅能由|只能由|仅可由|只可由|必须由|应当由|应由|须由|只允许|仅允许|只有|仅由|只由|仅|只)"
_TAIL: Final = (
    r"(?:[，；](?:其他|其它|其余)(?:人员|角色|用户|人)?(?:均|都|一律)?(?:不得|不能|无权|不可以?|"
    r"不允许|禁止)[\u4e00-\u9fff]{0,6}|[，；](?:其他|其它|其余)(?:人员|角色|用户|"
    r"人)?[\u4e00-\u9fff]{0,6}(?:应|将)?(?:被|予以)?拒绝)?"
)
_SHAPES: Final = (
    re.compile(
        rf"{_BOUND}(?P<noun>{HAN}{{2,8}}?)，?(?:(?P<only>{_ONLY}))(?P<roles>{ROLES})(?:{MAY})?(?:进行|"
        rf"办理|执行)?(?P<act>{HAN}{{2,6}}?)(?:，(?P<denied>{ROLES}){NOT}(?P<again>{HAN}{{2,6}}))?{_TAIL}"
    ),
    re.compile(
        rf"(?P<noun>(?:单日累计|单笔|当日|每日|每月|一次性)?{HAN}{{2,8}}?){_BOUND}，?(?P<only>{_ONLY})"
        rf"(?P<roles>{ROLES})(?:{MAY})?(?:进行|执行)?(?P<act>{HAN}{{2,6}}?)"
        rf"(?:，(?P<denied>{ROLES}){NOT}(?P<again>{HAN}{{2,6}}))?{_TAIL}"
    ),
    re.compile(
        rf"(?P<only>只有|仅有|仅限|仅|只允许|仅允许)(?P<roles>{ROLES})"
        rf"(?:{MAY})?(?P<act>{HAN}{{2,4}}?){_BOUND}(?P<noun>{HAN}{{2,8}}){_TAIL}"
    ),
)


def points(view: View) -> Iterator[TestPoint]:
    """Who may and who may not beyond the bound; and another role up to it, where only the amount stands against it."""
    text = statement(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None:
        return
    who, noun = roles(found["roles"]), found["noun"]
    above = lower_bound(found["bound"], noun, found["measure"] or "")
    if above is None or not who:
        return
    other = other_role((*who, "访客"), "zh")
    near = [lv for lv in above.levels() if lv.weight > 0.9]
    typical = next(lv for lv in above.levels() if lv.good)
    exclusive = re.match("必须由|应|须", found["only"]) is None
    if denied := found.groupdict().get("denied"):
        if not found["again"].startswith(found["act"]) or len(roles(denied)) > 3:
            return
        other, exclusive = roles(denied)[0], False
    for role in who:
        yield _point(view, above, typical, role, noun, found["act"], ok=True, weight=0.9)
        yield _point(view, above, next(lv for lv in near if lv.good), role, noun, found["act"], ok=True, weight=0.88)
    for level in dict.fromkeys((typical.reason, *(lv.reason for lv in near))):
        one = next(lv for lv in above.levels() if lv.reason == level)
        if one.good or exclusive:
            yield _point(view, above, one, other, noun, found["act"], ok=not one.good, weight=0.94)


def _point(view: View, above: Above, level: Level, role: str, noun: str, act: str, *, ok: bool, weight: float) -> TestPoint:
    (value,) = level.inputs.values()
    told = f"{above.name}为 {shown(value, 'zh')}"
    measure = above.name.removeprefix(noun) or above.name
    act = act.removesuffix(noun) if len(act) > len(noun) + 1 else act
    return point(
        view,
        technique=Technique.DECISION_TABLE,
        ok=ok,
        inputs={above.name: value, "角色": Input(role, "", "text" if role in view.requirement.text else "example")},
        preconditions=(signed_in(role),),
        do=f"以“{role}”身份对{measure}为 {shown(value, 'zh')}的{noun}执行{act}。"
        if act in ("操作", "处理", "办理")
        else f"以“{role}”身份{act}{measure}为 {shown(value, 'zh')}的{noun}。",
        see=f"系统允许“{role}”{act}该{noun}。" if ok else f"系统拒绝“{role}”{act}该{noun}。",
        reason=f"{'超出' if level.good else '未超出'}金额界限",
        weight=weight,
        title=f"{told}且角色为“{role}”",
    )

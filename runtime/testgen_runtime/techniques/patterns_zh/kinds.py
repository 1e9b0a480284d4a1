"""A right that only one kind of people has, and only beyond a bound: "会员购物满 300 元可享受九折优惠；非会员不享受优惠".
Each is tried with the other one given (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh.bounds import ABOVE, lower_bound
from testgen_runtime.techniques.patterns_zh.telling import HAN, MAY, NOT, point, statement
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    rf"(?P<who>{HAN}{{2,6}}?)(?P<deed>购物|消费|下单|订单|充值|借款|购买|投资|单笔[\u4e00-\u9fff]{{2}})(?P<measure>金额|总额)?(?P<bound>{ABOVE})(?:的|时)?，?{MAY}"
    rf"(?P<act>{HAN}{{2,10}}?)[；，](?:而|但)?非(?P=who)(?:用户|客户|顾客)?(?:{NOT}|不|没有)(?P<again>{HAN}{{2,10}}?)"
)


def points(view: View) -> Iterator[TestPoint]:
    """The kind at the bound and beside it, and another one beyond it."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or not set(found["again"]) <= set(found["act"]) | set("享受获得参与使用该"):
        return
    who, act, name = found["who"], found["act"], f"{found['deed']}{found['measure'] or '金额'}"
    above = lower_bound(found["bound"], name, name)
    if above is None:
        return
    levels = above.levels()
    rows = [(level, True) for level in levels] + [(next(lv for lv in levels if lv.good), False)]
    for level, is_one in rows:
        ((_, value),) = level.inputs.items()
        ok, kind = is_one and level.good, who if is_one else f"非{who}"
        yield point(
            view,
            technique=level.technique if is_one else Technique.DECISION_TABLE,
            ok=ok,
            inputs={name: value, "用户类型": Input(kind)},
            preconditions=(f"当前用户为{kind}。",),
            do=f"以{kind}身份{found['deed']}，金额为 {shown(value, 'zh')}。",
            see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
            reason=level.reason if is_one else f"非{who}",
            weight=level.weight if is_one else 0.93,
            title=f"{kind}{name}为 {shown(value, 'zh')}",
        )

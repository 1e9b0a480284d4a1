"""What some may do at once, and others only under a condition: "持业主卡的乘客可直接登记顶层；持访客卡的，除非已获物业授权，
否则不得登记顶层", "高级会员可直接预订；普通会员，除非已缴纳押金，否则不得预订". The condition decides for the others alone
(29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, point
from testgen_runtime.techniques.patterns_zh.whole import akin, whole
from testgen_runtime.techniques.view import View

_CLASS: Final = r"(?:(?![，；或且])[\u4e00-\u9fffA-Za-z“”]){2,12}?"
_SHAPE: Final = re.compile(
    rf"(?P<one>{_CLASS})(?:的(?P<noun>{HAN}{{1,6}}?)?)?，?(?:均|都|则)?(?:可以|可|能够?|允许|准予|有权)(?P<act>[\u4e00-\u9fff]{{2,12}})[；，](?:而|但)?"
    rf"(?P<two>{_CLASS})(?:的(?P<again>{HAN}{{1,6}}?)?)?，?除非(?P<but>[\u4e00-\u9fff]{{3,20}})，?(?:否则)?，?{NOT}(?P<act2>[\u4e00-\u9fff]{{2,12}})"
)
_AT_ONCE: Final = re.compile("^(?:直接|随时|自行|自由|正常)")


def points(view: View) -> Iterator[TestPoint]:
    """Those who may without the condition, and the others with and without it; nothing where the acts differ, or the condition
    has no opposite."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None:
        return
    one, two, noun, but = found["one"], found["two"], found["noun"] or "", found["but"]
    act = found["act2"]
    no = opposite_zh(but)
    if _AT_ONCE.sub("", found["act"]) != _AT_ONCE.sub("", act) or no.startswith("并非") or (found["again"] or noun) != noun:
        return
    if one == two or not (akin(one, two) or one[0] == two[0] or one[-1] == two[-1]):
        return
    plain = "的" not in found[0].split("可")[0]
    if plain and not all(words_zh.ROLE.fullmatch(who) for who in (one, two)):
        return
    for who, told in ((one, False), (two, True), (two, False)):
        ok = who == one or told
        lines = (f"当前用户为{who}" if plain else f"{noun}{who}", but if told else no)
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={
                noun or ("角色" if plain else "对象"): Input(who),
                f"是否{but}": Input("是" if told else "否", "", "example"),
            },
            preconditions=tuple(f"{line}。" for line in lines),
            do=f"{act}。",
            see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
            reason="无须满足该条件" if who == one else "满足例外条件" if told else "不满足例外条件",
            weight=0.92,
            title="且".join(lines),
        )

"""Some who are left out of a list of those who may: "除实习生外，正式员工、外包人员和顾问均可预约班车；实习生预约班车时，
系统应拒绝", "除生鲜以外，图书、服装均可退货；生鲜申请退货的，不予受理". Each one named is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists, words_zh
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point, signed_in
from testgen_runtime.techniques.patterns_zh.verdict_words import NO, of_one_act, refusal
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_NAME: Final = r"(?:(?![或和与及、，；])[\u4e00-\u9fffA-Za-z]){2,8}?"
_NAMES: Final = rf"{_NAME}(?:(?:、|或者?|以及|和|及|与){_NAME}){{0,5}}"
_ALL: Final = "(?:均|都|皆|全部|一律)"
_MAY: Final = rf"(?:(?:{_ALL})?(?:可以|可(?!见|用|信)|能够|允许|有权)|{_ALL}能)"
_SHAPE: Final = re.compile(
    rf"除了?(?P<spared>{_NAMES})(?:以外|之外|外)，(?P<may>{_NAMES}){_MAY}(?P<act>{_HAN}{{2,12}})"
    rf"(?:[，；](?:而|但)?(?P=spared)(?:(?:申请|尝试|请求|要求)?(?P<deed>(?!一律|均|都|不|应|将|系统|须){_HAN}{{2,12}}?)(?P<thing>申请|请求|操作)?(?:时|的)?，?)?{NO})?"
)
_VAGUE: Final = re.compile(
    "(?:^|、)(?:其他|其它|其余|所有|任何|全体|本人|自己|上述|以上|已|未|无|经|因)|[时日天月年]$|周[一二三四五六日末]|星期|期间|情况|部分|的"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each one with its verdict; nothing where the others are not named, or what is left out is no one and not told again."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or re.search(r"\d", found[0]):
        return
    spared, may = lists.split(found["spared"]), lists.split(found["may"])
    people = all(words_zh.ROLE.fullmatch(one) for one in (*spared, *may))
    if set(spared) & set(may) or any(_VAGUE.search(one) for one in (*spared, *may)) or not (people or found["no"]):
        return
    act, deed = found["act"], found["deed"] or ""
    if found["no"] and not (of_one_act(found["no"], act) and of_one_act(deed, act)):
        return
    for one in (*may, *spared):
        ok = one in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX if people else Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={"角色" if people else "对象": Input(one)},
            preconditions=(signed_in(one),) if people else (),
            do=f"以“{one}”身份{act}。" if people else f"为“{one}”{act}。",
            see=f"系统允许{act}。" if ok else refusal(found["no"], act=act) if found["no"] else f"系统不允许{act}。",
            reason="列出的可以" if ok else "被除外",
            weight=0.9 if ok else 0.92,
            title=f"角色为“{one}”" if people else f"对象为“{one}”",
        )

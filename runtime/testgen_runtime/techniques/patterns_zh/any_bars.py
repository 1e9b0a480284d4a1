"""Conditions any of which bars, and what opens to those who meet none: "过敏史未填写或身份未核验的，不得开立医嘱；
两项均已完成的，可以开立". Each bars alone, and none of them does (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.sides import SIDE
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Tree, situations
from testgen_runtime.techniques.view import View

_OR: Final = "，?(?:或者?|或是)(?![以等更])"
_FAILS: Final = rf"(?P<fails>[^，；或]{{3,30}}?(?:{_OR}[^，；或]{{3,30}}?){{1,3}})"
_BAR: Final = r"(?:(?P<who>系统|平台)(?:应当?|将)?)?(?:一律|均|都)?(?:不得|不予|不允许|不能|不可以?|不准|禁止|拒绝|无法)"
_ALL: Final = (
    r"(?:(?:其余|其他|其它)的?[\u4e00-\u9fff]{0,4}?(?:均|都)?(?=可|能|允|准)|(?:以上|上述)?(?:[两二三四](?:项|者|个条件|项条件|项要求|个)?|(?:各|这些|所有|全部)(?:项|条件|要求)?|条件|要求)?"
    r"(?:均|都|全部|皆|同时)(?:已经?|予以)?(?:完成|满足|具备|符合|通过|达标|办妥|办理|核验|无误|没有|不存在)(?:条件|要求|上述情形|以上情形)?)"
)
_SHAPE: Final = re.compile(
    rf"(?:若|如果?|当|凡)?{_FAILS}(?:的|时)(?P<noun>{HAN}{{2,6}}?)?，?{_BAR}(?P<act>[\u4e00-\u9fff]{{2,14}})[；，](?:而|但)?{_ALL}(?:的|时|后)?，?"
    r"(?:系统|平台)?(?:应当?|则|方|才|即)?(?:可以?|能够?|允许|准予|予以|准许)(?:正常)?(?P<again>[\u4e00-\u9fff]{2,14})"
)
_MISSING: Final = re.compile("未|没有|无|缺少|尚未|不")


def points(view: View) -> Iterator[TestPoint]:
    """Each condition barring alone, and none of them; nothing where one of them cannot be read, or the acts are two."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not found["act"].startswith(found["again"][:2]) or re.search("且|除", found["fails"]):
        return
    fails, noun = re.split(_OR, found["fails"]), found["noun"] or ""
    if not all(_MISSING.search(words) or re.search(SIDE, words) for words in fails):
        return
    read = [clause(words, noun) for words in fails]
    told = tuple(one for one in read if one is not None)
    if len(told) != len(read):
        return
    act = found["act"]
    for one in situations(Tree("or", told)):
        yield point(
            view,
            technique=one.way.technique,
            ok=not one.holds,
            inputs=one.inputs,
            preconditions=one.lines,
            do=f"{act}。",
            see=f"系统不允许{act}。" if one.holds else f"系统允许{act}。",
            reason=one.way.reason,
            weight=one.way.weight,
            title="且".join(line.rstrip("。") for line in one.lines),
        )

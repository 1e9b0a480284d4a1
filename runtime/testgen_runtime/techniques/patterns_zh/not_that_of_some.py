"""What things on one side of a bound may not contain: "酒精度在 1% 以上的饮品不得含有咖啡因，含有咖啡因的应判定为不合格；
1% 及以下的饮品不受此限制", and a time within which something may be done, but not to some: "自收货之日起 15 日内可以申请换货，
食品除外；逾期或属于食品的，换货申请应被拒绝". Each condition is turned alone, at the bound and beside it
(29119-4, 5.2.6 and 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, WILL, of_tree, statement
from testgen_runtime.techniques.trees import Act, Tree, of_limit, of_words
from testgen_runtime.techniques.view import View

_CONTAINS: Final = re.compile(
    rf"(?P<what>{HAN}{{2,12}}?)(?P<first>{SIDE})的(?P<noun>[\u4e00-\u9fff]{{2,6}}?)(?:一律|均)?(?:不得|不能|不应|不可|不允许|禁止)"
    rf"(?P<verb>含有?|包含|带有?|附有|附带|添加|配有|装有|夹带)(?P<thing>{HAN}{{2,8}}?)[，；](?:凡)?(?P=verb)有?(?P=thing)的，?(?:系统)?{WILL}"
    rf"(?P<no>(?:被|予以)?(?:判定?为不|判为不|拒绝|驳回|退回|不予|不得|不能|禁止|拦截|下架)[\u4e00-\u9fff]{{0,8}})[；，](?:而)?"
    rf"(?P<again>{HAN}{{0,12}}?)为?(?P<second>{SIDE})的(?:(?P=noun))?，?(?:则)?不受(?:此|该|上述|本|这一)(?:项|条)?(?:限制|限)"
    rf"(?:，(?:仍|均)?(?:可以?|允许|应|准予)?(?P<yes>[\u4e00-\u9fff]{{2,12}}))?"
)
_WITHIN: Final = re.compile(
    rf"(?:(?P<who>{HAN}{{2,8}}?)?(?:自|从))?(?P<event>[\u4e00-\u9fff]{{2,8}}?)(?P<day>之日|当日|当天|之后|后|日)起的?(?P<time>{NUMBER})(?:之内|以内|内)，?"
    rf"(?:可以?|允许|有权|准许|能够?)?(?P<act>[\u4e00-\u9fff]{{2,12}}?)，(?:但是?)?(?P<spared>(?!因|经|由|有){HAN}{{2,10}}?)除外[；，](?:凡)?(?:逾期|超期|超过(?:该|此|上述|规定)?的?期限)"
    rf"的?(?:，?或者?|、|以及|及)(?:属于|为|是|系)?(?P=spared)的?，?(?P<what>[\u4e00-\u9fff]{{2,10}}?)??(?:系统|平台)?{WILL}(?:被|予以)?"
    r"(?P<no>(?:拒绝|驳回|退回)(?:[\u4e00-\u9fff]{2,6})?|不予[\u4e00-\u9fff]{2,4}|不再?受理|不得[\u4e00-\u9fff]{2,4})"
)


def points(view: View) -> Iterator[TestPoint]:
    """The rows of the two conditions; nothing where the two sides do not meet in one bound."""
    read = _read(statement(view))
    if read is None:
        return
    tree, act = read
    yield from of_tree(view, tree, act)


def _read(text: str) -> tuple[Tree, Act] | None:
    if found := _CONTAINS.fullmatch(text):
        return _contains(found)
    if found := _WITHIN.fullmatch(text):
        return _within(found)
    return None


def _contains(found: re.Match[str]) -> tuple[Tree, Act] | None:
    what, noun = found["what"].removesuffix("为"), found["noun"]
    one, other = meeting(found["first"], found["second"], what)
    if one is None or other is None or not what.endswith(found["again"].removesuffix("为")):
        return None
    bound = of_limit(other.limit, other.name, "zh")
    if bound is None:
        return None
    verb = "含有" if found["verb"] == "含" else "带有" if found["verb"] == "带" else found["verb"]
    done = "了" if verb in ("添加", "夹带") else ""
    held, free = f"{verb}{done}{found['thing']}", f"不含{found['thing']}" if verb == "含有" else f"未{verb}{found['thing']}"
    key = f"是否{held}"
    without = of_words(key, (Input("否"), f"该{noun}{free}。"), (Input("是"), f"该{noun}{held}。"), f"{key}决定结果")
    no = re.sub("^(?:被|予以)", "", found["no"])
    yes = f"系统{found['yes']}。" if found["yes"] else f"系统接受该{noun}。"
    return Tree("or", (bound, without)), Act(f"提交该{noun}进行检查。", yes, f"系统{no}。")


def _within(found: re.Match[str]) -> tuple[Tree, Act] | None:
    told, spared, act = list(quantities(found["time"])), found["spared"], found["act"]
    if len(told) != 1 or told[0].dimension != "duration":
        return None
    (q,) = told
    unit = {"日": "天", "个自然日": "天", "自然日": "天"}.get(q.unit, q.unit)
    name = f"自{found['event']}{'之日' if found['day'] == '日' else found['day']}起的{'天数' if unit == '天' else '时长'}"
    bound = of_limit(Limit(name, None, Bound(q.value, True, Span(0, 0)), unit, q.dimension, Decimal(1)), name, "zh")
    if bound is None:
        return None
    key = f"是否属于{spared}"
    other = of_words(key, (Input("否"), f"不属于{spared}。"), (Input("是"), f"属于{spared}。"), f"{key}决定结果")
    who, no = (
        found["who"] or "",
        f"{found['what']}被{found['no']}。" if found["what"] and found["no"] in ("拒绝", "驳回", "退回") else f"系统拒绝{act}。",
    )
    return Tree("and", (bound, other)), Act(f"{who}{act}。", f"系统允许{act}。", no)

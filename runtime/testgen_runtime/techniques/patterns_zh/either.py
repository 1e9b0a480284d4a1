"""Conditions one of which is enough, and what becomes of those who meet none: "寄件人完成实名登记，或者使用企业月结账号的，
可以寄件；两者都不满足的应拒绝收寄". Each holds alone, and none of them (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree, statement
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, akin
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_OR: Final = "，?(?:或者?|又或者?)(?!以)"
_WAYS: Final = rf"(?P<ways>[^，；或]{{3,30}}?(?:{_OR}[^，；或]{{2,30}}?){{1,3}})"
_MAY: Final = r"(?:均|都|即|方|才)?(?:可以|可|能够?|允许|有权|准予|准许)"
_NONE: Final = (
    r"(?:[两二三]者(?:条件)?(?:都|均|皆)?不(?:满足|符合|具备|成立)|(?:以上|上述|这些|[两三]个|[两三]项)?(?:条件|情况|情形)?(?:都|均|皆)不(?:满足|符合|具备|成立)|"
    r"(?:以上|上述)?[两三]?(?:者|项|个)?(?:条件)?(?:都|均|皆)(?:没有|未|无)(?:满足)?)"
)
_SHAPE: Final = re.compile(
    rf"(?:如果?|若|当|凡)?{_WAYS}(?:的|时)，?(?P<who>{HAN}{{2,8}}?)??{_MAY}(?P<act>[\u4e00-\u9fff]{{2,12}}?)"
    rf"[；，](?:而|但)?{_NONE}(?:的|时|者)?，?(?P<where>系统|平台|柜台)?(?:应当?|须|将|一律|均|都)*"
    rf"(?P<no>(?:予以)?(?:拒绝|驳回|退回|禁止)|不得|不予|不能|不可以?|不允许|不准)[\u4e00-\u9fff]{{0,10}}"
)
_IN_FULL: Final = re.compile(
    rf"(?:如果?|若|当|凡)?{_WAYS}(?:的|时)?，?(?:即可|就可以?|便可以?|均可)(?P<act>[\u4e00-\u9fff]{{2,12}}?)"
    rf"[；，](?:而|但)?(?P<none>[^，；或]{{2,24}}?，?(?:并且|而且|且)[^，；或]{{2,24}}?)(?:时|的(?P<whose>{HAN}{{2,6}})?)，"
    rf"(?:[其该](?P<asked>{HAN}{{2,8}}?)(?:申请|请求))?(?:系统|平台)?{SURELY}(?P<no>{REFUSAL})(?P<rest>[\u4e00-\u9fff]{{0,10}})"
)
"""Those who meet none, told condition by condition: "满 65 周岁，或者持有残疾证，即可免票；小于 65 周岁且无残疾证的 …"."""
_AND: Final = re.compile("，?(?:并且|而且|且)")
_NOT: Final = re.compile("没有|尚未|未|无|不|没")
_VERB: Final = re.compile(
    "完成|使用|持有?|具有|具备|拥有|取得|获得|通过|已|未|有|提供|提交|出示|是|为|属于|缴纳|购买|办理|签署|绑定|开通|年满|满"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each condition alone, and none of them; nothing where one of them cannot be read."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        yield from _in_full(view)
        return
    if re.search("且|同时|除非", found["ways"]):
        return
    said = re.split(_OR, found["ways"])
    verb = _VERB.search(said[0])
    if verb is None:
        return
    owner = said[0][: verb.start()]
    if re.search(r"\d", owner) or any(not _VERB.match(words.removeprefix(owner)) for words in said[1:]):
        return  # "身份证或护照": one condition with a choice of things
    read = tuple(clause(words if words.startswith(owner) else f"{owner}{words}", "") for words in said)
    told = tuple(one for one in read if one is not None)
    act = found["act"]
    if len(told) == len(read):
        yield from of_tree(view, Tree("or", told), Act(f"{owner}{act}。", f"系统允许{act}。", f"系统拒绝{act}。"))


def _in_full(view: View) -> Iterator[TestPoint]:
    found = _IN_FULL.fullmatch(statement(view))
    if found is None or re.search("且|同时|除非", found["ways"]):
        return
    said, denied = re.split(_OR, found["ways"]), _AND.split(found["none"])
    head = re.match(rf"(?P<who>{HAN}{{2,6}}?)(?=年龄|身高|体重|工龄|积分|余额|已|持有|未)", said[0])
    who = found["whose"] or (head["who"] if head else "")
    act, asked = found["act"], found["asked"] or found["rest"]
    if len(said) != len(denied) or (asked and not akin(act, asked)):
        return
    if not all(_opposite(one.removeprefix(who), other.removeprefix(who)) for one, other in zip(said, denied, strict=True)):
        return
    read = [clause(words.removeprefix(who), who) for words in said]
    told = tuple(one for one in read if one is not None)
    if who and len(told) == len(read):
        yield from of_tree(view, Tree("or", told), Act(f"由该{who}申请{act}。", f"系统允许{act}。", f"系统拒绝{act}。"))


def _opposite(one: str, other: str) -> bool:
    """Whether `other` is what is so where `one` is not: the other side of its bound, or its words denied."""
    mine, theirs = (re.fullmatch(rf"(?P<what>{HAN}{{0,14}}?)(?P<side>{SIDE})", words) for words in (one, other))
    if mine and theirs:
        return mine["what"].endswith(theirs["what"]) and meeting(mine["side"], theirs["side"], mine["what"])[0] is not None
    if mine or theirs or _NOT.search(one) or not (no := _NOT.search(other)):
        return False
    return len(other[no.end() :]) > 1 and re.sub("^(?:持有?|已|有)", "", one).endswith(re.sub("^持?有", "", other[no.end() :]))

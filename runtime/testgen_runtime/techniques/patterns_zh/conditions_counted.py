"""Conditions that are counted, all of which are needed: "车厢温度不高于 8 ℃、封签完好，两项同时成立的准予入库；其中任何一项
不成立，拒绝入库", "同时满足下列条件的包裹，准予进入快速通道：（1）…；（2）…。缺少任何一项，应拒绝".
All hold, and each fails alone (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.numerals import chinese_number
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree
from testgen_runtime.techniques.patterns_zh.whole import ITEM, REFUSAL, SURELY, akin, refused, whole
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_SETTING: Final = r"(?:(?P<setting>[\u4e00-\u9fff]{2,12}?)(?P<mark>：|时，|中，))?"
_PIECE: Final = "(?:项|个|条|者|点)?(?:条件|要求|指标)?"
_COUNT: Final = rf"(?:以上|上述|这)?(?P<count>[两二三四五六\d]){_PIECE}"
_HOLD: Final = "(?:成立|满足|达到|达标|符合|具备|通过|合格)(?:条件|要求)?"
_MAY: Final = (
    rf"(?:{HAN}{{2,8}}?)??(?:才|方|均|即|则)?(?:可以|可|能够?|允许|准许|准予|予以)(?:正常|直接)?(?P<act>[\u4e00-\u9fff]{{2,14}}?)"
)
_ANY_FAILS: Final = (
    rf"(?:若|如果?)?(?:其中)?(?:只要)?(?:有|存在)?(?:缺少|缺|(?:任[何意]|任)?一?)(?:其中)?(?:任[何意]|任)?一?{_PIECE}"
    r"(?:未能?|不|没有?|达不)?(?:成立|满足|达到|达标|符合|具备|通过|合格|到)?(?:条件|要求)?"
)
_AWAY: Final = rf"(?P<fails>{_ANY_FAILS})(?:的|时)?，?(?:即|则|便|就)?(?P<no>{HAN}{{0,6}}?{SURELY}{REFUSAL}{HAN}{{0,14}})"
_COUNTED: Final = re.compile(
    rf"{_SETTING}(?P<all>[^；｜：]{{6,90}}?)，{_COUNT}(?:均|都|皆|全部|同时|必须|须)+{_HOLD}(?:的(?P<noun>{HAN}{{2,6}})?|时|后)，?{_MAY}[，；]{_AWAY}"
)
_BEHIND: Final = re.compile(
    rf"(?:凡|对于?)?(?:须|必须)?(?:同时|全部|均)(?:满足|符合|具备|达到)(?:以下|下列|如下)(?:全部|所有)?(?:(?P<count>[两二三四五六\d])(?:项|个|条|点))?(?:条件|要求)的"
    rf"(?P<noun>{HAN}{{2,6}})，{_MAY}：?(?P<all>(?:{ITEM}[^｜；]{{3,40}}){{2,6}})；{_AWAY}"
)
_INLINE: Final = re.compile(r"[；，]?(?:（[\d一二三四五六]{1,2}）|[①-⑩]|(?<=[：；])\d[.、)](?!\d))")
_ONE_FAILS: Final = re.compile("任|一|缺")


def points(view: View) -> Iterator[TestPoint]:
    """All conditions met, and each failing alone; nothing where one of them cannot be read, or they are not as many as told."""
    text = _INLINE.sub(ITEM, whole(view))
    found = _BEHIND.fullmatch(text) or _COUNTED.fullmatch(text)
    if found is None or not _ONE_FAILS.search(found["fails"]):
        return
    listed = found.re is _BEHIND
    said = found["all"].strip(ITEM).split(ITEM) if listed else re.split("[、，]且?", found["all"])
    count = (found["count"] or "").replace("两", "二")
    if count and len(said) != chinese_number(count) and str(len(said)) != count:
        return
    noun, act = found["noun"] or "", found["act"]
    if any(re.search("或|否则|除|，", one) for one in said):
        return
    read = tuple(one for one in (clause(re.sub("（含[^（）]*）$", "", words), noun) for words in said) if one is not None)
    refusal = refused(re.sub("^(?:即|则)", "", found["no"]))
    if len(read) != len(said) or len(read) < 2 or not (akin(act, refusal) or re.fullmatch(REFUSAL, refusal)):
        return
    setting = "" if listed or not found["setting"] else f"{found['setting']}{found['mark'].strip('，').replace('：', '时')}"
    no = f"系统{refusal}。" if re.match(REFUSAL, refusal) else f"{refusal}。"
    yield from of_tree(view, Tree("and", read), Act(f"{setting}{_done(act, noun)}。", f"系统允许{act}。", no))


def _done(act: str, noun: str) -> str:
    """ "进入快速通道" of 包裹 → 为该包裹申请进入快速通道; "入库" → 申请入库; "解锁电机" as it is."""
    if noun:
        return f"以该{noun}身份{act}" if words_zh.ROLE.fullmatch(noun) else f"为该{noun}申请{act}"
    return act if len(act) > 2 else f"申请{act}"

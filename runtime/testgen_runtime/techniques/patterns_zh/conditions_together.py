"""Conditions in a row, all of which are needed, and what becomes of it where one is missing, whatever words either takes:
"选手年龄不低于 20 周岁、体检报告合格、报名费已缴纳，三项俱全时系统发放参赛号；任意一项不具备，均不发放", "血红蛋白不低于
120 g/L、检测为阴性并且已签署知情同意书时，护士方可开始采血；三项中任何一项不满足，系统应阻止采血". All hold, and each fails alone
(29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.numerals import chinese_number
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import of_tree
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, akin, whole
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_COUNT: Final = "[两二三四五六]"
_PIECE: Final = "(?:项|个|条|者|点)(?:条件|要求|前提)?"
_MET: Final = "(?:俱全|齐全|齐备|兼备|具备|满足|符合|达标|成立|通过|合格|到位)"
_MARK: Final = (
    rf"(?:[，；](?:以上|上述|这)?(?P<count>{_COUNT}){_PIECE}(?:均|都|皆|全部|全|须|必须|需|缺一不可|同时){{0,2}}{_MET}?(?:时|后|的)?，?|"
    rf"(?:时|的情况下)，|，(?:同时|全部){_MET}(?:时|后)?，)"
)
_DONE: Final = (
    r"(?P<who>(?:(?![可能将会应予准允])[\u4e00-\u9fff]){2,8}?)?(?:(?:方可|才可以?|才能够?|方能|即可|可以|可|能够?|允许|准许|准予|予以)(?P<may>[\u4e00-\u9fff]{2,14}?)|"
    r"(?:方|才|即|将|会|应当?)?(?P<does>[\u4e00-\u9fff]{2,14}?))"
)
_MISSING: Final = (
    rf"(?:若|如果?|凡|一旦)?(?:其中|(?:以上|上述|这)?(?P<again>{_COUNT}){_PIECE}(?:之)?中)?"
    rf"(?:缺(?:少|失|乏)?(?:其中)?(?:任[何意]|任)?一?{_PIECE}?|(?:有(?:任[何意]|任)?一?|(?:任[何意]|任)一?){_PIECE}?(?:有)?(?:不|未|没有?|缺|欠)[\u4e00-\u9fff]{{0,4}}?)(?:的|时)?，"
)
_AWAY: Final = r"(?P<no>[\u4e00-\u9fff]{2,24})"
_SHAPE: Final = re.compile(rf"(?P<all>[^；｜：]{{8,90}}?){_MARK}{_DONE}[，；]{_MISSING}{_AWAY}")
_LED: Final = re.compile(
    rf"(?P<may>[\u4e00-\u9fff]{{2,8}}?)(?:应当?|须|必须|需要?)(?:同时)?(?:具备|满足|符合)(?:以下|下列)?(?P<count>{_COUNT})(?:个|项)(?:条件|要求)："
    rf"(?P<all>[^；｜：]{{8,90}}?)；{_MISSING}{_AWAY}(?:；(?:全部|都|均)(?:具备|满足|符合)(?:的|时)?，?[^；]{{2,20}})?"
)
"""The conditions behind what they are for: "申请续当应同时具备三个条件：…；三个条件中有任何一个不具备，续当申请即被驳回"."""
_PREMISED: Final = re.compile(
    rf"(?P<may>[\u4e00-\u9fff]{{2,10}}?)的?(?:前提|条件|要求)(?:是|为|包括|有)：?(?P<all>[^；｜：]{{8,90}}?)，(?P<count>{_COUNT})(?:者|项|个条件|条)缺一不可；"
    rf"(?:前提|条件|以上|上述)?(?:全部|均|都|同时){_MET}(?:则|时|的|后)?，?(?:[\u4e00-\u9fff]{{2,16}})，否则(?P<again>)(?P<no>[\u4e00-\u9fff“”]{{2,24}})"
)
"""The same with what happens in either case: "报名的前提是：…，三者缺一不可；前提全部满足则报名成功，否则系统提示报名失败"."""
_PARTS: Final = re.compile("、(?:并且|而且|且|以及)?|，?(?:并且|而且|且|以及)")
_LEAD: Final = re.compile(
    "^(?:(?:办理|申请)?[\u4e00-\u9fff]{2,6}?(?:必须|须|需要?|应当?|要求)(?=[\u4e00-\u9fff]{3})|凡|只有|仅当|当|若|如果?|在)"
)
_LEADS: Final = re.compile("不得?$|[已未无]$|[低高少多大小长短早晚]于")
_LEFT_OPEN: Final = re.compile("或|否则|除|其他|其余|如果")


def points(view: View) -> Iterator[TestPoint]:
    """All conditions met, and each failing alone; nothing where one of them cannot be read, or they are not as many as told."""
    text = whole(view)
    found = _LED.fullmatch(text) or _PREMISED.fullmatch(text) or _SHAPE.fullmatch(text)
    if found is None:
        return
    lead = _LEAD.match(found["all"])
    told = found["all"][lead.end() :] if lead and not _LEADS.search(lead[0]) else found["all"]
    said = [one for one in _PARTS.split(told) if one]
    counts = {chinese_number(one.replace("两", "二")) for one in (found["count"], found["again"]) if one}
    if len(said) < 2 or counts - {len(said)} or not (counts or "、" in told) or any(_LEFT_OPEN.search(one) for one in said):
        return
    read = tuple(one for one in (clause(words, "") for words in said) if one is not None)
    named = found.groupdict()
    act = (found["may"] or named["does"]).removeprefix("申请")
    no = re.sub("^(?:系统|平台)?(?:一律|均|都|则|应当?|将|会|须){0,2}(?:予以)?", "", found["no"])
    denied = re.search(REFUSAL, no) is not None or re.match(f"不(?:予|会)?{re.escape(act[:2])}", no) is not None
    tried = re.sub(f"^{REFUSAL}", "", no)  # what is refused, where the refusal names it
    if len(read) != len(said) or not denied or not (akin(act, tried) or not tried):
        return
    who = named.get("who") or ""
    system = re.search("系统|平台|终端|柜台", who) is not None
    do = f"申请{act}" if system or not who else f"以“{who}”身份{act}"
    yes = f"系统{act}。" if named.get("does") else f"系统允许{act}。"
    yield from of_tree(
        view, Tree("and", read), Act(f"{do}。", yes, f"系统{no}。" if re.match(f"{REFUSAL}|不", no) else f"{no}。")
    )

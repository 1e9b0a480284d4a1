"""Conditions in a list or behind "前提是", and what becomes of those who do not meet one of them: "须同时满足两项条件：…；
有任何一项不满足的，申请应被驳回", "申请月结，前提是车辆不少于 20 辆，并已签订协议；…".
All hold, and each fails alone (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree
from testgen_runtime.techniques.patterns_zh.whole import ITEM, REFUSAL, SURELY, whole
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_LISTED: Final = re.compile(
    rf"(?P<act>[^，；：]{{2,16}}?)，?(?:必须|应当?|须|需要?|只有)?(?:同时|全部|均)?(?:满足|符合|具备|达到)(?:以下|下列|如下)?(?:全部|所有)?(?:[两二三四五六\d](?:项|个|条|点))?(?:条件|要求|前提)：?"
    rf"(?P<all>(?:{ITEM}[^｜；]{{3,40}}){{2,6}})；(?P<tail>[^；]{{4,60}})"
)
_GIVEN: Final = re.compile(
    r"(?P<act>[^，；：]{2,20}?)，?(?:的)?(?:其)?前提(?:条件)?(?:是|为)：?(?P<all>[^；]{3,40}?(?:，?(?:并且|而且|同时|且|并){1}[^；，]{3,40}?){1,3})；(?P<tail>[^；]{4,80})"
)
_ANY: Final = re.compile("任[何意一]|其中|之一|缺一|一项|一条|否则|不(?:同时|全部)|未(?:同时|全部)|不符|不满足|未满足")
_AND: Final = "，?(?:并且|而且|同时|且|并(?=[已经未无有持具完]))"
_TAIL: Final = re.compile(
    rf"(?P<bad>[^，]{{2,40}}?)(?:的|者|时)，?(?P<no>{HAN}{{0,8}}?{SURELY}{REFUSAL}{HAN}{{0,10}})|否则，?(?P<else>{HAN}{{0,8}}?{SURELY}{REFUSAL}{HAN}{{0,10}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """All conditions met, and each failing alone; nothing where one of them cannot be read, or the rest says something else."""
    text = whole(view)
    found = _LISTED.fullmatch(text) or _GIVEN.fullmatch(text)
    tail = _TAIL.fullmatch(found["tail"]) if found else None
    if found is None or tail is None:
        return
    said = [
        re.sub("（含[^（）]*）$", "", one)
        for one in (found["all"].strip(ITEM).split(ITEM) if ITEM in found["all"] else re.split(_AND, found["all"]))
    ]
    if any(re.search("或|否则|除非|，", one) for one in said):
        return
    bad = tail["bad"] or ""
    if bad and not _ANY.search(bad) and len(re.split("、|，|或者?", bad)) != len(said):
        return
    read = tuple(one for one in (clause(words, "") for words in said) if one is not None)
    if len(read) != len(said) or len(read) < 2:
        return
    act = re.sub("(?:必须|应当?|须|需要?|的)$", "", found["act"])
    refusal = tail["no"] or tail["else"]
    no = re.sub(SURELY + f"(?={REFUSAL})", lambda m: "被" if m[0].endswith("被") else "", refusal, count=1)
    no = no if re.match("系统|平台|[^不拒驳退禁无]{2,}被?", no) else f"系统{no}"
    done = act if re.search("申请|提交|办理|开通|参加|报名", act) else f"申请{act}"
    yield from of_tree(view, Tree("and", read), Act(f"{done}。", f"系统通过{act}。", f"{no}。"), bad=bad)

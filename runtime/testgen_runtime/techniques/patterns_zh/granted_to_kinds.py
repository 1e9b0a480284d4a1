"""What some kinds of people get and all others do not: "学生和退休人员享受半价优惠，其他游客按原价购票",
"会员及其家属免费停车，其他人员须付费". Each kind is tried, and one of the others (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, whole
from testgen_runtime.techniques.view import View

_KIND: Final = "(?![或和与及])[\u4e00-\u9fff]{2,6}?"
_KINDS: Final = rf"(?:只有|仅|仅限)?(?P<kinds>{_KIND}(?:(?:、|以及|和|及|与|或){_KIND}){{0,5}})"
_GETS: Final = r"(?:均|都|才|方)?(?:可以?|能够?|有权)?(?P<gets>(?:享受|享有|获得|领取|免费|免票|半价|免收)[\u4e00-\u9fff]{0,14}?)"
_OTHERS: Final = r"(?:其他|其它|其余)的?(?P<noun>[\u4e00-\u9fff]{0,4}?)"
_FARE: Final = (
    rf"(?P<fare>(?:一律|均|都|应当?|须|需要?|必须){{0,2}}(?:(?:按照?|以)?(?:原价|全价|全额|正常价格?|标准价格?)[\u4e00-\u9fff]{{0,8}}|"
    rf"(?:付费|购票|缴费|收费|另行付费)[\u4e00-\u9fff]{{0,6}}|(?:不享受|不享有|{REFUSAL})[\u4e00-\u9fff]{{0,10}}))"
)
_SHAPE: Final = re.compile(rf"{_KINDS}{_GETS}[，；](?:而|但)?{_OTHERS}{_FARE}")
_NO_KIND: Final = re.compile("[的时未已有无不超满]|以上|以下|系统|平台|其他")


def points(view: View) -> Iterator[TestPoint]:
    """Each kind that gets it, and somebody of another; nothing where what gets it is no list of people."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None:
        return
    kinds, noun = tuple(re.sub("^其", "", one) for one in lists.split(found["kinds"])), found["noun"] or "人员"
    if any(len(one) < 2 or _NO_KIND.search(one) for one in kinds):
        return
    gets = found["gets"]
    for one in (*kinds, f"其他{noun}"):
        ok = one in kinds
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{noun}类别": Input(one, "", "text" if ok else "example")},
            preconditions=(f"当前{noun}属于“{one}”。",),
            do=f"以“{one}”的身份申请{gets}。",
            see=f"该{noun}{gets}。" if ok else f"该{noun}{found['fare']}。",
            reason="在所列类别之内" if ok else "不在所列类别之内",
            weight=0.9 if ok else 0.92,
            title=f"{noun}类别为“{one}”",
        )

"""What has to be done before something is possible: "用户预订车辆前必须先上传驾驶证，否则系统拒绝预订",
"用户在上传驾驶证之前不得预订车辆，上传驾驶证之后可以预订", "禁止未缴纳保证金的供应商投标；已缴纳保证金的供应商不受限制".
Done and not done (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_tree
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_DO: Final = (
    "上传|完成|缴纳|缴清|签署|提交|通过|办理|登记|绑定|开通|填写|确认|支付|购买|设置|激活|验证|认证|阅读|接受|接种|取得|获得|参加"
)
_NEED: Final = rf"(?P<need>(?:{_DO}){HAN}{{2,12}}?)"
_WHO: Final = rf"(?P<who>{HAN}{{2,6}}?)"
_BAR: Final = "(?:不得|不能|不可以?|不允许|禁止|无法)"
_SHAPES: Final = (
    re.compile(
        rf"{_WHO}(?P<act>{HAN}{{2,10}}?)之?前，?(?:必须|须|应当?|需要?)先?{_NEED}，否则(?:系统|平台)?{SURELY}{REFUSAL}{HAN}{{0,14}}"
    ),
    re.compile(
        rf"{_WHO}在{_NEED}(?:之前|以前|前)，?{_BAR}(?P<act>{HAN}{{2,10}}?)[，；](?P=need)(?:之后|以后|后)，?(?:方|才)?(?:可以?|能够?|允许){HAN}{{0,10}}"
    ),
    re.compile(
        rf"(?:系统)?(?:禁止|不允许)(?:尚?未|没有){_NEED}的{_WHO}(?P<act>{HAN}{{2,10}}?)[，；]已(?P=need)的(?:(?P=who))?(?:不受限制|可以?{HAN}{{0,10}}|除外)"
    ),
)


def points(view: View) -> Iterator[TestPoint]:
    """The act with what is to be done first, and without it."""
    text = whole(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None or words_zh.ROLE.fullmatch(found["who"]) is None:
        return
    who, act = found["who"], found["act"]
    need = clause(f"已{found['need']}", who)
    if need is not None:
        yield from of_tree(view, Tree("and", (need,)), Act(f"以该{who}身份{act}。", f"系统允许{act}。", f"系统不允许{act}。"))

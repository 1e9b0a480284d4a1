"""What becomes of something in the second half of a Chinese rule, and how it is told in a result: "应被拒收", "均应予受理",
"系统应拒绝并提示无权限"."""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.techniques.patterns_zh.telling import HAN
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY

WHO: Final = "(?:(?:(?![由被经向的时])[\u4e00-\u9fff]){0,4}(?:系统|平台|柜台|窗口|前台|闸机|门禁|终端|程序|护士站|网关|页面))?"
AWAY: Final = rf"(?:不予(?:受理|接受|接收|办理|通过|批准|放行)|{REFUSAL}|拒[收签付载登赔保售运检])"
NO: Final = rf"(?P<no>(?:[其该](?:{HAN}{{0,4}}?)(?:申请|请求|操作|预约|订单|报名))?{WHO}{SURELY}{AWAY}[^，；]{{0,16}})"
"""Something is turned away, up to the end of the clause."""
YES: Final = (
    rf"(?P<yes>{WHO}{SURELY}(?:方|才)?(?:可以|可(?!见|用|信)|能够?|有权|允许|准予|准许|接受|受理|接收|放行|通过|批准|揽收|收寄|同意|给予)"
    rf"(?P<act>(?:(?!并(?!购)){HAN}){{0,14}})(?:并{HAN}{{2,14}})?)"
)
"""Something is taken or permitted, up to the end of the clause."""
_TOLD: Final = re.compile(
    rf"(?:[其该](?P<its>{HAN}{{2,8}}?)(?={WHO}{SURELY}{AWAY}))?(?P<who>{WHO}){SURELY}(?:方|才)?(?P<what>.+)"
)
_ALONE: Final = re.compile(
    "(?:拒[绝收签付载登赔保售运检]|驳回|退回|拦截|阻止|不予(?:受理|接受|接收|通过|批准)|不(?:受理|接受|通过))"
)
_TAKES: Final = re.compile("(?:接受|受理|接收|放行|通过|批准|揽收|收寄|同意)")


def refusal(no: str, thing: str = "", act: str = "") -> str:
    """The result of NO: ("应被拒收", 快件) → "系统拒收该快件。", ("系统应拒绝并提示无权限", …) → "系统拒绝并提示无权限。",
    ("应被拒绝", "", 校准仪器) → "系统拒绝校准仪器。"."""
    found = _TOLD.fullmatch(no)
    who, what = (found["who"] or "系统", found["what"]) if found else ("系统", no)
    what = re.sub("^必须", "", what)
    if re.match("看不到|不可见|[\u4e00-\u9fff]{2,4}(?:失败|不成功)", what):
        return f"{what}。"
    its = found["its"] if found else ""
    what = re.sub("^(?:不得|不可以?|不能|不准|无权|不应)", "不允许", what)
    if its:
        return f"{who}{what}该{its}。" if _ALONE.fullmatch(what) else f"该{its}{what}。"
    if act and not thing and what in ("拒绝", "不允许", "不予", "禁止", "不支持"):
        return f"{who}{what}{act}。"
    return f"{who}{what}该{thing}。" if thing and _ALONE.fullmatch(what) else f"{who}{what}。"


def acceptance(yes: str, thing: str = "") -> str:
    """The result of YES: ("均应被接受", 快件) → "系统接受该快件。", ("可以预约班车", "") → "系统允许预约班车。"."""
    found = _TOLD.fullmatch(yes)
    who, what = (found["who"] or "系统", found["what"]) if found else ("系统", yes)
    if _TAKES.fullmatch(what):
        return f"{who}{what}该{thing or '请求'}。"
    return f"{who}{re.sub('^(?:可以|可|能够?|有权|允许|准予|准许)', '允许', what)}。"


_ANY_ACT: Final = "其|该|请求|申请|操作|的|受理|办理|通过|批准|接受|放行|进行|处理"


def of_one_thing(one: str | None, other: str | None) -> bool:
    """Whether two halves may speak of the same things: 病历影像附件 and 附件, or one that leaves them out."""
    return not one or not other or one in other or other in one


def of_one_act(no: str, *told: str) -> bool:
    """Whether what is refused may be what `told` permits: nothing but the verb of refusal, a request, or words they share."""
    left = re.sub(rf"^(?:[其该]{HAN}{{2,8}}?)??{WHO}{SURELY}{AWAY}|并(?:提示|返回|给出).*|{_ANY_ACT}", "", no)
    return len(left) < 2 or any(char in "".join(told) for char in left)

"""Means that are taken, and one that is not: "停车费可以使用微信、支付宝或银联卡支付，不接受现金支付".

Each is tried (29119-4, 5.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, point, statement
from testgen_runtime.techniques.view import View

_NAME: Final = r"(?:“[^“”]{1,12}”|[A-Za-z0-9]{1,12}|(?:(?![或和与及])[\u4e00-\u9fff]){2,8}?)"
_JOINT: Final = r"(?:、|以及|和|及|与|或者?)"
_ACT: Final = r"(?P<act>支付|付款|缴费|缴纳|结算|结账|充值|登录|认证|签到|取件|领取|入场|开门|办理|签署|报名|下单|投递)"
_SHAPE: Final = re.compile(
    rf"(?P<thing>{HAN}{{2,10}}?)(?:只|仅)?(?:可以?|能够?|支持|允许)(?:使用|采用|通过|用|以|凭)?(?P<may>{_NAME}(?:{_JOINT}{_NAME}){{1,6}})(?:方式)?{_ACT}"
    rf"[，；](?:但|而)?(?:暂)?(?:不接受|不支持|不允许|不能|不得|不可以?|拒绝|禁止)(?:使用|采用|通过|用|以|凭)?(?P<not>{_NAME}(?:{_JOINT}{_NAME}){{0,4}})(?:方式)?(?:(?P=act))?"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each means that is taken, and each that is not."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    act, thing = found["act"], found["thing"]
    may, denied = lists.split(found["may"]), tuple(name.removesuffix(act) for name in lists.split(found["not"]))
    if set(may) & set(denied) or not all(denied) or any("其他" in name or "其它" in name for name in denied):
        return
    for means in (*may, *denied):
        ok = means in may
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{act}方式": Input(means)},
            preconditions=(),
            do=f"{thing}使用{means}{act}。",
            see=f"{act}成功。" if ok else f"系统不接受{means}{act}。",
            reason="列出的方式" if ok else "不接受的方式",
            weight=0.9 if ok else 0.92,
            title=f"{act}方式为“{means}”",
        )

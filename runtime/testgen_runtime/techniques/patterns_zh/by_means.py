"""The means of an act, and what becomes of others: "停车费可以使用微信、支付宝或银联卡缴纳；使用其他缴费方式时，系统应拒绝缴费",
"读者凭借书证、身份证即可入馆，持其他证件入馆的，不予放行". Each of the list is accepted, another one refused (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.verdict_words import NO, of_one_act, refusal
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_VALUE: Final = r"(?:“[^“”，；]{1,16}”|[A-Za-z0-9.+#-]{1,12}|(?:(?![或和与及、等且])[\u4e00-\u9fffA-Za-z0-9]){1,10}?)"
_LIST: Final = rf"(?P<list>{_VALUE}(?:(?:、|以及|和|及|与|或者?){_VALUE}){{1,7}})"
_BY: Final = "使用|采用|选用|通过|凭借?|持|搭乘|乘坐|用|以"
_MAY: Final = "(?:只能|仅能|只可|仅可|均可|可以|可|能够?|允许|支持|接受)"
_ACT: Final = (
    "付款|支付|缴费|缴纳|缴款|交纳|结算|结账|充值|登录|认证|核验|签到|取[件票货餐药号]|购票|购买|投保|报名|开[锁门户]|入[场园馆住校会]|进[站入场校]|乘车|登机|"
    "上[车班]|下单|借[阅书]|还[款书]|领取|办理|申请|提交|查询|兑换|预约|预订|挂号|续费|充电|打卡|激活|注册|投票|捐款|打赏|出[入行]|到达|前往|寄送|寄出|发货|投递|验票|检票"
)
_FIRST: Final = (
    rf"(?P<what>{HAN}{{0,14}}?)(?:{_MAY}(?P<by>{_BY})|(?P<with>凭借?|持)){_LIST}"
    rf"(?P<ready>即可|均可|都可以|方可|才能|可以?)?(?:完成|进行)?(?P<act>(?:{_ACT}){HAN}{{0,6}})"
)
_KIND: Final = (
    "(?:[\u4e00-\u9fff]{0,4}?(?:方式|渠道|途径|工具|手段|方法|证件|凭证|证明|"
    "材料|设备|终端|平台|账[号户]|卡种|卡片|货币|币种|车型|车辆|路线|线路|格式|类型))"
)
_SHAPE: Final = re.compile(
    rf"{_FIRST}[，；](?:但|而|若|如果?|凡|对于?)?(?P<again>{_BY}|选择)(?:其他|其它|其余|别的)(?P<kind>{_KIND})(?P<rest>{HAN}{{0,8}}?)(?:时|的)(?P<thing>{HAN}{{0,8}}?)，?{NO}"
)
_MOVES: Final = re.compile("(?:缴纳|交纳|支付|办理|领取|查询|提交|申请|购买|兑换|预约|预订)")
_WHO_ACTS: Final = re.compile("[员工师长生者人手户客方民]$|乘客|用户|读者|会员|市民|家长|员工|访客|观众|选手|商户")


def points(view: View) -> Iterator[TestPoint]:
    """Each means accepted, another one refused; nothing where the list is left open, or another act is refused."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not (found["by"] or found["ready"]):
        return
    values = tuple(one.strip("“”") for one in lists.split(found["list"]))
    what, act, kind = found["what"], found["act"], found["kind"]
    if not of_one_act(found["no"], act, what, kind) or any(re.search("其他|其它|其余|任何", one) for one in values):
        return
    other = other_value(values, "zh")
    other = f"未列出的{kind}" if other == "未列出的值" else other
    name = f"{act[:2]}{kind}" if kind in ("方式", "渠道", "途径", "工具", "手段", "方法") else kind
    for value in (*values, other):
        ok = value != other
        done = _done(what, found["by"] or found["with"], value, act)
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={name: Input(value, "", "text" if ok else "example")},
            preconditions=(),
            do=f"{done}。",
            see=f"系统允许{_done('', found['by'] or found['with'], value, act)}。"
            if ok
            else refusal(found["no"], found["thing"], act),
            reason="列出的值" if ok else "未列出的值",
            weight=0.9 if ok else 0.92,
            title=f"{name}为“{value}”",
        )


def _done(what: str, by: str, value: str, act: str) -> str:
    """The act by one of the means: (停车费, 使用, 微信, 缴纳) → 使用微信缴纳停车费."""
    if what and _MOVES.fullmatch(act) and not _WHO_ACTS.search(what):
        return f"{by}{value}{act}{what}"
    return f"{what}{by}{value}{act}"

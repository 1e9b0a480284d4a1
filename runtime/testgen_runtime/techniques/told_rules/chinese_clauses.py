"""The rules of a Chinese text, clause by clause: under which conditions what is accepted or refused, in its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from testgen_runtime.techniques.patterns_zh.sides import SIDE
from testgen_runtime.techniques.told_rules.told import NEED, Told

_LEAD: Final = re.compile(
    r"^(?:但是?|也|亦|还|而|并且|而且|且|同时|则|那么|如果|若是?|假如|倘若|一旦|凡是?|反之|当(?!日|天|月|年|前|事|班|地|场)|对于|"
    r"对(?=[已未超低高持有无不没]))，?"
)
ADVERBS: Final = "(?:均|都|一律|也|则|就|便|即|才|方|仍|再|将|会|应当?|须|必须|应予以?|予以|被|直接|自动|立即|一概|统统){0,4}"
_WHO: Final = (
    "(?:(?:^[\u4e00-\u9fff]{1,4}(?=系统|平台|终端|程序|站|台))?"
    "(?:系统|平台|柜台|窗口|前台|闸机|门禁|终端|程序|道闸|工作人员|经办人|客户端|服务端|页面|后台)(?:将|应当?|须|会)?)?"
)
_NO: Final = (
    r"不得(?!不)|不准予|不可以|不可(?!避免|抗|见|再生|靠|撤|用)|不能(?!不|够?自)|不允许|不准许?|不予|不应|无法(?!律)|无权|禁止|严禁|拒绝|拒[收付载赔售签登]|看不到|不可见|"
    r"驳回|退回|退件|拦截|阻止|不受理|不接受|不接收|不通过|不放行|不开放|不支持|不接待|不收治?|不提供|不批准|不办理|不发放|不成功|失败|报错|停止|暂停|取消$|作废|(?:无效|失效)$|"
    r"提示[^，]{0,12}?(?:错误|不|无权|无法|有误|失败|超|已满|未|仅|只)"
)
_YES: Final = (
    r"可以|可(?![见用信靠疑能])|允许|能够|能(?![源力量耗])|准予|准许|有权|方可|才可以?|才能够?|方能|接受|受理|接收|接待|放行|通过|成功|批准|同意|"
    r"予以(?!拒|驳|退|禁|拦|阻)|开放|生效|正常(?=[\u4e00-\u9fff]{2})|照常"
)
_VERDICT: Final = re.compile(rf"(?P<who>{_WHO})(?P<how>{ADVERBS})(?:(?P<no>{_NO})|(?P<yes>{_YES}))")
_NO_VERDICT: Final = re.compile(
    r"^(?:的(?!申请|请求|操作|权限|$)|后|时(?!间)|且|或|、|人|者|了|过|后方|之前|之后|率|日|期|次数|原因|记录|单|证|状态|条件)"
)
"""What follows a word that only looks like a verdict: "审核通过的订单"."""
_BEFORE_NO_VERDICT: Final = re.compile(r"(?:已|已经|未|未经|没有|尚未|经|经过|获|获得|曾|被|获得了)$")
_LATER: Final = re.compile(rf"(?:的|者|人|员|时|后)[^，]*?(?:{_NO}|{_YES})")
_ONLY: Final = re.compile(r"^(?:只有当?|只有在|仅有?当?|仅在|仅限|只限|只能在|只在|仅允许|只允许|只接受|仅接受|只受理|仅受理)")
_REST: Final = re.compile(
    r"^(?:除(?:此|上述|以上|前述)[^，]{0,8}?之?外(?:的)?|其[余他它](?:的)?(?:一切|任何|所有)?|(?:不|未)(?:符合|满足|达到|具备)(?:上述|以上|前述|该|此|本|这些)?"
    r"(?:任[一何意](?:一?[项个])?)?(?:条件|要求|规定|标准|范围)|(?:缺少?|不具备)(?:上述|以上|其中)?的?任[何意一](?:一?[项个])?(?:条件|要求)?|"
    r"(?:上述|以上|前述|这)?(?:[两二三四五六][项个种]?)(?:条件|要求|前提)?(?:都|均|全|皆)(?:不|未)(?:满足|符合|具备|达到|成立)|(?:超出|不在|超过)(?:该|上述|此|以上|规定|这[一个]?|前述)?(?:范围|区间|限制|限额|时限|期限)|"
    r"(?:上述|以上|前述|其中|有)?(?:任[一何意](?:一?[项个])?|一项)(?:条件|要求|前提)?(?:不|未)(?:满足|符合|具备|达到|成立)|(?:不|未)(?:满足|符合)任[一何意](?:一?[项个])?(?:条件|要求)?|不符合(?:的|者)|不满足(?:的|者)|"
    r"不在此列|(?:超出|超过|不足|未达到|达不到|未达|低于此|高于此|不符)(?=的|者)|不在(?:上述|该|此)?(?:列表|名单|范围|清单)(?:内|中|之内)?)"
)
_AFTERWARDS: Final = re.compile(
    r"^(?:系统|平台|页面|终端|前台|工作人员)?(?:应当?|须|将|会)?(?:并|且|同时|再)?(?:给出|返回|弹出|显示|提示|通知|告知|记录|说明|要求|引导|建议|保留|写入|发送|生成|短信|注明)"
)
_UNNEEDED: Final = re.compile("^(?:不(?:再|予)?(?:生成|扣|计入|产生|保存|创建|发送|占用|派)|无需|无须|不需|不必|不用|不再需)")
_HAS_NUMBER: Final = re.compile(
    r"\d|半(?:个?小时|年|天|日)|[一二两三四五六七八九十百]+(?:次|天|日|人|个|件|册|本|小时|分钟|岁|周岁|元|位|张|项|名|年|月|周|倍|米|公斤|千克|吨)"
)
_DEMAND: Final = re.compile(
    r"(?:应当?|须|必须|需|不得|不能|不可|不应|不允许|不准|要求|只能|仅能|最多|最少|至多|至少|上限|下限|控制|限制|介于|限)"
)
_RANGE: Final = re.compile(rf"{SIDE}|\d[^，]*?(?:至|到|~|～|-|—)[^，]*?\d")
_NEED: Final = re.compile(
    r"^(?P<who>[^，\d]{0,16}?)(?:必须|应当|应(?!用|聘|届|急)|须|需要|需(?!求))(?P<need>(?:事先|提前|先|同时|已|在[^，]{2,8}?)?"
    r"(?:无(?![线论])|未|没有|年?满|持有?|出示|具有|具备|有|经过?|获得?|取得|完成|通过|提供|携带|佩戴|上传|填写|签署|提交|缴纳|缴清|交纳|处于|开启|绑定|验证|登记|办理|由)[^，]{1,20})$"
)
_ONLY_THOSE: Final = re.compile(
    r"[^，\d]{0,10}?(?:只|仅)(?:能|可以?|限)?(?P<does>受理|接受|接收|支持|接待|办理|收治|允许)(?P<list>[^，\d]{2,40}?)(?:等?[两二三四五六七八九十]+[种类个项][^，]{0,4}|的?(?:办理|业务|缴费|付款|支付|申请|进入|格式的?[^，]{0,4}))?"
)
_CONDITIONAL: Final = re.compile("(?:的|(?<!小)时|者|后|情况下|情形|期间|以?前)$|^(?:当|若|如|凡)")
TOPIC: Final = re.compile(
    "^[^\\d支为是]{2,14}(?:报名|申请|办理|预约|登记|提交|入住|开户|借阅|购买|使用|充值|提现|注册|转网|参赛|缴费|报销)[^，\\d]{0,4}$|^(?:用户|客户|居民|学生|员工|旅客)(?:申请|办理|报名|预约)[^，\\d]{2,8}$"
)
_BEYOND: Final = re.compile(
    "^空|上述|^(?:位数|长度|数量|字数|人数|金额)?(?:不足|过短|不够|少于|低于|过少)(?:或者?|、|及|和)(?:超过|超出|过长|多于|高于|过多)(?:的|者)?$|上限|下限|[时期]限|^(?:逾期|超期|超时|逾时|过期)(?!未)|^超[高重长宽速限]|限[值额制]|范围|区间|要求|规定|标准|条件|过[长短大小多少高低早晚重轻]|更[大小多少高低长短重轻]|其[他它余]|偏离|^(?:超出|超过|不足|低于|高于|未达到?|少于|多于|达不到)(?:的|者)?$"
)
_WITHIN: Final = re.compile(
    "(?:未|不|没有)(?:超过|超出|高于|低于|达到)(?:上述|该|此|规定)?(?:的)?(?:标准|上限|下限|限额|限制|规定|范围|要求)?"
    "(?:的[^，]{0,8})?"
)
_ENDS_IN_NUMBER: Final = re.compile(r"\d[\u4e00-\u9fffA-Za-z%℃]{0,4}$")
NUMBERED: Final = _HAS_NUMBER


@dataclass
class _Sentence:
    """What has been read of a sentence so far."""

    rules: list[Told] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    only: bool = False
    rest: bool = False
    but: str = ""
    unless: str = ""
    around: tuple[str, ...] = ()
    within: int = 0


_WHATEVER: Final = re.compile("(?:无论|不论|不管)[^，；]{1,12}?(?:，|(?=均|都|一律))")
_AT_MOST_HOLDS: Final = re.compile(
    r"(?P<most>最多|至多|最少|至少)(?:应当?|可以?|只能|能|须)?(?:包含|含有?|有|为|填写|上传|选择|添加|输入|借阅|提交)(?=\d)"
)
_SHALL: Final = re.compile(
    r"(?:系统|平台)(?:应当?|将|会|须)(?P<act>(?!拒|驳|退回|禁|不|提示|允许|接受|受理|通过|予以|给出|返回|显示|记录|自动拒)[\u4e00-\u9fff]{2,10})(?=[，；]|$)"
)
_UNDONE: Final = re.compile(
    r"(?:，|时|的|后|系统|平台|应|将|则)(?:均|都|一律|也|则|就)?不(?:再|会|予)?(?P<act>(?![得可能予允准应同通受接支低高少多大小超足满在是符])[\u4e00-\u9fff]{2,10}?)(?=[，；]|$)"
)


def with_plain_verdicts(text: str) -> str:
    """A text in which what is done on one side and not done on the other is permitted and refused: "低于 20 件时生成补货单；
    20 件及以上时不生成补货单"."""
    for found in list(_SHALL.finditer(text)):
        act = re.escape(found["act"])
        if re.search(
            rf"{act}(?:的?(?:申请|请求|操作|要求))?[^，；]{{0,6}}(?:拒绝|驳回|不予|禁止)|(?:拒绝|不予|不得|禁止)[^，；]{{0,4}}{act}",
            text,
        ):
            text = re.sub(rf"(系统|平台)(?:应当?|将|会|须){act}(?=[，；]|$)", rf"\1允许{found['act']}", text)
    for found in list(_UNDONE.finditer(text)):
        act = found["act"]
        done = re.compile(rf"(?<!不)(?<!不再)(?<!不予)(?:自动|直接|立即|正常)?{act}(?=[，；]|$)")
        if len(done.findall(text)) != 1 or re.search(rf"(?:可以?|允许|能够?|准予)(?:自动|直接|立即|正常)?{act}", text):
            if re.search(rf"(?:可以?|允许|能够?|准予|方可|才能)(?:自动|直接|立即|正常|继续)?{act}", text):
                text = re.sub(rf"不(?:再|会|予)?{act}(?=[，；]|$)", f"不予{act}", text)
            continue
        text = done.sub(f"允许{act}", text)
        text = re.sub(rf"不(?:再|会|予)?{act}(?=[，；]|$)", f"不予{act}", text)
    return text


_BY_ITSELF: Final = re.compile("自动(?:审批)?通过|自动批准|自动审批|直接通过")
_BY_SOMEBODY: Final = re.compile(
    "(?:必须|还?须|需要?|应当?)?(?:提交|报送?|报请|由|经)(?:[\u4e00-\u9fff]{2,8}?)(?:进行)?(?:人工)?(?:审批|审核|复核|批准|审查)(?:后生效|通过后生效)?(?=[，；]|$)"
)
"""Where something passes by itself, what somebody has to approve does not: "三天以上的请假由经理审批，三天及以下的自动通过"."""
_LOOKS: Final = re.compile(
    r"(?:[^，；\d]{2,12}时，)?(?:系统|平台|程序|终端|工作人员)?(?:应当?|须|将|会)?(?:自动)?(?:核对|校验|检查|验证(?!码)|核验|读取|计算|获取|查询)[^，；\d]{2,30}"
)
"""What the system looks at: it permits and refuses nothing."""


def told(text: str) -> tuple[Told, ...] | None:
    """The rules of a text without blanks, its sentences parted by "；"; None where a clause is not understood."""
    rules: list[Told] = []
    if passed := _BY_ITSELF.search(text):
        text = _BY_SOMEBODY.sub(f"不予{passed[0]}", text)
    text = with_plain_verdicts(_AT_MOST_HOLDS.sub(r"\g<most>", _WHATEVER.sub("", text)))
    for sentence in text.split("；"):
        if _LOOKS.fullmatch(sentence) and not re.search(_NO, sentence):
            continue
        if (declared := _DECLARES.fullmatch(sentence)) and not rules:
            rules.append(Told((f"{declared['what']}为{declared['names']}",), False, declares=True))
            continue
        found = _of_sentence(sentence, rules)
        if found is None:
            return None
        rules += found
    return _with_declared(rules)


def _with_declared(rules: list[Told]) -> tuple[Told, ...]:
    """The rules in which what a list declares is told by its names: "金卡会员" as "会员等级为金卡"."""
    if not rules or not rules[0].declares:
        return tuple(rules)
    what, _, told = rules[0].said[0].partition("为")
    names = sorted(re.split("、|以及|和", told), key=len, reverse=True)
    return (rules[0], *(replace(rule, said=tuple(_by_names(one, what, names) for one in rule.said)) for rule in rules[1:]))


def _by_names(said: str, what: str, names: list[str]) -> str:
    here: list[str] = []
    left = said
    for name in names:
        if name in left:
            here, left = [*here, name], left.replace(name, "")
    plain = here and len(left) < 10 and not NUMBERED.search(left) and not re.search("[不未没无非已且并]", left)
    return f"{what}为{'、'.join(here)}" if plain else said


_DECLARES: Final = re.compile(
    "(?P<what>[\u4e00-\u9fff]{0,8}?(?:等级|级别|状态|类型|类别|角色|身份|阶段))(?:共?分为|包括|共?有|为|是)(?P<names>[^，；\\d或]{2,60}?[、和][^，；\\d或]{1,12}?)"
    "(?:这?[两二三四五六七八][种个类级])?(?:[\u4e00-\u9fff]{0,2}状态)?"
)
"""Which names there are: "会员等级分为普通、银卡和金卡"."""


def _of_sentence(sentence: str, before: list[Told]) -> list[Told] | None:
    state = _Sentence()
    try:
        if not all(_take(state, raw, before) for raw in sentence.split("，")):
            return None
    except _Unread:
        return None
    if state.rules and state.rules[-1].demand and all(_ENDS_IN_NUMBER.search(one) for one in state.said):
        _assert(state)
    if state.said or state.unless or state.but:
        return None
    return state.rules


def _take(state: _Sentence, raw: str, before: list[Told]) -> bool:
    """Read one more clause; False where it is not understood."""
    clause, had = raw, ""
    while (stripped := _LEAD.sub("", clause)) != clause:
        had, clause = had + clause[: len(clause) - len(stripped)], stripped
    if clause.startswith("否则"):
        if not state.unless:
            _assert(state)
            if not state.rules and not before:
                return False
            state.said, state.rest = [], True
        clause = clause.removeprefix("否则")
        if not clause:
            return True
    if not clause:
        return True
    if found := re.fullmatch(r"除非(.+)", clause):
        if state.rules and not state.rules[-1].accepts:
            state.rules.append(Told((found[1],), True, state.rules[-1].act, spares=True))
        else:
            state.unless = found[1]
        return True
    if found := re.fullmatch(r"(.+?)(?:的[^，的]{0,4}?|者)?除外", clause):
        last = state.rules[-1] if state.rules else None
        if last is None or "除" in found[1]:
            return False
        state.rules.append(Told((found[1],), not last.accepts, last.act, spares=True))
        return True
    if found := re.match(r"除(?!此|上述|以上|前述)(?:了)?(.+?)(?:以|之)?外(?:的|，|$)?", clause):
        state.but, clause = found[1], clause[found.end() :]
        if not clause:
            return True
    if found := _REST.match(clause):
        if (bare := re.fullmatch("(超出|超过|不足|未达到|达不到|未达|低于此|高于此|不符)", found[0])) and not _turns(
            bare[1], (*before, *state.rules)
        ):
            return False
        _assert(state)
        state.rest, state.said, clause = True, [], clause[found.end() :]
        verdict = _verdict(clause)
        if verdict is None and (owed := _OWED.fullmatch(clause)) and all(rule.accepts for rule in (*before, *state.rules)):
            state.rules.append(Told((), False, seen=f"要求{owed['what']}", rest=True))
            state.rest = False
            return True
        if verdict is None:
            return len(clause) <= 8
        clause = clause[len(verdict[0]) :] if len(verdict[0]) <= 8 else clause
    if re.fullmatch(r"(?:包含|含|包括)\d[^，]*", clause) and state.rules and state.rules[-1].demand:
        return True  # "包含 1 元和 20000 元"
    if _UNNEEDED.match(clause) and state.rules and not state.said and not state.rest:
        return True
    if _AFTERWARDS.match(clause) and state.rules and state.rules[-1].seen and not state.said and not state.rest:
        state.rules[-1] = replace(state.rules[-1], seen=f"{state.rules[-1].seen}，{raw}")
        return True
    return _conclude(state, clause, before, asks=_IF.search(had) is not None)


_OWED: Final = re.compile("[\u4e00-\u9fff]{0,6}?(?:必须|应当?|须|需要?)(?:另行|再)?(?P<what>[\u4e00-\u9fff]{2,10})")


def _turns(word: str, before: tuple[Told, ...]) -> bool:
    """Whether a bare "超出的" is the other side of the rules before it."""
    texts = [one for rule in before for one in (*rule.said, rule.demand)]
    return any(NUMBERED.search(one) for one in texts) and not any(re.search(rf"(?<![不未]){word[:2]}", one) for one in texts)


_EXACTLY: Final = re.compile(r"(?:必须|须|应当?)(?:为|是)?\d[^，至到~～—-]*$")
"""A demand for one number ("须为 11 位数字"), and no condition."""
_IF: Final = re.compile("如果|若|假如|倘若|一旦|凡|当")


def _conclude(state: _Sentence, clause: str, before: list[Told], *, asks: bool) -> bool:
    """A clause that is a condition, or that has the verdict of those before it."""
    if (whose := re.match("(?P<who>[\\u4e00-\\u9fff]{2,6}?)(?=只有|仅在|只能在|仅当)", clause)) and not state.rest:
        clause = clause[whose.end() :]
    if (only := _ONLY.match(clause)) and not state.rest:
        state.only, state.within = True, len(state.said)
        clause = clause[only.end() :] if not re.search("允许|接受|受理", only[0]) else clause[1:]
    if found := _ONLY_THOSE.fullmatch(clause):
        state.rules.append(Told((found["list"],), True, "", only=True, listed=True))
        return True
    if demand := _demanded(clause, state):
        return demand == "taken"
    verdict = _verdict(clause)
    if verdict is None:
        if re.search(r"[？?]", clause) or len(clause) > 40:
            return False
        state.said.append(clause if not asks or _CONDITIONAL.search(clause) else f"{clause}时")
        return True
    if any(_EXACTLY.search(one) for one in state.said):
        return False
    condition, accepts, act, seen = verdict
    if state.said and not state.rest and _ACTOR.fullmatch(condition) and re.match("应|将|会|须|予以|自动|不予", seen):
        condition, seen = "", condition + seen
    if (
        accepts
        and (need := _NEED.match(condition))
        and not re.search("(?:系统|平台)$", need["who"])
        and re.search("[方才]", seen[:3])
    ):
        who = (need["who"],) if need["who"] else ()
        state.rules.append(Told((*state.said, *who), False, act, demand=f"{NEED}{need['need']}"))
        state.said, state.rest, state.only = [], False, False
        return True
    if re.search("方可|才能|才可|方能|才(?=允许|可|能|予|准)|方(?=予|可|能|准)", clause):
        state.only = True
    if state.said and _DEED.fullmatch(condition) and not state.rest and all(_CONDITIONAL.search(one) for one in state.said):
        condition, act = "", condition  # "余额不足时，付款应失败": what fails, and no condition of it
        if found := re.match("(?:均|都|将|应当?|会|则)*(?P<end>(?:失败|不成功).*)", seen):
            seen = f"{act}{found['end']}"
    if condition or state.rest:
        _assert(state)
    listed = any(rule.listed for rule in (*before, *state.rules))
    if listed and not accepts and re.search("其[他它余]|别的", f"{condition}{''.join(state.said)}"):
        if named := _NAMED_OTHERS.search("，".join((*state.said, condition))):
            state.rules.append(Told((named["names"],), False, act, seen, listed=True))
        state.rest, state.said, condition = True, [], ""
    demanded = any(rule.demand for rule in (*before, *state.rules))
    if condition and accepts and demanded and _WITHIN.fullmatch(condition) and not state.said:
        return True  # "未高于标准的准予提交" behind what must not be higher
    beyond = condition or (state.said[0] if len(state.said) == 1 else "")
    late = re.match("(?:逾期|超期|逾时)(?!未)", beyond) and any(
        NUMBERED.search(one) for rule in (*before, *state.rules) for one in rule.said
    )
    if not accepts and (demanded or late) and beyond and _BEYOND.search(beyond) and not NUMBERED.search(beyond):
        state.rest, state.said, condition = True, [], ""
    if condition:
        state.said.append(condition)
    if state.unless:
        state.rules.append(Told((state.unless,), not accepts, act, only=True))
        state.unless = ""
    elif state.but:
        if condition:
            return False
        state.rules.append(Told((state.but,), not accepts, act, spares=True))
        state.rules.append(Told((), accepts, act, seen, rest=True))
        state.but = ""
    elif state.rest:
        state.rules.append(Told((), accepts, act, seen, rest=True))
    elif not state.said:
        return bool(state.rules) and state.rules[-1].accepts == accepts  # the same verdict in other words
    else:
        said = [*state.around, *state.said] if not any(NUMBERED.search(one) for one in state.said) else state.said
        alone = state.only and accepts
        within = state.within if alone and len(said) == len(state.said) else 0
        state.rules.append(Told(tuple(said), accepts, act, seen, only=alone, within=within))
    state.said, state.rest, state.only, state.within = [], False, False, 0
    return True


def _assert(state: _Sentence) -> None:
    """Take numbers for a demand that nothing makes a condition: "时长最短 1 小时，最长 3 小时，否则 …"."""
    for one in state.said:
        if NUMBERED.search(one) and not _CONDITIONAL.search(one):
            state.rules.append(Told((), False, "", demand=one))
    state.said = [one for one in state.said if not NUMBERED.search(one) or _CONDITIONAL.search(one)]


def _demanded(clause: str, state: _Sentence) -> str:
    """ "taken" where the clause is a limit or a need that must be met, "" where it is none, "unread" where it is beyond us."""
    if _HAS_NUMBER.search(clause):
        asked = _DEMAND.search(clause)
        tail = clause[asked.end() :] if asked else ""
        if re.search(r"以\d[^，]{1,6}为限$", clause):
            state.rules.append(Told(tuple(state.said), False, "", demand=clause))
            state.said = []
            return "taken"
        if (
            asked
            and _RANGE.search(clause)
            and not re.search(rf"(?:{_YES})(?!\d)|{_NO}", re.sub("不得|不可以?|不能|不允许|不准|不应|只能|仅能", "", clause))
        ):
            barred = re.match("不得|不能|不可|不应|不允许|不准", asked[0]) is not None
            if barred and re.match(r"[^超低高少多大小早晚短长\d不]{2,}", tail):
                return ""
            if not all(_CONDITIONAL.search(one) or TOPIC.search(one) for one in state.said):
                return "unread"
            state.rules.append(Told(tuple(state.said), False, "", demand=clause))
            state.said = []
            return "taken"
        return ""
    if (found := _NEED.match(clause)) and not re.search("(?:系统|平台|后台|程序)$", found["who"]):
        if re.search(rf"(?:{_NO})", clause) or re.search(rf"(?:{_YES})", found["need"].replace("通过", "")):
            return ""
        who = [found["who"]] if found["who"] else []
        state.rules.append(Told((*state.said, *who), False, "", demand=f"{NEED}{found['need']}"))
        state.around = tuple(one for one in state.said if NUMBERED.search(one))  # what is told next of the need is told there
        state.said = []
        return "taken"
    return ""


_ACTOR: Final = re.compile(
    "[\u4e00-\u9fff]{1,5}(?:站|台|系统|平台|机|闸|门|柜|端|员|处|部门?|中心|程序|窗口|页面|网关|引擎|模块|服务|后台|人员)"
)
"""Who sees to it that something is turned away: "护士站应拦截"."""
_BY_OTHERS: Final = re.compile("(?:须|需要?|应当?|必须|要)(?:先|事先)?(?:由|经|获|得到?|征得|取得)[\u4e00-\u9fff]{1,8}$")
_NAMED_OTHERS: Final = re.compile(
    "(?:是|为|上传|使用|选择|采用|提交|提供|出示)(?:了)?(?P<names>[^，；的是为]{1,24}?)(?:或者?|等|以及|和|、)其[他它余]"
)
"""Others that are named: "上传的是图片、Word 文档或其他类型的文件"."""
_DEED: Final = re.compile(
    "(?:该|本次|此次)?(?:付款|支付|转账|下单|登录|提现|充值|兑换|注册|提交|预约|报名|购票|退款|退票|改签|开户|借阅|续借|下载|上传|导出|导入|"
    "审批|申请|缴费|挂号|签到|打卡|投递|发布|修改|删除|取消|[\u4e00-\u9fff]{2,4}(?:操作|请求|申请))"
)
"""What is done, told before whether it succeeds."""


class _Unread(Exception):
    """A clause has a verdict with something that decides behind it."""


def _verdict(clause: str) -> tuple[str, bool, str, str] | None:
    """(the condition before it, whether it accepts, what is done, the verdict in words) of a clause; None where it has none.
    Raises _Unread."""
    for found in _VERDICT.finditer(clause):
        after, before = clause[found.end() :], clause[: found.start()]
        word = found["no"] or found["yes"]
        if _NO_VERDICT.match(after) or _LATER.search(after):
            continue
        if word == "通过" and re.match("(?!该|其|申请|审批|请求)[\\u4e00-\\u9fff]{2,}", after):
            continue  # "通过培训": somebody passes something
        if word in ("批准", "同意", "通过") and _BY_OTHERS.search(clause[: found.start("yes")]):
            continue  # "须由监护人同意": what is needed
        if word in ("通过", "成功", "批准", "同意", "接受", "受理") and _BEFORE_NO_VERDICT.search(clause[: found.start("yes")]):
            continue
        if found["no"] and word in ("不通过", "失败", "不成功") and re.match("的|后|时", after):
            continue
        if re.match("[是为]", after) or NUMBERED.search(after) or re.search(r"[“”]|其[他它余]|除外|以外", after):
            raise _Unread
        before = re.sub("(?:均|都|一律)?(?:应当?|将|会)?(?:提交|办理|申请)$", "", before) if word in ("成功", "失败") else before
        before = re.sub("(?:自动|直接)?(?:审批|审核|核准|评审)$", "", before) if word.endswith("通过") else before
        return before, bool(found["yes"]), after, clause[found.start() :]
    return None

"""What is seen, in Chinese: the words of the text about this test's value; by the verdict where the text has none."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.violations_zh import LEAD, VIOLATED
from testgen_runtime.documents.atoms.words_zh import SHOULD
from testgen_runtime.documents.model import Condition, Outcome, State
from testgen_runtime.generation.rules_zh_parts import by_whom, data_told, demands, imperative, kept, noun, obliged, owner_of
from testgen_runtime.generation.rules_zh_values import instruction
from testgen_runtime.generation.rules_zh_words import (
    EFFECT,
    FORBIDS,
    MESSAGE,
    PERMITS,
    USER_ACT,
    VERBS,
    accepted,
    is_person,
    is_system,
    last_clause,
    negated,
    refused,
    seen,
    verb_phrase,
)
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import sentence

_OUTSIDE = re.compile(
    r"(?:超出|不在|超过|低于|高于|不符合|不满足|小于|大于|少于|多于)[^，。；的]{0,14}(?:范围|规定|要求|限制|长度|条件)(?:之?外)?的"
)
_COMPARED = re.compile(
    r"(?:不超过|不少于|超过|低于|高于|大于|小于|少于|多于|不足|至少|至多|最多|达到)\s*(?:[\d.,]+|[一二两三四五六七八九十百千万半]+)\s*[^\d，。；的]{0,4}?"
    r"(?:及以上|及以下|以上|以下|以内)?的|[\d.,]+\s*[^\d，。；的]{0,4}?(?:及以上|及以下|以上|以下|以内|之内)的"
)
_OTHERS = re.compile(r"(?:任何|所有)?(?:其他|其它|其余)(?:的)?")
_BARE_RESULT = re.compile("失败|成功|通过|免|收取|可用|不可用|可见|不通过|无效|有效|生效|失效|作废|报错|异常|合格|不合格|自动")
_TIMED = re.compile(r"在[^，]{1,16}?[前后内中上时](?P<act>.{2,})$")
_TAKES = re.compile(r"支持|接受|允许|[为是]|取值|包括|可以?选|分为")


def expected(telling: Telling) -> str:
    """What is seen: the words of the text; by the polarity where the text has none."""
    return sentence(_AND_SO.sub("", stated(_expected(telling))), "zh") or f"系统{'接受' if telling.positive else '拒绝'}该请求。"


_AND_SO = re.compile("(?<=[统台口])予(?=拒绝|驳回|退回|拦截|阻止)|(?<![给授准赋])予(?=已(?:拒绝|驳回|退回|拦截))|(?<=准予)已")
"""What is left of "系统应予拒绝" or "超期申请应予驳回" without its 应; 准予 permits, and nothing is done yet."""
_QUOTE = re.compile(r"(“[^”]*”|「[^」]*」|\"[^\"]*\")")
_MODAL = re.compile(rf"应予以?(?=拒绝|驳回|退回)|应当|应该|必须|务必|{SHOULD}|(?<![必无])须(?!知)")
_STATES = re.compile(
    r"系统|显示|置灰|提示|返回|成功|失败|拒绝|接受|允许|通过|变为|变成|不|未|无法|没有|已|能|可|被|收到|生成|记录|保存|发送|出现|包含|包括|存在|进入|跳转|"
    r"等于|[为是有](?=\S)|完成|更新|删除|创建|通知|保持|支持|处于|弹出|输出|上传|下载|注册|审批|执行|开始|结束|停止|打开|关闭|恢复"
)
_ADVERB = "及时|全额|全部|自动|直接|立即|立刻|马上|按[^，。；]{1,16}?|由[^，。；]{2,10}?|以[^，。；]{1,12}?"
_DONE_SO = re.compile(rf"(?=(?:{_ADVERB})[\u4e00-\u9fff]{{2}})")
_DONE_TO = re.compile(
    rf"(?=(?!申请)(?:{VERBS}|退还|解除|扣除|收取|加收|计收|登记|计算|计费|发起|升级|转交|生效|释放|入账|扣减|归还|赠送|减免|免|处理|分配|派给|"
    r"回滚|断电|上报|告警|报警|取消|切换|扣款|退出|锁定|清空|冻结|重试|播放|响起|亮起|熄灭|闪烁)(?!信息|记录|费|流程|金额|时间|单|人|员|者))"
)


def stated(text: str) -> str:
    """A result as a statement that can be seen to hold or not: "押金应全额退还" → "押金已全额退还"."""
    parts = _QUOTE.split(text.strip(" ，。；"))
    text = "".join(part if i % 2 else _MODAL.sub("", part) for i, part in enumerate(parts))
    text = re.sub("^其中|(?<=^系统)[才方]|(?<=^平台)[才方]", "", text).replace("仅限", "只能")
    if not text or _STATES.search(_QUOTE.sub("“”", text)):
        return text
    if text.startswith("每") or re.match("拒(?:收|载|付|签|赔|贷|办|售|接)", text):
        return f"系统{text}"
    if "禁止" in text:
        return text.replace("禁止", "不允许", 1)
    if "享受" in text:
        return text.replace("享受", "可享受", 1)
    if re.search(r"每隔?\s?\d", text):
        return f"可以看到{text}"
    if found := _DONE_SO.search(text) or _DONE_TO.search(text):
        return f"{text[: found.start()]}已{text[found.start() :]}"
    return f"系统显示{text}" if re.search("[为是] ", text) else f"可以看到{text}"


def _expected(telling: Telling) -> str:
    base = imperative(telling)
    demanded = demands(telling) and all(outcome.otherwise for outcome in telling.outcomes)
    if demanded and (act := obliged(telling)):
        who = last_clause(act.subject) if is_person(last_clause(act.subject)) else ""
        return f"系统{'要求' if telling.positive else '不要求'}{who}{re.split('[，,]', verb_phrase(act.text))[0]}"
    if telling.role and telling.entered and telling.positive and any(_UNBOUND.search(act.text) for act in telling.actions):
        return f"系统接受{_object(telling, base)}"
    if telling.state_subject and (changes := _changes(telling)) and not telling.conditional:
        return changes
    outcomes = [
        outcome for outcome in telling.outcomes if not _only_lists(outcome.text, telling) and not _restates(outcome, telling)
    ]
    if outcomes and not (telling.positive and not telling.entered and not telling.inputs and kept(telling)):
        return "；".join(_once([_told(outcome.text, telling) for outcome in outcomes]))
    if remains := kept(telling):
        return remains
    opposite = _opposites(telling)
    if not telling.positive and opposite and (not base or _is_effect(opposite[0])):
        return _told(opposite[0] if stopped(opposite[0], telling) else negated(opposite[0]), telling)
    demanded_of = next(
        (verb_phrase(a.text) for a in telling.actions if a.modality == "must" and by_whom(verb_phrase(a.text))), ""
    )
    if demanded_of and telling.inputs and not telling.entered:
        return f"系统{'要求' if telling.positive else '不要求'}{demanded_of}"
    if telling.inputs and telling.inputs[0].kind == "condition" and not base and (what := data_told(telling)):
        return f"系统{'接受' if telling.positive else '拒绝'}该{what}"
    if telling.entered and telling.positive and (done := _in_time(telling)):
        return done
    listed = next((told for told in telling.entered if told.kind == "enum"), None)
    if listed is not None and (listed is telling.entered[0] or telling.positive):
        if telling.positive and listed.name.endswith("格式") and "导出" in telling.requirement.text and listed.value.isascii():
            return f"系统成功导出 {listed.value} 格式的文件"
        what = "该文件" if listed.name.endswith(("格式", "扩展名", "后缀")) else f"{listed.name}“{listed.value}”"
        return f"系统{'接受' if telling.positive else '拒绝'}{what}"
    system = [act for act in telling.actions if not act.subject or not is_person(last_clause(act.subject))]
    if changes := _changes(telling):
        return changes
    by_itself = system and system[0].modality == "must" and telling.conditional
    if system and not base and (by_itself or not (telling.entered and not is_system(system[0].subject))):
        no = "不会" if not telling.positive or system[0].modality == "must_not" else ""
        subject, done = owner_of(system[0], telling), verb_phrase(system[0].text)
        if re.match(r"[由经]", done):
            subject = subject or "该申请"
            return f"{subject}{'不' if no else ''}{done}"
        if not subject and not no and not EFFECT.match(done):
            owner = (
                re.search(r"(?P<what>[\u4e00-\u9fff]{2,6}?)状态", telling.requirement.text) if done.startswith("状态") else None
            )
            if by_whom(done):
                return f"系统要求{done}"
            return seen(f"{owner['what'] if owner else ''}{done}")
        return f"{subject or '系统'}{no}{done}"
    if system and telling.entered and not base and re.match(r"[由经]", verb_phrase(system[0].text)):
        return f"该申请{'' if telling.positive else '不'}{verb_phrase(system[0].text)}"
    if telling.item and not base:
        return seen(telling.item)
    if base and not telling.entered:
        full = instruction(telling, base)
        return accepted(base if full.startswith("执行") else full) if telling.positive else refused(base)
    if telling.positive and not telling.entered and telling.actions and not base:
        act = telling.actions[0]
        timed = _TIMED.match(verb_phrase(act.text))
        if act.subject and timed and USER_ACT.match(timed["act"]):
            return accepted(timed["act"])
        return f"{last_clause(act.subject)}能够{verb_phrase(act.text)}" if act.subject else seen(act.text)
    if telling.entered and (idle := _IDLE.search(telling.requirement.text)) and telling.entered[0].name.endswith("的时间"):
        who = idle["who"] or telling.requirement.text.partition(telling.limit_texts[0])[0] or "系统"
        return f"{who}{'' if telling.positive else '不会'}{idle['what']}"
    if telling.entered and not base and (gained := _GAINED.search(telling.requirement.text)):
        return f"{'该订单' if '金额' in telling.entered[0].name else '系统'}{'' if telling.positive else '不'}{gained['what']}"
    return f"系统{'接受' if telling.positive else '拒绝'}{_object(telling, base)}"


_IDLE = re.compile(
    r"\d[^，。；]{0,4}(?:未|无|没有)[\u4e00-\u9fff]{1,4}?(?:的(?P<who>[\u4e00-\u9fff]{2,6}?))?(?:应当?|将|会|则|即|须)(?:该|其)?(?P<what>(?:被|自动)?[\u4e00-\u9fff]{2,8})[。；]?$"
)
"""What becomes of something that nobody has used for a time: "连续 30 天未登录的账户应被冻结"."""
_GAINED = re.compile(
    r"满\s?[\d.,]+\s?[\u4e00-\u9fff]{0,2}?(?:及以上|以上|即可|可|就|则|即)?(?P<what>(?:包邮|免邮|免运费|免费|减免|立减|减|赠送|送|打|返|享受)[^，。；]{0,8})[。；，]?"
)
"""What a bound brings, told right behind it: "满 120 元包邮"."""
_UNBOUND = re.compile("不受[^，。；]{0,8}限|不限制?$")
_REFUSES = re.compile("^系统(?:不允许|拒绝|不予|禁止)")


def _once(results: list[str]) -> list[str]:
    """Each result once; a refusal that two clauses word is one."""
    kept = list(dict.fromkeys(results))
    acts = [_REFUSES.sub("", r) if _REFUSES.match(r) else "" for r in kept]
    return [r for i, r in enumerate(kept) if not acts[i] or acts[i] not in acts[i + 1 :]]


def _changes(telling: Telling) -> str:
    """ "订单状态只能由“待付款”变为“已付款”": the change is made or refused."""
    for state in (value for _, value in telling.view.of(State)):
        if state.target and state.event.startswith(("由", "从")):
            return f"{state.subject}状态变为“{state.target}”" if telling.positive else "系统拒绝该状态变更"
    return ""


def _object(telling: Telling, base: str) -> str:
    first = telling.entered[0] if telling.entered else None
    if first and noun(first) != first.name:
        return f"该{noun(first)}"
    if base and len(base) <= 8 and not re.search(r"[\d一二两三四五六七八九十]", base):
        return f"{base}请求"
    return "该请求"


def _is_effect(text: str) -> bool:
    """Whether a result is something that the system does, and no permission."""
    return not PERMITS.match(text.strip(" ，。；")) and bool(is_system(text[:6])) and not re.search("允许|接受|支持", text)


def _opposites(telling: Telling) -> list[str]:
    """What shows on the other side, without what the sentence says before its condition."""
    text = telling.requirement.text
    first = min((text.find(value.text) for _, value in telling.view.of(Condition) if value.text in text), default=-1)
    return [
        o
        for o in telling.opposite_outcomes
        if not _only_lists(o, telling) and not _tells_limit(o, telling) and not 0 <= text.find(o) < first
    ]


def _tells_limit(text: str, telling: Telling) -> bool:
    return bool(telling.entered) and any(limit in text for limit in telling.limit_texts) and not MESSAGE.search(text)


def _restates(outcome: Outcome, telling: Telling) -> bool:
    """Whether a result is only the limit itself in a test that enters a value: "验证码必须为 6 位数字" says nothing to see."""
    if not telling.positive or not telling.entered or MESSAGE.search(outcome.text):
        return False
    return any(text in outcome.text for text in telling.limit_texts) and not re.search("自动|允许|可以", outcome.text)


def stopped(told: str, telling: Telling) -> str:
    """What the text permits elsewhere and an effect ends, so that the effect is itself the refusal ("" where there is none):
    "平台应停止派单" beside "可以继续派单" → 继续派单."""
    found = re.search("(?:停止|暂停|中止|终止)(?P<what>[\u4e00-\u9fff]{2})", told)
    if found is None:
        return ""
    what = rf"(?:可以|可|允许|能够?|准予)(?P<act>[^，。；]{{0,4}}{re.escape(found['what'])})"
    permitted = re.search(what, telling.requirement.text)
    return permitted["act"] if permitted else ""


_WARNING = re.compile("告警|报警|预警|警报|警告")


def warned(expected: str, text: str) -> bool:
    """Whether what is seen is the warning that the text gives where a rule of it is broken: "超出该区间时系统应发出告警"."""
    told = _WARNING.search(expected)
    before = re.split("[，；。]", text.partition(told[0])[0]) if told else []
    return any(VIOLATED.match(piece.strip()) for piece in before[-2:]) or any(_BROKEN.search(p) for p in before[-1:])


_BROKEN = re.compile(
    "^(?:当|如果|若|一旦)?(?:超出|超过|不在|偏离)(?:该|此|上述|以上|规定|正常|设定)?的?(?:区间|范围)(?:时|的|后)"
)


def _in_time(telling: Telling) -> str:
    """ "在 30 分钟内完成支付" → "支付成功"."""
    for act in telling.actions:
        subject = last_clause(act.subject)
        if subject and not is_person(subject) and (rest := re.search(r"内(?P<rest>完成[\u4e00-\u9fff]{0,6})$", act.text)):
            return f"{subject}{rest['rest']}"
    for act in telling.actions:
        if done := re.search(
            r"内(?:完成)?(?P<what>支付|付款|审批|审核|归还|提交|确认|签收|发货|缴费|报名|签到|登录|申请|取消|修改|上传|评价)(?P<of>[\u4e00-\u9fff]{0,4})$",
            act.text,
        ):
            return f"{done['what']}{done['of']}成功"
    return ""


def _only_lists(text: str, telling: Telling) -> bool:
    """Whether a result only says which values there are, or which ones are refused, without what is seen then."""
    for names in telling.lists:
        if len(names) > 1 and names[0] in text and names[-1] in text and _TAKES.search(text) and not MESSAGE.search(text):
            return True
    return False


def _told(text: str, telling: Telling) -> str:
    """An outcome as a sentence of its own, about this test's value and role."""
    text = re.sub(
        r"^除[^，。；]{1,40}?(?:[，,]\s?(?=其他|其它|其余|任何|所有)|外[，,]\s?(?=[^，。；]+$))", "", text.strip(" ，。；")
    )
    text = re.sub("^(?:一律|一概|均|都|也)(?=[\u4e00-\u9fff]{2})", "", text)
    text = re.sub("[，,]\\s?(?:无需|无须|不需要?|不必|毋须)[^，。；]{2,20}$", "", text)
    text = re.split("[：:]", text)[0] if re.search("以下|下列", text) else text
    base = imperative(telling)
    if not MESSAGE.search(text):
        if base and re.search("(?:不可以?|不能|不行|无权)$", text):
            return refused(base)
        if forbids := FORBIDS.match(text):
            what = re.sub(r"(?:请求|申请)$", "", forbids["what"]) or forbids["what"]
            return f"系统不予{what}" if f"不予{what}" in text and len(what) <= 4 else refused(base or forbids["what"])
        if permits := PERMITS.match(text):
            who = last_clause(permits["who"])
            alone = permits["what"] if USER_ACT.match(permits["what"]) or is_person(who) else f"{who}{permits['what']}"
            done = base or alone
            if not (telling.entered and re.search(r"\d", done)):
                return (
                    accepted(
                        instruction(telling, done)
                        if USER_ACT.match(done) and len(done) <= 2 and done in text and "执行" not in instruction(telling, done)
                        else done
                    )
                    if telling.positive
                    else refused(done)
                )
    text = re.sub("^(?:逾期|超期|超时|过期)[^，。的]{0,4}的", "该", text)
    if (violated := LEAD.match(text)) and violated.end() < len(text):
        text = f"{'该' if violated[0].endswith('的') else ''}{text[violated.end() :]}"
        text = re.sub("^该[^，。；系被应由]{1,10}[，,]?(?=系统)", "", text)
    stripped = _OUTSIDE.sub("该", _COMPARED.sub("该", text))
    if stripped != text and "系统" in stripped:
        stripped = stripped[stripped.index("系统") :]
    text = seen(stripped)
    for told in telling.entered:
        text = _OTHERS.sub("该", text) if told.kind == "enum" and not telling.positive else text
    if text in ("系统拒绝", "拒绝") and base:
        return f"系统拒绝{base}"
    if EFFECT.match(text):
        return f"系统{text}"
    if re.match(r"[由经](?!“)", text):
        return f"该申请{text}"
    if len(text) <= 4 and (USER_ACT.match(text) or _BARE_RESULT.match(text)):
        if telling.entered and telling.entered[0].kind == "enum" and telling.entered[0].name.endswith("格式"):
            return f"该文件{text}"
        owner = next((last_clause(act.subject) for act in telling.actions if act.subject), "") or (
            telling.entered[0].name.removesuffix("金额").removesuffix("总") if telling.entered else "该请求"
        )
        return text if text.startswith(owner) else f"{owner}{text}"
    if text.startswith("被"):
        return f"{'该' + noun(telling.entered[0]) if telling.entered else '该请求'}{text}"
    return text

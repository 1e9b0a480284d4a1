"""What the tester does, in Chinese: one instruction with the point's values."""

from __future__ import annotations

import re
from dataclasses import replace

from testgen_runtime.documents.model import Action, Limit, State
from testgen_runtime.generation.rules_zh_words import (
    INTRANSITIVE,
    USER_ACT,
    VERBS,
    is_person,
    is_system,
    last_clause,
    seen,
    spaced,
    verb_phrase,
)
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import sentence

_UNUSABLE = re.compile(r"\d|(?<![响适供])应(?![用急])|须|不得|变为|至少|至多|最多|不超过|不少于|超过|[“”]$|以下|如下|只有|才")
_NO_ACT = re.compile(r"^(?:与|和|同|重复|被|为|由|是|有|无|经|小于|大于|等于|包含|包括|以|在|将|免|享|获得|收取|格式|支持|早于|晚于|满足|超)")
def owner_of(act: Action, telling: Telling) -> str:
    """Who acts, taken over from the clause before where this one does not say."""
    owner = last_clause(act.subject)
    for _, other in telling.view.of(Action):
        if other is act or owner:
            break
        if other.modality == "must":
            owner = last_clause(other.subject) or owner
    return owner


_REFUSED_ACT = re.compile(
    r"(?:拒绝|允许|禁止|不得|不能|不可以|无权|不再(?:接受|受理|允许))(?:用户|其|该用户)?(?P<what>(?![被该此为各任超低高少多大小早晚])[\u4e00-\u9fff]{2,16}?)(?=并|且|$|[，。；])"
)
_FILE = re.compile("文件|附件|图片|照片|文档|上传|导入|导出|报表|发票|视频|音频|头像|证件|扫描件|凭证")
_FORMAT = re.compile(r"^(?P<noun>.*?)(?:的)?(?:文件)?(?:格式|扩展名|后缀|类型)$")
_MEASURED = re.compile("温度|湿度|电压|电流|功率|压力|频率|转速|速度|电量|水位|浓度|负载|率$|占比|比例|库存|余额|积分|评分|分数|亮度|音量|重量|高度")
_ASKED_FOR = re.compile(r"^(?:单笔|单次|每笔|每单|单个|每张|一次)?(?P<what>[\u4e00-\u9fff]{2,6}?)(?:总)?(?:金额|总额|总价|数量|天数|时长|时间|年龄)$")
_DEEDS = re.compile("^(?:支付|转账|提现|充值|付款|退款|借款|请假|报销|采购|投资|预约|借阅|兑换|捐款|贷款|加班|出差)$")
_THINGS = re.compile("(?:单|申请|订单|合同|任务|请求|记录|商品|报告|工单|表|券)$")
_KEPT = re.compile(
    r"(?P<what>[\u4e00-\u9fff]{2,8}?)?(?:应|必须|须|需)?(?:当)?(?:至少)?(?:保存|保留|留存)(?P<object>[\u4e00-\u9fff]{2,8}?)?(?:至少|不少于)?\s?"
    r"(?P<time>\d+\s?(?:个?月|年|天|日|小时|周|个工作日))"
)
_AT_TIME = re.compile(r"^(?P<when>[^，,。；]{2,24}?[前后]\s?\d+\s?(?:天|日|个?小时|分钟|个?月|年|个?工作日|周)|每[天日周月年][^，,。；系]{0,12}?[点时日])(?:[，,]|内?，|系统|应)")


def noun(told: Told) -> str:
    """What is measured: 用户名长度 → 用户名."""
    measured = re.sub("(?:的)?(?:长度|大小|字数|位数)$", "", told.name) or told.name
    return re.sub("^(?:单个|单张|单份|每个|每张|一个|一张|上传的|导入的)(?=..)", "", measured) if measured != told.name else measured


def phrase(told: Told) -> str:
    return f"{told.name}为 {spaced(told.value)}" if told.kind == "limit" else f"{told.name}为“{told.value}”"


def said(told: Told) -> str:
    """A condition as the clause that it is."""
    return told.value if told.name == "前提条件" or told.value.startswith(told.name) else f"{told.name}{told.value}"


def conditions(telling: Telling) -> list[Told]:
    """The conditions of the test, each by itself, also where several have one name."""
    return [
        replace(told, value=value) for told in telling.inputs if told.kind == "condition" for value in told.value.split("; ")
    ]


def imperative(telling: Telling) -> str:
    """The instruction that the requirement's action amounts to; "" where only the system acts."""
    for act in telling.actions:
        text = re.split("[，,]", verb_phrase(act.text))[0]
        if granted := re.match(r"(?:允许|接受|受理|批准|拒绝|禁止|不允许)(?:用户|其|该用户)?(?P<what>[^，。；]{2,})$", text):
            if not _NO_ACT.match(granted["what"]):
                return granted["what"]
        owner = owner_of(act, telling)
        if act.modality == "must" and owner and not is_person(owner) and not _THINGS.search(owner):
            continue  # what a thing does by itself
        if (is_system(last_clause(act.subject)) and not telling.role) or _NO_ACT.match(text) or _UNUSABLE.search(text) or not text:
            continue
        if USER_ACT.match(text) or is_person(last_clause(act.subject)):
            return text
    for outcome in telling.all_outcomes if telling.inputs else [o.text for o in telling.outcomes]:
        if refused := _REFUSED_ACT.search(outcome):
            what = re.sub("^(?:允许|许可|再次|再)(?:用户|其)?", "", refused["what"])
            what = re.sub("(?:请求|申请|操作)$", "", what) or what
            if what not in ("请求", "申请", "操作"):
                return what
    return ""


def instruction(telling: Telling, base: str) -> str:
    """An instruction that names its object: "撤回" of an order in a state → "撤回订单"."""
    if len(base) > 2 or not USER_ACT.match(base):
        return base if len(base) > 2 else f"执行“{base}”操作"
    if base in INTRANSITIVE:
        return INTRANSITIVE[base]
    owner = telling.state_subject
    if not owner and (of := re.search(r"的(?P<what>[\u4e00-\u9fff]{2,5}?)(?:才能|才可以|方可|可以|不得|不能|不可以|不允许|禁止|均)", telling.requirement.text)):
        owner = "" if is_person(of["what"]) else of["what"]
    if not owner and base in ("提交", "保存"):
        thing = re.search(r"(?P<what>[\u4e00-\u9fff]{1,4}?单)(?!笔|次|个|张|位|价)", telling.requirement.text)
        owner = re.sub("^.*(?:其他|提交|保存|填写|该)", "", thing["what"]) if thing else ""
        return f"{base}{owner}" if len(owner) > 1 else f"执行“{base}”操作"
    if not owner:
        clause = re.match(r"(?P<what>[\u4e00-\u9fff]{2,5}?)(?:已|未|过期|失效|不)", next((said(t) for t in conditions(telling)), ""))
        owner = clause["what"] if clause and not is_person(clause["what"]) else ""
    if not owner:
        owner = next((t.name for t in conditions(telling) if t.name != "前提条件" and len(t.name) <= 6 and not is_person(t.name)), "")
    if not owner and (named := re.search(rf"(?:{VERBS})(?:的)?([\u4e00-\u9fff]{{1,5}}?(?:单|申请|订单|表|文件|合同|任务))", telling.requirement.text)):
        owner = named[1]
    return f"{base}{owner}" if owner and owner not in base else f"执行“{base}”操作"


def demands(telling: Telling) -> bool:
    """Whether the text obliges somebody to something in the tested situation ("超过 600 元时，申请人必须填写说明")."""
    return obliged(telling) is not None and (telling.conditional or _of_its_subject(telling))


def obliged(telling: Telling) -> Action | None:
    """What somebody must do: a person's demand, or one on a thing that only a person fulfils ("申请必须上传报价单")."""
    for act in telling.actions:
        subject, text = last_clause(act.subject), verb_phrase(act.text)
        if act.modality != "must" or "被" in act.text or re.match("收到|看到|获得|能|可|由|经", text):
            continue
        if is_person(subject) or (_THINGS.search(subject) and USER_ACT.match(text)):
            return act
    return None


def _of_its_subject(telling: Telling) -> bool:
    """Whether the tested range says which things are obliged: "5 万元以上的申请必须 …"."""
    ranges = [told.limit for told in telling.entered if told.limit is not None]
    return bool(ranges) and all(not limit.accepts for limit in ranges)


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    base = imperative(telling)
    who = f"以“{telling.role}”身份" if telling.role else ""
    if telling.entered:
        return sentence(who + _entering(telling, base), "zh")
    if event := event_told(telling):
        return sentence(_as_event(said(event), telling), "zh")
    if base and not (demands(telling) and telling.point.preconditions):
        return sentence(f"{who or _somebody(telling)}{instruction(telling, base)}", "zh")
    return sentence(_without_base(telling), "zh")


def _somebody(telling: Telling) -> str:
    """Who acts, where a role is named that nothing else sets up."""
    subject = last_clause(telling.actions[0].subject) if telling.actions else ""
    story = re.match(r"作为(?:一[名个位])?([^，,]{1,20})[，,]", telling.requirement.text)
    name = story[1] if story else subject
    if is_person(name) and name not in ("用户", "任何人", "任何用户", "所有用户", "所有人", "其他人", "个人") and not re.search("[的和、或]", name):
        return f"以“{name}”身份"
    return ""


def event_told(telling: Telling) -> Told | None:
    """The condition that the action itself brings about, where there is one: an act, or all that there is to do."""
    told = conditions(telling)
    for one in told:
        text = said(one)
        if USER_ACT.match(text):
            return one
        if (by := _by(text)) and USER_ACT.match(by[1]) and not imperative(telling):
            return one
    if told and (not imperative(telling) or (demands(telling) and telling.point.preconditions)):
        return told[0]
    return None


def _by(text: str) -> tuple[str, str] | None:
    """A person and what that person does: ("财务人员", "批准报销单")."""
    for end in range(min(8, len(text) - 2), 1, -1):
        if is_person(text[:end]) and USER_ACT.match(text[end:]) and not re.match("[两三多几0-9]|每", text):
            return text[:end], text[end:]
    return None


_COMPARES = re.compile(
    r"^(?P<what>[\u4e00-\u9fff]{2,10}?)(?P<how>不?(?:(?:早于|晚于|先于|大于|小于|高于|低于|超过|包含|含有)[^，。；]{2,}|(?:与|和|同).+(?:相同|一致|重复)))$"
)


def data_told(telling: Telling) -> str:
    """The data that a condition is about ("结束日期" of "结束日期早于开始日期"); "" where it tells a situation."""
    for told in conditions(telling):
        text = said(told)
        found = _COMPARES.match(text) or re.match(r"(?P<what>[\u4e00-\u9fff]{2,6}?)不?为空$", text)
        if found and not re.search("请求|报文|库存|余额|系统|设备|购物车|列表", found["what"]):
            return found["what"]
    return ""


def _as_event(text: str, telling: Telling) -> str:
    if (asked := re.match(r"(?P<what>请求|报文|消息|表单)(?P<how>(?:缺少|包含|不包含|未携带|携带).+)$", text)) is not None:
        return f"发送{asked['how']}的{asked['what']}"
    if data_told(telling):
        if compares := _COMPARES.match(text):
            return f"填写{compares['how']}的{compares['what']}"
        if empty := re.match(r"(?P<what>[\u4e00-\u9fff]{2,6}?)(?P<no>不)?为空$", text):
            if empty["what"].endswith(("文件", "附件")):
                return f"上传一个{'非' if empty['no'] else ''}空的{empty['what']}"
            return f"填写{empty['what']}" if empty["no"] else f"不填写{empty['what']}"
    if USER_ACT.match(text):
        return f"以“{telling.role}”身份{text}" if telling.role else text
    if by := _by(text):
        who, what = by
        return f"{who}{what}" if who == "用户" or "成功" in what else f"以“{who}”身份{what}"
    return f"使{' ' if text[0].isascii() else ''}{text}"


def _entering(telling: Telling, base: str) -> str:
    entered = telling.entered
    first = entered[0]
    words = "、".join(phrase(told).rstrip() for told in entered)
    if len(entered) == 1 and first.kind == "limit":
        if noun(first) != first.name:
            verb = "上传" if first.limit and first.limit.dimension == "size" else "输入"
            return f"{verb}{_measured(first)}"
        if replaced := _substituted(telling, first):
            return replaced
    if first.kind == "enum" or any(told.kind == "enum" for told in entered):
        return _choosing(telling)
    if base and not demands(telling):
        return f"在{spaced(words)}的情况下{instruction(telling, base)}"
    return _enter(telling, words)


def _choosing(telling: Telling) -> str:
    """A member of a list: a file of a format, or a choice."""
    listed = next(told for told in telling.entered if told.kind == "enum")
    others = [told for told in telling.entered if told is not listed]
    text = telling.requirement.text
    if (fits := _FORMAT.match(listed.name)) and (_FILE.search(text) or _FILE.search(listed.name)):
        verb = next((v for v in ("上传", "导入", "导出") if v in text), "上传")
        what = fits["noun"] or ("图片" if "图片" in text or "图片" in listed.name else "文件")
        what = re.sub(r"^(?:上传|导入|导出)(?:的)?", "", what) or "文件"
        size = "".join(f"{told.name.removeprefix(noun(told)).lstrip('的')}为 {spaced(told.value)}的 " for told in others if noun(told) != told.name)
        return f"{verb}一个{size or ' '}{listed.value} 格式的{what}"
    held = f"在{spaced('、'.join(phrase(told).rstrip() for told in others))}的情况下" if others else ""
    return f"{held}选择{listed.name}“{listed.value}”"


def _measured(told: Told) -> str:
    """长度为 3 个字符的用户名."""
    name = re.sub("^(?:单个|单张|单份|每个|每张|一个|一张|上传的|导入的)(?=..)", "", told.name)
    return f"{name.removeprefix(noun(told)).lstrip('的')}为 {spaced(told.value)}的{noun(told)}"


_COMPARED = r"(?:不超过|不得超过|不少于|不多于|至少|至多|最多|最少|超过|少于|只能|仅能|限)"


_WITHIN = re.compile(r"^(?:在)?(?P<event>[^，]{0,10}?)\s?[\d.一二两三四五六七八九十半]+\s?(?:个)?(?:工作日|自然日|小时|分钟|秒|天|日|周|月|年)(?:以|之)?内(?P<rest>[^，]{2,})$")
_CONTAINS = re.compile(
    r"^(?:一|每)?[个张份条]?(?P<what>[\u4e00-\u9fff]{2,8}?)(?:应当?|必须|须)?(?:至少|最多|至多|最少|不得)?(?:包含|含有|包括)(?:不超过|不少于|至少|最多)?\s?\d"
)


def _substituted(telling: Telling, told: Told) -> str:
    """The requirement's own action with the test's value in it: "一次最多上传 9 张图片" → "一次上传 10 张图片"."""
    if told.limit is not None and told.limit.dimension == "duration":
        for act in telling.actions:
            if (within := _WITHIN.match(act.text)) and not is_system(last_clause(act.subject)):
                who = last_clause(act.subject)
                if who and not is_person(who) and not within["event"]:
                    return f"使{who}经过 {told.value}{within['rest']}"
                who = f"以“{who}”身份" if is_person(who) and who != "用户" and not telling.role else ""
                event = re.sub("后$", "", within["event"])
                thing = last_clause(act.subject)
                if len(within["rest"]) == 2 and _THINGS.search(thing):
                    return f"{event + '后' if event else ''}经过 {told.value}{within['rest']}{thing}"
                return f"{event + '后' if event else ''}经过 {told.value}{who}{within['rest']}" if event else f"{who}经过 {told.value}{within['rest']}"
    if told.limit is None or told.limit.dimension != "count":
        return ""
    if contains := _CONTAINS.match(telling.requirement.text.strip()):
        return f"提交包含 {told.value}{told.name.removesuffix('数量')}的{contains['what']}"
    if counted := re.match(rf"(?P<once>单次|一次|每次)(?P<verb>{VERBS})的?(?P<what>[\u4e00-\u9fff]{{1,6}}?)(?:数量|数)$", told.name):
        return f"{counted['once']}{counted['verb']} {told.value}{counted['what']}"
    unit = re.escape(told.limit.unit.removeprefix("个") or told.limit.unit)
    for act in telling.actions:
        text = re.sub(_COMPARED, "", verb_phrase(act.text.split("，")[0]))
        text = re.sub(r"^可(?:以)?", "", text).strip()
        new, count = re.subn(rf"\s?(?:\d[\d,.]*\s?[万千]?|[一二两三四五六七八九十百]+)\s?{unit}", f" {told.value}", text)
        if count == 1 and USER_ACT.match("上传的") is None and not re.match(rf"(?:{VERBS})的", new) and ((re.match(rf"(?:一次|每次|同时|每人|每天|在)?[^，]{{0,4}}?(?:{VERBS})", new) or re.search(rf"(?:{VERBS}) {re.escape(told.value)}", new)) or re.match(r"同时在 ", new)):
            first = re.match(r"(?:一次|每次|单次)", telling.requirement.text)
            lead = first[0] if first and first[0] not in new else ""
            return f"{lead}{new}".strip()
    return ""


def _enter(telling: Telling, words: str) -> str:
    first = telling.entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    if first.name.endswith("次数") and len(first.name) > 3:
        stem = first.name[:-2]
        return f"{stem} {first.value}" if USER_ACT.match(re.sub("^连续|^累计", "", stem)) else f"使{stem} {first.value}"
    if dimension == "duration" and first.kind == "limit":
        return f"使{first.name}达到 {first.value}" if len(telling.entered) == 1 else f"使{words}"
    if dimension in ("count", "percent") or _MEASURED.search(first.name) or first.limit is None or dimension == "other":
        if "年龄" in first.name or first.name.endswith(("日期", "数", "编号")):
            return f"提交{spaced(words)}的申请" if "年龄" in first.name else f"使{words}"
        return f"使{words}" if dimension == "count" else f"将{first.name}调整为 {first.value}" if len(telling.entered) == 1 else f"使{words}"
    named = _ASKED_FOR.match(first.name)
    what = named["what"] if named else ""
    thing = what if _THINGS.search(what) else f"{what}申请" if what in ("请假", "报销", "采购", "借款", "出差", "加班", "贷款") else f"{what}请求" if _DEEDS.match(what) else "请求"
    return f"提交{spaced(words)}的{thing}"


def _without_base(telling: Telling) -> str:
    """What there is to do where only the system acts and no situation is told."""
    text = telling.requirement.text.strip()
    if telling.point.inputs == {} and (load := re.search(r"(?P<n>\d[\d,]*\s?(?:名|个))\s?(?:并发用户|用户(?:同时|并发)[\u4e00-\u9fff]{2})", text)):
        return f"模拟 {load['n']}用户并发访问系统"
    for state in (value for _, value in telling.view.of(State)):
        if state.target and state.allowed and state.event.startswith(("由", "从")):
            return f"将{state.subject or '对象'}状态变更为“{state.target}”"
        if state.target and state.allowed and not any(state.target in outcome.text for outcome in telling.outcomes):
            return f"将{state.subject or '对象'}状态由“{state.allowed[0]}”变更为“{state.target}”"
    situation = [line for line in telling.point.preconditions if not line.startswith("已用“")]
    if situation:
        return f"查看{situation[0].rstrip('。')}时的系统状态"
    if found := _kept(telling):
        return f"查询 {found[0]}前产生的{found[1]}"
    for subject in (value.subject for _, value in telling.view.of(Limit)):
        if not telling.inputs and re.search("(?:时间|时延|延迟|误差|率|吞吐量)$", subject):
            return f"测量{subject}"
    if at := _AT_TIME.match(text):
        return f"将系统时间调整到{at['when']}"
    if telling.item:
        return f"检查系统是否{verb_phrase(telling.item)}"
    for act in telling.actions:
        subject = last_clause(act.subject)
        done = verb_phrase(act.text)
        if is_person(subject):
            return f"以“{subject}”身份{done}"
        if not subject and done:
            return f"检查系统是否满足：{_unlabelled(act.text)}" if is_statement(act.text) else f"检查系统是否{done}"
        return f"检查{subject}是否{'可以' if act.modality == 'may' else ''}{done}"
    for outcome in telling.outcomes:
        return f"检查结果：{seen(outcome.text)}"
    return f"检查需求 {telling.requirement.id} 描述的行为"


def is_statement(text: str) -> bool:
    return not USER_ACT.match(text) and len(text) > 8


def _unlabelled(text: str) -> str:
    """A line without the label that numbers it ("场景1：")."""
    return re.sub(r"^[\u4e00-\u9fff]{1,4}\s*\d+\s*[：:]\s*", "", text.strip(" ，。；"))


def kept(telling: Telling) -> str:
    """What is found again of a record that must be kept, "" where the text demands no keeping."""
    found = _kept(telling)
    return f"系统显示 {found[0]}前产生的{found[1]}，内容完整" if found else ""


def _kept(telling: Telling) -> tuple[str, str] | None:
    """For how long what must be kept, where this point is about it."""
    told = [f"{act.subject}{'应' if act.subject else ''}{act.text}" for act in telling.actions] + [o.text for o in telling.outcomes]
    found = next((m for m in map(_KEPT.search, told) if m), None)
    if found is None or telling.inputs or not any(True for _ in telling.view.of(Limit)):
        return None
    thing = found["object"] or re.sub("^(?:系统|平台)", "", found["what"] or "") or "记录"
    return found["time"], thing

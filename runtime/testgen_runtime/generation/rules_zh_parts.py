"""What a point says in Chinese, taken apart: its acts, conditions and obligations."""

from __future__ import annotations

import re
from dataclasses import replace

from testgen_runtime.documents.model import Action, Actor, Limit
from testgen_runtime.generation.rules_zh_words import USER_ACT, is_person, is_system, last_clause, spaced, verb_phrase
from testgen_runtime.generation.telling import Telling, Told

_UNUSABLE = re.compile(
    r"\d|支持|(?<![响适供])应(?![用急])|须|不得|变为|至少|至多|最多|不超过|不少于|超过|[“”]$|以下|如下|只有|才"
)
_NO_ACT = re.compile(
    r"^(?:与|和|同|重复|被|为|由|是|有|无|经|小于|大于|等于|包含|包括|以|在|将|免|享|获得|收取|格式|支持|早于|晚于|满足|超)"
)
_REFUSED_ACT = re.compile(
    r"(?:拒绝|允许|禁止|不得|不能|不可以|无权|不再(?:接受|受理|允许))(?:用户|其|该用户)?(?P<what>(?![被该此为各任超低高少多大小早晚并且其])[\u4e00-\u9fff]{2,16}?)(?=并|且|$|[，。；])"
)
# After 可以, 不得, 才能 stands a verb, whether or not it is one of the known ones.
_ACT_BY_GRAMMAR = re.compile(r"(?!自动|系统|成功|失败|其他|该|此|这|每|一|同时|至|不|未|已|在)[\u4e00-\u9fffA-Za-z“”]{2,20}$")
_ANY_OF = re.compile("任[意何][\u4e00-\u9fff]{2}的(?=[\u4e00-\u9fff])")
_IN_STATES = re.compile(r"(?:处于|处在)?\s?(?:“[^”]{1,16}”(?:、|或者?|和|及|与)?){1,9}\s?(?:状态)?的(?=[\u4e00-\u9fff]{2})")
_ENDS_OTHERWISE = re.compile("请求$|申请$|操作$|失败|成功|[，,；]|请求并|并")
THINGS = re.compile("(?:单|申请|订单|合同|任务|请求|记录|商品|报告|工单|表|券)$")
_KEPT = re.compile(
    r"(?P<what>[\u4e00-\u9fff]{2,8}?)?(?:应|必须|须|需)?(?:当)?(?:至少)?(?:保存|保留|留存)(?P<object>(?!时间|期限|时长|周期)[\u4e00-\u9fff]{2,8}?)?(?:时间|期限|时长|周期)?(?:应当?|必须|须|需)?(?:至少|不少于|不低于|不短于)?\s?"
    r"(?P<time>\d+\s?(?:个?月|年|天|日|小时|周|个工作日))"
)
MEASURED = re.compile(
    "温度|湿度|电压|电流|功率|压力|频率|转速|速度|电量|水位|浓度|负载|率$|占比|比例|库存|余额|积分|评分|分数|亮度|音量|重量|高度"
)
COMPARES = re.compile(
    r"^(?P<what>[\u4e00-\u9fff]{2,10}?)(?P<how>不?(?:(?:早于|晚于|先于|大于|小于|高于|低于|超过|包含|含有)[^，。；]{2,}|(?:与|和|同).+(?:相同|一致|重复)))$"
)


def owner_of(act: Action, telling: Telling) -> str:
    """Who acts, taken over from the clause before where this one does not say."""
    owner = last_clause(act.subject)
    for _, other in telling.view.of(Action):
        if other is act or owner:
            break
        if other.modality == "must":
            owner = last_clause(other.subject) or owner
    return owner


def noun(told: Told) -> str:
    """What is measured: 用户名长度 → 用户名."""
    measured = re.sub("(?:的)?(?:长度|大小|字数|位数)$", "", told.name) or told.name
    return (
        re.sub("^(?:单个|单张|单份|每个|每张|一个|一张|上传的|导入的)(?=..)", "", measured) if measured != told.name else measured
    )


def phrase(told: Told) -> str:
    return f"{told.name}为 {spaced(told.value)}" if told.kind == "limit" else f"{told.name}为“{told.value}”"


def said(told: Told) -> str:
    """A condition as the clause that it is."""
    if re.match(r"\d", told.value):
        return f"{told.name}为 {told.value}"
    return told.value if told.name == "前提条件" or told.value.startswith(told.name) else f"{told.name}{told.value}"


def conditions(telling: Telling) -> list[Told]:
    """The conditions of the test, each by itself, also where several have one name."""
    return [replace(told, value=value) for told in telling.inputs if told.kind == "condition" for value in told.value.split("; ")]


def imperative(telling: Telling) -> str:
    """The instruction that the requirement's action amounts to; "" where only the system acts."""
    base = _IN_STATES.sub("", _ANY_OF.sub("", _act(telling))) if telling.state_subject else _ANY_OF.sub("", _act(telling))
    bare = re.sub("^(?:直接|再次|继续|自行)(?=[\u4e00-\u9fff]{2,3}$)", "", base)
    fullest = _fullest(bare, telling) if 0 < len(bare) <= 3 else base
    return base if fullest == bare else fullest


def _fullest(base: str, telling: Telling) -> str:
    """A bare verb with the object that the requirement gives it elsewhere: "开通" → "开通国际漫游"."""
    told = [_ANY_OF.sub("", verb_phrase(act.text)) for _, act in telling.view.of(Action)]
    told += [found["what"] for outcome in telling.all_outcomes if (found := _REFUSED_ACT.search(outcome))]
    longer = [
        t
        for t in told
        if t.startswith(base) and len(base) < len(t) <= 14 and not _UNUSABLE.search(t) and not _ENDS_OTHERWISE.search(t)
    ]
    return min(longer, key=len) if longer else base


def _act(telling: Telling) -> str:
    own = [value for atom, value in telling.view.of(Actor) if atom.id in telling.point.atom_ids and value.action]
    if telling.role and len(own) == 1 and len(telling.view.of(Actor)) > 1 and not _UNUSABLE.search(own[0].action):
        return own[0].action  # the one of several acts that this test is about
    for act in telling.actions:
        text = re.split("[，,]", verb_phrase(act.text))[0]
        text = text.removesuffix("成功") if USER_ACT.match(text) else text
        granted = re.match(r"(?:允许|接受|受理|批准|拒绝|禁止|不允许)(?:用户|其|该用户)?(?P<what>[^，。；]{2,})$", text)
        if granted and not _NO_ACT.match(granted["what"]):
            return granted["what"]
        owner = owner_of(act, telling)
        if act.modality == "must" and owner and not is_person(owner) and not THINGS.search(owner):
            continue  # what a thing does by itself
        if (
            (is_system(last_clause(act.subject)) and not telling.role)
            or _NO_ACT.match(text)
            or _UNUSABLE.search(text)
            or not text
        ):
            continue
        if USER_ACT.match(text) or is_person(last_clause(act.subject)):
            return text
        if act.modality != "must" and _ACT_BY_GRAMMAR.match(text):
            thing = last_clause(act.subject)
            named = 2 <= len(thing) <= 6 and not is_system(thing) and not re.search("[的为是不未已者]|仅|只", thing)
            return f"{text}{thing}" if len(text) <= 3 and named else text
    for _, actor in telling.view.of(Actor) if telling.role else ():
        if actor.action and not _NO_ACT.match(actor.action) and not _UNUSABLE.search(actor.action):
            return actor.action
    for outcome in telling.all_outcomes if telling.inputs else [o.text for o in telling.outcomes]:
        if refused := _REFUSED_ACT.search(outcome):
            what = re.sub("^(?:允许|许可|再次|再)(?:用户|其)?", "", refused["what"])
            what = what if re.match("提交|发起", what) else re.sub("(?:请求|申请|操作)$", "", what) or what
            if what not in ("请求", "申请", "操作"):
                return what
    return ""


def demands(telling: Telling) -> bool:
    """Whether the text obliges somebody to something in the tested situation ("超过 600 元时，申请人必须填写说明")."""
    return obliged(telling) is not None and (telling.conditional or _of_its_subject(telling))


def obliged(telling: Telling) -> Action | None:
    """What somebody must do: a person's demand, or one on a thing that only a person fulfils ("申请必须上传报价单")."""
    for act in telling.actions:
        subject, text = last_clause(act.subject), verb_phrase(act.text)
        if act.modality != "must" or "被" in act.text or re.match("收到|看到|获得|能|可|由|经", text):
            continue
        if is_person(subject) or (THINGS.search(subject) and USER_ACT.match(text)):
            return act
    return None


def _of_its_subject(telling: Telling) -> bool:
    """Whether the tested range says which things are obliged: "5 万元以上的申请必须 …"."""
    ranges = [told.limit for told in telling.entered if told.limit is not None]
    return bool(ranges) and all(not limit.accepts for limit in ranges)


def by_whom(text: str) -> tuple[str, str] | None:
    """A person and what that person does: ("财务人员", "批准报销单")."""
    for end in range(min(8, len(text) - 2), 1, -1):
        if is_person(text[:end]) and USER_ACT.match(text[end:]) and not re.match("[两三多几0-9]|每", text):
            return text[:end], text[end:]
    return None


def data_told(telling: Telling) -> str:
    """The data that a condition is about ("结束日期" of "结束日期早于开始日期"); "" where it tells a situation."""
    for told in conditions(telling):
        text = said(told)
        found = COMPARES.match(text) or re.match(r"(?P<what>[\u4e00-\u9fff]{2,6}?)不?为空$", text)
        if found and not MEASURED.search(found["what"]) and not re.search("请求|报文|系统|设备|购物车|列表", found["what"]):
            return found["what"]
    return ""


def kept(telling: Telling) -> str:
    """What is found again of a record that must be kept, "" where the text demands no keeping."""
    found = kept_of(telling)
    return f"系统显示 {found[0]}前产生的{found[1]}，内容完整" if found else ""


def kept_of(telling: Telling) -> tuple[str, str] | None:
    """For how long what must be kept, where this point is about it."""
    told = [f"{act.subject}{'应' if act.subject else ''}{act.text}" for act in telling.actions] + [
        o.text for o in telling.outcomes
    ]
    found = next((m for m in map(_KEPT.search, told) if m), None)
    if found is None or telling.inputs or not any(True for _ in telling.view.of(Limit)):
        return None
    thing = found["object"] or re.sub("^(?:系统|平台)", "", found["what"] or "") or "记录"
    return found["time"], thing

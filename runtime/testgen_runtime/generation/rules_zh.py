"""Chinese wording of test points: what the tester does, what is seen, and the title."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import sentence

_SYSTEM = re.compile("系统|平台|服务|接口|软件|应用|模块|程序|后台|服务器|客户端|网关|页面|设备|[A-Za-z]{2,}")
_LEADING = re.compile(r"^(?:应当能够|应当能|应能够|应能|应当|应该|必须|务必|需要|应(?![用收急])|须|需(?!求)|将|会|才)+")
_NEGATIVE = re.compile(r"^(?:不得|不能|不可以|不允许|不应当|不应|禁止|严禁|不可|无法)")
_DEMAND = re.compile(
    r"(?<=[\u4e00-\u9fffA-Za-z”）)，])(?<![响对相反适供效感顺呼回答])(?:应当|应该|必须|应(?![用收急付届])|"
    r"须(?!知))(?=[\u4e00-\u9fff ])"
)
_FUTURE = re.compile(r"(?<=[\u4e00-\u9fffA-Za-z”）)])(?:将(?=[被会在自])|(?<!不)会(?![议员话计]))(?=[\u4e00-\u9fff])")
_MAY = re.compile(r"(?:可以|允许|能够|有权|才能|只能|不得|不能|不可以|不允许|禁止|无权)")
_OUTSIDE = re.compile(
    r"(?:超出|不在|超过|低于|高于|不符合|不满足|小于|大于|少于|多于)[^，。；的]{0,14}(?:范围|规定|要求|限制|长度|条件)(?:之?外)?的"
)
_COMPARED = re.compile(
    r"(?:超过|低于|高于|大于|小于|少于|多于|不足|不超过|不少于|至少|至多|最多|达到)\s*[\d.,]+\s*[^\d，。；的]{0,4}?(?:及以上|及以下|以上|以下|以内)?的|"
    r"[\d.,]+\s*[^\d，。；的]{0,4}?(?:及以上|及以下|以上|以下|以内|之内)的"
)
_USER_ACT = re.compile(
    r"^(?:选择|点击|输入|查询|查看|提交|上传|下载|修改|编辑|删除|登录|打开|关闭|使用|填写|导出|导入|审批|退回|付款|支付|创建|新建|添加|搜索|访问|"
    r"申请|取消|撤回|发布|发送|扫描|预约|借阅|归还|注册|调用|请求)"
)
_UNUSABLE = re.compile(r"\d|[应须]|不得|变为|必须|至少|至多|最多|不超过|不少于|超过|[“”]$")
_OTHERS = re.compile(r"(?:选择|使用|采用)?(?:任何|所有)?(?:其他|其它|其余)(?:的)?")


def verb_phrase(text: str) -> str:
    """What is done, without modal: "导出账单"."""
    text = _NEGATIVE.sub("", _LEADING.sub("", text.strip(" ，。；、")))
    return re.sub(r"^(?:可以|可(?=[^见视能])|能够|能)(?=\S{2})", "", text).strip()


def is_system(action: Action) -> bool:
    return bool(_SYSTEM.search(action.subject))


def imperative(telling: Telling) -> str:
    """The instruction that the requirement's action amounts to; "" where only the system acts."""
    for action in telling.actions:
        text = verb_phrase(action.text).split("，")[0]
        if granted := re.match(r"(?:允许|接受|受理|批准|拒绝|禁止|不允许)(?:用户|其|该用户)?(?P<what>[^，。；]{2,})$", text):
            return granted["what"]
        if not action.subject and (len(text) > 14 or "，" in action.text):
            continue
        if (is_system(action) and not telling.role) or re.match(r"(?:被|为|由|是|有|无|小于|大于|等于|包含|以|在|将)", text):
            continue
        if text and not _UNUSABLE.search(text):
            return text
    for outcome in telling.all_outcomes:
        if refused := _REFUSED_ACT.search(outcome):
            what = re.sub("^(?:允许|接受)(?:用户|其|该用户)?", "", refused["what"])
            return re.sub("(?:请求|申请|操作)$", "", what) or what
    return ""


_REFUSED_ACT = re.compile(
    r"(?:拒绝|允许|禁止|不得|不能|不可以|无权)(?:用户|其|该用户)?(?P<what>(?!被|超过|低于|高于|少于|多于|大于|小于|为)[\u4e00-\u9fff]{2,16}?)(?=并|且|$|[，。；])"
)


def _instruction(telling: Telling, base: str) -> str:
    """An instruction that names its object: "撤回" of an order in a state → "撤回订单"."""
    if len(base) > 2:
        return base
    owner = telling.state_subject
    return f"{base}{owner}" if owner and owner not in base else f"执行“{base}”操作"


def noun(told: Told) -> str:
    """What is measured: 用户名长度 → 用户名."""
    measured = re.sub("(?:的)?(?:长度|大小|字数)$", "", told.name) or told.name
    return re.sub("^(?:单个|单张|单份|每个|每张|一个|一张)(?=..)", "", measured) if measured != told.name else measured


def _spaced(value: str) -> str:
    """A value before a Chinese word: a space after a Latin unit."""
    return f"{value} " if re.search(r"[A-Za-z0-9]$", value) else value


def phrase(told: Told) -> str:
    return f"{told.name}为 {_spaced(told.value)}" if told.kind == "limit" else f"{told.name}为“{told.value}”"


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    entered = telling.entered
    who = f"以“{telling.role}”身份" if telling.role else ""
    done = next((told.value for told in telling.inputs if told.kind == "condition" and _USER_ACT.match(told.value)), "")
    base = done or imperative(telling)
    if entered:
        first = entered[0]
        words = "、".join(phrase(told) for told in entered)
        if noun(first) != first.name and len(entered) == 1 and first.kind == "limit":
            verb = "上传" if first.limit and first.limit.dimension == "size" else "输入"
            return sentence(f"{who}{verb}{_measured(first)}", "zh")
        if base and not _demands(telling):
            return sentence(f"{who}在{words}的情况下{_instruction(telling, base)}", "zh")
        return sentence(who + _enter(telling, words), "zh")
    if base and not (_demands(telling) and telling.point.preconditions):
        return sentence(f"{who}{_instruction(telling, base)}", "zh")
    return _trigger(telling)


def _demands(telling: Telling) -> bool:
    """Whether the text obliges a person to something in the tested situation ("超过 600 元时，申请人必须填写说明")."""
    return telling.conditional and any(
        act.modality == "must" and act.subject and not is_system(act) and "被" not in act.text for act in telling.actions
    )


def _measured(told: Told) -> str:
    """长度为 3 个字符的用户名."""
    name = re.sub("^(?:单个|单张|单份|每个|每张|一个|一张)(?=..)", "", told.name)
    return f"{name.removeprefix(noun(told)).lstrip('的')}为 {_spaced(told.value)}的{noun(told)}"


def _enter(telling: Telling, words: str) -> str:
    first = telling.entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    if dimension == "size" or (first.kind == "enum" and re.search("文件|附件|图片|格式", first.name)):
        return f"上传{words}的文件"
    if dimension in ("duration", "count", "percent") and first.kind == "limit":
        return f"使{words}"
    return f"提交{words}的请求"


def _trigger(telling: Telling) -> str:
    """What makes the system act: the situation that the text names, else looking at what the requirement is about."""
    situation = [line for line in telling.point.preconditions if not line.startswith("已用“")]
    if situation:
        return f"触发以下情形：{situation[0].rstrip('。')}。"
    if telling.item:
        return f"查看是否{seen(telling.item)}。"
    for act in telling.actions:
        if not act.subject:
            return f"按以下描述操作：{_unlabelled(act.text)}。"
        if not is_system(act):
            return f"以“{_last_clause(act.subject)}”身份，{verb_phrase(act.text)}。"
        return f"查看{_last_clause(act.subject) or '系统'}是否{verb_phrase(act.text)}。"
    for outcome in telling.outcomes:
        return f"查看结果：{seen(outcome.text)}。"
    return f"执行需求 {telling.requirement.id} 所述的操作。"


def _unlabelled(text: str) -> str:
    """A line without the label that numbers it ("场景1：")."""
    return re.sub(r"^[\u4e00-\u9fff]{1,4}\s*\d+\s*[：:]\s*", "", text.strip(" ，。；"))


def _last_clause(text: str) -> str:
    return re.split("[，,；]", text.strip(" ，。；"))[-1]


def seen(text: str) -> str:
    """A result without the modal that demands it: "系统应拒绝注册" → "系统拒绝注册"."""
    text = text.strip(" ，。；")
    plain = _DEMAND.sub("", text)
    return _LEADING.sub("", plain if plain != text else _FUTURE.sub("", text))


def negated(text: str) -> str:
    """The opposite of a demand: "系统应发送提醒" → "系统不会发送提醒"."""
    text = text.strip(" ，。；")
    if _DEMAND.search(text):
        return _DEMAND.sub("不会", text, count=1)
    if _LEADING.match(text):
        return _LEADING.sub("系统不会", text)
    return text.replace("可以", "不可以", 1) if "可以" in text else f"系统不会{text.removeprefix('系统')}"


def expected(telling: Telling) -> str:
    """What is seen: the words of the text; by the polarity where the text has none."""
    demanded = _demands(telling) and all(outcome.otherwise for outcome in telling.outcomes)
    if demanded and (what := imperative(telling)):
        act = next(act for act in telling.actions if act.modality == "must")
        return sentence(f"系统{'要求' if telling.positive else '不要求'}{_last_clause(act.subject)}{what}", "zh")
    if telling.outcomes:
        told = dict.fromkeys(_told(outcome.text, telling) for outcome in telling.outcomes)
        return sentence("；".join(told), "zh")
    base = imperative(telling)
    if not telling.positive and telling.opposite_outcomes and not base:
        return sentence(_told(negated(telling.opposite_outcomes[0]), telling), "zh")
    system = [act for act in telling.actions if is_system(act)]
    if system and not base:
        no = "不会" if not telling.positive or system[0].modality == "must_not" else ""
        return sentence(f"{_last_clause(system[0].subject)}{no}{verb_phrase(system[0].text)}", "zh")
    if telling.item and not base:
        return sentence(seen(telling.item), "zh")
    if base and not telling.entered:
        return sentence(f"系统{'允许' if telling.positive else '不允许'}{base}", "zh")
    if telling.positive and not telling.entered and telling.actions and not base:
        act = telling.actions[0]
        return sentence(f"{_last_clause(act.subject)}能够{verb_phrase(act.text)}" if act.subject else _unlabelled(act.text), "zh")
    first = telling.entered[0] if telling.entered else None
    what = f"该{noun(first)}" if first and noun(first) != first.name else f"{base}请求" if base and len(base) <= 8 else "该请求"
    return sentence(f"系统{'接受' if telling.positive else '拒绝'}{what}", "zh")


def _told(text: str, telling: Telling) -> str:
    """An outcome as a sentence of its own, about this test's value and role."""
    text = text.strip(" ，。；")
    base = imperative(telling)
    if (
        _MAY.search(text)
        and not re.search("提示|显示|返回|通知|拒绝", text)
        and base
        and (telling.role or len(text) < len(base) + 14)
    ):
        return f"系统{'允许' if telling.positive else '不允许'}{base}"
    stripped = _OUTSIDE.sub("该", _COMPARED.sub("该", text))
    if stripped != text and "系统" in stripped:
        stripped = stripped[stripped.index("系统") :]
    text = seen(stripped)
    for told in telling.entered:
        text = _OTHERS.sub("该", text) if told.kind == "enum" and not telling.positive else text
        text = _one_of_list(text, told, telling)
    if text in ("系统拒绝", "拒绝") and base:
        text = f"系统拒绝{base}"
    if re.match(r"(?:拒绝|提示|允许|禁止|自动|返回|显示|发送|记录|锁定|退出|接受|通知|生成|保存)", text):
        return f"系统{text}"
    if len(text) <= 4:
        owner = next((_last_clause(act.subject) for act in telling.actions if act.subject), "") or "该请求"
        return text if text.startswith(owner) else f"{owner}{text}"
    if text.startswith("被"):
        return f"{'该' + noun(telling.entered[0]) if telling.entered else '该请求'}{text}"
    return text


def _one_of_list(text: str, told: Told, telling: Telling) -> str:
    """Where the text lists what is allowed, only this test's value."""
    for names in telling.lists:
        if told.value in names and len(names) > 1 and names[0] in text and names[-1] in text:
            start, end = text.index(names[0]), text.rindex(names[-1]) + len(names[-1])
            rest = re.sub(r"^[”」]?\s*(?:等)?\s*[一二两三四五六七八九十\d]+[种类个](?:的)?", "", text[end:])
            if start < end:
                gap = " " if told.value[-1].isascii() and rest[:1] > "\u3400" else ""
                return text[:start] + told.value + gap + rest
    return text


def title(telling: Telling, result: str) -> str:
    """What the case shows, in one line: the situation, then the result."""
    short = result.rstrip("。").split("；")[0]
    situation = "且".join(_situation(told) for told in telling.inputs)
    return f"{situation}时，{short}" if situation else short


def _situation(told: Told) -> str:
    if told.kind == "condition":
        return told.value if told.name == "前提条件" else f"{told.name}{told.value}"
    return phrase(told)


def preconditions(telling: Telling) -> tuple[str, ...]:
    return telling.point.preconditions

"""Chinese wording of test points."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import sentence

_MODAL = re.compile(
    r"(?:应当|应该|必须|务必|需要|应能够|应能|应可|可以|能够|允许|不得|不能|不可以|不允许|不应|禁止|只能|才能|才可以|应|须|需|可)"
)
_SYSTEM = re.compile("系统|平台|服务|接口|软件|应用|模块|程序|后台|服务器|客户端|网关|页面")
_LEADING = re.compile(r"^(?:应当|应该|必须|务必|需要|应能够|应能|应|须|需|将|会|才)+")
_NEGATIVE = re.compile(r"^(?:不得|不能|不可以|不允许|不应当|不应|禁止|严禁|不可|无法)")


def verb_phrase(action: Action) -> str:
    """What is done, without modal: "导出账单"."""
    text = action.text.strip(" ，。；、")
    text = _NEGATIVE.sub("", _LEADING.sub("", text))
    return re.sub(r"^(?:可以|可|允许|能够|能)(?=\S{2})", "", text).strip()


def is_system(action: Action) -> bool:
    return bool(_SYSTEM.search(action.subject or action.text[:6]))


def imperative(telling: Telling) -> str:
    """The instruction that the requirement's action amounts to; "" where only the system acts."""
    for action in telling.actions:
        if is_system(action) and not telling.role:
            continue
        text = verb_phrase(action)
        if text and not re.match(r"(?:被|为|由|是|有|无|小于|大于|等于)", text):
            return text
    return ""


def phrase(told: Told) -> str:
    return f"{told.name}为 {told.value}" if re.match(r"[\w$¥.-]", told.value, re.A) else f"{told.name}为“{told.value}”"


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    base = imperative(telling)
    entered = telling.entered
    who = f"以“{telling.role}”身份" if telling.role else ""
    if entered:
        words = "、".join(phrase(told) for told in entered)
        if base:
            return sentence(f"{who}在{words}的情况下{base}", "zh")
        return sentence(_enter(telling, words), "zh")
    if base:
        return sentence(f"{who}{base}", "zh")
    return _trigger(telling)


def _enter(telling: Telling, words: str) -> str:
    first = telling.entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    if dimension == "size" or (first.kind == "enum" and re.search("文件|附件|图片|格式", first.name)):
        return f"上传{words}的文件"
    if dimension == "length":
        return f"输入{_long(first)}"
    if dimension == "duration":
        return f"使{words}"
    return f"提交{words}的请求"


def noun(told: Told) -> str:
    """What is measured: 用户名长度 → 用户名."""
    return re.sub("(?:的)?(?:长度|大小|字数)$", "", told.name) or told.name


def _long(told: Told) -> str:
    """A thing of a length: 长度为 3 个字符的用户名."""
    measured = told.name.removeprefix(noun(told)).lstrip("的") or "长度"
    return f"{measured}为 {told.value}的{noun(told)}" if noun(told) != told.name else f"{told.value}的{told.name}"


def _trigger(telling: Telling) -> str:
    if telling.point.preconditions:
        return f"触发以下情形：{telling.point.preconditions[0].rstrip('。')}。"
    for act in telling.actions:
        return f"观察{act.subject or '系统'}的行为：{verb_phrase(act)}。"
    for outcome in telling.outcomes:
        return f"观察结果：{outcome.text.rstrip('。')}。"
    return f"执行需求 {telling.requirement.id} 所述的操作。"


def seen(text: str) -> str:
    """A result without the modal that demands it: "系统应拒绝注册" → "系统拒绝注册"."""
    text = re.sub(
        r"(?<=[\u4e00-\u9fff”])(?:应当|应该|必须|应(?![用收付急答届变力聘])|须|将|会)(?=[\u4e00-\u9fff])",
        "",
        text.strip(" ，。；"),
    )
    return _LEADING.sub("", text)


def expected(telling: Telling) -> str:
    """What is seen: the words of the text; by the polarity where the text has none."""
    if telling.outcomes:
        told = dict.fromkeys(_with_subject(seen(outcome.text), telling) for outcome in telling.outcomes)
        return sentence("；".join(told), "zh")
    base = imperative(telling)
    if base:
        return sentence(f"系统{'允许' if telling.positive else '不允许'}{base}", "zh")
    system = [act for act in telling.actions if is_system(act)]
    if system:
        no = "不" if not telling.positive or system[0].modality == "must_not" else ""
        return sentence(f"{system[0].subject or '系统'}{no}{verb_phrase(system[0])}", "zh")
    what = f"该{noun(telling.entered[0])}" if telling.entered else "该请求"
    return sentence(f"系统{'接受' if telling.positive else '拒绝'}{what}", "zh")


def _with_subject(text: str, telling: Telling) -> str:
    if re.match(r"(?:拒绝|提示|允许|禁止|自动|返回|显示|发送|记录|锁定|退出|接受|通知|生成|保存)", text):
        return f"系统{text}"
    if text.startswith("被"):
        return f"{'该' + noun(telling.entered[0]) if telling.entered else '该请求'}{text}"
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

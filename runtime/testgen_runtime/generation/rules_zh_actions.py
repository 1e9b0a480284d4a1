"""What the tester does, in Chinese: one instruction with the point's values."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Limit, State
from testgen_runtime.generation.rules_zh_parts import COMPARES, by_whom, conditions, data_told, demands, imperative, kept_of, said
from testgen_runtime.generation.rules_zh_stimuli import stimulus
from testgen_runtime.generation.rules_zh_values import entering, instruction, of_amount
from testgen_runtime.generation.rules_zh_words import USER_ACT, is_person, last_clause, seen, verb_phrase
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import sentence

_AT_TIME = re.compile(
    r"^(?P<when>[^，,。；]{2,24}?[前后]\s?\d+\s?(?:天|日|个?小时|分钟|个?月|年|个?工作日|周)|每[天日周月年][^，,。；系]{0,12}?[点时日])(?:[，,]|内?，|系统|应)"
)


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    return _done(telling)


def _done(telling: Telling) -> str:
    base = imperative(telling)
    who = f"以“{telling.role}”身份" if telling.role else ""
    if telling.entered:
        return sentence(who + entering(telling, base), "zh")
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
    if (
        is_person(name)
        and name not in ("用户", "任何人", "任何用户", "所有用户", "所有人", "其他人", "个人")
        and not re.search("[的和、或]", name)
    ):
        return f"以“{name}”身份"
    return ""


def event_told(telling: Telling) -> Told | None:
    """The condition that the action itself brings about, where there is one: an act, or all that there is to do."""
    told = conditions(telling)
    for one in told:
        text = said(one)
        if USER_ACT.match(text):
            return one
        if (by := by_whom(text)) and USER_ACT.match(by[1]) and not imperative(telling):
            return one
    if told and (not imperative(telling) or (demands(telling) and telling.point.preconditions)):
        return told[0]
    return None


def _as_event(text: str, telling: Telling) -> str:
    if (asked := re.match(r"(?P<what>请求|报文|消息|表单)(?P<how>(?:缺少|包含|不包含|未携带|携带).+)$", text)) is not None:
        return f"发送{asked['how']}的{asked['what']}"
    if amount := of_amount(text):
        return amount
    if data_told(telling):
        if compares := COMPARES.match(text):
            return f"填写{compares['how']}的{compares['what']}"
        if empty := re.match(r"(?P<what>[\u4e00-\u9fff]{2,6}?)(?P<no>不)?为空$", text):
            if empty["what"].endswith(("文件", "附件")):
                return f"上传一个{'非' if empty['no'] else ''}空的{empty['what']}"
            return f"填写{empty['what']}" if empty["no"] else f"不填写{empty['what']}"
    if USER_ACT.match(text):
        return f"以“{telling.role}”身份{text}" if telling.role else text
    if by := by_whom(text):
        who, what = by
        return f"{who}{what}" if who == "用户" or "成功" in what else f"以“{who}”身份{what}"
    return f"使{' ' if text[0].isascii() else ''}{text}"


def _without_base(telling: Telling) -> str:
    """What there is to do where only the system acts and no situation is told."""
    text = telling.requirement.text.strip()
    if telling.point.inputs == {} and (
        load := re.search(r"(?P<n>\d[\d,]*\s?(?:名|个))\s?(?:并发用户|用户(?:同时|并发)[\u4e00-\u9fff]{2})", text)
    ):
        return f"模拟 {load['n']}用户并发访问系统"
    for state in (value for _, value in telling.view.of(State)):
        if state.target and state.allowed and state.event.startswith(("由", "从")):
            return f"将{state.subject or '对象'}状态变更为“{state.target}”"
        if state.target and state.allowed and not any(state.target in outcome.text for outcome in telling.outcomes):
            return f"将{state.subject or '对象'}状态由“{state.allowed[0]}”变更为“{state.target}”"
    situation = [line for line in telling.point.preconditions if not line.startswith("已用“")]
    if situation:
        return f"查看{situation[0].rstrip('。')}时的系统状态"
    if found := kept_of(telling):
        return f"查询 {found[0]}前产生的{found[1]}"
    own = " ".join([*(act.text for act in telling.actions), *(outcome.text for outcome in telling.outcomes)])
    for subject in (value.subject for atom, value in telling.view.of(Limit) if atom.text in own):
        if not telling.inputs and re.search("(?:时间|时延|延迟|误差|率|吞吐量)$", subject):
            event = re.match(r"(?P<event>[\u4e00-\u9fff]{4,}?)之?后(?:的?时间)$", subject)
            return f"使{event['event']}" if event else f"测量{subject}"
    if at := _AT_TIME.match(text):
        return f"将系统时间调整到{at['when']}"
    if telling.item:
        return stimulus("", telling.item)
    for act in telling.actions:
        subject = last_clause(act.subject)
        if is_person(subject):
            return f"以“{subject}”身份{verb_phrase(act.text)}"
        return stimulus(subject, act.text)
    for outcome in telling.outcomes:
        return stimulus("", seen(outcome.text))
    return stimulus("", text)

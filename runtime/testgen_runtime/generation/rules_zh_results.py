"""What is seen, in Chinese: the words of the text about this test's value; by the verdict where the text has none."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Outcome
from testgen_runtime.generation.rules_zh_actions import demands, imperative, instruction, kept, noun
from testgen_runtime.generation.rules_zh_words import (
    FORBIDS,
    MESSAGE,
    PERMITS,
    USER_ACT,
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
    r"(?:[\u4e00-\u9fff]{2,8})?(?:超过|低于|高于|大于|小于|少于|多于|不足|不超过|不少于|至少|至多|最多|达到)\s*[\d.,]+\s*[^\d，。；的]{0,4}?"
    r"(?:及以上|及以下|以上|以下|以内)?的|[\d.,]+\s*[^\d，。；的]{0,4}?(?:及以上|及以下|以上|以下|以内|之内)的"
)
_OTHERS = re.compile(r"(?:选择|使用|采用)?(?:任何|所有)?(?:其他|其它|其余)(?:的)?")
_TAKES = re.compile(r"支持|接受|允许|[为是]|取值|包括|可以?选|分为")


def expected(telling: Telling) -> str:
    """What is seen: the words of the text; by the polarity where the text has none."""
    return sentence(_expected(telling), "zh")


def _expected(telling: Telling) -> str:
    base = imperative(telling)
    demanded = demands(telling) and all(outcome.otherwise for outcome in telling.outcomes)
    if demanded and (act := next((a for a in telling.actions if a.modality == "must" and is_person(last_clause(a.subject))), None)):
        return f"系统{'要求' if telling.positive else '不要求'}{last_clause(act.subject)}{re.split('[，,]', verb_phrase(act.text))[0]}"
    outcomes = [outcome for outcome in telling.outcomes if not _only_lists(outcome, telling)]
    if outcomes and not (telling.positive and not telling.entered and not telling.inputs and kept(telling)):
        return "；".join(dict.fromkeys(_told(outcome.text, telling) for outcome in outcomes))
    if remains := kept(telling):
        return remains
    if not telling.positive and telling.opposite_outcomes and (not base or _is_effect(telling.opposite_outcomes[0])):
        return _told(negated(telling.opposite_outcomes[0]), telling)
    listed = next((told for told in telling.entered if told.kind == "enum"), None)
    if listed is not None and (listed is telling.entered[0] or telling.positive):
        what = "该文件" if listed.name.endswith(("格式", "扩展名", "后缀")) else f"{listed.name}“{listed.value}”"
        return f"系统{'接受' if telling.positive else '拒绝'}{what}"
    system = [act for act in telling.actions if not act.subject or not is_person(last_clause(act.subject))]
    if system and not base and not (telling.entered and not is_system(system[0].subject)):
        no = "不会" if not telling.positive or system[0].modality == "must_not" else ""
        subject, done = last_clause(system[0].subject), verb_phrase(system[0].text)
        if re.match(r"[由经]", done):
            subject = subject or "该申请"
            return f"{subject}{'不' if no else ''}{done}"
        if not subject and not no and len(done) > 12 and not USER_ACT.match(done):
            return seen(done)
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
        return f"{last_clause(act.subject)}能够{verb_phrase(act.text)}" if act.subject else seen(act.text)
    return f"系统{'接受' if telling.positive else '拒绝'}{_object(telling, base)}"


def _object(telling: Telling, base: str) -> str:
    first = telling.entered[0] if telling.entered else None
    if first and noun(first) != first.name:
        return f"该{noun(first)}"
    if base and len(base) <= 8:
        return f"{base}请求"
    return "该请求"


def _is_effect(text: str) -> bool:
    """Whether a result is something that the system does, and no permission."""
    return not PERMITS.match(text.strip(" ，。；")) and bool(is_system(text[:6])) and not re.search("允许|接受|支持", text)


def _only_lists(outcome: Outcome, telling: Telling) -> bool:
    """Whether a result only says which values there are, or which ones are refused, without what is seen then."""
    text = outcome.text
    for names in telling.lists:
        if len(names) > 1 and names[0] in text and names[-1] in text and _TAKES.search(text) and not MESSAGE.search(text):
            return True
    return False


def _told(text: str, telling: Telling) -> str:
    """An outcome as a sentence of its own, about this test's value and role."""
    text = text.strip(" ，。；")
    base = imperative(telling)
    if not MESSAGE.search(text):
        if forbids := FORBIDS.match(text):
            return refused(base or forbids["what"])
        if permits := PERMITS.match(text):
            done = base or permits["what"]
            if not (telling.entered and re.search(r"\d", done)):
                return accepted(instruction(telling, done) if USER_ACT.match(done) and len(done) <= 2 and done in text and "执行" not in
                                instruction(telling, done) else done) if telling.positive else refused(done)
    stripped = _OUTSIDE.sub("该", _COMPARED.sub("该", text))
    if stripped != text and "系统" in stripped:
        stripped = stripped[stripped.index("系统") :]
    text = seen(stripped)
    for told in telling.entered:
        text = _OTHERS.sub("该", text) if told.kind == "enum" and not telling.positive else text
    if text in ("系统拒绝", "拒绝") and base:
        return f"系统拒绝{base}"
    if re.match(r"(?:拒绝|提示|允许|禁止|自动|返回|显示|发送|记录|锁定|退出|接受|通知|生成|保存|收取|判定|跳转|跳转到|弹出|标记|创建)", text):
        return f"系统{text}"
    if re.match(r"[由经](?!“)", text):
        return f"该申请{text}"
    if len(text) <= 4:
        owner = next((last_clause(act.subject) for act in telling.actions if act.subject), "") or (
            telling.entered[0].name.removesuffix("金额").removesuffix("总") if telling.entered else "该请求"
        )
        return text if text.startswith(owner) else f"{owner}{text}"
    if text.startswith("被"):
        return f"{'该' + noun(telling.entered[0]) if telling.entered else '该请求'}{text}"
    return text

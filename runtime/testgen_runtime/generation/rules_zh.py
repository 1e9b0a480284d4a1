"""Chinese wording of test points: what the tester does, what is seen, the title, the preconditions."""

from __future__ import annotations

import re

from testgen_runtime.generation.rules_zh_actions import action, event_told
from testgen_runtime.generation.rules_zh_parts import by_whom, imperative, noun, phrase, said
from testgen_runtime.generation.rules_zh_results import expected, stated
from testgen_runtime.generation.rules_zh_stimuli import deeds
from testgen_runtime.generation.rules_zh_words import USER_ACT, VERBS, is_person, last_clause
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import sentence

__all__ = ["action", "expected", "preconditions", "steps", "title"]

_TENSE = re.compile(r"[已未尚]|成功|失败|正在|为|是|有|[不没]|处于|在")
_DONE = re.compile(rf"(?<=[\u4e00-\u9fff]{{2}})(?=(?:{VERBS})(?!人|员|者|单|号|名|时|记|结|方|状|日|金|次|页|密|文))")


_AFTER = re.compile("(?<=[\u4e00-\u9fff]{3})(?:之?后|时)(?=。?$)")
_NO_DEED = re.compile("\\d|[不须应由]|只有|如下|以下")


def steps(telling: Telling) -> tuple[tuple[str, str], ...]:
    """(action, expected) for each thing that somebody is told to do, where the sentence joins several or has its actor inside;
    () where the usual words say it."""
    if telling.inputs or not telling.positive or len(telling.actions) != 1:
        return ()
    act = telling.actions[0]
    told = deeds(act.text, last_clause(act.subject))
    if any(_NO_DEED.search(done) or len(done) > 60 for done, _ in told):
        return ()
    if len(told) == 1 and is_person(last_clause(act.subject)):
        return ()
    return tuple((sentence(done, "zh"), sentence(seen, "zh")) for done, seen in told)


def told(steps: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Steps that a technique took from the text word by word, as actions and as results: without modal, without "后"."""
    return tuple(
        (re.sub("(?<=[\u4e00-\u9fff]{3})(?:之?后|时)(?=。?$)", "", done), sentence(stated(seen), "zh")) for done, seen in steps
    )


def title(telling: Telling, result: str) -> str:
    """What the case shows, in one line: the situation, then the result."""
    short = result.rstrip("。").split("；")[0] or telling.requirement.id
    situation = re.sub(r"(?<=[A-Za-z0-9%])且", " 且", "且".join(_situation(told).replace("; ", "且") for told in telling.inputs))
    if not situation:
        return short
    if situation.endswith(("之前", "之后")):
        return f"{situation}，{short}"
    return f"{situation}{' ' if situation[-1].isascii() and situation[-1].isalnum() else ''}时，{short}"


def _situation(told: Told) -> str:
    return said(told) if told.kind == "condition" else phrase(told).rstrip()


def preconditions(telling: Telling) -> tuple[str, ...]:
    """What is so before the first step, without what the step itself brings about."""
    event = event_told(telling) if not telling.entered else None
    own = said(event) if event is not None else None
    logs_in = imperative(telling).startswith("登录")
    lines = []
    for line in telling.point.preconditions:
        if own is not None and line.rstrip("。") == own:
            continue
        if any(line == f"{noun(told)}不为空。" for told in telling.entered):
            continue
        if logs_in and line.startswith("已用“"):
            continue
        during = (
            not re.search("[已未不没]", line)
            and f"{line.rstrip('。')}时" in telling.requirement.text
            and (by := by_whom(line.rstrip("。")))
        )
        lines.append(f"{by[0]}正在{by[1]}。" if during and by else _happened(line) if not USER_ACT.match(line) else line)
    return tuple(lines)


def _happened(line: str) -> str:
    """An event that lies before the test: "订单发货。" → "订单已发货。"."""
    if "被" in line and not re.search("[已未]", line):
        return line.replace("被", "已被", 1)
    if told := _BY_LEAVE.search(line):  # "经主管批准" → "已经主管批准"
        return f"{line[: told.start()]}已{line[told.start() :]}"
    if _TENSE.search(line) or line.startswith("已"):
        return line
    found = _DONE.search(line)
    return f"{line[: found.start()]}已{line[found.start() :]}" if found else line


_BY_LEAVE = re.compile("(?<![未已曾历])经(?=[^，。；已未]{0,12}(?:批准|同意|许可|审批|授权|审核|核准|允许|确认|预约)。?$)")

"""Gates on how a case says it: something to see, something to do, in its language, and nothing of the prompt."""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.cases.model import Case
from testgen_runtime.generation.gate_facts import HANZI_RUN, Facts, has_hanzi, squeezed, texts

_VAGUE: Final = re.compile(
    r"^(ok(ay)?|pass(ed)?|success(ful)?|done|works?( correctly| properly| fine| as (expected|intended|designed))?|"
    r"correct(ly)?|as expected|"
    r"expected result|n/?a|none|yes|no|true|false|valid|invalid|成功|通过|正常|正确|符合预期|与预期一致|无|是|否|有效|"
    r"无效)[.!。！]?$|"
    r"\b(works? (correctly|properly|fine|as (expected|intended|designed))|as expected|behaves? (correctly|properly|"
    r"as expected))\b|"
    r"(符合|与)预期(一致|结果)?[。.]?$|工作正常|运行正常|功能正常",
    re.I,
)  # fmt: skip


def expected_is_observable(case: Case, facts: Facts) -> str | None:
    """Every step says what can be seen after it: a statement of its own, not "works as expected", not the action again."""
    for step in case.steps:
        expected = step.expected.strip()
        if len(expected) < (4 if has_hanzi(expected) else 8) or _VAGUE.search(expected):
            return f"“{expected[:60]}” is nothing that can be seen"
        if squeezed(expected) == squeezed(step.action):
            return "the expected result repeats the action"
        if "?" in expected or "？" in expected:
            return "the expected result is a question"
    return None


_PLACEHOLDER: Final = re.compile(
    r"<[A-Za-z_ ][^<>]{0,40}>|\[[A-Za-z_ .]{1,40}\]|\{\{?[^{}]{0,60}\}?\}|\$\{|\b(TBD|TODO|FIXME|XXX+|lorem ipsum|"
    r"foo ?bar)\b|\.\.\.$|…$|待定|待补充|某某|"
    r"\b(an? |some |the )?(in)?valid (input|value|data|test data)s?\b|\bappropriate (value|data)s?\b|(有效|无效|合法|"
    r"非法|适当|合适)的?(输入|数据|值)|"
    r"\b(the system shall|verify that the system shall)\b",
    re.I,
)  # fmt: skip
_TWO_ACTIONS: Final = re.compile(
    r"(?:(?:\.\s+|[;。；]\s*)\S.{8,})|\b(?:and then|then|after that|afterwards)\s+(?:click|press|enter|open|submit|"
    r"select|log|sign|send|upload|check|save|wait)\b|"
    r"\band (?:click|press|submit|save|confirm|check|verify|observe)\b|(?:然后|接着|随后|之后再|并且?)(?:点击|按下|"
    r"输入|打开|提交|选择|登录|发送|上传|检查|保存|确认|观察|验证)",
    re.I,
)  # fmt: skip


_STATES: Final = re.compile(r"(?:The|An?|It|They)\s.*\b(?:is|are|has|have|does|do|was|were|[a-z]+s)\b")
"""An action that tells what somebody else does: "The platform does not receive the heartbeat."."""


def steps_are_executable(case: Case, facts: Facts) -> str | None:
    """Each step is one action with concrete words: nothing empty, no placeholder, no second action behind the first."""
    own = facts.requirement.text.lower()
    own_squeezed = squeezed(own)
    for step in case.steps:
        action = step.action.strip()
        if len(action) < (3 if has_hanzi(action) else 6):
            return f"“{action}” is no action"
        if case.written_by == "model" and _STATES.match(action):
            return f"“{action[:60]}” states something and does nothing"
        if (found := _TWO_ACTIONS.search(action.rstrip(".;。；"))) and squeezed(found[0]) not in own_squeezed:
            return f"“{action[:60]}” is more than one action"
    for line in (case.title, *case.preconditions, *(line for step in case.steps for line in (step.action, step.expected))):
        found = _PLACEHOLDER.search(line)
        if found and found[0].lower() not in own:
            return f"“{found[0]}” stands for a value that is missing"
    if not case.steps:
        return "there is no step"
    return None


def language_matches(case: Case, facts: Facts) -> str | None:
    """Each line is in the case's language; words of the requirement may stay as they are written there."""
    point = facts.point
    own = " ".join(
        (facts.requirement.text, *point.inputs, *(v.value + v.unit for v in point.inputs.values()), *point.preconditions,
         *(line for step in point.steps for line in (step.action, step.expected)))
    )  # fmt: skip
    steps = [line for step in case.steps for line in (step.action, step.expected)]
    for line in (case.title, *case.preconditions, *steps):
        if case.language == "zh":
            if not has_hanzi(line):
                return f"“{line[:60]}” is not Chinese"
        else:
            for run in HANZI_RUN.findall(line):
                if run not in own:
                    return f"“{run[:30]}” is not English"
            if not _LATIN.search(line):
                return f"“{line[:60]}” is not English"
    return None


_LATIN: Final = re.compile(r"[A-Za-z]{2,}")
_LEAK: Final = re.compile(
    r"```|<\|[^|>]{1,40}\|>|</?(?:s|system|assistant|user|document|requirement|context|instructions?)>|\[/?INST\]|<<SYS>>|###\s*(?:instruction|response|system|human|assistant)|"
    r"^\s*(?:system|assistant|user|human|ai)\s*:|\b(?:as an ai|language model|ignore (?:all |the )?(?:previous|above)|"
    r"json schema|test point|point_id|"
    r"TP-[0-9a-f]{12})\b|作为(?:一个)?(?:AI|人工智能|语言模型)|忽略(?:以上|之前|上述)|提示词",
    re.I | re.M,
)  # fmt: skip


def no_instruction_leak(case: Case, facts: Facts) -> str | None:
    """Nothing of the prompt, its fences, role markers or a chat leaks into a case, unless the requirement itself says it."""
    for line in texts(case):
        if (found := _LEAK.search(line)) and found[0].strip().lower() not in facts.requirement.text.lower():
            return f"“{found[0].strip()[:40]}” is not part of a test case"
    return None

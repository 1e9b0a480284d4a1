"""Wording in another language than the requirement's: the frame is translated, the document's own terms stay, in quotation marks.

Rules can't translate a text; they can say around it what to do and what to see. A tester who asked for this language reads the
frame and finds the terms in the document and on the screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from testgen_runtime.documents.model import Language
from testgen_runtime.generation.telling import Telling, Told


@dataclass(frozen=True, slots=True)
class Frame:
    """The sentences of one language; `{}` is where terms of the document stand."""

    is_: str
    join: str
    carry_out: str
    carry_out_with: str
    submit_with: str
    observe: str
    situation: str
    accepted: str
    refused: str
    shown: str
    because: str
    title: str
    holds: str
    role: str


_FRAMES: dict[Language, Frame] = {
    "en": Frame(
        is_="{} is {}", join=" and ", carry_out="Carry out {}.", carry_out_with="Carry out {} while {}.",
        submit_with="Submit a request in which {}.", observe="Observe {}.", situation="Bring about that {}.",
        accepted="the request is accepted", refused="the request is refused", shown="{} can be seen",
        because="{}, as the text says: {}.",
        title="{}: {}", holds="{} holds", role="the role is {}",
    ),
    "zh": Frame(
        is_="{}为{}", join="且", carry_out="执行{}操作。", carry_out_with="在{1}的情况下执行{0}操作。",
        submit_with="提交{}的请求。", observe="查看{}。", situation="使{}。",
        accepted="系统接受该请求", refused="系统拒绝该请求", shown="可以看到{}",
        because="{}，原文为{}。", title="{}时，{}", holds="{}成立", role="角色为{}",
    ),
}  # fmt: skip


def quoted(text: str) -> str:
    return f"“{text.strip().strip('“”')}”"


def _is(frame: Frame, told: Told) -> str:
    if told.name in ("condition", "前提条件"):  # a name of ours, no term of the document
        return frame.holds.format(quoted(told.value))
    if told.kind == "role":
        return frame.role.format(quoted(told.value))
    return frame.is_.format(quoted(told.name), quoted(told.value))


def _verdict(frame: Frame, telling: Telling) -> str:
    if telling.positive and not telling.inputs and (telling.outcomes or telling.actions):
        return frame.shown.format(quoted(_result(telling)))
    return frame.accepted if telling.positive else frame.refused


def _result(telling: Telling) -> str:
    """The result in the words of the text, cut to a length that a line can hold."""
    if telling.outcomes:
        return telling.outcomes[0].text[:300]
    return telling.actions[0].text[:300] if telling.actions else ""


def _frame(telling: Telling) -> Frame:
    return _FRAMES[telling.spoken]


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    frame = _frame(telling)
    entered = frame.join.join(_is(frame, told) for told in telling.entered)
    acted = next((act.text[:300] for act in telling.actions if not re.search(r"\d|[应须]", act.text)), "")
    if acted and telling.inputs:
        return frame.carry_out_with.format(quoted(acted), entered) if entered else frame.carry_out.format(quoted(acted))
    if entered:
        return frame.submit_with.format(entered)
    if telling.inputs:
        return frame.situation.format(frame.join.join(_is(frame, told) for told in telling.inputs))
    return frame.observe.format(quoted(_result(telling) or telling.requirement.text[:300]))


def expected(telling: Telling) -> str:
    """What is seen: the verdict, and the words of the text where it has some."""
    frame = _frame(telling)
    verdict = _verdict(frame, telling)
    said = telling.outcomes[0].text[:300] if telling.outcomes and telling.inputs else ""
    line = frame.because.format(verdict, quoted(said)) if said else f"{verdict}{'。' if telling.spoken == 'zh' else '.'}"
    return line[:1].upper() + line[1:]


def title(telling: Telling, result: str) -> str:
    """What the case shows, in one line: the situation, then the verdict."""
    frame = _frame(telling)
    verdict = _verdict(frame, telling)
    if not telling.inputs:
        return verdict[:1].upper() + verdict[1:]
    return frame.title.format(frame.join.join(_is(frame, told) for told in telling.inputs), verdict)


def preconditions(telling: Telling) -> tuple[str, ...]:
    """Roles, states and conditions, in the frame's language."""
    frame, stop = _frame(telling), "。" if telling.spoken == "zh" else "."
    return tuple(f"{_is(frame, told)}{stop}" for told in telling.inputs if told.kind not in ("limit", "enum"))

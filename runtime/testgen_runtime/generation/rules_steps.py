"""Wording of points whose technique lays down the steps: flows, paths through states, values of a format."""

from __future__ import annotations

from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.model import PointStep, Technique
from testgen_runtime.techniques.syntax import USUAL

_DO = {"en": "Carry out “{}”.", "zh": "执行“{}”。"}
_SEE = {"en": "It can be seen that “{}”.", "zh": "可以看到“{}”。"}
_BRACKETS = {"en": "{} ({})", "zh": "{}（{}）"}
_EXPLAINED = frozenset({Technique.SYNTAX_TESTING, Technique.ERROR_GUESSING})


def steps(telling: Telling, action: str, expected: str) -> tuple[tuple[str, str], ...]:
    """The point's steps as (action, expected) in the language of the case; `action` and `expected` are the usual words of the
    point, where a step tells none."""
    told = telling.point.steps or (PointStep(""),)
    if telling.spoken != telling.language and not telling.point.title:
        told = (PointStep(""),)  # the frame of the other language says it all
    return tuple((_said(telling, _DO, step.action) or action, _said(telling, _SEE, step.expected) or expected) for step in told)


def _said(telling: Telling, frames: dict[str, str], text: str) -> str:
    """The words as they are, framed where the case is in another language than the requirement."""
    if not text or telling.spoken == telling.language:
        return text
    return frames[telling.spoken].format(text.rstrip(".。"))


def title(telling: Telling, usual: str) -> str:
    """The technique's own title, else the usual one with what is special about the value."""
    point = telling.point
    if telling.spoken != telling.language:
        return usual
    if point.title:
        return point.title
    explained = point.technique in _EXPLAINED and point.reason not in ("", *USUAL.values())
    return _BRACKETS[telling.spoken].format(usual, point.reason) if explained else usual

"""N-switch coverage in state transition testing (ISO/IEC/IEEE 29119-4:2021, 5.2.8): sequences of transitions.

0-switch, each transition alone, and the invalid ones are the levels of states.py. Here several transitions follow each other, as
the requirements of the whole document tell them; a sequence belongs to the requirement of its last transition and exercises the
atoms of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from testgen_runtime.documents.model import Action, Condition, Language
from testgen_runtime.techniques.decisions import clause, named
from testgen_runtime.techniques.model import Input, PointStep, Technique, TestPoint
from testgen_runtime.techniques.names import state_name
from testgen_runtime.techniques.phrases import bare, in_state, sentence
from testgen_runtime.techniques.points import make
from testgen_runtime.techniques.transitions import StateGraph, Transition
from testgen_runtime.techniques.view import View

Acts = Callable[[Transition, TestPoint], str]
"""How a tester brings about a transition, whose own test is the given point."""
_WHY: Final[Mapping[Language, str]] = {"en": "{} transitions in a row", "zh": "连续 {} 次状态转换"}
_ARROW: Final[Mapping[Language, str]] = {"en": " → ", "zh": " → "}
_TITLE: Final[Mapping[Language, str]] = {"en": "{} goes through {}", "zh": "{}依次经过{}"}
_DO: Final[Mapping[Language, str]] = {"en": "Bring it about that {}.", "zh": "使{}。"}


def points(view: View, graph: StateGraph, switches: int, acts: Acts | None = None) -> Iterator[TestPoint]:
    """The sequences of `switches` + 1 transitions that end in one of this requirement's; none for 0."""
    if switches < 1:
        return
    for last in graph.of_requirement(view.requirement):
        for path in graph.paths(last, switches):
            yield _point(view, path, acts)


def _point(view: View, path: tuple[Transition, ...], acts: Acts | None) -> TestPoint:
    language, first = view.language, path[0]
    steps = tuple(PointStep(_act(one, acts), in_state(one.subject, one.target, language)) for one in path)
    ids = tuple(dict.fromkeys(atom.id for one in reversed(path) for atom in one.atoms))
    others = tuple(dict.fromkeys(one.requirement.id for one in path if one.requirement.id != view.requirement.id))
    states = _ARROW[language].join(
        f"“{state}”" if language == "zh" else state for state in (first.source, *(one.target for one in path))
    )
    name = bare(first.subject) or {"en": "object", "zh": "对象"}[language]
    return make(
        view,
        Technique.STATE_TRANSITION,
        ids,
        "positive",
        preconditions=(in_state(first.subject, first.source, language),),
        action=steps[-1].action,
        expected=steps[-1].expected,
        reason=_WHY[language].format(len(path)),
        weight=0.65,
        title=_TITLE[language].format(name[:1].upper() + name[1:], states),
        steps=steps,
        also=others,
    )


def _act(one: Transition, acts: Acts | None) -> str:
    """The words for one transition: those of its own test where somebody gives them."""
    point = _alone(one)
    told = acts(one, point) if acts is not None else ""
    if told:
        return told
    event = next((a.value.text for a in one.atoms if isinstance(a.value, Condition)), "") or next(
        (a.value.text for a in one.atoms if isinstance(a.value, Action)), one.target
    )
    return _DO[one.language].format(clause(event, one.language) or event)


def _alone(one: Transition) -> TestPoint:
    """The test of this transition by itself, set up as its own requirement has it."""
    view = View(one.requirement, one.language)
    clauses = [clause(a.value.text, one.language) for a in one.atoms if isinstance(a.value, Condition) and a.value.holds]
    inputs = {name: Input(told) for name, told in (named(text, one.language) for text in clauses)}
    return make(
        view,
        Technique.STATE_TRANSITION,
        tuple(atom.id for atom in one.atoms),
        "positive",
        inputs={**inputs, state_name(one.subject, one.language): Input(one.source)},
        preconditions=(in_state(one.subject, one.source, one.language), *(sentence(text, one.language) for text in clauses)),
    )

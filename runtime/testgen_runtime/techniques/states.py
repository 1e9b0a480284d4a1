"""State transition testing (ISO/IEC/IEEE 29119-4:2021, 5.2.8): each state that allows the event, each one that refuses it."""

from __future__ import annotations

from testgen_runtime.documents.model import Language, State
from testgen_runtime.techniques.examples import other_state
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.vocabulary import Vocabulary


def state_levels(
    value: State,
    name: str,
    language: Language,
    vocabulary: Vocabulary,
    *,
    closed: bool,
    conditional: bool = False,
    elsewhere: tuple[str, ...] = (),
) -> tuple[Level, ...]:
    """A valid transition per allowed state, an invalid one per refused state.

    Where the text is `closed` ("only", "while") but names no refused state, one other state is taken: from the document, or from
    the end of a common life cycle. Where the states are merely a condition ("if its state is …"), only one that the document
    names for the same subject is. `elsewhere` are further states of the subject, in which the document's state graph has no such
    transition.
    """
    refused: tuple[tuple[str, bool], ...] = tuple((state, True) for state in value.refused)
    named = (*value.allowed, *value.refused, *((value.target,) if value.target else ()))
    if (closed or conditional) and value.allowed and not refused:
        known = vocabulary.other_state(language, value.subject, named)
        other = known or (other_state(named, language) if closed else None)
        refused = ((other, False),) if other else ()
        known_names = {state.lower() for state in (*named, *(state for state, _ in refused))}
        refused += tuple((state, False) for state in elsewhere if state.lower() not in known_names) if refused else ()

    def level(state: str, good: bool, told: bool, weight: float = 0.92) -> Level:
        why = {"en": ("the state allows it", "the state does not allow it"), "zh": ("该状态允许此操作", "该状态不允许此操作")}[
            language
        ]
        return Level(
            good=good,
            technique=Technique.STATE_TRANSITION,
            inputs={name: Input(state, "", "text" if told else "example")},
            preconditions=(in_state(value.subject, state, language),),
            reason=why[0] if good else why[1],
            weight=0.9 if good else weight,
        )

    return tuple(
        [level(s, True, True) for s in value.allowed]
        + [level(s, False, told, 0.92 if told or i == 0 else 0.6) for i, (s, told) in enumerate(refused)]
    )

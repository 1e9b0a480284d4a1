"""What a case must be before it is shown: named checks, pure, each with the reason it turned a case away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Document, Requirement
from testgen_runtime.generation.gate_facts import Facts
from testgen_runtime.generation.gates_grounding import (
    is_no_duplicate,
    matches_point,
    nothing_is_invented,
    numbers_are_known,
    quote_is_verbatim,
)
from testgen_runtime.generation.gates_result import result_is_the_points, results_are_told, words_are_the_requirements
from testgen_runtime.generation.gates_wording import (
    expected_is_observable,
    language_matches,
    no_instruction_leak,
    steps_are_executable,
)
from testgen_runtime.techniques.model import TestPoint

__all__ = ["GATES", "Facts", "Gate", "Rejection", "judge"]


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a case is turned away: the gate's name and words for a person."""

    gate: str
    reason: str


Gate = Callable[[Case, Facts], str | None]
"""Returns the reason to turn a case away, or None."""


GATES: Final[tuple[Gate, ...]] = (
    quote_is_verbatim,
    numbers_are_known,
    expected_is_observable,
    steps_are_executable,
    matches_point,
    language_matches,
    is_no_duplicate,
    no_instruction_leak,
    nothing_is_invented,
    result_is_the_points,
    words_are_the_requirements,
    results_are_told,
)


def judge(
    case: Case, requirement: Requirement, document: Document, point: TestPoint, accepted: Sequence[Case]
) -> list[Rejection]:
    """Every reason to turn `case` away; empty: it may be kept. `accepted` are the cases that the requirement has so far."""
    facts = Facts(requirement, document, point, accepted)
    return [Rejection(gate.__name__, reason) for gate in GATES if (reason := gate(case, facts)) is not None]

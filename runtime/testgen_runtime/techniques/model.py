"""A test point: what one test has to show, before anybody words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Polarity = Literal["positive", "negative"]


class Technique(StrEnum):
    """Test design techniques (ISO/IEC/IEEE 29119-4:2021, clause 5; its clause numbers are in the technique's own file)."""

    EQUIVALENCE_PARTITIONING = "equivalence_partitioning"
    BOUNDARY_VALUE_ANALYSIS = "boundary_value_analysis"
    DECISION_TABLE = "decision_table"
    STATE_TRANSITION = "state_transition"
    REQUIREMENT_BASED = "requirement_based"


@dataclass(frozen=True, slots=True)
class Input:
    """A concrete value with its unit. `origin` tells whether the text says it or a technique computed it from a bound."""

    value: str
    unit: str = ""
    origin: Literal["text", "boundary", "example"] = "text"


@dataclass(frozen=True, slots=True)
class TestPoint:
    """One thing to test. `id` is stable: a hash of requirement, technique, atoms and inputs.

    `expected` is the observable result in the words of the requirement (an outcome atom) or "" where only the polarity is
    known. `preconditions` hold what must be so before the first step (states, roles, conditions). `reason` says why it exists,
    in the requirement's language. `weight` orders points under a limit: higher first (risk, then nearness to a boundary).
    """

    __test__ = False  # not a pytest class

    id: str
    requirement_id: str
    technique: Technique
    atom_ids: tuple[str, ...]
    polarity: Polarity
    inputs: Mapping[str, Input] = field(default_factory=dict)
    preconditions: tuple[str, ...] = ()
    action: str = ""
    expected: str = ""
    reason: str = ""
    weight: float = 0.0

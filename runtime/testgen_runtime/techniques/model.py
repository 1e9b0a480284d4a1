"""A test point: what one test has to show, before anybody words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Polarity = Literal["positive", "negative"]


class Technique(StrEnum):
    """Test design techniques by their names in ISO/IEC/IEEE 29119-4:2021, with the clause behind each.

    The permission matrix is no technique of its own there: it is an extended-entry decision table over roles and operations.
    """

    EQUIVALENCE_PARTITIONING = "equivalence_partitioning"  # 5.2.1
    CLASSIFICATION_TREE = "classification_tree"  # 5.2.2
    BOUNDARY_VALUE_ANALYSIS = "boundary_value_analysis"  # 5.2.3
    SYNTAX_TESTING = "syntax_testing"  # 5.2.4
    PAIRWISE = "pairwise"  # 5.2.5, combinatorial test techniques
    DECISION_TABLE = "decision_table"  # 5.2.6
    PERMISSION_MATRIX = "permission_matrix"  # 5.2.6
    CAUSE_EFFECT = "cause_effect_graphing"  # 5.2.7
    STATE_TRANSITION = "state_transition"  # 5.2.8
    SCENARIO = "scenario_testing"  # 5.2.9
    REQUIREMENT_BASED = "requirement_based"  # 5.2.12
    ERROR_GUESSING = "error_guessing"  # 5.4


ON_REQUEST = frozenset({Technique.CLASSIFICATION_TREE, Technique.CAUSE_EFFECT})
"""Techniques whose tests are those of partitions, pairs and decision tables under another name: used only where asked for."""


@dataclass(frozen=True, slots=True)
class Input:
    """A concrete value with its unit. `origin` tells whether the text says it or a technique computed it from a bound."""

    value: str
    unit: str = ""
    origin: Literal["text", "boundary", "example"] = "text"


@dataclass(frozen=True, slots=True)
class PointStep:
    """One step that a technique itself lays down, in the requirement's language. `expected` "": the point's own result."""

    action: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class TestPoint:
    """One thing to test. `id` is stable: a hash of requirement, technique, atoms and inputs.

    `expected` is the observable result in the words of the requirement (an outcome atom) or "" where only the polarity is
    known. `preconditions` hold what must be so before the first step (states, roles, conditions). `reason` says why it exists,
    in the requirement's language. `weight` orders points under a limit: higher first (risk, then nearness to a boundary).
    `title` and `steps` are set where the technique lays down the words itself (a scenario, a path through states); then they are
    used as they stand. `also` names further requirements that the test exercises, with their atoms in `atom_ids`.
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
    title: str = ""
    steps: tuple[PointStep, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A test point that the limit on cases left unwritten: what it would have shown, and of which atoms."""

    technique: Technique
    reason: str
    atom_ids: tuple[str, ...]

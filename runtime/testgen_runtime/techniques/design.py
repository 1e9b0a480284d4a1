"""Test design for one requirement: every technique's points, without duplicates, the most valuable ones first.

The techniques and their clauses of ISO/IEC/IEEE 29119-4:2021: partitions.py and roles.py (5.2.1), classification.py (5.2.2),
boundaries.py (5.2.3), syntax.py (5.2.4), combinations.py (5.2.5), decisions.py, tables.py and permissions.py (5.2.6),
cause_effect.py (5.2.7), states.py and paths.py (5.2.8), scenarios.py (5.2.9), requirement_based.py (5.2.12), guesses.py (5.4).
No model, no randomness: the same atoms give the same points, in whatever order the atoms come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from testgen_runtime.documents.findings_words import only_vague
from testgen_runtime.documents.model import AtomKind, Requirement
from testgen_runtime.techniques import (
    cause_effect,
    changes,
    classification,
    combinations,
    guesses,
    paths,
    permissions,
    reading,
    scenarios,
    syntax,
    tables,
)
from testgen_runtime.techniques.closing import Tells, closed, credited
from testgen_runtime.techniques.doubts import doubtful, refuses_beyond_the_bound_alone
from testgen_runtime.techniques.factors import Rule, assignments, verdict
from testgen_runtime.techniques.model import ON_REQUEST, LeftOut, Technique, TestPoint
from testgen_runtime.techniques.paths import Acts
from testgen_runtime.techniques.patterns_en import every as patterns_en
from testgen_runtime.techniques.patterns_zh import every as patterns_zh
from testgen_runtime.techniques.points import of_level, others
from testgen_runtime.techniques.selection import deduplicated, most_valuable
from testgen_runtime.techniques.told_rules import every as told_rules
from testgen_runtime.techniques.view import View
from testgen_runtime.techniques.vocabulary import Vocabulary


class Limits(Protocol):
    """What of the caller's options test design looks at."""

    @property
    def techniques(self) -> frozenset[Technique] | None: ...

    @property
    def max_cases_per_requirement(self) -> int: ...

    @property
    def boundary_values(self) -> Literal[2, 3]: ...

    @property
    def n_switch(self) -> Literal[0, 1, 2]: ...


@dataclass(frozen=True, slots=True)
class Design:
    """The points to write, best first inside their technique, and the `spare` ones that the limit on cases left out."""

    points: tuple[TestPoint, ...]
    spare: tuple[TestPoint, ...] = ()

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The spare points as they are reported, the most valuable first."""
        return tuple(LeftOut(point.technique, point.reason, point.atom_ids) for point in self.spare)


_ONLY_REFERS = re.compile(r"(?:see(?: also)?|refer to)\s[^.;,]{1,120}(?:\.\d[^.;,]{0,60})?\.?", re.I)
"""A reference and nothing else: it obliges nobody, so there is nothing to test."""


def derive(
    requirement: Requirement,
    document_text: str,
    options: Limits,
    vocabulary: Vocabulary | None = None,
    tells: Tells | None = None,
    acts: Acts | None = None,
) -> Design:
    """The test points of `requirement`, at most `options.max_cases_per_requirement` of them.

    Every atom is exercised by some point as long as the limit and the chosen techniques leave room. `document_text` is the
    text that the atoms' spans cut; `vocabulary` what the rest of the document says of states and roles. `tells` decides which
    actions and outcomes a point is credited with (None: all of its rule's); what no point tells gets a test of its own.
    `acts` words the steps of a path through states (None: plainly, by the event).
    """
    view = View(requirement, requirement.language)
    if not requirement.atoms or _ONLY_REFERS.fullmatch(requirement.text.strip()) or only_vague(requirement):
        return Design(())
    points = deduplicated(_every_technique(view, options, vocabulary or Vocabulary(), acts))
    if tells is not None:
        points = credited(view, points, tells)
    points = [point for point in closed(view, points) if _wanted(options, point.technique)]
    return Design(*most_valuable(points, max(1, options.max_cases_per_requirement)))


def _wanted(options: Limits, technique: Technique) -> bool:
    """Whether the caller wants this technique: the ones that are named, else all but those that repeat others."""
    return technique in options.techniques if options.techniques is not None else technique not in ON_REQUEST


def _every_technique(view: View, options: Limits, vocabulary: Vocabulary, acts: Acts | None) -> list[TestPoint]:
    """The points of each technique that is wanted, in the order of how basic they are: of two equal ones the first stays."""
    found = [rule for rule in reading.rules(view, vocabulary, options.boundary_values) if not doubtful(view, rule)]
    changed = list(changes.points(view)) if _wanted(options, Technique.STATE_TRANSITION) else []
    whole = patterns_en.points(view) or patterns_zh.points(view)  # what they read says more than factors that decide one by one
    if not changed and not whole:
        whole = told_rules.instead_of(view, list(_rule_points(view, found)))
    found = [] if changed or whole else found
    points = [*changed, *(point for point in (*whole, *_rule_points(view, found)) if _wanted(options, point.technique))]
    if options.techniques is not None and Technique.DECISION_TABLE in options.techniques:
        points += tables.points(view, found)
    if _wanted(options, Technique.CAUSE_EFFECT):
        points += cause_effect.points(view, found)
    if _wanted(options, Technique.CLASSIFICATION_TREE):
        points += classification.points(view, found)
    if _wanted(options, Technique.PAIRWISE):
        points += combinations.points(view, found, tested=points)
    if _wanted(options, Technique.PERMISSION_MATRIX) and not whole:
        points += permissions.points(view, found, vocabulary.permissions)
    if _wanted(options, Technique.ERROR_GUESSING):
        points += guesses.points(view, found)
    told = any(point.technique is Technique.SYNTAX_TESTING for point in whole)  # its mistakes, and no others, are refused
    if _wanted(options, Technique.SYNTAX_TESTING) and not told:
        points += syntax.points(view)
    if _wanted(options, Technique.SCENARIO) and (flows := scenarios.points(view)):
        points = [*scenarios.retold(view, points, flows), *flows]
    if _wanted(options, Technique.STATE_TRANSITION):
        points += paths.points(view, vocabulary.graph, options.n_switch, acts)
    return points


def _rule_points(view: View, found: Sequence[Rule]) -> Iterable[TestPoint]:
    """The points of every rule: each level of each factor, the others held where they do not decide."""
    beyond = refuses_beyond_the_bound_alone(view)
    for rule in found:
        factors = rule.factors
        complete = {atom_id for factor in factors for atom_id in factor.atom_ids}
        for place, assignment in assignments(rule):
            accepted = verdict(rule, assignment)
            if beyond and not accepted and factors[place].kind is AtomKind.CONDITION:
                continue
            all_good = all(level.good for level in assignment.values())
            own = factors[place].atom_ids
            ids = (*own, *(i for i in sorted(complete) if i not in own)) if all_good else own
            yield of_level(view, rule, assignment[place], [*rule.held, *others(assignment, place)], accepted, ids)

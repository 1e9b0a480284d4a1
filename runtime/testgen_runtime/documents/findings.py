"""What a person should look at in the requirements themselves: each with its place and a proposal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from testgen_runtime.documents.findings_limits import CONFLICT, conflicts
from testgen_runtime.documents.findings_references import ORPHAN_REFERENCE, UNDEFINED_TERM, references, terms
from testgen_runtime.documents.findings_tables import ROWS_WITHOUT, unread
from testgen_runtime.documents.findings_terms import SEVERAL_OBLIGATIONS, quoted_terms, several_obligations
from testgen_runtime.documents.findings_words import NO_OUTCOME, VAGUE, no_outcome, vague
from testgen_runtime.documents.instructions import addressed, speaks_to_a_model
from testgen_runtime.documents.model import Finding, Requirement, Section

__all__ = [
    "CONFLICT", "CUT_SHORT", "DECLARED_OTHERWISE", "DUPLICATE_ID", "ENCODING_GUESSED", "MEMBERS_NOT_READ", "NO_OUTCOME",
    "ORPHAN_REFERENCE", "ROWS_WITHOUT", "SEVERAL_OBLIGATIONS", "SPEAKS_TO_A_MODEL", "UNDEFINED_TERM", "VAGUE", "found_in",
    "instructions", "unread",
]  # fmt: skip

DUPLICATE_ID, CUT_SHORT = "duplicate_id", "cut_short"
SPEAKS_TO_A_MODEL: Final = "speaks_to_a_model"
# About the file as a whole: their `requirement_id` is "".
MEMBERS_NOT_READ, DECLARED_OTHERWISE, ENCODING_GUESSED = "members_not_read", "declared_otherwise", "encoding_guessed"
_MOST: Final = 10_000
"""Findings of one document: beyond it a person needs no longer list to know that the document is not ready."""


def found_in(requirements: Sequence[Requirement], sections: Sequence[Section], text: str) -> list[Finding]:
    """All findings about requirements, in their order."""
    found = [
        finding for one in requirements for finding in (*no_outcome(one), *vague(one), *several_obligations(one), *addressed(one))
    ]
    found += conflicts(requirements)
    found += references(requirements, sections, text)
    found += terms(requirements, text)
    found += quoted_terms(requirements, text)
    order = {requirement.id: place for place, requirement in enumerate(requirements)}
    found.sort(key=lambda finding: order[finding.requirement_id])
    return found[:_MOST]


def instructions(requirements: Sequence[Requirement]) -> list[Finding]:
    """Requirements that speak to a language model instead of about the product."""
    return [
        Finding(
            one.id,
            SPEAKS_TO_A_MODEL,
            "This speaks to a language model instead of about the product: rules word its cases, no model is shown it.",
            one.span,
            "Take it out, or put it between quotation marks in a requirement that says what the product does with such a text.",
        )
        for one in requirements
        if speaks_to_a_model(one.text)
    ]

"""What a person should look at in the requirements themselves."""

from __future__ import annotations

from collections.abc import Sequence

from testgen_runtime.documents.model import AtomKind, Finding, Requirement

DUPLICATE_ID, NO_OUTCOME, CUT_SHORT = "duplicate_id", "no_observable_outcome", "cut_short"
# About the file as a whole: their `requirement_id` is "".
MEMBERS_NOT_READ, DECLARED_OTHERWISE = "members_not_read", "declared_otherwise"
_TESTABLE = frozenset({AtomKind.OUTCOME, AtomKind.LIMIT, AtomKind.ENUMERATION, AtomKind.FORMAT, AtomKind.STATE, AtomKind.ACTOR})


def no_outcome(requirements: Sequence[Requirement]) -> list[Finding]:
    """Requirements that say what is wanted and not what can be seen of it."""
    return [
        Finding(
            r.id,
            NO_OUTCOME,
            "Nothing here says what can be observed when it is met: a message, a value, a state, a limit.",
            r.span,
        )
        for r in requirements
        if not any(a.kind in _TESTABLE for a in r.atoms)
    ]

"""gold_recall: how much of what testers wrote by hand, in content words, stands in the generated cases for the same requirements.

The cases of a requirement are cut to the length (in characters) of what `plain` wrote for it, so that writing more is no merit.
Beside each arm stands `words`: the requirement's own text, cut in the same way, which is what copying it would reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.generation.model import Cases, RequirementSet
from tests.bench.generation.words import content_words


@dataclass(frozen=True, slots=True)
class Recall:
    """The mean over procedures, and one line for each: recall, its requirements, words that are missing."""

    value: float
    rows: tuple[str, ...]


def lengths(cases: Cases) -> dict[str, int]:
    """How many characters an arm wrote for each requirement."""
    return {name: sum(len(case.text()) + 1 for case in own) for name, own in cases.items()}


def texts(cases: Cases) -> dict[str, str]:
    """What an arm wrote for each requirement."""
    return {name: "\n".join(case.text() for case in own) for name, own in cases.items()}


def own_words(one: RequirementSet) -> dict[str, str]:
    """The requirements' own texts."""
    return {r.id: r.text for r in one.document.requirements}


def recall(one: RequirementSet, written: Mapping[str, str], cut_to: Mapping[str, int] | None) -> Recall | None:
    """The mean recall over the procedures whose requirements were asked for; None where there is none.

    `cut_to`: characters for each requirement; None leaves everything.
    """
    wanted, shares, rows = set(one.asked), [], []
    for procedure in one.procedures:
        ids = [name for name in procedure.requirement_ids if name in wanted]
        gold = content_words(procedure.text)
        if not ids or not gold:
            continue
        parts = (written.get(name, "")[: None if cut_to is None else cut_to.get(name, 0)] for name in ids)
        found = gold & content_words("\n".join(parts))
        shares.append(len(found) / len(gold))
        rows.append(f"{shares[-1]:.3f} {', '.join(ids)[:80]}; missing: {', '.join(sorted(gold - found)[:40])}")
    return Recall(sum(shares) / len(shares), tuple(rows)) if shares else None

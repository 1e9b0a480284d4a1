"""What every case has, whoever words it: id, evidence, test data, priority, kind."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import ValidationError

from testgen_runtime.cases.model import Case, Evidence, Step
from testgen_runtime.documents.model import AtomKind, Document, Language, Requirement
from testgen_runtime.generation.model import Draft
from testgen_runtime.techniques.model import Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.sentences import sentences

MAX_QUOTE = 2000


def case_id(document_id: str, requirement_id: str, point_id: str) -> str:
    """The same for the same point of the same document, so that writing a case twice keeps one."""
    return "TC-" + hashlib.sha256(f"{document_id}\x1f{requirement_id}\x1f{point_id}".encode()).hexdigest()[:20]


def evidence(point: TestPoint, requirement: Requirement, document_id: str, document: Document) -> Evidence:
    """The sentences of the requirement that the point's atoms stand in, verbatim from the document (at most 2,000 characters)."""
    atoms = [atom for atom in requirement.atoms if atom.id in point.atom_ids]
    start, end = requirement.span.start, requirement.span.end
    touched = [
        (start + s, start + e)
        for s, e in sentences(requirement.text)
        if any(atom.span.start < start + e and atom.span.end > start + s for atom in atoms)
    ]
    if touched:
        start, end = touched[0][0], touched[-1][1]
    end = min(end, start + MAX_QUOTE)
    return Evidence(document_id=document_id, requirement_id=requirement.id, quote=document.text[start:end], start=start, end=end)


def evidence_beside(point: TestPoint, document_id: str, document: Document) -> tuple[Evidence, ...]:
    """The further requirements that a point exercises, verbatim from the document."""
    if not point.also:
        return ()
    wanted = [requirement for requirement in document.requirements if requirement.id in point.also]
    return tuple(evidence(point, requirement, document_id, document) for requirement in wanted)


def test_data(point: TestPoint, language: Language) -> dict[str, str]:
    """The point's inputs as a tester writes them down: name → value with its unit, in the document's own terms."""
    return {name: shown(value, language) for name, value in point.inputs.items()}


def build(
    point: TestPoint,
    requirement: Requirement,
    *,
    document_id: str,
    document: Document,
    language: Language,
    title: str,
    preconditions: tuple[str, ...],
    steps: tuple[Step, ...],
    model: str | None = None,
    prompt_version: str | None = None,
) -> Case:
    """A case for `point`. Raises pydantic's ValidationError where the wording is empty or too long."""
    return Case(
        id=case_id(document_id, requirement.id, point.id),
        title=title,
        requirement_ids=(requirement.id, *point.also),
        technique=point.technique.value,
        test_point=point.id,
        polarity=point.polarity,
        priority="high" if point.weight >= 0.85 else "medium" if point.weight >= 0.5 else "low",
        type=_kind(point, requirement),
        preconditions=preconditions,
        steps=steps,
        test_data=test_data(point, requirement.language),
        evidence=(evidence(point, requirement, document_id, document), *evidence_beside(point, document_id, document)),
        written_by="model" if model else "rules",
        model=model,
        prompt_version=prompt_version,
        atom_ids=point.atom_ids,
        language=language,
    )


def from_draft(
    draft: Draft,
    point: TestPoint,
    requirement: Requirement,
    document_id: str,
    document: Document,
    model: str,
    prompt_version: str,
    language: Language,
) -> Case | None:
    """The case that a model's draft stands for, not yet judged; None where it is not even well formed.

    The test data are the point's own: a model words a case, it does not choose its values.
    """
    try:
        return build(
            point,
            requirement,
            document_id=document_id,
            document=document,
            language=language,
            title=draft.title.strip(),
            preconditions=tuple(line.strip() for line in draft.preconditions if line.strip()),
            steps=tuple(Step(action=action.strip(), expected=expected.strip()) for action, expected in draft.steps),
            model=model or "unknown",
            prompt_version=prompt_version,
        )
    except ValidationError:
        return None


CaseType = Literal["functional", "boundary", "state", "permission"]


def _kind(point: TestPoint, requirement: Requirement) -> CaseType:
    """What sort of test it is, by its technique and by the atom it turns on (the first one)."""
    if point.technique is Technique.BOUNDARY_VALUE_ANALYSIS:
        return "boundary"
    if point.technique is Technique.STATE_TRANSITION:
        return "state"
    if point.technique is Technique.PERMISSION_MATRIX:
        return "permission"
    first = next((atom.kind for atom in requirement.atoms if point.atom_ids and atom.id == point.atom_ids[0]), None)
    return "permission" if first is AtomKind.ACTOR else "state" if first is AtomKind.STATE else "functional"

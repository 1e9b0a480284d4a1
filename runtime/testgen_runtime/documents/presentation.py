"""How documents, requirements and atoms look as JSON: in the API's answers and in `testgen generate --format json`."""

from __future__ import annotations

import hashlib
from typing import Any

from testgen_runtime.documents.model import Atom, Document, Finding, Requirement, Section, Span


def document_id(digest: bytes, media_type: str) -> str:
    """The id of a document: the same for the same bytes (`digest` is their SHA-256) of the same type."""
    return "doc-" + hashlib.sha256(digest + media_type.encode()).hexdigest()[:24]


def document_head(document_id: str, document: Document) -> dict[str, Any]:
    """A document without its text."""
    return {
        "id": document_id,
        "title": document.title,
        "language": document.language,
        "media_type": document.media_type,
        "characters": len(document.text),
        "requirements": len(document.requirements),
        "sections": [section_of(section) for section in document.sections],
    }


def requirement_of(document_id: str, requirement: Requirement) -> dict[str, Any]:
    """A requirement without its atoms: `text == document.text[start:end]`."""
    return {
        "id": requirement.id,
        "document_id": document_id,
        "text": requirement.text,
        "start": requirement.span.start,
        "end": requirement.span.end,
        "section": list(requirement.section),
        "language": requirement.language,
        "given_id": requirement.given_id,
    }


def atom_of(document_id: str, requirement_id: str, atom: Atom) -> dict[str, Any]:
    """An atom; `value` has the keys of its kind (`documents.model`)."""
    return {
        "id": atom.id,
        "document_id": document_id,
        "requirement_id": requirement_id,
        "kind": atom.kind.value,
        "text": atom.text,
        "start": atom.span.start,
        "end": atom.span.end,
        "value": atom.value,
    }


def section_of(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "level": section.level,
        "path": list(section.path),
        "start": section.span.start,
        "end": section.span.end,
    }


def finding_of(document_id: str, finding: Finding) -> dict[str, Any]:
    """A finding; start and end are null where it is about the requirement as a whole."""
    span: Span | None = finding.span
    return {
        "document_id": document_id,
        "requirement_id": finding.requirement_id,
        "kind": finding.kind,
        "severity": finding.severity,
        "message": finding.message,
        "proposal": finding.proposal,
        "start": span.start if span else None,
        "end": span.end if span else None,
    }

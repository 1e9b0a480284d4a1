"""The way into this room: bytes or text in, a `Document` with requirements, atoms and findings out. Pure and synchronous."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

from testgen_runtime.documents import decoding, findings, normative, requirements
from testgen_runtime.documents.atoms.extract import atoms
from testgen_runtime.documents.blocks import Outline
from testgen_runtime.documents.formats import detect, docx, markdown
from testgen_runtime.documents.identifiers import made_up_id
from testgen_runtime.documents.model import Document, Finding, Requirement, Span
from testgen_runtime.documents.view import view
from testgen_runtime.errors import DocumentTooLarge, NoRequirements, UnreadableDocument
from testgen_runtime.settings import Limits

_LOOKED_FOR = (
    "Looked for: ids (REQ-12, LC2003.2, 需求编号), modal verbs (shall, must, may, should, 应, 必须, 不得, 可以), "
    "conditions (if, when, 如果, "
    "当…时), numbered clauses, list items and table rows under headings that name requirements, user stories, Given/When/Then."
)


def read(data: bytes, filename: str, *, limits: Limits) -> Document:
    """Read a file. Its kind is told from its content.

    Raises DocumentTooLarge, UnsupportedDocument, UnreadableDocument (empty, encrypted, broken) or NoRequirements, each naming the
    file and what to change.
    """
    name = PurePath(filename.replace("\\", "/")).name[:200] or "document"
    if len(data) > limits.document_bytes:
        raise DocumentTooLarge(
            f"{name} has {len(data):,} bytes; at most {limits.document_bytes:,} are read",
            mend="Split the document, or take out its images, and send the parts.",
        )
    kind = detect.kind(data, name)
    if kind == "docx":
        outline = docx.outline(data, name, limits)
        media_type = docx.MEDIA_TYPE
    else:
        outline = markdown.outline(_text(decoding.decode(data, name), name, limits))
        media_type = "text/plain" if name.lower().endswith(".txt") else markdown.MEDIA_TYPE
    return _document(outline, name, PurePath(name).stem, media_type, limits)


def read_text(text: str, *, title: str = "text", limits: Limits) -> Document:
    """Read Markdown or plain text given inline. Raises as `read` does."""
    if len(text) > limits.document_characters:
        raise _too_long(title, len(text), limits)
    return _document(markdown.outline(_text(text, title, limits)), title, title, markdown.MEDIA_TYPE, limits)


def _text(text: str, name: str, limits: Limits) -> str:
    if len(text) > limits.document_characters:
        raise _too_long(name, len(text), limits)
    return decoding.normalise(text)


def _too_long(name: str, length: int, limits: Limits) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"{name} has {length:,} characters; at most {limits.document_characters:,} are read",
        mend="Split the document and send the parts.",
    )


def _document(outline: Outline, name: str, title: str, media_type: str, limits: Limits) -> Document:
    text = outline.text
    if not text.strip():
        raise UnreadableDocument(f"{name} is empty: it holds no text", mend="Send a file that holds the requirements as text.")
    if len(text) > limits.document_characters:
        raise _too_long(name, len(text), limits)
    found = requirements.find(outline, most_characters=limits.requirement_characters)
    if len(found) > limits.requirements:
        raise DocumentTooLarge(
            f"{name} holds {len(found):,} requirements; at most {limits.requirements:,} are read at once",
            mend="Split the document and send the parts.",
        )
    made: list[Requirement] = []
    notes: list[Finding] = []
    seen: Counter[str] = Counter()
    for candidate in found:
        requirement, about = _requirement(candidate, text, seen, limits)
        made.append(requirement)
        notes.extend(about)
    if not made:
        raise NoRequirements(
            f"{name}: no requirements were found. {_LOOKED_FOR}", mend="Word each requirement with a modal verb or give it an id."
        )
    notes.extend(findings.no_outcome(made))
    return Document(
        outline.title or _first_heading(outline) or title,
        text,
        normative.language_of(text[:200_000]),
        media_type,
        requirements.sections(outline),
        tuple(made),
        tuple(notes),
    )


def _requirement(
    candidate: requirements.Candidate, text: str, seen: Counter[str], limits: Limits
) -> tuple[Requirement, list[Finding]]:
    notes: list[Finding] = []
    pieces = list(candidate.pieces)
    start, end = pieces[0].start, pieces[-1].end
    cut_short = end - start > limits.requirement_characters
    if cut_short:
        end = _sentence_end(text, start, start + limits.requirement_characters)
        pieces = [Span(p.start, min(p.end, end)) for p in pieces if p.start < end]
    span = Span(start, end)
    clean = view(text, pieces)
    base = candidate.given or made_up_id(clean.text)
    seen[base] += 1
    name = base if seen[base] == 1 else f"{base}#{seen[base]}"
    while name != base and name in seen:
        seen[base] += 1
        name = f"{base}#{seen[base]}"
    if name != base:
        seen[name] += 1
        notes.append(
            Finding(
                name, findings.DUPLICATE_ID, f"{base} stands more than once in this document; this one is kept as {name}.", span
            )
        )
    if cut_short:
        notes.append(
            Finding(
                name,
                findings.CUT_SHORT,
                f"Longer than {limits.requirement_characters} characters: only the beginning is tested.",
                span,
            )
        )
    language = normative.language_of(clean.text)
    found = atoms(clean, text, name, language)
    return Requirement(name, span.cut(text), span, candidate.section, language, candidate.given is not None, found), notes


def _sentence_end(text: str, start: int, limit: int) -> int:
    """The last sentence end before `limit`, or `limit` where there is none in the second half."""
    middle = (start + limit) // 2
    best = max((text.rfind(mark, middle, limit) for mark in (". ", ".\n", "。", "；", ";", "\n")), default=-1)
    end = best + 1 if best > 0 else limit
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return end


def _first_heading(outline: Outline) -> str:
    first = next((b for b in outline.blocks if b.kind == "heading"), None)
    return view(outline.text, [first.span]).text.strip()[:200] if first and first.level == 1 else ""

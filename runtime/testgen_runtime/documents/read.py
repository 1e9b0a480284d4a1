"""The way into this room: bytes or text in, a `Document` with requirements, atoms and findings out. Pure and synchronous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePath

from testgen_runtime.documents import decoding, findings, normative, requirements, scenarios
from testgen_runtime.documents.atoms.extract import atoms
from testgen_runtime.documents.blocks import Note, Outline
from testgen_runtime.documents.formats import archive, delimited, detect, docx, gherkin, html, markdown, pdf, xlsx
from testgen_runtime.documents.formats.writing import hidden_characters
from testgen_runtime.documents.identifiers import made_up_id
from testgen_runtime.documents.instructions import told_to_a_model
from testgen_runtime.documents.labels import obligations
from testgen_runtime.documents.model import Document, Finding, Requirement, Span
from testgen_runtime.documents.view import view
from testgen_runtime.errors import DocumentTooLarge, NoRequirements, UnreadableDocument, UnsupportedDocument
from testgen_runtime.settings import Limits

_LOOKED_FOR = (
    "Looked for: ids (REQ-12, LC2003.2, 需求编号), modal verbs (shall, must, may, should, 应, 必须, 不得, 可以), "
    "conditions (if, when, 如果, "
    "当…时), numbered clauses, list items and table rows under headings that name requirements, user stories, Given/When/Then."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One document of a file. `name` is the file's, or the member's inside an archive; `digest` is its bytes' SHA-256."""

    name: str
    digest: bytes
    size_bytes: int
    document: Document
    member: bool = False


def read(data: bytes, filename: str, *, limits: Limits) -> Document:
    """Read a file that is one document. Its kind is told from its content.

    Raises DocumentTooLarge, UnsupportedDocument, UnreadableDocument (empty, encrypted, broken) or NoRequirements, each naming the
    file and what to change.
    """
    found = read_all(data, filename, limits=limits)
    if len(found) > 1:
        raise UnsupportedDocument(
            f"{_base(filename)} is an archive of {len(found)} documents", mend="Unpack it and send the documents one by one."
        )
    return found[0].document


def read_all(data: bytes, filename: str, *, limits: Limits, mime: str = "") -> list[Reading]:
    """Read a file: one document, or one for each member of an archive that is one. `mime` is what the sender says it is.

    Members that are no documents (images, …) or hold no requirements are named in a finding of the first document.

    Raises what `read` does; of an archive all or nothing, the member named.
    """
    name = _base(filename)
    _check_size(data, name, limits)
    if detect.kind(data, name) != "zip":
        return [Reading(name, sha256(data).digest(), len(data), _one(data, detect.Declared(name, mime), limits))]
    found: list[Reading] = []
    skipped: list[str] = []
    without: NoRequirements | None = None
    left = limits
    for member, content in archive.members(data, name, limits):
        called = f"{name}: {archive.shown(member)}"
        try:
            if detect.kind(content, called) == "zip":
                raise UnreadableDocument(f"{called} is an archive inside the archive", mend="Unpack it and pack its documents.")
            document = _one(content, detect.Declared(called), left)
        except NoRequirements as error:
            without = error
            skipped.append(f"{archive.shown(member)} (no requirements)")
            continue
        except UnsupportedDocument:
            skipped.append(archive.shown(member))
            continue
        found.append(Reading(archive.shown(member), sha256(content).digest(), len(content), document, member=True))
        left = _less(left, document, name)
    if not found:
        raise without or UnreadableDocument(f"{name} holds no document", mend=f"Pack documents into it: {detect.SUPPORTED}.")
    if skipped:
        shown = ", ".join(skipped[:20]) + (f" and {len(skipped) - 20} more" if len(skipped) > 20 else "")
        note = Finding("", findings.MEMBERS_NOT_READ, f"Of the archive these were not read: {shown}.")
        found[0] = replace(found[0], document=replace(found[0].document, findings=(*found[0].document.findings, note)))
    return found


def _base(filename: str) -> str:
    return PurePath(filename.replace("\\", "/")).name[:200] or "document"


def _check_size(data: bytes, name: str, limits: Limits) -> None:
    if len(data) > limits.document_bytes:
        raise DocumentTooLarge(
            f"{name} has {len(data):,} bytes; at most {limits.document_bytes:,} are read",
            mend="Split the document, or take out its images, and send the parts.",
        )


def _less(limits: Limits, document: Document, name: str) -> Limits:
    """What the other members of an archive may hold: together as much as one document."""
    characters = limits.document_characters - len(document.text)
    requirements_ = limits.requirements - len(document.requirements)
    if characters < 1 or requirements_ < 1:
        raise DocumentTooLarge(f"the documents of {name} together hold more than one may", mend="Send several archives.")
    return limits.model_copy(update={"document_characters": characters, "requirements": requirements_})


def _one(data: bytes, declared: detect.Declared, limits: Limits) -> Document:
    """One file that is no archive."""
    name = declared.name
    kind: str = detect.kind(data, name)
    if kind == "docx":
        outline, media_type = docx.outline(data, name, limits), docx.MEDIA_TYPE
    elif kind == "xlsx":
        outline, media_type = xlsx.outline(data, name, limits), xlsx.MEDIA_TYPE
    elif kind == "pdf":
        outline, media_type = pdf.outline(data, name, limits), pdf.MEDIA_TYPE
    else:
        kind, outline, media_type = _of_text(data, declared, limits)
    if lie := declared.lie(kind):
        outline = replace(outline, notes=(*outline.notes, Note(findings.DECLARED_OTHERWISE, lie)))
    return _document(outline, name, PurePath(name.rpartition(": ")[2]).stem, media_type, limits)


def _of_text(data: bytes, declared: detect.Declared, limits: Limits) -> tuple[str, Outline, str]:
    """(kind, outline, media type) of a file that is text of some kind."""
    name, suffix, most = declared.name, declared.suffix, limits.document_characters
    found_ = decoding.decoded(data, name, html.declared_encoding(data))
    raw, guess = found_.text, [Note(findings.ENCODING_GUESSED, decoding.guess_told(found_))] if found_.guessed else []
    if html.is_html(raw, suffix):
        page = html.outline(raw, name, most)
        return "html", replace(page, notes=(*page.notes, *guess)), html.MEDIA_TYPE
    text = _text(raw, name, limits)
    told = [*hidden_characters(*decoding.tricks(raw)), *guess]
    if suffix in (".csv", ".tsv", ".tab") or (suffix in (".txt", "") and delimited.is_table(text)):
        found = delimited.outline(text, name, most)
        return "csv", replace(found, notes=(*found.notes, *told)), delimited.MEDIA_TYPE
    if gherkin.is_feature(text):
        found = gherkin.outline(text)
        return "gherkin", replace(found, notes=(*found.notes, *told)), gherkin.MEDIA_TYPE
    found = markdown.outline(text)
    return "markdown", replace(found, notes=(*found.notes, *told)), "text/plain" if suffix == ".txt" else markdown.MEDIA_TYPE


def read_text(text: str, *, title: str = "text", limits: Limits) -> Document:
    """Read Markdown or plain text given inline. Raises as `read` does."""
    if len(text) > limits.document_characters:
        raise _too_long(title, len(text), limits)
    clean = _text(text, title, limits)
    found = gherkin.outline(clean) if gherkin.is_feature(clean) else markdown.outline(clean)
    outline = replace(found, notes=(*found.notes, *hidden_characters(*decoding.tricks(text))))
    return _document(outline, title, title, markdown.MEDIA_TYPE, limits)


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
    parts = requirements.sections(outline)
    notes.extend(findings.found_in(made, parts, text))
    notes.extend(Finding("", note.kind, note.message, note.span) for note in outline.notes)
    pieces = [piece for candidate in found for piece in candidate.pieces]
    notes.extend(findings.unread(outline, pieces, sheets=media_type in (xlsx.MEDIA_TYPE, delimited.MEDIA_TYPE)))
    return Document(
        outline.title or _first_heading(outline) or title,
        text,
        normative.language_of(text[:200_000]),
        media_type,
        parts,
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
    clean = view(text, obligations(text, pieces))
    scenario = candidate.scenario
    base = candidate.given or made_up_id(scenario.wording if scenario else clean.text)
    seen[base] += 1
    name = base if seen[base] == 1 else f"{base}#{seen[base]}"
    while name != base and name in seen:
        seen[base] += 1
        name = f"{base}#{seen[base]}"
    if name != base:
        seen[name] += 1
        notes.append(
            Finding(
                name,
                findings.DUPLICATE_ID,
                f"{base} stands more than once in this document; this one is kept as {name}.",
                span,
                "Give it an id of its own, or take it out if it is the same requirement.",
            )
        )
    if cut_short:
        notes.append(
            Finding(
                name,
                findings.CUT_SHORT,
                f"Longer than {limits.requirement_characters} characters: only the beginning is tested.",
                span,
                "Split it into requirements with ids of their own.",
            )
        )
    attacks = told_to_a_model(span.cut(text))
    language = normative.language_of(_without(span.cut(text), attacks) if attacks else clean.text)
    found = scenarios.atoms(text, scenario, name, language) if scenario else atoms(clean, text, name, language)
    hidden = [(span.start + begin, span.start + end) for begin, end in attacks]
    found = tuple(atom for atom in found if not any(atom.span.start < end and begin < atom.span.end for begin, end in hidden))
    return Requirement(name, span.cut(text), span, candidate.section, language, candidate.given is not None, found), notes


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text without some of its sentences; the whole of it where nothing would be left."""
    kept, at = "", 0
    for begin, end in spans:
        kept, at = kept + text[at:begin], end
    return (kept + text[at:]).strip() or text


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

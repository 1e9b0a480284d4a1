"""What of a document can be found: one chunk for the document and one for each requirement. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from testgen_runtime.documents.model import Actor, Document, Enumeration, Format, Limit, Requirement, State
from testgen_runtime.retrieval.tokens import MARKS, words

Kind = Literal["document", "requirement", "past-case"]

MAX_FACTS: Final = 32  # of one sort in one chunk: what a sentence can name
MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Facts:
    """What the parsed structure of a requirement says, each name normalised. Edges of the graph come from these only."""

    states: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """One thing that can be found. `id` is `<document id>/<ref>`; `ref` is a requirement's id, empty for the document itself."""

    id: str
    kind: Kind
    document_id: str
    ref: str
    ordinal: int
    title: str
    text: str
    section: tuple[str, ...]
    language: str
    facts: Facts = Facts()

    @property
    def searchable(self) -> str:
        """The text that is indexed: where it stands, then what it says."""
        return "\n".join((*self.section[-2:], self.text))

    @property
    def content_hash(self) -> bytes:
        """Of `searchable`: equal texts share an embedding."""
        return blake2b(self.searchable.encode("utf-8", "surrogatepass"), digest_size=20).digest()


def chunk_id(document_id: str, ref: str) -> str:
    """The id of a requirement's chunk."""
    return f"{document_id}/{ref}"


def chunks(document_id: str, document: Document) -> list[Chunk]:
    """Everything of a document that can be found, in the order of the text."""
    known = frozenset(requirement.id for requirement in document.requirements)
    return [
        Chunk(
            id=chunk_id(document_id, ""),
            kind="document",
            document_id=document_id,
            ref="",
            ordinal=0,
            title=document.title,
            text=document.title,
            section=(),
            language=document.language,
        ),
        *(_chunk(document_id, requirement, n, known) for n, requirement in enumerate(document.requirements, start=1)),
    ]


def facts(requirement: Requirement, known: frozenset[str]) -> Facts:
    """States, actors and terms of the requirement's atoms, and the ids of other requirements that its text names."""
    states: list[str] = []
    actors: list[str] = []
    terms: list[str] = []
    for atom in requirement.atoms:
        match atom.value:
            case State(subject=subject, allowed=allowed, refused=refused, target=target):
                states += (f"{subject} {name}" if subject else name for name in (*allowed, *refused, target) if name)
                terms.append(subject)
            case Actor(permitted=permitted, denied=denied):
                actors += (*permitted, *denied)
            case Limit(subject=subject) | Enumeration(subject=subject) | Format(subject=subject):
                terms.append(subject)
    named = (name for run in words(requirement.text) for name in (run, run.rstrip(MARKS), run.strip(MARKS)))
    return Facts(
        states=_names(states),
        actors=_names(actors),
        terms=_names(terms),
        refers=tuple(dict.fromkeys(ref for ref in named if ref in known and ref != requirement.id))[:MAX_FACTS],
    )


def normalised(name: str) -> str:
    """One spelling for one name: case and spaces do not make two nodes."""
    return " ".join(name.casefold().split())[:MAX_NAME]


def _chunk(document_id: str, requirement: Requirement, ordinal: int, known: frozenset[str]) -> Chunk:
    return Chunk(
        id=chunk_id(document_id, requirement.id),
        kind="requirement",
        document_id=document_id,
        ref=requirement.id,
        ordinal=ordinal,
        title=requirement.section[-1] if requirement.section else "",
        text=requirement.text,
        section=requirement.section,
        language=requirement.language,
        facts=facts(requirement, known),
    )


def _names(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(normalised, found) if name))[:MAX_FACTS]

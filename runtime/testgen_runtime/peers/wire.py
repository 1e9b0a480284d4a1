"""What goes over the wire between roles: strict, with a bound on everything, in both directions."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from testgen_runtime.documents.model import VALUE_TYPES, Atom, AtomKind, AtomValue, Language, Requirement, Span
from testgen_runtime.generation.model import Context, Draft, Written
from testgen_runtime.retrieval.neighbours import SEEDS
from testgen_runtime.retrieval.search import DEEPEST, MAX_QUERY
from testgen_runtime.retrieval.sparse import SparseVector
from testgen_runtime.retrieval.vectors import Filter, Found
from testgen_runtime.storage.json import encode
from testgen_runtime.techniques.model import TestPoint

MOST_POINTS = 5
MOST_REFERENCES = 600
LONGEST_REFERENCE = 300
MOST_TEXTS = 16
_Id = Annotated[str, Field(max_length=1000)]
_Limit = Annotated[int, Field(ge=1, le=DEEPEST)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Vector = Annotated[tuple[_Finite, ...], Field(min_length=1, max_length=16_384)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilterIn(Wire):
    """Which points may be found; None: any."""

    kinds: Annotated[frozenset[Annotated[str, Field(max_length=50)]], Field(max_length=20)] | None = None
    documents: Annotated[frozenset[_Id], Field(max_length=1000)] | None = None
    without: Annotated[frozenset[_Id], Field(max_length=1000)] = frozenset()

    @classmethod
    def of(cls, allowed: Filter) -> FilterIn:
        return cls(kinds=allowed.kinds, documents=allowed.documents, without=allowed.without)

    def filter(self) -> Filter:
        return Filter(self.kinds, self.documents, self.without)


class SparseIn(Wire):
    """A lexical question, already weighted."""

    indices: Annotated[tuple[Annotated[int, Field(ge=0, lt=2**32)], ...], Field(max_length=200_000)]
    values: Annotated[tuple[_Finite, ...], Field(max_length=200_000)]
    limit: _Limit
    allowed: FilterIn

    def vector(self) -> SparseVector:
        return SparseVector(self.indices, self.values)


class DenseIn(Wire):
    """A question as an embedding."""

    vector: _Vector
    limit: _Limit
    allowed: FilterIn


class FoundOut(Wire):
    """What a leg found, best first."""

    found: Annotated[tuple[Found, ...], Field(max_length=DEEPEST)]


class EmbedIn(Wire):
    """Texts to embed with the project's model."""

    texts: Annotated[tuple[Annotated[str, Field(max_length=MAX_QUERY)], ...], Field(min_length=1, max_length=MOST_TEXTS)]


class EmbedOut(Wire):
    """One vector a text, in order."""

    vectors: Annotated[tuple[_Vector, ...], Field(max_length=MOST_TEXTS)]


class NeighboursIn(Wire):
    """Requirements up to `hops` references or shared names away from the seeds."""

    seeds: Annotated[tuple[_Id, ...], Field(min_length=1, max_length=SEEDS)]
    limit: _Limit
    documents: Annotated[frozenset[_Id], Field(max_length=1000)] | None = None
    hops: Annotated[int, Field(ge=1, le=3)] = 1


class NeighbourOut(Wire):
    """One of them."""

    id: str
    document_id: str
    title: str
    text: str
    relation: str
    via: str
    score: _Finite


class NeighboursOut(Wire):
    """Closest first."""

    neighbours: Annotated[tuple[NeighbourOut, ...], Field(max_length=DEEPEST)]


class ReferencesIn(Wire):
    """Names that may be ids of requirements."""

    references: Annotated[
        tuple[Annotated[str, Field(max_length=LONGEST_REFERENCE)], ...], Field(min_length=1, max_length=MOST_REFERENCES)
    ]


class ReferencesOut(Wire):
    """Ids of the requirements that go by one of them."""

    ids: Annotated[tuple[str, ...], Field(max_length=SEEDS)]


class AtomIn(Wire):
    """An atom; `value` as its kind has it."""

    id: _Id
    kind: AtomKind
    span: Span
    text: Annotated[str, Field(max_length=20_000)]
    value: dict[str, Any]

    def atom(self) -> Atom:
        """Raises: ValidationError where the value is none of its kind."""
        value = cast(AtomValue, _adapter(self.kind).validate_json(encode(self.value)))
        return Atom(self.id, self.kind, self.span, self.text, value)


class RequirementIn(Wire):
    """A requirement with its atoms."""

    id: _Id
    text: Annotated[str, Field(max_length=100_000)]
    span: Span
    section: Annotated[tuple[Annotated[str, Field(max_length=20_000)], ...], Field(max_length=100)]
    language: Language
    given_id: bool
    atoms: Annotated[tuple[AtomIn, ...], Field(max_length=2000)]

    @classmethod
    def of(cls, requirement: Requirement) -> RequirementIn:
        return cls(
            id=requirement.id,
            text=requirement.text,
            span=requirement.span,
            section=requirement.section,
            language=requirement.language,
            given_id=requirement.given_id,
            atoms=tuple(
                AtomIn(id=a.id, kind=a.kind, span=a.span, text=a.text, value=_adapter(a.kind).dump_python(a.value, mode="json"))
                for a in requirement.atoms
            ),
        )

    def requirement(self) -> Requirement:
        """Raises: ValidationError."""
        atoms = tuple(one.atom() for one in self.atoms)
        return Requirement(self.id, self.text, self.span, self.section, self.language, self.given_id, atoms)


class WriteIn(Wire):
    """Test points to word, with what the writer may know of."""

    requirement: RequirementIn
    points: Annotated[tuple[TestPoint, ...], Field(min_length=1, max_length=MOST_POINTS)]
    context: Context
    language: Language
    request_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~/-]{1,300}$")]


class WrittenOut(Wire):
    """A writer's answer."""

    drafts: Annotated[tuple[Draft, ...], Field(max_length=MOST_POINTS)]
    model: Annotated[str, Field(max_length=300)]
    prompt_version: Annotated[str, Field(max_length=300)]
    tokens: Annotated[int, Field(ge=0)]
    reason: Literal["", "budget", "unavailable", "invalid"]

    @classmethod
    def of(cls, written: Written) -> WrittenOut:
        return cls(
            drafts=written.drafts,
            model=written.model,
            prompt_version=written.prompt_version,
            tokens=written.tokens,
            reason=written.reason,
        )

    def written(self) -> Written:
        return Written(self.drafts, self.model, self.prompt_version, self.tokens, self.reason)


class CloseIn(Wire):
    """A run (a job's id) that has ended."""

    run_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_:-]{1,100}$")]


class Nothing(Wire):
    """Done."""


@cache
def _adapter(kind: AtomKind) -> TypeAdapter[Any]:
    return TypeAdapter(VALUE_TYPES[kind])

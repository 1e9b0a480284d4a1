"""/documents/{id}/versions, /diff and /findings: what there was before, what differs, what to look at."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from testgen_runtime.api.dependencies import TheDocuments, Viewer
from testgen_runtime.api.documents import DocumentOut
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.problems import problems
from testgen_runtime.documents.diff import AtomChange, plain
from testgen_runtime.documents.lineage import Placed
from testgen_runtime.documents.model import Atom
from testgen_runtime.documents.presentation import finding_of
from testgen_runtime.documents.versioning import DiffItem
from testgen_runtime.errors import Forbidden, InvalidInput, NotFound, Unauthenticated

router = APIRouter(prefix="/documents/{document_id}", tags=["documents"], responses=problems(Unauthenticated, Forbidden))
Change = Literal["added", "changed", "moved", "removed", "unchanged"]
From = Annotated[
    str | None,
    Query(
        alias="from",
        min_length=1,
        max_length=100,
        description="The id of a document, or the number of a version of this one; the version before, if it is left out",
    ),
]


class RequirementThen(BaseModel):
    """A requirement in one of the versions; start and end are offsets into that version's text."""

    id: str
    text: str
    start: int
    end: int
    section: list[str]

    @classmethod
    def of(cls, placed: Placed | None) -> RequirementThen | None:
        if placed is None:
            return None
        statement = placed.statement
        return cls(id=statement.id, text=statement.text, start=placed.start, end=placed.end, section=list(placed.section))


class WordChangeOut(BaseModel):
    """Words that were exchanged; offsets into the two texts of the requirement."""

    before: str
    after: str
    before_start: int
    before_end: int
    after_start: int
    after_end: int


class AtomThen(BaseModel):
    """An atom in one of the versions."""

    id: str
    text: str
    value: dict[str, Any] = Field(description="Its keys depend on `kind`")

    @classmethod
    def of(cls, atom: Atom | None) -> AtomThen | None:
        return cls(id=atom.id, text=atom.text, value=plain(atom.value)) if atom else None


class AtomChangeOut(BaseModel):
    """An atom that is other than it was; null where there is none on that side."""

    kind: str
    before: AtomThen | None
    after: AtomThen | None

    @classmethod
    def of(cls, change: AtomChange) -> AtomChangeOut:
        return cls(kind=change.kind, before=AtomThen.of(change.before), after=AtomThen.of(change.after))


class DiffItemOut(BaseModel):
    """One requirement of either version."""

    change: Change
    moved: bool = Field(description="It stands elsewhere, or under another heading")
    before: RequirementThen | None
    after: RequirementThen | None
    words: list[WordChangeOut]
    atoms: list[AtomChangeOut]
    stale_cases: list[str] = Field(
        description="The first 100 of its cases that no longer fit; of a removed one, the old version's"
    )
    stale_cases_count: int

    @classmethod
    def of(cls, item: DiffItem) -> DiffItemOut:
        return cls(
            change=item.change,
            moved=item.moved,
            before=RequirementThen.of(item.before),
            after=RequirementThen.of(item.after),
            words=[
                WordChangeOut(
                    before=w.before, after=w.after, before_start=w.old_start, before_end=w.old_end,
                    after_start=w.new_start, after_end=w.new_end,
                )
                for w in item.words
            ],
            atoms=[AtomChangeOut.of(change) for change in item.atoms],
            stale_cases=list(item.stale.ids),
            stale_cases_count=item.stale.count,
        )  # fmt: skip


class DiffOut(BaseModel):
    """What leads from one version to another: the new one's requirements in its order, then the removed ones."""

    before: DocumentOut
    after: DocumentOut
    counts: dict[Change, int] = Field(description="Requirements of each kind of change, over all pages")
    stale_cases: int = Field(description="Cases that no longer fit, over all pages")
    items: list[DiffItemOut]
    next_cursor: str | None = Field(default=None, description="Send it as `cursor` for the items that follow; null at the end")


class FindingOut(BaseModel):
    """Something that a person should look at; start and end are offsets into the document's text, null for the whole."""

    document_id: str
    requirement_id: str = Field(description="Empty where it is about the document")
    kind: str
    severity: Literal["info", "warning"]
    message: str
    proposal: str = Field(description="What to write instead")
    start: int | None
    end: int | None


@router.get("/findings", response_model=Page[FindingOut], responses=problems(NotFound, InvalidInput))
async def list_findings(
    document_id: str, caller: Viewer, documents: TheDocuments, limit: Limit = 100, cursor: Cursor = None
) -> Page[FindingOut]:
    """What a person should look at in the requirements: vague words, conflicts, references to nothing, each with a proposal."""
    at = position(cursor)
    after = -1 if at is None else at
    found = await documents.findings(document_id, after=after, limit=limit + 1)
    items = [FindingOut(**finding_of(document_id, finding)) for finding in found[:limit]]
    return Page(items=items, next_cursor=opaque(after + limit) if len(found) > limit else None)


@router.get("/versions", response_model=Page[DocumentOut], responses=problems(NotFound, InvalidInput))
async def list_versions(
    document_id: str, caller: Viewer, documents: TheDocuments, limit: Limit = 50, cursor: Cursor = None
) -> Page[DocumentOut]:
    """The versions of a document, newest first, whichever of them is named."""
    found = await documents.versions.page(document_id, before=position(cursor), limit=limit + 1)
    more = len(found) > limit
    return Page(
        items=[DocumentOut.of(one) for one in found[:limit]], next_cursor=opaque(found[limit - 1].version) if more else None
    )


@router.get("/diff", response_model=DiffOut, responses=problems(NotFound, InvalidInput))
async def get_diff(
    document_id: str,
    caller: Viewer,
    documents: TheDocuments,
    since: From = None,
    change: Annotated[Change | None, Query(description="Only requirements of this kind of change")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> DiffOut:
    """What changed from another version to this one: requirements, their words, their atoms, the cases that are stale."""
    after = position(cursor)
    found = await documents.versions.diff(
        document_id, since, change=change, after=-1 if after is None else after, limit=limit + 1
    )
    more = len(found.items) > limit
    return DiffOut(
        before=DocumentOut.of(found.old),
        after=DocumentOut.of(found.new),
        counts=found.counts,
        stale_cases=found.stale_cases,
        items=[DiffItemOut.of(item) for item in found.items[:limit]],
        next_cursor=opaque(found.places[limit - 1]) if more else None,
    )

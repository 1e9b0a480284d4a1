"""/coverage: how far the cases cover the requirements, and the matrix requirement × atom × case with its gaps."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response, StreamingResponse

from testgen_runtime.api.dependencies import TheCases, Viewer
from testgen_runtime.api.paging import Cursor, Page, opaque, position
from testgen_runtime.api.problems import problems
from testgen_runtime.cases import coverage_matrix
from testgen_runtime.cases.coverage_matrix import MatrixRow
from testgen_runtime.cases.exports.text import cell
from testgen_runtime.cases.model import Coverage
from testgen_runtime.cases.service import Cases
from testgen_runtime.errors import Forbidden, InvalidInput, NotFound, Unauthenticated

router = APIRouter(prefix="/coverage", tags=["coverage"], responses=problems(Unauthenticated, Forbidden, InvalidInput))
DocumentId = Annotated[str, Query(min_length=1, max_length=100)]
_CSV: Final = "text/csv"
_LINES: Final = "application/x-ndjson"
_BATCH: Final = 200


@router.get("", response_model=Coverage, responses=problems(NotFound))
async def get_coverage(
    caller: Viewer, cases: TheCases, document_id: Annotated[str | None, Query(min_length=1, max_length=100)] = None
) -> Response:
    """How far the stored cases cover a document's requirements and their atoms; `confirmed` counts confirmed cases alone.

    Without `document_id`: the totals over the latest version of every document; `by_requirement` is empty then.
    """
    found = await cases.coverage(document_id) if document_id is not None else await cases.coverage_of_all()
    return Response(found.model_dump_json(), media_type="application/json")


@router.get(
    "/matrix",
    response_model=Page[MatrixRow],
    responses={200: {"content": {_CSV: {}, _LINES: {}}}, **problems(NotFound)},
)
async def get_matrix(
    caller: Viewer,
    cases: TheCases,
    document_id: DocumentId,
    limit: Annotated[int, Query(ge=1, le=500, description="Most requirements in the answer")] = 100,
    cursor: Cursor = None,
    accept: Annotated[str, Header(description=f"{_CSV} or {_LINES}: the whole document, streamed", max_length=1000)] = "",
) -> Response:
    """Each requirement with its atoms, the cases that exercise them, and what is missing.

    As JSON in pages of requirements; as CSV or as a line of JSON for each requirement (by `Accept`) the whole document at once.
    """
    after = position(cursor)
    for kind, lines in ((_CSV, _csv_lines), (_LINES, _json_lines)):
        if kind in accept:
            return await _streamed(cases, document_id, -1 if after is None else after, kind, lines)
    last, rows = await cases.matrix(document_id, after=-1 if after is None else after, limit=limit)
    more = last is not None and len(rows) == limit
    page = Page[MatrixRow](items=rows, next_cursor=opaque(last) if more and last is not None else None)
    return Response(page.model_dump_json(), media_type="application/json")


async def _streamed(
    cases: Cases, document_id: str, after: int, kind: str, lines: Callable[[Iterable[MatrixRow], bool], str]
) -> Response:
    """The first part is read before the answer begins, so that an unknown document is still a problem."""
    place, rows = await cases.matrix(document_id, after=after, limit=_BATCH)

    async def parts() -> AsyncIterator[str]:
        yield lines(rows, True)
        reached = place
        while reached is not None:
            reached, following = await cases.matrix(document_id, after=reached, limit=_BATCH)
            yield lines(following, False)

    return StreamingResponse(parts(), media_type=f"{kind}; charset=utf-8")


def _json_lines(rows: Iterable[MatrixRow], _first: bool) -> str:
    return "".join(row.model_dump_json() + "\n" for row in rows)


def _csv_lines(rows: Iterable[MatrixRow], first: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    if first:
        writer.writerow(coverage_matrix.COLUMNS)
    for row in rows:
        writer.writerows([cell(text) for text in line] for line in coverage_matrix.cells(row))
    return out.getvalue()

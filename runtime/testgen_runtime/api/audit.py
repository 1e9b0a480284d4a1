"""/audit: who did what to which thing. For admins; entries are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from testgen_runtime.api.dependencies import Admin, TheServices
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.problems import problems
from testgen_runtime.errors import InvalidInput
from testgen_runtime.security import audit
from testgen_runtime.security.audit_chain import Entry

router = APIRouter(prefix="/audit", tags=["audit"])
_Word = Annotated[str | None, Query(min_length=1, max_length=300)]


class EntryOut(BaseModel):
    """One entry. `actor` is a key's id, a token's subject, `cli` or `system`; `hash` covers the entry and the one before."""

    seq: int
    at: datetime
    actor: str
    action: str
    object: str
    outcome: Literal["done", "refused"]
    request_id: str
    client: str
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> EntryOut:
        found = {name: getattr(entry, name) for name in cls.model_fields if name != "hash"}
        return cls(**found, hash=entry.hash.hex())


@router.get("", response_model=Page[EntryOut], responses=problems(InvalidInput))
async def list_entries(
    caller: Admin,
    services: TheServices,
    actor: _Word = None,
    action: _Word = None,
    object: _Word = None,  # noqa: A002 - the field's name
    outcome: Literal["done", "refused"] | None = None,
    since: Annotated[AwareDatetime | None, Query(description="At or after, with a time zone")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before, with a time zone")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[EntryOut]:
    """The audit, newest first. `testgen audit verify` tells whether it is whole."""
    wanted = audit.Filter(actor, action, object, outcome, since, until)
    async with services.database.connection() as connection:
        found = await audit.page(connection, wanted, before=position(cursor), limit=limit + 1)
    more = len(found) > limit
    return Page(items=[EntryOut.of(entry) for entry in found[:limit]], next_cursor=opaque(found[limit - 1].seq) if more else None)

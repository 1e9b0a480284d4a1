"""/keys: make, list, rotate and revoke API keys. A key's secret is in one answer and nowhere else."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from testgen_runtime.api.dependencies import Admin, TheServices
from testgen_runtime.api.idempotency import IdempotencyKey, once
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.problems import problems
from testgen_runtime.errors import Conflict, InvalidInput, Malformed, NotFound
from testgen_runtime.security.keys import Grant, KeyInfo, NewKey, Role
from testgen_runtime.storage.json import encode

router = APIRouter(prefix="/keys", tags=["keys"])
_LOCK_SECONDS: Final = 30.0
_LONGEST_OVERLAP: Final = 30 * 24 * 3600
KeyId = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_]+$")]
Rate = Annotated[int, Field(ge=1, le=1_000_000)]


class KeyIn(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", description="Who or what will use it")
    ]
    role: Role = Field(default=Role.TESTER, description="What it may do at most")
    scopes: Annotated[list[Annotated[str, Field(max_length=50)]], Field(max_length=50)] | None = Field(
        default=None, description="Only these operations of docs/SECURITY.md; left out: all of the role"
    )
    expires_at: AwareDatetime | None = Field(default=None, description="With a time zone, and not past; left out: never")
    requests_per_minute: Rate | None = Field(default=None, description="Instead of the project's limit")
    burst_size: Rate | None = Field(default=None, description="Instead of the project's limit")

    def grant(self) -> Grant:
        return Grant(
            self.name,
            self.role,
            frozenset(self.scopes) if self.scopes is not None else None,
            self.expires_at,
            self.requests_per_minute,
            self.burst_size,
        )


class RotateIn(BaseModel):
    """How long the secret before stays valid."""

    model_config = ConfigDict(extra="forbid", strict=True)

    overlap_seconds: Annotated[int, Field(ge=0, le=_LONGEST_OVERLAP)] = 24 * 3600


class KeyOut(BaseModel):
    """A key without its secret. `disabled_at`: when it was revoked; `previous_expires_at`: until when the one before counts."""

    id: str
    name: str
    prefix: str
    role: Role
    scopes: list[str] | None
    bootstrap: bool
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    disabled_at: datetime | None
    rotated_at: datetime | None
    previous_expires_at: datetime | None
    last_used_at: datetime | None
    requests_per_minute: int | None
    burst_size: int | None

    @classmethod
    def of(cls, key: KeyInfo) -> KeyOut:
        found = {name: getattr(key, name) for name in cls.model_fields}
        return cls(**found | {"scopes": sorted(key.scopes) if key.scopes is not None else None})


class KeyWithSecret(KeyOut):
    """A key that was just made or rotated."""

    secret: str | None = Field(description="Shown this once; null where an answer is repeated for the same Idempotency-Key")


@router.get("", response_model=Page[KeyOut])
async def list_keys(caller: Admin, services: TheServices, limit: Limit = 50, cursor: Cursor = None) -> Page[KeyOut]:
    """All keys, revoked and expired ones too, oldest first."""
    found = await services.keys.page(after=position(cursor), limit=limit + 1)
    more = len(found) > limit
    return Page(items=[KeyOut.of(key) for key in found[:limit]], next_cursor=opaque(found[limit - 1].seq) if more else None)


@router.post("", status_code=201, response_model=KeyWithSecret, responses=problems(Malformed, InvalidInput, Conflict))
async def create_key(body: KeyIn, caller: Admin, services: TheServices, idempotency_key: IdempotencyKey = None) -> Response:
    """Make a key. The answer holds its secret, this once."""
    made: list[NewKey] = []

    async def run() -> Response:
        made.append(await services.keys.grant(body.grant(), by=caller))
        return _answer(await services.keys.get(made[0].id), None, status=201)

    fingerprint = hashlib.sha256(b"POST /keys\n" + encode(body.model_dump(mode="json")).encode()).digest()
    kept = await once(
        services.database,
        caller=caller.key_id,
        key=idempotency_key,
        fingerprint=fingerprint,
        run=run,
        lock_seconds=_LOCK_SECONDS,
    )
    return _answer(await services.keys.get(made[0].id), made[0].secret, status=201) if made else kept


@router.get("/{key_id}", response_model=KeyOut, responses=problems(NotFound))
async def get_key(key_id: KeyId, caller: Admin, services: TheServices) -> KeyOut:
    """One key."""
    return KeyOut.of(await services.keys.get(key_id))


@router.delete("/{key_id}", status_code=204, responses=problems(NotFound, Conflict))
async def revoke_key(key_id: KeyId, caller: Admin, services: TheServices) -> None:
    """End a key at once, for good; its entry stays. The last key that can administer keys can't be revoked."""
    await services.keys.revoke(key_id, by=caller)


@router.post("/{key_id}/rotate", response_model=KeyWithSecret, responses=problems(Malformed, InvalidInput, NotFound, Conflict))
async def rotate_key(key_id: KeyId, caller: Admin, services: TheServices, body: RotateIn | None = None) -> Response:
    """Give a key another secret, in the answer this once. The one before stays valid for `overlap_seconds` (a day)."""
    new = await services.keys.rotate(key_id, overlap_seconds=(body or RotateIn()).overlap_seconds, by=caller)
    return _answer(await services.keys.get(key_id), new.secret)


def _answer(key: KeyInfo, secret: str | None, *, status: int = 200) -> Response:
    body = KeyWithSecret(**KeyOut.of(key).model_dump(), secret=secret).model_dump_json().encode()
    headers = {"Location": f"/api/v1/keys/{key.id}"} if status == 201 else {}
    return Response(body, status_code=status, media_type="application/json", headers=headers)

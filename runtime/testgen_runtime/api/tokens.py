"""/tokens: a short-lived token for a key, so that the key itself stays at home (S4-072)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from testgen_runtime.api.dependencies import TheServices, Viewer
from testgen_runtime.api.problems import problems
from testgen_runtime.errors import Conflict, Forbidden, InvalidInput, Malformed
from testgen_runtime.security.roles import SCOPES

router = APIRouter(prefix="/tokens", tags=["keys"])


class TokenIn(BaseModel):
    """What the token shall be good for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scopes: Annotated[list[Annotated[str, Field(max_length=50)]], Field(min_length=1, max_length=50)] | None = Field(
        default=None, description="Only these operations; left out: all that the key may do"
    )
    expires_in: Annotated[int, Field(ge=60, le=31 * 24 * 3600)] = Field(
        default=3600, description="Seconds; at most auth.jwt.expiration_hours"
    )


class TokenOut(BaseModel):
    """In the shape of RFC 6749, 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind, not a secret
    expires_in: int


@router.post("", status_code=201, response_model=TokenOut, responses=problems(Malformed, InvalidInput, Conflict))
async def create_token(caller: Viewer, services: TheServices, body: TokenIn | None = None) -> TokenOut:
    """Exchange a key for a token with its role, or less. It ends with its time or with its key, whichever is first."""
    if caller.kind != "key":
        raise Forbidden("a token can't be exchanged for another one", mend="send the key")
    asked = body or TokenIn()
    unknown = sorted(set(asked.scopes or ()) - set(SCOPES))
    if unknown:
        raise InvalidInput(f"scopes: there is no {unknown[0]}", mend=f"use {', '.join(SCOPES)}")
    if not services.tokens.issues:
        raise Conflict("this project issues no tokens", mend="set auth.jwt.secret_file, or send the key itself")
    token, seconds = services.tokens.issue(
        caller, seconds=asked.expires_in, scopes=frozenset(asked.scopes) if asked.scopes is not None else None
    )
    await services.keys.issued(caller)
    return TokenOut(access_token=token, expires_in=seconds)

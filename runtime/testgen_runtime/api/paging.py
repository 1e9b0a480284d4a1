"""Cursor paging: a cursor says after which item to go on, so that nothing is skipped or told twice while items are added."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from testgen_runtime.errors import InvalidInput

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=1000, description="Most items in the answer")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the answer before this one")]


class Page(BaseModel, Generic[Item]):
    """Some of the items, and where to go on."""

    items: list[Item]
    next_cursor: str | None = Field(default=None, description="Send it as `cursor` for the items that follow; null at the end")


def opaque(position: int) -> str:
    """A cursor for a position."""
    return base64.urlsafe_b64encode(f"v1:{position}".encode()).decode().rstrip("=")


def position(cursor: str | None) -> int | None:
    """The position of a cursor; None for none.

    Raises: InvalidInput.
    """
    if cursor is None:
        return None
    try:
        version, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split(":")
        if version == "v1" and number.lstrip("-").isdigit() and len(number) < 19:
            return int(number)
    except (ValueError, binascii.Error, UnicodeError):
        pass
    raise InvalidInput("cursor is none of ours", mend="send `next_cursor` of the answer before, unchanged")

"""`ETag` and `If-Match`: who changes a thing says which revision of it was seen, so that nobody's change is lost unseen."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Final

from fastapi import Depends, Header

from testgen_runtime.errors import Malformed, PreconditionRequired
from testgen_runtime.seen import Seen

_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_TAGS: Final = re.compile(rf"(?:{_TAG.pattern}[ \t]*)?(?:,[ \t]*(?:{_TAG.pattern}[ \t]*)?)*")
"""A list of them, where an element may be empty (RFC 9110, 5.6.1) and a comma may stand in a tag."""
_OURS: Final = re.compile(r"([1-9][0-9]{0,8})(?:-[0-9a-f]{1,64})?")


def tag_of(revision: int, body: bytes) -> str:
    """The ETag of a representation: its first part is the revision."""
    return f'"{revision}-{hashlib.sha256(body).hexdigest()[:12]}"'


async def _seen(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=200,
            description='The ETag of what was seen, or its revision in quotes: `"3"`; a list, of which one will do; `*`: any',
        ),
    ] = None,
) -> Seen:
    if if_match is None:
        raise PreconditionRequired(
            "the header If-Match is missing", mend='send the ETag of the case that you saw, or its revision: If-Match: "3"'
        )
    return seen_by(if_match)


def seen_by(if_match: str) -> Seen:
    """The revisions that an If-Match names: those of its strong tags that are ours (RFC 9110, 13.1.1: a weak tag never matches).

    Raises: Malformed.
    """
    value = if_match.strip(" \t")
    if value == "*":
        return Seen(whatever=True)
    if _OURS.fullmatch(value):  # people forget the quotes
        value = f'"{value}"'
    tags: list[tuple[str, str]] = _TAG.findall(value) if _TAGS.fullmatch(value) else []
    if not tags:
        raise Malformed("If-Match holds no ETag", mend='send the ETag as it came, or the revision in quotes: If-Match: "3"')
    found = (_OURS.fullmatch(tag) for weak, tag in tags if not weak)
    return Seen.of(*(int(one[1]) for one in found if one is not None))


IfRevision = Annotated[Seen, Depends(_seen)]
"""What the caller saw. Raises: PreconditionRequired; Malformed."""

"""`ETag` and `If-Match`: who changes a thing says which revision of it was seen, so that nobody's change is lost unseen."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Final

from fastapi import Depends, Header

from testgen_runtime.errors import Malformed, PreconditionRequired

_TAG: Final = re.compile(r'(?:W/)?"?([1-9][0-9]{0,8})(?:-[0-9a-f]{1,64})?"?')


def tag_of(revision: int, body: bytes) -> str:
    """The ETag of a representation: its first part is the revision."""
    return f'"{revision}-{hashlib.sha256(body).hexdigest()[:12]}"'


async def _revision(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", max_length=200, description='The ETag of what was seen, or its revision in quotes: `"3"`'),
    ] = None,
) -> int:
    if if_match is None:
        raise PreconditionRequired(
            "the header If-Match is missing", mend='send the ETag of the case that you saw, or its revision: If-Match: "3"'
        )
    return revision_of(if_match)


def revision_of(if_match: str) -> int:
    """The revision that an If-Match names. Raises: Malformed."""
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Malformed(
            "If-Match holds no ETag of ours", mend='send the ETag as it came, or the revision in quotes: If-Match: "3"'
        )
    return int(found[1])


IfRevision = Annotated[int, Depends(_revision)]
"""The revision that the caller saw. Raises: PreconditionRequired; Malformed."""

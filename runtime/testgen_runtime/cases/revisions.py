"""What differs between two revisions of a case. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Op = Literal["added", "removed", "changed"]


class Difference(BaseModel):
    """One thing that differs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = Field(description="Where: `title`, `steps[2]` (counted from 1), `test_data.amount`")
    op: Op
    before: Any = None
    after: Any = None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What has to change in `before` to get `after`, in the order of the fields; empty for equal ones.

    Lists are compared item by item (a removed item is told by its old place, an added one by its new place), objects key by key.
    """
    return [found for name in dict.fromkeys((*before, *after)) for found in _field(name, before.get(name), after.get(name))]


def _field(name: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, list) and isinstance(after, list):
        yield from _list(name, before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _field(f"{name}.{key}", before.get(key), after.get(key))
    else:
        op: Op = "added" if before is None else "removed" if after is None else "changed"
        yield Difference(field=name, op=op, before=before, after=after)


def _list(name: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, [repr(item) for item in before], [repr(item) for item in after], autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        both = min(end - start, new_end - new_start)
        for n in range(both):
            yield Difference(
                field=f"{name}[{new_start + n + 1}]", op="changed", before=before[start + n], after=after[new_start + n]
            )
        for n in range(start + both, end):
            yield Difference(field=f"{name}[{n + 1}]", op="removed", before=before[n])
        for n in range(new_start + both, new_end):
            yield Difference(field=f"{name}[{n + 1}]", op="added", after=after[n])

"""What query strings were found to ask for, so that the same one is not taken apart and validated field by field again.

Taking fourteen parameters apart costs the framework more than finding and writing a page. What is kept is what a valid query
string means, which never changes; nothing of an answer, of a caller or of a right.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST: Final = 1000
LONGEST: Final = 1024
"""Bytes of a query string that is kept: a thousand of them are a megabyte."""


class Understood(Generic[T]):
    """The last `MOST` meanings, by query string. They are shared: not to be changed."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, query: bytes) -> T | None:
        """What the query string asks for, where it was asked before."""
        found = self._known.get(query)
        if found is not None:
            self._known.move_to_end(query)
        return found

    def note(self, query: bytes, meaning: T) -> None:
        """Keep what a valid query string asks for."""
        if len(query) > LONGEST:
            return
        self._known[query] = meaning
        while len(self._known) > MOST:
            self._known.popitem(last=False)

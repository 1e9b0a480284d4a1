"""Which revisions of a thing a caller says were seen, before it is changed: pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """Any of these revisions; with `whatever` any that there is. Without both none: what is stored can't be the one seen."""

    revisions: frozenset[int] = frozenset()
    whatever: bool = False

    @classmethod
    def of(cls, *revisions: int) -> Seen:
        """These revisions."""
        return cls(frozenset(revisions))

    def holds(self, revision: int) -> bool:
        """Whether this revision is one of them."""
        return self.whatever or revision in self.revisions

    def __str__(self) -> str:
        return " or ".join(map(str, sorted(self.revisions))) or "one that a strong ETag names"

"""When a project is looked at again without anything having been seen to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AT_ONCE: Final = 0.05
"""Seconds after a pass that wrote something: the next one finds out whether that was all."""

WAITING: Final = 15.0
"""Seconds while something outside the watches is missing: a Secret of somebody else, a quota, room in the namespace."""


@dataclass(frozen=True)
class WakeUp:
    """`seconds`: None means never. `progress`: the pass changed the cluster, so it was not the last."""

    seconds: float | None
    progress: bool = False

    @classmethod
    def never(cls) -> WakeUp:
        return cls(None)

    @classmethod
    def at_once(cls) -> WakeUp:
        return cls(AT_ONCE, progress=True)

    @classmethod
    def waiting(cls) -> WakeUp:
        return cls(WAITING)

    @classmethod
    def resync(cls, seconds: float) -> WakeUp:
        return cls(seconds)

"""When a status is written: at once what a person or a machine acts on, the steps in between when the project rests.

A pass that wrote objects is followed at once by another, which sees further: each step of a project that comes up would write a
status that the next one replaces. Putting one off loses nothing: the pass that ends the steps writes it, and so does the first
pass of another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testgen_operator.cluster.cache import Key
from testgen_operator.status.reasons import Type

Status = Mapping[str, Any]

MOST_PUT_OFF: Final = 3
"""Passes in a row: whoever writes at every pass (somebody changes the same fields) still tells where it is."""
ACTED_ON: Final = (Type.READY, Type.STALLED, Type.SUSPENDED, Type.SPEC_VALID)


def acted_on(status: Status) -> tuple[object, ...]:
    """Of a status, what somebody waits for: which spec it is of, whether it is well, and what stands in the way. Pure."""
    found = {one["type"]: (one["status"], one["reason"]) for one in status.get("conditions") or ()}
    told = [found.get(kind, ("", "")) for kind in ACTED_ON]
    # While a project comes up Ready names its stage: that is what may wait.
    return (status.get("observedGeneration"), *((one[0], one[1] if one[0] == "True" else "") for one in told))


class Reports:
    """Which statuses were put off, and how often in a row. In memory alone: a restart writes them sooner, no more."""

    def __init__(self) -> None:
        self._put_off: dict[Key, int] = {}

    def due(self, key: Key, before: Status, after: Status, *, settled: bool) -> bool:
        """Whether to write `after` now. `settled`: no pass follows at once."""
        if before == after:
            self.forget(key)
            return False
        waited = self._put_off.get(key, 0)
        if settled or waited >= MOST_PUT_OFF or acted_on(before) != acted_on(after):
            self.forget(key)
            return True
        self._put_off[key] = waited + 1
        return False

    def forget(self, key: Key) -> None:
        self._put_off.pop(key, None)

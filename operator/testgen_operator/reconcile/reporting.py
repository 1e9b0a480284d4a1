"""When a status is written: bad news and a new generation at once, the steps in between when the project rests, and so good news.

A pass that wrote objects is followed at once by another, which sees further: each step of a project that comes up would write a
status that the next one replaces. That it is well is told by the pass that finds nothing left to write: the one before has seen
the pods, and not yet what follows from them (that the release is done). Putting one off loses nothing: the pass that ends the
steps writes it, and so does the first pass of another process.

Of all that the operator writes a status costs the API server most: every rule of the CRD is held against the spec again.
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


def is_well(status: Status) -> bool:
    """Whether it says that the project is Ready. Pure."""
    return any(one["type"] == Type.READY and one["status"] == "True" for one in status.get("conditions") or ())


def _generation(status: Status) -> object:
    return status.get("observedGeneration")


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
        told_now = acted_on(before) != acted_on(after) and not (is_well(after) and _generation(before) == _generation(after))
        if settled or waited >= MOST_PUT_OFF or told_now:
            self.forget(key)
            return True
        self._put_off[key] = waited + 1
        return False

    def forget(self, key: Key) -> None:
        self._put_off.pop(key, None)

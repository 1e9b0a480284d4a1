"""Under which ids the work at hand goes, so that a call to another process carries them on (W3C trace context)."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Trace:
    """The request's id and the `traceparent` it came with; "" and None where there is none."""

    request_id: str = ""
    traceparent: str | None = None

    def headers(self) -> dict[str, str]:
        """What a call to another process carries."""
        found = {"X-Request-Id": self.request_id} if self.request_id else {}
        return found | ({"traceparent": self.traceparent} if self.traceparent else {})


CURRENT: Final[ContextVar[Trace | None]] = ContextVar("testgen_trace", default=None)
"""The trace of the request or job that is being worked on."""


def headers() -> dict[str, str]:
    """What a call that is made now carries."""
    found = CURRENT.get()
    return found.headers() if found is not None else {}

"""Which condition transitions are worth an Event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class EventSpec:
    type: Literal["Normal", "Warning"]
    reason: str
    message: str


def events(previous: Mapping[str, Any], new: Mapping[str, Any]) -> list[EventSpec]:
    """The Events that the step from one status to the next deserves."""
    raise NotImplementedError

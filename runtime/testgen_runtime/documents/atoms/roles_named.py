"""The roles that one place of the text names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """Roles and whether they may do `action`."""

    roles: tuple[str, ...]
    permitted: bool
    action: str
    only: bool
    start: int
    end: int

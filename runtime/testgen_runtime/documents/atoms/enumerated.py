"""The values that one place of the text names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """The values that one rule names; `refused` where it turns them away."""

    subject: str
    values: tuple[str, ...]
    refused: bool
    closed: bool
    start: int
    end: int

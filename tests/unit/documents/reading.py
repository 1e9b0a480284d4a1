"""Helpers for the tests of this room: read a text, look at atoms in a short form."""

from __future__ import annotations

from typing import TypeVar

from testgen_runtime.documents.model import Document, Limit
from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits

LIMITS = Limits()


def document(text: str) -> Document:
    return read_text(text, limits=LIMITS)


T = TypeVar("T")


def values(statement: str, kind: type[T]) -> list[T]:
    """The values of one kind that one requirement holds."""
    read = document(f"## REQ-1\n\n{statement}\n")
    assert len(read.requirements) == 1
    return [a.value for a in read.requirements[0].atoms if isinstance(a.value, kind)]


def interval(limit: Limit) -> str:
    """ "[8, 64] characters", "(…, 25] MB": round brackets where the end lies outside."""
    low = f"{'[' if limit.lower.inclusive else '('}{limit.lower.value}" if limit.lower else "(…"
    high = f"{limit.upper.value}{']' if limit.upper.inclusive else ')'}" if limit.upper else "…)"
    return f"{low}, {high} {limit.unit}".strip()

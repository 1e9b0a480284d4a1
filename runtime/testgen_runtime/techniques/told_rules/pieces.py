"""One condition of a rule, in whatever language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from testgen_runtime.documents.model import Limit

Kind = Literal["limit", "names", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One condition in words: a limit, names of a list, or what is only compared with other rules."""

    kind: Kind
    text: str
    limit: Limit | None = None
    names: tuple[str, ...] = ()
    thing: str = ""
    of_kind: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The conditions of a rule and the word that joins them."""

    word: Literal["and", "or"]
    parts: tuple[Piece, ...]


def shared_start(texts: Sequence[str]) -> str:
    """What all begin with."""
    alike = takewhile(lambda chars: len(set(chars)) == 1, zip(*texts, strict=False))
    return "".join(chars[0] for chars in alike)

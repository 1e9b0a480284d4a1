"""One spec that must be refused, and the words of the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refused:
    """`words` is what the answer must hold. `here`: whether the operator's own check sees it too; a wrong type, an unknown value
    or a bound is worded by pydantic there and by the API server elsewhere."""

    title: str
    spec: dict[str, Any]
    words: str
    name: str = "shop"
    own_words: str = ""

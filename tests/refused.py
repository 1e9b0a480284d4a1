"""One spec that must be refused, and the words of the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refused:
    """`words` is what the answer must hold, about the field at `path`. `own_words`: of the operator's own check, where a wrong
    type, an unknown value or a bound is worded by pydantic there and by the API server elsewhere. `api_path`: where the API
    server names another place (of what is there twice it names the second one)."""

    title: str
    spec: dict[str, Any]
    words: str
    path: str
    name: str = "shop"
    own_words: str = ""
    api_path: str = ""

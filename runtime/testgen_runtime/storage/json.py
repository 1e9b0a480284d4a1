"""JSON in and out of `jsonb` columns. Columns are passed as text, so that every reader sees the same."""

from __future__ import annotations

from typing import Any

import orjson


def encode(value: Any) -> str:
    """`value` as JSON text; pydantic models and dataclasses included."""
    return orjson.dumps(value, default=_default, option=orjson.OPT_NON_STR_KEYS).decode()


def decode(text: str | bytes | None) -> Any:
    """The value of a `jsonb` column, None for NULL."""
    return None if text is None else orjson.loads(text)


def _default(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)  # Decimal, Path

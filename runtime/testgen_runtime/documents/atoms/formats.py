"""Formats: how a value is written, as its rule words it; one entry for both languages."""

from __future__ import annotations

from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.formats_en import formats_in_english
from testgen_runtime.documents.atoms.formats_zh import formats_in_chinese
from testgen_runtime.documents.atoms.written import Mention


def mentions(unit: Unit, topic: str) -> list[Mention]:
    """The formats that one rule states; `topic` is what the rules before it were about."""
    return formats_in_chinese(unit, topic) if unit.language == "zh" else formats_in_english(unit, topic)

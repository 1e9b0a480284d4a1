"""Formats that a Chinese rule states ("格式为 YYYY-MM-DD", "两位字母加六位数字", "只能包含字母和数字")."""

from __future__ import annotations

from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.written import Mention


def formats_in_chinese(unit: Unit, topic: str) -> list[Mention]:
    """The formats of one Chinese rule."""
    return []

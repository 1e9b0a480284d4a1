"""From a Chinese sentence to the verdict, data, step and result of every case that rules write for it.

Each row of the tables in `test_chinese_*_cases.py` is one statement with all of its cases, as a senior tester would sign them.
"""

from __future__ import annotations

from tests.unit.generation.english_cases import Seen, written

__all__ = ["Seen", "written"]

"""The points of the rules that a short requirement tells, in whichever language."""

from __future__ import annotations

from collections.abc import Sequence

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.told_rules import chinese, english
from testgen_runtime.techniques.told_rules.agreement import agree
from testgen_runtime.techniques.told_rules.chinese_words import CHINESE
from testgen_runtime.techniques.told_rules.deriving import tried
from testgen_runtime.techniques.told_rules.english_words import ENGLISH
from testgen_runtime.techniques.view import View


def instead_of(view: View, general: Sequence[TestPoint]) -> list[TestPoint]:
    """The points of the rules where they can be read to the end and the general reading contradicts them or misses one of
    them; [] where it says the same: it knows more of what is done and seen."""
    reader, words = (chinese, CHINESE) if view.language == "zh" else (english, ENGLISH)
    if (reading := reader.read(view)) is None:
        return []
    situations = tuple(tried(reading))
    return (
        []
        if not reading.happens and agree(reading, situations, general, words)
        else list(reader.derived(view, reading, situations))
    )

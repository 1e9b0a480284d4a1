"""The numbers of Word's lists, counted as Word counts them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Final

from testgen_runtime.documents.formats.word_styles import Level, Styles, numeral, qn, value, whole

_MOST_DEPTH: Final = 9  # levels of a list, as in Word
_BULLETS = frozenset({"bullet", "none", "picture"})


class Numbers:
    """Counters of one document. Lists that share a definition go on with its count, unless one is told to start anew."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    def next(self, properties: Any, style: str) -> tuple[int, str] | None:
        """Depth and marker of a paragraph that is an item of a list, or None. A level starts again under a new parent."""
        number, depth = self._styles.lists.get(style, ("", 0))
        numbers = properties.find(qn("numPr")) if properties is not None else None
        if numbers is not None:
            number = value(numbers.find(qn("numId"))) or number
            depth = whole(value(numbers.find(qn("ilvl"))), depth)
        if not number or number == "0":
            return None
        depth = max(0, min(depth, _MOST_DEPTH - 1))
        levels = self._styles.levels.get(number, {})
        level = levels.get(depth, Level())
        counts = self._counts[self._styles.definitions.get(number, number)]
        start = self._styles.restarts.get((number, depth))
        if start is not None and (number, depth) not in self._begun:
            self._begun.add((number, depth))
            counts[depth] = start
        else:
            counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth and levels.get(d, level).restarts]:
            del counts[deeper]
        if level.format in _BULLETS:
            return depth, "-"
        shown = {d: self._shown(counts, levels, d, plain=level.legal) for d in range(depth + 1)}
        marker = re.sub(r"%([1-9])", lambda m: shown.get(int(m[1]) - 1, ""), level.text).strip()
        return depth, marker or "-"

    @staticmethod
    def _shown(counts: dict[int, int], levels: dict[int, Level], depth: int, *, plain: bool) -> str:
        level = levels.get(depth, Level())
        return numeral(counts.get(depth, level.start), "decimal" if plain else level.format)

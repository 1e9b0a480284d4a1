"""Values that go by a step: "充值金额须为 10 元的整数倍，且不低于 10 元、不高于 500 元", "1 到 5 之间的整数"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.comparisons import TIMES_ZH
from testgen_runtime.documents.atoms.ranges import Mention, on_steps

_WHOLE: Final = re.compile("(?<!非)整数(?!倍)|整(?=[分天人件个次])")


def with_multiples(text: str, by_rule: Sequence[Sequence[Mention]]) -> list[list[Mention]]:
    """The ranges with the step that another statement on the same unit gives them; alone, that statement stays as it is."""
    by_rule = [[_whole(text, m) for m in here] for here in by_rule]
    flat = [m for here in by_rule for m in here]
    steps = [m for m in flat if m.lower and m.upper and m.lower.value == m.upper.value and TIMES_ZH.match(text, m.lower.end)]
    if len(steps) != 1 or steps[0].lower is None:
        return [list(here) for here in by_rule]
    step, value = steps[0], steps[0].lower.value
    bounded = [m for m in flat if m is not step and m.unit == step.unit and on_steps(m, value)]
    if not bounded:
        return [list(here) for here in by_rule]
    kept = [[m for m in here if m is not step] for here in by_rule]
    return [[replace(m, multiple=value, subject=m.subject or step.subject) if m in bounded else m for m in here] for here in kept]


def _whole(text: str, mention: Mention) -> Mention:
    """A range of whole numbers, as its clause says: a fraction inside of it is refused."""
    ends = [end for end in (mention.lower, mention.upper) if end is not None]
    if not ends or mention.multiple or mention.dimension not in ("count", "other") or not on_steps(mention, Decimal(1)):
        return mention
    start = max(text.rfind(mark, 0, mention.start) for mark in "，。；\n") + 1
    stop = min((at for mark in "，。；\n" if (at := text.find(mark, mention.end)) >= 0), default=len(text))
    return replace(mention, multiple=Decimal(1)) if _WHOLE.search(text[start:stop]) else mention

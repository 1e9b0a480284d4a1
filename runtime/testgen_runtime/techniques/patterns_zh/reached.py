"""A most number after which nothing more is taken: "单个场次的报名人数上限为 40 人，达到上限后不再接受报名".

Whether the last one counts as reached depends on whether somebody counts before or after, so the bound itself stays untried;
what lies on either side of it is sure (29119-4, 5.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import HAN, point, statement
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    rf"(?P<what>{HAN}{{2,16}}?)的?(?:上限(?:为|是|设为)|最多为?|不超过|限(?:额)?为){{1}}(?P<most>{NUMBER})"
    rf"[，；](?:(?:人数|数量|名额)?(?:达到|到达|达|满|超出|到)(?:该|此|这一)?(?P<again>上限|限额|名额|{NUMBER}|员|额)|(?:名额|人数)已?满)(?:之?后|时|的|以后)?，?(?:系统|平台)?(?:应当?|则|将)?"
    rf"(?P<no>(?:不再|停止|不得再?|无法再?|不能再?|不允许再?|禁止|拒绝)(?:接受|受理|接收|办理|提供|允许)?(?P<act>[\u4e00-\u9fff]{{2,8}}))"
)


def points(view: View) -> Iterator[TestPoint]:
    """A number well below the most, the one before it, and the one after it."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    most, again = list(quantities(found["most"])), list(quantities(found["again"] or ""))
    if len(most) != 1 or most[0].dimension != "count" or any((q.value, q.unit) != (most[0].value, most[0].unit) for q in again):
        return
    q, what, act = most[0], found["what"], found["act"]
    name = what if what.endswith(("数", "量")) else f"{what}数量"
    limit = Limit(name, None, Bound(q.value, True, Span(0, 0)), q.unit, q.dimension, Decimal(1))
    for level in limit_levels(limit, name, "zh"):
        (value,) = level.inputs.values()
        if Decimal(value.value) == q.value:
            continue
        told = f"连同本次在内，{name}为 {shown(value, 'zh')}"
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs=level.inputs,
            preconditions=(),
            do=f"{told}，执行{act}。",
            see=f"{act}成功。" if level.good else f"系统{found['no']}。",
            reason=level.reason,
            weight=level.weight,
            title=told,
        )

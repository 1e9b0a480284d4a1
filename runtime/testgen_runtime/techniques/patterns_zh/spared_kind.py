"""A bound that one kind of things is spared, wherever the text says so: "船舶过闸须至少提前 4 小时申报，不足 4 小时的应被拒绝；
应急救援船不受此限", "除商务座旅客不受限额约束外，其他旅客单笔挂账金额以 300 元为上限". Either is enough (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Limit, State
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.patterns_zh.spared_side import exception
from testgen_runtime.techniques.patterns_zh.telling import of_tree
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, whole
from testgen_runtime.techniques.trees import Act, Tree, of_limit
from testgen_runtime.techniques.view import View

_FREE: Final = r"不受(?:此|该|这一|上述|前述|以上)?(?:限制?|限额|上限|下限|时限|规定|约束|限额约束)(?:约束|限制)?"
_KIND: Final = r"(?P<kind>(?:(?![可须除若如])[\u4e00-\u9fff]){2,10}?)"
_SPARED: Final = (
    re.compile(rf"[；，](?:但是?|而|对于?)?{_KIND}(?:的)?{_FREE}(?:，[^；\d]{{2,24}})?(?=；|$)"),
    re.compile(rf"^除{_KIND}{_FREE}(?:之外|以外|外)，(?:其他|其余)?"),
)
_SAID: Final = re.compile("存在|已|未|没有|无论|是否|本人")
"""What makes a condition of a kind."""
_LEFT_OPEN: Final = re.compile("且|或者?(?!等于|以)|除非|如果|之前|之后|本人|夜间|期间")


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound without the exception, and the exception beyond it; nothing where more than one bound is
    told, or the kind is not spared by name alone."""
    text = whole(view)
    found = next((m for shape in _SPARED if (m := shape.search(text))), None)
    limits = [atom.value for atom in view.atoms if isinstance(atom.value, Limit)]
    if found is None or len(limits) != 1 or any(isinstance(atom.value, State) for atom in view.atoms):
        return
    rest = text[: found.start()] + "；" + text[found.end() :]
    told = {q.value for q in quantities(rest)}
    if (
        len(told) != 1
        or _LEFT_OPEN.search(rest)
        or not re.search(f"{REFUSAL}|被拒|拒", rest)
        or re.search(r"\d", found[0])
        or _SAID.search(found["kind"])
    ):
        return
    clause = of_limit(limits[0], limit_name(limits[0], "zh"), "zh")
    if clause is None:
        return
    tree = Tree("or", (clause, exception(found["kind"], "")))
    yield from of_tree(view, tree, Act("按上述数据提交请求。", "系统接受该请求。", "系统拒绝该请求。"))

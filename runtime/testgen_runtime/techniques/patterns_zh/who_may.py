"""Who may and who may not, in one sentence: "发票仅限财务人员查看，客户不得查看", "报表只允许经理导出，普通员工不允许导出"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.examples import other_role
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, MAY, NOT, ROLES, point, roles, signed_in, statement
from testgen_runtime.techniques.view import View

_ONLY: Final = r"(?P<only>仅限|只限|只允许|仅允许|只准|仅准)"
_OTHERS: Final = rf"(?:，|；|，而|，但)(?P<denied>{ROLES}){NOT}(?P<again>{HAN}{{2,10}})"
_SHAPES: Final = (
    re.compile(
        rf"(?P<thing>(?!系统|平台){HAN}{{2,10}}?){_ONLY}(?P<roles>{ROLES})(?:{MAY})?(?P<act>[\u4e00-\u9fff]{{2,4}}?){_OTHERS}"
    ),
    re.compile(rf"(?:系统)?{_ONLY}(?P<roles>{ROLES})(?:{MAY})?(?P<act>[\u4e00-\u9fff]{{2}})(?P<thing>{HAN}{{2,10}}?){_OTHERS}"),
)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that may not and for one more that is not named."""
    text = statement(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None or not found["again"].startswith(found["act"]):
        return
    may, not_may = roles(found["roles"]), roles(found["denied"])
    if set(may) & set(not_may):
        return
    for role in (*may, *not_may, other_role((*may, *not_may), "zh")):
        ok, named = role in may, role in (*may, *not_may)
        done = f"{found['act']}{found['thing']}"
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={"角色": Input(role, "", "text" if named else "example")},
            preconditions=(signed_in(role),),
            do=f"以“{role}”身份{done}。",
            see=f"系统允许“{role}”{done}。" if ok else f"系统拒绝“{role}”{done}。",
            reason="该角色有权限" if ok else "该角色无权限",
            weight=0.9 if ok else 0.92 if named else 0.85,
            title=f"角色为“{role}”",
        )

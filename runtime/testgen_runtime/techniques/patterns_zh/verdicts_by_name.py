"""Values in quotation marks, each with what becomes of the thing that has it: "抽检结果为“不合格”的批次不得出库，“合格”的批次可以
出库，“待复检”的批次应予以锁定". Each value that is told whether the act is allowed is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import act_on, point
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_Q: Final = "“[^“”，；]{1,10}”"
_CLAUSE: Final = re.compile(
    rf"(?:而|但|凡)?(?:(?P<what>{_HAN}{{2,12}}?)(?:为|是))?(?P<values>{_Q}(?:(?:、|或者?|以及|和|及|与)?{_Q}){{0,4}})的(?P<noun>{_HAN}{{2,6}}?)"
    rf"(?:(?P<no>(?:一律|均|都)?(?:不得|不能|不可以?|不允许|禁止|不准|无法))|(?P<yes>(?:方|才|均|都)?(?:可以|可|允许|能够|能|准予))|"
    rf"(?P<other>(?:应当?|须|需|将|由|自动|进入|转入)))(?:再|直接|正常)?(?P<act>{_HAN}{{2,10}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each value with its verdict; nothing where the clauses are of two things or acts. What else becomes of a value ("应予以
    锁定") is no verdict on the act: that value is not tried."""
    found = [_CLAUSE.fullmatch(piece) for piece in re.split("[，；]", whole(view))]
    clauses = [m for m in found if m is not None]
    if not 2 < len(clauses) < 7 or len(clauses) != len(found):
        return
    judged = [m for m in clauses if not m["other"]]
    names = [name for m in clauses for name in re.findall("“([^“”]+)”", m["values"])]
    what, noun = clauses[0]["what"], clauses[0]["noun"]
    if (
        not what
        or len({m["act"] for m in judged}) != 1
        or {bool(m["yes"]) for m in judged} != {True, False}
        or any(m["noun"] != noun or (m["what"] or what) != what for m in clauses)
        or len(set(names)) != len(names)
    ):
        return
    act = judged[0]["act"]
    for clause in judged:
        ok = clause["yes"] is not None
        for name in re.findall("“([^“”]+)”", clause["values"]):
            yield point(
                view,
                technique=Technique.EQUIVALENCE_PARTITIONING,
                ok=ok,
                inputs={what: Input(name)},
                preconditions=(f"该{noun}的{what}为“{name}”。",),
                do=f"{act_on(act, noun)}。",
                see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
                reason="该取值允许此操作" if ok else "该取值不允许此操作",
                weight=0.9 if ok else 0.92,
                title=f"{what}为“{name}”",
            )

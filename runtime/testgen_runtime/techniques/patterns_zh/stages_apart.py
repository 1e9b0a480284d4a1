"""Stages and modes in quotation marks, each clause with its verdict: "工资单处于“待复核”环节的可以退回；凡处于“已发放”“已归档”
环节的，禁止退回", "召梯指令在“正常”“节能”两种模式下有效；在“消防”模式下，系统须拒绝执行该指令".
Each of them is tried (29119-4, 5.2.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import act_on, point
from testgen_runtime.techniques.patterns_zh.whole import SURELY, whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_LIST: Final = r"“[^“”，；]{1,10}”(?:(?:、|或者?|以及|和|及|与)?“[^“”，；]{1,10}”){0,5}"
_KIND: Final = "(?P<kind>环节|模式|阶段|步骤|节点|工况|档位|场景)"
_OF_ALL: Final = ("模式", "工况", "场景")
"""What something happens in ("指令在“消防”模式下"), not what it is in itself."""
_CLAUSE: Final = re.compile(
    rf"(?:而|但|凡|若|当)?(?P<noun>{_HAN}{{0,12}}?)(?P<at>仅在|只在|处于|处在|在|为)(?P<states>{_LIST})这?(?:[两二三四五六][个种类])?{_KIND}(?:下|中|内|时|的){{0,2}}，?"
    rf"(?P<rest>{_HAN}{{2,24}})"
)
_BAR: Final = re.compile(
    rf"(?:{_HAN}{{0,6}}?(?:系统|平台|终端|控制器|设备))?{SURELY}(?:不得|不能|不可以?|不允许|不准|禁止|严禁|无法|不予|拒绝)(?:再)?(?P<act>{_HAN}{{2,10}})"
)
_AWAY: Final = re.compile(
    rf"(?P<act>{_HAN}{{2,8}}?)(?:的)?(?:请求|申请|操作)?{SURELY}由?(?:系统|平台)?{SURELY}(?:拒绝|驳回|拦截|阻止)"
)
_PERMIT: Final = re.compile(
    rf"(?P<valid>(?:均|都|才|方)?(?:有效|生效|可用))|(?:{_HAN}{{0,6}}?)??(?:才|方|均|都)?(?:可以|可(?!用)|允许|准予|准许|能够?)(?:正常|直接)?(?P<act>{_HAN}{{2,10}})"
)


@dataclass(frozen=True, slots=True)
class _Told:
    noun: str
    of_noun: bool
    kind: str
    states: tuple[str, ...]
    bars: bool
    act: str


def points(view: View) -> Iterator[TestPoint]:
    """Each stage with its verdict; nothing where the clauses are of two things or acts."""
    text = re.sub("，(?=(?:而|但|凡|若)?(?:处于|处在|在)“)", "；", whole(view))
    if text.count("；") != 1 or re.search(r"\d|除|且|变为|自动(?:转|变|进|切)", text):
        return
    one, other = (_read(clause) for clause in text.split("；"))
    if one is None or other is None or one.bars == other.bars or one.kind != other.kind:
        return
    yes, no = (other, one) if one.bars else (one, other)
    noun = one.noun or other.noun
    if not noun or (one.noun and other.noun and one.noun != other.noun) or set(yes.states) & set(no.states):
        return
    done = _done(no.act, yes.act, noun)
    if not done:
        return
    of = noun if one.of_noun or other.of_noun else ""
    for state in (*yes.states, *no.states):
        ok = state in yes.states
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={f"{of}{one.kind}": Input(state)},
            preconditions=(f"{of or '当前'}处于“{state}”{one.kind}。",),
            do=f"{done}。",
            see=f"系统允许{done}。" if ok else f"系统拒绝{done}。",
            reason=f"该{one.kind}允许此操作" if ok else f"该{one.kind}不允许此操作",
            weight=0.9 if ok else 0.92,
            title=f"{of or '当前'}处于“{state}”{one.kind}",
        )


def _read(clause: str) -> _Told | None:
    found = _CLAUSE.fullmatch(clause)
    if found is None:
        return None
    barred = _BAR.fullmatch(found["rest"]) or _AWAY.fullmatch(found["rest"])
    told = barred or _PERMIT.fullmatch(found["rest"])
    if told is None or (not barred and re.search("[不未无拒禁]", found["rest"])):
        return None
    states = tuple(re.findall("“([^“”]+)”", found["states"]))
    of_noun = found["at"].startswith("处") or found["kind"] not in _OF_ALL
    return _Told(found["noun"], of_noun, found["kind"], states, barred is not None, told["act"] or "")


def _done(barred: str, permitted: str, noun: str) -> str:
    """What is done in each of them: (退回, 退回修改, 工资单) → 退回该工资单, (执行该指令, "", 召梯指令) → 执行召梯指令; "" for
    two acts."""
    if of := re.fullmatch(rf"(?P<verb>{_HAN}{{2,4}}?)(?:该|此)(?P<thing>{_HAN}{{2,6}})", barred):
        return f"{of['verb']}{noun}" if noun.endswith(of["thing"]) and of["verb"] in (permitted or of["verb"]) else ""
    if not permitted:
        return f"执行{noun}" if barred in (noun, f"执行{noun}") else ""
    short, long = sorted((barred, permitted), key=len)
    if not long.startswith(short):
        return ""
    return short if len(short) > 3 else act_on(short, noun)

"""Which states may become another one, and which may not: "只有处于“运输中”状态的运单可以变更为“派送中”；“待揽收”和“已退回”的
运单变更为“派送中”时，系统应拒绝". The change is tried out of each state (29119-4, 5.2.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_Q: Final = "“[^“”，；]{1,10}”"
_LIST: Final = rf"{_Q}(?:(?:、|，|或者?|以及|和|及|与)?{_Q}){{0,5}}"
_IN: Final = "(?:处于|状态为|在)?"
_KIND: Final = "(?:这?[两三四]?[个种]?状态下?)?"
_NOT: Final = "(?:一律|均|都|也|则)?(?:不得|不可以?|不能|不允许|不准|禁止|无法)(?:再|直接)?"
_MAY: Final = "(?:才|方|均|都)?(?:可以|可|能够|能|允许|准许)(?:直接)?"
_TURN: Final = "(?:变更|转变|更改|修改|更新|流转|转换|切换|调整|变|转|改|设置|置)(?:为|成|至|到)"
_AWAY: Final = rf"(?:(?:系统|平台)?{SURELY}{REFUSAL}{_HAN}{{0,10}})"


def _states(noun: str, states: str) -> str:
    """The states with their thing behind them ("处于“待派”状态的工单") or before them ("工单处于“待派”状态时")."""
    return (
        rf"(?:{_IN}(?P<{states}1>{_LIST}){_KIND}的(?P<{noun}1>{_HAN}{{2,8}}?)|"
        rf"(?P<{noun}2>{_HAN}{{2,8}}?)(?:的?状态为|处于|在)(?P<{states}2>{_LIST}){_KIND}(?:时|的|下)?)，?"
    )


_PERMIT: Final = rf"(?:只有|仅有|仅限|仅当|仅|只)?{_states('thing', 'may')}{_MAY}(?P<turn>{_TURN})(?P<to>{_Q})"
_DENY: Final = (
    rf"(?:而|但|凡)?{_states('again', 'denied')}(?:(?P<bar>{_NOT})(?:{_TURN})(?P<to1>{_Q})|"
    rf"(?:{_TURN})(?P<to2>{_Q})(?:时|的|的?请求|的?操作)?，?(?P<away>{_AWAY}))"
)
_SHAPES: Final = (re.compile(f"{_PERMIT}[；，]{_DENY}"), re.compile(f"{_DENY}[；，]{_PERMIT}"))


def points(view: View) -> Iterator[TestPoint]:
    """The change out of each state; nothing where the clauses speak of two things or of two changes, or a state is in both."""
    text = whole(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None:
        return
    noun, again = found["thing1"] or found["thing2"], found["again1"] or found["again2"]
    may, denied = (re.findall("“([^“”]+)”", found[f"{name}1"] or found[f"{name}2"]) for name in ("may", "denied"))
    target, named = found["to"], {*may, *denied}
    if noun != again or target != (found["to1"] or found["to2"]) or target.strip("“”") in named or set(may) & set(denied):
        return
    turned = f"{found['turn']}{target}"
    refusal = _refusal(found["away"] or "") or f"系统不允许将该{noun}{turned}"
    for state in (*may, *denied):
        ok = state in may
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={f"{noun}状态": Input(state)},
            preconditions=(in_state(noun, state, "zh"),),
            do=f"将该{noun}{turned}。",
            see=f"系统允许将该{noun}{turned}。" if ok else f"{refusal}。",
            reason="该状态允许此变更" if ok else "该状态不允许此变更",
            weight=0.9 if ok else 0.92,
            title=f"{noun}处于“{state}”状态",
        )


def _refusal(told: str) -> str:
    """What is seen instead of the change: "系统应予驳回" → 系统驳回, "应失败" → 变更失败; "" where nothing is told."""
    seen = re.sub("^(?:系统|平台)?(?:应予以?|应当?|将|会|须)*", "", told)
    return f"变更{seen}" if seen.startswith(("失败", "不成功")) else f"系统{seen}" if seen else ""

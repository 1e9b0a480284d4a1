"""Who may do one thing in which states, role by role: "调度员在“未起飞”和“飞行中”两个阶段都能取消；寄件人只能在“未起飞”阶段取消；
收件人在任何阶段都无权取消". Each role in each state that is told (a decision table, 29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point, signed_in
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.view import View

_H: Final = "[\u4e00-\u9fffA-Za-z]"
_NAME: Final = rf"(?:(?![或和与及在只仅可能无有]){_H}){{2,8}}?"
_Q: Final = r"“[^“”，；]{1,10}”"
_STATES: Final = rf"(?P<states>{_Q}(?:(?:、|或者?|和|及|与|以及)?{_Q}){{0,5}}|任何|任意|所有|各个?|一切|全部)"
_MAY: Final = "(?:均|都|才|也|仍)?(?:可以|可|能够|能|有权|允许)"
_BAR: Final = "(?:均|都|也|一律)?(?:不得|不可以?|不能|不允许|无权|禁止|无法)"
_AWAY: Final = "(?:的(?:请求|申请|操作))?(?:时|的)?，?(?:系统)?(?:会|将|应当?|均|都|一律|则)*(?:被|予以)?(?:拒绝|驳回|阻止|拦截)"
_PIECE: Final = re.compile(
    rf"(?:而|但)?(?P<who>{_NAME}(?:(?:、|和|与|及|以及|或者?){_NAME}){{0,4}})?(?P<only>(?:只|仅)(?:能|可以?|限|允许)?)?(?P<may>{_MAY})?(?P<bar>{_BAR})?(?:在|于){_STATES}"
    rf"(?:这?[两三四五][个种])?(?P<kind>状态|阶段|环节|时期)?(?:下|时|期间|中)?(?:(?P<yes>{_MAY})|(?P<no>{_BAR}))?(?P<act>{_H}{{2,8}}?)(?P<away>{_AWAY})?"
)
_TOPIC: Final = re.compile(
    r"(?:(?P<noun>[^：；，“”]{2,10}?)的(?P<act>[^：；，“”的]{2,6}?)(?:权限|权利|规则)(?:如下|规定如下)?：)?(?P<rest>.+)"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each cell that a clause decides; nothing where the clauses speak of different acts, or contradict each other."""
    topic = _TOPIC.fullmatch(whole(view))
    if topic is None or topic["rest"].count("“") < 2:
        return
    cells: dict[tuple[str, str], bool] = {}
    every: list[tuple[tuple[str, ...], bool]] = []
    only: list[tuple[str, ...]] = []
    acts: set[str] = set()
    who: tuple[str, ...] = ()
    kind = "状态"
    for piece in re.split("[；，]", topic["rest"]):
        found = _PIECE.fullmatch(piece)
        if found is None or not (who or found["who"]):
            return
        who = tuple(lists.split(found["who"])) if found["who"] else who
        barred = any(found[name] for name in ("bar", "no", "away"))
        if barred == bool(found["may"] or found["yes"] or found["only"]) or (not found["who"] and not barred):
            return
        acts.add(found["act"])
        kind = found["kind"] or kind
        states = tuple(re.findall("“([^“”]+)”", found["states"]))
        if not states:
            every.append((who, not barred))
        for role in who:
            for state in states:
                if cells.setdefault((role, state), not barred) == barred:
                    return
        if found["only"]:
            only.append(who)
    names = tuple(dict.fromkeys(state for _, state in cells))
    for people, ok in every:
        cells.update({(role, state): ok for role in people for state in names})
    for people in only:  # "只能在 …": not in the others
        for role in people:
            for state in names:
                cells.setdefault((role, state), False)
    if len({role for role, _ in cells}) < 2 or len(names) < 2 or len(acts) != 1:
        return
    act, noun = acts.pop(), topic["noun"] or ""
    for (role, state), ok in cells.items():
        deed = f"{act}{noun}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={"角色": Input(role), f"{noun}{kind}": Input(state)},
            preconditions=(signed_in(role), in_state(noun, state, "zh")),
            do=f"以“{role}”身份{deed}。",
            see=f"系统允许“{role}”{deed}。" if ok else f"系统拒绝“{role}”{deed}。",
            reason="该角色在此状态下有权限" if ok else "该角色在此状态下无权限",
            weight=0.9 if ok else 0.92,
            title=f"角色为“{role}”且{noun}{kind}为“{state}”",
        )

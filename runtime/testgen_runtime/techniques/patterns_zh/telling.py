"""Points of a Chinese pattern: what is set up, done and seen; and the words that all patterns look for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from testgen_runtime.documents.atoms import lists, words_zh
from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.points import single
from testgen_runtime.techniques.trees import Act, Tree, situations
from testgen_runtime.techniques.view import View

HAN: Final = "[\u4e00-\u9fffA-Za-z]"
ROLE: Final = words_zh.ROLE.pattern
ROLES: Final = rf"{ROLE}(?:(?:、|或者?|和|及|与|以及){ROLE}){{0,5}}"
NOT: Final = r"(?:均|都|一律|也|则)?(?:不得|不可以|不可|不能够?|不允许|禁止|严禁|无法|不予|不准|不应)(?:再)?"
"""What says that something is refused, before the verb."""
REFUSED: Final = (
    r"(?:(?:系统|平台)?(?:均|都|一律|则)?(?:应当?|将|须|必须)?(?:予以|被)?(?:拒绝|驳回|禁止)|(?:系统|"
    r"平台)?(?:应|将)?不予|(?:系统|平台)?不得|不能|不可以?|不允许)"
)
WILL: Final = "(?:应当?|须|将|一律|均){0,2}"
MAY: Final = r"(?:才|方|均|都|也)?(?:可以|可|能够?|允许|有权|方可|才能)"


def statement(view: View) -> str:
    """The requirement as one statement without blanks and closing marks; "" where it has several sentences."""
    text = re.sub(r"\s+", "", view.requirement.text).rstrip("。；;.")
    if re.search(r"[。！？!?\n]", text):
        return ""
    return text if _NUMBERED.search(text) else text.replace(",", "，").replace(";", "；")


_NUMBERED = re.compile(r"\d,\d")


def roles(words: str) -> tuple[str, ...]:
    """The roles of a list of roles."""
    return tuple(lists.split(words))


def signed_in(role: str) -> str:
    """The precondition that names who is signed in."""
    return f"已用“{role}”角色的账户登录。"


def of_role(view: View, role: str, done: str, *, ok: bool, no: str = "", named: bool = True) -> TestPoint:
    """Somebody in a role does something, and may or may not; `no`: how the text tells the refusal; `named`: whether it names the
    role."""
    return point(
        view,
        technique=Technique.PERMISSION_MATRIX,
        ok=ok,
        inputs={"角色": Input(role, "", "text" if named else "example")},
        preconditions=(signed_in(role),),
        do=f"以“{role}”身份{done}。",
        see=f"系统允许“{role}”{done}。" if ok else no or f"系统拒绝“{role}”{done}。",
        reason="该角色有权限" if ok else "该角色无权限",
        weight=0.9 if ok else 0.92 if named else 0.85,
        title=f"角色为“{role}”",
    )


def of_state(view: View, thing: str, state: str, *, ok: bool, do: str, act: str) -> TestPoint:
    """A thing in a state in which an act is possible or not."""
    told = "允许" if ok else "拒绝"
    return point(
        view,
        technique=Technique.EQUIVALENCE_PARTITIONING,
        ok=ok,
        inputs={f"{thing}状态": Input(state)},
        preconditions=(in_state(thing, state, "zh"),),
        do=do,
        see=f"系统{told}{act}。",
        reason=f"状态为“{state}”时{told}",
        weight=0.9 if ok else 0.92,
        title=f"{thing}处于“{state}”状态",
    )


def act_on(act: str, noun: str) -> str:
    """An act with the thing that it is done to: (修改, 订单) → 修改该订单, (进入园区, 访客) → 以该访客身份进入园区,
    (转账, 账户) → 使用该账户转账."""
    if words_zh.ROLE.fullmatch(noun):
        return f"以该{noun}身份{act}"
    if act.startswith(("用于", "作为")):
        return f"将该{noun}{act}"
    if _TOOL.search(noun) and (len(act) > 2 or _BY_MEANS.fullmatch(act)):
        return f"使用该{noun}{act}"
    return f"{act}该{noun}" if len(act) <= 2 else f"对该{noun}{act}"


_TOOL = re.compile("(?:账户|账号|[卡券码证]|设备|终端)$")
_BY_MEANS = re.compile(
    "转账|提现|支付|付款|消费|充值|登录|下单|交易|取款|存款|结算|结账|借阅|乘车|入场|入园|进站|投票|发帖|评论|发布|通话|上网|投资"
)


def point(
    view: View,
    *,
    technique: Technique,
    ok: bool,
    inputs: Mapping[str, Input],
    preconditions: Sequence[str],
    do: str,
    see: str,
    reason: str,
    weight: float,
    title: str,
) -> TestPoint:
    """One point with its only step. It exercises every atom: a pattern reads the requirement to its end."""
    return single(
        view,
        technique,
        tuple(atom.id for atom in view.atoms),
        ok=ok,
        inputs=inputs,
        preconditions=preconditions,
        do=do,
        see=see,
        reason=reason,
        weight=weight,
        title=f"{title}时，{see.rstrip('。')}",
    )


def of_tree(view: View, tree: Tree, act: Act, *, bad: str = "") -> Iterator[TestPoint]:
    """A point for each row of the conditions. `bad`: how the text tells that they are not met."""
    for one in situations(tree):
        told = "且".join(line.rstrip("。") for line in one.lines)
        yield point(
            view,
            technique=one.way.technique,
            ok=one.holds,
            inputs=one.inputs,
            preconditions=one.lines,
            do=act.do,
            see=act.yes if one.holds else act.no,
            reason=one.way.reason,
            weight=one.way.weight,
            title=f"{told}（{bad}）" if bad and not one.holds else told,
        )


def of_states(
    view: View, noun: str, may: Sequence[str], denied: Sequence[str], act: str, *, who: str = ""
) -> Iterator[TestPoint]:
    """A point for each state of the thing: the act is allowed in those of `may`."""
    for state in (*may, *denied):
        ok = state in may
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={f"{noun}状态": Input(state)},
            preconditions=(in_state(noun, state, "zh"),),
            do=f"{who}{act_on(act, noun)}。",
            see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
            reason="该状态允许此操作" if ok else "该状态不允许此操作",
            weight=0.9 if ok else 0.92,
            title=f"{noun}处于“{state}”状态",
        )


def of_bound(view: View, limit: Limit, name: str, act: Act, *, accepts: bool = True) -> Iterator[TestPoint]:
    """A point for each value at and beside the bounds of a limit. `accepts`: the act is allowed inside it, else outside."""
    for level in limit_levels(limit, name, "zh"):
        (value,) = level.inputs.values()
        ok, told = level.good == accepts, f"{name}为 {shown(value, 'zh')}"
        yield point(
            view,
            technique=level.technique,
            ok=ok,
            inputs=level.inputs,
            preconditions=(f"{told}。",),
            do=act.do,
            see=act.yes if ok else act.no,
            reason=level.reason,
            weight=level.weight,
            title=told,
        )

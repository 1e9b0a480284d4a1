"""States in quotation marks, each clause with its verdict: "若其处于“待命”，则派单成功；若其处于“充电中”或“检修中”，则派单请求被
拒绝", "订单“已结算”之后方可开具发票；“充电中”的订单不允许开具发票". Each state is tried (29119-4, 5.2.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.model import State
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import act_on, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, akin, whole
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.view import View

_Q: Final = "“[^“”，；]{1,10}”"
_JOINT: Final = "(?:、|，|或者?|以及|和|及|与)?"
_LIST: Final = rf"{_Q}(?:(?:状态)?(?:的[\u4e00-\u9fff]{{1,6}}?)?{_JOINT}(?:(?:或者?|和|与)?(?:已经|处于)?){_Q}){{0,5}}"
_H: Final = "[\u4e00-\u9fffA-Za-z]"
_CLAUSE: Final = re.compile(
    rf"(?P<head>(?:{_H}{{1,16}}，)?{_H}{{0,16}}?)(?P<states>{_LIST})(?:这?[两三四]?[个种]?(?:状态|阶段))?(?:之后|以后|之时|期间|时|后|下|中)?(?:的(?P<noun>{_H}{{1,6}}?)(?=，|均|都|一律|则|不|可|方|才|仍|应|禁|无法|允许|准|$))?"
    rf"(?:时|的)?，?(?P<rest>(?:(?:系统|平台)?(?:均|都|一律|则|才|便|就|方|仍|应当?|将|会|予以|被)*{_H}{{2,20}})?)"
)
_YES: Final = re.compile("(?:方|才|仍|均|都|即)?(?:可以|可(?!见|用|信)|准许|允许|准予|能够|能)|成功|通过|受理|接受|正常")
_NO: Final = re.compile(f"{REFUSAL}|不可")
_DEMAND: Final = re.compile("(?:须|必须|应当?|需|只有|仅|只)")
_MORE: Final = re.compile(
    "且|并且|同时|除|其他|其它|其余|但|超过|少于|不足|[由转变改]为?“[^”]*”(?:变|转|改)|变更为|[从由]“|自动|不再为|之前|[^之]前，|未经"
)
"""What brings in another condition, or speaks of a change of state."""
_ACT_BAR: Final = re.compile(
    rf"(?:均|都|一律|便|则|就)?(?:不得|不可以?|不能|不允许|不准|禁止|无法|不予)(?:再)?(?:次)?(?:被|进行|执行)?(?P<act>{_H}{{2,10}})$"
)
_ACT_AWAY: Final = re.compile(
    rf"(?:系统|平台|则|其)*(?P<act>{_H}{{2,8}}?)(?:的)?(?:请求|申请|操作|动作)?{SURELY}(?:由?系统|平台)?{SURELY}(?:拒绝|驳回|失败|拦截|阻止|退回)$"
)
_ACT_OF: Final = re.compile(
    rf"(?:系统|平台)?{SURELY}(?:拒绝|驳回|拦截|阻止|禁止){_H}{{0,2}}?(?P<act>{_H}{{2,8}}?)(?:的?(?:请求|申请|操作))?$"
)
_SOMEBODY: Final = re.compile(rf"{words_zh.ROLE.pattern}|[\u4e00-\u9fff]{{1,3}}人(?=可|不|均|都|有权|无权|方|才|仍|应|能|禁)")
_NOUN: Final = re.compile(
    rf"(?:若|如果?|当|凡|仅当|只有|须|必须)?(?P<noun>{_H}{{2,8}}?)(?:的?(?:状态|阶段))?(?:处于|尚为|仍为|变为|进入|尚?在|已经?|尚|仍|为|是|的)*$"
)


@dataclass(frozen=True, slots=True)
class _Clause:
    head: str
    states: tuple[str, ...]
    noun: str
    rest: str

    @property
    def refuses(self) -> bool:
        return _NO.search(self.rest) is not None

    @property
    def permits(self) -> bool:
        told = _YES.search(self.rest) is not None or (not self.rest and _DEMAND.search(self.head) is not None)
        return told and not self.refuses


def points(view: View) -> Iterator[TestPoint]:
    """Each state with its verdict; nothing where the clauses speak of different acts or people, or where one has no verdict."""
    text = whole(view)
    if "“" not in text or re.search(r"\d", text) or _MORE.search(text):
        return
    found = [_CLAUSE.fullmatch(piece) for piece in text.split("；")]
    clauses = [_read(m) for m in found if m is not None]
    yes, no = [c for c in clauses if c.permits], [c for c in clauses if c.refuses]
    if len(clauses) != len(found) or len(yes) != 1 or len(no) != 1 or len(clauses) != 2:
        return
    may, denied = yes[0].states, no[0].states
    act = _act(no[0].rest)
    known = {name for _, value in view.of(State) for name in (*value.allowed, *value.refused)}
    if {*may, *denied} <= known:
        return  # the general reading has them all
    if set(may) & set(denied) or not act or not akin(act, f"{yes[0].head}{yes[0].rest}") or _people(yes[0], no[0]):
        return
    noun = _noun(yes[0], no[0])
    if not noun:
        return
    to = re.match(rf"(?P<by>[向对给]){re.escape(noun)}{re.escape(act[:2])}", yes[0].head)
    refusal = re.sub("^(?:系统|平台)?(?:均|都|一律|便|则|就|应当?|将|会)*", "", no[0].rest)
    for state in (*may, *denied):
        ok = state in may
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={f"{noun}状态": Input(state)},
            preconditions=(in_state(noun, state, "zh"),),
            do=f"{to['by']}该{noun}{act}。" if to else f"{act_on(act, noun)}。",
            see=f"系统允许{act}。" if ok else f"{refusal}。" if refusal.startswith(act[:2]) else f"系统{refusal}。",
            reason="该状态允许此操作" if ok else "该状态不允许此操作",
            weight=0.9 if ok else 0.92,
            title=f"{noun}处于“{state}”状态",
        )


def _read(found: re.Match[str]) -> _Clause:
    states = tuple(re.findall("“([^“”]+)”", found["states"]))
    inner = re.search(rf"的({_H}{{1,6}}?){_JOINT}(?:已经|处于)?“", found["states"])
    return _Clause(found["head"], states, found["noun"] or (inner[1] if inner else ""), found["rest"])


def _act(rest: str) -> str:
    found = _ACT_BAR.search(rest) or _ACT_AWAY.fullmatch(rest) or _ACT_OF.fullmatch(rest)
    return found["act"] if found else ""


def _people(yes: _Clause, no: _Clause) -> bool:
    """Whether the refusal is somebody's of whom the permission does not speak."""
    one, other = ({m[0] for m in _SOMEBODY.finditer(f"{c.head}，{c.rest}")} for c in (yes, no))
    return bool(other) and one != other


def _noun(yes: _Clause, no: _Clause) -> str:
    """What is in the state: behind it ("“已退款”的订单"), else before it, else what the first clause is done to."""
    for clause in (no, yes):
        if clause.noun and re.fullmatch("[^时其该]{2,6}", clause.noun):
            return clause.noun
    for clause in (yes, no):
        told = _NOUN.fullmatch(clause.head.rpartition("，")[2])
        if told and not re.fullmatch("其|该.?|它|若其|当其", told["noun"]) and "其" not in told["noun"]:
            return told["noun"]
    to = re.match(rf"[向对给为](?P<noun>{_H}{{2,8}}?){re.escape(_act(no.rest)[:2])}", yes.head)
    return to["noun"] if to else ""

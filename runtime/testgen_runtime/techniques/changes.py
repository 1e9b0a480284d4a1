"""Several changes of state told in one requirement: "付款后由“待付款”变为“待发货”，发货后由“待发货”变为“已发货”".

Each event is tried in its own state; where the text refuses all other changes, also in each of the other states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.words_zh import EVENT, ROLE
from testgen_runtime.documents.model import Actor, Atom, Enumeration, Limit, State
from testgen_runtime.techniques.model import Input, PointStep, Technique, TestPoint
from testgen_runtime.techniques.names import state_name
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.points import make
from testgen_runtime.techniques.view import View, negative

_OTHERS: Final = re.compile(
    r"(?:不允许|不得|禁止|拒绝|不能|不可|不予)[^。；]{0,8}?(?:其他|其它|其余|跳过|跨|逆向)|"
    r"(?:其他|其它|其余|跳过|跨|逆向|除此(?:之外|以外)?)[^。；]{0,14}?(?:不允许|不得|禁止|拒绝|不能|不可|不予|无效)"
)
_CLAUSE: Final = re.compile(r"[^，,。；;：:]*$")
_EVENT: Final = re.compile(
    r"^(?:当|如果|若|在)?(?P<event>.{2,24}?)(?:之?后|以后|时|，|,|\s)*(?:的?状态|其)?(?:应|将|会|须|自动|立即|系统)*(?:从|由)?[“「]?$"
)
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class _Change:
    event: str
    source: str
    target: str
    atom: Atom


def points(view: View) -> Iterator[TestPoint]:
    """The tests of a Chinese requirement that tells two changes of state or more, each with its event; else none."""
    if (
        view.language != "zh"
        or any(isinstance(atom.value, Limit | Enumeration) for atom in view.atoms)
        or any(v.denied for _, v in view.of(Actor))
    ):
        return
    atoms = [(atom, value) for atom, value in view.of(State) if value.target]
    changes = [c for atom, value in atoms if value.allowed and (c := _change(view, atom, value)) is not None]
    if len(changes) < 2 or len(changes) != len(atoms):
        return
    owner, changes = _owned(changes, [value.subject for _, value in atoms])
    states = tuple(dict.fromkeys(s for c in changes for s in (c.source, c.target)))
    closed = _OTHERS.search(view.requirement.text) is not None
    refusals = tuple(a.id for a in view.results() if negative(a)) if closed else ()
    for change in changes:
        yield _point(view, owner, change, change.source, accepted=True, ids=(*_told(view, change), change.atom.id))
    tried = {(c.event, c.source) for c in changes}
    for state in states if closed else ():
        for change in changes:
            if (change.event, state) not in tried and len(tried) < _MOST:
                tried.add((change.event, state))
                yield _point(view, owner, change, state, accepted=False, ids=(change.atom.id, *refusals))


def _change(view: View, atom: Atom, value: State) -> _Change | None:
    """A change with the event before it in its own clause, or in the one before it."""
    text = view.requirement.text
    found = _CLAUSE.search(text[: view.at(atom)])
    before = found[0] if found else ""
    told = _EVENT.match(before) or _EVENT.match(_clause_before(text, view.at(atom)))
    return _Change(told["event"], value.allowed[0], value.target, atom) if told else None


def _clause_before(text: str, at: int) -> str:
    parts = re.split(r"[，,。；;：:]", text[:at])
    return parts[-2].strip() if len(parts) > 1 else ""


def _owned(changes: list[_Change], subjects: list[str]) -> tuple[str, list[_Change]]:
    """What changes its state, and the changes without its name in their events: 订单付款 of an order is 付款."""
    named = [
        s
        for s in (re.sub("(?:的)?状态$|^(?:该|其)", "", s) for s in subjects)
        if 2 <= len(s) <= 6 and not re.search("[后时前]$", s)
    ]
    states = [s for c in changes for s in (c.source, c.target)]
    event = changes[0].event
    at = next((i for i in range(2, len(event) - 1) if any(event[i : i + 2] in state for state in states)), 0)
    at = at or next((i for i in range(2, len(event) - 1) if EVENT.match(event[i:])), 0)
    owner = named[0] if named else event[:at] if at and not ROLE.fullmatch(event[:at]) else ""
    cut = [
        _Change(c.event.removeprefix(owner) if len(c.event.removeprefix(owner)) > 1 else c.event, c.source, c.target, c.atom)
        for c in changes
    ]
    return owner, cut


def _told(view: View, change: _Change) -> tuple[str, ...]:
    """The atoms of the clause that tells the change: its event, its action and its outcome."""
    at, text = view.at(change.atom), view.requirement.text
    start = max(text.rfind(mark, 0, at) for mark in "。；;") + 1
    start = max(start, text.rfind(change.event, 0, at))
    end = at + len(change.atom.text)
    return tuple(a.id for a in view.atoms if start <= view.at(a) < end or (view.at(a) < start and view.at(a) + len(a.text) > at))


def _point(view: View, owner: str, change: _Change, state: str, *, accepted: bool, ids: tuple[str, ...]) -> TestPoint:
    thing = owner or "对象"
    who = ROLE.match(change.event)
    acts = who is not None and len(change.event) - who.end() >= 2
    act, lead = (change.event[who.end() :], f"以“{who[0]}”身份") if who and acts else (change.event, "")
    done = f"{lead}对处于“{state}”状态的{thing}执行{act}操作。"
    seen = f"{thing}状态变为“{change.target}”。" if accepted else f"系统不允许该状态变更，{thing}状态仍为“{state}”。"
    return make(
        view, Technique.STATE_TRANSITION, tuple(dict.fromkeys(ids)), "positive" if accepted else "negative",
        inputs={state_name(owner, "zh"): Input(state), "操作": Input(act)},
        preconditions=(in_state(owner, state, "zh"),), action=done, expected=seen,
        reason="该状态允许此操作" if accepted else "该状态不允许此操作", weight=0.93 if accepted else 0.88,
        title=f"{thing}处于“{state}”状态时执行{act}，{seen.rstrip('。').split('，')[0]}", steps=(PointStep(done, seen),),
    )  # fmt: skip

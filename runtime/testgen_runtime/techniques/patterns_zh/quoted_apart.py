"""States in quotation marks, some with one verdict and the rest with the other, where no atom has both sets:
"工单撤回仅限“待派单”和“已派单”状态；“维修中”状态下撤回的，系统应拒绝", "状态为“草稿”的合同准予修改，状态为“已归档”的不予修改".
Each is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.model import State
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import of_state
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, akin, whole
from testgen_runtime.techniques.view import View

_NAME: Final = re.compile("“([^“”]{1,12})”")
_MAY: Final = "(?:准予|允许|准许|可以?|方可|才能|予以|有权)"
_ONLY: Final = re.compile(r"^(?P<thing>[\u4e00-\u9fff]{2,10}?)(?P<act>[\u4e00-\u9fff]{2})(?:仅限|只限|限于)于?(?:在|处于)?“")
_ACT: Final = re.compile(rf"{_MAY}(?P<act>[\u4e00-\u9fff]{{2,6}})$")
_THING: Final = re.compile(
    rf"”(?:状态)?的(?P<thing>[\u4e00-\u9fff]{{2,8}}?){_MAY}|^(?:仅|只有)?(?P<first>[\u4e00-\u9fff]{{2,8}}?)(?:的?状态为|处于|在)“"
)
_DOES: Final = re.compile(rf"(?:{_MAY}|不予|不得|不可|禁止|拒绝|不允许|不能)(?:再|其|被)?([\u4e00-\u9fff]{{2,6}})")
_OF_SOMEBODY: Final = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,6}?)(?:仅能|只能|仅可|只可|仅可以|只可以)在(?P<thing>[\u4e00-\u9fff]{2,8}?)的?状态为(?P<may>“[^，；]{1,40}?”)时(?P<act>[\u4e00-\u9fff]{2,8})"
    r"[，；](?:在|处于)?(?P<denied>“[^，；]{1,60}?”)(?:等)?(?:状态)(?:下|时)(?P=act)(?:的|时)?，?(?:操作|请求)?"
    rf"(?:系统|平台)?(?:会|{SURELY})被?(?:系统|平台)?{SURELY}{REFUSAL}[\u4e00-\u9fff]{{0,6}}"
)
"""Somebody's act in some states of a thing: "队长仅能在赛事状态为“报名中”时更换队员，在“比赛中”状态下更换队员会被拒绝"."""
_MORE: Final = re.compile(r"\d|且|除非|除外|未|已经|同时|角色|或者|超过|不足")


def points(view: View) -> Iterator[TestPoint]:
    """A point for each state; nothing where more than its name decides, or the atoms have the sets already."""
    text = whole(view)
    if found := _OF_SOMEBODY.fullmatch(text):
        yield from _of_somebody(view, found)
        return
    bare = _NAME.sub("", text)
    if "状态" not in text or _MORE.search(bare) or words_zh.ROLE.search(bare):
        return
    may, denied = _sets(text)
    named = (_ONLY.match(text), _THING.search(text), next((m for p in re.split("[，；]", text) if (m := _ACT.search(p))), None))
    thing = (named[0] and named[0]["thing"]) or (named[1] and (named[1]["thing"] or named[1]["first"]))
    act = (named[0] and named[0]["act"]) or (named[2] and named[2]["act"])
    if not may or not denied or set(may) & set(denied) or not thing or not act or _known(view, may, denied):
        return
    if any(not akin(act, other) for other in _DOES.findall(bare)):
        return  # one thing is possible in some states, and something else is not in others
    for state in (*may, *denied):
        yield of_state(view, thing, state, ok=state in may, do=f"对该{thing}执行{act}操作。", act=act)


def _of_somebody(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    who, thing, act = found["who"], found["thing"], found["act"]
    may, denied = _NAME.findall(found["may"]), _NAME.findall(found["denied"])
    if set(may) & set(denied) or re.search("系统|平台", who):
        return
    for state in (*may, *denied):
        yield of_state(view, thing, state, ok=state in may, do=f"以“{who}”身份{act}。", act=act)


def _sets(text: str) -> tuple[list[str], list[str]]:
    """The names with what is allowed, and those with what is refused; a name waits for the verdict that comes behind it."""
    sets: tuple[list[str], list[str]] = ([], [])
    waiting: list[str] = []
    for piece in re.split("[，；]", text):
        waiting += _NAME.findall(piece)
        bare = _NAME.sub("", piece)
        refused = re.search(REFUSAL, bare) is not None
        if waiting and (refused or re.search(f"{_MAY}|仅限|只限|限于", bare)):
            sets[refused].extend(waiting)
            waiting = []
    return ([], []) if waiting else sets


def _known(view: View, may: list[str], denied: list[str]) -> bool:
    return any(set(s.allowed) == set(may) and set(denied) <= set(s.refused) for _, s in view.of(State))

"""States in which something may be done beside states in which it may not, each told of the thing: "已归档和已挂起的项目不可
编辑，筹备中和进行中的项目可以编辑"; and all states but one: "工单除“已关闭”状态外均可转派". Each is tried (29119-4, 5.2.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, MAY, NOT, of_states, statement
from testgen_runtime.techniques.view import View

_STATE: Final = r"(?:“[^“”]{1,10}”|(?:已经?|未|待|尚未)[\u4e00-\u9fff]{1,4}?|[\u4e00-\u9fff]{1,3}中|草稿|新建)"
_JOINT: Final = r"(?:、|或者?|以及|和|及|与)"
_LIST: Final = rf"{_STATE}(?:{_JOINT}?{_STATE}){{0,5}}"
_VERDICT: Final = rf"(?:均|都|一律)?(?:(?P<no{{0}}>{NOT})|(?P<yes{{0}}>{MAY}))(?:再)?(?:被|进行)?"
_SHAPE: Final = re.compile(
    rf"(?P<one>{_LIST})(?:状态)?(?:下)?的(?P<noun>[\u4e00-\u9fff]{{2,6}}?){_VERDICT.format(1)}(?P<act>[\u4e00-\u9fff]{{2,8}}?)"
    rf"[，；](?:而|但)?(?P<two>{_LIST})(?:状态)?(?:下)?的(?:(?P=noun))?(?:则)?{_VERDICT.format(2)}(?P<again>[\u4e00-\u9fff]{{0,8}})"
)
_BUT: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,8}}?)?，?除了?(?:处于)?(?P<but>“[^“”]{{1,10}}”(?:{_JOINT}?“[^“”]{{1,10}}”){{0,3}})(?:状态)?(?:以外|之外|外)，?"
    rf"(?:(?P<of>{HAN}{{0,8}}?)(?:在|处于)(?P<open>“[^“”]{{1,10}}”(?:{_JOINT}?“[^“”]{{1,10}}”){{0,5}})(?:状态)?(?:时|下)?)?"
    rf"(?P<who>(?:其他|其余|各|所有|任何)?状态下?的?)?(?:均|都)?{MAY}(?P<act>[\u4e00-\u9fff]{{2,8}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each state with its verdict; nothing where both halves permit, or speak of different acts."""
    text = statement(view)
    if found := _SHAPE.fullmatch(text):
        if (found["no1"] is None) == (found["no2"] is None) or (found["again"] and found["again"] != found["act"]):
            return
        one, two = _names(found["one"]), _names(found["two"])
        may, denied = (two, one) if found["no1"] else (one, two)
        noun = found["noun"]
    elif found := _BUT.fullmatch(text):
        may, denied = _names(found["open"] or ""), _names(found["but"])
        noun = found["noun"] or found["of"] or ""
    else:
        return
    if not noun or set(may) & set(denied) or len({*may, *denied}) < 2:
        return
    yield from of_states(view, noun, may, denied, found["act"])


def _names(words: str) -> tuple[str, ...]:
    """The states of a list, without their quotation marks."""
    if "“" in words:
        return tuple(re.findall("“([^“”]+)”", words))
    return tuple(name for name in re.split(_JOINT, words) if name)

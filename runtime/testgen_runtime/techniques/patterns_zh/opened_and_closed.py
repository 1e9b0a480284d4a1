"""States in which something may be done, and those from which on it may not: "申报表在“草稿”“退回”状态下可以编辑，一经“受理”或
“办结”即不得编辑". Each state is tried once (29119-4, 5.2.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, MAY, NOT, of_states, statement
from testgen_runtime.techniques.view import View

_STATE: Final = "“[^“”]{1,12}”"
_STATES: Final = rf"{_STATE}(?:(?:、|，?或者?|和|及|与|以及)?{_STATE}){{0,6}}"
_SHAPE: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,10}}?)(?:仅|只)?(?:在|处于|状态为)(?P<open>{_STATES})(?:[两二三四五六七]种|\d种)?(?:状态)?(?:时|下|中)?(?:的|，)?(?P<who>[\u4e00-\u9fff]{{2,6}}?)??{MAY}"
    rf"(?:被|进行|自行|直接)?(?P<act>[\u4e00-\u9fff]{{2,8}}?)[，；](?:但|而)?(?:(?:一经|一旦|一到|到了|自)(?:变为|转为|进入|处于|到达|成为)?|(?P<of>{HAN}{{0,8}}?)(?:状态)?(?:变为|转为|进入|处于|到达|成为|为))(?P<closed>{_STATES})"
    rf"(?:状态)?(?:之?后|时|的|起)?，?(?:即|就|便|则|将)?(?P<by>[\u4e00-\u9fff]{{2,6}}?)??(?:{NOT}|不再允许|不能再)(?:被|进行|再|自行|直接)?(?P<again>[\u4e00-\u9fff]{{2,8}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each state with its verdict; nothing where the two halves speak of different acts, or of one state."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or found["again"] != found["act"] or not found["noun"].endswith(found["of"] or ""):
        return
    who = found["who"] or ""
    if (found["by"] or who) != who:
        return  # somebody else's right
    noun, act = found["noun"], found["act"]
    opened, closed = (re.findall("“([^“”]+)”", found[name]) for name in ("open", "closed"))
    if set(opened) & set(closed):
        return
    yield from of_states(view, noun, opened, closed, act, who=who)

"""A situation that names several places or kinds at once ("包裹寄往新疆、西藏"): one test is set up with one of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.factors import Level

_LIST: Final = re.compile(
    r"(?P<head>^.*?(?:寄往|寄自|发往|送往|运往|销往|开往|飞往|前往|来自|位于|产自|属于|为|是))"
    r"(?P<list>[\u4e00-\u9fffA-Za-z]{1,10}?(?:、[\u4e00-\u9fffA-Za-z]{1,10}?){0,9}(?:、|和|或者?|及|与|以及)[\u4e00-\u9fffA-Za-z]{1,10}?)"
    r"(?P<tail>[。；]?)$"
)
_OTHERS: Final = re.compile("其他|其它|其余")
_MOST: Final = 8


def each(level: Level) -> list[Level]:
    """The level once for each member of the list that its situation names; the level itself where it names none."""
    lines = [line for line in level.preconditions if _members(line)]
    if len(lines) != 1:
        return [level]
    made = []
    for place in range(len(_members(lines[0]))):
        inputs = {key: replace(value, value=_with(value.value, place)) for key, value in level.inputs.items()}
        made.append(replace(level, inputs=inputs, preconditions=tuple(_with(line, place) for line in level.preconditions)))
    return made


def _members(text: str) -> tuple[str, ...]:
    found = _LIST.match(text)
    if found is None or _OTHERS.search(found["list"]):
        return ()
    names = lists.split(found["list"])[:_MOST]
    return names if len(names) > 1 else ()


def _with(text: str, place: int) -> str:
    found, names = _LIST.match(text), _members(text)
    return f"{found['head']}{names[place]}{found['tail']}" if found and names else text

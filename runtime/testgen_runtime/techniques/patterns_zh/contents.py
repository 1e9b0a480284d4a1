"""What a text must contain: "密码长度为 8 至 20 位，且必须同时包含字母和数字". A text with all of it, and one without each
(29119-4, 5.2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.contents import Written, written
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, whole
from testgen_runtime.techniques.told_rules.chinese_conditions import measure
from testgen_runtime.techniques.view import View

_CLASSES: Final = {
    "upper": "大写(?:英文)?字母",
    "lower": "小写(?:英文)?字母",
    "letter": "(?:英文)?字母",
    "digit": "(?:阿拉伯)?数字",
    "special": "(?:特殊)?(?:符号|字符)|特殊字符",
}
_NAMES: Final = {"upper": "大写字母", "lower": "小写字母", "letter": "字母", "digit": "数字", "special": "特殊字符"}
_COUNT: Final = r"(?:至少|不少于)?(?:含有?|包含)?(?P<count>[一二两三1-9])?[个位]?"
_ITEMS: Final = {name: re.compile(rf"{_COUNT}(?:{words})") for name, words in _CLASSES.items()}
_MUST: Final = "(?:必须|应当?|须|需要?)"
_SHAPE: Final = re.compile(
    rf"(?P<thing>{HAN}{{2,10}}?)(?:的?(?P<length>长度{_MUST}?(?:为|在)?[^，；]*?\d[^，；]*?(?:位|个字符|字符)(?:之间|以内|以上|以下)?)，(?:并|且|并且|同时)?)?"
    rf"{_MUST}?(?:同时|至少)?(?:包含|包括|含有)(?P<list>[^，；]+?)(?:[，；](?P<rest>[^；]+))?"
)
_PARTED: Final = re.compile("、|以及|及|和|与")
_WORDS: Final = {"一": 1, "二": 2, "两": 2, "三": 3}


def points(view: View) -> Iterator[TestPoint]:
    """The texts; nothing where an element of the list is not a class of signs."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not re.search(_MUST, found[0]):
        return
    needed, rest = _needed(found["list"]), found["rest"] or ""
    if needed is None or (rest and not re.search(rf"否则|不符合|缺少|未包含|其他|其它.*{REFUSAL}", rest)):
        return
    shortest = longest = None
    if found["length"]:
        limit = measure(re.sub(_MUST, "", found["length"]))
        if limit is None:
            return
        low, high = limit.lower, limit.upper
        shortest = int(low.value) + (0 if low.inclusive else 1) if low else None
        longest = int(high.value) - (0 if high.inclusive else 1) if high else None
    bounded, thing = shortest is not None or longest is not None, found["thing"]
    for one in written(needed, shortest, longest):
        why = _why(one)
        length = {f"{thing}长度": Input(str(len(one.value)), "位", "boundary")}
        yield point(
            view,
            technique=Technique.SYNTAX_TESTING,
            ok=one.ok,
            inputs={thing: Input(one.value, "", "example"), **(length if bounded else {})},
            preconditions=(),
            do=f"输入{thing}“{one.value}”。",
            see=f"系统{'接受' if one.ok else '拒绝'}该{thing}。",
            reason="符合全部要求" if one.ok else why,
            weight=0.9 if one.ok else 0.93,
            title=f"{thing}为“{one.value}”（{why}）",
        )


def _why(one: Written) -> str:
    if not one.lacks:
        return f"共 {len(one.value)} 个字符"
    return f"只有 {one.has} 个{_NAMES[one.lacks]}" if one.has else f"不含{_NAMES[one.lacks]}"


def _needed(words: str) -> dict[str, int] | None:
    """How many of each class a list asks for; None where it names something else, or a class twice."""
    out: dict[str, int] = {}
    for part in _PARTED.split(words):
        named = next(((name, m) for name, shape in _ITEMS.items() if (m := shape.fullmatch(part))), None)
        if named is None or named[0] in out:
            return None
        count = named[1]["count"] or "1"
        out[named[0]] = _WORDS.get(count) or int(count)
    return out if len(out) > 1 else None

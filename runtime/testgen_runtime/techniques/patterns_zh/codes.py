"""A code with its length and characters, and the mistakes for which it is turned away: "取件码由 6 位数字构成。输入的取件码不足
6 位、多于 6 位或者含有字母时，系统不予接受" (syntax testing, 29119-4, 5.2.4).

The mistakes are of what was told before, and no conditions of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.model import Format, Limit, Run
from testgen_runtime.techniques.grammar import Mistake, derivations, matches, mutations
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.names import format_name
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, whole
from testgen_runtime.techniques.view import View

_COUNTED: Final = r"(?:位|个)(?:字符|数字|字母)?"
_SHORT: Final = rf"(?:不足|少于|不到|未满)(?:\d+{_COUNTED})?|(?:过|太)短"
_LONG: Final = rf"(?:多于|超过|超出)(?:\d+{_COUNTED})?|(?:过|太)长"
_SIZE: Final = (
    r"(?:位数|长度|字符数|字数)(?:不对|不符合?(?:要求|规定)?|不正确|有误|错误|不足|(?:不等于|不是|不为)\d+位?)|"
    r"(?:不是|不为|不等于|不满足)\d+(?:位|个)(?:字符|数字)?"
)
_SIGN: Final = (
    r"(?:大写|小写)?(?:英文)?字母|非数字(?:字符)?|数字|空格|汉字|中文|(?:特殊|其他|其它|非法)?(?:字符|符号)|标点(?:符号)?"
)
_KIND: Final = rf"(?:含有?|包含|带有?|出现|混有|夹杂)(?:有|了)?(?:任何)?(?:{_SIGN})"
_FIRST: Final = (
    r"(?:首位|第一位|首字符|首字母|开头|前缀)(?:不是|不为|并非|非|错误|不对|不正确)[^，；、]{0,4}?|"
    r"(?:不以|未以|非)[^，；、]{1,3}(?:开头|打头)的?"
)
_MISTAKES: Final = (("short", _SHORT), ("long", _LONG), ("size", _SIZE), ("kind", _KIND), ("first", _FIRST))
_ONE: Final = "|".join(f"(?:{words})" for _, words in _MISTAKES)
_JOINT: Final = "(?:、|，|，?或者?|以及|及|和)"
_TAIL: Final = re.compile(
    rf"(?:若|如果?|凡|对于?)?(?P<bad>{HAN}{{0,10}}?(?:{_ONE})(?:的{HAN}{{1,8}}?)?(?:{_JOINT}{HAN}{{0,6}}?(?:{_ONE})(?:的{HAN}{{1,8}}?)?){{0,5}}?)"
    rf"(?:的|时|者)?，?(?P<no>(?:系统|平台|页面|终端)?(?:均|都|一律|应当?|将|会|须|应予|予以|被){{0,3}}{REFUSAL}[\u4e00-\u9fff“”]{{0,16}})"
)
_WHY: Final = {"too short": "少一个字符", "too long": "多一个字符"}
_WRONG_SIGNS: Final = (
    ("大写", "AB"), ("小写", "ab"), ("非数字|特殊|其他|其它|非法|符号|标点|字符", "#A"), ("字母", "Aa"), ("数字", "7"),
    ("空格", " "), ("汉字|中文", "中"),
)  # fmt: skip
"""What a named kind of characters looks like."""


def points(view: View) -> Iterator[TestPoint]:
    """The code, and one value for each mistake that is told; nothing where the length in the two clauses differs."""
    head, _, last = whole(view).rpartition("；")
    syntax, tail = _syntax(view), _TAIL.fullmatch(last)
    if not head or "；" in head or tail is None or syntax is None:
        return
    subject, runs, size = syntax
    if any(int(number) != size for number in re.findall(r"\d+(?=[位个])", tail["bad"])):
        return
    name = re.sub("^(?:录入|输入|填写|提交|填报|登记)的", "", format_name(subject, "zh"))
    right = next(iter(derivations(runs)), "")
    told = {kind: m[0] for kind, words in _MISTAKES if (m := re.search(words, tail["bad"]))}
    if not right or not told:
        return
    refusal = re.sub("^(?:系统|平台)?(?:均|都|一律|应当?|将|会|须|应予|予以|被)*", "", tail["no"])
    quoted = "；".join(atom.text for atom, value in (*view.of(Limit), *view.of(Format)) if atom.text.replace(" ", "") in head)
    for value, reason, words in ((right, "", quoted), *_wrong(runs, right, told)):
        yield point(
            view,
            technique=Technique.SYNTAX_TESTING,
            ok=not reason,
            inputs={name: Input(value, "", "example")},
            preconditions=(),
            do=f"输入{name}“{value}”。",
            see=f"系统{refusal}。" if reason else f"系统接受该{name}。",
            reason=reason or "符合格式的值",
            weight=0.93 if reason else 0.9,
            title=f"{name}为“{value}”（{words}）",
        )


def _syntax(view: View) -> tuple[str, tuple[Run, ...], int] | None:
    """(what is written, its runs, how many characters); None where it has no one length."""
    formats = [value for _, value in view.of(Format)]
    if len(formats) != 1 or not formats[0].syntax:
        return None
    runs = formats[0].syntax
    if len(runs) == 1 and runs[0].most is None:  # "恰为 18 个字符，且只由 … 组成"
        told = [
            v for _, v in view.of(Limit) if v.dimension == "length" and v.lower and v.upper and v.lower.value == v.upper.value
        ]
        if len(told) != 1 or told[0].lower is None or not 0 < told[0].lower.value <= 64:
            return None
        size = int(told[0].lower.value)
        runs = (replace(runs[0], least=size, most=size),)
    if any(run.least != run.most for run in runs):
        return None
    return formats[0].subject, runs, sum(run.least * (1 if run.classes else len(run.also)) for run in runs)


def _wrong(runs: tuple[Run, ...], right: str, told: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """(a value with one mistake that is told, what is wrong with it, the words that tell it)."""
    found = dict(mutations(runs))
    kinds: tuple[tuple[Mistake, tuple[str, ...]], ...] = (("too short", ("short", "size")), ("too long", ("long", "size")))
    for mistake, names in kinds:
        words = next((told[name] for name in names if name in told), "")
        if words and (value := found.get(mistake)):
            yield value, _WHY[mistake], words
    if words := told.get("kind", ""):
        signs = next((signs for kind, signs in _WRONG_SIGNS if re.search(kind, words)), "")
        middle = len(right) // 2
        made = (f"{right[:at]}{sign}{right[at + 1 :]}" for sign in signs for at in (middle, len(right) - 1))
        if value := next((one for one in made if not matches(runs, one)), ""):
            yield value, "含有其他类型的字符", words
    if "first" in told and not runs[0].classes:
        yield (
            next(f"{sign}{right[1:]}" for sign in "2A" if not matches(runs, f"{sign}{right[1:]}")),
            "首位不符合规定",
            told["first"],
        )

"""Conditions all of which are needed, and what becomes of the rest: "除非监护人已签字且体温低于 37.3 ℃，否则不得入场",
"重量小于 5 千克且不属于易碎品的包裹，客户可选择普通寄送；其他包裹选择普通寄送时应拒绝". All hold, and each fails alone
(29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.examples import other_state
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.patterns_zh.sides import SIDE, side
from testgen_runtime.techniques.patterns_zh.telling import HAN, act_on, of_tree, statement
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.trees import Act, Clause, Tree, of_limit, of_words
from testgen_runtime.techniques.view import View

_AND: Final = "，?(?:并且|而且|且)"
_NEEDS: Final = rf"(?P<needs>[^，；]{{4,40}}?(?:{_AND}[^，；]{{3,40}}?){{1,3}})"
_BAR: Final = r"(?:一律|均|都)?(?:不得|不予|不允许|不能|不可以?|不准|禁止|拒绝)(?:为(?:其|该[\u4e00-\u9fff]{2,6}?))?(?:再)?"
_UNLESS: Final = re.compile(
    rf"除非{_NEEDS}，(?:否则)?，?(?P<who>{HAN}{{2,8}}?)??(?:应当?|将)?{_BAR}(?P<act>[\u4e00-\u9fff]{{2,14}})"
)
_WHICH: Final = re.compile(
    rf"{_NEEDS}的(?P<noun>[\u4e00-\u9fff]{{2,6}})?，(?P<who>{HAN}{{2,8}}?)??(?:方?可以?|能够?|有权|允许|准予)(?:予以|进行)?(?P<act>[\u4e00-\u9fff]{{2,14}}?)"
    rf"[，；](?:其他|其它|其余)(?P<rest>[\u4e00-\u9fff]{{4,20}}?)(?:时|的|操作|申请|请求){{0,2}}"
    r"，?(?:系统|平台)?(?:应当?|须|将|一律|均){0,2}(?:予以|被)?(?:拒绝|阻止|驳回|禁止|退回|不予(?:受理|办理|通过|允许)?|不允许|失败|提示[\u4e00-\u9fff]{0,4}(?:不|无法)[\u4e00-\u9fff]{2,8})"
)
_OF_LIMIT: Final = re.compile(rf"(?P<what>{HAN}{{2,14}}?)(?P<side>{SIDE})")
_OF_STATE: Final = re.compile(
    rf"(?P<noun>{HAN}{{0,10}}?)(?:状态为|处于|状态是)“(?P<state>[^“”]{{1,12}})”(?:状态)?|(?P<of>{HAN}{{0,10}}?)为“(?P<kind>[^“”]{{1,12}})”状态"
)
_SAID_OF: Final = re.compile("^(?:不?(?:属于|是|存在|处于|具有|具备|包含|含)|已|未|尚未|没有|无|有|持有|通过|取得|完成)")
_DENIED: Final = re.compile("不|未|尚未|没有|无|非")


def points(view: View) -> Iterator[TestPoint]:
    """All conditions met, and each failing alone; nothing where one of them cannot be read."""
    read = _read(statement(view))
    if read is None:
        return
    tree, act = read
    yield from of_tree(view, tree, act)


def _read(text: str) -> tuple[Tree, Act] | None:
    """The conditions with what is done, or nothing."""
    if found := _UNLESS.fullmatch(text):
        noun, act, do = "", found["act"], found["act"]
    elif found := _WHICH.fullmatch(text):
        act = found["act"]
        named = (act, act[2:] + act[:2], act[:2], act[2:])  # "取消", "学位申请" for 申请学位
        noun = next((found["rest"][: -len(one)] for one in named if len(one) > 1 and found["rest"].endswith(one)), "")
        noun = noun.removesuffix("的").removesuffix("在")
        if len(noun) < 2 or (noun != found["noun"] if found["noun"] else noun not in found["needs"]):
            return None
        do = act_on(act, noun)
    else:
        return None
    needs = found["needs"]
    if re.search("除非|否则|如果|若", needs) or ("或" in needs and re.search("(?<!，)(?:并且|而且|且)", needs)):
        return None  # "A 或 B 且 C" leaves open which of them belong together
    parts = [_part(words, noun) for words in re.split(_AND, needs)]
    read = tuple(p for p in parts if p is not None)
    who = found["who"] or ""
    by = "" if re.search("系统|平台|终端|前台", who) else who
    deed = Act(f"{by}{do}。", f"系统允许{act}。", f"系统不允许{act}。")
    return (Tree("and", read), deed) if len(read) == len(parts) > 1 else None


def _part(words: str, noun: str) -> Tree | Clause | None:
    clauses = [clause(one, noun) for one in re.split("或者?", words)]
    read = tuple(c for c in clauses if c is not None)
    if len(read) != len(clauses):
        return None
    return read[0] if len(read) == 1 else Tree("or", read)


def clause(words: str, noun: str) -> Clause | None:
    """One condition: a bound, a state, or words whose opposite is known; None where it cannot be read."""
    if limited := _OF_LIMIT.fullmatch(words):
        found = side(limited["side"], limited["what"])
        return of_limit(found.limit, found.name, "zh") if found is not None else None
    if told := _OF_STATE.fullmatch(words):
        thing, state = told["noun"] or told["of"] or noun, told["state"] or told["kind"]
        if not thing:
            return None
        other, name = other_state((state,), "zh"), f"{thing}状态"
        yes, no = (Input(state), in_state(thing, state, "zh")), (Input(other, "", "example"), in_state(thing, other, "zh"))
        return of_words(name, yes, no, f"{name}决定结果")
    return None if re.search(r"\d", words) else _said(words, noun)


def _said(words: str, noun: str) -> Clause | None:
    """A condition in words; None where its opposite is not known."""
    yes = f"该{noun}{words}" if noun and _SAID_OF.match(words) else words
    no = opposite_zh(yes)
    if no.startswith("并非"):
        return None
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(yes, no, strict=False)))
    turned = _DENIED.match(yes[same:]) is not None  # the question is asked without its "not"
    who = yes[:same].removeprefix(f"该{noun}") if noun else yes[:same]
    key = f"{who}是否{(no if turned else yes)[same:]}"
    held, broken = ("否", "是") if turned else ("是", "否")
    return of_words(key, (Input(held), f"{yes}。"), (Input(broken, "", "example"), f"{no}。"), f"{key}决定结果")

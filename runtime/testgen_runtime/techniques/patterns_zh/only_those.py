"""Several demands on one thing, each of which is needed: "道闸仅对已登记且未被拉黑的车辆开启", "申请人年龄须在22至60周岁之间，
且无逾期记录，否则拒绝". All of them are met, and each fails alone (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, REFUSED, act_on, of_tree, statement
from testgen_runtime.techniques.trees import Act, Clause, Tree, of_limit, of_words, told_limit
from testgen_runtime.techniques.view import View

_DEMAND: Final = (
    rf"(?:(?:年满|未满|超过|不超过|不低于|不少于|低于)\d+{HAN}{{1,4}}|"
    rf"(?:已经?|未|尚未|没有|无|有|持有|持|具有|具备|拥有|通过|取得|完成|处于|属于|非)(?:(?!的(?!士))[{HAN[1:-1]}\d]){{1,14}}?)"
)
_JOINT: Final = "(?:，?(?:且|并且|同时|并)|、|，)"
_DEMANDS: Final = rf"(?P<demands>{_DEMAND}(?:{_JOINT}{_DEMAND}){{1,3}})"
_NOUN: Final = rf"(?P<noun>{HAN}{{2,8}}?)"
_MAY: Final = r"(?:才|方)?(?:可以?|能够?|允许|准予|有权)"
_OTHERS: Final = rf"(?:[，；](?:其他|其它|其余|否则)(?:{HAN}{{0,8}}?)(?:{NOT}|{REFUSED}){HAN}{{0,8}})?"
_FOR: Final = re.compile(
    rf"(?P<thing>{HAN}{{2,8}}?)(?:仅|只)(?:能|可|会|允许)?(?:对|向|给|为)(?P<all>{_DEMANDS}的{_NOUN})(?P<act>开启|开放|打开|开门|放行|提供|显示|可见|生效|"
    rf"展示|发送|推送|发放|启用){_OTHERS}"
)
_ONLY: Final = re.compile(
    rf"(?:只有|仅有|仅限|仅允许|只允许|仅|限){_DEMANDS}的{_NOUN}(?:{_MAY}|才|方)?(?P<act>{HAN}{{2,8}}?){_OTHERS}"
)
_MUST: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,12}}?)(?:必须|应当|应|须|需)(?P<first>(?:在|为|不|大于|小于|至少|年满|满|已|有|无|持有|具有|具备|通过|完成)[^，；]{{1,24}}?)"
    rf"(?P<rest>(?:，?(?:且|并且|同时|并){_DEMAND}){{1,3}})，否则(?:系统|平台)?(?:应当?|将|须)?(?P<no>(?:予以)?拒绝|不予|{NOT})(?P<act>{HAN}{{0,8}})"
)
_AGE: Final = re.compile(r"(?:年满|未满)\d")


def points(view: View) -> Iterator[TestPoint]:
    """All demands met, and each failing alone; nothing where one of them cannot be read."""
    read = _read(statement(view))
    if read is None:
        return
    clauses, act = read
    yield from of_tree(view, Tree("and", clauses), act)


def _read(text: str) -> tuple[tuple[Clause, ...], Act] | None:
    """The demands with what is done, or nothing."""
    if "或" in text:
        return None
    if found := _FOR.fullmatch(text):
        noun, thing, act = found["noun"], found["thing"], found["act"]
        told = Act(f"由该{noun}使用{thing}。", f"{thing}{act}。", f"{thing}不{act}。")
        clauses = _clauses(noun, re.split(_JOINT, found["demands"]))
    elif found := _ONLY.fullmatch(text):
        noun, act = found["noun"], found["act"]
        told = Act(f"{act_on(act, noun)}。", f"系统允许{act}。", f"系统不允许{act}。")
        clauses = _clauses(noun, re.split(_JOINT, found["demands"]))
    elif found := _MUST.fullmatch(text):
        noun, act = found["noun"], found["act"] or "申请"
        rest = [piece for piece in re.split("，?(?:且|并且|同时|并)", found["rest"]) if piece]
        owner = re.sub("的?(?:年龄|金额|长度|大小|时长|数量|重量|分数|余额|面积)$", "", noun)
        told = Act(f"{act}。" if found["act"] else "提交申请。", f"系统允许{act}。", f"系统拒绝{act}。")
        first = _limit(f"{noun}须{found['first']}。") if re.search(r"\d", found["first"]) else _plain(owner, found["first"])
        others = _clauses(owner, rest)
        clauses = (first, *others) if first is not None and others else ()
    else:
        return None
    return (clauses, told) if len(clauses) > 1 else None


def _clauses(noun: str, demands: list[str]) -> tuple[Clause, ...]:
    """The demands as clauses; none where one of them cannot be read."""
    clauses = [_limit(f"{noun}年龄须{d}。" if _AGE.match(d) else f"{noun}须{d}。") if re.search(r"\d", d) else _plain(noun, d)
               for d in demands]  # fmt: skip
    return tuple(c for c in clauses if c is not None) if all(c is not None for c in clauses) else ()


def _limit(demand: str) -> Clause | None:
    limit = told_limit(demand, "zh")
    return of_limit(limit, limit_name(limit, "zh"), "zh") if limit is not None else None


def _plain(noun: str, demand: str) -> Clause | None:
    yes = f"{noun}{demand}"
    no = opposite_zh(yes)
    if no.startswith("并非"):
        no = f"{noun}未{demand}"
    turned = demand.startswith(("未", "无", "没有", "尚未"))  # the question is asked without its "not"
    key = f"{noun}是否{no.removeprefix(noun)}" if turned else f"{noun}是否{demand}"
    told, other = ("否", "是") if turned else ("是", "否")
    return of_words(key, (Input(told), f"{yes}。"), (Input(other, "", "example"), f"{no}。"), f"{key}决定结果")

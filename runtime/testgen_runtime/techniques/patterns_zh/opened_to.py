"""What is open to some people, and others who are turned away by name: "评分表对考评员和校长开放查阅；学员无权查阅，访问时应
提示“无权限”", "终审只对复核员、主任两类岗位开放，柜员进行终审的，系统应中止操作", "涉密档案，除保密员和馆长外，任何人不得
调阅；志愿者提出调阅的，系统应拒绝". Each one named is tried (a permission matrix, 29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.rights import is_somebody
from testgen_runtime.techniques.patterns_zh.telling import NOT, of_role, roles
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_NAME: Final = r"(?:(?![或和与及、对除])[\u4e00-\u9fffA-Za-z]){2,8}?"
_NAMES: Final = rf"{_NAME}(?:(?:、|或者?|以及|和|及|与){_NAME}){{0,4}}"
_PERSON: Final = "(?<=[员工师长生者人手户客方官任管理监问医士计纳导书度表事机安台])"
"""The last character of who is named, so that no name ends in its middle."""
_KINDS: Final = "(?:[这两二三四五](?:[两二三四五])?(?:类|种|个)?(?:岗位|角色|人员|用户|人))?"
_DO: Final = "(?:提出|发起|进行|申请|尝试|试图|执行|要求)?"
_TOLD: Final = (
    rf"(?:系统|平台|页面)?(?P<told>(?:{SURELY})(?:(?:(?:弹出|给出|提示|显示)[^，；]{{0,8}}?)?{REFUSAL}|提示“[^“”]*(?:无权|权限)[^“”]*”)"
    r"[\u4e00-\u9fff“”]{0,14})"
)
_BY_ACT: Final = rf"(?P<denied>{_NAMES}){_PERSON}{_DO}(?P<again>{_HAN}{{2,6}}?)(?:的|时)，?{_TOLD}"
_NO_RIGHT: Final = (
    rf"(?P<denied>{_NAMES}){_PERSON}(?:均|都)?(?:无权|没有权限|不得|不能|不可以?|不允许)(?P<again>{_HAN}{{2,6}}?)"
    rf"(?:，(?:其?{_HAN}{{2,4}}时)?{_TOLD})?"
)
_OPEN: Final = (
    rf"(?P<thing>(?!系统|平台){_HAN}{{2,14}}?)(?:仅|只)?(?:对|向|面向)(?P<roles>{_NAMES}){_KINDS}开放"
    rf"(?P<act>{_HAN}{{0,4}}?)[，；](?:而|但)?"
)
_BUT: Final = (
    rf"(?P<thing>(?!系统|平台){_HAN}{{2,12}}?)，?除了?(?P<roles>{_NAMES})(?:以外|之外|外)，?(?:其他|其它|其余)?"
    rf"(?:任何人员?|所有人员?|人员|人)(?:均|都|一律)?{NOT}(?P<act>{_HAN}{{2,6}}?)[，；](?:而|但)?"
)
_SHAPES: Final = tuple(re.compile(head + tail) for head in (_OPEN, _BUT) for tail in (_BY_ACT, _NO_RIGHT))


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each to whom it is open, a refusal for each turned away; nothing where the acts differ, or where one of
    them is nobody."""
    text = whole(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None or re.search(r"\d", text):
        return
    may, denied = roles(found["roles"]), roles(found["denied"])
    if set(may) & set(denied) or not all(is_somebody(name) for name in (*may, *denied)):
        return
    done = _done(found["thing"], found["act"], found["again"])
    if not done:
        return
    told = re.sub(f"^{SURELY}", "", found["told"] or "")
    shown, plain = told.startswith("提示“"), not told or re.fullmatch(REFUSAL, told) is not None
    for role in (*may, *denied):
        no = f"系统拒绝“{role}”{done}，并{told}。" if shown else "" if plain else f"系统{told}。"
        yield of_role(view, role, done, ok=role in may, no=no)


def _done(thing: str, act: str, again: str) -> str:
    """What is done: (评分表, 查阅, 查阅) → 查阅评分表, (提取业务的终审, "", 终审) → 进行提取业务的终审; "" for two acts."""
    if act:
        return f"{act}{thing}" if again.startswith(act) and words_zh.ROLE.fullmatch(thing) is None else ""
    if thing.endswith(again) and len(thing) > len(again):
        return f"进行{thing}"
    return f"{again.removesuffix(thing)}{thing}" if again.endswith(thing) or again in ("进入", "使用", "查看", "访问") else ""

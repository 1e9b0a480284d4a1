"""Who does something, and who has no right to: "出库单须由仓库主管审核，拣货员和搬运工没有审核权限，其审核操作应被拒绝",
"停电通知由值班长签发，抄表员无权签发". Each one named is tried (a permission matrix, 29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import of_role, roles
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_NAME: Final = r"(?:(?![或和与及、])[\u4e00-\u9fffA-Za-z]){2,8}?"
NAMES: Final = rf"{_NAME}(?:(?:、|或者?|以及|和|及|与){_NAME}){{0,4}}"
_BY: Final = "(?:(?:必须|应当|只能|仅能|只可|仅可|应|须|需|只|仅)?由)"
_NONE: Final = "(?:均|都|则)?(?:没有|无|不具备|不具有|不享有|未被授予)(?:该|此|相应的?|上述|任何)?"
_POWER: Final = "(?:权限|权利|资格|权)"
_AGAIN: Final = (
    rf"(?:{_NONE}(?P=act)(?:该?(?P=thing))?的?{_POWER}|(?:均|都|则)?(?:无权|没有权限|无权限|不得|不能|不可以?|"
    rf"不允许)(?P=act)(?:该?(?P=thing))?)"
)
"""The right to the act by its name ("没有审核权限", "无权签发", "不得审批")."""
_BARE: Final = rf"{_NONE}(?:操作)?的?{_POWER}"
_TOLD: Final = (
    rf"(?:[，；](?P<told>(?:(?:系统|平台)?{SURELY}(?:拒绝|驳回|拦截|阻止|退回)(?:其|该|此类)?{_HAN}{{0,10}}|"
    rf"(?:其|该)?(?:提交的|发起的)?{_HAN}{{2,8}}?{SURELY}(?:由?(?:系统|平台))?{SURELY}{REFUSAL}{_HAN}{{0,8}}|"
    rf"(?:系统|平台)?{SURELY}{REFUSAL}{_HAN}{{0,10}})))?"
)


def _shape(act: str, right: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<thing>(?!系统|平台){_HAN}{{2,12}}?)(?P<by>{_BY})(?P<roles>{NAMES})(?:负责|进行|来)?(?P<act>{act})[，；](?:而|但)?"
        rf"(?P<denied>{NAMES}){right}{_TOLD}"
    )


_SHAPES: Final = (_shape(f"{_HAN}{{2,4}}", _AGAIN), _shape(f"{_HAN}{{2}}", _BARE))
_ONLY: Final = re.compile("只|仅")
_TOGETHER: Final = re.compile("[和与及]")
_NO_ROLE: Final = re.compile(
    "(?:^|、)(?:已|未|有|无|经|在|因|本人|自己|上述|以上|其他|其它|其余|任何|所有|非|双方|共同|分别|同时)|期间|情况|时$|的|共同|同时|分别"
)
_AFTER: Final = re.compile("(?:后|前|通过|完成)$")


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each who does it, a refusal for each who has no right to. Where several are told to do it ("由甲和乙审核")
    it may be all of them together: then only the refusals are sure."""
    text = whole(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None or re.search(r"\d", found[0]):
        return
    act, thing = found["act"], found["thing"]
    may, denied = roles(found["roles"]), roles(found["denied"])
    barred = re.search(rf"(?:不得|不能|不可以?|不允许){act}", found[0]) is not None
    if barred and all(words_zh.ROLE.fullmatch(role) for role in (*may, *denied)):
        return  # the general reading knows these roles
    if set(may) & set(denied) or _NO_ROLE.search("、".join((*may, *denied))) or _AFTER.search(act):
        return
    if not all(is_somebody(name) for name in (*may, *denied)):
        return
    if _TOGETHER.search(found["roles"]) and not _ONLY.search(found["by"]):
        may = ()
    refusal = re.sub("^(?:系统|平台)?(?:应予以?|应当?|将|会|须)*", "", found["told"] or "")
    own = re.match(rf"(?:予以)?{REFUSAL}", refusal) is not None
    for role in (*may, *denied):
        yield of_role(view, role, f"{act}{thing}", ok=role in may, no=f"系统{refusal}。" if own else "")


def is_somebody(name: str) -> bool:
    """Whether a word names people: a role, or a word that ends like one ("搬运工", "教研组长")."""
    return words_zh.ROLE.fullmatch(name) is not None or _PERSON.search(name) is not None


_PERSON: Final = re.compile(
    "[员工师长生者人手户客方官]$|指挥$|主任|主管|经理|总监|专员|顾问|医|护士|老师|会计|出纳|领导|校长|院长|"
    "秘书|助理|调度|代表|干事|技工|司机|保安|前台"
)

"""Who does something or has the right to, and others who are turned away when they do it: "曲目单由指挥或声部长调整，团员和
旁听生调整曲目单的，应予拒绝", "结论仅限医师签发；护士与前台均无签发权限，他们签发结论时应被拒绝", "出库单须由保管员批准，
采购员提交的批准操作不予执行", "公布权限归主任所有；若公布人是租户，应禁止公布". Each one named is tried (a permission
matrix, 29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.rights import NAMES, is_somebody
from testgen_runtime.techniques.patterns_zh.telling import of_role, roles
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_THING: Final = rf"(?P<thing>(?!系统|平台){_HAN}{{2,12}}?)"
_ACT: Final = rf"(?:负责|进行|来)?(?P<act>{_HAN}{{2,4}})"
_HEADS: Final = (
    rf"{_THING}(?P<by>(?:必须|应当|只能|仅能|只可|仅可|应|须|需|只|仅)?由)(?P<roles>{NAMES}){_ACT}",
    rf"{_THING}(?P<by>仅限|只限|仅允许|只允许|仅准|只准)(?:由)?(?P<roles>{NAMES}){_ACT}",
    rf"{_THING}的?(?P<act>{_HAN}{{2}})(?:权限|权)(?P<by>仅|只)?(?:归|属于|归属于?)(?P<roles>{NAMES})(?P<own>所有)?",
)
_NO: Final = rf"(?:系统|平台)?{SURELY}{REFUSAL}{_HAN}{{0,14}}"
_DOES: Final = "(?:提出|发起|提交|进行|申请|尝试|试图|执行|要求)?"
_TAILS: Final = (
    rf"(?P<denied>{NAMES}){_DOES}(?P=act)(?:该|此)?(?P<again>{_HAN}{{0,12}}?)(?:的|时)，?{_NO}",
    rf"(?P<denied>{NAMES})(?:均|都|则)?(?:没有|无|不具备|不具有)(?P=act)(?:权限|权|资格)"
    rf"，(?:他们|其|上述人员)?{_DOES}(?P=act)(?:该|此)?(?P<again>{_HAN}{{0,12}}?)(?:的|时)，?{_NO}",
    rf"(?P<denied>{NAMES})(?:提交|发起|作出|做出|进行)的(?P=act)(?:操作|申请|请求|指令)?{_NO}",
    rf"(?:若|如果?|当)(?:该)?(?:(?P=act)(?:人员|人|者)|操作人|操作者)(?:是|为)(?P<denied>{NAMES})(?:的|时)?，{_NO}",
)
_SHAPES: Final = tuple(re.compile(f"{head}[，；](?:而|但)?{tail}") for head in _HEADS for tail in _TAILS)
_TOGETHER: Final = re.compile("[和与及]|、")
_NO_ROLE: Final = re.compile(
    "(?:^|、)(?:已|未|有|无|经|在|因|本人|自己|上述|以上|其他|其它|其余|任何|所有|非)|双方|共同|同时|分别|是|为|的"
)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each who does it, a refusal for each turned away. Where several are told to do it ("由甲和乙审核") it may
    be all of them together: then only the refusals are sure."""
    text = whole(view)
    if re.search(r"\d|除非|除外|之前|之后", text):
        return
    for found in (m for shape in _SHAPES if (m := shape.fullmatch(text))):
        may, denied = roles(found["roles"]), roles(found["denied"])
        people = not _NO_ROLE.search("、".join((*may, *denied))) and all(is_somebody(name) for name in (*may, *denied))
        again = found.groupdict().get("again") or ""
        if people and not set(may) & set(denied) and found["thing"].endswith(again):
            break
    else:
        return
    act, thing = found["act"], found["thing"].removesuffix("的")
    if (found["by"] or "").endswith("由") and not re.search("[只仅]", found["by"]) and _joint(found["roles"]):
        may = ()
    for role in (*may, *denied):
        yield of_role(view, role, f"{act}{thing}", ok=role in may)


def _joint(names: str) -> bool:
    """Whether all of them may be meant together: "甲和乙", but not "甲、乙或丙"."""
    return _TOGETHER.search(names) is not None and "或" not in names

"""In which states something may be done, in one clause, and in another in which it is refused, whatever words either takes:
"车位标记为“空闲”时可预约，标记为“占用”“维修”时不可预约", "草稿和退回状态下作者可编辑稿件，送审状态下编辑请求被拒绝". Each
state is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms import lists, words_zh
from testgen_runtime.documents.model import State
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import of_states
from testgen_runtime.techniques.view import View

_JOINT: Final = re.compile("[；，。](?:但是?|而|若|如|一旦)?")
_Q: Final = "“[^“”]{1,8}”"
_STATE: Final = rf"(?:{_Q}|(?![的时])[\u4e00-\u9fff]{{2,4}}?)"
_LIST: Final = rf"(?P<list>{_STATE}(?:(?:、|以及|和|及|与|或者?){_STATE}|(?<=”){_Q}){{0,5}})"
_OWNER: Final = r"(?P<owner>(?!系统|平台)[\u4e00-\u9fff]{0,8}?)"
_KIND: Final = "(?:[两二三四]种|这[两二三]种|等)?(?:状态|阶段|情形|情况|环节)"
_IF: Final = "(?:当|若|如|只有)?"
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"{_IF}{_OWNER}(?:当前)?(?:[尚仍]?处于?|处在|标记为|状态为|进入|属于|呈|只有在|仅在|在)?{_LIST}{_KIND}(?:下|时|之下|后|期间|的(?=，))?"
        r"(?:的(?P<owner2>[\u4e00-\u9fff]{2,6}?))?，?(?P<rest>{rest})",
        rf"{_IF}{_OWNER}(?:当前|已经?|一经|一旦)?(?:处于|标记为|标为|状态为|变为|转为|为){_LIST}(?:(?:时|后|的|期间)，?|，)(?P<rest>{{rest}})",
        rf"{_OWNER}{_LIST}(?:时|后|期间)，(?P<rest>{{rest}})",
        rf"(?:{words_zh.ROLE.pattern}|[\u4e00-\u9fff]{{2,4}}?)(?:只能|仅能|仅可|只可|只)在{_OWNER}{_LIST}{_KIND}?(?:期间|时|下)(?P<rest>{{rest}})",
        rf"对于?{_LIST}(?:状态)?的(?P<owner2>[\u4e00-\u9fff]{{2,6}}?)(?:点击|发起|执行|申请|进行|操作|提交)(?P<rest>{{rest}})",
        rf"{_IF}{_OWNER}(?:在|处于)?{_LIST}期间，?(?P<rest>{{rest}})",
        rf"(?:一旦)?{_OWNER}{_LIST}，(?P<rest>{{rest}})",
        rf"(?:只有|仅有|仅|只)?(?P<list>{_Q}(?:(?:、|和|与|或)?{_Q}){{0,5}})的(?P<owner2>[\u4e00-\u9fff]{{2,6}}?)?(?P<rest>{{rest}})",
    )
)
_MAY: Final = (
    rf"(?P<who>{words_zh.ROLE.pattern}|[\u4e00-\u9fff]{{2,4}}?)?"
    r"(?:才|方|均|都|也)?(?:可以|可|能够|能|允许|准许|方可|才能|准予)(?P<act>[\u4e00-\u9fff]{2,10}?)"
)
_NO: Final = (
    r"[\u4e00-\u9fff]{0,8}?，?[\u4e00-\u9fff]{0,14}?(?:不得|不能|不可以?|不允许|不准|不予|禁止|拒绝|驳回|无法|无权|阻止|拦截|不受理|不接受|无效|失败)"
    r"[\u4e00-\u9fff]{0,12}|(?:一律|均|都|则)?不[\u4e00-\u9fff]{2,6}"
)
_TOLD_TOO: Final = re.compile(
    "，(?:系统)?(?:给出|弹出|显示)(?:错误|无权限)?提示$|，[\u4e00-\u9fff]{2,8}?(?:保持原状|保持不变|不变)$"
)
"""What else a refusal says."""
_ONLY_IN: Final = re.compile("((?:只能|仅能|仅可|只可)在[^，；。]{2,40}?(?:期间|时|状态下))(?=[\u4e00-\u9fff])")
_OTHER: Final = re.compile("\\d|除非|超过|不足|以上|以下|其他|其它|其余|本人|自己|且|或者?不")
_NO_STATE: Final = re.compile("^(?:该|此|任何|任意|以下|上述|各|系统|所有|其|这)|的|时$|[可能得予]")


@dataclass(frozen=True, slots=True)
class _Clause:
    states: tuple[str, ...]
    owner: str
    rest: str


def points(view: View) -> Iterator[TestPoint]:
    """Every state that is named; nothing where a clause speaks of more than its states."""
    text = re.sub(r"\s+", "", view.requirement.text).rstrip("。；;.").replace(",", "，").replace(";", "；")
    text = _ONLY_IN.sub(r"\1可", _TOLD_TOO.sub("", text))
    if _OTHER.search(text):
        return
    for joint in _JOINT.finditer(text):
        first, second = _read(text[: joint.start()], _MAY), _read(text[joint.end() :], _NO)
        if first is None or second is None or set(first.states) & set(second.states):
            continue
        told = re.fullmatch(_MAY, first.rest)
        act = re.sub("^(?:自行|直接|随时|继续|正常|自主)", "", told["act"]) if told else ""
        owner, act = (owner, act) if (owner := first.owner or second.owner) else (act[2:], act[:2])
        if told is None or len(owner) < 2 or not set(act[:2]) & set(second.rest) or _is_known(view, first, second):
            return
        others = {found[0] for found in words_zh.ROLE.finditer(second.rest)} - {told["who"], act[:2]}
        if told["who"] and others:
            return  # somebody else does it in the other states
        yield from of_states(view, owner, first.states, second.states, act, who=told["who"] or "")
        return


def _is_known(view: View, first: _Clause, second: _Clause) -> bool:
    """Whether the general reading has every one of them: it tells of every state of the thing."""
    known = {one for atom in view.atoms if isinstance(atom.value, State) for one in (*atom.value.allowed, *atom.value.refused)}
    return {*first.states, *second.states} <= known


def _read(clause: str, rest: str) -> _Clause | None:
    """The states of a clause whose rest reads as `rest`; None where it names none."""
    for shape in _SHAPES:
        found = re.fullmatch(shape.pattern.replace("{rest}", rest), clause)
        if found is None:
            continue
        states = tuple(one.strip("“”") for one in lists.split(found["list"]))
        if all(not _NO_STATE.search(one) and not words_zh.ROLE.fullmatch(one) for one in states):
            told = found.groupdict()
            return _Clause(states, told.get("owner") or told.get("owner2") or "", found["rest"])
    return None

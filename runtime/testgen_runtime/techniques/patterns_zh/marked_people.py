"""People by one mark of theirs, those of other marks being turned away as they are: "仅角色为实验室主任或仪器管理员的用户可以校准
仪器。角色为研究生或访问学者的用户应被拒绝", "工种为电工的人员准予登高；工种为杂工的，一律不予登高". Each mark is tried
(29119-4, 5.2.1). `classes_apart` reads those whose act is told again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.techniques.examples import other_role
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point, signed_in
from testgen_runtime.techniques.patterns_zh.verdict_words import NO, YES, acceptance, of_one_act, refusal
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
MARK: Final = (
    rf"(?:用户|其)?(?:{_HAN}{{0,6}}?(?:角色|岗位|职务|工种|身份|职称|职级|类型|类别|等级|级别|星级|档次|"
    r"部门|科室|专业|学历|品种|车型|材质|币种|血型|班次|舱位|资质|户籍|性质|来源|用途))"
)
VALUE: Final = rf"(?:“[^“”，；]{{1,12}}”|(?:(?![或和与及、的且]){_HAN}|[A-Za-z0-9]){{1,8}}?)"
JOINT: Final = "(?:、|或者?|以及|和|及|与)"
VALUES: Final = rf"{VALUE}(?:{JOINT}{VALUE}){{0,4}}"
_IS: Final = "(?:为|是|属于)"
_MAY: Final = re.compile(
    rf"(?P<only>只有|仅有|仅限|仅允许|只允许|仅)?(?P<mark>{MARK}){_IS}(?P<values>{VALUES})(?:时，|的(?P<noun>{_HAN}{{0,6}}?)，?){YES}"
)
_NOT: Final = re.compile(
    rf"(?:但|而|凡)?(?P<mark>{MARK}){_IS}(?P<values>{VALUES})(?:时，|的(?P<noun>{_HAN}{{0,6}}?)(?:(?:申请|请求|尝试|要求)?(?P<deed>{_HAN}{{2,10}}?)(?:时|的))?，?){NO}"
)
VAGUE: Final = re.compile("^(?:其他|其它|其余|上述|以上|未|非|无|不|空)|以[上下]|及[上下]|已|未")
_HALVES: Final = re.compile(rf"；|，(?=(?:而|但)?{MARK}{_IS}(?!.*；))")
_ROLE_MARKS: Final = ("岗位", "身份", "用户身份")


def points(view: View) -> Iterator[TestPoint]:
    """Each mark with its verdict; nothing where the halves speak of two marks or two acts."""
    halves = _HALVES.split(whole(view))
    if len(halves) != 2:
        return
    for first, second in (halves, halves[::-1]):
        yes, no = _MAY.fullmatch(first), _NOT.fullmatch(second)
        if yes and no:
            yield from _each(view, yes, no)
            return


def _each(view: View, yes: re.Match[str], no: re.Match[str]) -> Iterator[TestPoint]:
    mark, noun, act = yes["mark"], yes["noun"] or no["noun"] or "", yes["act"]
    may, denied = (split(found["values"]) for found in (yes, no))
    if set(may) & set(denied) or not yes["mark"].endswith(no["mark"].removeprefix("用户").removeprefix("其")):
        return
    if any(VAGUE.search(one) for one in (*may, *denied)) or not of_one_act(no["no"], act, noun, yes["yes"]):
        return
    if (no["deed"] and not of_one_act(no["deed"], act)) or re.search(r"\d", act):
        return
    named = all(words_zh.ROLE.fullmatch(one) or len(one) > 2 for one in (*may, *denied))
    plain = re.fullmatch("(?:用户|人员|账[号户]|员工|成员|工作人员)?", noun) is not None
    role = plain and (mark.endswith("角色") or (mark in _ROLE_MARKS and named))
    beside = (other_role((*may, *denied), "zh"),) if yes["only"] and role else ()
    if role and act and re.search(rf"(?:不得|不能|不可以?|不允许|不准|禁止|无权){re.escape(act)}$", no["no"]):
        return  # the general reading knows who may and who may not
    noun = noun or _KIND_OF.sub("", mark)
    thing = "" if words_zh.ROLE.fullmatch(noun or "用户") else noun
    for one in (*may, *denied, *beside):
        ok = one in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX if role else Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={mark: Input(one, "", "example" if one in beside else "text")},
            preconditions=(signed_in(one) if role else f"该{noun}的{mark}为{one}。" if noun else f"{mark}为{one}。",),
            do=f"以“{one}”身份{act}。" if role and act else f"{act}。" if act else f"提交该{noun or '申请'}。",
            see=acceptance(yes["yes"], thing) if ok else refusal(no["no"], thing, act),
            reason="该类别允许此操作" if ok else "该类别不允许此操作",
            weight=0.9 if ok else 0.85 if one in beside else 0.92,
            title=f"{mark}为“{one}”",
        )


_KIND_OF: Final = re.compile(
    "^(?:角色|用户角色|岗位|身份)$|(?:类型|类别|品种|等级|级别|性质|用途|来源|材质)$|^.{0,3}$|^.*(?:角色|岗位|职务|工种|身份|职称|职级|学历|户籍|血型)$"
)
"""What is left of a mark is the thing itself: "快递类型" → 快递."""


def split(values: str) -> tuple[str, ...]:
    """The values of a list: "电工或焊工" → (电工, 焊工)."""
    return tuple(one.strip("“”") for one in re.split(JOINT, values))

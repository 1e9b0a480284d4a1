"""Who may and who may not, in one sentence: "发票仅限财务人员查看，客户不得查看", "报表只允许经理导出，普通员工不允许导出"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.techniques.examples import other_role
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, MAY, NOT, ROLES, of_role, roles, statement
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_NAME: Final = r"(?:(?![或和与及])[\u4e00-\u9fff]){2,8}?"
_ONLY: Final = r"(?P<only>仅限|只限|只允许|仅允许|只准|仅准)"
_OTHERS: Final = rf"(?:，|；|，而|，但)(?P<denied>{ROLES}){NOT}(?P<again>{HAN}{{2,10}})"
_SHAPES: Final = (
    re.compile(
        rf"(?P<thing>(?!系统|平台){HAN}{{2,10}}?){_ONLY}(?P<roles>{ROLES})(?:{MAY})?(?P<act>[\u4e00-\u9fff]{{2,4}}?){_OTHERS}"
    ),
    re.compile(rf"(?:系统)?{_ONLY}(?P<roles>{ROLES})(?:{MAY})?(?P<act>[\u4e00-\u9fff]{{2}})(?P<thing>{HAN}{{2,10}}?){_OTHERS}"),
)
_NAMES: Final = rf"{_NAME}(?:(?:、|以及|和|及|与|或){_NAME}){{0,4}}"
_BY: Final = re.compile(
    rf"(?P<thing>(?!系统|平台){HAN}{{2,12}}?)(?:只能|仅能|只可|仅可|只允许|仅允许|仅限|只限|只|仅)由(?P<roles>{_NAMES})(?P<act>[\u4e00-\u9fff]{{2,4}}?)[，；]"
    rf"(?P<denied>{_NAMES})(?:执行|进行|发起|尝试|试图)?(?P<again>(?P=act)){HAN}{{0,6}}?(?:时|的)，?(?P<told>(?:系统|平台|页面|界面)?(?:应当?|将|须)?"
    rf"(?:提示(?:“[^“”]{{1,20}}”|(?:其|用户)?(?:无权|没有权限|无权限|权限不足))|(?:予以)?(?:拒绝|驳回|拦截|阻止)|不予[\u4e00-\u9fff]{{2,6}}|不允许)[\u4e00-\u9fff]{{0,8}})"
)
"""Who is told may do what is done by those who are refused: any word between the two names one."""
_BUT: Final = re.compile(
    rf"除了?(?P<roles>{_NAMES})(?:以外|之外|外)，"
    rf"(?:(?P<denied>{_NAME}(?:(?:、|以及|和|及|与|或){_NAME}){{0,5}})等(?:其他|其它|其余)?(?:角色|人员|用户|岗位|人)|"
    rf"(?:其他|其它|其余)(?P<others>角色|人员|用户|岗位|同学|员工|成员|学生|教师|老师|客户|会员|职工))"
    rf"，?{NOT}(?P<act>{HAN}{{2,4}}?)(?P<thing>{HAN}{{2,12}})"
)
"""The roles that have no right are closed by "等其他角色": any word before it names one."""
_ANYBODY: Final = ("角色", "人员", "用户", "岗位")
_NO_ROLE: Final = re.compile("(?:^|、)(?:已|未|有|无|经|在|因|本人|自己|上述|以上)|期间|情况|时$|的$")


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that may not and for one more that is not named."""
    text = statement(view)
    but = _BUT.fullmatch(text)
    found = but or next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None) or _BY.fullmatch(text or whole(view))
    if found is None or not (but or found["again"].startswith(found["act"])):
        return
    may, not_may = roles(found["roles"]), roles(found["denied"] or "")
    if set(may) & set(not_may) or ((but or found.re is _BY) and _NO_ROLE.search("、".join((*may, *not_may)))):
        return
    people = found["others"] if but else None
    if people in _ANYBODY and all(words_zh.ROLE.fullmatch(role) for role in may):
        return  # the general reading knows these roles
    beside = f"普通{people}" if people and people not in _ANYBODY else other_role((*may, *not_may), "zh")
    told = re.sub("^(系统|平台|页面|界面)?(?:应当?|将|须)?", lambda m: m[1] or "系统", found.groupdict().get("told") or "")
    for role in (*may, *not_may, beside):
        done, no = f"{found['act']}{found['thing']}", f"{told}。" if len(told) > 2 else ""
        yield of_role(view, role, done, ok=role in may, no=no, named=role in (*may, *not_may))

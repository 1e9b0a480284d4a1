"""Who may do something, in one clause, and in another who is refused it, whatever words either takes:
"删除档案的权限归档案管理员所有，查阅员尝试删除的，一律拒绝", "仅对护士长显示排班入口，实习护士看不到该入口",
"开闸权限授予站长，不授予访客". Each role is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.model import Actor, Condition
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import of_role, roles
from testgen_runtime.techniques.view import View

_JOINT: Final = re.compile("[；，。](?:但是?|而|若|如)?")
_MAY: Final = r"(?:才|方|均|都|也)?(?:可以|可|能够|能|有权|得以|享有|具备|具有|拥有)"
_ACT: Final = r"(?P<act>[\u4e00-\u9fffA-Za-z]{2,16}?)"
_WHO: Final = r"(?P<who>[\u4e00-\u9fff、]{2,24}?)"
_BY: Final = re.compile(rf"{_ACT}(?:必须|只能|仅能|应当|应|须|只|仅)?由{_WHO}(?:负责|操作|执行|办理|完成|进行|处理|发起|行使)?")
_RIGHT: Final = re.compile(
    rf"{_ACT}的?(?:权限|权力|权利|功能|按钮|入口|菜单)(?:只|仅|均)?(?:归|属于|授予|赋予|限于|开放给|授权给|分配给|授权){_WHO}(?:所有|专有|专属|行使)?"
)
_OPENED: Final = re.compile(rf"{_ACT}(?:只|仅)?(?:对|向|面向){_WHO}(?:开放|放开)")
_DONE_BY: Final = re.compile(
    rf"(?P<thing>[\u4e00-\u9fff]{{2,10}}?)(?:只能|仅能|只可|仅可|可以?|应当?|须|必须|只|仅)由{_WHO}(?P<verb>[\u4e00-\u9fff]{{2}})"
)
_SHOWN: Final = re.compile(rf"(?:仅|只|系统仅|系统只)(?:对|向){_WHO}(?:显示|开放|展示){_ACT}")
_LEAD: Final = re.compile("(?:系统)?(?:只有|仅有|仅限|只限|唯有|仅允许|只允许|允许|准许|授权|仅|只)?")
_SURELY: Final = r"(?:系统|平台|页面)?(?:应当?|将|会|须|必须|一律|均|都|也|则|予以|被|直接|就){0,3}"
_VERDICT: Final = (
    rf"{_SURELY}(?:拒绝|驳回|阻止|拦截|禁止|不予[\u4e00-\u9fff]{{2,6}}|(?:不得|不能|不可以?|不允许|无权|无法|看不到)[\u4e00-\u9fff]{{0,12}}|"
    r"(?:提示|弹出|给出|显示)[“”\u4e00-\u9fff]{0,8}(?:无权限?|没有权限|权限不足)[”]?|不受理|不通过|没有权限|没有此权限|无此权限)(?:[\u4e00-\u9fff]{0,8})"
)
_TRIES: Final = re.compile(
    rf"(?:即便|即使|就算|哪怕)[\u4e00-\u9fff]{{2,10}}?(?:也|都){_VERDICT}|"
    rf"{_VERDICT}，(?:若|如)?(?:执行|尝试|进行|发起|提交)?[\u4e00-\u9fff]{{0,8}}?(?:时|的)?，?{_VERDICT}|"
    rf"的?(?:尝试|试图|企图|要求|申请|提交|发起|进行|执行|请求)?(?P<deed>[\u4e00-\u9fff]{{0,12}}?)(?:的请求|请求|操作|的|时)?，?{_VERDICT}"
)
_LOOKS: Final = re.compile(
    "(?:只能够?|仅能够?|只可以?|仅可以?|只有|仅有)(?:查看|浏览|阅读|查询|查阅)(?:权限|该?[\u4e00-\u9fff]{0,6})?"
)
"""What is less than what the others may."""
_NOT_FOR: Final = re.compile(rf"(?:不|未)(?:授予|赋予|给予|开放给|对){_WHO}(?:开放|显示|展示)?")
_AWAY: Final = re.compile(
    rf"{_SURELY}(?:拒绝|驳回|禁止|阻止|不允许){_WHO}(?:的?(?P<deed>[\u4e00-\u9fff]{{2,8}}?)(?:请求|操作)?)?"
)
_UNCHANGED: Final = re.compile("，[\u4e00-\u9fff]{2,8}?(?:保持原状|保持不变|不变)$")
_FEATURE: Final = re.compile("“([^“”]{2,10})”(?=功能|按钮|权限|菜单|入口|操作)")
_TOLD_TO_THEM: Final = re.compile("，?并(?:返回|提示|显示|弹出)“[^“”]{1,20}”(?:提示|信息)?$")
"""What else a refusal says."""
_OTHER: Final = re.compile("[\\d“”]|如果|除非|之前|之后|期间|超过|不足|以上|以下|其他|其它|其余|本人|自己")
"""What brings in more than who does it."""
_PERSON: Final = re.compile(
    rf"(?:{words_zh.ROLE.pattern}|[\u4e00-\u9fff]{{1,7}}(?:员|师|长|士|工|人|生|官|手|医|者|家长|家属|保洁|学徒|干事|站长|班组|裁判|领队|教练|访客|游客|司机|助理|专员)|领队|裁判|教练|访客|游客|司机|前台|牙医|客服|柜台)"
)
_NO_PERSON: Final = re.compile("的|时|后|前|可|不|系统|平台|权|增长|时长|施工|手工|人工|发生|产生|本人|他人|生成")


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that is named as refused; nothing where one cannot be read."""
    text = re.sub(r"\s+", "", view.requirement.text).rstrip("。；;.").replace(",", "，").replace(";", "；")
    text = _FEATURE.sub(r"\1", _TOLD_TO_THEM.sub("", _UNCHANGED.sub("", text)))
    if _OTHER.search(text):
        return
    for joint in _JOINT.finditer(text):
        right, denied = _right(text[: joint.start()]), _denied(text[joint.end() :])
        if right is None or not denied or set(right[1]) & set(denied):
            continue
        act, may = right
        if _LOOKS.search(text[joint.end() :]) and re.match("查看|浏览|阅读|查询|查阅", act):
            continue
        if _is_known(view, may, denied):
            return  # what the general reading knows too it tells of every role of the document
        for role in (*may, *denied):
            yield of_role(view, role, act, ok=role in may)
        return


def _is_known(view: View, may: tuple[str, ...], denied: tuple[str, ...]) -> bool:
    if any(isinstance(atom.value, Condition) for atom in view.atoms):
        return False  # "执行撤销时" is no condition of its own
    actors = [atom.value for atom in view.atoms if isinstance(atom.value, Actor)]
    permitted, refused = ({role for one in actors for role in group(one)} for group in (_permitted, _refused))
    return set(may) <= permitted and set(denied) <= refused


def _permitted(actor: Actor) -> tuple[str, ...]:
    return actor.permitted


def _refused(actor: Actor) -> tuple[str, ...]:
    return actor.denied


def _right(clause: str) -> tuple[str, tuple[str, ...]] | None:
    """What is done, and who may."""
    for shape in (_SHOWN, _RIGHT, _BY, _OPENED, _DONE_BY):
        if (found := shape.fullmatch(clause)) and (may := _people(found["who"])):
            if shape is _DONE_BY:
                return f"{found['verb']}{found['thing']}", may
            return f"{'查看' if shape is _SHOWN else ''}{found['act']}", may
    lead = _LEAD.match(clause)
    at = lead.end() if lead else 0
    for end, may in _led(clause, at):
        told = re.fullmatch(rf"{_MAY}{_ACT}(?:的权限)?", clause[end:])
        if told is None and lead and lead[0].endswith(("允许", "准许", "授权")):
            told = re.fullmatch(_ACT, clause[end:])
        if told is not None:
            return told["act"], may
    return None


def _denied(clause: str) -> tuple[str, ...]:
    """Who is refused; () where the clause says anything else."""
    for shape in (_NOT_FOR, _AWAY):
        if (found := shape.fullmatch(clause)) and (who := _people(found["who"])):
            return who
    return next((who for end, who in _led(clause, 0) if _TRIES.fullmatch(clause, end) or _LOOKS.fullmatch(clause, end)), ())


def _led(clause: str, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The lists of people that `clause` begins with at `at`, the longest first: where each ends, and who they are."""
    for end in range(min(len(clause), at + 24), at + 1, -1):
        if who := _people(clause[at:end]):
            yield end, who


def _people(words: str) -> tuple[str, ...]:
    """The people of a list; () where one of them is none."""
    found = roles(words)
    if any(not 2 <= len(one) <= 8 or _NO_PERSON.search(one.removesuffix("前台")) or not _PERSON.fullmatch(one) for one in found):
        return ()
    return found

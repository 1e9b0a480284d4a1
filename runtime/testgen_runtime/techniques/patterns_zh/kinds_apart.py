"""Kinds of things or people that may, beside kinds that may not: "严禁运输烟花和酒精；文件、药品准许运输", "允许驶入的车辆有：…；
燃油车不得驶入", "提交的权限仅授予办税员；开票员尝试提交的，…". Each is tried with the verdict that its clause gives it
(29119-4, 5.2.1; for roles 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms import lists, words_zh
from testgen_runtime.documents.model import Actor
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point, signed_in
from testgen_runtime.techniques.patterns_zh.whole import ITEM, REFUSAL, SURELY, akin, whole
from testgen_runtime.techniques.view import View

_H: Final = "[\u4e00-\u9fffA-Za-z]"
_NAME: Final = rf"(?:(?![或和与及]){_H}){{2,10}}?"
_JOINT: Final = "(?:、|以及|和|及|与|或者?)"
_LIST: Final = rf"{_NAME}(?:{_JOINT}{_NAME}){{0,7}}"
_MAY: Final = "(?:均|都|则|方|才|仍)?(?:可以|可|准许|允许|准予|有权|能够|能)"
_BAR: Final = "(?:均|都|则|一律|也)?(?:不得|不准|不可以?|不允许|不能|禁止|严禁|无权|不予)"
_NEXT: Final = "[，；](?:而|但)?"
_TAKES: Final = "接收|受理|接受|收取|收寄|收运|承接|承运|收治|揽收|办理"
_LEAD: Final = r"(?:(?P<topic>[^：；，]{2,24})：)?"
_SHAPES: Final = (
    # "严禁用货车运输烟花和酒精；文件、食品准许运输", and the other way round
    re.compile(
        rf"(?:系统)?(?:严禁|禁止|不得|不允许|不准)(?P<by>{_H}{{0,8}}?)(?P<act>{_H}{{2,4}}?)(?P<no>{_LIST}){_NEXT}(?P<yes>{_LIST}){_MAY}(?P=act)"
    ),
    re.compile(
        rf"(?:系统)?(?:允许|准许|准予|可以)(?P<by>{_H}{{0,8}}?)(?P<act>{_H}{{2,4}}?)(?P<yes>{_LIST}){_NEXT}(?P<no>{_LIST}){_BAR}(?P=act)"
    ),
    # "允许驶入快充区的车辆有：｜…｜…；燃油车不得驶入快充区"
    re.compile(
        rf"(?:系统)?(?:允许|准许|准予|可以|可)(?P<act>{_H}{{2,12}}?)的(?P<kind>{_H}{{2,6}}?)(?:仅限于?|只有|包括|如下|有|为|是)：?"
        rf"(?P<yes>(?:{ITEM}[^｜；，]{{2,16}}){{1,8}}|{_LIST})[；，](?:而|但)?(?P<no>{_LIST}){_BAR}(?P<again>{_H}{{2,12}})"
    ),
    # "本市和邻市户籍的学生参加首批录取；外省户籍的学生若申请首批录取，由系统驳回"
    re.compile(
        rf"(?P<yes>{_LIST})的(?P<kind>{_H}{{2,6}}?)(?:{_MAY})?(?P<act>{_H}{{4,16}}){_NEXT}(?P<no>{_LIST})的(?P=kind)(?:若|如果?)?"
        rf"(?P<again>{_H}{{4,16}}?)(?:的|时)?，{SURELY}(?:由?系统|平台)?{SURELY}(?P<told>{REFUSAL}{_H}{{0,8}})"
    ),
    # "提交申报的权限仅授予办税员与财务负责人；开票员尝试提交的，系统中止提交"
    re.compile(
        rf"(?P<act>{_H}{{2,12}}?)的?权限(?:仅|只)?(?:应|可)?(?:授予|赋予|开放给|分配给|归|属于|限于?)(?P<yes>{_LIST})(?:所有)?{_NEXT}(?P<no>{_LIST})"
        rf"(?:若|如果?)?(?:尝试|试图|企图|发起|执行|进行)(?P<again>{_H}{{2,12}}?)(?:的|时)，?(?P<told>(?:系统|平台|页面)?[^；]{{0,14}}?{REFUSAL}[^；，]{{0,8}})"
    ),
    # "只有店长和督导能够改价，收银员、导购改价的，系统给出无权限提示"
    re.compile(
        rf"(?:只有|仅有|仅限|仅|只允许)?(?P<yes>{_LIST}){_MAY}(?P<act>{_H}{{2,10}}?){_NEXT}(?P<no>{_LIST})(?:尝试|试图|若|如果?)?(?P<again>(?P=act))"
        rf"(?:操作)?(?:的|时)，?(?P<told>(?:系统|平台|页面)?{SURELY}(?:{REFUSAL}{_H}{{0,8}}|(?:给出|提示|显示)“?{_H}{{0,4}}(?:无权限?|没有权限|权限不足){_H}{{0,4}}”?))"
    ),
    # "寄养中心接收小型犬和中型犬，遇大型犬、烈性犬的寄养订单，系统一律予以拒绝"
    re.compile(
        rf"(?P<by>{_H}{{2,8}}?)(?:只|仅|可以?)?(?P<act>{_TAKES})(?P<yes>{_LIST})(?:的{_H}{{2,6}}?)?{_NEXT}(?:遇到?|对于?|凡)?"
        rf"(?P<no>{_LIST})的{_H}{{2,6}}?，?(?P<told>(?:系统|平台)?{SURELY}{REFUSAL}{_H}{{0,4}})"
    ),
    # "犬只为小型犬或中型犬的订单予以受理，犬只为大型犬的订单一律退回"
    re.compile(
        rf"(?P<by>)(?P<kind>{_H}{{2,6}}?)(?:为|是|属于)(?P<yes>{_LIST})的{_H}{{2,8}}?(?:应?予以?|准予)?(?P<act>{_TAKES}){_NEXT}"
        rf"(?P=kind)?(?:为|是|属于)(?P<no>{_LIST})的{_H}{{2,8}}?，?(?P<told>(?:系统|平台)?{SURELY}{REFUSAL}{_H}{{0,4}})"
    ),
    # "寄养中心不接收大型犬；小型犬和中型犬可以接收"
    re.compile(rf"(?P<by>{_H}{{2,8}}?)不(?P<act>{_TAKES})(?P<no>{_LIST}){_NEXT}(?P<yes>{_LIST}){_MAY}(?P=act)"),
    # "远程重启是高危操作：工程师、站长有权执行，客服、车主无权执行"
    re.compile(rf"{_LEAD}(?P<yes>{_LIST}){_MAY}(?P<act>{_H}{{2,10}}?){_NEXT}(?P<no>{_LIST}){_BAR}(?P<again>(?P=act)?)"),
)
_NOT_A_KIND: Final = re.compile(
    "^(?:的|已|未|有|无|不|没|超|满|年满|持|具|在|经|其|该|此|当|若|如|每|因|被|系统|平台|用户可|其他|其它|其余|任何|所有|上述|以上|本人|自己)|"
    "期间|情况|包括|如下|之[前后]$|[时后前的]$|状态|以[上下]|除外|不得|可以|允许|必须"
)
_GENERAL: Final = re.compile("执行|操作|进行|办理|使用|完成")


@dataclass(frozen=True, slots=True)
class _Told:
    name: str
    may: tuple[str, ...]
    denied: tuple[str, ...]
    act: str
    no: str
    of: str = ""
    """What the kinds are kinds of ("学生"), where a name is no thing by itself."""
    by: str = ""
    object: bool = False
    """The act is done to it, with `by`; else by it."""


def points(view: View) -> Iterator[TestPoint]:
    """Each kind with its verdict; nothing where a name is a condition, or the clauses speak of different acts."""
    text = whole(view)
    told = next((t for shape in _SHAPES if (m := shape.fullmatch(text)) and (t := _read(m))), None)
    if told is None:
        return
    known = {name for _, value in view.of(Actor) for name in (*value.permitted, *value.denied)}
    if {*told.may, *told.denied} <= known and "的权限" not in text:
        return  # the general reading has them all
    people = told.name == "角色"
    for one in (*told.may, *told.denied):
        ok = one in told.may
        who = f"{one}的{told.of}" if told.of else one
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX if people else Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={told.name: Input(one)},
            preconditions=(signed_in(one),) if people else (),
            do=f"以“{one}”身份{told.act}。"
            if people
            else f"{told.by}{told.act}“{one}”。"
            if told.object
            else f"由“{who}”{told.act}。",
            see=f"系统允许{told.act}。" if ok else told.no,
            reason="允许的一类" if ok else "不允许的一类",
            weight=0.9 if ok else 0.92,
            title=f"{told.name}为“{one}”",
        )


def _read(found: re.Match[str]) -> _Told | None:
    groups = found.groupdict()
    may, denied = _names(groups["yes"]), _names(groups["no"])
    if set(may) & set(denied) or len(may) + len(denied) < 3 or any(_NOT_A_KIND.search(one) for one in (*may, *denied)):
        return None
    act, kind, topic = groups["act"], groups.get("kind") or "", groups.get("topic") or ""
    again = groups.get("again")
    if (again and not akin(act, again)) or re.search("[不未无]|除", act):
        return None
    people = "权限" in found[0] or re.search("[有无]权", found[0]) is not None
    people = people or (not kind and any(words_zh.ROLE.fullmatch(one) for one in (*may, *denied)))
    if topic and _GENERAL.fullmatch(act):
        act = re.sub("[是为属](?:于)?.*$|的?(?:权限|操作|规则)(?:如下)?$", "", topic)
    elif topic:
        return None
    if len(act) < 2:
        return None
    said = re.sub(f"^(?:由?系统|平台|页面)?{SURELY}", "", groups.get("told") or "")
    no = f"系统{said}。" if said else f"系统不允许{act}。"
    of = kind if "told" in groups and kind else ""
    name = "角色" if people else f"{kind}类型" if kind else "类型"
    return _Told(name, may, denied, act, no, of, groups.get("by") or "", object="by" in groups)


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.strip(ITEM).split(ITEM)) if ITEM in words else lists.split(words)

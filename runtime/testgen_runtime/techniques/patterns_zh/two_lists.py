"""Two lists of names, of which one may and the other may not, wherever the verdicts stand: "塔机远程解锁：安全总监、设备管理员
有权执行；司机、信号工执行时，提示“权限不足”", "除审核员、经办员可修改外，其他角色（楼管、物业人员）均不得修改", "充电桩空闲或者
预约中时，可以重启；若充电中或已离线，重启请求应返回失败". Each name is tried (29119-4, 5.2.1, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms import lists, words_zh
from testgen_runtime.documents.model import Actor
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.listed_states import BARE
from testgen_runtime.techniques.patterns_zh.rights import is_somebody
from testgen_runtime.techniques.patterns_zh.telling import act_on, of_role, of_state
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_JOINT: Final = "(?:、|，?(?:或者|以及|或是)|[或和与及])"
_BEFORE: Final = (
    r"(?:(?<=^)|(?<=[：，；（、由是为除对向给凡])|(?<=只有)|(?<=只能由)|(?<=仅限)|(?<=仅有)|(?<=例如)|(?<=允许)|"
    r"(?<=禁止)|(?<=但)|(?<=而))"
)
_END: Final = (
    "(?:管理员|审核员|经办员|人员|用户|经理|主管|总监|专员|主任|主编|编辑|司机|医师|医生|护士|教师|老师|工程师|会计|出纳|顾问|秘书|助理|代表|"
    "干事|保安|[\u4e00-\u9fff][员长者]|[\u4e00-\u9fff]工|[\u4e00-\u9fff]师)"
)
_NEXT: Final = "[、，；）（。或和与及以可有无不没均都一执发提操尝调修撤审开关点能才为是的外之办签批负进来时中本具看直审]"
"""What may stand behind somebody's name: it goes on with no 资 or 证 (员工资, 会员证)."""
_WHO: Final = (
    rf"(?!例如|[除由是为对向给凡当若如只仅但而])(?:(?![或和与及可由对向为是]){_HAN}){{0,6}}?{_END}(?={_NEXT}|{_JOINT}|$)"
)
_PEOPLE: Final = re.compile(rf"{_BEFORE}{_WHO}(?:{_JOINT}{_WHO}){{1,4}}")
_STATE: Final = (
    rf"(?:(?:已经?|尚未|未|待)(?:(?![、，；的时则或和与及]){_HAN}){{1,3}}|正在(?:(?![、，；的时则或和与及]){_HAN}){{1,3}}|"
    rf"(?:发生|出现)?故障|(?:(?![、，；的时则或和与及已未待一旦为是在]){_HAN}){{2}}中|空闲|草稿|正常|启用|在线|就绪|待机|(?:{BARE}))"
)
_STATES: Final = re.compile(rf"{_STATE}(?:{_JOINT}{_STATE}){{1,4}}(?=状态|[的时，；）两三四后均都]|其中|就|$)")
_BARS: Final = re.compile(
    rf"{REFUSAL}|没有[^，；]{{1,14}}权|无[^，；]{{0,10}}权|关闭|不可用|不开放|提示“[^”]*[不无]|返回失败|拒收|置灰|看不到|不可见|不显示"
)
_PERMITS: Final = re.compile(
    "可以|可(?!见|用)|成功|显示|有权|能够?|才能|允许|准予|准许|开放|可用|有[^，；无]{0,10}权限|[须应]当?(?:为|由|是)|(?:应当?|须|只能|仅能)由"
)
_UNSURE: Final = re.compile(r"\d|除非|同时|共同|分别|本人|否则|如果|任何|以下|上述|无论|超过|至少|之前|之后|期间|且")
_OTHER_NOT: Final = re.compile("不得不|不(?:得|能|可以?|允许)(?:拒绝|驳回|禁止)")
_ACTS: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"^(?P<act>{_HAN}{{4,12}})：",
        rf"^(?P<act>{_HAN}{{4,12}}?)(?:这一操作|功能|操作)对",
        rf"开放(?P<act>{_HAN}{{2,12}}?)(?:功能|权限|操作)",
        rf"(?:能够|有权|可以|可)(?P<act>{_HAN}{{2,12}}?)的(?:角色|人员|人|用户|岗位|{_HAN}{{2,6}}状态)?(?:只有|仅有|仅限|包括|[是为])",
        rf"凡(?P<act>{_HAN}{{4,12}}?)者",
        rf"具备(?P<act>{_HAN}{{2,12}}?)的?权限",
        rf"显示(?P<act>{_HAN}{{2,12}}?)的?(?:入口|按钮|菜单)",
        rf"，(?P<act>{_HAN}{{2,12}}?)成功",
        rf"没有(?P<act>{_HAN}{{2,12}}?)的?权限",
        rf"^(?P<act>{_HAN}{{4,12}}?)(?:应当?|须|必须|只能|仅能)由",
        rf"(?:才能|可以|均可|能够|有权|可|允许)(?P<act>(?!执行|办理|操作){_HAN}{{2,12}}?)(?=外[，、]|[，；。]|$)",
        rf"(?:均不能|不能|不得)(?P<act>(?!执行|办理|操作){_HAN}{{2,12}}?)(?=[，；。]|$)",
    )
)
_TOGETHER: Final = re.compile(r"(?!.*[只仅].*\|).*由\|[^或]*[和与及][^或]*")


@dataclass(frozen=True, slots=True)
class _Lists:
    """Those that may and those that may not, and the act."""

    may: tuple[str, ...]
    denied: tuple[str, ...]
    act: str


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each name of one list, a refusal for each of the other."""
    text = re.sub(rf"^({_HAN}{{2,6}}?)的?状态(?:分为|有|包括)[^，；]+，其中", r"\1", whole(view))
    if not text or "“" in re.sub("提示“[^”]*”", "", text) or _UNSURE.search(text) or _OTHER_NOT.search(text):
        return
    if (people := _read(text, _PEOPLE)) and all(is_somebody(name) for name in (*people.may, *people.denied)):
        if _is_known(view, people):
            return
        notice = re.search("提示“[^”]+”", text)
        no = f"系统拒绝{people.act}，并{notice[0]}。" if notice else ""
        for role in (*people.may, *people.denied):
            yield of_role(view, role, people.act, ok=role in people.may, no=no)
    elif (states := _read(text, _STATES)) and (noun := _noun(text)):
        for state in (*states.may, *states.denied):
            done = f"{act_on(states.act, noun)}。"
            yield of_state(view, noun, state, ok=state in states.may, do=done, act=states.act)


def _is_known(view: View, people: _Lists) -> bool:
    """Whether the general reading has the same people: it tells their results in the words of the text."""
    may = {name for _, value in view.of(Actor) for name in value.permitted}
    denied = {name for _, value in view.of(Actor) for name in value.denied}
    return may == set(people.may) and denied == set(people.denied)


def _read(text: str, shape: re.Pattern[str]) -> _Lists | None:
    """The two lists of names of a shape, with the verdict on each; None where there are not two, or both have the same."""
    told = re.sub("提示“([^”]*)”", lambda m: "提示错误" if re.search("[不无未]", m[1]) else "提示", text)
    found = list(shape.finditer(told))
    if len(found) != 2:
        return None
    first, second = found
    spared = told[: first.start()].endswith("除")
    verdicts = [_verdict(told, one, told[: one.start()], end) for one, end in ((first, second.start()), (second, len(told)))]
    if spared and verdicts[1] is not None:
        verdicts[0] = not verdicts[1]
    names = [tuple(dict.fromkeys(re.sub("^(?:正在|发生|出现)(?=故障)", "", n) for n in _names(one[0]))) for one in found]
    if verdicts not in ([True, False], [False, True]) or set(names[0]) & set(names[1]):
        return None
    if _TOGETHER.fullmatch(f"{told[: first.start()][-4:]}|{first[0]}"):
        return None  # it may be all of them together
    act = next((m["act"] for pattern in _ACTS if (m := pattern.search(told))), "")
    act = re.sub("^(?:继续|进行|申请|再次)", "", act)
    if not act or re.search(rf"{REFUSAL}|角色|状态|[：，；]", act):
        return None
    may, denied = names if verdicts[0] else names[::-1]
    return _Lists(may, denied, act)


def _names(words: str) -> tuple[str, ...]:
    return tuple(one for one in (re.split(_JOINT, words) if re.search("或是|或者", words) else lists.split(words)) if one)


def _verdict(text: str, one: re.Match[str], before: str, end: int) -> bool | None:
    """Whether those of a list may: by the words before it in its clause, or by those after it; None where they do not say."""
    ahead = re.split("[，；]", before)[-1]
    after = text[one.end() : end]
    after = re.sub("[，；][^，；]*$", "", after) if end < len(text) else after
    if re.search("(?:不允许|禁止|不得|拒绝)对?(?:处于)?$", ahead):
        return False
    if _BARS.search(after):
        return False
    return True if _PERMITS.search(f"{ahead}{after}") else None


def _noun(text: str) -> str:
    """What the states are of: "充电桩空闲或者预约中时", "空闲、预约中的充电桩", "可以重启的充电桩状态为空闲和预约中"."""
    lists_ = list(_STATES.finditer(text))
    for one in lists_:
        after = re.match(
            rf"(?:两种|三种)?(?:状态)?的(?P<noun>{_HAN}{{2,6}}?)"
            rf"(?=可|不|才|能|执行|进行|状态|允许|禁止|系统|[，；]|{_act_ahead(text)})",
            text[one.end() :],
        )
        if after and not words_zh.ROLE.fullmatch(after["noun"]):
            return after["noun"]
        before = re.split("[，；]", text[: one.start()])[-1]
        if ahead := re.fullmatch(
            rf"(?:当|若|如果?|凡|.*?的)?(?P<noun>(?![若如当凡]){_HAN}{{2,6}}?)(?:的?(?:当前)?状态)?(?:变?为|是|处于|在|一旦|进入)?",
            before,
        ):
            return ahead["noun"]
    return ""


def _act_ahead(text: str) -> str:
    found = next((m["act"] for pattern in _ACTS if (m := pattern.search(text))), "")
    return re.escape(found) if found else "(?!)"

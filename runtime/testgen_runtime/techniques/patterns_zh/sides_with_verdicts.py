"""Both sides of one bound with their verdicts, the second told in short or the first by its verdict: "活动室单次预约时长以 4 小时
为限，预约时长超过 4 小时的申请应被拒绝，未超过的应予受理", "系统应拒绝时长超过 90 秒的短视频；时长在 90 秒及以内的短视频应被接受"
(29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, Side, meeting, side
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound
from testgen_runtime.techniques.patterns_zh.verdict_words import AWAY, NO, WHO, YES, acceptance, of_one_act, of_one_thing, refusal
from testgen_runtime.techniques.patterns_zh.whole import SURELY, whole
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_TOPIC: Final = (
    rf"(?:(?P<topic>{HAN}{{2,14}}?)(?:以(?P<of>{NUMBER})为(?:上限|限|最长|最高|下限|起点)|"
    rf"(?:的?[上下]限|最[高低长短大小多少])(?:为|是)(?P<of2>{NUMBER}))，)?"
)
_MEASURED: Final = rf"(?:凡|对于?|而|但|若|当)?(?P<what>{HAN}{{0,14}}?)(?P<side>{SIDE})"
_CLOSE: Final = rf"(?:时|的(?P<noun>{HAN}{{0,8}}?))，?"
_HALF: Final = tuple(re.compile(f"{_MEASURED}{_CLOSE}{verdict}") for verdict in (NO, YES))
_AWAY_FIRST: Final = re.compile(rf"(?P<no>{WHO}{SURELY}{AWAY})(?P<what>{HAN}{{0,14}}?)(?P<side>{SIDE})的(?P<noun>{HAN}{{1,10}})")
_SHORT: Final = tuple(
    re.compile(
        rf"(?:而|但)?(?P<not>未|没有|没|不|已经?)?(?P<verb>超过|超出|超|达到|达|高于|低于|大于|小于|多于|少于|满|逾)(?:的|时|者)(?P<noun>{HAN}{{0,8}}?)，?{verdict}"
    )
    for verdict in (NO, YES)
)
_VERB: Final = re.compile("(?P<not>未|没有|没|不)?(?P<verb>超过|超出|达到|高于|低于|大于|小于|多于|少于|满)")
_PLAIN: Final = re.compile("时长|大小|长度|重量|体积|高度|宽度|金额|数量|面积|容量|厚度|温度|浓度")
_ASKED: Final = re.compile("申请|请求|订单|用户|人员|行为")
_MORE: Final = re.compile(
    "且|(?<!达到)(?<!等于)(?<!及)或(?!以|更|等于|者?更|超过|高于)|同时|除非|除外|其中|其他|其它|其余|分别|每"
)


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where the halves do not meet in it, or are of two acts."""
    text = whole(view)
    topic = re.match(_TOPIC, text)
    body = text[topic.end() :] if topic else text
    if _MORE.search(body):
        return
    parts = body.split("；") if "；" in body else re.split("，(?=[^，]*$)", body)
    halves = parts if len(parts) == 2 else ["".join(parts), ""]
    named = (topic["topic"], topic["of"] or topic["of2"]) if topic and topic["topic"] else ("", "")
    for first, second in (halves, halves[::-1]):
        if told := _told(first, second, named[0]):
            one, accepts, act = told
            if not named[1] or side(f"超过{named[1]}", one.name) is None or _same(named[1], one.limit):
                yield from of_bound(view, one.limit, one.name, act, accepts=accepts)
            return


def _same(words: str, limit: Limit) -> bool:
    bound = limit.lower or limit.upper
    return bound is not None and [(q.value, q.unit) for q in quantities(words)] == [(bound.value, limit.unit)]


def _told(first: str, second: str, topic: str) -> tuple[Side, bool, Act] | None:
    """The bound of the first half, whether that half takes its values, and what is done and seen."""
    away = _AWAY_FIRST.fullmatch(first)
    half = away or next((m for shape in _HALF if (m := shape.fullmatch(first))), None)
    short = next((m for shape in _SHORT if (m := shape.fullmatch(second))), None)
    other = next((m for shape in _HALF if (m := shape.fullmatch(second))), None) if away else None
    rest = short or other
    if half is None or rest is None or ("no" in half.re.groupindex) == ("no" in rest.re.groupindex):
        return None
    what = half["what"] or topic
    if (not what and not half["noun"]) or "以" in what or not of_one_thing(half["noun"], rest["noun"]):
        return None
    if _PLAIN.fullmatch(what) and not _ASKED.search(half["noun"] or ""):
        what = f"{half['noun'] or ''}{what}"  # "短视频时长"
    one = _of(half, rest, what or half["noun"])
    if one is None:
        return None
    no, yes = (half, rest) if "no" in half.re.groupindex else (rest, half)
    noun = half["noun"] or rest["noun"] or ""
    if not away and not of_one_act(no["no"], yes["act"], noun, yes["yes"]):
        return None
    more = re.search(rf"{re.escape(yes['act'])}{HAN}{{1,8}}$", no["no"]) if yes["act"] else None
    act = more[0] if more else yes["act"]  # "不得参加考试，达到的可以参加"
    do = f"{act}。" if act else f"提交该{noun or '申请'}。"
    thing = noun if not yes["act"] or away else ""
    return one, yes is half, Act(do, acceptance(yes["yes"], noun), refusal(no["no"], thing, yes["act"]))


def _of(half: re.Match[str], rest: re.Match[str], what: str) -> Side | None:
    """The bound that both halves tell."""
    if "side" in rest.re.groupindex:
        if rest["what"] and not what.endswith(rest["what"]):
            return None
        return meeting(half["side"], rest["side"], what)[0]
    own = _VERB.match(half["side"])
    told = rest["verb"].replace("逾", "超过")
    denied = [m in ("未", "没有", "没", "不") for m in ((own or {"not": None})["not"], rest["not"])]
    if own is None or denied[0] == denied[1] or not own["verb"].startswith(told[:1]):
        return None
    return side(half["side"], what)

"""Needs joined by one word, and what becomes of those who meet them and of those who do not, in whichever order and however
short it is told: "湿度低于 30%，同时没有下雨，启动请求才会被执行；只要湿度在 30% 或以上，或者正在下雨，请求就应被拒绝", "启动的
前提是：车辆已绑定、余额不低于 20 元。二者缺一，启动失败", "满足以下任一条件即可免费乘车：…；均不满足时，拒绝". Each need is tried
where it alone decides (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, takewhile
from typing import Final, Literal

from testgen_runtime.documents.atoms.numerals import chinese_number
from testgen_runtime.documents.model import Condition, Limit
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import of_tree
from testgen_runtime.techniques.patterns_zh.whole import ITEM, REFUSAL, SURELY, akin, refused, whole
from testgen_runtime.techniques.trees import Act, Clause, Tree, of_limit, of_words
from testgen_runtime.techniques.view import View

Joined = Literal["and", "or"]

_LEAD: Final = "^(?:而|但)?(?:仅在|只有在|只要|若|如果?|凡|当|只有|仅当|对于?)?"
_CLOSE: Final = "(?:[两二三四][个项]条件(?:都|均|同时)(?:满足|具备|成立))?(?:的情况下|的时候|的|(?<![小学课工及])时)?$"
_OR: Final = "，?(?:或者|或是|或)(?![以等更高低超大小多少达])"
_AND: Final = "，?(?:并且|而且|同时|且)|、"
_COUNT: Final = "(?:这|上述|以上)?(?P<count>[两二三四五])?(?:项|者|个|条)?(?:条件|要求)?(?:中|里)?"
_HOLD: Final = "(?:满足|具备|齐备|齐全|符合|成立|达到|通过|完成)"
_FAIL: Final = f"(?:不|未|没有?|达不到|未能)(?:予)?{_HOLD}"
_ANY_FAILS: Final = re.compile(
    rf"(?:若|如果?|只要)?{_COUNT}(?:中)?(?:缺一|缺少?任[何意]?一(?:项|个|条|者)|(?:有|存在)?(?:其中)?(?:任[何意]?)?一(?:项|个|条|者)?(?:条件|要求)?{_FAIL}(?:条件|要求)?|"
    rf"不(?:齐|全|齐备|齐全))(?:的|时)?"
)
_NONE_HOLDS: Final = re.compile(rf"(?:若|如果?)?{_COUNT}(?:均|都|全部|全)(?:不|未|没有?){_HOLD}(?:的|时)?")
_ALL_HOLD: Final = re.compile(rf"(?:若|如果?)?{_COUNT}(?:均|都|全部|同时|全)?(?:已)?{_HOLD}(?:的|时|后)?")
_LISTED: Final = re.compile(
    r"(?:(?P<who>[\u4e00-\u9fff]{2,8}?)(?P<when>[\u4e00-\u9fff]{2,10})时，(?:系统|平台)?(?:核对|核验|检查|校验|确认|审查)|"
    r"(?P<act>[^，；：]{2,14}?)，?(?:的)?(?:须|必须|应当?|需要?)?(?:同时|至少|全部)?(?:满足|具备|符合|的?前提(?:条件)?[是为])|"
    r"(?:同时|至少)?(?:满足|具备|符合)(?:以下|下列|如下)?(?P<first>任[何意]?一(?:项|个)?|全部|所有)?(?:条件|要求)(?:之一)?(?:的，?|即|就|方|才|时，?)*(?:可以?|能够?|允许)(?P<may>[^，；：]{2,12}))"
    r"(?P<any>(?:以下|下列|如下)?(?:任[何意]?一(?:项|个)?)?)(?:以下|下列|如下)?(?:全部)?(?P<count>[两二三四五])?(?:项|个|条)?(?:条件|要求)?(?P<one>之一)?"
    r"：(?P<all>.+)"
)
_VERDICT_FIRST: Final = r"(?:系统|平台|柜台|闸机|程序)?(?:就|便|则|即|方|才|均|都|一律|应当?|将|会|须|予以|被){0,4}"
_YES: Final = re.compile(
    rf"{_VERDICT_FIRST}(?P<may>可以|可|能够?|允许|准予|准许|同意)(?:正常|继续|直接)?(?P<act>[^，；不未无]{{2,14}})|"
    rf"(?P<thing>[^，；不未无]{{2,12}}?)(?:才|就|即|均|都|便|应当?|将|会|予以|被|可以?){{0,4}}(?P<does>通过|成功|受理|执行|放行|接受|批准|生效)"
)
_NO: Final = re.compile(rf"[^，；]{{0,12}}?{SURELY}{REFUSAL}.*")
_PASSES: Final = re.compile(
    "通过|成功|受理|执行|放行|接受|批准|生效|允许|准予|准许|可以|不得|拒绝|失败|不予|否则|除|应当|必须|不允许|不能|禁止|外$"
)
_REST: Final = re.compile("(?:除此之?以?外|其[余他它](?:的|情[形况])?)，?(?:均|都)?(?P<yes>可.{2,14}|允许.{2,14}|准予.{2,14})")
_DENIED: Final = re.compile("不|未|没有?|无(?!论)|非")
_ASIDE: Final = re.compile("（[^（）]*）")
_NOT_BARE: Final = "[不未没无已经尚有存在过正]"


@dataclass(frozen=True, slots=True)
class _Side:
    """What one half tells: its conditions with the word that joins them, and the verdict."""

    joined: Joined
    said: tuple[str, ...]
    verdict: str


def points(view: View) -> Iterator[TestPoint]:
    """Each need deciding alone; nothing where one of them cannot be read, or the halves do not tell the same."""
    text = re.sub(r"[；，]?(?:（[\d一二三四五六]{1,2}）|[①-⑩]|(?<=[：；])\d[）)、](?!\d))", ITEM, whole(view))
    text = re.sub("，(?=否则)", "；", text)
    if not text or re.search("除非|无论|不论|超过.*次", text):
        return
    read = _listed(text) or (None if _is_known(view, text) else _in_short(text)) or _but_for_those(text) or _told_twice(text)
    if read is not None:
        tree, act = read
        yield from of_tree(view, tree, act)


def _listed(text: str) -> tuple[Tree, Act] | None:
    """Needs behind a colon, and what becomes of those who miss one (or, where one is enough, all) of them."""
    found = _LISTED.fullmatch(text)
    if found is None:
        return None
    any_is_enough = bool(found["any"] and "任" in found["any"]) or bool(found["first"] and "任" in found["first"])
    joined: Joined = "or" if any_is_enough or found["one"] or "之一" in text.split("：")[0] else "and"
    items, yes, no = _needs_and_tails(found["all"], joined)
    act = found["act"] or found["may"] or found["when"]
    act = re.sub("(?:须|必须|应当?|需要?|的|时)$", "", act)
    if not no or not _right_count(found["count"], items) or (found["who"] and not act):
        return None
    clauses = _each(items)
    told = _act(yes, no, act)
    return (Tree(joined, clauses), told) if clauses and told else None


def _needs_and_tails(told: str, joined: Joined) -> tuple[list[str], str, str]:
    """The needs of a list, the verdict where they hold ("" where it is not told) and where they fail; the latter is "" where
    something else is told."""
    items: list[str] = []
    yes = no = ""
    for part in told.split("；"):
        short = _in_sum(part, joined, len(items))
        if short is None and not (yes or no):
            items += [one for one in re.split(f"{ITEM}|{_AND}", re.sub("，(?:缺一不可|全部满足|同时满足)$", "", part)) if one]
        elif short is None:
            return [], "", ""
        elif short[0]:
            yes = short[1]
        else:
            no = short[1]
    return items, yes, no


def _in_sum(part: str, joined: Joined, many: int) -> tuple[bool, str] | None:
    """(whether the needs are met, the verdict) of "二者缺一，启动失败"; None where the conditions are told one by one."""
    if part.startswith("否则") and joined == "and":
        verdict = part.removeprefix("否则").lstrip("，")
        return (False, verdict) if _NO.fullmatch(verdict) else None
    head, _, verdict = part.partition("，")
    told = re.sub("^条件(?=不)", "", head)
    fails = _ANY_FAILS if joined == "and" else _NONE_HOLDS
    for shape, met in ((fails, False), (_ALL_HOLD, True)):
        if (found := shape.fullmatch(told)) and verdict and _right_count(found["count"], range(many)):
            if met and joined == "or":
                return None
            return (met, verdict) if bool(_NO.fullmatch(verdict)) != met else None
    return None


def _right_count(count: str | None, items: Sequence[object]) -> bool:
    return not count or chinese_number(count.replace("两", "二")) == len(items)


def _is_known(view: View, text: str) -> bool:
    """Whether the general reading has all needs of the first half, each as a limit or a condition: it tries more values."""
    side = _side(text.partition("；")[0])
    atoms = [re.sub(r"\s", "", a.text) for a in view.atoms if isinstance(a.value, Limit | Condition)]
    return side is not None and all(any(_same(told, need) for told in atoms) for need in side.said)


def _same(told: str, need: str) -> bool:
    return told in need or (need in told and len(told) < len(need) + 3)


def _in_short(text: str) -> tuple[Tree, Act] | None:
    """Needs with their verdict, and those who miss one in short: "…的，初审通过；上述三项有一项不满足，初审不通过"."""
    first, _, second = text.partition("；")
    side = _side(first)
    if side is None or _NO.fullmatch(side.verdict) or len(side.said) < 2:
        return None
    short = _in_sum(second, side.joined, len(side.said))
    if short is None or short[0]:
        return None
    clauses, told = _each(side.said), _act(side.verdict, short[1], "")
    return (Tree(side.joined, clauses), told) if clauses and told else None


def _but_for_those(text: str) -> tuple[Tree, Act] | None:
    """Those who are turned away, and all others: "未绑定或者余额不足 20 元的，不得启动；除此之外均可启动"."""
    first, _, second = text.partition("；")
    side, rest = _side(first), _REST.fullmatch(second)
    if side is None or rest is None or not _NO.fullmatch(side.verdict) or len(side.said) < 2:
        return None
    told = _act(rest["yes"], side.verdict, "")
    met = tuple(Clause(tuple(replace(way, holds=not way.holds) for way in one.ways)) for one in _each(side.said))
    return (Tree("and" if side.joined == "or" else "or", met), told) if met and told else None


def _told_twice(text: str) -> tuple[Tree, Act] | None:
    """Needs with their verdict, and their opposites with the other one."""
    halves = [_side(part) for part in text.split("；")]
    if len(halves) != 2 or halves[0] is None or halves[1] is None:
        return None
    no, yes = sorted((half for half in halves if half), key=lambda half: _NO.fullmatch(half.verdict) is None)
    if _NO.fullmatch(yes.verdict) or not _NO.fullmatch(no.verdict):
        return None
    if yes.joined == no.joined or len(yes.said) != len(no.said) or len(yes.said) < 2:
        return None
    for order in permutations(no.said):
        pairs = [opposites(need, fail) for need, fail in zip(yes.said, order, strict=True)]
        read = tuple(one for one in pairs if one is not None)
        if len(read) == len(pairs) and (told := _act(yes.verdict, no.verdict, "")):
            return Tree(yes.joined, read), told
    return None


def _side(part: str) -> _Side | None:
    """The conditions of a half and its verdict: at the first comma whose left side is nothing but conditions."""
    for at in (m.start() for m in re.finditer("，|(?<=的)(?=可以|不得|不予|允许|准予|应)", part)):
        told, verdict = re.sub(_CLOSE, "", re.sub(_LEAD, "", part[:at])), part[at:].lstrip("，")
        if not (_YES.fullmatch(verdict) or (_NO.fullmatch(verdict) and not _conditions(verdict.partition("，")[0]))):
            continue
        by_or = [one for one in re.split(_OR, told) if one]
        by_and = [one for one in re.split(f"{_AND}|，", told) if one]
        if len(by_or) > 1 and re.search(_AND, told):
            return None  # which of them belong together is left open
        joined: Joined = "or" if len(by_or) > 1 else "and"
        said = tuple(re.sub(_CLOSE, "", one) for one in (by_or if joined == "or" else by_and))
        return _Side(joined, said, verdict) if all(map(_conditions, said)) else None
    return None


def _conditions(words: str) -> bool:
    """Whether words may be one condition: nothing that is done or refused."""
    return 3 <= len(words) <= 26 and not _PASSES.search(re.sub("(?:未|已|不|没有)(?:经|获)?[^，]{0,6}?(?:通过|批准)$", "", words))


def _each(items: Sequence[str]) -> tuple[Clause, ...]:
    """A clause for each need; none where one of them cannot be read."""
    if len(items) < 2 or not all(_conditions(one) for one in items) or any(re.search(_OR, one) for one in items):
        return ()
    read = [clause(re.sub(_CLOSE, "", _ASIDE.sub("", words)), "") for words in items]
    found = tuple(one for one in read if one is not None)
    return found if len(found) == len(items) else ()


_BOUND: Final = re.compile(rf"(?P<what>[^\d，；]{{0,14}}?)(?P<side>{SIDE})")


def opposites(need: str, fail: str) -> Clause | None:
    """A need and what is told where it fails; None where they do not exclude each other."""
    need, fail = _ASIDE.sub("", need), _ASIDE.sub("", fail)
    one, other = _BOUND.fullmatch(need), _BOUND.fullmatch(fail)
    if one or other:
        if not (one and other):
            return None
        what = max(one["what"], other["what"], key=len)
        if not what or not all(what.endswith(m["what"]) for m in (one, other)):
            return None
        found, _ = meeting(one["side"], other["side"], what)
        return of_limit(found.limit, found.name, "zh") if found is not None else None
    if re.search(r"[\d“]", need + fail) or need == fail:
        return None  # one name of several, or no opposite
    return _worded(need, fail)


def _worded(need: str, fail: str) -> Clause | None:
    """A need in words with its opposite as the text tells it: ("没有下雨", "正在下雨"), ("证在有效期内", "证已过期")."""
    same = "".join(a for a, b in takewhile(lambda pair: pair[0] == pair[1], zip(need, fail, strict=False)))
    odd = [len(_DENIED.findall(words)) % 2 == 1 for words in (need, fail)]
    bare = [re.sub(_NOT_BARE, "", words) for words in (need, fail)]
    if odd[0] != odd[1] and (akin(*bare) or bare[0] == bare[1]):
        turned = len(_DENIED.findall(need)) > len(_DENIED.findall(fail))  # the question is asked without its "not"
        asked = fail if turned else need
        key = f"{same}是否{asked[len(same) :]}"
        held, broken = ("否", "是") if turned else ("是", "否")
        return of_words(key, (Input(held), f"{need}。"), (Input(broken), f"{fail}。"), f"{key}决定结果")
    if len(same) < 2 or len(same) in (len(need), len(fail)) or odd[0] or (odd[1] and not akin(*bare)):
        return None
    return of_words(same, (Input(need[len(same) :]), f"{need}。"), (Input(fail[len(same) :]), f"{fail}。"), f"{same}决定结果")


def _act(yes: str, no: str, act: str) -> Act | None:
    """What is done, and both results; None where the refusal is of something else."""
    granted = _YES.fullmatch(yes) if yes else None
    if yes and granted is None:
        return None
    done = act or (granted["act"] or granted["thing"] if granted else "")
    refusal = re.sub("^(?:就|便|则|即)|就(?=[应被会将])", "", refused(re.sub("^(?:系统|平台)(?:就|便|则|即)?", "", no)))
    if not done or not (re.match(REFUSAL, refusal) or akin(done, refusal) or refusal.startswith(("申请", "请求"))):
        return None
    deed = f"提交{done}" if re.search("(?:申请|请求|订单|指令)$", done) else f"申请{done}" if len(done) == 2 else done
    told = f"系统允许{done}" if granted is None or granted["act"] else f"{granted['thing']}{granted['does']}"
    own = re.match(f"{REFUSAL}", refusal) is not None
    return Act(f"{deed}。", f"{told}。", f"系统{refusal}。" if own and not refusal.startswith("失败") else f"{refusal}。")

"""A short Chinese requirement as a list of rules: "体温超过 37.3 ℃ 或者未持有预约码的，不得入院；其他访客可以入院"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.observed import is_observed
from testgen_runtime.techniques.patterns_zh.telling import ROLE, point
from testgen_runtime.techniques.patterns_zh.verdict_words import acceptance, refusal
from testgen_runtime.techniques.patterns_zh.whole import ITEM, akin, whole
from testgen_runtime.techniques.told_rules.chinese_clauses import NUMBERED, TOPIC, told
from testgen_runtime.techniques.told_rules.chinese_conditions import (
    GENERIC,
    demanded,
    marked,
    needed,
    of_one_measure,
    opposed,
    opposite,
    pieces,
    same,
)
from testgen_runtime.techniques.told_rules.chinese_plain import plain
from testgen_runtime.techniques.told_rules.chinese_words import CHINESE
from testgen_runtime.techniques.told_rules.deriving import Tried, tried
from testgen_runtime.techniques.told_rules.model import Reading
from testgen_runtime.techniques.told_rules.pieces import Piece, shared_start
from testgen_runtime.techniques.told_rules.rules import Board, Parts
from testgen_runtime.techniques.told_rules.told import NEED, Told
from testgen_runtime.techniques.told_rules.variables import Known, Placed
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

MOST_SENTENCES: Final = 4
MOST_CHARACTERS: Final = 600
_UNREAD: Final = re.compile(
    r"每(?:月|周|年|日|天|次)?(?:最多|至多|不得)|依次|分别|按照|例如|比如|等(?=[，。；的]|$)|\d:\d|\d[点时](?!间)|次日|当[日天]|"
    r"第[一二三四五六七八九十\d]+|累计|合计|平均"
)
"""What is beyond these rules: steps, times of a day, sums."""
_ASIDE: Final = re.compile("（(不?含)(?:本数)?）(以[上下])")
_ENDS: Final = re.compile("(?<=[\u4e00-\u9fffA-Za-z%℃])（(不?含)）")
_NO_NAMES: Final = re.compile("[只仅]|其[他它余]|任何|所有|一切|相关|至|周|以[上下内外]|[的在对由与向把将被]|进行|支持")
_OF_KIND: Final = re.compile("^(?:角色|身份|类型|状态)为")
_COMPARES: Final = re.compile("[大小高低多少早晚长短]于|超过|超出|等于|达到|不足")
_SOMEBODY: Final = re.compile("[\u4e00-\u9fff]{1,4}(?:妇|儿童|人|者|员|户|生|军人|会员)")
_SEEN: Final = re.compile("^(?:打开|查看|查阅|进入|浏览|调阅|阅读)")
_STATE: Final = re.compile("[已待未][\u4e00-\u9fff]{1,3}|[\u4e00-\u9fff]{1,3}中|草稿|关闭|完成|取消")
_VALUED: Final = re.compile("(?P<thing>[^，\\d]{2,12}?)(?:为|是|呈)(?P<value>[^，的否\\d]{1,12})")
_ENDS_TOPIC: Final = ("时", "时候", "过程中", "后")


def points(view: View) -> Iterator[TestPoint]:
    """The points of the rules that a text tells; none where a clause of it is not understood."""
    if (reading := read(view)) is not None:
        yield from derived(view, reading, tuple(tried(reading)))


def derived(view: View, reading: Reading, situations: Sequence[Tried]) -> Iterator[TestPoint]:
    """The points of situations."""
    for one in situations:
        yield point(
            view,
            technique=one.value.technique,
            ok=one.accepted,
            inputs=one.inputs,
            preconditions=one.lines,
            do=_with_inputs(reading.act.do, one),
            see=reading.act.yes if one.accepted else reading.act.no,
            reason=one.value.reason,
            weight=one.value.weight,
            title="且".join(line.rstrip("。") for line in one.lines),
        )


def _with_inputs(do: str, one: Tried) -> str:
    """What is done, with what is entered: "在余额为 100 元时申请提现。"."""
    given = [f"{name}为 {shown(value, 'zh')}" for name, value in one.inputs.items() if value.unit]
    return f"在{'、'.join(given)}时{do}" if given else do


def read(view: View) -> Reading | None:
    """The rules of a requirement; None where they cannot be read to the end."""
    text = text_of(view)
    if not text or ITEM in text or re.search("[：（）()]", text) or _UNREAD.search(text) or text.count("；") >= MOST_SENTENCES:
        return None
    if any(is_observed(view, atom, limit) or limit.multiple for atom, limit in view.of(Limit)):
        return None
    rules = told(text)
    if not rules or not _of_one_act(rules):
        return None
    return _Reader(rules).read()


def text_of(view: View) -> str:
    """The requirement in the wordings that the rules know; "" where it is beyond them."""
    if len(view.requirement.text) > MOST_CHARACTERS:
        return ""
    text = _ASIDE.sub(lambda found: f"{'及' if found[1] == '含' else ''}{found[2]}", whole(view))
    return plain(_ENDS.sub(lambda found: "" if found[1] == "含" else "〈不含〉", text))


def _of_one_act(rules: Sequence[Told]) -> bool:
    acts = [_SEEN.sub("访问", act) for rule in rules if (act := _act_name(rule.act))]
    own = {re.search("自己|本人", act) is not None for act in acts}
    return len(own) < 2 and all(set(one) & set(other) for one in acts for other in acts)


def _act_name(act: str) -> str:
    if re.fullmatch("[该此其本][\u4e00-\u9fff]{2,6}", act) and not re.search("申请|请求|操作", act):
        return ""  # "拦截该医嘱": what it is done to
    text = re.sub("^(?:其|该|此|再|进行|办理|受理|提交)|(?:的?(?:申请|请求|操作|权限|功能|业务))+$", "", act)
    return "" if text == "通过" else re.sub("并.*", "", text)


class _Reader(Board):
    """The rules of one text on their way to conditions over variables."""

    def __init__(self, rules: Sequence[Told]) -> None:
        super().__init__(rules)
        self.acts = [_act_name(rule.act) for rule in rules if rule.act]

    def read(self) -> Reading | None:
        """The rules; None where a condition of one of them cannot be read."""
        parts = [self._parts(i, rule) for i, rule in enumerate(self.rules)]
        read = [one for one in parts if one is not None]
        if len(read) != len(parts) or not self._sort_out(read):
            return None
        happens = any(rule.rest and rule.seen.startswith("要求") for rule in self.rules)
        return self.reading(read, self._act(), CHINESE, happens=happens)

    def _parts(self, place: int, rule: Told) -> Parts | None:
        own = pieces(rule)
        if own is None:
            return None
        need: tuple[Placed, ...] = ()
        if rule.demand.startswith(NEED):
            need = tuple(Placed(place, piece, wanted=True) for piece in needed(rule.demand.removeprefix(NEED)))
            if not need:
                return None
        elif rule.demand:
            limit = demanded(rule.demand)
            if limit is None:
                return None
            need = (Placed(place, Piece("limit", rule.demand, limit=limit), wanted=True),)
        said = tuple(Placed(place, piece, wanted=rule.accepts or bool(rule.demand)) for piece in own.parts)
        around = pieces(replace(rule, said=rule.said[: rule.within])) if rule.within else None
        return Parts(rule, own.word, said, need, len(around.parts) if around and own.word == "and" else 0)

    def _sort_out(self, parts: Sequence[Parts]) -> bool:
        """Find what each condition is of. What nothing depends on is left out; False where that is not sure."""
        every = [one for part in parts for one in part.every]
        for one in every:
            if one.piece.kind == "limit":
                self.join("limit", one, _of_one_measure)
            elif one.piece.kind == "names":
                self.join("names", one, lambda _a, _b: True)
        words = self._without_values(self._without_states(every))
        if len(words) == 2 and not all(self._is_mark(one, words) for one in words) and self._told_apart(words):
            words = []
        for one in words:  # "孕妇或不满 12 岁的患者": one of several conditions, and nobody's role
            alone = one.piece.names or parts[one.rule].word != "or"
            if not alone and not marked(one.piece.text) and opposite(one.piece.text):
                self.join("mark", one, _of_one_mark)
            elif not alone and _SOMEBODY.fullmatch(one.piece.text):
                one.piece = replace(one.piece, text=f"是{one.piece.text}")
        left = []
        for one in words:
            if one in self.of:
                continue
            if not one.piece.names and self._is_mark(one, words):
                self.join("mark", one, _of_one_mark)
            else:
                left.append(one)
        return not self.in_two_units and self._names(left, parts)

    def _without_states(self, every: Sequence[Placed]) -> list[Placed]:
        """The conditions in words, without those that are states beside others that are named as such: "已出库、已签收的订单"."""
        words = [one for one in every if one.piece.kind == "other"]
        known = next((known for known in self.known if known.kind == "names"), None)
        told = [name for one in known.found for name in one.piece.names] if known else []
        if not told or not all(_STATE.fullmatch(name) for name in told):
            return words
        left = []
        for one in words:
            names = tuple(lists.split(one.piece.text))
            if all(_STATE.fullmatch(name) for name in names) and (len(names) > 1 or names[0] in told):
                one.piece = replace(one.piece, kind="names", names=names)
                self.join("names", one, lambda _a, _b: True)
            else:
                left.append(one)
        return left

    def _without_values(self, words: Sequence[Placed]) -> list[Placed]:
        """The conditions in words, without those that tell values of one thing: "结果为阴性", "结果为阳性", "结果尚未出具"."""
        told = {one: found for one in words if not one.piece.names and (found := _VALUED.fullmatch(one.piece.text))}
        things = sorted({found["thing"] for found in told.values()}, key=len)
        for thing in things:
            here = {one: lists.split(found["value"]) for one, found in told.items() if found["thing"].endswith(thing)}
            verdicts = {self.rules[one.rule].accepts for one in here}
            if len({name for names in here.values() for name in names}) < 2 or len(verdicts) < 2:
                continue
            for one in words:
                own = re.fullmatch("(?P<thing>[^，]{2,8}?)(?P<value>(?:尚未|未|待|已)[\u4e00-\u9fff]{2,4})", one.piece.text)
                if one not in here and own and thing.endswith(own["thing"]):
                    here[one] = (own["value"],)
            for one, names in here.items():
                one.piece = replace(one.piece, kind="names", names=tuple(names), thing=thing)
                self.join("names", one, lambda a, b: a.thing == b.thing)
            return [one for one in words if one not in here]
        return list(words)

    def _is_mark(self, one: Placed, words: Sequence[Placed]) -> bool:
        text = one.piece.text
        if "、" in text:
            return False
        if any(other.rule != one.rule and opposed(text, other.piece.text) for other in words):
            return True
        marks = [other for known in self.known if known.kind == "mark" for other in known.found]
        return any(_of_one_mark(other.piece, one.piece) for other in marks) or (marked(text) and bool(opposite(text)))

    def _names(self, left: Sequence[Placed], parts: Sequence[Parts]) -> bool:
        """What remains are names of one list, or what the rules are about; False where it is neither."""
        named = [(one, text) for one in left if (text := self._bare(one.piece.text)) and not GENERIC.fullmatch(text)]
        named = _without_noun(named)
        texts = {text for _, text in named}
        kept = []
        for one, text in named:
            beside = [other for other in parts[one.rule].every if other is not one]
            decides = any(other in self.of for other in beside)
            if not decides or one.piece.names or (len(texts) > 1 and re.fullmatch(ROLE, text)):
                kept.append((one, text))
            elif parts[one.rule].word == "or" or not self._is_topic(one, text, texts):
                return False
        if kept and not self._are_names(kept):
            return False
        for one, text in kept:
            names = tuple(_OF_KIND.sub("", name) for name in one.piece.names or lists.split(text))
            if any(not 0 < len(name) <= 12 or marked(name) for name in names):
                return False
            one.piece = replace(one.piece, kind="names", names=names)
            self.join("names", one, lambda _a, _b: True)
        return True

    def _bare(self, text: str) -> str:
        """Words without what is done: "普通用户和访客导出账单" → "普通用户和访客"."""
        for act in self.acts:
            if act and text.endswith(act):
                text = text[: -len(act)].removesuffix("申请")
        return re.sub(
            "(?:的|在|进行|办理|申请|提交|发起|报名|预约|登记|操作|(?:访问|打开|查看|进入|浏览|查阅)(?:[该此][\u4e00-\u9fff]{2,6})?)+$",
            "",
            text,
        )

    def _is_topic(self, one: Placed, text: str, texts: set[str]) -> bool:
        """Whether words beside a condition only say what the rule is about: "读者借书时，册数超过 5 册的 …"."""
        if NUMBERED.search(text) or marked(text) or _COMPARES.search(text) or (one.rule > 0 and len(texts) > 1):
            return False
        said = [words for rule in self.rules for words in rule.said if words.startswith(one.piece.text)]
        said = [words for words in said if len(words) < len(one.piece.text) + 5]  # nothing else beside it
        told = [rule for rule in self.rules if not rule.rest]
        if len(texts) == 1 and len(told) == len(self.rules) and re.fullmatch("[\u4e00-\u9fff]{2,6}", text):
            return True  # "风速大于等于 10.8 m/s 时，塔吊必须停止作业": who does it
        if len(texts) == 1 and len(told) > 1 and all(any(text in words for words in rule.said) for rule in told):
            return True
        ends = any(words.endswith(_ENDS_TOPIC) or TOPIC.search(words) for words in said)
        ends = ends or re.match("申请|办理|报名|预约|参加|购买", text) is not None
        return ends or any(akin(text, act) for act in self.acts) or re.fullmatch(ROLE, text) is not None

    def _are_names(self, kept: Sequence[tuple[Placed, str]]) -> bool:
        """Whether words are names of one kind, so that each is a value: roles, or kinds told with the verdict of others."""
        texts = [name for one, text in kept for name in (one.piece.names or lists.split(text))]
        if any(_NO_NAMES.search(name) or not 0 < len(name) <= 10 for name in texts):
            return False
        if sum(bool(re.fullmatch(ROLE, name)) for name in texts) * 2 > len(texts) or any(
            self.rules[one.rule].listed for one, _ in kept
        ):
            return True
        verdicts = {self.rules[one.rule].accepts for one, _ in kept}
        known = [one for known in self.known if known.kind == "names" for one in known.found]
        if known and all(len(name) < 7 and not marked(name) for name in texts):
            return len(verdicts | {self.rules[one.rule].accepts for one in known}) == 2
        return len(verdicts) == 2 and len(kept) > 1 and len({name[-1] for name in texts}) == 1

    def _told_apart(self, kept: Sequence[Placed]) -> bool:
        """Whether two conditions tell opposites of one thing in words of their own: "证件过期的旅客", "证件有效的旅客"."""
        if self.rules[kept[0].rule].accepts == self.rules[kept[1].rule].accepts or any(one.piece.names for one in kept):
            return False
        texts = [one.piece.text for one in kept]
        shared = len(shared_start(texts))
        if shared < 2 or min(map(len, texts)) - shared < 2 or any(NUMBERED.search(t) or re.search("[、或和]", t) for t in texts):
            return False
        known = Known("apart", list(kept))
        self.known.append(known)
        self.of |= dict.fromkeys(kept, known)
        return True

    def _act(self) -> Act:
        yes = next((rule for rule in self.rules if rule.accepts and rule.seen), None)
        no = next((rule for rule in self.rules if not rule.accepts and rule.seen), None)
        act = next((name for rule in self.rules if (name := _act_name(rule.act))), "")
        permitted = f"系统允许{act}。" if act else "系统接受该请求。"
        barred = f"系统不允许{act}。" if act else "系统拒绝该请求。"
        return Act(
            "提交申请。" if not act else f"申请{act}。" if len(act) < 3 else f"{act}。",
            acceptance(yes.seen) if yes else permitted,
            refusal(no.seen, "", act) if no else barred,
        )


def _without_noun(named: Sequence[tuple[Placed, str]]) -> list[tuple[Placed, str]]:
    """Words without the noun that all of them are told with: "国服玩家", "亚服、欧服的玩家" → "国服", "亚服、欧服"."""
    if len(named) > 1 and len(ends := {text[-1] for _, text in named[1:]}) == 1 and (end := ends.pop()) != named[0][1][-1]:
        first = re.fullmatch(f"(.{{1,4}}{end})[\u4e00-\u9fff]{{2,3}}", named[0][1])
        return [(named[0][0], first[1]), *named[1:]] if first else list(named)
    nouns = {found[1] for _, text in named if (found := re.search("[^的]的([\u4e00-\u9fff]{2,4})$", text))}
    for noun in nouns:
        bare = [(one, re.sub(f"的?{noun}$", "", text)) for one, text in named]
        if len(named) > 1 and all(text and text != own for (_, text), (_, own) in zip(bare, named, strict=True)):
            return bare
    return list(named)


def _of_one_measure(one: Piece, other: Piece) -> bool:
    return one.limit is not None and other.limit is not None and of_one_measure(one.limit, other.limit)


def _of_one_mark(one: Piece, other: Piece) -> bool:
    return opposed(one.text, other.text) or same(one.text, other.text)

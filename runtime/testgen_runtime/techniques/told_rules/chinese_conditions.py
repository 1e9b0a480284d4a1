"""The conditions of Chinese rules as tests of variables: measures, names of a list, and marks that something has or has not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, Literal

from testgen_runtime.documents.atoms import clock, lists
from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, side
from testgen_runtime.techniques.patterns_zh.whole import akin
from testgen_runtime.techniques.told_rules.chinese_clauses import NUMBERED
from testgen_runtime.techniques.told_rules.pieces import Piece, Pieces
from testgen_runtime.techniques.told_rules.told import Told
from testgen_runtime.techniques.trees import told_limit

_CLOSE: Final = re.compile(
    r"(?:的情况下|的情形下?|的时候|的期间|期间|的话|的|(?<![小学课工及计按即准定同实临])时|(?<=[\u4e00-\u9fff]{3})后|情况下|(?<![患读学作记费理愿开使])者)$"
)
_OR: Final = re.compile("，?(?:或者|或是|或(?![以等更高低超大小多少达者]))")
_AND: Final = re.compile("，?(?:并且|而且|同时|且)|并(?=[已未持经通取获有具完])|，")
_LIST: Final = r"[^，、或和及与且的为是“”\d]{1,10}(?:(?:、|或者?|和|以及|及|与)[^，、或和及与且的为是“”\d]{1,10}){0,6}"
_QUOTED: Final = re.compile(r"[“「『]([^”」』]{1,16})[”」』](?:(?:、|或者?|和|以及|及|与)?[“「『]([^”」』]{1,16})[”」』])*")
_KINDS: Final = "状态|阶段|角色|身份|类型|类别|级别|等级|方式|格式|渠道|岗位|职务|工种|模式"
_IN_KIND: Final = re.compile(
    rf"(?P<thing>[^，“”\d]{{0,10}}?)(?:的)?(?P<kind>{_KINDS})?(?:为|是|处于|属于|处在)(?P<list>@|{_LIST})(?:(?:这|等)?[两二三四几]?[种个类]?(?P<kind2>{_KINDS})(?:之一)?(?:中|下|内|的)?)?(?P<noun>的[^，“”\d]{{1,8}})?"
)
_OF_KIND: Final = re.compile(
    rf"(?:在)?(?P<list>@|{_LIST})(?:(?:这|等)?[两二三四几]?[种个类]?)(?P<kind>{_KINDS})(?:中|下|内)?(?P<noun>的[^，“”\d]{{1,8}})?"
)
_NEGATION: Final = re.compile("缺少|缺乏|尚未|并未|还未|从未|未(?![来知成])|没有|没(?!收)|无(?![线论人])|非(?!常)|不(?![同限])")
_MARKED: Final = re.compile(
    "尚未|未(?![来知成])|没有|无(?![线论人])|非(?!常)|不(?![同限])|已|(?<![支保坚主维])持(?!续|平)有?|具有|具备|拥有|有(?!限|关)|经(?!理|办|济|营|济)|获得?|属于|存在|取得|完成|通过|绑定|签署|佩戴|携带|凭|处于|^是(?!否)"
)
_POSITIVE: Final = re.compile("已经|已|有|了|过|曾|经(?!理|办)|被|处于|属于|是")
_WHAT: Final = r"(?P<what>[^\d，]{0,16}?)"
_OF_SIDE: Final = re.compile(rf"{_WHAT}(?:为|在)?(?P<side>{SIDE})(?P<after>(?:的)?[^\d，]{{0,10}})")
_RANGE: Final = re.compile(
    rf"{_WHAT}(?:应当?|须|必须|必须|需|要求|控制|限制)?(?:应|须)?(?:为|在|介于|是|处于|满)?(?P<low>\d[\d,.]*)(?P<unit>[^\d，至到~～—〈-]{{0,4}})(?P<lowout>〈不含〉)?(?:至|到|~|～|-|—|和|与)(?P<high>{NUMBER})(?P<highout>〈不含〉)?(?:之间|以内|之内|范围之?内|区间)?(?:（不?含[^（）]*）)?(?P<after>(?:的)?[^\d，]{{0,10}})"
)
_BOTH_SIDES: Final = re.compile(
    rf"{_WHAT}(?:为|在)?(?P<above>{NUMBER}[及或]?以上)[、及到至且]?(?P<below>{NUMBER}[及或]?以下)(?:之间)?(?P<after>(?:的)?[^\d，]{{0,10}})"
)
_EXACT: Final = re.compile(rf"{_WHAT}(?:等于|刚好|恰好|正好)(?:为|是)?(?P<number>{NUMBER})(?:的[^\d，]{{0,8}})?")
_SAME_BOUND: Final = re.compile(
    rf"(?:等于(?P<n>{NUMBER})(?:或者?|及)(?P<more>高于|大于|超过|多于|低于|小于|少于)(?P=n)|(?P<more2>高于|大于|超过|多于|低于|小于|少于)(?P<m>{NUMBER})(?:或者?|及)等于(?P=m))"
)
_NOT_ABOVE_ZERO: Final = re.compile("(?:为|填写|输入)?0(?P<unit>[\u4e00-\u9fff]{0,2})(?:或者?|和|及)负数")
_BETWEEN: Final = re.compile(r"(?<=[低少小高大多]于)(?!或?者?等于)[^\d，过]{2,6}(?=\d)|(?<=超过)[^\d，]{2,6}(?=\d)")
GENERIC: Final = re.compile(
    "(?:该|其|此|本|每[位名个张笔次]|所有|任何|全部)?(?:用户|客户|顾客|人员|员工|申请人?|请求|系统|操作|订单|业务|读者|乘客|旅客|游客|访客|患者|学员|学生|居民|市民|业主|住户|会员|企业|单位|个人|"
    "车辆|货物|包裹|文件|附件|设备|账户|账号|单笔|单次|每次|一次)?"
)


def pieces(rule: Told) -> Pieces | None:
    """The conditions of a rule; None where one of them cannot be read, or where it is open which of them belong together."""
    word: Literal["and", "or"] = "and"
    found: list[Piece] = []
    if len(rule.said) > 1 and all(said.startswith("或") for said in rule.said[1:]):
        bare = tuple(re.sub("^或者?是?", "", said) for said in rule.said)
        each = [_of_words(said, accepts=rule.accepts) for said in bare]
        if any(own is None or len(own.parts) != 1 for own in each):
            return None
        return Pieces("or", tuple(own.parts[0] for own in each if own is not None))
    if any(said.startswith("或") for said in rule.said[1:]):
        return None
    for said in rule.said:
        own = _of_words(said, accepts=rule.accepts)
        if own is None or (own.word == "or" and len(own.parts) > 1 and (found or len(rule.said) > 1) and not _only_names(own)):
            if own is None or not all(one.kind == "other" for one in found):
                return None
            found = []
        if own.word == "or" and len(own.parts) > 1:
            word = "or"
        found += own.parts
    return Pieces(word, tuple(found))


def _only_names(own: Pieces) -> bool:
    return len(own.parts) == 1


def _of_words(words: str, *, accepts: bool) -> Pieces | None:
    words = _NOT_ABOVE_ZERO.sub(r"不高于0\g<unit>", words)
    text = _SAME_BOUND.sub(_as_one_bound, _BETWEEN.sub("", _closed(words)))
    if re.search("[均都](?=[已未不没有无])|以上|以下", re.sub(rf"{SIDE}", "", text)):
        return None
    quoted = _QUOTED.search(text)
    names: tuple[str, ...] = ()
    if quoted:
        names = tuple(re.findall(r"[“「『]([^”」』]{1,16})[”」』]", quoted[0]))
        text = f"{text[: quoted.start()]}@{text[quoted.end() :]}"
        if _QUOTED.search(text):
            return None
    if not names and (listed := _listed(text)):
        return Pieces("and", (listed,))
    by_or = [one for one in _OR.split(text) if one]
    by_and = [one for one in _AND.split(text) if one]
    if len(by_or) > 1 and len(by_and) > 1:
        return None
    word: Literal["and", "or"] = "or" if len(by_or) > 1 else "and"
    parts = by_or if word == "or" else by_and
    if len(parts) == 1 and "、" in text and not NUMBERED.search(text) and all(_MARKED.match(one) for one in text.split("、")):
        if not accepts:  # whether one of them is enough, is left open, but where they are states
            return Pieces("and", (Piece("other", text),))
        parts = text.split("、")
    found = [_piece(_closed(one), names) for one in parts]
    read = tuple(one for one in found if one is not None)
    if len(read) != len(found):
        return None
    if word == "or" and all(one.kind == "other" for one in read) and not any(_MARKED.search(one.text) for one in read):
        return Pieces("and", (Piece("other", text, names=tuple(lists.split(text))),))
    return Pieces(word, read)


def _as_one_bound(found: re.Match[str]) -> str:
    """ "等于 10 册或高于 10 册" as "不低于 10 册"."""
    more = found["more"] or found["more2"]
    return f"{'不低于' if more in ('高于', '大于', '超过', '多于') else '不高于'}{found['n'] or found['m']}"


def _closed(words: str) -> str:
    text = words
    while (shorter := _CLOSE.sub("", text)) != text and len(shorter) > 1:
        text = shorter
    return text


def _listed(text: str) -> Piece | None:
    """Names behind "状态为", or before "状态"."""
    for shape in (_IN_KIND, _OF_KIND):
        if (found := shape.fullmatch(text)) is not None:
            told = found.groupdict()
            kind = told.get("kind") or told.get("kind2") or ""
            if not kind and (
                _NEGATION.search(text)
                or not re.search("处于|处在", text)
                or re.search("期[内间中]?$|范围[之以]?内$", found["list"])
            ):
                continue
            if not kind and found["list"].endswith("状态") and len(found["list"]) > 2:
                return Piece(
                    "names", text, names=tuple(lists.split(found["list"][:-2])), thing=told.get("thing") or "", of_kind="状态"
                )
            names = tuple(lists.split(found["list"])) if "@" not in found["list"] else ("@",)
            return Piece("names", text, names=names, thing=(told.get("thing") or (told["noun"] or "").lstrip("的")), of_kind=kind)
    return None


def _piece(text: str, names: tuple[str, ...]) -> Piece | None:
    if "@" in text:
        listed = _listed(text)
        if listed is not None:
            return replace(listed, names=names)
        before, _, after = text.partition("@")
        if re.search(r"\d", text) or _NEGATION.search(text):
            return None
        return Piece("names", text, names=names, thing=re.sub("(?:为|是|处于|属于|在)$", "", before) or after.lstrip("的"))
    if NUMBERED.search(text):
        limit = measure(text)
        if limit is None:
            return None
        beside = re.sub(
            r"不(?:低于|少于|小于|早于|短于|超过|超出|高于|大于|多于|晚于|得|可|能|足|满|含|到)|未满|未达到?|未超过|没有超过|无需",
            "",
            text,
        )
        if _NEGATION.search(beside) or re.search("已(?!满|达|超)|每", beside):
            return None
        return Piece("limit", text, limit=limit)
    if listed := _listed(text):
        return listed
    short = text if _has(text) else re.sub("的[^的]{1,8}$", "", text)
    if marked(short) or len(short) > 3:
        text = short
    return Piece("other", text)


def needed(text: str) -> tuple[Piece, ...]:
    """What a need asks for, all of which must be there; () where it cannot be read."""
    own = _of_words(text, accepts=True)
    return own.parts if own is not None and (own.word == "and" or len(own.parts) == 1) else ()


def measure(text: str) -> Limit | None:
    """The one limit that words tell, whatever follows from it; None for a time of day, a step, or no limit."""
    text = re.sub("^(?:累计|单次|单笔)(?=[超达不未])", "", text)
    if found := _BOTH_SIDES.fullmatch(text):
        lower, upper = side(found["above"], found["what"]), side(found["below"], found["what"])
        if lower is None or upper is None or lower.limit.unit != upper.limit.unit:
            return None
        return replace(lower.limit, upper=upper.limit.upper)
    if (found := _OF_SIDE.fullmatch(text)) and (one := side(found["side"], found["what"])):
        return one.limit
    if found := _RANGE.fullmatch(text):
        low, high = list(quantities(f"{found['low']}{found['unit'] or ''}")), list(quantities(found["high"]))
        if len(low) == len(high) == 1 and high[0].unit and low[0].unit in ("", high[0].unit) and low[0].value < high[0].value:
            opens = [bool(found["lowout"]), bool(found["highout"])] if "〈" in text else ["不含" in text] * 2
            ends = [Bound(q.value, not out, Span(0, 0)) for q, out in zip((low[0], high[0]), opens, strict=True)]
            q = high[0]
            return Limit(found["what"], ends[0], ends[1], q.unit, q.dimension, q.step or Decimal(1))
    if (found := _EXACT.fullmatch(text)) and len(exact := list(quantities(found["number"]))) == 1 and exact[0].unit:
        bound, q = Bound(exact[0].value, True, Span(0, 0)), exact[0]
        return Limit(found["what"], bound, bound, q.unit, q.dimension, q.step or Decimal(1))
    limit = told_limit(text, "zh")
    bare = limit is not None and not limit.unit and not re.search("(?:额|数|量|分|率|值)$", limit.subject)
    return None if limit is None or limit.unit == clock.UNIT or bare or limit.multiple else limit


_BARRED: Final = re.compile("不得|不能|不可以?|不应|不允许|不准")
_OTHER_WAY: Final = {
    "低于": "不低于",
    "少于": "不少于",
    "小于": "不小于",
    "短于": "不短于",
    "超过": "不超过",
    "超出": "不超过",
    "高于": "不高于",
    "大于": "不大于",
    "多于": "不多于",
    "长于": "不长于",
    "重于": "不重于",
    "早于": "不早于",
    "晚于": "不晚于",
}


def demanded(text: str) -> Limit | None:
    """The values that a demand allows: "支付金额不得低于 0.01 元" tells those of 不低于 0.01 元."""
    if barred := _BARRED.search(text):
        tail = text[barred.end() :]
        if tail[:2] not in _OTHER_WAY:
            return None
        return measure(f"{text[: barred.start()]}{_OTHER_WAY[tail[:2]]}{tail[2:]}")
    if found := re.fullmatch(rf"{_WHAT}以(?P<number>{NUMBER})为限", text):
        return measure(f"{found['what']}不超过{found['number']}")
    return measure(
        re.sub("(?:必须|应当?|须|需要?|要求|只能|仅能|控制|限制)(?:控制|限制|保持)?(?=[为在不大小高低多少至达满介\\d])", "", text)
    )


_HAS: Final = re.compile(
    "(?P<who>[^，没无不有]{0,8}?)(?:(?P<no>没有|不存在|无(?![论线])|未有)|(?P<yes>存在|含有|有(?!效)))(?P<what>(?:未|尚未|已|逾期)[^，的]{1,10}(?:的(?P<noun>[^，的]{1,8}))?)"
)
"""Whether there is something that is itself marked: "没有未支付的行程"."""


def _has(text: str) -> re.Match[str] | None:
    found = _HAS.fullmatch(text)
    return None if found is None or GENERIC.fullmatch(found["noun"] or "无") else found


def existence(text: str) -> str:
    """The question that "存在未处理违章" answers; "" for other words."""
    return f"{found['who']}是否存在{found['what']}" if (found := _has(text)) else ""


def core(text: str) -> str:
    """What is asked for: words without what denies or affirms them."""
    if found := _has(text):
        return found["who"] + found["what"]
    return _POSITIVE.sub("", _NEGATION.sub("", text))


def denied(text: str) -> bool:
    """Whether words deny what they ask for."""
    if found := _has(text):
        return bool(found["no"])
    return len(_NEGATION.findall(text)) % 2 == 1


def opposed(one: str, other: str) -> bool:
    """Whether one is what the other denies: "已完成实名认证", "未实名认证"."""
    a, b = core(one), core(other)
    if denied(one) == denied(other) or min(len(a), len(b)) < 1:
        return False
    if len(b) > 1 and re.fullmatch(rf".*{re.escape(b)}(?:用户|账户|账号|人员|客户|会员|商品|设备|车辆)", a):
        return True  # "禁言用户", "未被禁言"
    return a == b or (
        min(len(a), len(b)) > 1
        and (
            a.endswith(b)
            or b.endswith(a)
            or (abs(len(a) - len(b)) > 1 and (a.startswith(b) or b.startswith(a)))
            or (len(b) > 2 and b in a)
            or (len(a) > 2 and a in b)
        )
    )


def same(one: str, other: str) -> bool:
    """Whether two say one thing in nearly the same words."""
    a, b = core(one), core(other)
    return denied(one) == denied(other) and (a == b or (min(len(a), len(b)) > 1 and (a.endswith(b) or b.endswith(a))))


def marked(text: str) -> bool:
    """Whether words tell what something has or has not."""
    return _MARKED.search(text) is not None


def opposite(text: str) -> str:
    """The opposite; "" where it is not known."""
    if found := _has(text):
        return f"{found['who']}{'存在' if found['no'] else '没有'}{found['what']}"
    turned = opposite_zh(text)
    return "" if turned.startswith("并非") else turned


def of_one_measure(one: Limit, other: Limit) -> bool:
    """Whether two limits are of the same thing."""
    if one.unit != other.unit:
        return False
    a, b = one.subject, other.subject
    return not a or not b or a in b or b in a or akin(a, b)


def opened(limits: Sequence[tuple[Limit, str, bool]]) -> list[Limit]:
    """Limits (with their words and verdicts) in which a bare 以上 or 以下 leaves its bound to the one that names it."""
    out = []
    for limit, text, accepts in limits:
        bare = re.search("(?<![及或）含])以[上下外]", text) is not None and "含" not in text
        closed = {
            bound.value
            for other, words, verdict in limits
            for bound in (other.lower, other.upper)
            if verdict != accepts
            and bound is not None
            and bound.inclusive
            and re.search("(?<![及或）含])以[上下外]", words) is None
        }
        ends = [
            replace(end, inclusive=False) if bare and end is not None and end.inclusive and end.value in closed else end
            for end in (limit.lower, limit.upper)
        ]
        out.append(replace(limit, lower=ends[0], upper=ends[1]))
    return out

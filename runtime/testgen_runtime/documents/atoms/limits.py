"""Limits: ordered ranges, always told as the range that is accepted.

A comparison in the predicate ("shall be at most 64") is taken as it stands. One that only says *which* things the rule is
about ("reject files larger than 25 MB", "余额不足 100 元时应拒绝") is turned over where the rule refuses them. Where such a
rule neither refuses nor accepts ("超过 3 天必须由经理审批", "lock after 5 attempts"), the range says where the rule's own effect
shows and `accepts` is False: no side is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from testgen_runtime.documents.atoms import comparisons as c
from testgen_runtime.documents.atoms import words_en
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import Quantity, finer
from testgen_runtime.documents.atoms.outside import from_outside
from testgen_runtime.documents.atoms.range_wordings import range_of_one, range_of_two
from testgen_runtime.documents.atoms.ranges import Mention


def mentions(text: str, unit: Unit, found: Sequence[Quantity]) -> list[Mention]:
    """The ranges that one rule states, `found` being the quantities inside it."""
    found = _with_shared_units(text, _unquoted(text, unit, found))
    out: list[Mention] = []
    index = 0
    while index < len(found):
        pair = range_of_two(text, unit, found, index) if index + 1 < len(found) else None
        if pair is not None:
            out.append(from_outside(text, unit, pair, found[index + 1] if found[index + 1].unit else found[index]))
            index += 2
            continue
        single = range_of_one(text, unit, found[index])
        if single is not None:
            out.append(_with_shared_subject(text, out[-1], _under_the_same_not(text, out[-1], single)) if out else single)
        index += 1
    if unit.language == "en":
        out = [m for m in out if not _of_a_second_verb(text, m, out[0])]
    return [] if unit.language == "en" and _gapped(text, out) else out


_MODAL = re.compile(r"\b(?:must|shall|may|can|should|will)\s(?=not\b|never\b)|\b(?=cannot\b|can't\b)", re.IGNORECASE)
_NOT = re.compile(r"(?:(?:must|shall|may|can|should|will)\s)?(?:not|no|never|neither|cannot|can't)\b", re.IGNORECASE)
_NOT_TO = re.compile(r"\b(?:(?:must|shall|may|can|should|will)\s(?:not|never)|cannot|can't)\s[a-z]+\s$", re.IGNORECASE)
"""A ban with a verb of its own, which the verdict of its rule turns: "must not weigh | more than 20 kg"."""
_OR_ALSO = re.compile(
    r",?\s(?:or|nor)\s(?:(?:be|have|last|weigh|take|contain|hold|cost|rise|climb|go|get|grow|fall|drop|sink|run|stay|use|include|"
    r"measure|number|comprise|span|cover)\s)?(?:(?:of|for|to|at|in|with)\s)?",
    re.IGNORECASE,
)


def _under_the_same_not(text: str, before: Mention, mention: Mention) -> Mention:
    """ "must not be lower than 500 GBP or higher than 7,500 GBP" denies both: the second comparison is turned as well.

    A "not" of a modal reaches over the whole "or"; any other only where the two ends close a range ("no lower than 5 or higher
    than 30"), since "at least 5, or more than 30" would say nothing with its second half.
    """
    if not before.stated and mention.stated and _NOT_TO.search(text[max(0, before.start - 40) : before.start]):
        return replace(mention, stated=False) if _OR_ALSO.fullmatch(text[before.end : mention.start]) else mention
    denied = _NOT.match(text, before.start)
    ends = [(m.lower is None) != (m.upper is None) for m in (before, mention)]
    if denied is None or not all(ends) or _NOT.match(text, mention.start) or text.startswith("nor ", mention.start):
        return mention
    if not _OR_ALSO.fullmatch(text[before.end : mention.start]):
        return mention
    turned = replace(mention.turn(), turned=mention.turned, stated=before.stated)
    if before.dimension == mention.dimension:
        return replace(turned, subject=before.subject) if _closes(before, turned) else mention
    return turned if _MODAL.search(text, max(0, before.start - 7), denied.end() + 4) else mention


def _closes(a: Mention, b: Mention) -> bool:
    """Whether two one-ended ranges of one dimension are the two ends of one range."""
    low, high = (a, b) if a.lower else (b, a)
    if low.lower is None or high.upper is None:
        return False
    if low.unit != high.unit and (factor := finer(high.unit, low.unit) or finer(low.unit, high.unit)) is not None:
        scale = (1, factor) if finer(high.unit, low.unit) else (factor, 1)
        return low.lower.value * scale[0] < high.upper.value * scale[1]
    return low.lower.value < high.upper.value


_SHOWN = re.compile(r"[\"“](?:[^\"”\n\s]{1,40}\s){2,40}[^\"”\n\s]{1,40}[\"”]")


def _unquoted(text: str, unit: Unit, found: Sequence[Quantity]) -> Sequence[Quantity]:
    """Without the numbers of a message ("Quantity must be 1 to 99"): its words are shown as they are and bound nothing."""
    if unit.language != "en" or not found:
        return found
    shown = [(unit.part.start + m.start(), unit.part.start + m.end()) for m in _SHOWN.finditer(unit.part.text)]
    return [q for q in found if not any(start < q.start < end for start, end in shown)]


_SECOND_VERB = re.compile(r"\sand\s(?:[a-z]+\s)?[a-z]+\safter\s$", re.IGNORECASE)


def _of_a_second_verb(text: str, mention: Mention, first: Mention) -> bool:
    """ "have 6 digits and expire after 5 minutes": a time at which something else happens bounds nothing that is entered."""
    if mention.dimension != "duration" or first.dimension == "duration" or mention.lower is None:
        return False
    return _SECOND_VERB.search(text[first.end : mention.lower.start]) is not None


_LATER = re.compile(r"\s*after\s\d[\d.,]*\s[a-z]+,?\s(?:the|an?|it|they)\b", re.IGNORECASE)


def without_later(unit: Unit, found: Sequence[Mention], before: Sequence[Mention]) -> list[Mention]:
    """ "…up to 3 books; after 14 days a reminder shall be sent": what comes later bounds no time that anybody chooses."""
    if any(m.lower and m.upper and m.dimension == "count" for m in before) and words_en.REFUSE.search(unit.part.text):
        # "accepted with one to eight photos; rejected with no photo and with nine or more": the same range from its other side
        found = [m for m in found if m.unit or m.dimension not in ("count", "other")]
    if not _LATER.match(unit.main.text) or any(m.dimension == "duration" for m in before):
        return list(found)
    return [m for m in found if m.dimension != "duration"]


def without_windows(text: str, found: Sequence[Mention]) -> list[Mention]:
    """ "一天之内最多发送十条": the time in which something is counted bounds no time that anybody chooses."""
    counts = [m.start for m in found if m.dimension in ("count", "money", "size") and m.lower != m.upper]
    return [
        m for m in found
        if not (m.dimension == "duration" and text[m.start : m.end].endswith("内") and not _DONE_WITHIN.match(text, m.end)
                and any(0 <= at - m.end <= 30 for at in counts))
    ]  # fmt: skip


_DONE_WITHIN = re.compile(
    r"(?:完成|进行|予以)?(?:提交|提出|提供|办理|归还|支付|缴纳|缴费|付款|报送|上报|填写|申请|反馈|回复|退还|领取|签到|评价|完成|发布)[\u4e00-\u9fff]{0,6}[，,；]"
)
"""What is done in the time itself: "应在行程结束后 24 小时内提交，取值为 1 至 5 星"."""


def without_points(found: Sequence[Mention], unit: Unit, known: Sequence[Mention]) -> list[Mention]:
    """ "应大于 0 元…，等于 0 元的 … 不予接收": the open end of a range, told again, is no range of its own."""
    ends = {e.value for m in known for e in (m.lower, m.upper) if e and not e.inclusive}
    return [
        m for m in found
        if not (m.lower and m.upper and m.lower.value == m.upper.value in ends and unit.in_condition(m.start) is not None)
    ]  # fmt: skip


def without_case_distinctions(by_rule: Sequence[list[Mention]]) -> list[list[Mention]]:
    """ "Orders above 1,000 EUR shall be … if approved; orders of up to 1,000 EUR shall be …": two rules that split all values
    between them and refuse none of either say which case is which, and limit nothing."""
    flat = [(i, m) for i, found in enumerate(by_rule) for m in found]
    apart: set[int] = set()
    for (i, a), (j, b) in pairwise(flat):
        low, high = (a, b) if a.lower and not a.upper else (b, a)
        if i == j or a.dimension != b.dimension or a.unit != b.unit or not (low.lower and high.upper) or low.upper or high.lower:
            continue
        meet = low.lower.value == high.upper.value and low.lower.inclusive != high.upper.inclusive
        if meet and a.accepts and b.accepts and not a.turned and not b.turned:
            apart |= {id(a), id(b)}
    return [[m for m in found if id(m) not in apart] for found in by_rule]


_SAME_THING = re.compile(r",?\s(?:and|but)\s(?:(?:the|its|their)\s)?", re.IGNORECASE)
_NO_THING_MAY = re.compile(
    r"^no\s(?!more\b|less\b|fewer\b|later\b)[a-z][\w -]{1,60}?\s(?:may|shall|must|can|should|will|is|are)\b(?!\snot\b)",
    re.IGNORECASE,
)
"""What is denied of every thing: "No attachment may be larger than 15 MB"."""


def _with_shared_subject(text: str, before: Mention, mention: Mention) -> Mention:
    """ "at least 1 EUR and at most 15,000 EUR", "at least one digit and 10 characters": both are about the first one's thing."""
    between = re.sub(r"^\s(?:wide|high|tall|deep|thick|long)(?=\s)", "", text[before.end : mention.start])
    if not between.strip() and text.startswith("nor ", mention.start):
        between = " nor "  # "not shorter than 10 nor longer than 500 characters"
    if (
        before.dimension == mention.dimension
        and _SAME_THING.fullmatch(between)
        and text.startswith(("max", "min", "long", "short"), mention.start)
    ):
        return replace(mention, subject=before.subject, stated=before.stated or mention.stated)
    if not between.isascii() or not c.JOINT.fullmatch(between) or between.strip().lower() in ("", "to", "-"):
        return mention
    same_unit = before.unit.rstrip("s") == mention.unit.rstrip("s")
    if before.dimension == mention.dimension and (
        same_unit or finer(before.unit, mention.unit) or finer(mention.unit, before.unit)
    ):
        return replace(mention, subject=before.subject, stated=before.stated or mention.stated)
    if before.stated and before.owner and mention.dimension in ("length", "size"):
        head = before.owner if mention.dimension in ("length", "size") else before.subject
        return replace(
            mention,
            subject=f"{singular(head)} {'length' if mention.dimension == 'length' else 'size'}",
            stated=True,
            owner=before.owner,
        )
    return replace(mention, stated=before.stated or mention.stated, owner=before.owner)


def _gapped(text: str, found: Sequence[Mention]) -> bool:
    """ "up to 100 EUR costs 2 EUR and above 100 EUR 5 EUR", "students up to 5 books, teachers up to 20 books": which range belongs
    to which result one clause does not tell."""
    for a, b in pairwise(found):
        if a.dimension != b.dimension or a.unit != b.unit or c.JOINT.fullmatch(text[a.end : b.start]):
            continue
        if re.search(r"\s(?:and|or)\s(?:must|shall|has|have|is|are|the|its)\s", text[a.end : b.start]):
            continue  # a demand of its own: "must be at least 21 years old and must have held a licence for at least 2 years"
        if (a.lower and b.lower and not a.upper and not b.upper and a.lower.value != b.lower.value) or (
            a.upper and b.upper and not a.lower and not b.lower and a.upper.value != b.upper.value
        ):
            return True
        ends = (a.upper, b.lower) if a.upper and b.lower else (b.upper, a.lower)
        if ends[0] and ends[1] and ends[0].value == ends[1].value and not (a.lower and a.upper) and not (b.lower and b.upper):
            return True
    return False


def _with_shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "at least 8 and at most 64 characters": the first number has the unit of the second."""
    out = list(found)
    for index in range(len(out) - 2, -1, -1):
        q, following = out[index], out[index + 1]
        between = text[q.end : following.start]
        same = q.unit == following.unit and q.dimension == "count" and bool(following.noun) and not q.noun
        if (q.unit and not same) or not following.unit or len(between) > 40:
            continue
        joined = c.JOINT.match(between)
        if joined and (joined.end() == len(between) or c.sign_before(between) or c.FAR_EXTREME.search(between)):
            out[index] = replace(q, unit=following.unit, dimension=following.dimension, noun=following.noun)
    return out


def settle(unit: Unit, found: Sequence[Mention]) -> list[Mention]:
    """Turn what the rule refuses into what it accepts, now that the verdict of the rule is known."""
    out: list[Mention] = []
    for mention in found:
        condition = unit.in_condition(mention.start)
        if mention.outside:
            refuses = unit.verdict == "refuse"
            inside = refuses if condition is None or condition.holds or unit.verdict == "neutral" else not refuses
            out.append(replace(mention, accepts=inside))
            continue
        if mention.stated and condition is None:
            denied = unit.language == "en" and _NO_THING_MAY.match(unit.main.text) is not None
            out.append(mention.turn() if denied and _is_selecting(mention) else mention)
            continue
        refused = unit.verdict == "refuse"
        if condition is not None and not condition.holds:
            refused = not refused if unit.verdict != "neutral" else False
        if refused:
            out.append(mention.turn() if not (mention.lower and mention.upper) else replace(mention, accepts=False))
        elif unit.verdict == "neutral" and condition is not None:
            turned = mention if condition.holds else mention.turn()
            both = bool(mention.lower and mention.upper)  # inside, the rule shows; it refuses nothing
            out.append(replace(turned, accepts=both and (unit.language == "zh" or condition.holds)))
        elif unit.verdict == "neutral" and unit.language == "zh" and _of_the_subject(unit, mention):
            out.append(replace(mention, accepts=False))
        elif unit.verdict == "neutral":
            before = unit.main.text[: max(0, mention.start - unit.main.start)] if unit.language == "en" else ""
            pace = mention.dimension == "duration" and re.search(r"\bin\s$", before)  # "generated in less than 10 seconds"
            out.append(replace(mention, accepts=mention.accepts and bool(pace or not _is_selecting(mention))))
        else:
            out.append(replace(mention, accepts=True))
    return out


def _of_the_subject(unit: Unit, mention: Mention) -> bool:
    """ "5 万元以上的申请必须 …" says which applications are meant; a smaller one is not refused."""
    end = mention.end - unit.part.start
    rest = unit.part.text[end : end + 24]
    return re.match(r"\s?(?:及?以[上下内])?的[^，,。；]{1,10}?(?:应|必须|须|需)", rest) is not None


def _is_selecting(mention: Mention) -> bool:
    """Whether a comparison outside of predicate and condition only selects: strictly open ends do ("orders over 50 EUR")."""
    end = mention.lower or mention.upper
    return end is not None and not end.inclusive


_NUMBER_OF_CHARACTERS_ZH = re.compile(r"(?:字数|字符数|字符个数|位数|长度)(?:(?:不足|少于|不到|低于|超过|多于)\s?\d+\s?个?)?")


def counted_as(found: Mention, known: Sequence[Mention]) -> Mention:
    """ "昵称允许 2—10 个汉字，字数不足 2 个 …": the number of characters is that of the length told before."""
    same = [one for one in known if one.dimension == "length"]
    if not same or not _NUMBER_OF_CHARACTERS_ZH.fullmatch(found.subject) or found.dimension not in ("count", "length"):
        return found
    return replace(found, subject=same[-1].subject, unit=same[-1].unit, dimension="length")

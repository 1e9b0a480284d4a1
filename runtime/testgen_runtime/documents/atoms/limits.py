"""Limits: ordered ranges, always told as the range that is accepted.

A comparison in the predicate ("shall be at most 64") is taken as it stands. One that only says *which* things the rule is
about ("reject files larger than 25 MB", "余额不足 100 元时应拒绝") is turned over where the rule refuses them. Where such a
rule neither refuses nor accepts ("超过 3 天必须由经理审批", "lock after 5 attempts"), the range says where the rule's own effect
shows and `accepts` is False: no side is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from testgen_runtime.documents.atoms import comparisons as c
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.numbers import Dimension, Quantity, finer, unit_at
from testgen_runtime.documents.atoms.subjects import owner_of, plural, same_subject, subject_of


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range: its value, whether it is inside, and where its quantity stands in the clean text."""

    value: Decimal
    inclusive: bool
    start: int
    end: int

    def outside(self) -> End:
        """The same point as the end of what lies on its other side."""
        return replace(self, inclusive=not self.inclusive)


@dataclass(frozen=True, slots=True)
class Mention:
    """A range as one place of the text states it. `stated`: in the predicate, and so what is demanded itself."""

    start: int
    end: int
    lower: End | None
    upper: End | None
    unit: str
    dimension: Dimension
    step: Decimal
    subject: str
    stated: bool
    accepts: bool = True
    turned: bool = False
    owner: str = ""

    def turn(self) -> Mention:
        """The range on the other side; a closed range has none that is one range, and stays."""
        if self.lower and self.upper:
            return self
        lower = self.upper.outside() if self.upper else None
        upper = self.lower.outside() if self.lower else None
        return replace(self, lower=lower, upper=upper, turned=not self.turned)


def mentions(text: str, unit: Unit, found: Sequence[Quantity]) -> list[Mention]:
    """The ranges that one rule states, `found` being the quantities inside it."""
    found = _with_shared_units(text, found)
    out: list[Mention] = []
    index = 0
    while index < len(found):
        pair = _pair(text, unit, found, index) if index + 1 < len(found) else None
        if pair is not None:
            out.append(pair)
            index += 2
            continue
        single = _single(text, unit, found[index])
        if single is not None:
            out.append(_with_shared_subject(text, out[-1], single) if out else single)
        index += 1
    return [] if unit.language == "en" and _gapped(text, out) else out


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


def _with_shared_subject(text: str, before: Mention, mention: Mention) -> Mention:
    """ "at least 1 EUR and at most 15,000 EUR", "at least one digit and 10 characters": both are about the first one's thing."""
    between = text[before.end : mention.start]
    if not between.isascii() or not c.JOINT.fullmatch(between) or between.strip().lower() in ("", "to", "-"):
        return mention
    if before.dimension == mention.dimension and before.unit == mention.unit:
        return replace(mention, subject=before.subject, stated=before.stated or mention.stated)
    if before.stated and before.owner and mention.dimension in ("length", "size"):
        head = before.owner if mention.dimension in ("length", "size") else before.subject
        return replace(
            mention, subject=f"{head} {'length' if mention.dimension == 'length' else 'size'}", stated=True, owner=before.owner
        )
    return replace(mention, stated=before.stated or mention.stated, owner=before.owner)


def _gapped(text: str, found: Sequence[Mention]) -> bool:
    """ "up to 100 EUR costs 2 EUR and above 100 EUR 5 EUR", "students up to 5 books, teachers up to 20 books": which range belongs
    to which result one clause does not tell."""
    for a, b in pairwise(found):
        if a.dimension != b.dimension or a.unit != b.unit or c.JOINT.fullmatch(text[a.end : b.start]):
            continue
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
        if q.unit or not following.unit or len(between) > 40:
            continue
        joined = c.JOINT.match(between)
        if joined and (joined.end() == len(between) or c.sign_before(between) or c.FAR_EXTREME.search(between)):
            out[index] = replace(q, unit=following.unit, dimension=following.dimension, noun=following.noun)
    return out


def _left(text: str, unit: Unit, at: int) -> str:
    return text[max(unit.part.start, at - 80) : at]


def _pair(text: str, unit: Unit, found: Sequence[Quantity], index: int) -> Mention | None:
    """ "4 to 20 characters", "between 1 and 5 MB", "0.01 元至 5 万元", "(0, 1]"."""
    first, second = found[index], found[index + 1]
    if first.unit and second.unit and first.dimension != second.dimension:
        return None
    between = text[first.end : second.start]
    left = _left(text, unit, first.start)
    announced = c.BETWEEN.search(left) or c.FROM.search(left)
    if not (len(between) <= 9 and (c.TO.fullmatch(between) or (announced and c.AND.fullmatch(between)))):
        return None
    if first.unit and second.unit and first.unit != second.unit:
        if factor := finer(second.unit, first.unit):
            second = replace(second, value=second.value * factor, unit=first.unit, step=second.step * factor)
        elif factor := finer(first.unit, second.unit):
            first = replace(first, value=first.value * factor, unit=second.unit, step=first.step * factor)
        else:
            return None
    if not second.unit and text[second.end : second.end + 1] in ("]", ")", "）", "］"):
        name, dimension, noun, stop = unit_at(text, second.end + 1, second.value)
        second = replace(second, unit=name, dimension=dimension, noun=noun) if name and stop else second
    if first.value >= second.value and first.unit in ("", second.unit):
        return None
    right = text[second.end : second.end + 24]
    opened = announced[0].rstrip()[-1:] if announced else ""
    exclusive = c.OPEN_AFTER.match(right) is not None
    lower = End(
        first.value, not exclusive and not (opened in "(（" and opened != "" and c.AND.fullmatch(between)), first.start, first.end
    )
    upper = End(
        second.value,
        not exclusive and not (opened in ("[", "(", "（") and right.startswith((")", "）"))),
        second.start,
        second.end,
    )
    begin = first.start - (len(announced[0].lstrip()) if announced else 0)
    tail = re.match(r"\s?(?:之间|以内|\(inclusive\))", right)
    end = second.end + (tail.end() if tail else 0)
    unit_name = second.unit or first.unit
    subject = subject_of(text, unit, begin, second if second.unit else first, "")
    return Mention(
        begin, end, lower, upper, unit_name, second.dimension if second.unit else first.dimension, min(first.step, second.step),
        subject, _is_stated(text, unit, begin),
    )  # fmt: skip


def _single(text: str, unit: Unit, q: Quantity) -> Mention | None:
    left = _left(text, unit, q.start)
    right = text[q.end : q.end + 24]
    if unit.language == "en":
        if _UNDONE_EN.search(text[max(unit.part.start, q.start - 120) : q.start]):
            return None  # "not confirmed within 30 seconds" is a condition as a whole
        if deadline := _deadline(text, unit, q, left):
            return deadline
        if repeated := _repeated(text, unit, q):
            return repeated
        q = _part_of_a_text(text, q, left)
    if (after := c.sign_after(right)) and not _NEXT_NUMBER.match(text, q.end + after[1]):
        if (
            unit.language == "zh"
            and after[0] == c.AT_MOST
            and q.dimension == "duration"
            and _NOT_DONE_ZH.match(right[after[1] :])
        ):
            after = (c.MORE, after[1])  # "15 分钟内未支付": after more than 15
        return _one_ended(text, unit, q, after[0], q.start, q.end + after[1], "")
    # "8 or more characters"
    if q.end == q.number_end and (after := c.sign_after(text[q.number_end : q.number_end + 24])):
        name, dimension, noun, end = unit_at(text, q.number_end + after[1], q.value)
        q = replace(q, unit=name, dimension=dimension, noun=noun, end=max(end, q.number_end + after[1]))
        return _one_ended(text, unit, q, after[0], q.start, q.end, "")
    if before := c.sign_before(left):
        sign, start, begin, gap = before
        offset = q.start - len(left)
        if len(gap.strip()) and re.search(r"[应须必]|收取|加收|部分|扣除", gap):
            return None
        return _one_ended(text, unit, q, sign, offset + begin, q.end, gap, negated=begin != start)
    if far := c.FAR_EXTREME.search(left):
        sign = c.AT_MOST if far["max"] or far["zmax"] else c.AT_LEAST
        offset = q.start - len(left)
        what = (far["what"] or far["zwhat"] or "").strip()
        mention = _one_ended(text, unit, q, sign, offset + far.start(), q.end, "")
        return replace(mention, subject=subject_of(text, unit, offset + far.start(), q, what), stated=True)
    return _exact(text, unit, q, left)


_NEXT_NUMBER = re.compile(r"\s?(?:an?\s|\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)", re.IGNORECASE)
_UNDONE_EN = re.compile(
    r"\b(?:no|neither)\s[\w -]{2,60}\s(?:within|in)(?: the (?:first|last))? $|"
    r"\b(?:is|are|was|were|has|have|does|do|did)(?: been)? not (?:been )?[a-z]+(?: (?!than\b)[\w-]+){0,4}? (?:within|in|"
    r"after|for)(?: the (?:first|"
    r"last))? $",
    re.IGNORECASE,
)
_BEFORE_EVENT = re.compile(
    r"\s(?P<when>before|prior to|ahead of|in advance of)\s(?:the\s|its\s|a\s|an\s)?(?P<event>[a-z][\w-]*(?:\s[a-z][\w-]*)?)"
)
_LATEST = re.compile(
    r"(?P<sign>up to|until|till|(?:at|by) the latest|no later than|not later than|at least|as late as)\s$", re.IGNORECASE
)
_TIMES = re.compile(r"(?P<subject>[^,;]{3,80}?)\s(?P<n>\d+|two|three|four|five|six|seven|eight|nine|"
    r"ten)\stimes\b(?P<tail>(?:\sin\s(?:a\s)?(?:row|"
                    r"succession)|\sconsecutively|\srunning)?)", re.IGNORECASE)  # fmt: skip
_ENTERED = re.compile(r"\b[a-z]+s\s(?:an?|the)\s(?P<what>(?:[a-z-]+\s){0,3}[a-z-]+)$", re.IGNORECASE)
_FAILS = re.compile(r"^(?:an?|the|any)\s(?P<what>[\w -]{2,40}?)\s(?P<verb>fails|is [a-z]+|has [a-z]+|was [a-z]+)$", re.IGNORECASE)


def _deadline(text: str, unit: Unit, q: Quantity, left: str) -> Mention | None:
    """ "up to 24 hours before departure": the time that is left has a lower end, whatever the preposition seems to say."""
    event = _BEFORE_EVENT.match(text, q.end) if q.dimension == "duration" else None
    latest = _LATEST.search(left) if event else None
    if event is None or latest is None:
        return None
    start = q.start - len(left) + latest.start()
    subject = subject_of(text, unit, start, q, "")
    bound = End(q.value, True, q.start, q.end)
    return Mention(start, q.end, bound, None, q.unit, q.dimension, q.step, subject, _is_stated(text, unit, start))


def _repeated(text: str, unit: Unit, q: Quantity) -> Mention | None:
    """ "enters a wrong PIN 3 times in a row", "three consecutive attempts fail": as a condition it holds from that count on."""
    condition = unit.in_condition(q.start)
    if condition is None or q.dimension != "count" or q.value < 2 or condition.part.text.lower().count(" or ") > 1:
        return None
    inside = condition.part.text
    at = q.start - condition.part.start
    tail = re.match(r"(?:\sin\s(?:a\s)?(?:row|succession)|\sconsecutively|\srunning)?", inside[q.end - condition.part.start :])
    if q.unit == "times":
        before = inside[:at].strip()
        if c.sign_before(before + " "):
            return None
        entered, fails = _ENTERED.search(before), _FAILS.match(before)
        if not entered and not fails:
            return None
        what = entered["what"] if entered else fails["what"] if fails else ""
        row = " in a row" if tail and tail[0] else ""
        subject = f"number of {plural(what)}{row}" if entered else f"number of failed {plural(what)}{row}"
        if fails and fails["verb"] != "fails":
            subject = f"number of times the {before.split(' ', 1)[1]}{row}"
        point = End(q.value, True, q.start, q.end)
        return Mention(q.start, q.end, point, None, "times", "count", q.step, subject, False)
    if at == 0 and re.match(r"(?:consecutive|successive|failed|wrong|invalid|unsuccessful|incorrect)\s", q.unit):
        point = End(q.value, True, q.start, q.end)
        failed = "failed " if re.search(r"\bfail\b", inside) and "failed" not in q.unit else ""
        return Mention(q.start, q.end, point, None, q.unit, "count", q.step, f"number of {failed}{q.unit}", False)
    return None


def _part_of_a_text(text: str, q: Quantity, left: str) -> Quantity:
    """ "at least one digit" of a password counts digits and is no length of it."""
    small = q.dimension == "length" and q.unit.lower() not in ("characters", "character", "chars", "bits") and q.value <= 3
    if small and re.search(r"\b(?:at least|minimum of|no fewer than)\s$", left, re.IGNORECASE):
        noun = q.noun or q.unit
        return replace(q, dimension="count", noun=noun, unit=noun)
    return q


_NOT_DONE_ZH = re.compile(r"\s?(?:仍|还|尚)?(?:未|没有|无(?!法|限|需)|不(?!得|能|可))")


def _one_ended(
    text: str, unit: Unit, q: Quantity, sign: c.Sign, start: int, end: int, gap: str, *, negated: bool = False
) -> Mention:
    bound = End(q.value, sign.inclusive, q.start, q.end)
    lower, upper = (bound, None) if sign.end == "lower" else (None, bound)
    subject = subject_of(text, unit, start, q, gap.strip() if re.search("[\u4e00-\u9fff]", gap) else "")
    stated = negated or _is_stated(text, unit, start)
    return Mention(
        start, end, lower, upper, q.unit, q.dimension, q.step, subject, stated, owner=owner_of(unit) if unit.language == "en" else ""
    )  # fmt: skip


def _exact(text: str, unit: Unit, q: Quantity, left: str) -> Mention | None:
    """ "exactly 6 digits", "a 6-digit code", "固定为 6 位"; and a count that starts something: "after 5 failed attempts"."""
    point = End(q.value, True, q.start, q.end)
    if dashed := c.DASH_UNIT.match(text, q.number_end):
        named = replace(q, unit=dashed["unit"] + "s", dimension="length", end=dashed.end())
        subject = subject_of(
            text, unit, q.start, named, text[dashed.end() : dashed.end() + 24].strip().split(" ")[0].strip(".,;")
        )
        return Mention(q.start, dashed.end(), point, point, named.unit, "length", q.step, subject, True)
    if c.EXACT.search(left) and not (re.search(r"\bof exactly\s$", left) and q.dimension not in ("length", "count")):
        subject = subject_of(text, unit, q.start, q, "")
        if q.dimension == "duration":
            if re.search(r"有效|过期|超时|时限|期限|valid|expir|timeout", left, re.IGNORECASE):
                return Mention(q.start, q.end, None, point, q.unit, q.dimension, q.step, subject, True)
            return None
        if q.dimension == "length" or re.search(
            r"exactly|precisely|恰好|正好|刚好|固定|等于|必须[为是]|只能", left[-12:], re.IGNORECASE
        ):
            return Mention(q.start, q.end, point, point, q.unit, q.dimension, q.step, subject, True)
        return None
    if unit.language == "en" and q.dimension == "duration" and re.search(r"\bvalid (?:only )?for (?:the )?$", left):
        subject = f"{owner_of(unit)} age".strip()
        return Mention(q.start, q.end, None, point, q.unit, q.dimension, q.step, subject, True)
    if q.unit == "次" and unit.in_condition(q.start) and re.search(r"(?:连续|累计)\s?$", left):
        subject = subject_of(text, unit, q.start, q, "")
        return Mention(q.start, q.end, point, None, q.unit, q.dimension, q.step, subject, False, accepts=False)
    counted = q.dimension in ("count", "duration") and (
        c.COUNTED_AFTER.search(left) if q.unit.isascii() else c.COUNTED_BEFORE.match(text[q.end : q.end + 20])
    )
    if counted and not re.search(r"[每第]|\bfor\s$", left[-4:]):
        subject = subject_of(text, unit, q.start, q, "")
        return Mention(q.start, q.end, point, None, q.unit, q.dimension, q.step, subject, False, accepts=False)
    return None


def _is_stated(text: str, unit: Unit, at: int) -> bool:
    """Whether the comparison at `at` is the predicate of the main clause."""
    if unit.in_condition(at) is not None:
        return False
    left = text[max(unit.part.start, at - 60) : at]
    found = c.PREDICATE.search(left)
    return found is not None and c.RELATIVE.search(left[: found.start()]) is None


def settle(unit: Unit, found: Sequence[Mention]) -> list[Mention]:
    """Turn what the rule refuses into what it accepts, now that the verdict of the rule is known."""
    out: list[Mention] = []
    for mention in found:
        condition = unit.in_condition(mention.start)
        if mention.stated and condition is None:
            out.append(mention)
            continue
        refused = unit.verdict == "refuse"
        if condition is not None and not condition.holds:
            refused = not refused if unit.verdict != "neutral" else False
        if refused:
            out.append(mention.turn() if not (mention.lower and mention.upper) else replace(mention, accepts=False))
        elif unit.verdict == "neutral" and condition is not None:
            turned = mention if condition.holds else mention.turn()
            both = unit.language == "zh" and bool(mention.lower and mention.upper)  # inside, the rule shows; it refuses nothing
            out.append(replace(turned, accepts=both))
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


def merge(found: Sequence[Mention]) -> list[Mention]:
    """One mention a parameter: two ends of one range are joined, what is said twice is kept once."""
    out: list[Mention] = []
    named: dict[Dimension, str] = {}
    for mention in found:
        if not mention.subject and mention.dimension in named:
            mention = replace(mention, subject=named[mention.dimension])
        if mention.subject:
            named[mention.dimension] = mention.subject
        for index, other in enumerate(out[-8:], start=max(0, len(out) - 8)):
            joined = _join(other, mention)
            if joined is not None:
                out[index] = joined
                break
        else:
            out.append(mention)
    return out


def _join(a: Mention, b: Mention) -> Mention | None:
    if a.unit and b.unit and a.unit != b.unit and same_subject(a.subject, b.subject):
        a, b = _in_one_unit(a, b)
    if a.dimension != b.dimension or (a.unit and b.unit and a.unit != b.unit):
        return None
    same_point = {e.value for e in (a.lower, a.upper) if e} & {e.value for e in (b.lower, b.upper) if e}
    if not (same_subject(a.subject, b.subject) or same_point):
        return None
    if a.accepts != b.accepts:
        kept = a if a.accepts else b
        return replace(kept, subject=a.subject or b.subject) if same_point else None
    if a.stated != b.stated and not same_point and (a.lower is None) == (b.lower is None):
        return None
    for x, y in ((a.lower, b.lower), (a.upper, b.upper)):
        if x and y and x.value != y.value:
            return None
    if not a.accepts and not _same_range(a, b):
        return None
    lower, upper = _tighter(a.lower, b.lower), _tighter(a.upper, b.upper)
    if (
        lower
        and upper
        and (lower.value > upper.value or (lower.value == upper.value and not (lower.inclusive and upper.inclusive)))
    ):
        return None
    return replace(
        a, start=min(a.start, b.start), end=max(a.end, b.end) if not _same_range(a, b) else a.end, lower=lower, upper=upper,
        unit=a.unit or b.unit, step=min(a.step, b.step), subject=a.subject or b.subject, stated=a.stated or b.stated,
    )  # fmt: skip


def _in_one_unit(a: Mention, b: Mention) -> tuple[Mention, Mention]:
    """Both in the finer of their units, where one is a fixed number of the other: "不少于 15 分钟，不超过 4 小时"."""
    if factor := finer(a.unit, b.unit):
        return _scaled(a, factor, b.unit), b
    if factor := finer(b.unit, a.unit):
        return a, _scaled(b, factor, a.unit)
    return a, b


def _scaled(m: Mention, factor: int, unit: str) -> Mention:
    lower = replace(m.lower, value=m.lower.value * factor) if m.lower else None
    upper = replace(m.upper, value=m.upper.value * factor) if m.upper else None
    return replace(m, lower=lower, upper=upper, unit=unit, step=m.step * factor)


def _same_range(a: Mention, b: Mention) -> bool:
    def key(m: Mention) -> tuple[object, ...]:
        return tuple((e.value, e.inclusive) if e else None for e in (m.lower, m.upper))

    return key(a) == key(b)


def _tighter(a: End | None, b: End | None) -> End | None:
    if a and b:
        return a if not a.inclusive or b.inclusive else b
    return a or b

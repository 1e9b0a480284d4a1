"""The wordings that state a range: "4 to 20 characters", "at most 64", "不超过 64", "exactly 6 digits", "up to 24 hours before"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms import clock
from testgen_runtime.documents.atoms import comparisons as c
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.nouns_en import owner_of, plural
from testgen_runtime.documents.atoms.numbers import Quantity, finer, quantities, unit_at
from testgen_runtime.documents.atoms.ranges import End, Mention
from testgen_runtime.documents.atoms.subjects import subject_of


def _left(text: str, unit: Unit, at: int) -> str:
    return text[max(unit.part.start, at - 80) : at]


def range_of_two(text: str, unit: Unit, found: Sequence[Quantity], index: int) -> Mention | None:
    """ "4 to 20 characters", "between 1 and 5 MB", "0.01 元至 5 万元", "(0, 1]"."""
    first, second = found[index], found[index + 1]
    if first.unit and second.unit and first.dimension != second.dimension:
        return None
    between = text[first.end : second.start]
    if around := _around(text, unit, first, second, between):
        return around
    aside = c.ASIDE.match(between)
    between = between[aside.end() :] if aside else between
    left = _left(text, unit, first.start)
    announced = c.BETWEEN.search(left) or c.FROM.search(left)
    to_open = c.TO_OPEN.fullmatch(between) is not None
    if not to_open and not (len(between) <= 21 and (c.TO.fullmatch(between) or (announced and c.AND.fullmatch(between)))):
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
    exclusive = c.OPEN_AFTER.match(right) is not None or re.search(r"\bstrictly\s+(?:in\s)?between\s$", left, re.I) is not None
    lower = End(
        first.value, not exclusive and not (opened in "(（" and opened != "" and c.AND.fullmatch(between)), first.start, first.end
    )
    upper = End(
        second.value,
        not exclusive and not to_open and not (opened in ("[", "(", "（") and right.startswith((")", "）"))),
        second.start,
        second.end,
    )
    begin = first.start - (len(announced[0].lstrip()) if announced else 0)
    after = c.ASIDE.match(right)
    tail = re.match(r"\s?(?:之间|以内|\(inclusive\))", right[after.end() if after else 0 :])
    end = second.end + (after.end() if after else 0) + (tail.end() if tail else 0)
    if aside:
        lower = replace(lower, inclusive=not aside["not"])
    if after and not after["all"] and (aside or _names(after["what"], second)):
        upper = replace(upper, inclusive=not after["not"])
        lower = lower if aside else replace(lower, inclusive=True)
    unit_name = second.unit or first.unit
    subject = subject_of(text, unit, begin, second if second.unit else first, "")
    if unit_name == clock.UNIT:
        subject = clock.subject(left, text[second.end : second.end + 40])
    return Mention(
        begin, end, lower, upper, unit_name, second.dimension if second.unit else first.dimension, min(first.step, second.step),
        subject, _is_stated(text, unit, begin),
    )  # fmt: skip


_TOLERANCE = re.compile(r"\s?(?:±|\+/-|plus or minus)\s?")
_CHAIN = re.compile(r"\s?(?P<low><=|<|≤)\s?(?P<name>[A-Za-z]\w{0,20})\s?(?P<high><=|<|≤)\s?")


def _around(text: str, unit: Unit, first: Quantity, second: Quantity, between: str) -> Mention | None:
    """ "22±2℃" is 20 to 24, both ends inside; "0 < v <= 10" tells both ends of what stands between them."""
    name, dimension = second.unit or first.unit, second.dimension if second.unit else first.dimension
    step, stated = min(first.step, second.step), _is_stated(text, unit, first.start)
    if _TOLERANCE.fullmatch(between) and first.unit in ("", second.unit):
        subject = subject_of(text, unit, first.start, second, "")
        lower = End(first.value - second.value, True, first.start, second.end)
        upper = End(first.value + second.value, True, first.start, second.end)
        return Mention(first.start, second.end, lower, upper, name, dimension, step, subject, stated)
    if (chain := _CHAIN.fullmatch(between)) and first.value < second.value:
        lower = End(first.value, chain["low"] != "<", first.start, first.end)
        upper = End(second.value, chain["high"] != "<", second.start, second.end)
        return Mention(
            first.start, second.end, lower, upper, name, dimension, step, chain["name"], unit.in_condition(first.start) is None
        )
    return None


def _names(told: str, bound: Quantity) -> bool:
    """Whether an aside names the bound that it speaks of: "1 至 5 个（不含 5 个）"."""
    return any(q.value == bound.value for q in quantities(told)) or str(bound.value) in told


def range_of_one(text: str, unit: Unit, q: Quantity) -> Mention | None:
    """The range that the words around one quantity state; None where they compare nothing."""
    left = _left(text, unit, q.start)
    if (
        unit.language == "zh" and (aside := c.ASIDE.match(text, q.end)) and (not aside["what"] or _names(aside["what"], q))
    ):  # "18 周岁（含）以上"
        found = _compared(text, unit, replace(q, end=aside.end()), left)
        return found and replace(_with_end(found, inclusive=not aside["not"]), explicit=True)
    found = _compared(text, unit, q, left)
    if found is not None and unit.language == "zh" and (ends := _ENDS_ASIDE.search(text, q.end, unit.part.end)):
        told = next((one for one in re.split("[，,、；]", ends["all"]) if _names(one, q)), "")
        return replace(_with_end(found, inclusive="不" not in told), explicit=True) if told else found
    return found


_ENDS_ASIDE = re.compile(r"[（(](?P<all>不?含[^（）()，,、；]{1,12}[，,、；]但?不?含[^（）()，,、；]{1,12})[）)]")
"""Both ends told behind the range: "22 周岁以上、60 周岁以下（含 22 周岁，不含 60 周岁）"."""


# "只能为 3、6、12 或 24 期" is a list of values.
_LISTED_AFTER_ZH = re.compile(r"\s?(?:[期个月天年次档元]{1,2})?\s?(?:、|或者?)\s?\d")
_LISTED_BEFORE_ZH = re.compile(r"\d\s?(?:[期个月天年次档元]{1,2})?\s?(?:、|或者?)\s?$")


def _compared(text: str, unit: Unit, q: Quantity, left: str) -> Mention | None:
    right = text[q.end : q.end + 24]
    if q.unit == clock.UNIT:
        return _time_of_day(text, unit, q, left)
    if (
        unit.language == "zh"
        and q.unit in ("日", "号")
        and _OF_A_MONTH.search(text)
        and (day := _time_of_day(text, unit, q, left))
    ):
        return replace(day, subject=day.subject.replace("时间", "日期"), dimension="other")
    if unit.language == "zh" and q.unit in ("种", "类", "项") and _OF_THOSE_LISTED_ZH.match(right):
        return None
    if unit.language == "zh" and (_LISTED_AFTER_ZH.match(right) or _LISTED_BEFORE_ZH.search(left)):
        return None
    if unit.language == "en":
        if _UNDONE_EN.search(text[max(unit.part.start, q.start - 120) : q.start]):
            return None  # "not confirmed within 30 seconds" is a condition as a whole
        if deadline := _deadline(text, unit, q, left):
            return deadline
        if q.dimension == "duration" and _UNTIL.search(left) and _AFTER_EVENT.match(text, q.end):
            found = _one_ended(text, unit, q, c.AT_MOST, q.start, q.end, "")
            return replace(found, start=q.start - len(left) + _UNTIL.search(left).start())  # type: ignore[union-attr]
        if repeated := _repeated(text, unit, q):
            return repeated
        q = _part_of_a_text(text, q, left)
        if not q.unit and _AGED.search(left) and not _YEARS.search(text):
            q = replace(q, unit="years", dimension="duration")
    if (
        unit.language == "en" and not q.unit and q.end == q.number_end and (after := c.sign_after(right))
    ):  # "8 or more characters"
        name, dimension, noun, end = unit_at(text, q.number_end + after[1], q.value)
        if name or noun:
            q = replace(q, unit=name, dimension=dimension, noun=noun, end=max(end, q.number_end + after[1]))
            return _one_ended(text, unit, q, after[0], q.start, q.end, "")
    if (after := c.sign_after(right)) and not _NEXT_NUMBER.match(text, q.end + after[1]):
        if (
            unit.language == "zh"
            and after[0] == c.AT_MOST
            and q.dimension == "duration"
            and _NOT_DONE_ZH.match(right[after[1] :])
        ):
            after = (c.MORE, after[1])  # "15 分钟内未支付": after more than 15
        found = _one_ended(text, unit, q, after[0], q.start, q.end + after[1], "")
        own = c.ASIDE.match(text, q.end + after[1])
        if own is None:
            return replace(found, explicit=re.search("[及含或]", right[: after[1]]) is not None)
        return _with_end(replace(found, end=own.end()), inclusive=not own["not"])  # "60 分以下（不含 60 分）"
    # "8 or more characters"
    if q.end == q.number_end and (after := c.sign_after(text[q.number_end : q.number_end + 24])):
        name, dimension, noun, end = unit_at(text, q.number_end + after[1], q.value)
        q = replace(q, unit=name, dimension=dimension, noun=noun, end=max(end, q.number_end + after[1]))
        return _one_ended(text, unit, q, after[0], q.start, q.end, "")
    if (
        unit.language == "zh"
        and q.dimension == "duration"
        and (
            (left.rstrip().endswith("连续") and _NOT_DONE_ZH.match(text, q.end))
            or (_IDLE_ZH.match(text, q.end) and not c.sign_before(left))
        )
    ):
        return _one_ended(text, unit, q, c.AT_LEAST, q.start, q.end, "")  # "连续 10 分钟未操作", "会话 30 分钟无操作应过期"
    if unit.language == "zh" and q.dimension == "percent" and (share := _share_of_zh(left)):
        sign, start, begin = share
        begin -= 2 if left[:begin].endswith(("最高", "最多", "最低", "至多")) else 0
        return _one_ended(text, unit, q, sign, q.start - len(left) + begin, q.end, "", negated=begin < start)
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


_PART_OF_ZH = re.compile(r"[\u4e00-\u9fff]{2,12}的\s?$")


def _share_of_zh(left: str) -> tuple[c.Sign, int, int] | None:
    """The comparison of a share with what it is a share of between: "不得大于库存数量的 80%"."""
    whole = _PART_OF_ZH.search(left)
    for end in range(len(left.rstrip()) - 3, whole.start() - 1, -1) if whole else ():
        if (found := c.sign_before(left[:end])) is not None and not found[3]:
            return found[0], found[1], found[2]
    return None


_OF_THOSE_LISTED_ZH = re.compile(r"\s?(?:格式|方式|类型|情形|情况)?(?:之|以)[内外]")
"""Behind the number of what was listed: "上传这三种以外的格式"."""
_OF_A_MONTH = re.compile("每[个]?[月季年]|当月|次月|本月")
"""Where a number with 日 is a day of the calendar and no number of days."""


def _time_of_day(text: str, unit: Unit, q: Quantity, left: str) -> Mention | None:
    """ "18:00 前提交的", "18:00 及以后", "不得早于 8:30": before, from and after a time of day."""
    told = clock.side(left, text[q.end : q.end + 8])
    if told is None:
        return None
    sign, before, after = told
    bound = End(q.value, sign.inclusive, q.start, q.end)
    lower, upper = (bound, None) if sign.end == "lower" else (None, bound)
    named = clock.subject(left, text[q.end : q.end + 40])
    return Mention(q.start - before, q.end + after, lower, upper, q.unit, q.dimension, q.step, named, before > 0)


def _with_end(found: Mention, *, inclusive: bool) -> Mention:
    """The range with its one end inside or not, as an aside tells."""
    if found.lower and found.upper:
        return found
    return replace(
        found,
        lower=replace(found.lower, inclusive=inclusive) if found.lower else None,
        upper=replace(found.upper, inclusive=inclusive) if found.upper else None,
    )


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
_AND_OTHER_END = re.compile(
    r"\s(?:and|but)\s(?:(?:no|not)\s(?:later|earlier|sooner)\sthan|at\sleast|at\smost)\s\d[\d.]*\s[a-z]+(?=\s(?:before|prior|ahead|in advance)\b)",
    re.IGNORECASE,
)
""" "no earlier than 14 days | and no later than 1 day before delivery": the event of both ends."""
_UNTIL = re.compile(r"\b(?:up )?(?:until|till)\s$", re.IGNORECASE)
_AFTER_EVENT = re.compile(r"\s(?:after|from|following|since)\s")
_LATEST = re.compile(
    r"(?P<sign>up to|until|till|(?:at|by) the latest|(?:no|not|never|nor) later than|at least|as late as)\s$", re.IGNORECASE
)
_EARLIEST = re.compile(r"(?:(?:no|not) earlier than|(?:no|not) sooner than|at the earliest|as early as)\s$", re.IGNORECASE)
_THAN = re.compile(r"\b(?P<which>later|earlier|sooner) than\s$", re.IGNORECASE)
_NOT_THAN = re.compile(r"\b(?:no|not|never|nor) (?:later|earlier|sooner) than\s$", re.IGNORECASE)
_EXTREME_AFTER = re.compile(r"(?:\s[\w-]+){1,4}?,?\sat the (?P<which>latest|earliest)\b", re.IGNORECASE)
_TIMES = re.compile(r"(?P<subject>[^,;]{3,80}?)\s(?P<n>\d+|two|three|four|five|six|seven|eight|nine|"
    r"ten)\stimes\b(?P<tail>(?:\sin\s(?:a\s)?(?:row|"
                    r"succession)|\sconsecutively|\srunning)?)", re.IGNORECASE)  # fmt: skip
_ENTERED = re.compile(r"\b[a-z]+s\s(?:an?|the)\s(?P<what>(?:[a-z-]+\s){0,3}[a-z-]+)$", re.IGNORECASE)
_FAILS = re.compile(r"^(?:an?|the|any)\s(?P<what>[\w -]{2,40}?)\s(?P<verb>fails|is [a-z]+|has [a-z]+|was [a-z]+)$", re.IGNORECASE)


def _deadline(text: str, unit: Unit, q: Quantity, left: str) -> Mention | None:
    """ "up to 24 hours before departure": the time that is left has a lower end, whatever the preposition seems to say; "no earlier
    than 48 hours before arrival" an upper one."""
    event = _BEFORE_EVENT.match(text, q.end) if q.dimension == "duration" else None
    if event is None and q.dimension == "duration" and (other := _AND_OTHER_END.match(text, q.end)):
        event = _BEFORE_EVENT.match(text, other.end())
    if event is None:
        return None
    if (than := _THAN.search(left)) and not _NOT_THAN.search(left):
        start = q.start - len(left) + than.start()
        subject = subject_of(text, unit, start, q, "")
        beyond = End(q.value, False, q.start, q.end)
        lower, upper = (None, beyond) if than["which"].lower() == "later" else (beyond, None)
        return Mention(start, q.end, lower, upper, q.unit, q.dimension, q.step, subject, _is_stated(text, unit, start))
    latest, earliest = _LATEST.search(left), _EARLIEST.search(left)
    after = None if latest or earliest or c.sign_before(left) else _EXTREME_AFTER.match(text, event.end("when"))
    if not (latest or earliest or after):
        return None
    word = latest or earliest
    start = q.start - len(left) + word.start() if word else q.start
    subject = subject_of(text, unit, start, q, "")
    bound = End(q.value, True, q.start, q.end)
    if earliest or (after and after["which"].lower() == "earliest"):
        return Mention(start, q.end, None, bound, q.unit, q.dimension, q.step, subject, _is_stated(text, unit, start))
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


_AGED = re.compile(r"\baged\s(?:(?:at\s)?(?:least|most)\s|(?:over|under|above|below|only|exactly)\s)?$", re.IGNORECASE)
"""Before a number without a unit that counts years: "members aged 16 or over"."""
_YEARS = re.compile(r"\d\syears?\b")
"""Where ages have their unit elsewhere, one without it is told of somebody else."""
_NOT_DONE_ZH = re.compile(r"\s?(?:仍|还|尚)?(?:未|没有|无(?!法|限|需)|不(?!得|能|可))")


_IDLE_ZH = re.compile(r"\s?(?:仍|还|尚)?(?:未|没有|无)[\u4e00-\u9fff]{1,4}?(?:的|时|后|则|应|将|即|就|会|自动)")


_MEASURED = re.compile(
    r"\s(?:an?|the)\s(?!(?:[a-z-]+\s)?(?:total|sum|maximum|minimum|limit|period|threshold|cap|ceiling|number|amount|value|third|half|"
    r"quarter|combination|series|set|group|list|further|term)\s)(?P<what>(?:[a-z-]+\s){1,3})of\s",
    re.IGNORECASE,
)
"""What is measured, between the comparison and the number: "up to a wind speed of 20 m/s"."""


def _one_ended(
    text: str, unit: Unit, q: Quantity, sign: c.Sign, start: int, end: int, gap: str, *, negated: bool = False
) -> Mention:
    bound = End(q.value, sign.inclusive, q.start, q.end)
    lower, upper = (bound, None) if sign.end == "lower" else (None, bound)
    measured = _MEASURED.fullmatch(gap)
    inside = gap.strip() if re.search("[\u4e00-\u9fff]", gap) else measured["what"] if measured else ""
    subject = subject_of(text, unit, start, q, inside)
    stated = negated or _is_stated(text, unit, start)
    return Mention(
        start, end, lower, upper, q.unit, q.dimension, q.step, subject, stated, owner=owner_of(unit) if unit.language == "en" else ""
    )  # fmt: skip


# "每月可兑换 2 次": as often as that and no more.
_RATE_ZH = re.compile(r"(?:每[人个次天日周月年季]|单次|一次|同时)[^，,。；;]{0,8}?(?:可以?|能够?|允许)[\u4e00-\u9fff]{0,4}\s?$")


def _exact(text: str, unit: Unit, q: Quantity, left: str) -> Mention | None:
    """ "exactly 6 digits", "a 6-digit code", "固定为 6 位"; and a count that starts something: "after 5 failed attempts"."""
    point = End(q.value, True, q.start, q.end)
    if dashed := c.DASH_UNIT.match(text, q.number_end):
        named = replace(q, unit=dashed["unit"] + "s", dimension="length", end=dashed.end())
        subject = subject_of(
            text, unit, q.start, named, text[dashed.end() : dashed.end() + 24].strip().split(" ")[0].strip(".,;")
        )
        return Mention(q.start, dashed.end(), point, point, named.unit, "length", q.step, subject, True)
    if (c.EXACT.search(left) or c.TIMES_ZH.match(text, q.end)) and not (
        re.search(r"\bof exactly\s$", left) and q.dimension not in ("length", "count")
    ):
        subject = subject_of(text, unit, q.start, q, "")
        if q.dimension == "duration":
            if re.search(r"有效|过期|超时|时限|期限|valid|expir|timeout", left, re.IGNORECASE):
                return Mention(q.start, q.end, None, point, q.unit, q.dimension, q.step, subject, True)
            return None
        if (
            q.dimension == "length"
            or c.TIMES_ZH.match(text, q.end)
            or re.search(r"exactly|precisely|恰好|正好|刚好|固定|等于|必须[为是]|只能", left[-12:], re.IGNORECASE)
        ):
            return Mention(q.start, q.end, point, point, q.unit, q.dimension, q.step, subject, True)
        return None
    condition = unit.in_condition(q.start)
    if (
        q.value == 0
        and condition is not None
        and _IS_ZERO.search(left)
        and _ENDS_HERE.match(text, q.end)
        and not re.search(r"\d", text[q.end : condition.part.end])
    ):
        subject = subject_of(text, unit, q.start - len(_IS_ZERO.search(left)[0]), q, "")  # type: ignore[index]
        return Mention(q.start, q.end, None, point, q.unit, q.dimension, q.step, subject, False)
    if q.dimension == "count" and unit.in_condition(q.start) is None and _RATE_ZH.search(left):
        subject = subject_of(text, unit, q.start, q, "")
        return Mention(q.start, q.end, None, point, q.unit, q.dimension, q.step, subject, True)
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


_ENDS_HERE = re.compile(r"\s*(?:$|[,，。；;.]|(?:or|and)\b|或|且|时|的)")
_IS_ZERO = re.compile(r"(?:\b(?:is|are|equals)\s|[为是]\s?)$", re.IGNORECASE)
"""Before a 0 that nothing can lie below: "if the stock is 0", 余额为 0."""


def _is_stated(text: str, unit: Unit, at: int) -> bool:
    """Whether the comparison at `at` is the predicate of the main clause."""
    if unit.in_condition(at) is not None:
        return False
    left = text[max(unit.part.start, at - 60) : at]
    found = c.PREDICATE.search(left)
    return found is not None and c.RELATIVE.search(left[: found.start()]) is None

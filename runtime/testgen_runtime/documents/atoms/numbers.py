"""Quantities with their units, in English and Chinese: where they stand, how much they are, how finely they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from testgen_runtime.documents.atoms import clock
from testgen_runtime.documents.atoms.numerals import (
    ENGLISH,
    HAN,
    HAN_GROUPS,
    HAN_UNITS_OF_TEN,
    chinese_number,
    english_number,
    han_decimal,
)
from testgen_runtime.documents.vocabulary import words

Dimension = Literal["count", "length", "duration", "size", "money", "percent", "other"]

_QUOTIENTS = "|".join(
    f"{over}/{under}"
    for overs, unders in (
        ("mg g kg µg μg mmol µmol μmol IU", "L l dL dl mL ml"),
        ("m mm cm km", "s min h"),
        ("L l mL ml m³ m3 kg g t", "s min h d"),
        ("W kW kWh kg g kN N", "m² m2 m³ m3 m"),
        ("t kg g L l m³", "ha"),
    )
    for over in overs.split()
    for under in unders.split()
)
_UNITS: dict[Dimension, str] = {
    "length": (
        "alphanumeric characters|characters|character|chars|char|letters|letter|digits|digit|symbols|bits|"
        "个英文字符|个中文字符|个字符|个汉字|个字母|个数字|位数字|位字符|位字母|字符|汉字|字母|个字(?![段典])|"
        "字(?![段节典母])|位(?![置于用])"
    ),
    "size": ("kilobytes|megabytes|gigabytes|terabytes|bytes|byte|KiB|MiB|GiB|KB|MB|GB|TB|kB|kb|mb|gb|兆字节|字节|兆|个字节"),
    "duration": (
        "milliseconds|millisecond|msec|ms|seconds|second|secs|sec|minutes|minute|mins|min|hours|hour|hrs|"
        "business days|working days|"
        "calendar days|days|day|weeks|week|months|month|years|year|"
        "个工作日|工作日|个自然日|自然日|个小时|个半小时|小时|分钟|毫秒|秒钟|秒|个月|个星期|星期|周(?!岁)|天|"
        "日(?![志期])|年(?!龄)|月|s|h|d"
    ),
    "money": (
        "EUR|USD|GBP|CNY|RMB|CHF|JPY|HKD|SEK|NOK|DKK|PLN|CAD|AUD|INR|SGD|euros|euro|dollars|dollar|pounds|yuan|cents|€|\\$|£|¥|￥|"
        "亿元|万元|千元|元人民币|元|美元|欧元|港元|日元|英镑|块钱|角|人民币"
    ),
    "percent": "percentage points|per cent|percent|%|个百分点|个点",
    "count": (
        "times|items|次|个|条|件|人次|人|名|张|份|篇|页|台|项|笔|组|级|门|种|辆|间|部|册|本|家|户|例|行|列|步|层|"
        "轮|场|门课程|套|只|枚|粒|位数|瓶|盒|箱|包(?![含括])|袋|片|支(?![持付])|根|块(?!钱)|辆|艘|架|座|幅|串|束|株|头|匹|节|课时|学时|道(?!路)|题|票|注|股|顿|餐|床|席|桌|杯|副|双|把|桶(?!装)|筐|颗(?!粒)|棵|朵|栋"
    ),
    "other": (
        f"{_QUOTIENTS}|"
        "%vol|mmHg|mg/kg|mg/m³|mg/m3|µg/m³|μg/m³|g/cm³|NTU|CFU/mL|bpm|kcal|MWh|GWh|kVA|kΩ|Ω|lx|m³|m²|次/分钟|次/分|次/秒|转/分钟|转/分|米/秒|千米/小时|公里/小时|千瓦时|千瓦|兆瓦|千伏|兆帕|千帕|毫米汞柱|"
        "°C|°F|℃|degrees Celsius|degrees|mph|knots|km|cm|mm|µm|metres|meters|metre|meter|miles|feet|ft|inches|m|kg|mg|grams|"
        "tonnes|tons|kN|Nm|N|g|litres|liters|ml|mL|r/min|kWh|Wh|kW|MW|mW|W|kV|mV|V|mA|A|bar|mbar|psi|kPa|hPa|MPa|Pa|rpm|dBm|dB|lux|ppm|"
        "kilometres|kilometers|kilometre|kilometer|centimetres|centimeters|centimetre|centimeter|millimetres|millimeters|millimetre|"
        "millimeter|nautical miles|nautical mile|mile|yards|yard|square metres|square meters|cubic metres|cubic meters|hectares|hectare|"
        "acres|acre|ha|km²|cm²|mm²|cm³|dm³|kilograms|kilogram|kilogrammes|kilogramme|kilos|kilo|milligrams|gram|tonne|ton|t(?![A-Za-z-])|"
        "lbs|lb|ounces|ounce|oz|litre|liter|millilitres|milliliters|millilitre|milliliter|gallons|gallon|L(?![A-Za-z-])|l(?![A-Za-z-])|"
        "cl|dl|µg|μg|kJ|MJ|degrees Fahrenheit|watts|kilowatts|volts|amperes|amps|decibels|mSv|µSv|μSv|mmol|IU|"
        "Hz|kHz|MHz|GHz|dpi|px|pixels|fps|kbps|Mbps|Gbps|kbit/s|Mbit/s|"
        "周岁|岁|平方公里|平方千米|公顷|亩(?!产)|海里|英里|英寸|英尺|公里|千米|厘米|毫米|微米|平方厘米|平方米|立方厘米|立方米|米|微克|微西弗|毫西弗|千焦|千克|公斤|毫克|毫升|克|吨|升|摄氏度|度(?!假)|倍|像素|学分|积分|分贝|"
        "毫安|伏|瓦|赫兹|颗星|星(?![期座球系火级])|点(?![零一二三四五六七八九半击钟])|分(?![钟之别类组级页批期享支行公配布析摊隔段])"
    ),
}
_CURRENCY = r"(?:€|\$|£|¥|￥|(?:EUR|USD|GBP|CNY|RMB|CHF|JPY|HKD|SEK|NOK|DKK|PLN|CAD|AUD|INR|SGD)(?=\s?\d))"
_DIGITS = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d{1,9})?|[1-9]\d{0,2}(?:[ \u00a0\u202f\u2009]\d{3})+(?!\d)(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?"
)
_NUMBER = re.compile(
    rf"(?P<currency>{_CURRENCY}\s?)?(?<![A-Za-z0-9_])(?<!\d[.,])(?<![A-Za-z][-/])(?P<number>{_DIGITS})(?![\d])(?! and a half )(?!\s?个?半(?:小时|钟头|天|年|月))"
    rf"(?P<group>\s?(?:万\d千|[千百]?[万亿](?!元)))?"
    rf"|(?<![A-Za-z-])(?P<word>{ENGLISH})(?![A-Za-z])(?! and a half)"
    r"|(?P<share>[百千万]分之\s?(?:[零〇一二两三四五六七八九十百千]{1,8}(?:点[零〇一二三四五六七八九]{1,4})?|\d{1,6}(?:\.\d{1,4})?))"
    rf"|(?P<half>(?<![A-Za-z-])(?:half an?|(?:{ENGLISH}|(?<!\d)\d{{1,3}}) and a half) (?:hour|minute|second|day|year)s?\b)"
    r"|(?:(?<=at most )|(?<=at least )|(?<=more than )|(?<=less than )|(?<=up to ))(?P<often>once|twice)\b"
    r"|(?P<part>一刻钟|三刻钟|半个?(?:小时|钟头|月)|半[天日年秒]|(?:[一两二三四五六七八九十]{1,2}|(?<![\d.])\d{1,2})\s?(?:分半钟?|秒半钟?|天半|年半)|(?:[一两二三四五六七八九十]{1,2}|(?<![\d.])\d{1,2})\s?个?半(?:小时|钟头|天|年)|"
    r"(?:[一两二三四五六七八九十]{1,2}|(?<![\d.])\d{1,2})\s?个半月|[二四五十]分之[一二三四五六七八九])"
    r"|(?<![第同之统唯任何意逐万每这那一二三四五六七八九十百千几数])(?<!上述)(?<!\d)(?<!\d\s)(?P<han>(?![万千亿百])[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{1,12}(?:点[零〇一二三四五六七八九]{1,4})?|半)(?=\s?(?:@HAN@)|\s?[至到]\s?[零一二两三四五六七八九十百千万\d]{1,8}\s?(?:@HAN@))",
    re.IGNORECASE,
)
_ALTERNATIVES = {d: sorted(u.split("|"), key=len, reverse=True) for d, u in _UNITS.items()}
_PATTERN = sorted(((u, d) for d, us in _ALTERNATIVES.items() for u in us), key=lambda p: len(p[0].split("(?")[0]), reverse=True)


def _ends(unit: str) -> str:
    return unit + r"(?![A-Za-z²³])" if re.match(r"[A-Za-z]", unit[-1]) else unit


_LATIN, _OTHER = ([u for u, _ in _PATTERN if u[0].isascii() is latin] for latin in (True, False))
_UNIT_LATIN = re.compile(r"[\s-]?(?P<unit>" + "|".join(_ends(u) for u in _LATIN) + ")")
_LATIN_AHEAD = re.compile(r"[\s-]?[\x21-\x7e]")
_UNIT_OTHER = re.compile(r"[\s-]?(?P<unit>" + "|".join(_ends(u) for u in _OTHER) + ")")
HAN_UNITS = "|".join(u for u, _ in _PATTERN if re.match(r"[\u4e00-\u9fff]", u))
"""The Chinese units, the longest first, as alternatives of a pattern."""
_NUMBER = re.compile(_NUMBER.pattern.replace("@HAN@", HAN_UNITS), re.IGNORECASE)
_DIMENSIONS: dict[str, Dimension] = {u.split("(?")[0].replace("\\", ""): d for u, d in _PATTERN}
_COUNTED = re.compile(r"\s+((?:[a-z][a-z-]+\s){0,2}?[a-z][a-z-]+s)\b(?!\s+(?:than|or less|or fewer))")
_KIND_OF_TIME = re.compile(
    r"\s+((?!(?:full|whole|complete|consecutive|successive|more|other|further|additional|opening|office)\b)[a-z][a-z-]+)\shours\b"
)
"""Hours that are counted and that no clock shows: "90 flight hours", "20 supervised hours"."""
_SINGLE = re.compile(r"\s+((?:(?:upper|lower)[- ]?case|special|numeric|capital)\s)?([a-z][a-z-]+)\b")
_NO_NOUN = words(
    "and or nor to in of per shall must may can is are was has does than as if for with on at by from within after before the a "
    "needs requires an this its others hours less plus minus times always series seconds but yet so while when where until unless either both also "
    "too not only up about"
)
_ANNOUNCED = words("conditions requirements criteria demands")
_SIGNED = re.compile(r"(?:^|[\[(（:：,，;；。、=<>≤≥]|\b(?:from|between|than|to|and|at|below|above|least|most|under|over|is|of|or|reaches|exceeds)"
                     r"|[至到于为在低高是从过达出满～~]|[\u4e00-\u9fff]\s)\s?$", re.IGNORECASE)  # fmt: skip
_HAN_NOUN = re.compile(r"[\u4e00-\u9fff]{2,6}|(?![时内后前的且并起者])[\u4e00-\u9fff](?=[，,。；;、]|$)")


# How many of the finer unit; only what the units mean by themselves (a month has no fixed length).
_FINER: dict[tuple[str, str], int] = {
    ("万元", "元"): 10_000, ("亿元", "元"): 100_000_000, ("千元", "元"): 1_000, ("亿元", "万元"): 10_000,
    ("kb", "bytes"): 1024, ("mb", "kb"): 1024, ("gb", "mb"): 1024, ("tb", "gb"): 1024, ("gb", "kb"): 1024 * 1024,
    ("second", "ms"): 1000, ("minute", "second"): 60, ("hour", "minute"): 60, ("hour", "second"): 3600, ("minute", "ms"): 60_000,
    ("day", "hour"): 24, ("week", "day"): 7, ("year", "month"): 12, ("秒", "毫秒"): 1000, ("分钟", "秒"): 60,
    ("小时", "分钟"): 60, ("小时", "秒"): 3600, ("天", "小时"): 24, ("周", "天"): 7, ("年", "个月"): 12, ("分钟", "毫秒"): 60_000,
    ("kg", "g"): 1000, ("t", "kg"): 1000, ("g", "mg"): 1000, ("km", "m"): 1000, ("m", "cm"): 100, ("m", "mm"): 1000,
    ("cm", "mm"): 10, ("l", "ml"): 1000, ("kw", "w"): 1000, ("kv", "v"): 1000, ("千克", "克"): 1000, ("公斤", "克"): 1000,
    ("吨", "千克"): 1000, ("吨", "公斤"): 1000, ("克", "毫克"): 1000, ("公里", "米"): 1000, ("千米", "米"): 1000, ("米", "厘米"): 100,
    ("米", "毫米"): 1000, ("厘米", "毫米"): 10, ("升", "毫升"): 1000,
}  # fmt: skip
_SPELLED: dict[str, str] = {
    "s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "d": "day", "msec": "ms", "millisecond": "ms",
    "秒钟": "秒", "个小时": "小时", "日": "天", "星期": "周", "个星期": "周", "月": "个月", "byte": "bytes", "gram": "g", "kilogram": "kg", "tonne": "t",
    "ton": "t", "metre": "m", "meter": "m", "litre": "l", "liter": "l", "kilometre": "km", "kilometer": "km", "centimetre": "cm",
    "centimeter": "cm", "millimetre": "mm", "millimeter": "mm",
}  # fmt: skip
"""Units by the spelling that `_FINER` has."""


def finer(coarse: str, fine: str) -> int | None:
    """How many of the unit `fine` make one of `coarse`, or None where that isn't fixed."""
    return _FINER.get((_one(coarse), _one(fine)))


def _one(unit: str) -> str:
    name = unit.lower()
    singular = name.rstrip("s") if len(name) > 2 else name
    return _SPELLED.get(singular, "bytes" if singular == "byte" else singular)


_THOUSANDS_OF_YUAN = {"千元": 1_000, "万元": 10_000, "亿元": 100_000_000}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. `[start, end)` covers both, the number alone ends at `number_end`; `noun`: what is counted."""

    start: int
    end: int
    number_end: int
    value: Decimal
    step: Decimal
    unit: str
    dimension: Dimension
    noun: str = ""


_DATE_ZH = re.compile(r"(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?")


_BELOW_ZERO = re.compile(r"(?:零下|(?<![^\W\d_])负)\s?$|\bminus\s$")
"""A sign told in words: "零下 18 ℃", "minus 5 °C"."""


def quantities(text: str) -> Iterator[Quantity]:
    """All quantities of `text` from left to right; a number that is part of a name, a date or a version is none."""
    dated = [found.span() for found in _DATE_ZH.finditer(text)]
    for match in _NUMBER.finditer(text):
        value, step = _value(match)
        if value is None or any(begin <= match.start() < end for begin, end in dated):
            continue
        start = match.start()
        if text[start - 1 : start] in ("-", "−") and _SIGNED.search(text[max(0, start - 12) : start - 1]):
            value, start = -value, start - 1
        if text[start - 1 : start] in ("+", "＋") and _SIGNED.search(text[max(0, start - 12) : start - 1]):
            start -= 1
        if below := _BELOW_ZERO.search(text[max(0, start - 6) : start]):
            value, start = -value, start - len(below[0])
        number_end = match.end()
        if _in_a_name(text, match.start(), number_end):
            continue
        if told := _whole_words(match):
            value, step, unit, dimension = told
            yield Quantity(start, number_end, number_end, value, step, unit, dimension)
            continue
        if nth := _NTH.match(text, number_end):
            begin = start - 4 if text[max(0, start - 4) : start].lower() == "the " else start
            yield Quantity(begin, nth.end(), number_end, value, step, f"{nth['unit']}s", "duration")
            continue
        unit, dimension, noun, end = unit_at(text, number_end, value)
        if not unit and _CODE.search(text[max(0, start - 8) : start]):
            continue  # "返回 413"
        if noun in _ANNOUNCED and text[end : end + 1] == ":":
            continue  # "on three conditions: …": the list tells them
        if match["currency"] and dimension != "money":
            unit, dimension, noun, end = match["currency"].strip(), "money", "", number_end
        if factor := _THOUSANDS_OF_YUAN.get(unit):  # "5 万元": a tester pays 50000 元 and 49999.99 元
            value, step, unit = value * factor, step * factor, "元"
        yield Quantity(start, end, number_end, value, step, unit, dimension, noun)


def with_times(text: str, found: Iterable[Quantity]) -> list[Quantity]:
    """The quantities with the times of day among them, as minutes after midnight, in the order of the text."""
    told = [Quantity(start, end, end, value, Decimal(1), clock.UNIT, "other") for start, end, value in clock.times(text)]
    return sorted([*found, *told], key=lambda q: q.start)


_NTH = re.compile(
    r"(?:st|nd|rd|th)\s(?P<unit>day|week|month|year|hour|minute)\b(?:\s(?:on|onwards?)\b)?(?=\s(?:after|from|following|since|counted|the|it|they|an?)\b|\s?[.,;:]|$)"
)
"""Behind a number that counts from something: "until the 14th day after delivery" is 14 days; "the 3rd day of a month" is none."""
# What answers a request is a code and no amount.
_CODE = re.compile(r"(?:返回|状态码|错误码|返回码|响应码|HTTP|http|代码|编码|编号)[为是:：]?\s?$")
# A part of a unit in the next smaller one, so that a tester has whole numbers to try: 半小时 is 30 分钟.
_PARTS: dict[str, tuple[int, str]] = {
    "小时": (30, "分钟"), "钟头": (30, "分钟"), "天": (12, "小时"), "日": (12, "小时"), "年": (6, "个月"), "月": (15, "天"), "秒": (500, "毫秒"), "分": (30, "秒"),
}  # fmt: skip
_HALF_BEHIND = re.compile("([分秒天年])半钟?$")


_HALVES: dict[str, tuple[int, str]] = {
    "hour": (30, "minutes"), "minute": (30, "seconds"), "second": (500, "ms"), "day": (12, "hours"), "year": (6, "months"),
}  # fmt: skip


def _whole_words(match: re.Match[str]) -> tuple[Decimal, Decimal, str, Dimension] | None:
    """Numbers that bring their unit along: 百分之五 → 5 %, 一刻钟 → 15 分钟, 半小时 → 30 分钟, 两个半小时 → 150 分钟."""
    if match["half"]:
        number, unit = _HALVES[match["half"].split()[-1].lower().rstrip("s")]
        told = match["half"].lower().partition(" and a half")
        before = (int(told[0]) if told[0].isdigit() else english_number(told[0]) or 0) if told[1] else 0
        return Decimal((2 * before + 1) * number), Decimal(1), unit, "duration"
    if match["often"]:
        return Decimal(1 if match["often"].lower() == "once" else 2), Decimal(1), "times", "count"
    if match["share"]:
        digits = match["share"][3:].strip()
        value = Decimal(digits) if digits[0].isdigit() else han_decimal(digits)
        if value is None:
            return None
        step = Decimal(1).scaleb(min(0, int(value.normalize().as_tuple().exponent)))
        shift = Decimal(100) / {"百": 100, "千": 1000, "万": 10_000}[match["share"][0]]
        return value * shift, step * shift, "%", "percent"
    if not match["part"]:
        return None
    text = match["part"]
    if "分之" in text:  # a fraction that is a whole percentage
        return Decimal(HAN[text[-1]] * 100) / (10 if text[0] == "十" else HAN[text[0]]), Decimal(1), "%", "percent"
    if text.endswith("刻钟"):
        return Decimal(15 if text[0] == "一" else 45), Decimal(1), "分钟", "duration"
    if inner := _HALF_BEHIND.search(text):  # 一分半钟, 两天半
        half, unit = _PARTS[inner[1]]
    else:
        half, unit = next(part for end, part in _PARTS.items() if text.endswith(end))
    count = re.match(r"[^个半分秒天年\s]*", text)
    digits = count[0] if count else ""
    whole = int(digits) if digits.isdigit() else chinese_number(digits) if digits else 0
    return Decimal((whole or 0) * 2 * half + half), Decimal(1), unit, "duration"


def _in_a_name(text: str, start: int, end: int) -> bool:
    """Whether digits are part of a date, a time, a version or an address."""
    before, after = text[max(0, start - 8) : start], text[end : end + 14]
    if re.match(r"\s?[x×]\s?\d", after) or re.search(r"\d\s?[x×]\s?$", before):
        return True  # "200 x 200 pixels": two bounds in one
    if re.match(r"[.:/]\d", after) or re.search(r"\d[:/]$", before):
        return True
    return bool(
        re.match(r"-\d+-\d", after)
        or re.search(r"\d-\d{1,2}-$", before)
        or (re.search(r"\d-$", before) and re.match(r"-\d", after))
    )


_PER = re.compile(
    r"/(?:小时|分钟|分|秒|天|日|月|年|平方米|立方米|千克|公斤|升|千瓦时|人|(?:hour|minute|second|day|month|year|h|min|s|kg|l|L|m²|m³)(?![A-Za-z]))"
)


def unit_at(text: str, at: int, value: Decimal) -> tuple[str, Dimension, str, int]:
    """The unit that stands at `at`: its spelling, its dimension, the noun that is counted, and where it ends."""
    found = (_UNIT_LATIN if _LATIN_AHEAD.match(text, at) else _UNIT_OTHER).match(text, at)
    if found:
        unit = found["unit"]
        dimension = _DIMENSIONS[unit]
        noun = ""
        if per := _PER.match(text, found.end()):  # "300 毫升/小时": a rate of its own
            return unit + per[0], "other", "", per.end()
        if dimension == "count" and (named := _HAN_NOUN.match(text, found.end())):
            noun = named[0]
        return unit, dimension, noun, found.end()
    counted = _COUNTED.match(text, at)
    if counted and not _NO_NOUN & set(counted[1].split()):
        return counted[1], "count", counted[1], counted.end()
    if (kind := _KIND_OF_TIME.match(text, at)) and kind[1] not in _NO_NOUN:
        return kind[0].strip(), "count", kind[0].strip(), kind.end()
    single = _SINGLE.match(text, at) if value == 1 else None
    if single and single[2] not in _NO_NOUN:
        noun = (single[1] or "") + single[2]
        return noun, ("length" if noun in ("character", "digit", "letter") else "count"), noun, single.end()
    return "", "other", "", at


def _value(match: re.Match[str]) -> tuple[Decimal | None, Decimal]:
    one = Decimal(1)
    if match["number"]:
        digits = re.sub(r"[,\s]", "", match["number"])
        factor, group = one, (match["group"] or "").strip()
        if thousands := re.fullmatch(r"万(\d)千", group):  # 3万5千
            return Decimal(digits) * 10_000 + int(thousands[1]) * 1_000, one
        for c in group:
            factor *= HAN_UNITS_OF_TEN.get(c, HAN_GROUPS.get(c, 1))
        decimals = len(digits.partition(".")[2])
        return Decimal(digits) * factor, one.scaleb(-decimals) * factor if decimals else one
    if match["word"]:
        worth = english_number(match["word"])
        return None if worth is None else Decimal(worth), one
    if match["han"] == "半":
        return Decimal("0.5"), Decimal("0.5")
    if match["share"] or match["part"] or match["half"] or match["often"]:
        return Decimal(0), one  # told by `_whole_words`
    value = han_decimal(match["han"])
    return value, one.scaleb(-len(match["han"].partition("点")[2]))

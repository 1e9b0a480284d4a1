"""Words that compare a quantity: which end of a range they set, and whether that end lies inside. Data only.

Chinese 以上/以下/以内 include the number itself (Legislation Law usage, GB/T 15834 practice); 超过/不足/不满 do not.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

End = Literal["lower", "upper"]


class Sign(NamedTuple):
    """One end of a range and whether it is inside."""

    end: End
    inclusive: bool


AT_LEAST, MORE, AT_MOST, LESS = Sign("lower", True), Sign("lower", False), Sign("upper", True), Sign("upper", False)
NEGATED = {AT_LEAST: LESS, MORE: AT_MOST, AT_MOST: MORE, LESS: AT_LEAST}

_TALL = (
    "more|greater|larger|longer|higher|bigger|older|heavier|later|above|over|beyond|farther|further|"
    "warmer|hotter|thicker|deeper|wider|taller|steeper|louder|brighter|faster"
)
_SMALL = (
    "less|fewer|smaller|shorter|lower|younger|lighter|earlier|below|under|"
    "colder|cooler|thinner|shallower|narrower|flatter|quieter|dimmer|slower"
)
_BEFORE: dict[Sign, tuple[str, ...]] = {
    AT_LEAST: (
        r"at least",
        rf"(?:no|not) (?:{_SMALL}) than",
        r"(?:no|not) (?:below|under)",
        r"(?:a |the )?minimum (?:of|is|length of|size of)",
        r"min\.?",
        r"minimum",
        r"(?:greater|more|larger|longer|higher) than or equal to",
        r"equal to or (?:greater|more|larger|longer|higher) than",
        r">=",
        r"≥",
        r"starting (?:from|at)",
        r"from",
        r"reach(?:es)?",
        r"hits?",
        r"as (?:many|much|few) as",
        r"(?:至少|最少|起码|最低|最小|最短)[为是要有需]?",
        r"(?:大于|高于|多于|超过)(?:或|及)?等于|(?:等于|达到)(?:或|及)?(?:大于|高于|多于|超过)",
        r"达到",
        r"年?(?<![不未])满(?!足)",
        r"下限[为是]?",
        r"起(?:订|购|售|投|批|送|存|租|充|付|借|贷|捐|拍|缴)(?:量|额|价|金额|数量|件数)?[为是]",
        r"不少于|不低于|不小于|不短于|不早于",
    ),
    MORE: (
        rf"(?:{_TALL}) than",
        r"over",
        r"above",
        r"exceed(?:s|ed|ing)?",
        r"in excess of",
        r"beyond",
        r">",
        r"surpass(?:es|ing)?",
        r"超过|大于|多于|高于|超出|长于|逾(?!期)|超",
    ),
    AT_MOST: (
        r"at (?:the )?most",
        r"up to(?: and including)?",
        r"(?:can|may|could) (?:be|have|hold|contain|last|weigh|take|cost) as (?:large|long|heavy|high|big|old|wide|tall|deep|much|many|far|late) as",
        rf"(?:no|not) (?:{_TALL}) than",
        r"(?:no|not) (?:over|above)",
        r"(?:a |the )?maximum (?:of|is|length of|size of)",
        r"max\.?",
        r"maximum",
        r"within",
        r"(?:less|fewer|smaller|shorter|lower) than or equal to",
        r"equal to or (?:less|fewer|smaller|shorter|lower) than",
        r"<=",
        r"≤",
        r"limited to",
        r"(?:up to )?(?:a |the )?(?:[a-z]+ )?limit of",
        r"not exceed(?:ing|s)?",
        r"as long as",
        r"(?:至多|最多|最高|最大|最长)[为是有]?",
        r"(?:小于|低于|少于)(?:或|及)?等于|等于(?:或|及)?(?:小于|低于|少于)",
        r"上限[为是]?",
        r"(?:只|仅)(?:能|可以?|允许)(?!\s?[为是])|限[购领借投选]",
        r"不超(?![过出])|不超过|不多于|不大于|不高于|不长于|不晚于|不超出|未超过|限制?[为在]|限额[为是]?|额度[为是]|有效(?:期限?|时间|时长)(?![内的为是])",
    ),
    LESS: (
        rf"(?:{_SMALL}) than",
        r"under",
        r"below",
        r"short of",
        r"<",
        r"小于|少于|低于|不足|不到|不满|未满|未年满|未达到|未达|短于",
    ),
}
_AFTER: dict[Sign, tuple[str, ...]] = {
    AT_LEAST: (
        r"(?:old|of age) (?:or|and) (?:older|over|above|more)",
        r"(?:late|long|high|wide|deep|tall|thick|early) or (?:more|longer|higher|wider|deeper|taller|thicker|later|earlier)(?! than)",
        rf"or (?:{_TALL}|better|up)(?! than| to\s\d)",
        r"and (?:more|above|over|up|older|higher|upwards?)(?! than| to\b)",  # "and up to 40" begins the other end
        r"(?:at )?minimum",
        r"at (?:the )?least",
        r"\+",
        r"(?:及|或|含)?(?:其)?以上",
        r"(?:作?为)(?:最低)?下限",
        r"起(?![始步])",
        r"(?:及|或者?)更[多长高大]",
        r"以外",
    ),
    AT_MOST: (
        r"(?:old|of age) (?:or|and) (?:younger|under|below|less)",
        r"(?:late|long|high|wide|deep|tall|thick) or (?:less|shorter|lower|narrower|shallower|thinner)(?! than)",
        r"(?:old |ago )?or (?:newer|more recent(?:ly)?|younger)",
        rf"or (?:{_SMALL})(?! than)",
        r"and (?:less|below|under|younger|lower)(?! than)",
        r"(?:at )?maximum",
        r"at (?:the )?most",
        r"(?:及|或|含)?(?:其)?以下",
        r"(?:作?为)(?:最高|最大)?(?:上限|限(?![制期时定]))",
        r"(?:及|或)?(?:以|之)?内(?![容部存])",
        r"(?:及|或者?)更[少短低小]",
    ),
    MORE: (),
    LESS: (),
}


def _alternation(words: tuple[str, ...]) -> str:
    return "|".join(
        rf"\b(?:{w})\b" if re.match(r"[a-z(]+", w) and w[-1] not in "?.>" and not re.search("[\u4e00-\u9fff]", w) else f"(?:{w})"
        for w in words
    )


# Between the word and the number: "an age of", "a total of", and in Chinese a short name ("不少于提现金额 100 元").
_GAP = r"(?:\s?(?:a |an |the )?(?:total |length |size |age |value |amount |sum |price )?(?:of )?|\s?(?:the |an? |its |their )(?:[a-z-]+ ){0,2}(?:limit|maximum|minimum|threshold|cap|ceiling) of |\s(?:an? |the )(?:[a-z-]+ ){1,2}?[a-z-]+ of |\s(?:an? |the )[a-z-]+ of |(?:提前|同时|(?![的时后前返则应须将且或不超至最于])[\u4e00-\u9fff]){0,8}\s?[为是]?\s?)"
_SIGNS = (AT_LEAST, MORE, AT_MOST, LESS)
BEFORE = re.compile(
    "(?:"
    + "|".join(f"(?P<s{i}>{_alternation(_BEFORE[s])})" for i, s in sorted(enumerate(_SIGNS), key=lambda p: p[1] in (MORE, LESS)))
    + ")"
    + rf"(?P<gap>{_GAP})$",
    re.IGNORECASE,
)
AFTER = re.compile(
    r"\s?[,，]?\s?(?:" + "|".join(f"(?P<s{i}>{_alternation(_AFTER[s])})" for i, s in enumerate(_SIGNS) if _AFTER[s]) + ")",
    re.IGNORECASE,
)
_CARRIES = (
    r"(?:(?:be|have|has|contain|take|takes|last|hold|include|consist of|remain|fall|drop|go|rise|use|cost|"
    r"ever|become|grow|do)\s+){0,2}"
)
NEGATION = re.compile(
    rf"(?:(?:\b(?:(?:shall|must|may|should|can|could|will|does|do|is|are|has|have)\s+)?(?:not|never)\s+(?:(?:allowed|permitted)\s+to\s+)?|"
    rf"\b(?:cannot|can't|mustn't|won't|isn't|doesn't)\s+){_CARRIES}"
    r"|\bnor\s(?:be\s)?|(?:不得|不能够?|不可以?|不应当?|不应该|不允许|不要|不准|禁止|未曾?|没有|并未|严禁)\s?)$",
    re.IGNORECASE,
)
PREDICATE = re.compile(
    r"(?:\b(?:shall|must|should|may|can|will|is|are|has|have|be)\s+(?:only\s+)?(?:be|have|contain|take|last|hold|lie|fall|range|vary|weigh|cost|measure|kept|held|maintained|"
    r"number|amount to|comprise|stay|include|consist of|remain|respond|complete[d]?)?\s*(?:(?:strictly|always|exactly|within)\s+)?"
    r"|(?:应当?|必须|须|应该|需|要求)(?!(?:当|该|予以?)*(?:拒[绝收签付载]|驳回|退回|拦截|阻止|禁止))[\u4e00-\u9fff]{0,3}\s?)$",
    re.IGNORECASE,
)
JOINT = re.compile(r"\s?[,，、]?\s?(?:and|or|nor|but|to|且|并且|和|或|至|到|-|–)?\s?(?:(?:shall|must|may)\s)?", re.IGNORECASE)
RELATIVE = re.compile(r"\b(?:that|which|who|whose)\s?(?:\w+\s)?$", re.IGNORECASE)
FAR_EXTREME = re.compile(
    r"(?:\b(?P<max>max(?:imum|imal|\.)?|longest|largest|highest|upper limit(?: of| for)?)|\b(?P<min>min(?:imum|"
    r"imal|\.)?|shortest|smallest|lowest|lower limit(?: of| for)?))\b"
    r"(?P<what>[^.,;:\d]{0,60}?)\s(?:(?:shall|must|should|may) be|is|are|of|=|:)\s*$"
    r"|(?:(?P<zmax>最大|最长|最高|最多|上限)|(?P<zmin>最小|最短|最低|最少|"
    r"下限|门槛))(?P<zwhat>[^，。；,;]{0,12}?)\s?(?:应?为|是|[:：=])\s*$",
    re.IGNORECASE,
)
TO = re.compile(r"\s?(?:to and including|up to and including|up to|to|through|until|[-–—~～―]|至|到)\s?\+?", re.IGNORECASE)
TO_OPEN = re.compile(
    r",?\s?(?:up\s)?to,?\s?[(]?(?:(?:but\s)?(?:not\sincluding|excluding|exclusive\sof|not\squite)|just\s(?:under|below)|under|below|(?:less|fewer|shorter|lower)\sthan)[)]?,?\s?",
    re.IGNORECASE,
)
"""Between the ends of a range whose upper one is outside: "from 1400 up to, but not including, 1800"."""
AND = re.compile(r"\s?(?:and|和|与|,|，|、)\s?", re.IGNORECASE)
BETWEEN = re.compile(
    r"(?:\bbetween|\bwithin|介于|在|\brange(?: of)?|\bin|范围[为是]?|区间[为是]?|取值[为是]?)\s?[\[(（]?\s?$", re.IGNORECASE
)
FROM = re.compile(r"(?:\bfrom|从|自|由)\s?$", re.IGNORECASE)
# "18 周岁（含）", "60 分以上（不含 60 分）", "（均包含）": whether a bound itself lies inside.
ASIDE = re.compile(r"\s?[（(]\s?(?P<all>均|都|两端|首尾|边界)?(?P<not>不|未)?(?:包?含|包括)(?P<what>[^（）()]{0,10})[）)]")
OPEN_AFTER = re.compile(r"\s?(?:之间)?\s?[(（]?(?:\bexclusive\b|不含|不包含|不包括)", re.IGNORECASE)
TIMES_ZH = re.compile(r"\s?(?:的?整数?倍|的倍数)")
"""Behind a number: it is a step, not a value."""

EXACT = re.compile(
    r"(?:\b(?:exactly|precisely|must be|shall be|must have|shall have|equal to|equals|fixed at|always)"
    r"|恰好|正好|刚好|必须为|必须是|应为|应是|须为|固定为|只能为|只能是|等于|长度为|均?为|是)\s?$",
    re.IGNORECASE,
)
DASH_UNIT = re.compile(r"-(?P<unit>digit|character|letter|char|bit)s?\b", re.IGNORECASE)
COUNTED_AFTER = re.compile(r"(?:\bafter|\bon|\bfor)\s(?:the\s)?$", re.IGNORECASE)
COUNTED_BEFORE = re.compile(r"\s?(?:(?:无|未|没有|不|输|登|尝|失|验|错|密)[^，,。；;]{0,12}?)?(?:之后|以后|后|时)")


def sign_before(left: str) -> tuple[Sign, int, int, str] | None:
    """The comparison that ends `left`: its sign (a "not" before it turned), where it starts, where a "not" starts, its gap."""
    match = BEFORE.search(left, max(0, len(left) - 56))  # longer than any comparison with its gap
    if match is None:
        return None
    sign = next(s for i, s in enumerate(_SIGNS) if match[f"s{i}"])
    start = match.start()
    negation = NEGATION.search(left[:start])
    if negation:
        return NEGATED[sign], start, negation.start(), match["gap"]
    return sign, start, start, match["gap"]


def sign_after(right: str) -> tuple[Sign, int] | None:
    """The comparison that `right` starts with, and where it ends."""
    match = AFTER.match(right)
    if match is None:
        return None
    return next(s for i, s in enumerate(_SIGNS) if _AFTER[s] and match[f"s{i}"]), match.end()

"""What a limit of an English rule is about ("password length", "time since departure")."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms import words_en
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.nouns_en import FILLERS, STOPS, noun_phrase, owner_of, singular
from testgen_runtime.documents.atoms.numbers import Dimension, Quantity
from testgen_runtime.documents.vocabulary import words

_RELATIVE_TIME = re.compile(r"\s?(?:of|after|since|from|before|prior to)\s(?:the\s|its\s|a\s|an\s)?[a-z]", re.IGNORECASE)
_HEADS: dict[Dimension, tuple[re.Pattern[str], str]] = {
    "length": (re.compile(r"length|long", re.I), "length"),
    "size": (re.compile(r"size|volume|memory|storage|quota|capacity|bandwidth|space", re.I), "size"),
    "money": (
        re.compile(r"total|amount|price|cost|value|balance|fee|salary|budget|sum|limit|payment|discount|credit|"
                   r"revenue|fare|charge|income|rent|wage|"
                   r"deposit|premium|tax|debt|loan|purchase|withdrawal|transfer|refund|turnover", re.I),
        "amount",
    ),
    "duration": (
        re.compile(r"time|duration|timeout|period|age|interval|delay|lifetime|validity|days|hours|minutes|latency|"
                   r"ttl|term|length|deadline|"
                   r"window|leave|experience|uptime|notice|stay|seniority|tenure", re.I),
        "time",
    ),
}  # fmt: skip
_TIMES = (
    ("respon", "response time"), ("answer", "response time"), ("return", "response time"), ("load", "loading time"),
    ("expire", "age"), ("log", "idle time"), ("lock", "lock time"), ("complete", "completion time"),
)  # fmt: skip


def subject_en(text: str, unit: Unit, at: int, q: Quantity, hint: str) -> str:
    """The English name of the value that the comparison at `at` bounds, as `subjects.subject_of` tells it."""
    before = _without_quantities(text[max(unit.clause_start(at), at - 160) : at])
    before = re.sub(r"^.*\b[Ww]hose\s", "", before)
    before = _IN_ITS_PLACE.sub(r"\g<what> ", before)
    before = _AND_ALSO.sub(r"\g<who> \g<must> \g<also>", before)
    before = (
        re.sub(r"^.*\b(?:is|are)\sfree(?:\sof\scharge)?\sfor\s(?:stays\b)?", "stay ", before)
        if _FREE_STAY.search(before)
        else before
    )
    since = (
        re.match(r"within\b|(?:no|not) later than\b|before\b", text[at:], re.I) is not None
        or _RELATIVE_TIME.match(text, q.end) is not None
    )
    if told := _told_by_verb(before, q, since=since):
        whose = re.match(r"(?:and|or|but|also|who|that) (?=weight$)", told)
        if re.match(r"(?:it|they) weight$", told):  # "accept a parcel if it weighs at most 20 kg"
            return f"{singular(noun_phrase(unit.main.text).lower())} weight".strip()
        return f"{singular(owner_of(unit).lower())} weight".strip() if whose else told
    if re.search(r"\bby\s*$", before) and (changed := [name for verb, name in _CHANGES if re.search(rf"\b{verb}", before, re.I)]):
        return changed[0]
    before = re.sub(r"\b(?:any|every|some)(?:one|body)\b", "person", before, flags=re.I)
    name = noun_phrase(hint) if hint else noun_phrase(before)
    if name.lower() in _GENERIC_EN | {"configurable", "adjustable", "settable"} and (owner := owner_of(unit)):
        name = owner
    if hint and name and name in ("length", "size", "duration", "age", "number", "amount", "value"):
        name = " ".join(filter(None, [noun_phrase(before), name]))
    if (
        not hint and (own := _AND_IS.search(before)) and (q.dimension == "duration" or own["does"].lower() not in ("is", "are"))
    ):  # "a climber holds a certificate and is at least 14 years old"
        name = own["who"] if own["who"].lower() not in ("it", "they") else noun_phrase(unit.main.text)
    words_ = name.lower().split()
    system = bool(words_) and (
        words_[-1] in words_en.SYSTEM or (len(words_) == 1 and words_[0] in ("user", "users", "customer", "customers", "they"))
    )
    if len(words_) > 1 and words_[-1] == "aged":  # "persons aged 18 to 68 years"
        return f"{singular(words_[-2])} age"
    aged = r"\b(?:young|old)er\b(?! than\b)|\bof age\b|\byears old\b"
    if (
        re.search(r"\b(?:young|old)er\b", text[at : q.start], re.I)
        or re.search(aged, text[at : q.end + 15], re.I)
        or _BOTH_AGES.match(text, q.end)
    ) and "age" not in words_:
        if re.search(r"\d", before):  # "must not be larger than 5 MB or older than 30 days": the file's age, not the MB's
            name = owner_of(unit) or name
        return "age" if not name or system else f"{singular(name)} age"
    if (
        q.dimension == "money"
        and re.search(r"\s(?:and|or)\s*$", before)
        and (saved := re.match(r"\sof\s([a-z]+)", text[q.end : q.end + 30]))
    ):
        return f"{saved[1]} amount"  # "has a guarantor and more than 20,000 EUR of savings"
    if q.dimension == "other" and (tall := _TALLER.match(text[at : q.start])) and q.unit in _TALLER_IN[tall[1].lower()]:
        measure = _TALLER_IS[tall[1].lower()]
        return name if name.endswith(measure) else f"{singular(name)} {measure}"
    if q.dimension == "count":
        if re.match(r"number of|count|amount of", name):
            return name
        plural = q.noun if q.noun.endswith("s") else f"{q.noun}s"
        return f"number of {plural}" if q.noun else name
    if (
        not q.unit
        and words_en.ROLE.fullmatch(name)
        and re.match(r"(?:under|over|below|above|younger|older|at least|not)\b", text[at : q.start], re.I)
    ):
        return f"{singular(name)} age"
    if (named := re.match(r"\s(wide|high|tall|deep|thick|long)\b", text[q.end : q.end + 8])) and q.dimension in (
        "other",
        "length",
        "count",
    ):
        return f"{singular(name)} {_MEASURED[named[1]]}"
    if name and not system and words_[-1] not in _UNITS and (measure := _of_several_measures(text, unit, q)):
        return name if name.endswith(measure) else f"{singular(name)} {measure}"
    if q.dimension in ("other", "percent"):
        return "value" if words_en.ROLE.fullmatch(name) and q.unit else singular(name)
    if q.dimension == "size" and (
        kind := re.match(r"(?:[A-Z][A-Z\d]+\s)+(?=(?:files?|images?|documents?|photos?|videos?)$)", name)
    ):
        name = name[kind.end() :]
    if q.dimension == "duration" and (idle := re.match(r"\swithout\s((?:any\s|an?\s)?[a-z][\w-]*)", text[q.end : q.end + 40])):
        return f"time without {idle[1].removeprefix('any ')}"
    if (
        q.dimension == "duration"
        and name
        and not system
        and re.search(r"\b(?:expires?|(?<!\ba\s)(?<!\bthe\s)valid(?:ity)?)\b", text[max(0, at - 24) : at])
    ):
        return f"{singular(name)} age"
    head, suffix = _HEADS.get(q.dimension, (None, ""))
    relative = (
        _RELATIVE_TIME.match(text, q.end) if q.dimension == "duration" and not (head and name and head.search(name)) else None
    )
    if not name or system or relative:
        return _fallback_en(text, unit, q, words_ if not system else [])
    if head is not None and not head.search(name):
        return f"{singular(name)} {suffix}"
    return singular(name) if q.dimension == "money" else name


def _of_several_measures(text: str, unit: Unit, q: Quantity) -> str:
    """ "a parcel of more than 31.5 kg or more than 2 m in length": which of a thing's measures the number is, where it has several."""
    if q.unit not in _WEIGHTS and q.unit not in _LENGTHS:
        return ""
    if told := re.match(r"\sin\s(length|width|height|depth|diameter|weight|girth)\b", text[q.end : q.end + 14]):
        return told[1]
    others = _LENGTHS if q.unit in _WEIGHTS else _WEIGHTS
    both = any(found[1] in others for found in re.finditer(r"\d[\d.,]*\s?([A-Za-z]+)\b", unit.part.text))
    return ("weight" if q.unit in _WEIGHTS else "length") if both else ""


_MEASURED = {"wide": "width", "high": "height", "tall": "height", "deep": "depth", "thick": "thickness", "long": "length"}
_LENGTHS = words("m cm mm metres meters metre meter ft feet inches centimetres centimeters millimetres millimeters yards")
_WEIGHTS = words("kg g mg t grams tonnes tonne tons ton kilograms kilogrammes kilos lb lbs oz ounces")
_UNITS = _LENGTHS | _WEIGHTS
_DEGREES = ("°C", "°F", "℃", "degrees", "degrees Celsius")
_TALLER = re.compile(
    r"(?:(?:no|not)\s)?(high|tall|wid|narrow|deep|thick|thinn|heavi|light|warm|hott|cold|cool)er\sthan\s$", re.IGNORECASE
)
_TALLER_IS = {
    "high": "height", "tall": "height", "wid": "width", "narrow": "width", "deep": "depth", "thick": "thickness",
    "thinn": "thickness", "heavi": "weight", "light": "weight", "warm": "temperature", "hott": "temperature",
    "cold": "temperature", "cool": "temperature",
}  # fmt: skip
_TALLER_IN = {word: {"weight": _WEIGHTS, "temperature": _DEGREES}.get(name, _LENGTHS) for word, name in _TALLER_IS.items()}
"""What is compared by "higher than 2.10 m" of a vehicle: its height."""
_GENERIC_EN = frozenset(
    {
        "integer",
        "whole number",
        "number",
        "decimal",
        "value",
        "positive integer",
        "decimal number",
        "natural number",
        "integer number",
    }
)
_STAYS = re.compile(
    r"^(?:(?:the|an?|any|each|its)\s)?(?P<what>(?!it\b|they\b|this\b)[\w-]+(?:\s[\w-]+){0,3}?)\s(?P<verb>stays|remains|is|has been|has remained|was)\s"
    r"(?P<how>(?!not\b|at\b|above\b|below\b|in\b|over\b|under\b|for\b)[a-z]+)(?:\sfor)?\s*$",
    re.IGNORECASE,
)
_AND_IS = re.compile(
    r"(?:^|[,;:]\s|\b(?:if|when|that|while)\s)(?:(?:an?|the|any|every|each)\s)?(?P<who>it|they|[a-z-]+(?:\s[a-z-]+)?)\s"
    r"(?P<does>holds?|has|have|owns?|wears?|carries|shows?|pays?|lives|weighs?|measures|lasts|costs|is|are)\s[^,;:]{2,60}?\sand\s(?:is|are)\s*$",
    re.IGNORECASE,
)
_IN_ITS_PLACE = re.compile(
    r"^(?P<what>(?:The|An?)\s(?:[a-z-]+\s)?(?:temperature|pressure|humidity|speed|level|voltage|current|noise|load|concentration|brightness))\s"
    r"(?:in|inside|at|on|within)\s(?:the|an?|each|every|any)\s(?:[a-z-]+\s){1,3}?(?=(?:must|shall|should|may|can|will|has to|is)\b)",
    re.IGNORECASE,
)
""" "The temperature in the cold store shall be …": what is measured, not where."""
_AND_ALSO = re.compile(
    r"^(?P<who>(?:(?:The|An?|Each|Every|Any|Its)\s)?[A-Za-z][\w-]*(?:\s[\w-]+){0,3}?)\s(?P<must>must|shall|should|has to|have to|needs to)\s"
    r"(?!not\b|be\b)[a-z]+\s[^,;:]{2,60}?\sand\s(?:also\s|must\s)?(?P<also>have|contain|be|comprise|consist of)\s*$"
)
""" "A user name must start with a letter and have between …": the second verb is of the same thing."""
_FREE_STAY = re.compile(r"\b(?:is|are)\sfree(?:\sof\scharge)?\sfor\sstays\b", re.IGNORECASE)
_BOTH_AGES = re.compile(
    r"(?:\syears)?\s(?:and|but|or)\s(?:at\s(?:most|least)|(?:no|not)\s(?:more|less|older|younger)\sthan|(?:not\s)?(?:over|under|above|below)|up\sto)\s"
    r"\d+\s(?:years\sold|years\sof\sage)\b",
    re.IGNORECASE,
)
_WEIGHS = re.compile(
    r"(?P<what>[A-Za-z-]+)\s(?:(?:that|which)\s)?(?:(?:shall|must|may|can|should|will)\s(?:not\s)?)?weigh(?:s|ing)?\s*$",
    re.IGNORECASE,
)
_CHANGES = (
    ("extend|prolong", "extension"), ("increas|rais", "increase"), ("reduc|lower|decreas|shorten", "reduction"),
    ("delay", "delay"), ("postpon", "postponement"),
)  # fmt: skip
"""What a change "by at most …" is called."""


def _without_quantities(before: str) -> str:
    """ "the pressure is above 10 bar for" → "the pressure is for": what another comparison says names nothing here."""
    return re.sub(
        r"\s(?:above|below|over|under|at least|at most|more than|less than|up to|exceeds)\s-?[\d.,]+\s?(?:%|[°A-Za-z/]+)?(?=\s)",
        "",
        before,
    )


def _told_by_verb(before: str, q: Quantity, *, since: bool) -> str:
    """A name that the verb gives: "a parcel that weighs" → "parcel weight", "the door stays open for" → "time the door stays open"."""
    if weighs := _WEIGHS.search(before):
        return f"{weighs['what'].lower()} weight"
    if q.dimension == "duration" and not since and (stays := _STAYS.match(before.strip())):
        verb = stays["verb"].lower()
        what = re.sub(r"\s(?:that|which|who)$", "", stays["what"])
        return f"time the {what.lower() if not what[:2].isupper() else what} {verb} {stays['how']}"
    return ""


def _fallback_en(text: str, unit: Unit, q: Quantity, words: list[str]) -> str:
    """A name for a value whose thing the clause names after it or not at all."""
    after = text[q.end : q.end + 60]
    if q.dimension == "duration":
        if done := re.match(r"\s?(?:after|since)\s(?:it|they|he|she)\s(?:was|were|has been|have been|is)\s([a-z]+)", after, re.I):
            return f"time since the {owner_of(unit).lower()} was {done[1]}" if owner_of(unit) else f"time since being {done[1]}"
        if since := re.match(
            r"\s?(?P<when>of|after|since|from|before|prior to)\s(?:the\s|its\s|a\s|an\s)?([a-z][\w-]*(?:\s[a-z][\w-]*)?)",
            after,
            re.I,
        ):
            noun = " ".join(w for w in since[2].split() if w.lower() not in STOPS and w.lower() != "per")
            if noun:
                when = since["when"].lower()
                within = re.search(r"\b(?:within|up to|no later than)\s(?:the first\s)?$", text[: q.start][-24:], re.I)
                return (
                    f"{noun} time"
                    if when == "of" and not within
                    else f"time before {noun}"
                    if when in ("before", "prior to")
                    else f"time since {noun}"
                )
        clause = unit.part.text.lower()
        return next((name for stem, name in _TIMES if stem in clause), "time")
    if q.dimension in ("size", "length", "money"):
        named = re.match(r"\s(?:long\s)?([a-z][\w-]*)\b", after)
        word = named[1] if named and named[1] not in STOPS and named[1] not in FILLERS else ""
        return f"{singular(word)} {_HEADS[q.dimension][1]}" if word else ""
    return ""

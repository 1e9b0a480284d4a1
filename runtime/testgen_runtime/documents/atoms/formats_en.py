"""Formats that an English rule states: "two letters followed by six digits", "in the format YYYY-MM-DD", "only letters and digits",
"a valid e-mail address"."""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.documents.atoms import words_en
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.nouns_en import noun_phrase, singular
from testgen_runtime.documents.atoms.written import DATE_OR_TIME, EXPRESSION, MASK, Mention, of_date, of_expression, of_mask
from testgen_runtime.documents.model import CharClass, KnownFormat, Run

_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "single": 1, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "twenty": 20,
}  # fmt: skip
_N = rf"(?:\d{{1,3}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_CLASSES: tuple[tuple[str, tuple[CharClass, ...], str], ...] = (
    (r"upper[- ]?case letters?(?: [A-Z] ?(?:to|-|–) ?[A-Z])?|capital letters?|capitals", ("upper",), ""),
    (r"lower[- ]?case letters?", ("lower",), ""),
    (
        r"alpha-?numeric(?:al)? characters?|alpha-?numerics?|letters (?:or|and) (?:digits|numbers|numerals)",
        ("letter", "digit"),
        "",
    ),
    (r"hex(?:adecimal)? (?:digits?|characters?)", ("hex",), ""),
    (r"(?:latin |ascii |english )?letters?(?! of)|alphabetic(?:al)? characters?", ("letter",), ""),
    (r"(?:decimal |numeric )?digits?|numerals?|numbers(?! of)|numeric characters?", ("digit",), ""),
    (r"hyphens?|dash(?:es)?", (), "-"),
    (r"underscores?", (), "_"),
    (r"full stops?|periods|dots?", (), "."),
    (r"(?:forward )?slash(?:es)?", (), "/"),
    (r"colons?", (), ":"),
    (r"commas?", (), ","),
    (r"apostrophes?", (), "'"),
    (r"plus signs?", (), "+"),
    (r"at signs?", (), "@"),
    (r"(?:white)?spaces?|blanks?", ("space",), ""),
    (r"(?:printable |arbitrary )?characters?", ("any",), ""),
)
_CLASS = "|".join(f"(?P<c{i}>{words})" for i, (words, _, _) in enumerate(_CLASSES))
_ITEM = re.compile(
    r"(?:the\s)?(?:(?:letters?|prefix|suffix|character|text)\s)(?P<bare>(?-i:[A-Z][A-Z0-9]{0,5}-?))(?![\w-])|"
    rf"(?:(?:exactly|always|by)\s)?(?:between\s(?P<from>\d{{1,3}})\sand\s(?P<to>\d{{1,3}})\s|(?P<least>{_N})\s?(?:to|-|–|or)\s?(?P<most>{_N})\s|"
    rf"(?P<up>up to|at most)\s(?P<upto>{_N})\s|(?P<more>one or more|at least one)\s|(?P<n>{_N})\s(?:single\s)?|the\s)?(?:{_CLASS})\b"
    r"|(?:the\s|a\s|an\s)?(?:(?:fixed\s)?(?:prefix|suffix|letters?|text|string|character|code|year|word)\s)?"
    r"[\"“'‘](?P<fixed>[^\s\"”'’]{1,12})[\"”'’]",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"\s*(?:,\s*)?(?:(?:which\s(?:is|are)\s)?(?:immediately\s|directly\s)?followed\sby|and\s(?:then|end(?:s|ing)?\swith)|then|plus|and)\s+|\s*,\s*",
    re.IGNORECASE,
)
_SEQUENCE_LEAD = re.compile(
    r"\b(?:consists? of|consisting of|composed of|comprises?|made up of|made of|of the form|in the form(?: of)?|in the format|"
    r"(?:entered|written|given|typed|recorded|stored|printed|submitted) as|the format|starts? with|starting with|begins? with|beginning with|have|has|be|is|contains?|with)\s+",
    re.IGNORECASE,
)
_ORDERED = re.compile(r"consist|compos|compris|made|.* as\b", re.IGNORECASE)
_ONLY_LEAD = re.compile(
    r"\b(?:(?:contain|consist of|include|use|comprise|have|be made up of|be composed of|accept)s?\s(?:only|solely|exclusively|nothing but)|"
    r"only\s(?:contain|consist of|include|use|accept)s?|consists?\s(?:only|solely|exclusively|entirely)\sof|(?:be|is|are)\s(?:limited|restricted)\sto)\s+",
    re.IGNORECASE,
)
_ONLY_TAIL = re.compile(r"\s+(?:only\b|are (?:the only|allowed|permitted)|(?:and|but) (?:no|nothing|not)\b)", re.IGNORECASE)
_ALLOWED = re.compile(r"\s(?:are|is|may|can|shall|must|will)\b|\s?$|[,.;]", re.IGNORECASE)
_NUMERIC = re.compile(
    r"\b(?:must|shall|should|has to|have to|needs? to|is|are)\s(?:only\s)?(?:be\s)?(?:entirely\s|purely\s|strictly\s)?(?P<word>alpha-?numeric|alphabetic|numeric|"
    r"hexadecimal|(?:written\s)?in (?:capitals|upper[- ]?case|lower[- ]?case)|upper[- ]?case|lower[- ]?case)(?=[\s,.;]|$)(?!\s(?:letter|character|value|digit))",
    re.IGNORECASE,
)
_SORTS: dict[str, tuple[CharClass, ...]] = {
    "alphan": ("letter", "digit"), "alpha-": ("letter", "digit"), "alphab": ("letter",), "numeri": ("digit",),
    "hexade": ("hex",),
}  # fmt: skip
_KNOWN: tuple[tuple[str, KnownFormat], ...] = (
    (r"e-?mail(?: address)?", "e-mail"), (r"URLs?|URIs?|web address", "url"), (r"IPv4(?: address)?|IP address", "ipv4"),
    (r"IPv6(?: address)?", "ipv6"), (r"UUIDs?|GUIDs?", "uuid"), (r"post(?:al |-)?codes?|ZIP(?: code)?", "postal code"),
    (r"(?:tele|mobile )?phone(?: number)?|telephone number|E\.164(?: number| format)?", "phone"), (r"IBANs?", "iban"), (r"ISBNs?", "isbn"),
    (r"MAC address", "mac address"), (r"ISO 4217(?: currency)?(?: code)?|currency code", "currency code"),
    (r"ISO 3166(?:-1)?(?: alpha-[23])?(?: country)?(?: code)?|country code", "country code"),
    (r"ISO 639(?:-\d)?(?: language)?(?: code)?", "language code"), (r"host ?name|domain name", "hostname"), (r"JSON(?: document| object)?", "json"),
    (r"XML(?: document)?", "xml"), (r"(?:ISO 8601|RFC 3339)(?: UTC)? (?:date[- ]?time|timestamp)s?", "date-time"),
    (r"(?:ISO 8601|RFC 3339)(?: calendar)?(?: dates?)?|calendar date|date", "date"), (r"time of day", "time"),
)  # fmt: skip
_NAME = "|".join(f"(?P<k{i}>{words})" for i, (words, _) in enumerate(_KNOWN))
_VALID = re.compile(
    rf"\b(?:(?:syntactically )?(?:valid|correct|well-formed)|(?:in|of|follow\w*|match\w*|have|has|conform\w* to|comply with|per|according to)\s(?:an?\s|the\s)?(?:format of\s(?:an?\s)?)?"
    rf"(?=(?:{'|'.join(words for words, _ in _KNOWN)})\s(?:format|syntax|notation)|(?:ISO|RFC|E\.)\s?\d))\s?(?:{_NAME})\b(?:\s(?:format|syntax|notation))?",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:format|form|pattern|mask|template|structure|notation)\s(?:is\s|of\s|be\s|shall be\s|must be\s|:\s?)?[\"“'‘`]?$",
    re.IGNORECASE,
)
_MATCHES = re.compile(
    r"\b(?:regular expression|regex|pattern|expression)\s(?:of\s|is\s|:\s?)?[\"“'‘`]?(?=[\[\\^A-Za-z0-9])", re.IGNORECASE
)
_EXAMPLE = re.compile(
    r"\b(?:e\.g\.|for example|such as|for instance|like),?\s[\"“'‘]?(?P<value>[\w@.:/+-]*\d[\w@.:/+-]*|[\w.+-]+@[\w.-]+)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"\b(?:consists?|comprises?|contains?|is|are|has|have|starts?|begins?|match(?:es)?|uses?|follows?)\b", re.IGNORECASE
)
_PLACE = re.compile(
    r"[a-z -]{1,60}?\b(?:allowed|permitted|accepted|valid) (?:in|for|as) (?:the |an? )?(?P<name>[\w -]{2,40}?)(?: fields?)?(?=[.,;]|$)",
    re.I,
)
_WHICH = re.compile(
    r"\b(?:an?|the|its|their|his|her)\s(?P<name>(?!(?:an?|the|its|their|his|her)\b)[a-z]+(?:\s[a-z]+){0,2}),?\s(?:which|that)\s$",
    re.IGNORECASE,
)
"""The thing before "which": "by entering its reference, which consists of two letters"."""
_ARTICLES = re.compile(r"^(?:an?|the|each|every|any|all|its|his|her|their)\s", re.IGNORECASE)
_ENTERED = re.compile(
    r"\b(?:accept|enter|provide|specify|store|send|show|display|export|give|supply|return|render|print|write|use|present|format|log|record|report)s?\s+(?:only\s)?",
    re.IGNORECASE,
)
_LONGEST: Final = 12
"""Runs in one format: more is no format that a sentence tells."""


def formats_in_english(unit: Unit, topic: str) -> list[Mention]:
    """The formats of one English rule, at most one for each way of telling them."""
    text = unit.part.text
    found = _dated(text) or _masked(text) or _sequence(text) or _only(text) or _sort(text) or _valid(text)
    if found is None:
        return []
    syntax, known, start, end = found
    subject = _subject(unit, text, start, known, topic)
    if not subject:
        return []
    example = _EXAMPLE.search(text, end)
    at = unit.part.start
    return [
        Mention(subject, text[start:end], syntax, known, example["value"].rstrip(".") if example else "", at + start, at + end)
    ]


_Found = tuple[tuple[Run, ...], KnownFormat | None, int, int]


def _dated(text: str) -> _Found | None:
    match = DATE_OR_TIME.search(text)
    if match is None:
        return None
    syntax, known = of_date(match[0])
    return syntax, known, match.start(), match.end()


def _masked(text: str) -> _Found | None:
    if (lead := _MATCHES.search(text)) and (written := EXPRESSION.match(text, lead.end())) and re.search(r"[\[\\{]", written[0]):
        written_ = written[0].rstrip(".")
        return of_expression(written_), None, written.start(), written.start() + len(written_)
    for match in MASK.finditer(text):
        if _CALLED.search(text[max(0, match.start() - 40) : match.start()]):
            return of_mask(match[0]), None, match.start(), match.end()
    return None


def _sequence(text: str) -> _Found | None:
    """ "starts with two letters followed by six digits": items that follow each other."""
    for lead in _SEQUENCE_LEAD.finditer(text):
        runs: list[Run] = []
        at, end, told = lead.end(), lead.end(), False
        while len(runs) < _LONGEST and (item := _ITEM.match(text, at)):
            run = _run(item)
            if run is None:
                break
            runs.append(run)
            end = item.end()
            joint = _JOIN.match(text, end)
            if joint is None:
                break
            told = told or re.search(r"follow|then|plus|end", joint[0], re.IGNORECASE) is not None
            at = joint.end()
        ordered = told or _ORDERED.match(lead[0]) is not None
        if len(runs) >= 2 and ordered:
            return tuple(runs), None, lead.end(), end
        if len(runs) == 1 and re.match(r"consist|made up", lead[0], re.IGNORECASE) and "any" not in runs[0].classes:
            return tuple(runs), None, lead.end(), end
        if len(runs) == 1 and re.match(r"start|begin", lead[0], re.IGNORECASE):
            return (*runs, Run(("any",), "", 0, None)), None, lead.start(), end
    return None


def _run(item: re.Match[str]) -> Run | None:
    if fixed := item["fixed"] or item["bare"]:
        return Run((), fixed)
    number = next(i for i in range(len(_CLASSES)) if item[f"c{i}"])
    _, classes, also = _CLASSES[number]
    least: int = 1
    most: int | None = 1
    if item["from"]:
        least, most = int(item["from"]), int(item["to"])
    elif item["least"]:
        least, most = _number(item["least"]), _number(item["most"])
    elif item["upto"]:
        least, most = 0, _number(item["upto"])
    elif item["more"]:
        least, most = 1, None
    elif item["n"]:
        least = most = _number(item["n"])
    elif classes:
        most = None
    return Run(classes, also, least, most) if least <= (most or least) else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _WORDS[word.lower()]


def _only(text: str) -> _Found | None:
    """ "shall contain only letters, digits and hyphens": one run of these characters."""
    if (lead := _ONLY_LEAD.search(text)) and (found := _set_of(text, lead.end())):
        return (found[0],), None, lead.start(), found[1]
    for item in _ITEM.finditer(text):
        if item["fixed"] is None and item["bare"] is None and item["n"] is None and (found := _set_of(text, item.start())):
            before = re.search(r"\bonly\s$", text[: item.start()], re.IGNORECASE)
            if (before and _ALLOWED.match(text, found[1])) or _ONLY_TAIL.match(text, found[1]):
                return (found[0],), None, item.start(), found[1]
            return None
    return None


def _set_of(text: str, at: int) -> tuple[Run, int] | None:
    classes: list[CharClass] = []
    also = ""
    end = at
    least, most = 1, None
    for _ in range(_LONGEST):
        item = _ITEM.match(text, at)
        run = _run(item) if item else None
        if item is None or run is None or "any" in run.classes:
            break
        classes += [c for c in run.classes if c not in classes]
        also += run.also
        end = item.end()
        joint = re.compile(r"\s*,?\s*(?:and|or)\s+|\s*,\s*").match(text, end)
        if joint is None:
            break
        at = joint.end()
    return (Run(tuple(classes), also, least, most), end) if classes else None


def _sort(text: str) -> _Found | None:
    match = _NUMERIC.search(text)
    if match is None:
        return None
    word = match["word"].lower()
    classes = next((sort for start, sort in _SORTS.items() if word.startswith(start)), None)
    classes = classes or (("lower",) if "lower" in word else ("upper",))
    return (Run(classes, "", 1, None),), None, match.start("word"), match.end("word")


def _valid(text: str) -> _Found | None:
    for match in _VALID.finditer(text):
        number = next(i for i in range(len(_KNOWN)) if match[f"k{i}"])
        if re.match(r"\s(?:card|payment|licen[cs]e|certificate|account)", text[match.end() :]):
            continue
        return (), _KNOWN[number][1], match.start(), match.end()
    return None


def _end_of_verb(text: str, start: int) -> int:
    """Where to look for "… are allowed in the account number": at the wording, where it opens the rule."""
    return start if re.fullmatch(r"\s*(?:only\s)?", text[:start], re.IGNORECASE) else len(text)


def _subject(unit: Unit, text: str, start: int, known: KnownFormat | None, topic: str) -> str:
    """What is written so: the thing that the rule is about, else the thing that the system takes, else what the format names."""
    modal = words_en.MODAL.search(text) or _PLAIN.search(text)
    before = text[: modal.start()] if modal and modal.start() < start else ""
    if place := _PLACE.match(text, _end_of_verb(text, start)):
        before = place["name"]
    elif which := _WHICH.search(before):
        return singular(which["name"])
    name = noun_phrase(before)
    if name and name.split()[-1].lower() not in words_en.SYSTEM and not words_en.ROLE.fullmatch(name.split()[-1]):
        return singular(name)
    if known and not DATE_OR_TIME.match(text, start):
        named = _VALID.match(text, start)
        inner = next((named[f"k{i}"] for i in range(len(_KNOWN)) if named[f"k{i}"]), "") if named else ""
        if inner and not re.search(r"ISO|RFC|E\.164", inner):
            return inner
    if (entered := _ENTERED.search(text)) and entered.end() < start:
        inner = re.split(r"\s(?:in|as|that|which|with|of the|consisting|matching)\s", text[entered.end() : start])[0]
        name = noun_phrase(_ARTICLES.sub("", inner))
        if name:
            return singular(name)
    return singular(noun_phrase(text[:start])) or noun_phrase(topic) or (known or "")

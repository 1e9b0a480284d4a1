"""Values that an English rule names: "one of JPG and PNG", "the formats CSV and PDF", "supports Chrome and Firefox"."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms import lists
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.enumerated import Mention
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.vocabulary import words

_CLASS_EN = (
    r"formats?|file types?|types?|kinds?|values?|methods?|currenc(?:y|ies)|languages?|options?|extensions?|"
    r"protocols?|modes?|categor(?:y|ies)|"
    r"levels?|priorit(?:y|ies)|countr(?:y|ies)|regions?|colou?rs?|units?|operators?|encodings?|algorithms?|"
    r"channels?|browsers?|versions?|"
    r"media types?|content types?|payment methods?|card(?: type)?s?|brands?|sizes?|genders?|titles?|reasons?|"
    r"classes|class|plans?|tiers?"
)
_HEAD_EN = re.compile(
    rf"\b(?P<subject>(?:[A-Za-z][\w-]*\s){{0,2}}?(?P<class>{_CLASS_EN}))(?:\s(?:shall be|must be|are|is|may be|can "
    rf"be|be|of|shall only be|limited to))?"
    r"(?:\s(?:only|either|one of|one of the following))?(?:\s(?:the following|values?))?\s?[:：]?\s+(?=[A-Z0-9“\"'‘.])",
)
_ONE_OF_EN = re.compile(
    r"\b(?:(?:shall|must|may|can|should) (?:only )?be|is|are|has to be|be)\s(?:only\s)?"
    r"(?:one of(?: the (?:following|values?)(?: values)?)?|either|limited to|restricted to)\s?[:：]?\s?",
    re.IGNORECASE,
)
_FOLLOWING_EN = re.compile(
    r"\b(?:the|only the|these)\s(?:following\s)?(?P<class>[a-z][a-z-]*(?:\s[a-z][a-z-]*){0,2}?)\s"
    r"(?:are|is|(?:shall|must|may|can|will|should)\s(?:only\s)?be)\s"
    r"(?P<done>supported|accepted|allowed|permitted|available|valid|possible|offered|used|selectable|selected)\s?[:：]\s",
    re.IGNORECASE,
)
"""What announces a list by its class: "The following payment methods are supported: …"."""
_AVAILABLE_EN = re.compile(
    r"\b(?P<class>[a-z]+s)\s(?:available|supported|accepted|allowed|permitted|possible|offered)(?:\s(?:for|in|at|by|on)\s[a-z ]{2,40}?)?\s?[:：]\s",
    re.IGNORECASE,
)
"""The same as a note: "Colours available for the frame: …"."""
_ONE_OF_FOLLOWING_EN = re.compile(
    r"\bone\sof\s(?:the\s(?:following|listed)|these|the)\s(?P<class>[a-z][a-z-]*(?:\s[a-z][a-z-]*)?)\s?[:：]\s", re.IGNORECASE
)
"""The same behind a demand: "must belong to one of the following categories: …"."""
_MOST_WORDS = 4
"""Of one value in such a list; a longer one is a clause."""
_BEFORE_ONE_EN = re.compile(r"(?:[A-Za-z][\w-]*\s){1,5}$")
_AFTER_LIST_EN = re.compile(rf"\s+(?P<class>{_CLASS_EN}|files?|documents?|images?|cards?|requests?)\b", re.IGNORECASE)
_TAKES_EN = re.compile(
    r"\b(?P<verb>accepts?|supports?|allows?|permits?|reject|refuse|offers?|only)\s(?:only\s)?(?:the\s)?(?=[A-Z0-9“\"'‘.])"
)
_BEFORE_LIST_EN = re.compile(r"\b(?:in|as|of|with|by|via|through|using|to|from)\s(?:the\s|an?\s)?(?=[A-Z0-9“\"'‘.])")
_BEFORE_WORDS_EN = re.compile(
    r"\b(?:by|via|with|using|through|in|as|to|be|are|is|from|for|on|of|either|accepts?|supports?|chooses?|selects?|offers?|allows?|permits?|takes?|has|have)\s"
    r"(?:only\s)?(?:either\s|one of\s|the following:?\s|the\s|an?\s)?",
    re.I,
)
_CLOSED_EN = re.compile(
    r"\bonly\b|\bone of\b|\beither\b|must be|shall be|limited to|restricted to|\baccepts?\b|\ballowed\b|\bpermitted\b|\bvalid\b",
    re.I,
)


def announced(text: str) -> str:
    """What a sentence that announces such a list says of each value ("The payment method is supported"); "" where it is none."""
    told = _FOLLOWING_EN.search(text)
    return f"The {singular(told['class'].strip())} is {told['done']}" if told else ""


def values_in_english(text: str, offset: int, unit: Unit) -> Mention | None:
    """The first list of values in a rule's own text, which begins at `offset`."""
    refused = unit.verdict == "refuse"
    text = lists.without_repeats(text)
    if (one := _ONE_OF_EN.search(text)) and (values := lists.at(text, one.end(), len(text), loose=True)):
        named = _BEFORE_ONE_EN.search(text[: one.start()][-120:])
        before = re.sub(r"^(?:the|a|an|each|every)\s", "", named[0].strip() if named else "", flags=re.I)
        before = re.sub(r"^([\w-]+(?:\s[\w-]+)?) of (?:an?|the|each|every) ([\w-]+)$", r"\2 \1", before)
        if re.match(r"\s(?:files?|documents?|images?|pictures?|photos?)\b", text[values.end :], re.I):
            before = "format"  # "uploads shall be limited to JPG and PNG files"
        return Mention(
            before,
            values.values,
            refused,
            True,
            offset + one.start() - (len(named[0]) if named else 0),
            offset + values.end,
        )
    if told := _FOLLOWING_EN.search(text):
        values = lists.han(text, told.end(), len(text.rstrip(" .")))
        if len(values.values) >= 2 and all(len(value.split()) <= _MOST_WORDS for value in values.values):
            members = tuple(re.sub(r"^(?:an?|the)\s", "", value) for value in values.values)
            subject = singular(told["class"].strip())
            return Mention(subject, members, refused, True, offset + values.start, offset + values.end)
    if told := _ONE_OF_FOLLOWING_EN.search(text) or _AVAILABLE_EN.search(text):
        values = lists.han(text, told.end(), len(text.rstrip(" .")))
        if len(values.values) >= 2 and all(len(value.split()) <= _MOST_WORDS for value in values.values):
            return Mention(
                singular(told["class"]), values.values, refused, True, offset + told.start("class"), offset + values.end
            )
    for head in _HEAD_EN.finditer(text):
        values = lists.at(text, head.end(), len(text))
        if values and len(values.values) >= 2:
            closed = _CLOSED_EN.search(text[: values.end]) is not None
            subject = singular(
                re.sub(
                    r"^(?:(?:permissible|permitted|allowed|valid|supported|accepted|acceptable|possible|available)\s)+",
                    "",
                    re.sub(r"^(?:the|a|an|following|only|accept|accepts|support|supports|of|in)\s", "", head["subject"]),
                    flags=re.I,
                )
            )
            return Mention(
                _last_words(subject), values.values, refused, closed, offset + head.start("class"), offset + values.end
            )
    for takes in _TAKES_EN.finditer(text):
        values = lists.at(text, takes.end(), len(text))
        if values and len(values.values) >= 2:
            after = _AFTER_LIST_EN.match(text, values.end)
            word = after["class"].lower() if after else ""
            subject = "format" if word in ("", "file", "files", "document", "documents", "image", "images") else singular(word)
            if not after and not re.search(r"file|format|upload|image|document|export|import", text, re.I):
                continue
            closed = not takes["verb"].lower().startswith("support") or "only" in text.lower()
            return Mention(subject, values.values, refused, closed, offset + values.start, offset + values.end)
    for lead in _BEFORE_LIST_EN.finditer(text):
        values = lists.at(text, lead.end(), len(text))
        if values and len(values.values) >= 2 and (after := _AFTER_LIST_EN.match(text, values.end)):
            word = after["class"].lower()
            if word in ("request", "requests"):
                continue
            subject = "format" if word.rstrip("s") in ("file", "document", "image") else singular(word)
            return Mention(
                subject, values.values, refused, _CLOSED_EN.search(text) is not None, offset + values.start, offset + values.end
            )
    first = re.match(r"(?:only\s+)?", text, re.I)
    if first and (values := lists.at(text, first.end(), len(text))) and len(values.values) >= 2:
        after = _AFTER_LIST_EN.match(text, values.end)
        if after and after["class"].lower() not in ("request", "requests"):
            word = after["class"].lower()
            subject = "format" if word.rstrip("s") in ("file", "document", "image") else singular(word)
            return Mention(
                subject, values.values, refused, first[0] != "" or not refused, offset + values.start, offset + values.end
            )
    return None


_ANY_OTHER_CLASS = re.compile(
    r"\b(?:(?:any|all|every|no) others?|all(?: the)? remaining|another|an? (?:different|unknown|unsupported|unlisted|undefined)|other) (?P<class>(?:[a-z][a-z-]*\s)?(?!(?:leads?|results?|causes?|gets?)\b)[a-z][a-z-]*)(?=\s(?:shall|must|may|"
    r"can|cannot|will|should|is|are|and|or|leads?|has|have|than|fails?|gets?|in|to|with|at|of|for)\b|[.,;:]|$)",
    re.I,
)
_FAMILIES = {
    "browser": "chrome firefox safari edge opera",
    "currency": "eur usd gbp chf cny jpy hkd sek nok dkk pln cad aud inr sgd",
    "language": "english german french spanish italian chinese japanese portuguese dutch polish russian arabic korean",
    "method": "get post put patch delete head options",
    "format": "csv xlsx pdf json xml docx html txt odt yaml jpg jpeg png gif bmp tiff webp svg mp3 mp4 avi mov wav zip rar tar",
    "operating system": "windows linux macos ios android",
    "day": "monday tuesday wednesday thursday friday saturday sunday",
}


def class_told_elsewhere(text: str, offset: int, unit: Unit, whole: str) -> Mention | None:
    """ "… payments in EUR, GBP and CHF. A payment in any other currency …": what the list is of is told where it ends."""
    other = _ANY_OTHER_CLASS.search(whole)
    if other is None or unit.verdict == "refuse" or unit.otherwise:
        return None
    text = lists.without_repeats(text)
    for start in re.finditer(r"(?<![\w-])(?=[A-Z“\"'‘])", text):
        values = _names_at(text, start.start(), other["class"].lower()) if start.start() else None
        if values and len(values.values) >= 2:
            return Mention(
                singular(other["class"].lower()), values.values, False, True, offset + values.start, offset + values.end
            )
    after_class = re.compile(
        rf"\b{re.escape(singular(other['class'].lower().split()[-1]))}(?:s|es)?\s(?:are\s|is\s)?(?!of\b)", re.I
    )
    for start in (*after_class.finditer(text), *_BEFORE_WORDS_EN.finditer(text)):
        values = lists.to_the_end(text, start.end())
        if values is None or not _is_list_of_names(values, text):
            values = lists.at(text, start.end(), len(text), loose=True)
        if values and any(value[:1].isdigit() for value in values.values):
            continue  # "4, 8, 16 or 32 players" are numbers of something
        if values and _is_list_of_names(values, text, singular(other["class"].lower().split()[-1])):
            named = tuple(re.sub(r"^(?:an?|the)\s", "", value) for value in values.values)
            if (own := _own_subject(text[: start.end()])) and other["class"].lower() not in own:
                # "the sticker of the car is green or yellow; … a plate of another length": the list is not of lengths
                return Mention(own, named, False, True, offset + values.start, offset + values.end)
            return Mention(singular(other["class"].lower()), named, False, True, offset + values.start, offset + values.end)
    return None


def _names_at(text: str, start: int, kind: str) -> lists.Values | None:
    """The list of names that begins at `start`, also where those behind the first are written small ("Visa or girocard")."""
    values, whole = lists.at(text, start, len(text)), lists.at(text, start, len(text), loose=True)
    inside = re.search(r"(?:,|\b(?:or|and))\s(?:an?\s|the\s)?$", text[:start]) is not None
    if values is None or whole is None or inside or len(whole.values) <= len(values.values):
        return values
    named = all(" " not in value or value[:1].isupper() for value in whole.values)
    joined = re.search(r"\s(?:or|and)\s", text[values.start : whole.end]) is not None
    ends = any(_is_list_of_names(whole, text, singular(word)) for word in kind.split())
    return whole if named and joined and ends else values


_SUBJECT_IS = re.compile(
    r"(?:^|[,;:\n-]|\b(?:and|if|when|that|provided)\s)\s*(?:the|its|an?|their)\s(?P<noun>[a-z][a-z-]*(?:\s[a-z][a-z-]*){0,2}?)"
    r"(?:\sof\s(?:the|an?|its)\s[a-z-]+)?\s(?:is|are|(?:shall|must|may|can) be)\s(?:either\s)?$",
    re.I,
)


def _own_subject(before: str) -> str:
    """What a list right after "is" is said of: "the emission sticker of the car is" → "emission sticker"; "" where that is open."""
    found = _SUBJECT_IS.search(before)
    return found["noun"].lower() if found else ""


_NO_VALUE = words(
    "other another different any each every all same new valid invalid missing wrong further such this that no second third larger "
    "smaller longer shorter higher lower"
)


def turned_away_in_english(text: str, offset: int, known: list[Mention]) -> Mention | None:
    """ "A car with a red sticker … is rejected": a value of a list that was told before, named by the list's own noun."""
    for mention in known:
        noun = mention.subject.split(" of ")[0].split()[-1] if mention.subject else ""
        if len(noun) < 4 or mention.refused:
            continue
        for found in re.finditer(rf"\b(?:an?|the)\s(?P<value>[A-Za-z][a-z-]*)\s{re.escape(noun)}s?\b", text):
            value = found["value"].lower()
            if value not in (*_NO_VALUE, *mention.values, *mention.subject.lower().split()) and len(mention.values) > 1:
                start = offset + found.start("value")
                return Mention(mention.subject, (found["value"],), True, False, start, start + len(value))
    return None


_NO_NAME = words(
    "the a an it its they them this that these those be is are was were has have shall must may can will not only more less at by with "
    "from than least most each every any all other both either valid and or if when any stored sent shown logged"
)


_ONLY_AFTER = re.compile(r"(?P<class>\s[a-z]+(?:\s[a-z]+)?)??\s(?:only|exclusively)(?=\s*(?:[.,;:)]|$))")
_ONLY_BEFORE = re.compile(
    r"\b(?:only|exclusively)\s(?!if\b|when\b|while\b|after\b|once\b|who\b|for\b|be\b)(?P<between>(?:[a-z]+(?:'s)?\s){0,6})$", re.I
)
_OF_CLASS = re.compile(rf"\b(?P<class>(?<=the\s)[a-z]{{3,}}s|{_CLASS_EN})\s$", re.I)
_LED_IN = re.compile(r"(?:as|in|on|at|via|by|with|using|through)\s(?:an?\s|the\s)?$", re.I)
_BY_WHOM = re.compile(r"\bbe\s(?:only\s|exclusively\s)?[a-z]+\s(?:only\s|exclusively\s)?by\s(?:an?\s|the\s)?$", re.I)
_OF_FILES = re.compile(r"(?:up|down)?load(?:s|ed)?|(?:ex|im)port(?:s|ed)?|saved?|saves|attach(?:es|ed)?", re.I)
_PAYS = re.compile(r"pay(?:s|ing)?|paid", re.I)


def only_these(text: str, offset: int, unit: Unit) -> Mention | None:
    """ "Guests can upload JPEG or PNG files only": values that "only" stands with, whoever does it; None where they are roles."""
    if unit.verdict == "refuse" or unit.otherwise or unit.conditions or not re.search(r"\b(?:only|exclusively)\b", text, re.I):
        return None
    for start in re.finditer(r"(?<![\w-])(?=[A-Z“\"'‘.])", text):
        values = lists.at(text, start.start(), len(text))
        if values is None or len(values.values) < 2 or re.match(r"only\b", values.values[0], re.I):
            continue
        if any(ROLE.fullmatch(value.split()[-1]) or _A_TIME.fullmatch(value) for value in values.values):
            continue
        before, named = text[max(0, values.start - 160) : values.start], _AFTER_LIST_EN.match(text, values.end)
        after, ahead = _ONLY_AFTER.match(text, values.end), _ONLY_BEFORE.search(before)
        if _BY_WHOM.search(before) and not named and not _PAYS.search(before):
            continue  # "be signed by Signallers only"
        if ahead and not (
            named or (ahead["between"] and (_LED_IN.search(before) or _OF_CLASS.search(before) or _class_of("", text)))
        ):
            ahead = None
        if after or ahead:
            kind = named["class"].lower() if named else (after["class"] or "").strip() if after else ""
            of_class = None if kind else _OF_CLASS.search(before)
            subject = singular(of_class["class"].lower()) if of_class else _class_of(kind, text)
            subject = subject or _family(values.values)
            return Mention(subject or "option", values.values, False, True, offset + values.start, offset + values.end)
    return None


_A_TIME = re.compile(r"\d[\d.,:]*(?:\s?[ap]m)?", re.I)


def _class_of(kind: str, text: str) -> str:
    """What values are of that a rule calls `kind`, or that are named after what is done: pay → payment method."""
    if kind and kind.rstrip("s") not in ("file", "document", "image", "request"):
        return singular(kind)
    if kind.rstrip("s") in ("file", "document", "image") or _verb(_OF_FILES, text):
        return "format"
    return "payment method" if _verb(_PAYS, text) else ""


def _verb(verb: re.Pattern[str], text: str) -> bool:
    return any(verb.fullmatch(word) for word in re.findall(r"[A-Za-z]+", text))


def _is_list_of_names(values: lists.Values, text: str, kind: str = "") -> bool:
    """Whether words in small letters are the values of a list: joined by "or" or three of them, and the clause ends there."""
    joined = re.search(r"\sor\s", text[values.start : values.end]) is not None or len(values.values) >= 3
    plain = all(not _NO_NAME & set(re.sub(r"^(?:an?|the)\s", "", value).lower().split()) for value in values.values)
    ends = bool(kind) and re.match(rf"\s{re.escape(kind)}(?:s|es)?\b", text[values.end :], re.I) is not None
    ends = ends or re.match(r"\s*(?:[.,;:)]|$|only\b|at\b|before\b|in\b|and no\b|for\b)", text[values.end :]) is not None
    return len(values.values) >= 2 and joined and plain and ends


def _family(values: tuple[str, ...]) -> str:
    """What well-known values are: "English", "French" → "language"; "" for others."""
    named = {value.lower().lstrip(".") for value in values}
    return next((kind for kind, members in _FAMILIES.items() if named <= set(members.split())), "")


def of_a_family(text: str, offset: int, unit: Unit) -> Mention | None:
    """ "supports Chrome, Firefox and Safari": well-known values need no word for what they are."""
    for start in re.finditer(r"(?<![\w-])(?=[A-Z])", text):
        values = lists.at(text, start.start(), len(text))
        if values and len(values.values) >= 2:
            kind = _family(values.values)
            if kind and re.search(
                r"\b(?:accept|support|allow|permit|offer|available|provide|limited|restricted|one of|only)", text, re.I
            ):
                refused = unit.verdict == "refuse"
                closed = bool(re.search(r"\b(?:only|limited|restricted|one of)\b", text, re.I))
                return Mention(kind, values.values, refused, closed, offset + values.start, offset + values.end)
    return None


_NUMBERS = re.compile(
    r"(?<![\w.,-])(?P<list>\d{1,6}(?:,\s\d{1,6}){1,12},?\s(?:or|and)\s\d{1,6}|\d{1,6}\sor\s\d{1,6})\s(?P<unit>[a-z][a-z-]*)\b",
    re.I,
)
_LENGTH_OR_TIME = re.compile(
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|percent|per|or|and|to|if|when)$", re.I
)


def numbers_in_english(text: str, offset: int, unit: Unit) -> Mention | None:
    """ "can be started with 4, 8, 16 or 32 players": the only numbers of something that are allowed."""
    found = _NUMBERS.search(text)
    if found is None or unit.otherwise or _LENGTH_OR_TIME.match(found["unit"]):
        return None
    values = tuple(re.findall(r"\d+", found["list"]))
    noun = found["unit"].lower()
    return Mention(
        f"number of {noun}", values, unit.verdict == "refuse", False, offset + found.start("list"), offset + found.end("list")
    )


def _last_words(subject: str) -> str:
    return " ".join(
        w
        for w in subject.split()
        if w.lower()
        not in (
            "the",
            "a",
            "an",
            "serve",
            "serves",
            "handle",
            "handles",
            "process",
            "provide",
            "provides",
            "accept",
            "accepts",
            "support",
            "supports",
            "shall",
            "must",
            "only",
            "offer",
            "with",
            "by",
            "via",
            "choose",
            "select",
            "offers",
            "have",
            "use",
            "in",
            "of",
            "is",
            "be",
            "any",
            "all",
        )
    )

"""Parts of English requirement sentences, and how a test's own values take their place."""

from __future__ import annotations

import re

from testgen_runtime.generation.english import article, split_modal
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.numbers import plain

HUMAN = re.compile(
    r"\b(?:user|customer|client|administrator|admin|operator|manager|employee|applicant|member|guest|visitor|recipient|courier|editor|"
    r"viewer|auditor|author|reviewer|buyer|seller|driver|patient|doctor|nurse|student|teacher|supervisor|owner|staff|clerk|agent|person|"
    r"people|accountant|approver|tenant|tester|engineer|you|anyone|nobody|everyone|participant|player|subscriber|traveller|librarian|"
    r"reader|borrower|moderator|requester|passenger|resident|technician)s?\b(?!['’]s|\s+(?:app|account|name|interface|device)\b)",
    re.I,
)
SCOPE = re.compile(
    r"^(?:in|for|while|when|within|after|before|upon|if|on|at)\b[^;]*?[\s,](?=(?:the|an?)\s+[\w-]+\s+(?:shall|must|may|will|can)\b)",
    re.I,
)
RELATIVE = re.compile(
    r"\s+(?:who|that|which|whose|with|without|of (?:up to|at most|at least|more|less|over)|(?:larger|longer|more|less|"
    r"other) than|above|below|"
    r"outside|beyond|exceeding|over|under)\b.*$",
    re.I | re.S,
)
COMPARATIVE = (
    "larger|longer|heavier|bigger|smaller|shorter|higher|lower|older|younger|newer|greater|further|additional|wider|taller|later"
)
_COMPARED = re.compile(
    r"\s*\b(?:(?:of|with|for|by|within|after)\s+)?(?:up to|at most|at least|(?:no|not)\s+(?:more|less|fewer|larger|"
    r"longer)\s+than|a (?:maximum|minimum) of|"
    r"(?:more|less|fewer|larger|longer) than|over|under|exactly)\s+[\d.,]+(?:\s*(?:%|[A-Za-z]+))?",
    re.I,
)


_LINK = (
    r"\s*(?:\b(?:that|which|who)\s+(?:is|are|has|have|weighs?|exceeds?|contains?|lasts?)\s+|"
    r"\b(?:of|with|for|by|within)\s+)?"
)


def verb_phrase(text: str) -> str:
    """What is done, without subject and modal: "open the audit log"."""
    parts = split_modal(text.strip(" .;,"))
    return parts[2] if parts else text.strip(" .;,")


def noun_of(told: Told) -> str:
    """What is measured: "password length" → "password"."""
    return told.name.removesuffix(" length").removesuffix(" size")


def phrase(told: Told) -> str:
    """An entered input as a noun phrase: "a password of 7 characters", "an order total of 199.99 EUR", "the format XML"."""
    name, value = told.name, told.value
    if told.kind == "enum":
        return f"the {name} {value}"
    if noun_of(told) != name:
        return f"{article(name)} {noun_of(told)} of {value}"
    counted = name.removeprefix("number of ").lower()
    if counted != name.lower() and value.split(" ", 1)[-1].lower().rstrip("s") == counted.rstrip("s"):
        return value
    if (
        name.endswith("s")
        and not name.endswith("ss")
        and value.split(" ", 1)[-1].lower().rstrip("s") == name.split()[-1].lower().rstrip("s")
    ):
        return value
    short = re.sub(r"(?<!number)(?<!length)(?<!size)(?<!amount)(?<!period)(?<!age)\s+of\s+(?:an?\s+|the\s+)?[a-z ]+$", "", name)
    return f"{'the' if re.match(r'[a-z]+est ', short) else article(short)} {short} of {value}"


def without_limits(text: str, telling: Telling) -> str:
    """`text` without the limit that it states, where this test has a value in its place."""
    if not any(told.kind == "limit" for told in telling.entered):
        return text
    text = _COMPARED.sub("", text) if len(_COMPARED.sub("", text).split()) >= 2 else text
    for limit in telling.limit_texts:
        cut = re.sub(rf"{_LINK}{re.escape(limit)}(?!\w)", "", text, flags=re.I)
        cut = re.sub(r"(?:\s+(?:that|which|who)\s+\w+|\s+(?:for|of|by|to|at|within|than|after|with))$", "", cut)
        if len(cut.split()) >= 2 and not re.search(r"\b(?:shall|must|may|be|than|to)\s*$", cut, re.I):
            text = cut
    return text


def with_values(text: str, telling: Telling) -> tuple[str, tuple[Told, ...]]:
    """`text` with this test's value where it states the limit ("for up to 30 minutes" → "for 31 minutes"); the inputs left."""
    left = []
    for told in telling.entered:
        bounds = [plain(b.value) for b in (told.limit.lower, told.limit.upper) if b is not None] if told.limit else []
        place = next((t for t in telling.limit_texts if t in text and any(b in t.replace(",", "") for b in bounds)), None)
        if place is None:
            left.append(told)
        else:
            text = text.replace(place, told.value, 1)
    return text, tuple(left)


def one_of_list(text: str, told: Told, telling: Telling) -> str:
    """Where the text lists what is allowed, only this test's value."""
    text = re.sub(rf"\bthe following (?:[\w-]+ )?{re.escape(told.name)}s?\b", phrase(told), text, flags=re.I)
    for names in telling.lists:
        if (
            told.value in names
            and len(names) > 1
            and names[0][:1].isalnum()
            and all(name in text for name in (names[0], names[-1]))
        ):
            start, end = text.index(names[0]), text.rindex(names[-1]) + len(names[-1])
            if start < end:
                head = re.sub(rf"\b{re.escape(told.name)}s\b(?=\W*$)", told.name, text[:start], flags=re.I)
                return head + told.value + text[end:]
    return text

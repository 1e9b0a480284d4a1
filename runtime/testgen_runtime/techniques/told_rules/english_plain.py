"""English of many wordings as the few that the rules read: what repeats a bound, an exception in a sentence of its own, "outside
this range" as "otherwise". What it does not know it leaves as it is."""

from __future__ import annotations

import re
from typing import Final

_COMPARED: Final = "(?:greater|higher|larger|bigger|longer|heavier|older|lower|smaller|shorter|lighter|younger|fewer|less|more)"
_REFUSED: Final = r"(?:shall|must|will|is|are)\s(?:be\s)?(?:refused|rejected|denied|declined|blocked)"
_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\b(?:he\sor\sshe|she\sor\she)\sis\b", "they are"),
        (r"\b(?:he\sor\sshe|she\sor\she)\shas\b", "they have"),
        (r"\b(?:he\sor\sshe|she\sor\she)\b", "they"),
        (r"\b(?:his\sor\sher|her\sor\shis)\b", "their"),
        (r",?\s(?:both|each)\s(?:ages|ends|values|limits|numbers|bounds|days)?\s?(?:being\s)?(?:included|inclusive)\b", ""),
        (r",?\sand\s(?:by|for|to)?\s?(?:nobody|no\sone|none)\selse\b", ""),
        (r"(?:^|(?<=\.\s))[A-Z][^.;]*\sis\sconfigurable\.\s", ""),
        (r"\btherefore\s", ""),
        (r"\swithout\s(?:any\s)?(?:further|additional|prior|special|extra)\s[a-z]+(?=[.,;])", ""),
        (
            r"The\sonly\sexceptions?\s(?:is|are)\s(?P<what>an?\s[a-z]+)\s(?P<rest>(?:marked|flagged|tagged|classified|labelled)\s[^.:;]+)[:;]\s"
            r"(?:it|they)\s(?:is|are|may\sbe|can\sbe)\s(?P<verdict>permitted|allowed|accepted)[^.;]*",
            r"\g<what> is \g<verdict> if it is \g<rest>",
        ),
        (
            r"(?:^|(?<=[.;]\s))An?\s[^.;]{3,60}\son\sthe\s\d+(?:st|nd|rd|th)\s(?:day|hour|minute|attempt)\s(?:is|are|shall\sbe)\sstill\s[a-z]+[;.]\s",
            "",
        ),
        (
            rf"\b[Aa]n?\s[a-z]+(?:\s[a-z]+)?\s(?:that|which)\s(?:lacks?|does\snot\shave)\s(?:the|its)\s(?:necessary|required|needed)\s[^.;]*?\s{_REFUSED}",
            "otherwise it is refused",
        ),
        (
            r"(?P<main>(?<=[.;,]\s)[^.;,]{3,80}?)\s(?:if|when)\s(?:the|its|it|this|that|they)\b[^.;,]{0,40}?\s?(?:lies?|falls?|is|are)\s"
            r"outside\s(?:of\s)?(?:this|that|the|these)\s(?:range|interval|limits?|bounds|window)",
            r"otherwise \g<main>",
        ),
        (
            rf"(?:^|(?<=[.;]\s))[Ii]f\s(?!not\b)(?:(?!\bthan\b)[^.;,\d]){{3,80}}\bis\s{_COMPARED}(?:\sor\s(?:(?!\bthan\b)[^.;,\d]){{3,60}}\bis\s{_COMPARED})?,\s",
            "Otherwise, ",
        ),
    )
)
_INTRODUCES: Final = re.compile(
    r"^The\s[a-z ]+\s[a-z]+s\s(?:with)?in\s(?:a|an)\s[a-z]+\sof\s(?P<number>\d[\d.,]*\s[A-Za-z]+)\.\s"
)
"""A sentence before the rule that has the rule's own number: "The restaurant delivers within a radius of 7 km."."""


def plain(text: str) -> str:
    """A text on one line in the wordings that the rules know."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    if (found := _INTRODUCES.match(text)) and found["number"] in text[found.end() :]:
        text = text[found.end() :]
    return re.sub(r"(?:^|(?<=\.\s))[a-z]", lambda m: m[0].upper(), text)

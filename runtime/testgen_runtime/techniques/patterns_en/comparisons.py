"""Two inputs that are compared: "A reading is stored if it is equal to or higher than the previous reading", "the end date must
not be earlier than the start date". Three tests (ISO/IEC/IEEE 29119-4:2021, 5.2.3): below, equal, above. No value is told, so the
smallest ones that differ are taken; of dates, yesterday, today and tomorrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import article, split_modal
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, Operation, operation, point
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.view import View

_GREATER = "higher|greater|more|larger|later|longer|bigger|after|above|newer|older|heavier"
_LESS = "lower|less|smaller|earlier|shorter|fewer|before|below|younger|lighter"
_BREAK = r"(?:is|are|must|shall|may|can|should|will|has|do|does|be|and|or|if|when|that|unless|where|than|otherwise|else|not)\b"
_THING = rf"(?:(?:the|its|their|an?|any|his|her)\s)?(?!{_BREAK})[a-z][a-z-]*(?:\s(?!{_BREAK})[a-z-]+){{0,7}}"
_COMPARED = re.compile(
    rf"\b(?P<a>{_THING})\s(?:(?P<modal>must|shall|should|may|can|does|do|is|are)\s)?(?P<not>not\s|never\s)?(?:be\s)?"
    rf"(?:(?P<equal>equal to or|the same as or|at least as)\s)?"
    rf"(?:(?P<greater>{_GREATER}|exceeds?|at least|no less than)|(?P<less>{_LESS}|at most|no more than))\s"
    rf"(?:than\s)?(?P<orequal>or equal to\s|or the same as\s)?"
    rf"(?P<b>(?:the|its|their|his|her)\s[a-z][a-z-]*(?:\s(?!{_BREAK})[a-z-]+){{0,7}})",
    re.I,
)
_NO_THING = re.compile(
    r"(?:limit|maximum|minimum|threshold|following|end(?!\s(?:date|time|day)s?\b)|same|average|other|one|number(?!\sof)|half|twice)s?\b",
    re.I,
)
_HAPPENS = re.compile(r"[^,.;]{0,60}?\b(?:has|have|had|is|are|was|were)\b", re.I)
_DATE = re.compile(r"\b(?:date|day|deadline)s?$", re.I)
_TIME = re.compile(r"\b(?:time|start|end)s?$", re.I)
_IT = re.compile(r"(?:it|this|that|one|they)$", re.I)
_VALUES: Final = {"number": ("0", "1"), "date": ("today", "tomorrow"), "time": ("09:00", "10:00")}


def points(view: View) -> Iterator[TestPoint]:
    """Below, equal and above of the first comparison of two inputs; nothing where a number or a list stands in it."""
    text = view.requirement.text
    if any(c.isdigit() for c in text):
        return
    found = next((m for m in _COMPARED.finditer(text) if _usable(m)), None)
    if found is None:
        return
    first, second = _names(found, text)
    if not first or first == second:
        return
    refusing = _refusing(text, found)
    if refusing is None:
        return
    above, below, equal = _verdicts(found, refusing=refusing)
    kind = (
        "date"
        if _DATE.search(first) or _DATE.search(second)
        else "time"
        if _TIME.search(first) and _TIME.search(second)
        else "number"
    )
    small, great = _VALUES[kind]
    done = _operation(text, first)
    for told, a, b, ok in (
        ("higher than", great, small, above),
        ("equal to", great, great, equal),
        ("lower than", small, great, below),
    ):
        words = {"higher than": "later than", "lower than": "earlier than"}.get(told, told) if kind != "number" else told
        yield point(
            view,
            technique=Technique.BOUNDARY_VALUE_ANALYSIS,
            ok=ok,
            inputs={first: Input(a, "", "example"), second: Input(b, "", "example")},
            preconditions=(sentence(f"the {second} is {b}", "en"),),
            do=sentence(f"submit {article(first)} {first} of {a}", "en"),
            see=done.done(ok),
            reason=f"the {first} is {words} the {second}",
            weight=0.94 if told == "equal to" else 0.92,
            title=f"{first} {words} the {second}",
        )


def _usable(found: re.Match[str]) -> bool:
    timed = (found["greater"] or found["less"] or "").lower() in ("after", "before")
    if (timed or re.search(r"\b(?:only|not)$", found["a"], re.I)) and _HAPPENS.match(found.string, found.end()):
        return False  # "dispensed only after the identity has been verified": an event, no second input
    return not (_NO_THING.match(bare(found["b"])) or _NO_THING.match(bare(found["a"])))


def _names(found: re.Match[str], text: str) -> tuple[str, str]:
    """The two inputs; "it" is the subject of its sentence, "its start date" the start date."""
    first, second = (
        re.sub(r"(?<!\bnumber)(?<!\bamount)(?<!\bsum)\s(?:of|for|in|on)\s.+$", "", bare(found[side]).lower())
        for side in ("a", "b")
    )
    if _IT.match(first):
        start = max(text.rfind(". ", 0, found.start()) + 2, 0) if ". " in text[: found.start()] else 0
        subject = re.match(
            r"(?:an?|the|every|each|any)?\s?(?P<name>[a-z][a-z -]*?)\s(?:is|are|shall|must|may|can|will)\b", text[start:], re.I
        )
        first = subject["name"].lower() if subject else ""
    second = re.sub(r"\s(?:one|value)$", lambda m: m[0] if m[0] == " value" else "", second)
    if second in ("previous", "last", "current", "old", "existing", "stored"):
        second = f"{second} {first.split()[-1]}" if first else second
    return re.sub(r"^(?:new|old)$", "", first), second


def _refusing(text: str, found: re.Match[str]) -> bool | None:
    """Whether the comparison tells what is refused; None where the sentence says neither."""
    start = max(text.rfind(". ", 0, found.start()), text.rfind("; ", 0, found.start()), text.rfind("\n", 0, found.start())) + 1
    ends = [end for mark in (". ", "; ", "\n") if (end := text.find(mark, found.end())) >= 0]
    clause = text[start : min(ends, default=len(text))]
    head = text[start : found.end("a")]
    if found["modal"] and found["modal"].lower() in ("must", "shall", "should", "may", "can"):
        return False
    result = re.sub(re.escape(found[0]), " ", clause)
    result = re.split(r",?\s(?:otherwise|else)\b", result)[0]
    unless = re.search(r"\bunless\b", head) is not None
    if not re.search(r"\b(?:if|when|unless|only|provided|whose|where|that)\b", head, re.I):
        return True if REFUSED.search(result) else None
    return REFUSED.search(result) is not None and not unless


def _verdicts(found: re.Match[str], *, refusing: bool) -> tuple[bool, bool, bool]:
    """(above, below, equal): whether each is accepted."""
    word = (found["greater"] or found["less"]).lower()
    closed = bool(found["equal"] or found["orequal"]) or word in ("at least", "no less than", "at most", "no more than")
    greater = found["greater"] is not None
    above, below, equal = greater, not greater, closed
    if word in ("no less than", "at least"):
        above, below = True, False
    if found["not"]:
        above, below, equal = not above, not below, not equal
    return (not above, not below, not equal) if refusing else (above, below, equal)


def _operation(text: str, first: str) -> Operation:
    """What happens to what was submitted."""
    if refused := re.search(r"\b(?:reject|refuse|decline|deny|block)s?\s(?:an?|the|any)\s(?P<thing>[a-z]+)\b", text, re.I):
        return Operation("accept", refused["thing"].lower())
    found = operation(text)
    if found is not None and not REFUSED.search(found.verb):
        return found
    subject = split_modal(text)
    thing = re.sub(r"^(?:an?|the)\s", "", subject[0].lower()) if subject and len(subject[0].split()) < 4 else first
    return Operation("accept", re.sub(r"\b(?:new)\s", "", thing) or first)

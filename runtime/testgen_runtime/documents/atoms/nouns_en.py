"""English noun phrases: the one that ends a stretch of text, the one a rule is about, singular and plural."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms import words_en
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.vocabulary import words

FILLERS = words(
    "greater larger longer higher lower shorter smaller fewer older younger bigger equal that which who whose is "
    "are be being was were has have had having with of contain contains containing a an the may neither nor weigh weighs "
    "must shall should can will not its take takes last lasts to for been it in by between within either set limited "
    "restricted allow allows allowed consist long only and or also less more than if when while unless where cannot at most "
    "least need needs hold holds include includes including already still currently exactly always expire expires expired "
    "respond responds complete completed locked from their his her any lie lies range ranges vary varies "
    "strictly ideally up empty missing invalid blank corrupt corrupted unreadable encrypted damaged"
)
"""Words that a name does not end with."""

STOPS = words(
    "a an the any each every all no shall must should may can will cannot is are was were be been has have had do does that "
    "which who if when whenever unless while only reject rejects refuse refuses deny accept accepts allow allows upload "
    "uploads submit submits enter enters place places for in on at by with to from into and or but not provided once after "
    "before upon than as user's their its his her this these those contain contains support supports limit limits grant "
    "grants apply applies request requests send sends store stores keep keeps add adds process processes if there it they "
    "he she approve approves borrow withdraw spend"
)
"""Words that no name contains."""

_VERBS = words("falls drops rises reaches goes gets becomes remains stays equals lies exceeds fall drop rise reach")
_BE = words("be is are was were been being")
_PARTICIPLES = words("kept held sent set paid made done given taken left shown built spent")
_NOUNS_IN_ED = words("speed feed need seed bed")


def noun_phrase(before: str) -> str:
    """The last noun phrase of `before`, without determiners."""
    before = re.split(r"[,;:(]", before)[-1] if not before.rstrip().endswith((",", ":")) else before.rstrip(" ,:")
    tokens = re.findall(r"[A-Za-z][\w'’/-]*", before)
    while tokens:
        low = tokens[-1].lower()
        passive = (
            len(tokens) > 1
            and tokens[-2].lower() in _BE
            and low not in _NOUNS_IN_ED
            and (low.endswith("ed") or low in _PARTICIPLES)
        )
        verb = len(tokens) > 1 and tokens[-2].lower() in ("shall", "must", "should", "may", "can", "will")
        if not (low in FILLERS or low in STOPS or low in _VERBS or passive or verb):
            break
        tokens.pop()
    taken: list[str] = []
    while tokens and len(taken) < 6:
        token = tokens.pop()
        low = token.lower()
        if low == "of" and taken:
            while tokens and tokens[-1].lower() in ("the", "a", "an"):
                tokens.pop()
            taken.append("of")
            continue
        if low in ("the", "a", "an", "each", "any", "every") and tokens and tokens[-1].lower() == "of" and taken:
            continue
        if low in STOPS:
            break
        taken.append(token)
    while taken and taken[-1] == "of":
        taken.pop()
    phrase = list(reversed(taken))
    if phrase and phrase[0][0].isupper() and not phrase[0].isupper() and not any(ch.isupper() for ch in phrase[0][1:]):
        phrase[0] = phrase[0].lower()
    return " ".join(phrase)


def owner_of(unit: Unit) -> str:
    """What the whole rule is about: its grammatical subject, where it is a thing with a short name; "" else."""
    modal = words_en.MODAL.search(unit.main.text)
    name = noun_phrase(unit.main.text[: modal.start()]) if modal else ""
    return name if 0 < len(name.split()) <= 4 and name.split()[-1].lower() not in words_en.SYSTEM else ""


def plural(name: str) -> str:
    """A noun phrase in the plural: "wrong PIN" → "wrong PINs"."""
    last = name.split()[-1] if name.split() else ""
    if last.endswith("s") and not last.endswith("ss"):
        return name
    if re.search(r"[^aeiou]y$", last):
        return name[:-1] + "ies"
    return name + ("es" if re.search(r"(?:s|x|z|ch|sh)$", last) else "s")


_ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("aches", "ache"), ("ches", "ch"), ("xes", "x"))
_OF_ITS_OWN = {"children": "child", "people": "person", "coaches": "coach"}
_NO_PLURAL = words("species series means premises")
_MEN = re.compile(r"(?:fore|chair|work|sales|police|fire|wo|watch|crafts|crew)?men", re.I)


def singular(name: str) -> str:
    """A noun phrase in the singular: "entries" → "entry", "Shift Foremen" → "Shift Foreman"."""
    last = name.split()[-1].lower() if name.split() else ""
    if re.match(r"(?:number|count|amount)\sof\s", name, re.I):
        return name  # of many
    if last in _OF_ITS_OWN:
        return name[: -len(last)] + name[-len(last)] + _OF_ITS_OWN[last][1:]
    if last in _NO_PLURAL or len(last) < 3:
        return name
    if _MEN.fullmatch(last):
        return name[:-2] + "an"
    for end, new in _ENDINGS:
        if last.endswith(end) and len(last) > len(end) + 1:
            return name[: -len(end)] + new
    return name[:-1] if last.endswith("s") and not last.endswith(("ss", "us", "is")) else name

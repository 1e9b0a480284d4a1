"""The conditions of English rules as pieces: measures, states with names, and marks that something has or has not."""

from __future__ import annotations

import re
from typing import Final, Literal

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import base_verb, third_person
from testgen_runtime.techniques.patterns_en.telling import operation
from testgen_runtime.techniques.phrases import bare
from testgen_runtime.techniques.told_rules.english_measures import Measured, measures
from testgen_runtime.techniques.told_rules.pieces import Piece, Pieces
from testgen_runtime.techniques.told_rules.told import Told

MAIN: Final = "~"
"""What a condition begins with that stands inside of a main clause: "~A suitcase of more than 23 kg is refused"."""
Word = Literal["and", "or"]

_MARK: Final = "\u00ab{0}\u00bb"
_MARKED: Final = re.compile("\u00ab(\\d+)\u00bb")
_JOIN: Final = re.compile(r",?\s(?P<word>and|or)\s(?:also\s|if\s|when\s|that\s|who\s|which\s|only\sif\s)?|,\s(?=\S)")
_NAME: Final = r"[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,3}"
_NAMES: Final = rf"(?:either\s)?(?P<names>{_NAME}(?:(?:,\s(?:or\s|and\s)?|\s(?:or|and)\s){_NAME}){{0,6}})"
_KIND: Final = r"(?:states?|status(?:es)?|phases?|stages?)"
_ROLE: Final = re.compile(
    rf"\b(?:[Ii]n|with|has|have|having|holds?|holding|of)\s(?:the\s|an?\s|one\sof\sthe\s)?roles?\s(?:of\s)?{_NAMES}"
)
_STATES: Final = (
    _ROLE,
    re.compile(rf"\b(?:[Ii]n|with|has|have|having|of)\s(?:the\s|an?\s|one\sof\sthe\s)?{_KIND}\s(?:of\s)?{_NAMES}"),
    re.compile(rf"\b(?:the|its|whose|their)\s{_KIND}\s(?:is|are|was)\s(?:still\s)?{_NAMES}"),
    re.compile(rf"\b(?:is|are|been|being|be|remains?)\s(?:still\s|already\s|currently\s|in\s)?(?:marked\s(?:as\s)?)?{_NAMES}(?=$|[,.;]|\s(?:and|or|if|when|while|may|can|must|shall|is|are)\b)"),
)  # fmt: skip
_MODAL: Final = r"(?:must|shall|may|can|cannot|will|should|is|are|has\sto|have\sto|gets?)"
_RELATIVE: Final = re.compile(
    rf"\b(?P<noun>[a-z-]+)\s(?:who|that|which)\s(?P<rest>(?:is|are|has|have|holds?|was|were|does|do|lacks?|"
    rf"owns?|[a-z]+s)\s.+?)(?=\s{_MODAL}\s(?:not\s)?(?:be\s)?[a-z]+|[,.;]|$)"
)
_WITH: Final = re.compile(
    r"\b(?P<noun>[A-Za-z-]+)\s(?P<with>with(?:out)?)\s(?P<rest>(?:(?:an?|the|any|his|her|its|their|own|valid|no)\s)*[A-Za-z'’-]+"
    r"(?:\s(?!may\b|can\b|must\b|shall\b|is\b|are\b|will\b|and\b|or\b|has\b|have\b)[A-Za-z'’-]+){0,4})"
)
_PRONOUN: Final = re.compile(r"^(?:it|they|he|she|this|these|there)\b", re.I)
_SUBJECT: Final = re.compile(
    r"^(?P<subject>(?:(?:the|an?|any|all|both|no|its|their|his|her|each|every|"
    r"this)\s)?[A-Za-z'’-]+(?:\s(?:of\s(?:the\s)?)?[a-z'’-]+){0,4}?|it|they|he|she)\s"
    r"(?=(?:is|are|has|have|had|was|were|does|do|did|can|holds?|owns?|weighs?|exceeds?|contains?|carries|carry|"
    r"receives?|lives?|belongs?|shows?|[a-z]{3,}(?:ed|s))\b)",
    re.I,
)
_VERB_FIRST: Final = re.compile(
    r"^(?:not\s)?(?:is|are|has|have|was|were|does|do|holds?|owns?|weighs?|exceeds?|contains?|carries|receives?|"
    r"lives?|belongs?|shows?|costs?|lasts?|did|[a-z]{3,}(?:ed|s)\s(?:the|an?|by|in|at|to))\b"
)
_BAD: Final = re.compile(r"\b(?:not|no|never|without|unless|except|only|neither|nor|but|other|another)\b", re.I)
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|without|cannot|lacks?|isn't|hasn't|haven't|aren't|doesn't|don't)\b|\bun(?=[a-z]+(?:ed|d|paid|en)\b)", re.I
)
# fmt: off
_EMPTY: Final = frozenset((
    "such", "the", "a", "an", "any", "its", "their", "his", "her", "is", "are", "was", "were", "be", "been", "being",
    "has", "have", "had", "does", "do", "did", "of", "to", "in", "at", "on", "for", "with", "by", "it", "they", "he",
    "she", "that", "which", "who", "there", "this", "these", "those", "all", "yet", "already", "currently", "still",
    "must", "can", "may", "also", "own", "holds", "hold", "possess", "possesses", "owns",
))
# fmt: on
_STATE_SPECIFIC: Final = re.compile(r"\b(?:time|day|night|weekday|weekend|monday|sunday|saturday|hours)\b", re.I)


def pieces(rule: Told, owner: str) -> Pieces | None:
    """The conditions of a rule; None where one cannot be read. `owner`: what "it" and "they" stand for."""
    word: Word = "and"
    found: list[Piece] = []
    for said in rule.said:
        if said.startswith("#"):
            kind, _, names = said[1:].partition(": ")
            found.append(Piece("names", said, names=tuple(names.split(", ")), of_kind=kind))
            continue
        own = _in_main(said.removeprefix(MAIN), rule, owner) if said.startswith(MAIN) else _in_clause(said, owner)
        if own is None or (own.word == "or" and len(own.parts) > 1 and len(rule.said) > 1):
            return None
        word = own.word if len(own.parts) > 1 else word
        found += own.parts
    return Pieces(word, tuple(found)) if found else None


def _in_clause(text: str, owner: str) -> Pieces | None:
    """The conditions of "if …", joined by one word."""
    text = re.sub(r"^(?:both|either|at\sleast\sone\sof)\s", "", text.strip(" ,"))
    if (state := _state(text)) is not None:
        left = text.replace(state[1], " ")
        return Pieces("and", (state[0],)) if not re.search(r"\d|\b(?:and|or|not|no)\b", left) else None
    masked, limits = _masked(text)
    if re.search(r"\bbetween\b|\bfrom\b.*\bto\b.*\d", masked):
        return None
    joints = list(_JOIN.finditer(masked))
    words = {joint["word"] for joint in joints if joint["word"]}
    if len(words) > 1 or (joints and not words):
        return None
    parts = [part for part in _JOIN.split(masked) if part and part not in ("and", "or")]
    word: Word = "or" if "or" in words else "and"
    out: list[Piece] = []
    subject = ""
    for part in parts:
        whole = part if not _VERB_FIRST.match(part) or not subject else f"{subject} {part}"
        if (told := _SUBJECT.match(whole)) is not None:
            subject = told["subject"]
        elif not _MARKED.search(whole):
            return None
        piece = _piece(whole, limits, owner)
        if piece is None:
            return None
        out.append(piece)
    return Pieces(word, tuple(out))


def _masked(text: str) -> tuple[str, list[Measured]]:
    """The text with a sign in place of each comparison."""
    limits = list(measures(text))
    out, at = "", 0
    for i, one in enumerate(limits):
        out += text[at : one.start] + _MARK.format(i)
        at = one.end
    return out + text[at:], limits


def _piece(text: str, limits: list[Measured], owner: str) -> Piece | None:
    marks = _MARKED.findall(text)
    if marks:
        if len(marks) > 1 or _BAD.search(text):
            return None
        return Piece("limit", text, limit=limits[int(marks[0])].limit)
    if re.search(r"\d", text) or _STATE_SPECIFIC.search(text):
        return None
    return Piece("other", said(text, owner))


def said(text: str, owner: str) -> str:
    """A condition as a sentence of its own: "they have passed the test" → "the member has passed the test"."""
    text = re.sub(r"^(?:an?|any)\s", "the ", text.strip(" ,."))
    text = re.sub(r"\b(?:their|his|her|its)\b", "the", text)
    if owner and (found := _PRONOUN.match(text)) and found[0].lower() not in ("there", "such", "this", "these"):
        verb = text[found.end() :].strip()
        first, _, more = verb.partition(" ")
        if found[0].lower() == "they":
            first = {"are": "is", "have": "has", "do": "does", "were": "was"}.get(
                first, first if re.search("ed$|[^s]s$", first) else third_person(first)
            )
        text = f"the {owner} {first} {more}".strip()
    return text[:1].lower() + text[1:] if not re.match(r"[A-Z]{2}", text) else text


def _in_main(text: str, rule: Told, owner: str) -> Pieces | None:
    """What a main clause says of the thing: its measures, its states, who has what."""
    if (state := _state(text)) is not None:
        left = text.replace(state[1], " ")
        return Pieces("and", (state[0],)) if not any(True for _ in measures(left)) and not _WITH.search(left) else None
    masked, limits = _masked(text)
    masked = re.sub(r"\b(and|or)\swhose\s", r"\1 the ", masked)
    out: list[tuple[int, Piece]] = []
    taken = masked
    for found in _RELATIVE.finditer(masked):
        noun = singular(found["noun"].lower())
        own = _in_clause(
            _MARKED.sub(lambda m: text[limits[int(m[1])].start : limits[int(m[1])].end], f"they {found['rest']}"), noun
        )
        if own is None or (own.word == "or" and len(_MARKED.findall(masked)) + len(list(_RELATIVE.finditer(masked))) > 2):
            return None
        if own.word == "or":
            return own
        out += [(found.start(), piece) for piece in own.parts]
        taken = taken.replace(found[0], " " * len(found[0]))
    for found in _WITH.finditer(taken):
        if re.match(r",|\s(?:and|or)\s[A-Z]", taken[found.end() :]):
            return None  # a list
        if _MARKED.search(taken[found.end() : found.end() + 6]) or re.search(r"\b(?:it|them|this|that)\b", found["rest"]):
            continue
        noun = singular(found["noun"].lower())
        has = "has" if found["with"].lower() == "with" else "does not have"
        out.append((found.start(), Piece("other", f"the {noun} {has} {found['rest']}")))
        taken = taken.replace(found[0], " " * len(found[0]))
    out += [(m.start(), Piece("limit", text, limit=limits[int(m[1])].limit)) for m in _MARKED.finditer(taken)]
    if not out:
        return None
    out.sort(key=lambda one: one[0])
    return _joined(masked, [piece for _, piece in out], [place for place, _ in out])


def _joined(masked: str, found: list[Piece], places: list[int]) -> Pieces | None:
    """Conditions of a main clause: of one thing they must all hold; of several ("to A and to B") one is enough."""
    if len(found) == 1:
        return Pieces("and", tuple(found))
    between = masked[places[0] : places[-1]]
    if re.search(r"\bor\b", between):
        return Pieces("or", tuple(found)) if not re.search(r"\band\b", between) else None
    if re.search(r"\band\b(?:,[^,]*,)?\s(?:to|for|by|of)\s", between):
        return Pieces("or", tuple(found))
    return Pieces("and", tuple(found)) if not re.search(r",\s(?:and\s)?(?:to|for)\s", between) else None


def _state(text: str) -> tuple[Piece, str] | None:
    """The one list of states that a text names, and the words that tell it."""
    for shape in _STATES:
        found = list(shape.finditer(text))
        if len(found) == 1:
            names = tuple(re.split(r",\s(?:or\s|and\s)?|\s(?:or|and)\s", found[0]["names"]))
            before = re.sub(r"\s(?:that|which|whose|who|is|are|has|have|be)$", "", text[: found[0].start()].strip())
            thing = re.findall(r"[a-z-]+", before)
            if shape is _ROLE:
                return Piece("names", text, names=names, of_kind="role"), found[0][0]
            return Piece("names", text, names=names, thing=singular(thing[-1]) if thing else "", of_kind="status"), found[0][0]
        if found:
            return None
    return None


def denied(text: str) -> bool:
    """Whether words deny what they ask for."""
    return len(_NEGATION.findall(text)) % 2 == 1


def _content(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z]{2,}", _NEGATION.sub(" ", text.lower()))
    return frozenset(word[:5] for word in words if word not in _EMPTY)


def alike(one: str, other: str) -> bool:
    """Whether two conditions ask for the same, whichever of them denies it."""
    a, b = _content(one), _content(other)
    smaller, larger = sorted((a, b), key=len)
    return bool(smaller) and (smaller <= larger) and 2 * len(smaller) >= len(larger)


_PARTICIPLE: Final = (
    r"(?:[a-z]+(?:ed|en|wn|id|pt|lt|nt)|signed|met|made|done|been|given|gone|put|set|held|left|lost|sold|told|won)\b"
)


def turned(text: str) -> str:
    """The opposite of a condition; "" where it is not known."""
    if found := re.fullmatch(
        rf"(?P<who>(?!no\b)[^,]+?)\s(?P<aux>has|is|are|was|were)\s(?!not\b|no\b|never\b)(?P<rest>(?:been\s)?{_PARTICIPLE}.*)",
        text,
    ):
        return f"{found['who']} {found['aux']} not {found['rest']}"
    if found := re.fullmatch(
        r"(?P<who>the\s[a-z'’-]+(?:\s[a-z'’-]+){0,3}?)\s(?P<verb>(?!is\b|has\b|was\b|does\b)[a-z]+s)\s(?P<rest>.+)", text
    ):
        base = base_verb(found["verb"])
        if base:
            return f"{found['who']} does not {base} {found['rest']}"
    if found := re.fullmatch(r"(?P<who>.+?)\shas\s(?P<rest>(?:an?|the|valid)\s.+)", text):
        return f"{found['who']} does not have {found['rest']}"
    if found := re.fullmatch(r"(?P<who>.+?)\sdoes\snot\shave\s(?P<rest>.+)", text):
        return f"{found['who']} has {found['rest']}"
    if found := re.fullmatch(r"no\s(?P<who>[a-z'’-]+(?:\s[a-z'’-]+)?)\s(?P<verb>is|has\sbeen)\s(?P<rest>.+)", text):
        return f"{found['who']} {found['verb']} {found['rest']}"
    out = opposite(text, "en")
    return "" if out.startswith("it is not the case") or re.match(r"no\s(?:they|it|he)\b", out) else out


def owner_of(main: str) -> str:
    """The thing that a main clause is about, in the singular: "An interlibrary loan is extended" → "interlibrary loan"."""
    found = re.match(rf"(?:For\s.+?\s)?(?P<subject>.+?)\s(?:{_MODAL[3:-1]}|[a-z]+s)\b", main)
    if found is None:
        return ""
    if re.fullmatch(
        r"(?:system|platform|app|application|software|service|program|website|portal)", bare(found["subject"]).lower()
    ):
        done = operation(main)
        return done.thing if done is not None and done.thing != "request" else ""
    head = re.split(r"\s(?:of|for|to|with|without|who|that|which|in|at|from|on)\s", bare(found["subject"]))[0]
    return singular(head.lower()) if len(head.split()) < 4 else ""

"""What a clause says, as something that a tester makes happen: "the door stays open" → "let the door stay open".

Clauses come without their conjunction. Where a clause only describes how things are, there is nothing to do: "".
"""

from __future__ import annotations

import re

from testgen_runtime.documents.english import base_verb, infinitive, lower_first
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.rules_en_parts import HUMAN
from testgen_runtime.generation.telling import Telling, Told

_NP = (
    r"(?:(?:the|an?|any|each|its|no|one|two|three|four|five|six|\d+)\s)?[\w-]+"
    r"(?:\s(?!is\b|are\b|has\b|have\b|was\b|were\b|does\b|do\b)[\w-]+){0,6}?"
)
_RECEIVED = re.compile(r"^(?:upon\s+)?(?:the\s+)?(?:receipt|arrival|reception) of\s+(?P<what>.+)$", re.I | re.S)
_ACTED = re.compile(r"^(?:the|an?|any)\s+(?P<who>[\w -]{3,40}?)\s+(?P<verb>[a-z]+s)\s+(?P<rest>.+)$", re.I | re.S)
_NOT_ACTED = re.compile(r"^(?:the|an?|any)\s+(?P<who>[\w -]{3,40}?)\s+does not\s+(?P<verb>[a-z]+)\s+(?P<rest>.+)$", re.I | re.S)
_PASSIVE = re.compile(rf"^(?P<what>{_NP})\s(?:is|are|gets)\s(?P<verb>[a-z]+)(?P<rest>(?:\s.+)?)$", re.I | re.S)
_STAYS = re.compile(rf"^(?P<what>{_NP})\s(?P<verb>stays|remains)\s(?P<rest>.+)$", re.I | re.S)
_FOR_A_WHILE = re.compile(
    rf"^(?P<what>{_NP})\s(?:has been|have been|is|are|was)\s(?P<how>[a-z]+) for (?P<value>\d.*)$", re.I | re.S
)
_HAPPENS = re.compile(rf"^(?P<what>{_NP})\s(?P<verb>[a-z]{{3,}}s)(?P<rest>(?:\s.+)?)$", re.I | re.S)
_HAPPEN = re.compile(
    r"^(?P<what>(?:the |all |any )?(?:\d+ |two |three |four |five )?(?:[\w-]+ ){0,4}[a-z]{3,}(?:s|ts?)) (?P<verb>fail|"
    r"expire|occur|arrive|end|"
    r"match|differ|overlap)(?P<rest>(?:\s.+)?)$",
    re.I | re.S,
)
_A_CLAUSE = re.compile(r"^(?!\s(?:that|whether|which)\b)[^,;]*?\s(?:is|are|was|were|has|have)\s", re.I)
"""What follows the verb is a sentence of its own: "LC determines the data is invalid"."""
_DONE_BY_HAND = words(
    "pressed closed opened handed submitted released connected disconnected switched turned inserted removed started stopped "
    "cancelled deleted created uploaded sent returned scanned clicked selected entered saved confirmed approved rejected changed "
    "updated added moved placed printed published registered assigned powered plugged unplugged restarted rebooted triggered "
    "activated deactivated enabled disabled requested called invoked issued booked ordered paid reset lost interrupted"
)
_LINKING = words(
    "is has was does seems appears contains includes exists equals matches belongs holds owns needs requires specifies lacks"
)
_MARKER = re.compile(
    r"\b(?:only if|only when|only while|if|when|whenever|once|while|unless|as soon as|as long as|provided that|after)\s+", re.I
)
_CLAUSE_END = re.compile(r",(?!\d{3}\b)|[;.](?=\s|$)|\s(?:then|and|or)\s(?=(?:the|an?|its|it|no)\b)|$")


def instruction(clause: str) -> str:
    """The instruction that makes `clause` true; "" where it describes a state or nobody can do it."""
    text = clause.strip(" .,;")
    if received := _RECEIVED.match(text):
        return f"send {lower_first(received['what'])}"
    acted = _ACTED.match(text)
    if acted and HUMAN.fullmatch(acted["who"]) and (verb := base_verb(acted["verb"])):
        return f"{verb} {acted['rest']}"
    idle = _NOT_ACTED.match(text)
    if idle and HUMAN.fullmatch(idle["who"]):
        return f"do not {idle['verb']} {idle['rest']}"
    if kept := _FOR_A_WHILE.match(text):
        return f"keep {_the(kept['what'])} {kept['how']} for {kept['value']}"
    if stays := _STAYS.match(text):
        return f"let {_the(stays['what'])} {base_verb(stays['verb'])} {stays['rest']}"
    passive = _PASSIVE.match(text)
    if passive and passive["verb"].lower() in _DONE_BY_HAND and " by " not in passive["rest"] and not _nobody(passive["what"]):
        return f"{infinitive(passive['verb'])} {_the(passive['what'])}{passive['rest']}"
    if (several := _HAPPEN.match(text)) and not _nobody(several["what"]):
        return f"let {_the(several['what'])} {several['verb']}{several['rest']}"
    happens = _HAPPENS.match(text)
    if (
        happens
        and not _nobody(happens["what"])
        and happens["verb"].lower() not in _LINKING
        and not _A_CLAUSE.search(happens["rest"] or "")
        and (verb := base_verb(happens["verb"]))
    ):
        return f"let {_the(happens['what'])} {verb}{happens['rest']}"
    return ""


def _the(what: str) -> str:
    what = lower_first(what) if re.match(r"(?:The|An?|Any|No|Two|Three|Four|Five)\b", what) else what
    return re.sub(r"^(?:Two|Three|Four|Five)\b", lambda m: m[0].lower(), what)


def _nobody(what: str) -> bool:
    return re.match(r"(?:no|nobody|nothing|it|they|this)\b", what, re.I) is not None


def conditional_clause(telling: Telling, told: Told) -> str:
    """The conditional clause of the text that states the limit of `told`, with this test's value in its "
    "place; "" if none does."""
    text = telling.requirement.text
    for atom in telling.limit_atoms(told.name):
        start = atom.span.start - telling.requirement.span.start
        sentence_start = max((m.end() for m in re.finditer(r"[.;]\s|\n", text[:start])), default=0)
        markers = list(_MARKER.finditer(text, sentence_start, start))
        if not markers:
            continue
        begin = markers[-1].end()
        if begin >= start and markers[-1][0].lower().startswith("after"):
            continue
        if re.search(r",(?!\d{3})|\b(?:shall|must|may|should|will)\b", text[begin:start]):
            continue
        begin += max((m.end() for m in re.finditer(r"\s(?:and|or)\s(?=(?:the|an?|its|it)\b)", text[begin:start])), default=0)
        end = start + len(atom.text)
        tail = _CLAUSE_END.search(text, end)
        stop = tail.start() if tail else len(text)
        return " ".join(f"{text[begin:start]}{told.value}{text[end:stop]}".split())
    return ""

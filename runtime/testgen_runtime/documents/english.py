"""English as a tester writes it: "shall be rejected" → "is rejected", "cancel the order" → an instruction."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.english_words import NO_VERB, PARTICIPLES, STARTERS
from testgen_runtime.documents.vocabulary import words

_MODAL = re.compile(
    r"\b(?:shall|must|may|should|will|can|could|is to|are to|has to|have to|needs? to|is required to|are required to|"
    r"is allowed to|are allowed to|is able to|are able to)\b"
    r"(?P<not>\s+(?:not|never|no longer))?(?P<only>\s+only)?(?:\s+(?P<adverb>(?!only|apply|reply|supply|comply|"
    r"multiply|imply|rely|fly|ally)[a-z]+ly|always|then|also))?\s+"
    r"(?P<verb>[a-z][\w-]*)",
    re.I,
)
_CANNOT = re.compile(r"\bcan(?:not|'t)\s+(?P<verb>[a-z]+)", re.I)
_ABLE = re.compile(r"\b(?:shall|must|should|will|may)(?P<not> not)? be (?:able|allowed|permitted) to\b", re.I)
_CONJUNCT = re.compile(
    r"(?P<join>,\s+(?:and\s+|or\s+|then\s+)?|\s+and\s+(?:then\s+)?|\s+or\s+)(?P<verb>[a-z]+)(?=\s+(?:the|an?|its|his|her|"
    r"their|all|any|each|every|"
    r"it|them|this|that|these|no|which|with|to|at|as|into|from|back|up)\b)",
)
_NOT_BOTH = re.compile(
    r"(?<=\w)\s+and\s+(?=(?:issue|send|increment|generate|start|stop|set|reset|log|store|notify|show|display|execute|update|lock)\s(?:the|an?|its|all|any)\b)"
)
_IRREGULAR_S = {"have": "has", "do": "does", "go": "goes", "be": "is"}
_PLURAL_HEAD = re.compile(r"(?<![siu])s$", re.I)
_TAIL = re.compile(
    r"\s+(?:of|with|in|that|which|who|for|from|to|on|at|whose|without|under|above|below|outside|by|marked|larger|older|"
    r"longer)\b.*$",
    re.I | re.S,
)


def third_person(verb: str) -> str:
    """reject → rejects, apply → applies, do → does."""
    lowered = verb.lower()
    if lowered in _IRREGULAR_S:
        return _IRREGULAR_S[lowered]
    if re.search(r"[^aeiou]y$", lowered):
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh)$", lowered) else "s")


def is_plural(subject: str) -> bool:
    """Whether a subject takes a plural verb, by its head noun."""
    head = _TAIL.sub("", re.split(r"\bthat\b", subject)[-1].strip())
    if re.match(r"(?:an?|each|every|this|that|any other|another|no other)\b", head, re.I):
        return False
    if re.search(r"\b(?:they|these|those|both|you|we)\b", head, re.I) or re.search(r"\band\b", head):
        return True
    word = head.split()[-1] if head.split() else ""
    return (
        bool(_PLURAL_HEAD.search(word))
        and len(word) > 3
        and word not in ("LCS", "status", "SMS", "GPS", "TLS", "DNS", "HTTPS", "analysis")
    )


_QUOTED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”")


def present(text: str) -> str:
    """What `text` demands, told as what is seen: "An order shall be shipped" → "An order is shipped". Unchanged "
    "without a modal."""
    if "\x00" in text:  # the mark of a stretch that is kept; no text of a document should have it
        return _in_present(text)
    quoted: list[str] = []

    def kept(match: re.Match[str]) -> str:
        quoted.append(match[0])
        return f"\x00{len(quoted) - 1}\x00"

    told = _in_present(_QUOTED.sub(kept, text))  # what is shown to the word stays to the word
    return re.sub("\x00(\\d+)\x00", lambda match: quoted[int(match[1])], told)


_JOINED = re.compile(r"\s(?:and|but)\s(?=(?:an?|the|its|no|every)\s)")


def _in_present(text: str, later: bool = False) -> str:
    """`later`: what follows an earlier verb ("saved and an error shall be shown"), not a sentence from its start."""
    text = _plain_modals(text)
    out: list[str] = []
    at = 0
    plural = False
    negated = False
    for match in _MODAL.finditer(text):
        subject = text[at : match.start()].strip(" ,;")
        last = re.split(r",(?!\d{3})|;", subject)[-1]
        plural = is_plural(_JOINED.split(last)[-1] if later else last) if subject else plural
        out.append(text[at : match.start()])
        out.append(_indicative(match, plural))
        at = match.end()
        negated = bool(match["not"])
        break
    if not out:
        return text
    rest = text[at:]
    if negated:
        rest = _NOT_BOTH.sub(" or ", rest)
    elif not plural:
        rest = _conjuncts(rest)
    return "".join(out) + (_in_present(rest, later=True) if _MODAL.search(rest) else rest)


def _indicative(match: re.Match[str], plural: bool) -> str:
    verb, no = match["verb"], bool(match["not"])
    adverb = f"{match['adverb']} " if match["adverb"] else ""
    only = "only " if match["only"] else ""
    if verb.lower() == "be":
        return f"{'are' if plural else 'is'} {'not ' if no else ''}{only}{adverb}".strip()
    if no:
        return f"{'do' if plural else 'does'} not {adverb}{verb}"
    return f"{only}{adverb}{verb if plural else third_person(verb)}"


def _conjuncts(text: str) -> str:
    """The verbs that follow with "and": "increments the counter and issue an event" → "… and issues an event"."""

    def one(match: re.Match[str]) -> str:
        verb = match["verb"]
        if verb in NO_VERB or verb.endswith(("s", "ing", "ed", "ly")):
            return match[0]
        return f"{match['join']}{third_person(verb)}"

    return _CONJUNCT.sub(one, text)


def _plain_modals(text: str) -> str:
    """ "cannot open" and "shall not be able to open" as "can not open" and "may not open"."""
    text = _ABLE.sub(lambda m: f"may{m['not'] or ''}", text)
    return _CANNOT.sub(lambda m: f"can not {m['verb']}", text)


def split_modal(text: str) -> tuple[str, str, str] | None:
    """A demand taken apart: (subject, modal with its negation, verb phrase); None without a modal."""
    match = _MODAL.search(_plain_modals(text))
    if match is None:
        return None
    whole = match.string
    return (
        whole[: match.start()].strip(" ,"),
        whole[match.start() : match.start("verb")].strip(),
        whole[match.start("verb") :].strip(" .;,"),
    )


def negated(text: str) -> str:
    """The opposite of a demand: "shall be accepted" ↔ "shall not be accepted"."""
    text = re.sub(r"\b(shall|must|may|can|should|will) only\b", r"\1", text, flags=re.I)
    match = _MODAL.search(text)
    if match is None:
        return opposite(re.sub(r"\bonly\s+", "", text, count=1), "en")
    if match["not"]:
        return text[: match.start("not")] + text[match.end("not") :]
    end = match.start() + len(match[0].split()[0])
    return f"{text[:end]} not{text[end:]}"


_NEW = (
    "second|third|further|new|additional|separate|different|reminder|warning|notification|message|confirmation|error|alarm|alert"
)
"""What only comes to be by the test keeps its "a"."""


def definite(text: str) -> str:
    """ "An order is cancelled" → "The order is cancelled": a test is about the one that it set up."""
    return re.sub(rf"^(?:an?|any|each|every)\s+(?!(?:{_NEW})\b)", "the ", text, flags=re.I)


def infinitive(participle: str) -> str | None:
    """cancelled → cancel; None where the word is no participle."""
    word = participle.lower()
    if word in PARTICIPLES:
        return PARTICIPLES[word]
    if not word.endswith("ed") or len(word) < 5:
        return None
    stem = word[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in "bdgmnprt":
        return stem[:-1]
    if re.search(r"(?:stor|plor|gnor|scor)$", stem):
        return stem + "e"  # restored, explored; not monitored
    if re.search(
        r"(?:[^aeiou][aeiou](?:t|v|c|g|z|s|k|r|l|m|d|n|p)|[cgvsuz]|[^aeiou]l|dg|rc|nc|ng|[iu]at|plet)$", stem
    ) and not re.search(r"(?:en|er|it|or|ow|al|el|ck|on|ish|(?<!pl)et|ss|us|ng)$", stem):
        return stem + "e"
    return stem


def participle(verb: str) -> str:
    """open → opened, pay → paid, submit → submitted, sign off → signed off."""
    lowered, _, particle = verb.lower().partition(" ")
    if particle in _PARTICLES:
        return f"{participle(lowered)} {particle}"
    lowered = verb.lower()
    if lowered in _PARTICIPLE_OF:
        return _PARTICIPLE_OF[lowered]
    if lowered.endswith("e"):
        return lowered + "d"
    if re.search(r"[^aeiou]y$", lowered):
        return lowered[:-1] + "ied"
    return lowered + "ed"


_PARTICLES = words("off out up in on down over back away through")
_PARTICIPLE_OF = {verb: word for word, verb in PARTICIPLES.items()} | {
    "see": "shown",
    "view": "shown",
    "receive": "sent",
    "read": "shown",
}


def gerund(verb: str) -> str:
    """The -ing form of a base verb: "contain" → "containing", "use" → "using", "stop" → "stopping"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", verb) or verb in (
        "permit",
        "admit",
        "submit",
        "begin",
        "refer",
        "occur",
    )
    return f"{verb}{verb[-1] if short else ''}ing"


def article(phrase: str) -> str:
    """ "a" or "an" before `phrase`, by the sound of its first word."""
    word = phrase.strip().split(" ")[0] if phrase.strip() else ""
    if word.isupper() and word.isalpha() and len(word) > 1:
        return "an" if word[0] in "AEFHILMNORSX" else "a"
    return "an" if re.match(r"(?:[aeio]|u(?!ni|se|ti|ri|ro|su)|8|11\b|18\b|hour|honest)", word, re.I) else "a"


def base_verb(verb: str) -> str | None:
    """enters → enter, applies → apply; None for what is no verb in the third person."""
    lowered = verb.lower()
    if lowered in ("is", "has", "was", "this", "its", "does") or not lowered.endswith("s") or lowered.endswith(("ss", "us")):
        return None
    if lowered.endswith("ies") and len(lowered) > 4:
        return lowered[:-3] + "y"
    return lowered[:-2] if re.search(r"(?:ss|x|z|ch|sh|o)es$", lowered) else lowered[:-1]


def uncapitalised(text: str) -> str:
    """A noun phrase from the start of a sentence, for the middle of one; abbreviations and names of several words stay."""
    first, _, rest = text.partition(" ")
    plain = len(first) > 1 and first[0].isupper() and first[1:] == first[1:].lower()
    return text[0].lower() + text[1:] if plain and not rest[:1].isupper() else text


def lower_first(text: str) -> str:
    """`text` for the middle of a sentence: names and abbreviations keep their capital."""
    if len(text) > 1 and text[0].isupper() and (text[1].islower() or text[1] == " "):
        first = text.split(" ", 1)[0]
        if first in STARTERS or first.lower() in STARTERS:
            return text[0].lower() + text[1:]
    return text

"""The opposite of a condition, worded by rule: "the customer is a member" → "the customer is not a member"."""

from __future__ import annotations

import re
from collections.abc import Callable

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.documents.model import Language

_ANTONYMS: dict[str, str] = {"missing": "present"}  # the others lose their prefix
# The first pattern that is found turns that one place.
_FIRST_VERB = re.compile(
    r"^(?P<subject>(?:(?:the|an?|any|each|every|its)\s)?(?:(?!is\b|are\b|has\b|have\b|that\b|which\b|who\b|if\b|not\b)[\w'’-]+\s){1,5}?)"
    r"(?P<verb>accepts|consists|allows|supports|permits|contains|requires|returns|provides|includes|displays|shows)\s(?=[a-z]+\s[a-z0-9]|of\s|only\s)",
    re.IGNORECASE,
)
"""The verb of a clause whose object might be taken for one: "the quantity field accepts whole numbers"."""
_TURN_EN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), new)
    for pattern, new in (
        (r"\bno less than\b|\bnot less than\b|\bat least\b|\ba minimum of\b", "less than"),
        (r"\bno more than\b|\bnot more than\b|\bat most\b|\bup to\b|\ba maximum of\b", "more than"),
        (r"\b(?:greater|more|larger|higher) than or equal to\b", "less than"),
        (r"\b(?:less|fewer|smaller|lower) than or equal to\b", "more than"),
        (r"\b(?:is|are) not (equal to|the same as)\b", r"is \1"),
        (r"^neither (.+?) nor (.+? (?:is|are|has|have|was|were)\b)", r"\1 or \2"),
        (r"^there (is|are) (?:an? |any )?(?!no\b|not\b|at\b|more\b|less\b|only\b|\d)", r"there \1 no "),
        (
            r"\bdoes not (already |still |currently |yet |also |[a-z]+ly )?([a-z]+)\b",
            lambda m: f"{(m[1] or '').replace('yet', 'already')}{_third(m[2])}",
        ),
        (r"\bdo not (?=[a-z])", ""),
        (r"\bdid not (?=[a-z])", "did "),
        (r"\b(is|are|was|were|has|have|had|can|could|may|must|shall|will|should) (?:not(?: yet)?|never)\s", r"\1 "),
        (r"^(?:no|neither) (?=[a-z]+s\b(?<!ss)[^,]{0,60}\bare\b)", ""),
        (r"^no (?=[a-z][\w-]*\s)(?!one\b|more\b|less\b|longer\b)", "a "),
        (
            r"\b(is|are|was|were) (insufficient|invalid|incorrect|unavailable|inactive|unknown|incomplete|inconsistent|"
            r"missing)\b",
            lambda m: f"{m[1]} {_ANTONYMS.get(m[2].lower(), m[2][2:])}",
        ),
        (r"\b(is|are|was|were) un([a-z]{3,}(?:ed|en|aid|old|able))\b", r"\1 \2"),
        (r"\bcannot\b|\bcan't\b", "can"),
        (r"\b(has|have|had|is|are|contains?|shows?) no (?=(?:[a-z-]+ ){0,3}?[a-z-]{3,}(?<!s)s\b)", r"\1 "),
        (r"\b(has|have|had|is|are|contains?|shows?) no (?=[aeiou])", r"\1 an "),
        (r"\b(has|have|is|are) no\b", r"\1 a"),
        (r"\bno longer\b", "still"),
        (r"\b(is|are|was|were) still\b", r"\1 no longer"),
        (r"\bstill (?=[a-z]+s\b)", "no longer "),
        (r"\bwithout\b", "with"),
        (r"\bexceeds\b", "does not exceed"),
        (r"\bexceed\b", "do not exceed"),
        (r"\b(has|have|had) (?=(?:already |been |ever |[a-z]+ly )|[a-z]+(?:ed|en|wn|id|nt|ung|ade|one|und|ld|pt)\b)", r"\1 not "),
        (r"\bhas\b", "does not have"),
        (r"\bhave\b", "do not have"),
        (r"\b(is|are|was|were|can|could|may|must|shall|will|should)\b", r"\1 not"),
        (  # "the order contains sale items": the first verb is the verb
            r"\b(contains|carries|holds|includes|bears|owns|lists|requires|uses|displays|covers|shows) (?=[a-z]+ [a-z]+s\b)",
            lambda m: f"does not {_base(m[1])} ",
        ),
        (
            r"^(?=(?:accompanied|approved|authori[sz]ed|confirmed|signed|supervised|verified|certified|supported|issued|followed|granted|"
            r"sent|created|requested|released|reviewed)\s(?:by|in|with|from)\b)",
            "not ",
        ),
        (r"\bexists\b", "does not exist"),
        (r"\bfails\b", "does not fail"),
    )
)
_NEED = re.compile(
    r"^(?P<subject>[A-Za-z-]+s?(?:\s[\w-]+){0,6}?)\s(?P<verb>need|require|contain|include|receive|get|pay|use|support|"
    r"match|differ)\b"
)
_PLURAL_VERB = re.compile(
    r"^(?P<subject>(?:(?:the|all|any|both|two|three|four|five|six|\d+)\s)?(?:[\w-]+\s){0,4}?[a-z]{3,}s)\s"
    r"(?P<verb>[a-z]{3,})(?=$|\s(?:the|an?|in|to|on|at|its|their|with|from|within|by)\b)"
)
_PLAIN_VERB = re.compile(
    r"^(?P<subject>(?:(?i:the|an?|this|that|its|any|no|all|each|it|they)\b|"
    r"[A-Z][\w-]*)(?:\s[\w\"“”'’-]+){0,8}?)(?<!\sa)(?<!\san)(?<!\sthe)(?<!\d)\s(?P<verb>(?!status\b|address\b|access\b|process\b|its\b|this\b|less\b)[a-z]{3,}s)"
    r"(?=$|\s(?:a|an|the|in|to|any|no|as|that|at|its|his|her|on|off|up|out|from|with|one|two|all|their|more|less|for|by|"
    r"within|before|"
    r"after|again|open|closed|successfully)\b(?! which)|\s[A-Z\"“0-9])"
)
_EVENT_EN = re.compile(
    r"^(?:an?\s|the\s|any\s)?(?:receipt|receiving|completion|start|expiry|expiration|arrival|request|[a-z]+ing|"
    r"[\w-]+ (?:reset|power-on))\b",
    re.IGNORECASE,
)


_FINITE_EN = re.compile(r"\b(?:is|are|was|were|has|have|does|do|can|exceeds?|reaches|becomes?|fails?)\b", re.IGNORECASE)
_VERB_EN = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|could|may|must|shall|will|should|cannot|[a-z]{3,}s|[a-z]{2,}ed)\b",
    re.IGNORECASE,
)


def _third(verb: str) -> str:
    """exist → exists, apply → applies."""
    if verb in ("have", "do", "go"):
        return {"have": "has", "do": "does", "go": "goes"}[verb]
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh)$", verb) else "s")


_OF_WHICH = re.compile(r"\b(?:(?:to|for|of|in|on|with|from) (?:which|whom)|whose|that|which|who)\s", re.IGNORECASE)
_AUXILIARY = re.compile(r"(?<!that )(?<!which )(?<!who )\b(?:is|are|was|were|must|shall|may|can|will)\s", re.IGNORECASE)


def _base(verb: str) -> str:
    """carries → carry, passes → pass, holds → hold."""
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes")) else verb[:-1]


def _main_clause(clause: str) -> int:
    """Where the verb of the main clause begins, behind a subject with a clause of its own: "a drug to which the patient has an
    allergy | is blocked"; 0 where there is no such subject."""
    relative = _OF_WHICH.search(clause)
    if relative is None:
        return 0
    ends = [found.start() for found in _AUXILIARY.finditer(clause, relative.end())]
    return ends[-1] if ends and _VERB_EN.search(clause, relative.start(), ends[-1]) else 0


def opposite(clause: str, language: Language) -> str:
    """The clause that is true where `clause` is not."""
    if language == "en" and ((_EVENT_EN.match(clause) and not _FINITE_EN.search(clause)) or not _VERB_EN.search(clause)):
        return "no " + re.sub(r"^(?:an?|the|any)\s", "", clause, flags=re.IGNORECASE)
    if language == "zh":
        return opposite_zh(clause)
    if main := _main_clause(clause):
        return clause[:main] + opposite(clause[main:], language)
    if language == "en" and (nobody := re.match(r"(?:nobody|no[ -]one)\b(?! of)", clause, re.IGNORECASE)):
        return f"somebody{clause[nobody.end() :]}"
    if (verb := _FIRST_VERB.match(clause)) and not re.search(r"\b(?:not|no|only|exceeds?)\b", clause):
        return f"{verb['subject']}does not {_base(verb['verb'])}{clause[verb.end('verb') :]}"
    for pattern, new in _TURN_EN:
        turned, count = pattern.subn(new, clause, count=1)
        if count:
            return re.sub(r"  +", " ", turned).strip()
    if verb := _PLAIN_VERB.match(clause):
        return f"{verb['subject']} does not {_base(verb['verb'])}{clause[verb.end('verb') :]}"
    if needing := _NEED.match(clause):
        return f"{needing['subject']} do not {clause[needing.start('verb') :]}"
    if (several := _PLURAL_VERB.match(clause)) and not several["verb"].endswith(("s", "ed", "ing", "ly")):
        return f"{several['subject']} do not {clause[several.start('verb') :]}"
    return f"it is not the case that {clause}"

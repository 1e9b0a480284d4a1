"""Something granted or refused to one of whom one of several things is true: "The museum shall grant free admission to a visitor
who is younger than 6 years or who holds a disability card. Any other visitor shall be refused free admission", "The depot shall
reject a parcel that weighs more than 30 kg or that is damaged", "Loans shall be granted to applicants who earn at least 1,500 EUR
and are not in debt; all others shall be refused". Each ground alone, and none of them; all demands, and each failing alone
(29119-4, 5.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import base_verb, infinitive
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_en.either_of import NO_SIDE, ground
from testgen_runtime.techniques.patterns_en.telling import REFUSED, as_one, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.trees import Clause, Tree, situations
from testgen_runtime.techniques.view import View

_NOUN: Final = r"(?:an?\s|any\s|every\s|each\s|all\s|the\s)?(?P<noun>(?:[a-z-]+\s){0,2}?[a-z-]+)"
_WHO: Final = (
    rf"(?P<only>only\s)?(?:(?P<to>to|for|from|by|of)\s)?(?P<only2>only\s)?{_NOUN}\s(?:who|that|which)\s(?P<grounds>[^.;:]+?)"
)
_REST: Final = (
    r"(?:[.;]\s(?:but\s)?(?P<rest>(?i:in\s(?:all|any)\sother\scases?|(?:all|any|every)\sother|other|everyone\selse|everybody\selse|anyone\selse|anybody\selse|nobody\s"
    r"else|no\sother|otherwise|(?:an?|any)\s[a-z]+\s(?:who|that|which)\s(?:meets|fulfils|satisfies)\s(?:neither|none)|whoever\smeets\s(?:neither|none)|"
    r"(?:if|when|where)\s(?:either|one|any)\s(?:of\s(?:these|the|them)\s)?(?:condition\s|conditions\s)?(?:is\snot|isn't|are\snot)\s(?:met|fulfilled|satisfied))\b[^.;]*))?\.?"
)
_MODAL: Final = r"(?:shall|must|may|can|will|should)"
_ACTIVE: Final = re.compile(
    rf"(?P<who>(?:The|An?)\s(?:[a-z-]+\s){{0,5}}?[a-z-]+|[A-Z][a-z]+s?)\s{_MODAL}\s(?P<only0>only\s)?(?P<verb>(?!be\b|not\b|have\b)[a-z]+)\s"
    rf"(?P<thing>(?:[a-z-]+\s){{0,5}}?){_WHO}{_REST}"
)
_PASSIVE: Final = re.compile(
    rf"(?P<thing>(?:(?:The|An?)\s)?[A-Za-z][a-z-]*(?:\s[a-z-]+){{0,4}}?)\s(?:{_MODAL}\s(?P<only0>only\s)?be|is|are)\s(?P<done>[a-z]+)\s{_WHO}{_REST}"
)
_FIRST: Final = re.compile(
    rf"(?P<only>Only\s)?(?:An?\s|Any\s|Every\s|Each\s|The\s|All\s)?(?P<noun>(?:[A-Za-z-]+\s){{0,2}}?[A-Za-z-]+)\s(?:who|that|which)\s"
    rf"(?P<grounds>[^.;:]+?)\s(?:{_MODAL}\s(?P<act>be\s(?P<done>[a-z]+)\b[^.;]*?|(?:get|receive|obtain)\b[^.;]*?)|"
    rf"(?:(?:must|may|shall|can|should)\s(?:not|never)|cannot)\s(?P<barred>(?!be\b)[a-z]+[^.;,]*?)){_REST}"
)
_UNLESS: Final = re.compile(
    rf"(?:An?\s|Any\s|Every\s|Each\s|The\s|All\s)?(?P<noun>(?:[A-Za-z-]+\s){{0,2}}?[A-Za-z-]+)\s(?:may|can|(?:is|are|shall\sbe)\s"
    rf"(?:allowed|permitted|entitled)\sto)\s(?P<act>(?!not\b|only\b|be\b)[a-z][^.;,]*?),?\sunless\s(?:they|it|he\sor\sshe|he|she)\s"
    rf"(?P<grounds>[^.;:]+?){_REST}"
)
_OF_SEVERAL: Final = re.compile(r"(?:^|(?<=\sor\s)|(?<=\sand\s)|(?<=,\s))(?P<verb>[a-z]+)(?=\s)")
_SPLIT: Final = {
    word: re.compile(rf",?\s{word}\s{NO_SIDE}(?:also\s)?(?:who\s|that\s|which\s)?|,\s(?:who\s|that\s|which\s)?")
    for word in ("and", "or")
}
_MIXED: Final = re.compile(
    r"\b(?:but|if|unless|when|while|nor|neither|except|until|only)\b|"
    r"(?<!\bis )(?<!\bare )(?<!\bhas )(?<!\bhave )(?<!\bdoes )(?<!\bdo )\bnot\b",
    re.I,
)
_NEITHER: Final = re.compile(r"\b(?:meets|fulfils|satisfies)\s(?:neither|none)\b", re.I)
_ONE_FAILS: Final = re.compile(r"(?:if|when|where)\s(?:either|one|any)\s", re.I)
"""What is refused to whom nothing of it is true needs one ground, what is refused as soon as one fails needs all."""
_DENIES: Final = frozenset({"refuse", "reject", "deny", "decline", "block", "prevent", "exclude", "dismiss"})
_POSSIBLE: Final = words(
    "accept admit allow grant give offer issue approve permit provide release lend sell deliver open rent hire serve take let "
    "ship pay refund waive exempt register enrol book transport carry load"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`denied`: the grounds stand against it instead of for it. `rest`: what is told of the others."""

    noun: str
    grounds: str
    do: str
    denied: bool
    rest: str = ""


def points(view: View) -> Iterator[TestPoint]:
    """Each ground alone, and none of them; nothing where one of them cannot be read or what follows says something else."""
    rule = _read(statement(view))
    if rule is None:
        return
    tree = _tree(rule)
    if tree is None:
        return
    for found in situations(tree):
        ok = found.holds != rule.denied
        owed = {f"{rule.noun} amount": "amount owed"} if re.search(r"\bowes?\b", rule.grounds) else {}
        lines = (
            tuple(re.sub(rf"\bThe {rule.noun} amount\b", "The amount owed", line) for line in found.lines)
            if owed
            else found.lines
        )
        yield point(
            view,
            technique=found.way.technique,
            ok=ok,
            inputs={owed.get(name, name): value for name, value in found.inputs.items()},
            preconditions=lines,
            do=sentence(rule.do, "en"),
            see="The request is accepted." if ok else "The request is rejected.",
            reason=found.way.reason,
            weight=found.way.weight,
            title=as_one(lines),
            whole=True,
        )


def _read(text: str) -> _Rule | None:
    if found := _FIRST.fullmatch(text):
        noun, verb = singular(found["noun"].lower()), infinitive(found["done"]) if found["done"] else "get"
        do = f"as the {noun}, {found['barred'] or 'ask to ' + found['act']}"
        if found["barred"]:
            verb = "prevent"
        elif verb in _DENIES:
            do = f"submit the {noun}"
    elif found := _ACTIVE.fullmatch(text):
        noun, verb = singular(found["noun"].lower()), found["verb"]
        system = found["who"][:1].lower() + found["who"][1:]
        to = f"{found['to']} " if found["to"] else ""
        asked = _accepting(verb, found["to"])
        do = f"ask {system} to {asked} {found['thing']}{to}the {noun}"
    elif found := _PASSIVE.fullmatch(text):
        noun, verb = singular(found["noun"].lower()), infinitive(found["done"])
        thing = found["thing"][:1].lower() + found["thing"][1:]
        if not found["to"]:
            return None
        if found["to"].lower() == "by":
            act, verb = f"{verb} {thing}", "accept" if verb and verb not in _DENIES else None
            do = f"as the {noun}, {act}"
        else:
            do = f"ask for {thing} {found['to'].replace('to', 'for')} the {noun}"
    elif found := _UNLESS.fullmatch(text):
        noun, verb = singular(found["noun"].lower()), "prevent"
        return _Rule(noun, found["grounds"], f"as the {noun}, {found['act']}", True) if not found["rest"] else None
    else:
        return None
    groups = found.groupdict()
    denied = verb in _DENIES
    only = any(groups.get(name) for name in ("only", "only0", "only2"))
    if verb is None or not (denied or verb in _POSSIBLE or (found.re is _FIRST and verb == "get")) or (denied and only):
        return None
    if not _told_of_others(found["rest"] or "", verb, denied=denied, closed=denied or only):
        return None
    return _Rule(noun, found["grounds"], do, denied, found["rest"] or "")


def _of_one(found: re.Match[str]) -> str:
    """What several do as one does it: "are suspended or owe 50 EUR" → "is suspended or owes 50 EUR"."""
    verb = found["verb"]
    if one := {"are": "is", "have": "has", "do": "does", "were": "was"}.get(verb):
        return one
    return f"{verb}s" if verb in _TRANSITIVE else verb


_TRANSITIVE: Final = words("owe hold own earn need use live work cost weigh carry lack exceed earn")


def _accepting(verb: str, to: str | None) -> str:
    """What one asks for where the rule refuses it: "grant a loan to the applicant", "accept the parcel"."""
    return verb if verb not in _DENIES else "grant" if to and verb in ("refuse", "deny") else "accept"


def _told_of_others(rest: str, verb: str, *, denied: bool, closed: bool) -> bool:
    """Whether the others are told to fare the other way, or need not be told."""
    if not rest:
        return closed
    turned_away = REFUSED.search(rest) is not None or re.search(rf"\bnot\s{verb}\b", rest, re.I) is not None
    turned_away = turned_away or re.match(r"no(?:body|\sother)\b", rest, re.I) is not None
    if verb in ("waive", "exempt"):
        turned_away = turned_away or re.search(r"\b(?:pays?|charged)\b", rest, re.I) is not None
    let_in = re.search(r"\b(?:accepted|admitted|allowed|granted|may|receives?|issued|let in)\b", rest, re.I) is not None
    return (turned_away and not denied) or (denied and let_in and not turned_away)


def _tree(rule: _Rule) -> Tree | None:
    """The grounds joined by "and" or by "or"; None where one cannot be read, both join them, or two are of one value."""
    told = re.sub(r"^(?P<verb>(?:is|are|has|have)\s)?(?:either|both)\s", lambda m: m["verb"] or "", rule.grounds)
    told = _OF_SEVERAL.sub(_of_one, told)
    told = re.sub(r"\bbetween\s(\S+)\sand\s", r"\1 to ", told)
    joints = [word for word in ("and", "or") if re.search(rf"\s{word}\s{NO_SIDE}", told)]
    if len(joints) != 1 or _MIXED.search(told) or (_ONE_FAILS.match(rule.rest) and joints != ["and"]):
        return None
    if _NEITHER.search(rule.rest) and joints != ["or"]:
        return None
    pieces = _SPLIT[joints[0]].split(told)
    if not 2 <= len(pieces) <= 4:
        return None
    read: list[Clause] = []
    verb = ""
    for piece in pieces:
        whole = _with_verb(piece, verb)
        clause = ground(rule.noun, whole) if whole else None
        if clause is None:
            return None
        verb = whole.split()[0]
        read.append(clause)
    names = [name for clause in read for name in {name for way in clause.ways for name in way.inputs}]
    return Tree("and" if joints[0] == "and" else "or", tuple(read)) if len(names) == len(set(names)) else None


_FINITE: Final = re.compile(
    r"(?:is|are|has|have|was|were)\s\S|(?!whose\s)[a-z]+s\s(?:(?:an?|the|at|in|on|to|for|with|less|more|no)\s\S|\S*\d)", re.I
)
_STATE: Final = re.compile(
    r"[a-z-]+(?:ed|en|ant|ent|ble|al|ive|sick|less|ful)\b|(?:an?|under|over|above|below|older|younger|at)\s\S", re.I
)


def _with_verb(piece: str, verb: str) -> str:
    """A ground with a verb of its own ("holds a card") or, after "is", with that one ("disabled"); "" where it has none."""
    if piece.startswith("whose ") or _FINITE.match(piece) or (base_verb(piece.split()[0]) is None and not verb):
        return piece
    if verb in ("is", "are") and _STATE.match(piece):
        return f"{verb} {piece}"
    return piece if re.match(r"[a-z]+\s(?:an?|the|at|in|on|to|for|with|less|more)\s\S", piece) and not _STATE.match(piece) else ""

"""Several demands on one thing, each of which is needed: "The barrier opens only for vehicles that are registered and not
blocked", "Applicants must be between 22 and 60 years old and have no overdue record; otherwise …", "A pass can be bought by those
who are retired or under 18. All others shall be refused it". All of them are met, and each fails alone (29119-4, 5.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article, base_verb, infinitive, is_plural, participle, third_person
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.patterns_en.telling import REFUSED, answer, as_one, point, question, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.trees import Act, Clause, Tree, of_limit, of_words, situations, told_limit
from testgen_runtime.techniques.view import View

_NOUN: Final = r"(?:an?\s|the\s|any\s)?(?P<noun>[a-z-]+(?:\s[a-z-]+)??)"
_DOES: Final = r"(?!(?:always|perhaps|unless|across|towards|besides)\b)[a-z]{2,}[a-rt-z]s"
"""A verb of one thing: "lives", "drives"."""
_THAT: Final = (
    rf"(?:that|who|which)\s(?P<demands>(?:is|are|has|have|hold|own|possess|(?:does|do)\snot|{_DOES})\s"
    r"(?:[^.;:]|\.(?=\d))+?)"
)
_THAT_IS: Final = r"(?:that|who|which)\s(?P<demands>(?:is|are|has|have|hold|own|possess)\s[^.;:]+?)"
_FAILING: Final = (
    r"[.;]\s(?:otherwise|or\selse|failing\s[^,;.]{2,40}|if\s(?:even\s)?(?:one|any)\sof\s[^,;.]{2,50}|in\s(?:all|any)\sother\scases?),?\s"
    r"(?P<failing>[^.;]+)"
)
_OTHERS: Final = (
    rf"(?:[;.,]\s(?:but\s)?(?:all\s|any\s|every\s)?(?:other|others|everyone\selse|anyone\selse)\b[^.;]*|{_FAILING})?\.?"
)
_MAY: Final = r"(?:may|can|(?:shall|will)\sbe\sable\sto|(?:are|is|shall\sbe)\s(?:allowed|permitted|entitled)\sto)"
_WHO_MAY: Final = re.compile(rf"(?:Only|Exclusively)\s{_NOUN}\s{_THAT}\s{_MAY}\s(?P<act>[a-z][^.;,]+?){_OTHERS}", re.I)
_DOES_ONLY_FOR: Final = re.compile(
    rf"(?:The|An?)\s(?P<thing>[a-z-]+(?:\s[a-z-]+){{0,3}}?)\s(?:(?P<does>[a-z]+s)|(?:shall|must|will)\s(?P<do>[a-z]+))\sonly\s"
    rf"(?:for|to|with)\s{_NOUN}\s{_THAT}{_OTHERS}",
    re.I,
)
_IS_ONLY_FOR: Final = re.compile(
    rf"(?P<what>(?:The|An?)\s[a-z-]+(?:\s[a-z-]+){{0,3}}?|[A-Z][a-z]+(?:\s[a-z-]+){{0,2}}?)\s"
    rf"(?P<are>is|are|shall\sbe|must\sbe|may\sbe|can\sbe|will\sbe)\s(?:only\s(?P<done>[a-z]+)|(?P<done2>[a-z]+)\sonly)\s"
    rf"(?:for|to|by)\s{_NOUN}\s{_THAT}{_OTHERS}",
    re.I,
)
_ALL_OTHERS: Final = (
    r"[.;,]\s(?:but\s)?(?P<others>(?:all|any|every)\s(?:other|others|one\selse)\b[^.;]*|(?:every|any)one\selse\b[^.;]*)\.?"
)
_IS_FOR: Final = re.compile(
    rf"(?:An?\s|The\s)?(?P<thing>[a-z-]+(?:\s[a-z-]+){{0,3}}?)\s(?:may|can|shall|must|will)\sbe\s(?P<done>[a-z]+)\s(?P<to>by|to|for)\s"
    rf"{_NOUN}\s{_THAT_IS}{_ALL_OTHERS}",
    re.I,
)
_WHO_MAY_ELSE: Final = re.compile(
    rf"(?:All\s|Any\s|Every\s)?{_NOUN}\s{_THAT_IS}\s{_MAY}\s(?P<act>(?!not\b|be\b|only\b)[a-z][^.;,]+?){_ALL_OTHERS}", re.I
)
_MUST: Final = re.compile(
    r"(?:An?\s|The\s|Each\s|Every\s|All\s|Any\s)?(?P<noun>[a-z-]+(?:\s[a-z-]+)??)\s(?:must|shall)\s"
    r"(?P<demands>(?:be|have|hold|contain|carry|own|not)\s[^.;:]+?)[;.,]\s(?:otherwise|or\selse),?\s(?P<no>[^.;]+)\.?",
    re.I,
)
_VERB: Final = rf"(?:is|are|has|have|hold|holds|own|owns|possess|contain|contains|carry|be|do|does|must|shall|{_DOES})"
_ALONE: Final = (
    r"(?:not|no|currently|already|fully|still|also|neither)\s\S|[a-z-]+(?:ed|en|id|ied|able|ible|ent|ive|al|in [a-z]+)$"
)
_MIXED: Final = re.compile(r"\b(?:if|unless|when|while|except|until|either|neither|nor)\b|\(", re.I)
_BASE: Final = {
    "are": "is",
    "be": "is",
    "have": "has",
    "hold": "holds",
    "own": "owns",
    "possess": "possesses",
    "contain": "contains",
}


def points(view: View) -> Iterator[TestPoint]:
    """All demands met, and each failing alone; nothing where one of them cannot be read."""
    read = _read(statement(view))
    if read is None:
        return
    noun, demands, act = read
    tree = _tree(noun, demands)
    if tree is None:
        return
    for one in situations(tree):
        yield point(
            view,
            technique=one.way.technique,
            ok=one.holds,
            inputs=one.inputs,
            preconditions=one.lines,
            do=sentence(act.do, "en"),
            see=sentence(act.yes if one.holds else act.no, "en"),
            reason=one.way.reason,
            weight=one.way.weight,
            title=as_one(one.lines),
            whole=True,
        )


def _read(text: str) -> tuple[str, str, Act] | None:
    """(the thing that is demanded something of, the demands, what is done)."""
    failing = re.search(_FAILING, text, re.I)
    if failing and not REFUSED.search(failing["failing"]):
        return None
    if found := _WHO_MAY.fullmatch(text):
        noun = singular(found["noun"].lower())
        do = f"as {article(noun)} {noun}, {found['act']}"
        return noun, found["demands"], Act(do, "the request is accepted", "the request is rejected")
    if found := _DOES_ONLY_FOR.fullmatch(text):
        noun, thing = singular(found["noun"].lower()), found["thing"].lower()
        verb = (found["do"] or base_verb(found["does"]) or "").lower()
        if not verb or is_plural(thing):
            return None
        do = f"let the {noun} use the {thing}"
        return noun, found["demands"], Act(do, f"the {thing} {third_person(verb)}", f"the {thing} does not {verb}")
    if found := _IS_ONLY_FOR.fullmatch(text):
        noun, what = singular(found["noun"].lower()), found["what"][:1].lower() + found["what"][1:]
        are = "are" if is_plural(re.sub(r"^(?:the|an?)\s", "", what)) else "is"
        done = (found["done"] or found["done2"]).lower()
        return noun, found["demands"], Act(f"ask for {what} for the {noun}", f"{what} {are} {done}", f"{what} {are} not {done}")
    if (found := _IS_FOR.fullmatch(text)) and REFUSED.search(found["others"]):
        noun, thing, verb = singular(found["noun"].lower()), singular(found["thing"].lower()), infinitive(found["done"])
        if verb is None or is_plural(thing):
            return None
        whole = f"{verb} {article(thing)} {thing}"
        do = f"as the {noun}, {whole}" if found["to"].lower() == "by" else f"{whole} {found['to'].lower()} the {noun}"
        yes, no = (f"the {thing} is {how}{found['done'].lower()}" for how in ("", "not "))
        demands = re.sub(r"\b(?:it|them)\b", f"the {thing}", found["demands"])
        return noun, demands, Act(do, yes, f"the system refuses this and {no}")
    if (found := _WHO_MAY_ELSE.fullmatch(text)) and REFUSED.search(found["others"]):
        noun = singular(found["noun"].lower())
        return noun, found["demands"], Act(f"as the {noun}, {found['act']}", "the request is accepted", "the request is rejected")
    if (found := _MUST.fullmatch(text)) and REFUSED.search(found["no"]):
        noun = singular(found["noun"].lower())
        accepted = f"the {noun} is {participle('accept')}"
        return noun, found["demands"], Act(f"submit the {noun}", accepted, found["no"])
    return None


def _tree(noun: str, demands: str) -> Tree | None:
    """The demands joined by "and" or by "or"; None where both join them, where one cannot be read, or where all are limits."""
    if _MIXED.search(demands):
        return None
    demands = re.sub(r"\bbetween\s(\S+)\sand\s", r"between \1 & ", demands)
    both = [word for word in ("and", "or") if re.search(rf"\s{word}\s", demands) and len(_pieces(demands, word)) > 1]
    if len(both) != 1:
        return None
    clauses, verb = [], "is"
    for piece in _pieces(demands, both[0]):
        found = re.match(rf"(?:must\s|shall\s)?(?P<not>not\s)?(?P<verb>{_VERB})\s(?P<rest>.+)", piece, re.I)
        if found:
            verb = _BASE.get(found["verb"].lower(), found["verb"].lower())
            told = f"the {noun} {verb} {'not ' if found['not'] else ''}{found['rest']}"
        else:
            told = f"the {noun} {verb} {piece}"
        clause = _clause(noun, told.replace(" & ", " and "))
        if clause is None:
            return None
        clauses.append(clause)
    plain = any(all(not value.unit for value in way.inputs.values()) for clause in clauses for way in clause.ways)
    return Tree("and" if both[0] == "and" else "or", tuple(clauses)) if plain and len(clauses) <= 4 else None


def _pieces(demands: str, word: str) -> list[str]:
    """The demands that `word` parts: each begins with a verb, or is what an earlier verb says ("registered and not blocked")."""
    parts = re.split(rf",?\s{word}\s(?:that\s|who\s|which\s|also\s)?|,\s", demands)
    out: list[str] = []
    for part in parts:
        if not out or re.match(rf"(?:{_VERB}\s\S|{_ALONE})", part, re.I):
            out.append(part)
        else:
            out[-1] = f"{out[-1]} {word} {part}"
    return out


def _clause(noun: str, told: str) -> Clause | None:
    """One demand: a limit where a number is compared, else an answer; None where a number is compared with nothing known."""
    if re.search(r"\d", told):
        demand = _demand(noun, told)
        limit = told_limit(sentence(demand, "en"), "en")
        return of_limit(limit, limit_name(limit, "en"), "en") if limit is not None else None
    if re.search(r"\b(?:and|or)\b", told):
        return None
    turned = re.search(r"\s(?:is|has|holds|contains)\sno\s", told) is not None
    key = question(opposite(told, "en") if turned else told)
    yes, no = (Input(answer(told, holds=holds != turned)) for holds in (True, False))
    return of_words(key, (yes, sentence(told, "en")), (no, sentence(opposite(told, "en"), "en")), f"{key} decides")


def _demand(noun: str, told: str) -> str:
    """What is told of a thing, demanded of it: "the member earns more than 1 EUR" → "the member must have more than 1 EUR"."""
    about = rf"^the {re.escape(noun)}\s"
    if found := re.fullmatch(rf"{about}{_DOES}\san?\s(?P<what>[a-z]+(?:\s[a-z]+)?)\sof\s(?P<comparison>[a-z].+)", told):
        return f"the {found['what']} must be {found['comparison']}"
    demand = re.sub(r"\s(is|has|holds|contains)\s", lambda m: f" must {_INFINITIVE[m[1]]} ", told, count=1)
    return re.sub(rf"({about}){_DOES}\s", r"\1must have ", demand) if demand == told else demand


_INFINITIVE: Final = {"is": "be", "has": "have", "holds": "hold", "contains": "contain"}

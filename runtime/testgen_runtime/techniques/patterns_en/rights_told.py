"""Who may do something, in one clause, and in another who is refused it, whatever words either takes: "Fines can be waived by
Branch Librarians and Team Leads only. Volunteers attempting it must be refused", "The right to close a ward rests with the
Matron; any attempt by a Porter is blocked". Each role is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive, uncapitalised
from testgen_runtime.documents.model import Actor
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import JOINTS, Operation, plainly_refused, point, statement
from testgen_runtime.techniques.patterns_en.who_may import by_trade, is_thing
from testgen_runtime.techniques.phrases import in_role, sentence
from testgen_runtime.techniques.view import View

_PEOPLE: Final = r"(?P<people>[^.;:,]{3,60}?(?:,\s[^.;:,]{3,40}?){0,4}?)"
_ALONE: Final = r"(?:\s(?:only|alone|exclusively|solely))?"
_ONLY: Final = r"(?:(?:only|exclusively|solely|strictly)\s)?"
_TO_BE: Final = r"(?:is|are|shall\sbe|must\sbe|will\sbe|may\sbe|can\sbe)"
_ABLE: Final = (
    r"(?:may|can|shall\sbe\sable\sto|(?:is|are|shall\sbe|will\sbe)\s"
    r"(?:entitled|allowed|permitted|authori[sz]ed|empowered|able)\sto|(?:has|have)\sthe\s(?:right|permission|authority)\sto)"
)
_ACT: Final = r"(?P<act>(?!not\b|never\b|be\b|only\b|have\b)[a-z]+\s[^.;:,]{2,70}?)"
_THING: Final = r"(?P<thing>(?:(?:The|An?|Each|Every|Any)\s)?[A-Za-z][a-z-]*(?:\s[a-z-]+){0,5}?)"
_RIGHT: Final = r"(?:The\s|A\s)?(?:[Rr]ight|[Pp]ermission|[Aa]uthority|[Pp]ower)\sto"
_RIGHTS: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"(?:Only|Solely|Exclusively|(?:Nobody|No\sone)\s(?:but|except|other\sthan|apart\sfrom))\s{_PEOPLE}\s{_ABLE}\s{_ACT}",
        rf"{_PEOPLE}{_ALONE}\s{_ABLE}\s{_ACT}",
        rf"{_PEOPLE}{_ALONE}\s(?P<act>(?:see|view|read|use|edit|approve|open|manage|access)\s[^.;:,]{{2,70}}?)",
        rf"(?P<gerund>[A-Z][a-z]+ing)\s(?P<object>[^.;,]{{2,70}}?)\sis\s(?:something\s)?(?:that\s)?only\s{_PEOPLE}\s(?:may|can|(?:is|are)\sallowed\sto)\sdo",
        rf"To\s{_ACT},?\s(?:one|a\suser|somebody|someone)\s(?:has\sto|must|needs\sto)\sbe\s{_PEOPLE}",
        rf"{_RIGHT}\s{_ACT}\s{_TO_BE}\s{_ONLY}(?:reserved|given|granted|restricted|limited|confined)\s{_ONLY}(?:to|for)\s{_PEOPLE}{_ALONE}",
        rf"{_RIGHT}\s{_ACT}\s{_ONLY}(?:lies|rests)\s{_ONLY}with\s{_PEOPLE}{_ALONE}",
        rf"{_RIGHT}\s{_ACT}\s{_ONLY}belongs\s{_ONLY}to\s{_PEOPLE}{_ALONE}",
        rf"It\sis\s{_ONLY}(?:up\sto|for)\s{_PEOPLE}{_ALONE}\sto\s{_ACT}",
        rf"(?P<gerund>[A-Z][a-z]+ing)\s(?P<object>[^.;,]{{2,70}}?)\s{_TO_BE}\s{_ONLY}"
        rf"(?:reserved|restricted|limited|confined|open|left|permitted|allowed|possible)\s{_ONLY}(?:to|for)\s{_PEOPLE}{_ALONE}",
        rf"(?P<gerund>[A-Z][a-z]+ing)\s(?P<object>[^.;,]{{2,70}}?)\srequires\sthe\sroles?\s(?:of\s)?{_PEOPLE}",
        rf"{_THING}\s(?:may|can|shall|must|is|are)\s{_ONLY}(?:be\s)?(?P<done>[a-z]+(?:\s(?:off|out|up|in|on|down|over))?)\s"
        rf"{_ONLY}by\s{_PEOPLE}{_ALONE}",
        rf"(?:(?P<label>[A-Z][a-z]+(?:\s[a-z]+){{0,3}}):\s)?[Aa]ccess\s(?:to\s(?P<accessed>[a-z][^.;:,]{{2,50}}?)\s)?{_TO_BE}\s{_ONLY}"
        rf"(?:granted|given|open|permitted|allowed|possible|restricted|limited)\s{_ONLY}(?:to|for)\s{_PEOPLE}{_ALONE}",
    )
)
_LATER: Final = r"(?:after|before|during|while|at|without|when|more|twice|once|outside|within|unless|until|if|except|longer)\b"
_WORDS: Final = rf"(?:\s(?!{_LATER})[A-Za-z-]+){{0,6}}?"
_SOMETHING: Final = r"(?:an?|the|any|every|each|such|this|that|these|those|their)"
_DEED: Final = rf"(?:{_SOMETHING}\s)?(?:such\s)?(?:[a-z]+\s){{0,2}}?[a-z]+{_WORDS}"
_REFUSED: Final = r"(?P<result>(?:shall|must|will|is|are|gets?|receives?|has|have|leads?)\s[^.;,]+)"
_TRYING: Final = (
    rf"(?:(?:who|that)\s(?:attempts?|tr(?:y|ies)|wants?|asks?|requests?)|attempting|trying|wanting|asking|requesting)"
    rf"(?:\sto\s(?P<verb>[a-z]+))?{_WORDS}"
)
_TRIES: Final = (
    rf"(?:attempts?|tr(?:y|ies)|wants?|asks?)\s(?:to\s(?P<verb>[a-z]+){_WORDS}|it|this|that)|do(?:es)?\s(?:so|it|this|that)"
)
_ANYTHING: Final = ("do", "perform", "use", "carry", "make", "take")
_DENIALS: Final = tuple(
    re.compile(shape, re.I)
    for shape in (
        rf"{_PEOPLE}\s{_TRYING}\s{_REFUSED}",
        rf"(?:should|if|when|whenever)\s{_PEOPLE}\s(?:{_TRIES}),\s(?P<result>[^.;,]+)",
        rf"{_DEED}\s(?:(?:made|sent|attempted|submitted)\s)?(?:by|from|of)\s{_PEOPLE}(?:\sto\s(?P<verb>[a-z]+){_WORDS}|\sfor\s[a-z]+)?\s{_REFUSED}",
        rf"{_PEOPLE}\s(?P<result>(?:gets?|receives?|sees?)\san\serror(?:\smessage)?)\s(?:when|if)\s(?:they|he\sor\sshe)\s(?:tr(?:y|ies)|attempts?|do(?:es)?)"
        r"(?:\s(?:so|it|this|that))?",
        rf"(?P<result>(?:the\s[a-z-]+(?:\s[a-z-]+)?|it)\s(?:(?:must|shall|will)\s)?(?:den(?:y|ies)|refuses?|blocks?|forbids?)\s"
        rf"(?:it|this|that|access|such{_WORDS}|(?:the|this|that)\s[a-z]+))\s(?:to|for|by|from)\s{_PEOPLE}",
        rf"(?P<result>(?:the\s[a-z-]+(?:\s[a-z-]+)?|it)\s(?:(?:must|shall|will)\s)?(?:refuses?|rejects?|blocks?|stops?|turns?\saway))\s"
        rf"{_PEOPLE}(?:\s{_TRYING})?",
        rf"(?P<result>(?:it|this|that|access|permission|(?:the|this|that)\s[a-z]+)\s(?:(?:must|shall|will)\sbe|is|are)\s(?:refused|denied|forbidden|blocked))\s"
        rf"(?:to|for)\s{_PEOPLE}",
        rf"(?:(?:it|this|that|(?:the|this|that)\s[a-z]+)\s)?(?P<not>(?:stays|remains|is|are|will\sbe)\s(?:hidden|withheld|kept)\sfrom)\s{_PEOPLE}",
        rf"(?P<result>(?:(?:is|are)\s)?(?:refused|denied|forbidden|prohibited|blocked|barred))\s(?:to|for)\s{_PEOPLE}",
        rf"for\s{_PEOPLE},?\s(?:it|this|that|access|(?:the|this|that)\s[a-z]+)\s{_REFUSED}",
        rf"{_PEOPLE}\s(?P<result>(?:(?:shall|must|will)\sbe|is|are|gets?)\s(?:refused|denied|rejected|blocked|turned\s(?:away|down|back)|stopped|forbidden)"
        rf"(?:\s(?:it|this|that|access|permission|entry|(?:the|this|that)\s[a-z]+|to\sdo\s(?:so|this|that)))?)",
        rf"{_PEOPLE}\s(?P<not>(?:may|can|shall|(?:is|are)\s(?:allowed|permitted)\sto)\s(?:only|merely|just)\s(?:view|read|see|look\sat|consult))"
        r"(?:\s(?:it|them|this|that|these))?",
        rf"{_PEOPLE}\s(?P<not>(?:may|can|shall|must|are|is)\snot|cannot|lacks?\s(?:it|this|that)\s[a-z]+)"
        r"(?:\s(?P<verb>(?!be\b|do\b)[a-z]+)\s[a-z][a-z ]{2,40}|\s(?:do\s(?:so|it|this|that)|"
        r"(?:be\s)?(?:allowed|permitted|entitled|authori[sz]ed)(?:\sto(?:\sdo\s(?:so|it|this|that))?)?))?",
    )
)
_CLAUSES: Final = re.compile(
    r"[.;]\s(?:(?:but|while|whereas|and|however,)\s)?|,\s(?:but|while|whereas|so)\s|\s[–—-]\s|"
    r",?\s(?:and|but)\s(?=(?:(?:is|are)\s)?(?:refused|denied|forbidden|prohibited|blocked|barred|not\s[a-z]+)\s(?:to|for)\b)"
)
_NAME: Final = re.compile(r"[A-Z][\w-]*(?:\s(?:of\s|the\s|in\s)?[A-Z][\w-]*){0,3}")
_NOBODY: Final = re.compile(
    r"\b(?:others?|any|all|every|everyone|anyone|nobody|users?|people|person|not|who|else|it|they|them|such|both|each)\b", re.I
)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that is named as refused; nothing where one cannot be read."""
    text = statement(view).rstrip(".")
    joints = list(_CLAUSES.finditer(text))
    if len(joints) != 1:
        return
    first, second = text[: joints[0].start()], text[joints[0].end() :]
    right, told = _right(first), _denied(second, begins=joints[0][0] == ". ")
    if right is None or told is None:  # who may not, before those who may
        right, told = _right(f"{second[:1].upper()}{second[1:]}"), _denied(first, begins=True)
    if right is None or told is None:
        return
    (done, may), (denied, verb) = right, told
    actors = [atom.value for atom in view.atoms if isinstance(atom.value, Actor)]
    known = {singular(role).lower() for one in actors for role in one.denied} if any(one.permitted for one in actors) else set()
    if text.lower().rpartition(" only ")[2].split()[0] == done.verb.split()[0].lower():
        return  # "… may view it. … may only view it": nobody is turned away
    if (
        set(may) & set(denied)
        or {role.lower() for role in denied} <= known
        or (verb and verb not in (*_ANYTHING, done.verb.split()[0].lower()))
    ):
        return  # what the general reading knows too it tells of every role of the document
    for role in (*may, *denied):
        ok = role in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={"role": Input(role)},
            preconditions=(in_role(role, "en"),),
            do=sentence(done.verb, "en") if not done.thing else done.do(),
            see=done.done(ok),
            reason=f"the role {'has' if ok else 'lacks'} the right",
            weight=0.9 if ok else 0.92,
            title=f"role {role}",
            whole=True,
        )


def _right(clause: str) -> tuple[Operation, tuple[str, ...]] | None:
    """What is done, and who may."""
    for shape in _RIGHTS:
        found = shape.fullmatch(clause)
        if (
            found is not None
            and (may := _roles(found["people"], begins=found.start("people") == 0))
            and (done := _operation(found))
        ):
            return done, may
    return None


def _operation(found: re.Match[str]) -> Operation | None:
    told = found.groupdict()
    if told.get("act"):
        return Operation(told["act"], "")
    if told.get("gerund"):
        verb = infinitive(told["gerund"].lower().removesuffix("ing") + "ed")
        return Operation(f"{verb} {told['object']}", "") if verb else None
    if accessed := told.get("accessed") or told.get("label"):
        accessed = re.sub(r"^(?:the|an?)\s", "", uncapitalised(accessed))
        return Operation(f"access the {accessed}", "")
    if not told.get("done"):
        return Operation("get access", "")
    participle, _, particle = told["done"].partition(" ")
    verb = " ".join(filter(None, (infinitive(participle), particle))) if infinitive(participle) else None
    thing = re.sub(r"^(?:the|an?|each|every|any)\s", "", told["thing"], flags=re.I)
    return Operation(verb, thing if thing[:2].isupper() else uncapitalised(thing)) if verb else None


def _denied(clause: str, *, begins: bool) -> tuple[tuple[str, ...], str] | None:
    """Who is refused, and what they try ("" where the clause does not say); None where it says anything else. `begins`: as a
    sentence, with a capital."""
    for shape in _DENIALS:
        found = shape.fullmatch(clause)
        if found is None or not (found.groupdict().get("not") or plainly_refused(found["result"])):
            continue
        if who := _roles(found["people"], begins=begins and found.start("people") == 0):
            return who, (found.groupdict().get("verb") or "").lower()
    return None


def _roles(words: str, *, begins: bool) -> tuple[str, ...]:
    """The people of a list, each known by name ("a Team Lead"), as a role or by a trade; () where one of them is none."""
    pieces = [re.sub(r"^(?:by\s|of\s|to\s)?(?:an?\s|the\s|any\s)?", "", p.strip(), flags=re.I) for p in JOINTS.split(words)]
    if not pieces or any(not piece or _NOBODY.search(piece) or is_thing(piece) for piece in pieces):
        return ()
    begins = begins and words.startswith(pieces[0]) and not any(piece[:1].isupper() for piece in pieces[1:])
    if begins and by_trade(pieces[0]) and (len(pieces[0].split()) == 1 or pieces[0].split()[1].islower()):
        pieces[0] = uncapitalised(pieces[0])
    if any(
        not (_NAME.fullmatch(piece) or (len(piece.split()) <= 3 and (by_trade(piece.split(" of ")[0]) or roles(piece))))
        for piece in pieces
    ):
        return ()
    return tuple(dict.fromkeys(singular(piece) for piece in pieces))

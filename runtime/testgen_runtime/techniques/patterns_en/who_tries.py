"""Who may, and what becomes of somebody else who tries: "The cue list may be edited by the Stage Manager and by the Designer.
Should an Usher attempt to edit it, the attempt shall be rejected", "Pay slips are visible to Clerks and Managers alone; Trainees
who try to open them are denied access", "Drugs are dispensed at the request of a Vet. If a Groomer requests them, the cabinet
denies access", "Nobody but the Harbour Master is authorised to open the gates; the command shall be denied to Skippers",
"Agronomists can change a plan, whereas Contractors cannot: their changes are refused". Each role is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive, is_plural, uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, plainly_refused, point, statement
from testgen_runtime.techniques.patterns_en.who_may import by_trade, is_thing
from testgen_runtime.techniques.phrases import in_role, sentence
from testgen_runtime.techniques.view import View

_PEOPLE: Final = r"(?P<people>[^.;:,]{3,90}?(?:,\s[^.;:,]{3,40}?){0,4})"
_THING: Final = r"(?P<thing>(?:(?:The|An?|Each|Every|Any)\s)?[A-Za-z][a-z-]*(?:\s[a-z-]+){0,4}?)"
_AUTHORISED: Final = r"(?:may|can|(?:is|are)\s(?:entitled|allowed|permitted|authori[sz]ed|able)\sto)"
_MAY: Final = (
    re.compile(
        rf"{_THING}\s(?:is|are|shall\sbe)\s(?P<how>visible|open|accessible|available|shown)\s(?P<only>only\s)?to\s{_PEOPLE}"
        r"(?P<alone>\s(?:alone|only|exclusively))?"
    ),
    re.compile(rf"{_THING}\s(?:may|can|shall|must)\s(?:only\s)?be\s(?P<done>[a-z]+)\s(?:only\s)?by\s{_PEOPLE}"),
    re.compile(
        rf"{_THING}\s(?:is|are|may\sbe|can\sbe|shall\sbe)\s(?:only\s)?(?P<done>[a-z]+)\s(?:only\s)?"
        rf"(?:at|on|upon)\s(?:the\s)?(?P<how>request)\sof\s{_PEOPLE}"
    ),
    re.compile(
        rf"(?:No\sone|Nobody)\s(?:but|except|other\sthan|apart\sfrom)\s{_PEOPLE}\s{_AUTHORISED}\s(?P<act>[a-z]+\s[^.;:,]{{2,60}})"
    ),
)
_LATER: Final = r"(?:after|before|during|while|at|without|when|more|twice|once|outside|within)\b"
_TRY: Final = rf"(?:attempts?|tr(?:y|ies)|asks?|wants?)\sto\s(?P<verb>[a-z]+)(?:\s(?!{_LATER})[^\s.;,]+){{0,6}}?"
_DENIED: Final = (
    re.compile(rf"{_PEOPLE}\s(?:who|that)\s{_TRY}\s(?P<result>(?:shall|must|will|are|is|get)s?\s[^.;]+)"),
    re.compile(rf"(?:Should|If|When|Whenever)\s{_PEOPLE}\s{_TRY},\s(?P<result>[^.;]+)"),
    re.compile(rf"(?:If|When|Whenever)\s{_PEOPLE}\s(?P<asks>requests?)\s(?:it|them|one|this|that),\s(?P<result>[^.;]+)"),
    re.compile(
        r"(?:the\s|this\s|that\s|any\s)?(?:command|request|attempt|action|access|right|permission|it|this)\s(?P<result>(?:(?:shall|must|will)\sbe|is)\s"
        rf"(?:refused|denied))\sto\s{_PEOPLE}",
        re.I,
    ),
)
_WHEREAS: Final = re.compile(
    rf"(?P<may>[^.;:]{{3,80}}?)\s{_AUTHORISED}\s(?P<act>[a-z]+\s[^.;:,]{{2,60}}?),?\s(?:whereas|while|but)\s{_PEOPLE}\s"
    r"(?:cannot|(?:may|must|can|shall|are|is)\snot)(?:\sdo\s(?:so|this|that))?"
    r"(?:[:;,]\s(?:(?:and|so)\s)?(?:their|these|such|any\s[a-z]+\sof\stheirs)\s?(?P<rest>[^.;]+))?\.?"
)
_OPENS: Final = {"visible": "view", "open": "open", "accessible": "open", "available": "open", "shown": "view"}
_ROLE: Final = re.compile(
    r"[A-Z][\w-]*(?:\s(?:of\s|the\s)?[A-Z][\w-]*){0,3}|(?!(?:all|any|other|no|it|they|them|every|who)\b)[a-z][a-z-]+(?:\s[a-z-]+){0,2}"
)
_OTHERS: Final = re.compile(r"\b(?:others?|any|all|every|everyone|anyone|nobody|users?|people|person|not|who|else)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that tries; nothing where one of them cannot be read."""
    text = statement(view)
    told = _whereas(text) or _apart(text)
    if told is None:
        return
    do, may, denied = told
    if not may or not denied or set(may) & set(denied):
        return
    for role in (*may, *denied):
        ok = role in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={"role": Input(role)},
            preconditions=(in_role(role, "en"),),
            do=sentence(do, "en"),
            see="The request is accepted." if ok else "The request is rejected.",
            reason=f"the role {'has' if ok else 'lacks'} the right",
            weight=0.9 if ok else 0.92,
            title=f"role {role}",
            whole=True,
        )


def _whereas(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """ "A and B can change it, whereas C cannot": all of them are known by their trades."""
    found = _WHEREAS.fullmatch(text)
    if found is None or (found["rest"] and not plainly_refused(found["rest"])):
        return None
    may, denied = _roles(found["may"]), _roles(found["people"])
    return (found["act"], may, denied) if all(by_trade(who) for who in (*may, *denied)) else None


def _apart(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """(what is done, who may, who tries in vain); None where the second sentence speaks of something else."""
    halves = re.split(r"[.;]\s(?:but\s|while\s|whereas\s)?", text.rstrip("."))
    if len(halves) != 2:
        return None
    first = next((found for shape in _MAY if (found := shape.fullmatch(halves[0]))), None)
    second = next((found for shape in _DENIED if (found := shape.fullmatch(halves[1]))), None)
    if first is None or second is None or not plainly_refused(second["result"]):
        return None
    do = _act(first)
    named, tried = first.groupdict(), second.groupdict()
    if (
        do is None
        or any(is_thing(who) for who in _roles(second["people"]))
        or (tried.get("asks") and named.get("how") != "request")
    ):
        return None
    allowed = do.split()[0]
    if (verb := tried.get("verb")) and verb != allowed and named.get("how") not in _OPENS:
        return None
    if named.get("how") in _OPENS and verb and verb not in ("open", "view", "see", "read", "access", "enter", "consult", "use"):
        return None
    return do, _roles(first["people"]), _roles(second["people"])


def _act(found: re.Match[str]) -> str | None:
    """What is done, in the infinitive: "edit the lighting cue list", "request controlled drugs"."""
    told = found.groupdict()
    if told.get("act"):
        return found["act"]
    thing = re.sub(r"^(?:the|an?|each|every|any)\s", "", found["thing"], flags=re.I)
    thing = uncapitalised(thing) if thing == found["thing"] and is_plural(thing) else f"the {uncapitalised(thing)}"
    if told.get("how") == "request":
        return f"request {thing}"
    if told.get("how"):
        return f"{_OPENS[found['how']]} {thing}"
    verb = infinitive(found["done"])
    return f"{verb} {thing}" if verb else None


def _roles(words: str) -> tuple[str, ...]:
    """The roles of a list ("a Veterinarian or a Head Nurse"); () where one is none."""
    pieces = [re.sub(r"^(?:by\s|of\s|to\s)?(?:an?\s|the\s)?", "", p.strip(), flags=re.I) for p in JOINTS.split(words)]
    if not any(piece[:1].isupper() for piece in pieces[1:]):
        pieces[0] = uncapitalised(pieces[0])
    if any(not _ROLE.fullmatch(piece) or _OTHERS.search(piece) for piece in pieces):
        return ()
    return tuple(dict.fromkeys(singular(piece) for piece in pieces))

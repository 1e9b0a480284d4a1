"""Who alone may do something, and in a clause of its own who is refused when doing it: "Only dispatchers and shift leaders may
redirect a tram; when a driver or an inspector redirects a tram, the system shall refuse it". Each role is tried (29119-4,
5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import present, third_person
from testgen_runtime.techniques.examples import other_role
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import in_role, sentence
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    r"(?:Only|Exclusively)\s(?P<may>[^.;:]{3,100}?)\s(?:may|can|(?:is|are|shall\sbe)\s(?:allowed|permitted|entitled|authori[sz]ed)\sto)\s"
    r"(?P<act>(?!not\b|be\b|only\b|have\b)[a-z]+\s[^.;:,]{2,70})[.;]\s"
    r"(?:if|when|whenever|where|in\scase)\s(?P<clause>[^.;:]{6,140}?),\s(?P<result>[^.;,]+)\.?",
    re.I,
)
_TRIES: Final = r"(?:(?:tries|try|attempts?|wants?|asks?)\sto\s)?"
_ROLE: Final = re.compile(
    r"(?!(?:other|others|else|all|any|both|no|none|some|every|each|it|they)\b)[A-Za-z][a-z-]+(?:\s[a-z-]+){0,2}"
)
_ANYONE_ELSE: Final = re.compile(
    r"(?:any|some)(?:one|body)\selse|(?:any\sother|another|a\sdifferent)\s(?:user|person|employee|role|member)|any\sother\s(?:users|persons)",
    re.I,
)
_NOBODY: Final = re.compile(
    r"(?:any|some|every|no)(?:one|body)|\b(?:other|else|than|who|that|with|without|not|of|user|users)\b", re.I
)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that is named as one that is refused."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or not REFUSED.search(found["result"]):
        return
    may, who = _named(found["may"]), _who_does(found["clause"], found["act"])
    others = _ANYONE_ELSE.fullmatch(who) is not None
    denied = (other_role(may, "en"),) if others and may else _named(who)
    if not may or not denied or set(may) & set(denied):
        return
    done = _operation(found["act"])
    for role in (*may, *denied):
        ok = role in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={"role": Input(role, "", "example" if others and not ok else "text")},
            preconditions=(in_role(role, "en"),),
            do=sentence(found["act"], "en"),
            see=done.done(True) if ok else sentence(present(found["result"]), "en"),
            reason=f"the role {'has' if ok else 'lacks'} the right",
            weight=0.9 if ok else 0.92,
            title=f"role {role}",
            whole=True,
        )


def _operation(act: str) -> Operation:
    """What is done to what, so that it can be seen: "redirect a tram"; a longer act is a request."""
    found = re.fullmatch(r"(?P<verb>[a-z]+)\s(?:an?|the)\s(?P<thing>[a-z -]+)", act)
    return Operation(found["verb"], found["thing"]) if found else Operation(act, "")


def _who_does(clause: str, act: str) -> str:
    """Whoever does in a clause what the act is: "the secretary" of "the secretary signs it"; "" for others."""
    verb, _, thing = act.partition(" ")
    forms = "|".join(dict.fromkeys(re.escape(form) for form in (third_person(verb.lower()), verb.lower())))
    does = re.fullmatch(
        rf"(?P<who>.{{3,80}}?)\s{_TRIES}(?:(?:{forms})\s(?P<what>.+)|do(?:es)?\s(?:so|this|that|it))", clause, re.I
    )
    if does is None:
        return ""
    what = (does["what"] or "it").lower()
    same = what in ("it", "this", "that", "one", "them") or _head(what) == _head(thing)
    return does["who"] if same else ""


def _head(thing: str) -> str:
    """ "a transfer of the club" → "transfer"."""
    words = re.split(r"\s(?:of|for|to|in|on|from|with|by|at)\s", re.sub(r"^(?:an?|the|its|any)\s", "", thing.lower()))[0].split()
    return singular(words[-1]) if words else ""


def _named(words: str) -> tuple[str, ...]:
    """The roles of a list; () where it does not name them."""
    pieces = [re.sub(r"^(?:an?|the)\s", "", piece.strip(), flags=re.I) for piece in JOINTS.split(words)]
    if any(not _ROLE.fullmatch(piece) or _NOBODY.search(piece) for piece in pieces):
        return ()
    return tuple(dict.fromkeys(singular(piece) for piece in pieces))

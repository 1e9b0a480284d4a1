"""Who may, and in a sentence of its own who may not: "Closing an account is reserved to users with the role Owner or Operator.
Requests of a Reader shall be answered with status 403", "A write-off must be approved by a director or a treasurer. Clerks and
interns do not have permission to approve write-offs". Each role is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import infinitive, uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import bare, in_role, sentence
from testgen_runtime.techniques.roles import one_of
from testgen_runtime.techniques.view import View

_RESERVED: Final = re.compile(
    r"(?P<act>[A-Z][a-z]+ing\s[^.;,]{2,60}?)\s(?:is|are|shall\sbe|must\sbe)\s(?:(?:only\s)?(?:reserved|restricted|limited|"
    r"open|available|permitted|allowed)\s(?:to|for)|(?:allowed|permitted|possible)\sonly\s(?:to|for))\s(?:only\s)?"
    r"(?P<named>(?:users|people|persons|employees|accounts|members)\s(?:with|in|of|who\shave)\s(?:the|one\sof\sthe)\sroles?\s)?"
    r"(?P<may>[^.;]{3,80})\.\s(?P<others>[^.;]+)\.?"
)
_BY: Final = re.compile(
    r"(?P<thing>(?:The|An?|Each|Every)\s[a-z][a-z -]{1,50}?|[A-Z][a-z]+(?:\s[a-z-]+){0,2}(?<=s))\s"
    r"(?:must|shall|may|can|has\sto|have\sto)\s(?:only\s)?be\s(?:only\s)?(?P<done>[a-z]+)\s(?:only\s)?by\s(?P<may>[^.;]{3,80})\.\s(?P<others>[^.;]+)\.?"
)
_NOBODY_BUT: Final = re.compile(
    r"(?:Nobody|No\sone|No\sother\srole)\s(?:but|except|other\sthan|apart\sfrom)\s(?P<may>[^.;]{3,80}?)\s"
    r"(?:may|can|(?:is|are)\s(?:entitled|allowed|permitted|authori[sz]ed|able)\sto)\s(?P<act>[^.;]{3,80})\.\s(?P<others>[^.;]+)\.?"
)
_SENT_BY: Final = re.compile(
    r"(?:[A-Za-z]+\s){1,4}(?:by|from|of)\s(?P<not>[^.;]{3,80}?)(?:\sto\s[a-z]+\s[^.;,]{1,40}?)?\s"
    r"(?:shall|must|will|are|is)\s(?P<result>[^.;]+)",
    re.I,
)
_WHO_TRY: Final = re.compile(
    r"(?P<not>[^.;]{3,80}?)\s(?:who|that)\s(?:attempt|try|tries|attempts|ask|asks|want|wants|request|requests)(?:\s[^.;,]{1,40}?)?\s"
    r"(?P<result>(?:shall|must|will|are|is|receive|get)s?\s[^.;]+)",
    re.I,
)
"""Whoever tries is a person, so that what stands before it are roles."""
_LACK: Final = re.compile(
    r"(?P<not>[^.;]{3,80}?)\s(?:(?:do|does)\snot\shave\s(?:the\s)?(?:permission|right|authority)|"
    r"(?:have|has)\sno\s(?:permission|right|authority)|lacks?\s(?:the\s|this\s)?(?:permission|right|authority)|"
    r"(?:are|is)\snot\s(?:allowed|permitted|entitled|authori[sz]ed)|"
    r"(?:may|must|shall|can)\s(?:not|never)(?:\sbe\sable\sto)?|cannot)(?:\s(?P<verb>[^.;]+))?",
    re.I,
)
_MESSAGE: Final = re.compile(r"with\s(?:the\s|an?\s)?(?:error\s)?(?:message|hint|notice|text)\s[“\"'][^”\"'.;]{1,60}[”\"']", re.I)
_PERSON: Final = re.compile(
    r"(?!(?:only|all|any|other|others|no|none|nobody|everyone|users|it|they|them)\b)[a-z][a-z-]+(?:\s[a-z-]+)?(?:\s(?:of\s)?[a-z-]+)?"
)
_STATUS: Final = re.compile(
    r"\b(?:answered|rejected|refused|met)\swith\s[^.;]{0,30}?\b(?:status|code|error|HTTP)\b[^.;]{0,20}?\b4\d\d\b", re.I
)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that the second sentence names."""
    text = statement(view)
    if found := _RESERVED.fullmatch(text):
        first, _, rest = found["act"].partition(" ")
        verb = infinitive(first.lower().removesuffix("ing") + "ed")
        done = Operation(f"{verb} {rest}", "") if verb else None
        do = f"{verb} {rest}"
    elif found := _NOBODY_BUT.fullmatch(text):
        verb, do = found["act"].split()[0], found["act"]
        done = Operation(do, "")
    elif found := _BY.fullmatch(text):
        verb = infinitive(found["done"])
        done = Operation(verb, uncapitalised(bare(found["thing"]))) if verb else None
        do = ""
    else:
        return
    named = bool(found.groupdict().get("named"))
    may = _named(found["may"]) if named else _plain(found["may"])
    denied = _denied(found["others"], verb or "", named=named)
    if done is None or not may or not denied or set(may) & set(denied):
        return
    for role in (*may, *denied):
        ok = role in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={"role": Input(role)},
            preconditions=(in_role(role, "en"),),
            do=sentence(do, "en") if do else done.do(),
            see=_seen(found["others"], done, ok=ok),
            reason=f"the role {'has' if ok else 'lacks'} the right",
            weight=0.9 if ok else 0.92,
            title=f"role {role}",
            whole=True,
        )


def _denied(others: str, verb: str, *, named: bool) -> tuple[str, ...]:
    """The roles that the second sentence turns away; () where it says something else."""
    if lack := _LACK.fullmatch(others):
        if lack["verb"] and verb and verb not in lack["verb"].lower() and "do so" not in lack["verb"]:
            return ()
        return _plain(lack["not"]) if lack["verb"] else roles(uncapitalised(lack["not"]))
    sent = _SENT_BY.fullmatch(others) or _WHO_TRY.fullmatch(others)
    if sent is None or not (_STATUS.search(sent["result"]) or REFUSED.search(sent["result"])):
        return ()
    return _named(sent["not"]) if named else _plain(sent["not"])


def _plain(words: str) -> tuple[str, ...]:
    """Roles in small letters, also at the start of a sentence. Whoever does what the text speaks of is one, known or not."""
    return roles(uncapitalised(words)) or _people(uncapitalised(words))


def _people(words: str) -> tuple[str, ...]:
    pieces = [
        re.sub(r"^(?:by\s|of\s)?(?:an?\s|the\s)?", "", piece.strip(), flags=re.I)
        for piece in JOINTS.split(words)
        if piece.strip()
    ]
    if any(not _PERSON.fullmatch(piece) for piece in pieces):
        return ()
    return tuple(dict.fromkeys(one_of(piece) for piece in pieces))


def _named(words: str) -> tuple[str, ...]:
    """Roles written as names ("Owner or Billing Manager"); () where one is none."""
    pieces = [re.sub(r"^(?:an?|the)\s", "", p.strip()) for p in JOINTS.split(words)]
    if any(not re.fullmatch(r"[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2}", p) for p in pieces):
        return ()
    return tuple(dict.fromkeys(one_of(p) for p in pieces))


def _seen(others: str, done: Operation, *, ok: bool) -> str:
    if ok:
        return done.done(ok)
    if status := _STATUS.search(others):
        return sentence(f"the request is {status[0]}", "en")
    if message := _MESSAGE.search(others):
        return sentence(f"the request is rejected {message[0]}", "en")
    return done.done(ok)

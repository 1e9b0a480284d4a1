"""What needs the leave of one or several people: "Switching off a substation requires the approval of two engineers", "A
write-off must be signed by at least three directors". As many as are asked for are enough, one fewer is not (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article, infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_HOW_MANY: Final = (
    rf"(?:at least\s)?(?P<n>{'|'.join(_NUMBERS)}|[2-9])\s(?:different\s|independent\s|other\s)?(?P<who>[a-z-]+(?:\s[a-z-]+)?s)"
)
_ONE: Final = r"(?:an?|the|his or her|their)\s(?P<one>[a-z-]+(?:\s[a-z-]+)?(?:\sof\s(?:the\s)?[a-z]+)?)"
_LEAVE: Final = r"(?:prior\s|written\s)?(?P<leave>approval|consent|confirmation|authori[sz]ation|permission|signature|release)s?"
_BEFORE: Final = r"(?:\sbefore\s[^.;,]{3,60})?\.?"
_REQUIRES: Final = re.compile(
    rf"(?P<what>(?:[A-Z][a-z]+ing|The|An?)\s[a-z][a-z -]{{1,60}}?)\s(?:requires|needs|shall\srequire|must\shave)\s"
    rf"(?:the\s)?{_LEAVE}\s(?:of|by|from)\s(?:{_HOW_MANY}|{_ONE}){_BEFORE}"
)
_MUST_BE: Final = re.compile(
    rf"(?P<what>(?:The|An?|Each|Every)\s[a-z][a-z -]{{1,40}}?)\s(?:must|shall|has\sto)\sbe\s"
    rf"(?P<done>approved|signed|confirmed|authori[sz]ed|countersigned|released)\sby\s{_HOW_MANY}{_BEFORE}"
)


def points(view: View) -> Iterator[TestPoint]:
    """Accepted with as many as are asked for, refused with one fewer."""
    text = statement(view)
    found = _REQUIRES.fullmatch(text) or _MUST_BE.fullmatch(text)
    if found is None:
        return
    groups = found.groupdict()
    what = found["what"][:1].lower() + found["what"][1:]
    act = what if re.match(r"[a-z]+ing\s", what) else ""
    leave = groups.get("leave") or found["done"]
    if (one := groups.get("one")) is not None:
        yield from _of_one(view, what, act, leave, one)
        return
    asked = _NUMBERS.get(found["n"].lower()) or int(found["n"])
    people = found["who"].lower()
    for count in (asked, asked - 1):
        who = people if count != 1 else singular(people)
        name = f"number of {people} who {_agree(leave)}"
        line = f"exactly {count} {who} {'have' if count != 1 else 'has'} given {_a(leave)}"
        yield _point(
            view, what, act, {name: Input(str(count), people, "text" if count == asked else "boundary")}, line, ok=count == asked
        )


def _of_one(view: View, what: str, act: str, leave: str, who: str) -> Iterator[TestPoint]:
    for given in (True, False):
        line = f"the {who} has {'' if given else 'not '}given {_a(leave)}"
        yield _point(view, what, act, {f"{leave} of the {who}": Input("yes" if given else "no", "", "example")}, line, ok=given)


def _point(view: View, what: str, act: str, inputs: dict[str, Input], line: str, *, ok: bool) -> TestPoint:
    thing = re.sub(r"^(?:an?|each|every)\s", "the ", what)
    do = _done(act) if act else f"request {thing}" if not thing.startswith("the ") else f"submit {thing}"
    return point(
        view,
        technique=Technique.BOUNDARY_VALUE_ANALYSIS,
        ok=ok,
        inputs=inputs,
        preconditions=(sentence(line, "en"),),
        do=sentence(do, "en"),
        see=f"The request is {'accepted' if ok else 'rejected'}.",
        reason="enough leave is given" if ok else "one leave is missing",
        weight=0.9 if ok else 0.93,
        title=line,
        whole=True,
    )


def _done(act: str) -> str:
    """ "switching off a substation" → "switch off a substation"."""
    first, rest = act.split(" ", 1)
    base = infinitive(first.removesuffix("ing") + "ed")
    return f"{base or first} {rest}"


def _agree(leave: str) -> str:
    return {"signature": "have signed", "signed": "have signed", "countersigned": "have signed"}.get(
        leave, f"have given {_a(leave)}"
    )


def _a(leave: str) -> str:
    noun = {"approved": "approval", "signed": "signature", "confirmed": "confirmation", "countersigned": "signature",
            "released": "release", "authorised": "authorisation", "authorized": "authorization"}.get(leave, leave)  # fmt: skip
    return f"{article(noun)} {noun}"

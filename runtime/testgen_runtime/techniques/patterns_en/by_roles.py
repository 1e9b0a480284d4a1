"""Who may and who may not, told from the thing: "An invoice may be viewed by agents and managers but not by customers"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.english import infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, Operation, point, statement
from testgen_runtime.techniques.phrases import bare, in_role
from testgen_runtime.techniques.view import View

_MAY: Final = r"(?:may|can|is\sallowed\sto|are\sallowed\sto)"
_NOT: Final = r"(?:cannot|can't|(?:must|may|shall|should|can)\snot)"
_SHAPE: Final = re.compile(
    rf"(?P<thing>(?:[A-Za-z-]+\s){{0,4}}?[a-z-]+)\s{_MAY}\s(?:only\s)?be\s(?P<done>[a-z]+)\s(?:only\s"
    rf")?by\s(?P<may>[^.;]+?),?\s(?:(?:but|and|while)\s)?(?:(?:it|they)\s)?"
    rf"(?:(?:{_NOT})\sbe\s(?P<again>[a-z]+)\sby|not\sby|never\sby)\s(?P<not>[^.;,]+)\.?",
    re.I,
)
_PEOPLE: Final = re.compile(
    (
        rf"(?:{ROLE.pattern}|\b(?:relatives?|heads?|people|adults?|family|friends?|strangers?|"
        rf"third parties|staff|personnel|team|hosts?|players?|moderators?))$|^heads?\sof\s[a-z]+$"
    ),
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that may not."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or (found["again"] and found["again"].lower() != found["done"].lower()):
        return
    verb = "see" if found["done"].lower() == "seen" else infinitive(found["done"])
    may, denied = roles(found["may"]), roles(found["not"])
    if verb is None or not may or not denied or set(may) & set(denied):
        return
    thing = bare(found["thing"]).lower() if not found["thing"][:2].isupper() else bare(found["thing"])
    done = Operation(verb, thing)
    for role in (*may, *denied):
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=role in may,
            inputs={"role": Input(role)},
            preconditions=(in_role(role, "en"),),
            do=done.do(),
            see=done.done(role in may),
            reason=f"the role {'has' if role in may else 'lacks'} the right",
            weight=0.9 if role in may else 0.92,
            title=f"role {role}",
            whole=True,
        )


def roles(words: str) -> tuple[str, ...]:
    """The roles of a list ("doctors and nurses", "the owner or an administrator"); () where one is no role."""
    pieces = [bare(re.sub(r"^by\s", "", p)) for p in JOINTS.split(words.strip()) if p.strip()]
    if any(not _PEOPLE.search(p) or not 1 <= len(p.split()) <= 3 for p in pieces):
        return ()
    return tuple(dict.fromkeys(singular(p) for p in pieces))

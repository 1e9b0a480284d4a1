"""Everything of a kind may, but for what is marked by one word: "Except for suspended ones, every account may be used to pay",
"All parcels except damaged ones may be forwarded; a damaged parcel must be held back". One that is marked and one that is not
(29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_BUT: Final = r"(?:with\sthe\s(?:sole\s|only\s)?exception\sof|except(?:\sfor)?|apart\sfrom|other\sthan|save\sfor)"
_MARKED: Final = r"(?:an?\s)?(?P<mark>[a-z-]+)\s(?P<one>ones?|[a-z-]+)"
_ALL: Final = r"(?:every|each|any|all)\s(?P<noun>[a-z-]+)"
_MAY: Final = r"(?:may|can|is\sallowed\sto|are\sallowed\sto|is\spermitted\sto|are\spermitted\sto)\s(?P<act>[a-z][^.;,]+)"
_REFUSED: Final = re.compile(
    r"\b(?:not|never|prevented|refused|rejected|denied|declined|blocked|prohibited|forbidden|held\sback|turned\saway|stopped)\b"
)
_SHAPES: Final = tuple(
    re.compile(rf"{first}\s{_MAY}(?:[.;,]\s(?P<rest>[^.;]+))?\.?", re.IGNORECASE)
    for first in (rf"{_BUT}\s{_MARKED},\s{_ALL}", rf"{_ALL}\s{_BUT}\s{_MARKED}", rf"{_ALL},\s{_BUT}\s{_MARKED},")
)


def points(view: View) -> Iterator[TestPoint]:
    """One that is marked and one that is not; nothing where the exception is of another kind, or what follows tells more."""
    text = statement(view)
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(text))), None)
    if found is None:
        return
    noun, mark, rest = singular(found["noun"].lower()), found["mark"].lower(), found["rest"] or ""
    if found["one"].lower() not in ("one", "ones") and singular(found["one"].lower()) != noun:
        return
    if rest and not (mark in rest.lower() and _REFUSED.search(rest)):
        return
    marked = f"the {noun} is {mark}"
    passive = re.match(r"be\s(?P<done>.+)", found["act"])
    do = f"ask for the {noun} to be {passive['done']}" if passive else f"as {article(noun)} {noun}, {found['act']}"
    for ok in (True, False):
        line = (opposite(marked, "en") or f"the {noun} is not {mark}") if ok else marked
        see = f"the {noun} is {passive['done']}" if passive else "the request is accepted"
        refused = f"the request is rejected and the {noun} is not {passive['done']}" if passive else "the request is rejected"
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{noun} is {mark}": Input("no" if ok else "yes")},
            preconditions=(sentence(line, "en"),),
            do=sentence(do, "en"),
            see=sentence(see if ok else refused, "en"),
            reason=f"not {mark}" if ok else "what is excepted",
            weight=0.9 if ok else 0.92,
            title=line,
            whole=True,
        )

"""A thing that is refused but for one kind of it: "Dogs are not permitted in the gondola, with the exception of assistance
dogs, which shall be permitted". The kind that is named and one that it is not (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_LET: Final = r"(?:permitted|allowed|admitted|accepted)"
_SHAPE: Final = re.compile(
    rf"(?P<noun>[A-Z][a-z-]+s)\s(?:(?:are|shall|must|may|will)\snot\s(?:be\s)?(?P<let>{_LET})|(?:are|shall\sbe)\s(?:forbidden|prohibited|banned))"
    r"(?P<where>\s(?:in|into|on|onto|at|inside|aboard|to)\s(?:the\s|an?\s)?[a-z-]+(?:\s[a-z-]+){0,2})?,?\s"
    r"(?:with\sthe\s(?:sole\s|only\s)?exception\sof|except(?:\sfor)?|apart\sfrom|other\sthan)\s(?P<kind>[a-z-]+(?:\s[a-z-]+)?)"
    rf"(?:,\s(?:which|these|who)\s(?:are|shall\sbe|may\sbe|must\sbe|will\sbe)\s(?:always\s)?{_LET})?\.?"
)


def points(view: View) -> Iterator[TestPoint]:
    """One of the kind that is let in, and one that is not; nothing where the exception is no kind of what is refused."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    noun, kind = singular(found["noun"].lower()), singular(found["kind"])
    if kind.split()[-1] != noun or kind == noun:
        return
    for ok in (True, False):
        line = f"the {noun} is {'' if ok else 'not '}{article(kind)} {kind}"
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{noun} is {article(kind)} {kind}": Input("yes" if ok else "no")},
            preconditions=(sentence(line, "en"),),
            do=sentence(f"ask for the {noun} to be {found['let'] or 'permitted'}{found['where'] or ''}", "en"),
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason="the kind that is excepted" if ok else "not the kind that is excepted",
            weight=0.9 if ok else 0.92,
            title=line,
            whole=True,
        )

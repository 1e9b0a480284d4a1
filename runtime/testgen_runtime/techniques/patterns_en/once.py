"""What is over once something has happened: "Once a grade has been published, it can no longer be changed"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import Operation, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_NOUN: Final = r"(?:an?\s|the\s|any\s|its\s)?(?P<noun>[a-z][a-z-]*(?:\s[a-z-]+)?)"
_DONE: Final = (
    r"(?P<verb>is|are|has|have|has\sbeen|have\sbeen|was|were)\s(?P<event>[a-z-]+(?:ed|en|wn|pt|nt|id|"
    r"ld|ught|sed|d|st|t)(?:\s(?:lost|stolen|found|ready|up|off|out|in))?)"
)
_NOT: Final = (
    r"(?:cannot|can't|can\sno\slonger|may\sno\slonger|(?:must|may|shall|should|can|will)\sno(?:t|\s"
    r"longer)|can\snever|must\snever)"
)
_ACT: Final = r"(?:be\s(?P<done>[a-z]+)(?:\s(?:again|anymore|any\smore|any\slonger))?)"
_SHAPES: Final = (
    re.compile(
        rf"(?:Once|After|As\ssoon\sas)\s{_NOUN}\s{_DONE},?\s(?:it|they|the\s[a-z]+(?:\s[a-z]+)?)\s{_NOT}\s{_ACT}\.?", re.I
    ),
    re.compile(rf"(?:An?\s|The\s)?{_NOUN}\s{_NOT}\s{_ACT}\s(?:once|after|as\ssoon\sas)\s(?:it|they)\s{_DONE}\.?", re.I),
)

_UNDOES: Final = frozenset(
    {"restore", "recover", "undo", "reverse", "return", "refund", "withdraw", "revoke", "recall", "reopen"}
)
"""What makes no sense before the event: nobody restores what has not been deleted."""


def points(view: View) -> Iterator[TestPoint]:
    """Refused after the event, accepted before it."""
    text = statement(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    base = infinitive(found["done"]) if found else None
    if found is None or base is None:
        return
    thing = singular(found["noun"].lower())
    verb = {"are": "is", "have": "has", "have been": "has been", "was": "is", "were": "is"}.get(
        found["verb"].lower(), found["verb"].lower()
    )
    told = f"the {thing} {verb} {found['event'].lower()}"
    done = Operation(base, thing)
    for after in (True,) if base in _UNDOES else (True, False):
        line = told if after else opposite(told, "en")
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=not after,
            inputs={f"{thing} status": Input(line.removeprefix(f"the {thing} "), "", "text" if after else "example")},
            preconditions=(sentence(line, "en"),),
            do=done.do(),
            see=done.done(not after),
            reason="after the event" if after else "before the event",
            weight=0.92 if after else 0.9,
            title=line.removeprefix("the "),
            whole=True,
        )

"""What is possible only until so much time has gone by: "Latecomers are let into the hall only while fewer than 20 minutes have
gone by since curtain-up; from 20 minutes onwards the turnstile does not open for them". The bound and what is beside it
(29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import is_plural
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_UNIT: Final = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?)"
_SHAPE: Final = re.compile(
    r"(?P<who>(?:(?:The|An?)\s)?[A-Za-z][a-z-]*(?:\s[a-z-]+){0,2}?)\s(?:(?:is|are|(?:may|can|shall|must|will)\sbe))\s(?P<done>[a-z]+(?:\s[a-z-]+){0,5}?)\s"
    rf"only\s(?:while|if|when|as\slong\sas)\s(?P<less>fewer\sthan|less\sthan|no\smore\sthan|at\smost)\s(?P<n>\d{{1,5}})\s(?P<unit>{_UNIT})\s"
    r"(?:have|has)\s(?:gone\sby|passed|elapsed|gone)\ssince\s(?P<event>[a-z][^.;,]{1,50}?)[;.]\s"
    rf"(?:(?P<from>from)\s(?P<n2>\d{{1,5}})\s(?P<u2>{_UNIT})\s(?:on|onwards?|upwards?)|after\s(?P<n3>\d{{1,5}})\s(?P<u3>{_UNIT})|"
    r"after\sthat|afterwards|thereafter|later\son),?\s(?P<rest>[^.;]+)\.?",
    re.I,
)
_HANGS_ON: Final = re.compile(r"\b(?:unless|except|until|if)\b", re.I)
_NOT: Final = re.compile(r"\b(?:does|do|is|are|can|may|must|shall|will)\s(?:not|no\slonger)\b|\bcannot\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """The bound, its neighbours and a value within; nothing where the two sentences tell different times."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or _HANGS_ON.search(found["rest"]) or not (REFUSED.search(found["rest"]) or _NOT.search(found["rest"])):
        return
    bound, unit = int(found["n"]), found["unit"].lower().removesuffix("s")
    inclusive = found["less"].lower() in ("no more than", "at most")
    again = found["n2"] or found["n3"]
    if (again and (int(again) != bound or (found["u2"] or found["u3"]).lower().removesuffix("s") != unit)) or bound < 1:
        return
    if inclusive and found["from"]:
        return  # accepted and refused at the bound
    who, name = _who(found["who"]), f"time since {found['event']}"
    for value in dict.fromkeys((bound // 2, bound - 1, bound, bound + 1)):
        ok = value < bound or (inclusive and value == bound)
        told = f"{value} {unit}{'' if value == 1 else 's'}"
        have = "has" if value == 1 else "have"
        middle = value == bound // 2 != bound - 1
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING if middle else Technique.BOUNDARY_VALUE_ANALYSIS,
            ok=ok,
            inputs={name: Input(str(value), unit + ("" if value == 1 else "s"), "text" if value == bound else "boundary")},
            preconditions=(sentence(f"{told} {have} gone by since {found['event']}", "en"),),
            do=sentence(f"ask for the {who} to be {found['done']}", "en"),
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason=f"{'within' if ok else 'past'} {bound} {unit}s",
            weight=0.5 if middle else 0.93 if ok else 0.95,
            title=f"{told} since {found['event']}",
            whole=True,
        )


def _who(words: str) -> str:
    plain = re.sub(r"^(?:the|an?)\s", "", words, flags=re.I).lower()
    return singular(plain) if is_plural(plain) else plain

"""What is on on one side of a bound and off on the other: "The valve opens as soon as the pressure exceeds 8 bar; at 8 bar or
below it is kept closed", "When the level reaches 3 m the pump starts, below that it stays off" (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import lower_first
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.telling import point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.trees import told_limit
from testgen_runtime.techniques.view import View

_THING: Final = r"(?P<thing>(?:[Tt]he|[Aa]n?)\s[a-z-]+(?:\s[a-z-]+){0,2}?)"
_ON: Final = (
    r"(?P<on>(?:automatically\s)?(?:opens|starts|runs|sounds|operates|lights\sup|(?:switches|turns|comes|goes)\son|"
    r"is\s(?:switched|turned)\son|is\sactivated|kicks\sin))"
)
_AS: Final = r"(?:as\ssoon\sas|when|whenever|once|if)"
_IF: Final = (
    r"(?P<subject>(?:the|its|an?)\s[a-z-]+(?:\s[a-z-]+){0,3}?)\s(?P<how>HOW)\s"
    r"(?P<number>[-−]?\d[\d.,]*(?:\s?[^\s.,;]+){0,2}?)"
)
_MORE: Final = (
    dict.fromkeys(("exceeds", "is above", "is over", "rises above", "goes above", "climbs above"), "more than")
    | dict.fromkeys(
        ("is below", "is under", "drops below", "falls below", "drops under", "falls under", "sinks below"), "less than"
    )
    | dict.fromkeys(("reaches", "rises to", "is at least"), "at least")
    | dict.fromkeys(("drops to", "falls to", "is at most"), "at most")
)
_COND: Final = _IF.replace("HOW", "|".join(re.escape(one).replace(r"\ ", r"\s") for one in _MORE))
_OFF: Final = (
    r"(?:otherwise|(?:at|below|above|up\sto|under|over|from|beyond)\s[^,.;]{1,30}?),?\s(?:it|the\s[a-z-]+(?:\s[a-z-]+)?)\s"
    r"(?P<off>(?:is\skept|is|stays|remains|keeps)\s(?:closed|shut|off|silent|dark|locked|still|switched\soff|turned\soff)|"
    r"does\snot\s[a-z]+(?:\son)?)"
)
_SHAPES: Final = (
    re.compile(rf"{_THING}\s{_ON}\s{_AS}\s{_COND}[.;,]\s(?:and\s|but\s)?{_OFF}\.?", re.I),
    re.compile(rf"{_AS}\s{_COND},?\s{_THING}\s{_ON}[.;,]\s(?:and\s|but\s)?{_OFF}\.?", re.I),
)


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where it is no limit that can be read."""
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(statement(view)))), None)
    if found is None:
        return
    subject = lower_first(found["subject"])
    comparison = _MORE[" ".join(found["how"].lower().split())]
    limit = told_limit(sentence(f"{subject} must be {comparison} {found['number']}", "en"), "en")
    if limit is None:
        return
    name, thing = limit_name(limit, "en"), lower_first(found["thing"])
    for level in limit_levels(limit, name, "en"):
        ((_, value),) = level.inputs.items()
        told = f"{value.value} {value.unit}".strip()
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs=level.inputs,
            preconditions=(),
            do=sentence(f"set the {name} to {told}", "en"),
            see=sentence(f"{thing} {found['on'] if level.good else found['off']}", "en"),
            reason=level.reason,
            weight=level.weight,
            title=f"{name} of {told}",
            whole=True,
        )

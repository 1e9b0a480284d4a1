"""Classes of one kind of people or things: "Gold and Silver members may enter the lounge, Bronze members may not"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, MODAL, REFUSED, operation, point
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_NAMES = r"(?P<names>[A-Z][a-z]+(?:(?:,\s|\s(?:and|or)\s|,\s(?:and|or)\s)[A-Z][a-z]+)*)"
_TIER = re.compile(
    rf"(?:^|[.,;]\s|\b(?:and|but|while|whereas)\s)(?:[Oo]nly\s)?{_NAMES}\s(?P<noun>[a-z]+s?)\s(?P<does>{MODAL}\s(?:not\b|[^.,;]+)|cannot\b[^.,;]*|are\s[^.,;]+)"
)
_NOT = re.compile(rf"\b(?:{MODAL}\snot|cannot)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """A point for each class that may, and for each that may not; nothing where one of both is missing."""
    text = view.requirement.text
    if any(c.isdigit() for c in text):
        return
    found = list(_TIER.finditer(text))
    nouns = {m["noun"].removesuffix("s") for m in found}
    told: dict[str, bool] = {}
    for match in found:
        ok = not (_NOT.search(match["does"]) or REFUSED.search(match["does"]))
        for name in JOINTS.split(match["names"]):
            if told.setdefault(name, ok) != ok:
                return
    if len(nouns) != 1 or set(told.values()) != {True, False} or re.search(r"\b(?:if|when|unless|while|except)\b", text):
        return
    may = next(m for m in found if not (_NOT.search(m["does"]) or REFUSED.search(m["does"])))
    done = operation(f"{may['noun']} {may['does']}.")
    if done is None:
        return
    (noun,) = nouns
    for name, ok in told.items():
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={noun: Input(name)},
            preconditions=(sentence(f"You are signed in as a {name} {noun}", "en"),),
            do=done.do(),
            see=done.done(ok),
            reason=f"a {name} {noun} {'may' if ok else 'may not'}",
            weight=0.9 if ok else 0.92,
            title=f"{name} {noun}",
        )

"""Two things of which one is enough to have: "The barrier shall open for a car that has a resident permit or a delivery pass; a
car with neither of them shall be refused". Each of them alone, both and neither are tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import infinitive, is_plural, lower_first, present, third_person
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.patterns_en.either_of import ground
from testgen_runtime.techniques.patterns_en.telling import REFUSED, as_one, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.trees import Act, Clause, Way
from testgen_runtime.techniques.view import View

_NOUN: Final = r"(?P<noun>[a-z-]+(?:\s[a-z-]+){0,2}?)"
_THING: Final = r"(?:an?|the|valid|his|her|its)\s[a-z][a-z -]{2,50}?"
_HAS: Final = (
    rf"(?:(?:that|who|which)\s(?P<verb>has|holds|owns|carries|shows|presents|wears|possesses)|(?P<with>with))\s(?:either\s)?"
    rf"(?P<first>{_THING})\sor\s(?P<second>{_THING})"
)
_NEITHER: Final = (
    r"[.;,]\s(?:but\s)?(?P<result>(?:[Aa]n?|[Aa]ny|[Tt]he|[Ee]very)\s(?P<again>[a-z-]+(?:\s[a-z-]+){0,2}?)\s"
    r"(?P<how>(?:(?:with|(?:that|who|which)\s[a-z]+)\s(?:neither|none)(?:\sof\s(?:them|these|the\stwo|those|both))?|"
    r"without\s(?:either|both|any)(?:\sof\s(?:them|these|the\stwo|those))?|(?:that|who)\shas\sno\ssuch\s[a-z]+))\s"
    r"(?:shall|must|will|is|may|can|cannot)\b[^.;]+)\.?"
)
_DOES_FOR: Final = re.compile(
    rf"(?:The|An?)\s(?P<thing>[a-z-]+(?:\s[a-z-]+){{0,3}}?)\s(?:(?:shall|must|will|may|can)\s(?:only\s)?(?P<do>(?!be\b|not\b)[a-z]+)|(?P<does>[a-z]+s))\s"
    rf"(?:only\s)?(?:for|to)\s(?:an?|any|every)\s{_NOUN}\s{_HAS}{_NEITHER}"
)
_IS_DONE: Final = re.compile(
    rf"(?:An?|Any|Every|Each)\s{_NOUN}\s{_HAS}\s(?:shall|must|may|can|will)\s(?:be\s(?P<done>[a-z]+)(?P<more>(?:\s[a-z-]+){{0,5}}?)|"
    rf"(?P<act>(?!be\b|not\b|have\b)[a-z]+(?:\s[a-z-]+){{0,6}}?)){_NEITHER}"
)


def points(view: View) -> Iterator[TestPoint]:
    """The first alone, the second alone, both, and neither of them; nothing where the two sentences speak of different things."""
    text = statement(view)
    found = _DOES_FOR.fullmatch(text) or _IS_DONE.fullmatch(text)
    if found is None or not REFUSED.search(found["result"]):
        return
    noun = found["noun"]
    if found["again"].split()[-1] != noun.split()[-1]:
        return
    act = _act(found, noun)
    clauses = [ground(noun, f"{found['verb'] or 'has'} {found[group]}") for group in ("first", "second")]
    if act is None or any(clause is None for clause in clauses):
        return
    for ways in _rows([clause for clause in clauses if clause is not None]):
        ok = any(way.holds for way in ways)
        lines = tuple(way.line for way in ways)
        yield point(
            view,
            technique=ways[0].technique,
            ok=ok,
            inputs=_inputs(ways),
            preconditions=lines,
            do=sentence(act.do, "en"),
            see=sentence(act.yes if ok else act.no, "en"),
            reason="one of them is enough" if ok else "neither of them is there",
            weight=0.9 if ok else 0.92,
            title=as_one(lines),
            whole=True,
        )


def _rows(clauses: list[Clause]) -> Iterator[tuple[Way, ...]]:
    for holds in ((True, False), (False, True), (True, True), (False, False)):
        ways = [clause.way(holds=one) for clause, one in zip(clauses, holds, strict=True)]
        yield tuple(way for way in ways if way is not None)


def _inputs(ways: tuple[Way, ...]) -> dict[str, Input]:
    return {name: value for way in ways for name, value in way.inputs.items()}


def _act(found: re.Match[str], noun: str) -> Act | None:
    """What is done, and what is seen: "the barrier opens", "the car is refused"."""
    groups = found.groupdict()
    result = lower_first(found["result"])
    result = re.sub(rf"^\w+\s{re.escape(found['again'])}\s{re.escape(found['how'])}\s", f"the {noun} ", result)
    no = present(result)
    if groups.get("thing"):
        thing, does = found["thing"], third_person(found["do"]) if found["do"] else found["does"]
        return None if is_plural(thing) else Act(f"let the {noun} use the {thing}", f"the {thing} {does}", no)
    if groups.get("done"):
        verb = infinitive(found["done"])
        yes = f"the {noun} is {found['done']}{found['more']}"
        return Act(f"ask to {verb} the {noun}{found['more']}", yes, no) if verb else None
    return Act(f"as the {noun}, {found['act']}", "the request is accepted", no)

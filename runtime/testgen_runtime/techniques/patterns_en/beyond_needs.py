"""A condition that binds only beyond a bound ("Patients under 16 may only be admitted if a parent has signed", "Leave requests
of more than 10 days are restricted to employees who have completed their probation"), and a bound or a state that is
enough to be refused ("A player who is banned or under 13 may not join"): decision tables with a bound (29119-4, 5.2.6 and 5.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.english import article, infinitive, third_person
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.telling import REFUSED, Operation, answer, point, question, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

COMPARED: Final = (
    r"(?:(?:that|which|who)\s(?:weighs?|costs?|lasts?|is|are|runs?\sat|runs?\sfor|takes?)\s)?"
    r"(?P<than>(?:(?:aged|of|with|worth|for|lasting|weighing)\s)?(?:(?:more|greater|higher|larger|"
    r"longer|heavier|older|less|fewer|lower|smaller|shorter|younger|lighter)\sthan|above|over|under|"
    r"below|at\sleast|exceeding)(?:\sthe\sage\sof)?)\s"
    r"(?P<number>\S*\d\S*(?:\s(?:%|[A-Za-z]+))?)(?P<old>\s(?:of\sage|old))?"
)
_COMPARED_TOO: Final = re.sub(r"\?P<(than|number|old)>", r"?P<\g<1>2>", COMPARED)
NOUN: Final = r"(?:An?\s|Any\s|The\s|All\s)?(?P<noun>(?:(?!that\s|which\s|who\s)[a-z-]+\s){0,2}?(?!that\s|which\s|who\s)[a-z-]+)"
_ONLY_IF: Final = re.compile(
    (
        rf"{NOUN}\s{COMPARED}\s(?:may|can|shall|must)\s(?:only\sbe\s(?P<early>[a-z]+)|be\s"
        rf"(?P<done>[a-z]+)(?P<more>\s[a-z]{{2,5}}(?:\s(?:an?|the)\s[a-z]+)?)?\sonly|be\sonly\s(?P<late>[a-z]+))\s"
        rf"(?:if|when|provided\sthat|after|once)\s(?P<condition>[^.;]{{6,100}}?)"
        rf"(?:[;.,]\s(?:and\s)?(?:otherwise|without\s(?:it|one|this|that|such|his|her|their)\b)(?P<without>[^.;]*))?"
        rf"(?:[.;]\s(?P<rest>[^.;]*))?\.?"
    ),
    re.I,
)
_WHO_HAVE: Final = re.compile(
    (
        rf"{NOUN}\s{COMPARED}\s(?:is|are)\s(?:reserved\s(?:for|to)|restricted\sto|limited\sto|only\s"
        rf"(?:open|available)\sto)\s(?P<people>[a-z]+(?:\s[a-z]+)?)\s(?:who|that|which)\s(?P<verb>have|"
        rf"has|are|is)\s(?P<rest>[^.;,]{{3,80}}?)\.?"
    ),
    re.I,
)
_ONLY_WITH: Final = re.compile(
    (
        rf"{NOUN}\s{COMPARED}\s(?:may|can|must|shall)\s(?:only\s(?:be\s)?(?P<early>[a-z]+)|(?:be\s"
        rf")?(?P<late>[a-z]+)\sonly)(?:\s(?:in|on|by|at|to)\s[a-z]+(?:\s[a-z]+)?)?\swith\s(?P<need>(?:an?|"
        rf"the|valid|written)\s[a-z -]{{3,50}}?)\.?"
    ),
    re.I,
)
_REQUIRE: Final = re.compile(
    rf"{NOUN}\s{COMPARED}(?:\s(?:per|a|in\sa)\s[a-z]+)?\s(?:requires?|needs?)\s"
    rf"(?:that\s(?P<clause>[^.;]{{6,100}}?)|(?P<need>(?:an?|the|valid|written)\s[a-z -]{{3,50}}?))"
    r"[;,.]\s(?:and\s)?(?:[a-z-]+\s)?without\s(?:it|one|this|that|them|(?:this|that|such\san?)\s[a-z]+),?\s"
    r"[^.;]*?(?:refused|rejected|denied|declined|turned\saway|not\s[a-z]+(?:\s[a-z]+)?)"
    r"(?:[;.]\s[^.;]*(?:up\sto|or\sless|at\smost|or\sbelow|other)[^.;]*)?\.?",
    re.I,
)
_UNLESS: Final = re.compile(
    r"(?:No\s|An?\s|The\s|Any\s|Each\s)?(?P<noun>[a-z-]+(?:\s[a-z-]+)?)\s(?P<may>may|must|shall|can)(?P<not>\snot|not)?\s"
    r"(?P<than>exceed|be\s(?:more|larger|longer|heavier|higher|greater)\sthan|be\s(?:above|over))\s"
    r"(?P<number>\S*\d\S*(?:\s(?:%|[A-Za-z]+))?)(?P<old>\sold)?,?\s(?:unless|except\s(?:if|when|where))\s(?P<condition>[^.;]{6,100}?)\.?",
    re.I,
)
_NOT_UNLESS: Final = re.compile(
    rf"(?:(?P<no>No)\s)?{NOUN}\s{COMPARED}\s(?:(?:must|may|shall|can|will|should)(?P<not>\snot)?|can(?P<not2>not)|(?:is|are)(?P<not3>\snot)\sto)\sbe\s"
    rf"(?P<done>[a-z]+)(?P<more>\s[a-z -]{{2,40}}?)?\s"
    r"(?:unless|until|except\s(?:if|when|where))\s(?P<condition>[^.;]{6,100}?)(?:[.;]\s(?P<rest>[^.;]*))?\.?",
    re.I,
)
_ACT: Final = r"(?!be\b|have\b|not\b|only\b|never\b)[a-z]+(?:\s[a-z-]+){0,6}?"
_UNTOLD_REST: Final = r"(?:(?:[.;]|,\s(?:whereas|while|but))\s(?P<rest>[^.;]*))?\.?"
_ACT_UNLESS: Final = re.compile(
    rf"(?:(?P<no>No)\s)?{NOUN}\s{COMPARED},?\s(?:(?:must|may|shall|can|will|should)(?P<not>\s(?:not|never))?|can(?P<not2>not)|"
    rf"(?:is|are)(?P<not3>\snot)\s(?:allowed|permitted)\sto)\s(?P<act>{_ACT}),?\s"
    rf"(?:unless|until|except\s(?:if|when|where))\s(?P<condition>[^.;,]{{6,100}}?){_UNTOLD_REST}",
    re.I,
)
_ACT_ONLY_IF: Final = re.compile(
    rf"{NOUN}\s{COMPARED},?\s(?:(?:may|can|shall|must)|(?:is|are)\s(?:allowed|permitted)\sto)\s"
    rf"(?:only\s(?P<early>{_ACT})\s|(?P<act>{_ACT})\sonly\s)(?:if|when|while|provided\sthat|as\slong\sas)\s"
    rf"(?P<condition>[^.;,]{{6,100}}?){_UNTOLD_REST}",
    re.I,
)
_OTHERS_MAY: Final = re.compile(
    r"(?:(?:all|any|every)\s)?(?:others?|lighter|heavier|smaller|larger|shorter|longer|younger|older|cheaper|lower|higher)\b[^.;\d]*?"
    r"\b(?:may|can|(?:is|are|shall\sbe|will\sbe|must\sbe)\s(?:always\s)?(?:free|allowed|permitted|accepted|admitted|welcome|let))\b(?!\snot\b)[^.;\d]*",
    re.I,
)
"""That the same is possible for all others: "All other dogs may board"."""
_UP_TO: Final = re.compile(
    r"\b(?:up\sto|at\smost|or\s(?:less|below|under|lighter|shorter|smaller|lower|fewer|younger)|not\smore)\b", re.I
)
_FROM: Final = re.compile(
    r"\b(?:at\sleast|or\s(?:more|above|over|older|heavier|longer|higher|taller|larger|up|upwards)|(?:no|not)\s(?:less|fewer|younger)\sthan)\b",
    re.I,
)
_NOT_TO: Final = re.compile(
    (
        rf"(?:An?\s|The\s|No\s)?(?P<object>[a-z-]+(?:\s[a-z-]+)?)\s(?:(?:is|are)\snot|(?:must|shall|may|"
        rf"can|will)\snot\sbe|cannot\sbe)\s(?P<done>[a-z]+)\sto\s(?:an?\s|any\s)?(?P<noun>[a-z]+(?:\s"
        rf"[a-z]+)?)\s(?:who|that)\s(?:is|are)\s{COMPARED}\sor\s(?:who\s)?(?P<first>(?:is|are|has|have)\s"
        rf"[a-z -]{{3,50}}?)\.?"
    ),
    re.I,
)
_EITHER: Final = re.compile(
    (
        rf"(?:An?\s|Any\s|The\s)?(?P<noun>[a-z-]+(?:\s[a-z-]+)?)\s(?:who|that|which)\s(?:(?P<first>(?:is|"
        rf"has|contains|lacks)\s[a-z -]{{3,50}}?)\sor\s(?:is\s|are\s)?(?P<a>{COMPARED})|(?:(?:is|are)\s|"
        rf"(?P<weighs>weighs|costs|lasts|exceeds)\s)"
        rf"(?P<b>{_COMPARED_TOO})"
        rf"\sor\s(?P<second>(?:is|has|contains|lacks)\s[a-z -]{{3,50}}?))\s"
        r"(?:(?:may\snot|cannot|must\snot|shall\snot|can\snot)\s(?:be\s(?P<done>[a-z]+)(?P<more>\s"
        r"[a-z ]{2,40})?|(?P<act>[a-z]+(?:\s[a-z-]+){0,5}))|(?P<away>(?:shall|must|will|is)\s(?:be\s"
        r")?(?:rejected|refused|denied|declined|turned\saway)))\.?"
    ),
    re.I,
)
_LOWER: Final = re.compile(r"more|greater|higher|larger|longer|heavier|older|above|over|exceed|least", re.I)


@dataclass(frozen=True, slots=True)
class _More:
    """What belongs to the verb: hand "over" a parcel, release an order "to production"."""

    particle: str = ""
    end: str = ""


_NOTHING: Final = _More()


@dataclass(frozen=True, slots=True)
class Side:
    """The values on one side of a bound: `levels` are good there."""

    name: str
    levels: tuple[Level, ...]

    @property
    def beyond(self) -> tuple[Level, ...]:
        return tuple(lv for lv in self.levels if lv.good)

    @property
    def within(self) -> tuple[Level, ...]:
        return tuple(lv for lv in self.levels if not lv.good)


def points(view: View) -> Iterator[TestPoint]:
    """Beyond the bound with and without the condition, up to it without; or each ground of a refusal alone, and neither."""
    text = statement(view)
    if found := _ONLY_IF.fullmatch(text):
        verb = infinitive(found["early"] or found["done"] or found["late"])
        plain = not re.search(r"\d|\s(?:and|or)\s", found["condition"])
        refused = found["without"] is None or REFUSED.search(found["without"]) is not None
        if verb is not None and plain and refused and _agrees(found):
            condition = about(singular(found["noun"].lower()), found["condition"])
            done = Operation(verb, singular(found["noun"].lower()), by_system=not found["more"])
            more = found["more"] or ""
            yield from _needed(view, found, done, condition, _More("", more) if " " in more.strip() else _More(more))
    elif found := _WHO_HAVE.fullmatch(text):
        if not re.search(r"\d|\s(?:and|or)\s", found["rest"]):
            verb = {"have": "has", "are": "is"}.get(found["verb"].lower(), found["verb"].lower())
            rest = re.sub(r"\btheir\b", "the", found["rest"])
            condition = f"the {singular(found['people'].lower())} {verb} {rest}"
            yield from _needed(view, found, Operation("accept", singular(found["noun"].lower()), by_system=True), condition)
    elif found := _ONLY_WITH.fullmatch(text):
        noun = singular(found["noun"].lower())
        yield from _needed(view, found, Operation("accept", noun, by_system=True), f"the {noun} has {found['need']}")
    elif found := _REQUIRE.fullmatch(text):
        noun = singular(found["noun"].lower())
        condition = re.sub(r"^an?\s", "the ", found["clause"] or f"the {noun} has {found['need']}")
        if not re.search(r"\d|\s(?:and|or)\s", condition):
            yield from _needed(view, found, Operation("accept", noun, by_system=True), condition)
    elif found := _UNLESS.fullmatch(text):
        noun = singular(found["noun"].lower())
        denied = text.lower().startswith("no ") != bool(found["not"])
        if denied and not re.search(r"\d|\s(?:and|or)\s", found["condition"]):
            condition = re.sub(r"^an?\s", "the ", found["condition"])
            yield from _needed(view, found, Operation("accept", noun, by_system=True), condition)
    elif found := _NOT_UNLESS.fullmatch(text):
        yield from _not_unless(view, found)
    elif found := _ACT_UNLESS.fullmatch(text) or _ACT_ONLY_IF.fullmatch(text):
        yield from _act_needs(view, found)
    elif found := _NOT_TO.fullmatch(text):
        verb = infinitive(found["done"])
        side = side_of(found["than"], found["number"], found["old"] or "", noun := singular(found["noun"].lower()))
        if verb is not None and side is not None:
            condition = f"the {noun} {re.sub('^have ', 'has ', re.sub('^are ', 'is ', found['first']))}"
            rows = [(lv, False) for lv in side.levels] + [(lv, True) for lv in side.within[:1]]
            done = Operation(f"{verb} the {found['object'].lower()} to", noun)
            for level, holds in rows:
                yield row(
                    view,
                    done,
                    level,
                    condition,
                    holds=holds,
                    ok=not holds and not level.good,
                    see=(found["object"].lower(), verb),
                )
    elif found := _EITHER.fullmatch(text):
        yield from _grounds(view, found)


def _not_unless(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """ "An order worth more than 5,000 EUR must not be released unless the manager has approved it". What follows may only say
    that the same is possible up to the bound.
    """
    verb, noun = infinitive(found["done"]), singular(found["noun"].lower())
    condition = found["condition"]
    if bool(found["no"]) == any(found[group] for group in ("not", "not2", "not3")):
        return
    if verb is None or _LOWER.search(found["than"]) is None or re.search(r"\d|\b(?:and|or|not|no)\b", condition):
        return
    if not _agrees(found):
        return
    if re.match(r"[a-z]+(?:ed|en|wn|id)\sby\s", condition):
        condition = f"the {noun} has been {condition}"
    condition = about(noun, condition)
    more = found["more"] or ""
    apart = re.match(r"\s(?:over|out|off|up|back|in|away|down|on)(?![\w-])(?!\s(?:the|an?)\b)", more)
    yield from _needed(
        view, found, Operation(verb, noun), condition, _More(apart[0] if apart else "", more[apart.end() :] if apart else more)
    )


def _act_needs(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """ "A dog weighing more than 8 kg must not board the tram unless it wears a muzzle. All other dogs may board"."""
    groups, noun, condition = found.groupdict(), singular(found["noun"].lower()), found["condition"]
    denied = found.re is _ACT_ONLY_IF or bool(groups["no"]) != any(groups[name] for name in ("not", "not2", "not3"))
    if not denied or re.search(r"\d|\b(?:and|or|not|no|nor|unless|if)\b", condition) or not _agrees(found):
        return
    act = groups.get("early") or groups["act"]
    side = side_of(found["than"], found["number"], found["old"] or "", noun)
    if side is None or re.search(r"\b(?:and|or|only)\b", act):
        return
    condition = about(noun, condition)
    for level, holds in [(lv, has) for lv in side.beyond for has in (True, False)] + [(lv, False) for lv in side.within]:
        yield row(view, Operation(act, ""), level, condition, holds=holds, ok=holds or not level.good, thing=noun)


_ACTING: Final = re.compile(r"(?:it|they|he|she)\s(?P<verb>(?!(?:is|are|has|have|was|can|must|may)\b)[a-z]+)\s")


def about(noun: str, condition: str) -> str:
    """A condition with the thing that its pronouns stand for; a participle is said of the thing itself."""
    if re.match(r"[a-z]+(?:ed|en)\s(?:by|with|in)\s|under\s|in\sthe\s(?:company|presence)\s|[a-z]+ing\s(?:an?|the)\s", condition):
        condition = f"the {noun} is {condition}"
    if acting := re.match(
        r"(?:it|they|he|she)\s(?P<verb>(?!is\b|are\b|has\b|have\b|was\b|can\b|must\b|may\b)[a-z]+)\s", condition
    ):
        verb = acting["verb"]
        condition = f"the {noun} {verb if verb.endswith('s') else third_person(verb)} {condition[acting.end() :]}"
    condition = re.sub(r"^an?\s(?!second\b|third\b|further\b|different\b)", "the ", condition)
    condition = re.sub(r"^they\sare\b|^(?:it|he|she)\sis\b", f"the {noun} is", condition)
    condition = re.sub(r"^they\shave\b|^(?:it|he|she)\shas\b", f"the {noun} has", condition)
    return re.sub(r"\b(?:it|them)\b", f"the {noun}", re.sub(r"\b(?:its|their)\b", f"the {noun}'s", condition))


def _agrees(found: re.Match[str]) -> bool:
    """Whether what follows, if anything does, says that the same is possible up to the bound."""
    rest = found["rest"]
    if rest and _OTHERS_MAY.fullmatch(rest) and not REFUSED.search(rest) and _other_side(rest, found["than"]):
        return True
    return not rest or (
        (_UP_TO if _LOWER.search(found["than"]) else _FROM).search(rest) is not None
        and not REFUSED.search(rest)
        and [q.value for q in quantities(rest)] == [q.value for q in quantities(found["number"])]
    )


_TALL: Final = re.compile(r"heavier|larger|longer|older|higher", re.I)
_SMALL: Final = re.compile(r"lighter|smaller|shorter|younger|cheaper|lower", re.I)


def _other_side(rest: str, than: str) -> bool:
    """Whether a comparison in what follows, if there is one, is of the side that the bound leaves out."""
    above = _LOWER.search(than) is not None
    return (_SMALL if not above else _TALL).search(rest) is None


def side_of(words: str, number: str, old: str, thing: str, weighs: str = "") -> Side | None:
    """The values on both sides of a bound that words and a number tell of a thing; None where the number is none."""
    amounts = list(quantities(number))
    if len(amounts) != 1:
        return None
    (q,) = amounts
    aged = bool(old) or re.search("older|younger|aged?", words, re.I) is not None or (not q.unit and _is_aged(thing))
    unit, dimension = (q.unit, q.dimension) if q.unit or not aged else ("years", "duration")
    if not unit and (counted := re.search(r"\s(?P<who>people|persons)$", number)):
        unit, dimension = counted["who"], "count"
    if not unit:
        return None
    people = "age" if aged or (unit.startswith("year") and _is_aged(thing)) else ""
    kind = (
        people
        or {"weighs": "weight", "costs": "price", "lasts": "duration"}.get(weighs.lower(), "")
        or (
            "weight"
            if unit in ("kg", "g", "t", "tonnes")
            else "distance"
            if unit in ("km", "miles")
            else "speed"
            if unit in ("rpm", "km/h", "mph", "kn", "m/s")
            else {
                "money": "amount",
                "duration": "duration",
                "size": "size",
                "length": "length",
                "percent": "rate",
                "count": f"number of {unit}",
            }.get(dimension, "value")
        )
    )
    bound = Bound(q.value, "least" in words.lower(), Span(0, 0))
    lower = _LOWER.search(words) is not None
    name = kind if kind.startswith("number of") else f"{thing} {kind}"
    limit = Limit(name, bound if lower else None, None if lower else bound, unit, dimension, q.step or Decimal(1))
    return Side(
        name,
        tuple(
            lv for lv in limit_levels(limit, name, "en") if lv.technique is Technique.EQUIVALENCE_PARTITIONING or lv.weight > 0.9
        ),
    )


_AGED: Final = (
    r"(?:patient|child|children|person|people|applicant|player|customer|user|guest|passenger|driver|visitor|student|"
    r"employee|member|participant|minor|rider|swimmer|skier|cyclist|adult|worker|resident|pupil|tenant|subscriber)s?"
)


def _is_aged(thing: str) -> bool:
    return re.fullmatch(_AGED, thing) is not None


def _needed(view: View, found: re.Match[str], done: Operation, condition: str, more: _More = _NOTHING) -> Iterator[TestPoint]:
    side = side_of(found["than"], found["number"], found["old"] or "", done.thing)
    if side is None:
        return
    rows = [(lv, has) for lv in side.beyond for has in (True, False)] + [(lv, False) for lv in side.within]
    for level, holds in rows:
        yield row(view, done, level, condition, holds=holds, ok=holds or not level.good, more=more)


def _grounds(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    thing = found["noun"].lower()
    first = found["a"] is not None
    side = side_of(
        found["than"] if first else found["than2"],
        found["number"] if first else found["number2"],
        (found["old"] if first else found["old2"]) or "",
        thing,
        found["weighs"] or "",
    )
    clause = found["first"] or found["second"]
    if side is None or re.search(r"\b(?:and|or)\b", clause):
        return
    condition = f"the {thing} {clause}"
    if found["away"]:
        done = Operation("accept", thing, by_system=True)
    elif found["done"]:
        verb = infinitive(found["done"])
        if verb is None or found["more"]:
            return
        done = Operation(verb, thing)
    else:
        done = Operation(found["act"], "")
    rows = [(lv, False) for lv in side.levels] + [(lv, True) for lv in side.within[:1]]
    for level, holds in rows:
        yield row(view, done, level, condition, holds=holds, ok=not holds and not level.good, thing=thing)


def row(
    view: View,
    done: Operation,
    level: Level,
    condition: str,
    *,
    holds: bool,
    ok: bool,
    thing: str = "",
    see: tuple[str, str] | None = None,
    more: _More = _NOTHING,
) -> TestPoint:
    """A value on one side of the bound, with the condition or without. `thing`: who does it, where `done` names nothing."""
    ((name, value),) = level.inputs.items()
    told, line = shown(value, "en"), condition if holds else _CONTAINS.sub(lambda m: f" does not {m[1]} ", condition, count=1)
    line = opposite(condition, "en") if line == condition and not holds else line
    thing = done.thing or thing
    measure = name.removeprefix(f"{thing} ")
    of = f"with {article(measure)} {measure} of {told}" if not name.startswith("number of") else f"of {told}"
    if done.by_system and re.fullmatch(_AGED, thing):
        do = f"ask to {done.verb} the {done.thing} {of}"
    elif done.thing:
        do = f"{'submit' if done.by_system else done.verb}{more.particle} the {done.thing} {of}{more.end}"
    else:
        do = f"as a {thing} {of}, {done.verb}"
    return point(
        view,
        technique=Technique.DECISION_TABLE,
        ok=ok,
        inputs={name: value, question(condition): Input(answer(condition, holds=holds))},
        preconditions=(sentence(line, "en"),),
        do=sentence(do, "en"),
        see=(Operation(see[1], see[0]) if see else done).done(ok).removesuffix(".") + f"{more.particle}{more.end}.",
        reason=f"{level.reason}; the condition {'holds' if holds else 'does not hold'}",
        weight=level.weight if not holds else 0.93,
        title=f"{name} of {told}, {line}",
        whole=True,
    )


_CONTAINS: Final = re.compile(r"\s(contain|lack)s\s")

"""Days of the week on which something is possible: "Reservations are possible from Monday to Friday; on Saturdays and Sundays a
reservation shall be denied", "Only Mondays and Thursdays can be chosen", "A haircut may be booked on every day of the week except
Sunday". Each day is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive, lower_first, third_person
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_WEEK: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY: Final = rf"(?:an?\s)?(?:{'|'.join(_WEEK)})s?"
_SPAN: Final = rf"{_DAY}\s(?:to|through|until|till|up\sto)\s{_DAY}"
_LIST: Final = rf"{_DAY}(?:,\s{_DAY}){{0,5}}(?:,?\s(?:and|or)\s{_DAY})?"
_DAYS: Final = rf"(?:(?:from\s|between\s)?{_SPAN}|(?:a\s)?(?:weekdays?|working\sdays?|weekends?|the\sweekend)|{_LIST})"
_ON: Final = r"(?:(?:only\s)?(?:on|at|from|during)\s)"
_PLACED: Final = re.compile(
    rf"(?:(?P<thing>(?:An?\s|The\s)?[A-Za-z][a-z-]*(?:\s[a-z-]+){{0,4}}?)\s)(?P<may>(?:may|can|shall|must|will)\s(?P<only>only\s)?be\s|(?:is|are)\s(?P<only2>only\s)?)"
    rf"(?P<done>[a-z]+)(?P<more>(?:\s(?!only\b|on\b|from\b)[a-z]+){{0,3}}?)\s(?P<on>{_ON})?(?P<days>{_DAYS})(?P<last>\sonly)?(?:[;.,]\s(?P<rest>[^.;]+))?\.?",
    re.I,
)
_CHOSEN: Final = re.compile(
    rf"Only\s(?P<days>{_DAYS})\s(?:may|can|shall|will|must)\sbe\s(?P<done>[a-z]+)(?P<more>\s(?:as|for|by)\s[a-z ]{{2,40}})?"
    r"(?:[;.,]\s(?P<rest>[^.;]+))?\.?",
    re.I,
)
_BUT: Final = (
    rf"(?:(?:on|from|during)\s)?(?P<base>(?:every|each|any)\sday|(?:all|the)\sdays|daily|{_DAYS})(?:\sof\s(?:the|each|any)\sweek)?,?\s"
    rf"(?:except|apart\sfrom|other\sthan|but(?:\snot)?|excluding|with\sthe\sexception\sof|not\sincluding|save)(?:\sfor)?(?:\son)?\s"
    rf"(?P<but>{_DAYS})(?:[;.,]\s(?P<rest>[^.;]+))?\.?"
)
_DONE_BUT: Final = re.compile(
    rf"(?P<thing>(?:An?\s|The\s)?[A-Za-z][a-z-]*(?:\s[a-z-]+){{0,4}}?)\s(?:(?:may|can|shall|must|will)\sbe\s|(?:is|are)\s)"
    rf"(?P<done>[a-z]+)(?P<more>(?:\s(?!on\b|from\b|during\b)[a-z]+){{0,3}}?)\s{_BUT}",
    re.I,
)
_MAY_BUT: Final = re.compile(
    rf"(?P<who>(?:An?\s|The\s|Any\s|Every\s)?[a-z-]+(?:\s[a-z-]+){{0,3}}?)\s(?:may|can|(?:is|are)\s(?:allowed|permitted)\sto)\s"
    rf"(?P<act>(?!not\b|be\b|only\b)[a-z]+(?:\s[a-z-]+){{0,6}}?)\s{_BUT}",
    re.I,
)
_TAKES: Final = re.compile(
    rf"(?P<who>(?:The|An?)\s[a-z-]+(?:\s[a-z-]+){{0,2}}?)\s(?:shall|must|will|can|may)?\s?(?:only\s)?(?P<takes>accept|take|admit|receive|handle)s?\s"
    rf"(?P<thing>[a-z-]+(?:\s[a-z-]+){{0,2}}?)\s(?P<on>{_ON})?(?P<days>{_DAYS})(?P<last>\sonly)?[;.,]\s(?P<rest>[^.;]+)\.?",
    re.I,
)
_SUCH_DAYS: Final = re.compile(r"\b(?:on|for)\s(?:(?:one|any|either)\sof\s)?(?:these|those|such)\s(?:two\s)?days?\b", re.I)
_OTHERS: Final = re.compile(r"\b(?:(?:any|all|every)\sothers?|others?\sdays?|otherwise|the\sother|another\sday)\b", re.I)
_POSSIBLE: Final = re.compile(
    r"possible|accepted|open|available|offered|allowed|permitted|bookable|taken|made|[a-z]+(?:ed|en|d|t|wn)", re.I
)


def points(view: View) -> Iterator[TestPoint]:
    """Every day that the text decides about; nothing where what follows does not speak of the other days."""
    text = statement(view)
    if found := _DONE_BUT.fullmatch(text) or _MAY_BUT.fullmatch(text):
        yield from _all_but(view, found)
        return
    found = _PLACED.fullmatch(text) or _CHOSEN.fullmatch(text) or _TAKES.fullmatch(text)
    done = "taken" if found is None or found.re is _TAKES else found["done"]
    if found is None or not _POSSIBLE.fullmatch(done) or done.lower() in _SHUT:
        return
    groups = found.groupdict()
    days = days_of(found["days"])
    rest = found["rest"] or ""
    closed = (
        found.re is _CHOSEN
        or any(groups.get(name) for name in ("only", "only2", "last"))
        or "only " in (groups.get("on") or "").lower()
    )
    refused = _refused(rest, days)
    if refused is None or not days or set(refused) & set(days):
        return
    barred = [day for day in _WEEK if day not in days] if closed or (rest and _OTHERS.search(rest)) else refused
    if not barred:
        return
    for day in _WEEK:
        if day in days or day in barred:
            yield _on(view, day, _words(groups, rest), ok=day in days, told=day in days or day in refused)


def _all_but(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """All days but those that are excepted: "on every day of the week except Sunday". Days outside of "weekdays except Wednesday"
    are not told; what follows may only refuse the excepted days."""
    groups = found.groupdict()
    base = days_of(found["base"]) or _WEEK
    excepted = days_of(found["but"])
    rest = found["rest"] or ""
    if not excepted or not set(excepted) < set(base) or not _only_refuses(rest, excepted):
        return
    if found.re is _DONE_BUT and (not _POSSIBLE.fullmatch(found["done"]) or found["done"].lower() in _SHUT):
        return
    words = (f"{found['act']} on a {{}}", _ACCEPTED, _REFUSED) if found.re is _MAY_BUT else _words(groups, rest)
    for day in base:
        yield _on(view, day, words, ok=day not in excepted, told=True)


_ACCEPTED: Final = "the request is accepted"
_REFUSED: Final = "the request is refused"
_SHUT: Final = ("closed", "refused", "rejected", "denied", "forbidden", "prohibited")


def _only_refuses(rest: str, excepted: tuple[str, ...]) -> bool:
    """Whether what follows, if anything does, refuses the excepted days and tells of no other."""
    if not rest:
        return True
    if not REFUSED.search(rest) and not re.search(r"\bclosed\b", rest, re.I):
        return False
    named = [day for m in re.finditer(rf"\b{_DAYS}", rest, re.I) for day in days_of(m[0])]
    return set(named) == set(excepted) or (not named and _SUCH_DAYS.search(rest) is not None)


def _on(view: View, day: str, words: tuple[str, str, str], *, ok: bool, told: bool) -> TestPoint:
    """What is done on a day and seen there. `words`: what is done, seen where it is possible, and seen where it is not."""
    do, yes, no = words
    return point(
        view,
        technique=Technique.EQUIVALENCE_PARTITIONING,
        ok=ok,
        inputs={"day": Input(day, "", "text" if told else "example")},
        preconditions=(),
        do=sentence(do.format(day), "en"),
        see=sentence(yes if ok else no, "en"),
        reason="a day that is told as possible" if ok else "a day that is not possible",
        weight=0.9 if ok else 0.92,
        title=day,
        whole=True,
    )


def days_of(words: str) -> tuple[str, ...]:
    """ "from Monday to Friday", "Mondays and Thursdays", "weekdays", "the weekend"."""
    if re.search(r"weekdays?|working", words, re.I):
        return _WEEK[:5]
    if re.search("weekend", words, re.I):
        return _WEEK[5:]
    named = [next(day for day in _WEEK if day.lower() == m[0].lower()) for m in re.finditer("|".join(_WEEK), words, re.I)]
    if len(named) == 2 and re.search(r"\s(?:to|through|until|till|up to)\s", words, re.I):
        first, last = (_WEEK.index(day) for day in named)
        return tuple((_WEEK * 2)[first : last + 1 + (7 if last < first else 0)])
    return tuple(day for day in _WEEK if day in named)


def _refused(rest: str, days: tuple[str, ...]) -> tuple[str, ...] | None:
    """The days that what follows refuses; () where it names none; None where it tells something else."""
    if not rest:
        return ()
    if not REFUSED.search(rest) and not re.search(r"\bclosed\b|\bno\s[a-z]+\s(?:is|are)\b|\bnot\b", rest, re.I):
        return None
    named = re.search(rf"\b{_DAYS}", rest, re.I)
    if named is None:
        return () if _OTHERS.search(rest) else None
    return tuple(day for day in days_of(named[0]) if day not in days)


def _words(groups: dict[str, str | None], rest: str) -> tuple[str, str, str]:
    """What is done on a day (with {} for it), and what is seen where it is possible and where it is not."""
    done = (groups.get("done") or "").lower()
    thing = groups.get("thing") or ""
    thing = singular(re.sub(r"^(?:an?|the)\s", "", thing, flags=re.I)) if thing else ""
    thing = thing[:1].lower() + thing[1:]
    if not thing:
        return f"{infinitive(done) or 'choose'} {{}}", f"the day is {done}", f"the day is refused and not {done}"
    if takes := groups.get("takes"):
        who = re.sub(r"^an?\s", "the ", lower_first(groups["who"] or ""), flags=re.I)
        return f"submit the {thing} on a {{}}", f"{who} {third_person(takes.lower())} the {thing}", f"the {thing} is refused"
    verb = infinitive(done) if re.search(r"ed$|en$|made|taken|wn$", done) else None
    if verb is None or verb in ("allow", "permit", "accept", "offer", "open"):
        return f"ask for the {thing} on a {{}}", f"the {thing} is accepted", f"the {thing} is refused"
    more = groups.get("more") or ""
    return (
        f"{verb} the {thing}{more} on a {{}}",
        f"the {thing} is {done}{more}",
        f"this is refused and the {thing} is not {done}{more}",
    )

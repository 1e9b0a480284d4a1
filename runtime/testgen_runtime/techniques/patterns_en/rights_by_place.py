"""Rights that differ by role and by a second thing, a clause for each role: "Doctors can open the cabinet on the day shift and on
the night shift. Nurses can open it on the night shift only; on the day shift they are denied. Porters are denied on both shifts",
"A manager may edit a page whichever state it is in (Draft or Published). An author may do so in Draft only". The whole table is
tried (decision table, 29119-4, 5.2.6); a pair of which the text says nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.english import uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import in_role, in_state, sentence
from testgen_runtime.techniques.view import View

_KIND: Final = r"(?:shift|zone|floor|level|mode|phase|season|tier|site|network|area|day|weekend|ward)"
_STATE: Final = r"[A-Z][a-z]+(?:-[A-Z]?[a-z]+)?"
_WHICH: Final = r"(?!(?:the|both|all|any|every|each|either|neither|a|an)\s)[a-z]+"
_PLACE: Final = rf"(?:{_STATE}|{_WHICH}\s{_KIND}\b)"
_PLACES: Final = re.compile(
    rf"\b(?:in|on|during|at)\s(?:the\s)?(?:(?:states?|status(?:es)?)\s)?{_PLACE}"
    rf"(?:(?:,\s|,?\s(?:and|or)\s)(?:(?:in|on|during|at)\s)?(?:the\s)?{_PLACE})*"
)
_LISTED: Final = re.compile(rf"\((?P<all>{_STATE}(?:(?:,\s|,?\s(?:and|or)\s){_STATE})+)\)")
_ONE: Final = re.compile(rf"(?:{_STATE}|\b{_WHICH}\s(?P<kind>{_KIND}))\b")
_ALL: Final = re.compile(
    r"\b(?:whichever|whatever|(?:in|on|during|at)\s(?:any|all|both|every|either)|in\sno|on\sneither|at\sall|always|never)\b", re.I
)
_WHO: Final = re.compile(
    r"^(?P<who>(?:An?\s|The\s|Every\s|Each\s|All\s|Only\s)?[A-Za-z][a-z-]+(?:(?:,\s|,?\s(?:and|or)\s|\s)[a-z-]+){0,6}?)\s"
    r"(?P<does>may|can|cannot|must|shall|will|(?:is|are)\s(?:also\s)?(?:allowed|permitted|able|denied|refused|rejected|not))\b"
)
_ACT: Final = re.compile(
    r"^(?:may|can|(?:is|are)\s(?:allowed|permitted|able)\sto)\s"
    r"(?P<act>(?!not\b|never\b|only\b|do\b|be\b)[a-z]+\s[a-z -]{2,60}?)\s(?=(?:in|on|during|at|whichever|whatever|only)\b)"
)
_CLAUSES: Final = re.compile(r"[.;]\s|\s(?=and\s(?:is|are)\s(?:refused|denied|rejected)\b)")
_DENIES: Final = re.compile(r"\b(?:not|never|cannot|neither|no)\b")
_ONLY: Final = re.compile(r"\bonly\b", re.I)
MOST_CLAUSES: Final = 8


@dataclass(frozen=True, slots=True)
class _Right:
    """What one clause says of some roles. `places` None: everywhere; `only`: the other way round elsewhere."""

    roles: tuple[str, ...]
    ok: bool
    places: tuple[str, ...] | None
    only: bool


def points(view: View) -> Iterator[TestPoint]:
    """Each pair of a role and a place that the clauses decide; nothing where one clause can't be read or two contradict."""
    text = statement(view)
    pieces = [
        p.strip() for p in re.split(r"[.;]\s|\s(?=and\s(?:is|are)\s(?:refused|denied|rejected)\b)", text.rstrip(".")) if p.strip()
    ]
    if not 2 <= len(pieces) <= MOST_CLAUSES:
        return
    act, rights, before = "", list[_Right](), tuple[str, ...]()
    for piece in pieces:
        right = _right(piece, before)
        if right is None:
            return
        rights.append(right)
        before = right.roles
        if not act and (who := _WHO.match(piece)) and (found := _ACT.match(piece[who.start("does") :])):
            act = found["act"]
    places = _all_places(text)
    table = _table(rights, places)
    if not act or table is None or len({role for role, _ in table}) < 2 or set(table.values()) != {True, False}:
        return
    name, states = _named(text)
    for (role, place), ok in table.items():
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={"role": Input(role), name: Input(place)},
            preconditions=(in_role(role, "en"), in_state(states, place, "en") if states else f"It is the {place}."),
            do=sentence(act, "en"),
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason=f"the role {'has' if ok else 'lacks'} the right there",
            weight=0.9 if ok else 0.92,
            title=f"role {role}, {name} {place}",
            whole=True,
        )


def _right(piece: str, before: tuple[str, ...]) -> _Right | None:
    who = _WHO.match(piece)
    named = who["who"] if who else ""
    people = roles(re.sub(r"^(?:All|Only|Every|Each)\s", "", uncapitalised(named))) if named else ()
    if not people:
        carried = re.search(r"\b(?:they|he|she)\s(?:is|are|may|can|cannot)\b", piece) or re.match(r"and\s(?:is|are)\b", piece)
        people = before if carried else ()
    if not people:
        return None
    denies = REFUSED.search(piece) is not None or _DENIES.search(piece) is not None
    found = _PLACES.search(_LISTED.sub("", piece))
    everywhere = _ALL.search(piece) is not None
    if found is None and not everywhere:
        return None
    places = None if everywhere else tuple(one[0] for one in _ONE.finditer(found[0])) if found else None
    return _Right(people, not denies, places, _ONLY.search(piece) is not None)


def _all_places(text: str) -> tuple[str, ...]:
    listed = [one[0] for found in _LISTED.finditer(text) for one in _ONE.finditer(found["all"])]
    told = [one[0] for found in _PLACES.finditer(text) for one in _ONE.finditer(found[0])]
    return tuple(dict.fromkeys([*listed, *told]))


def _table(rights: list[_Right], places: tuple[str, ...]) -> dict[tuple[str, str], bool] | None:
    """What each role may where; None where two clauses say opposite things of one pair."""
    found: dict[tuple[str, str], bool] = {}
    for right in rights:
        for role in right.roles:
            for place in places:
                if right.places is None or place in right.places:
                    verdict = right.ok
                elif right.only and right.ok:
                    verdict = False
                else:
                    continue
                if found.setdefault((role, place), verdict) != verdict:
                    return None
    return found


def _named(text: str) -> tuple[str, str]:
    """(the name of what the places are, the thing whose states they are; "" where they are none)."""
    first = _PLACES.search(text)
    kind = next((one["kind"] for one in _ONE.finditer(first[0]) if one["kind"]), "") if first else ""
    if kind:
        return kind, ""
    thing = re.search(r"\b(?:an?|the)\s(?P<thing>[a-z]+)\s(?:whichever|whatever|in|only|that|which|while)\b", text)
    name = thing["thing"] if thing else "object"
    return f"{name} state", name

"""Who may do something in which state: "A Draft report can be edited by its author and by an editor. Once it is Published, only
an editor may edit it, and an Archived report must not be edited by anybody." A decision table of roles and states
(ISO/IEC/IEEE 29119-4:2021, 5.2.6), read clause by clause; a cell that no clause decides is not tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, MODAL, REFUSED, operation, point
from testgen_runtime.techniques.phrases import in_role, in_state
from testgen_runtime.techniques.view import View

MOST_CELLS = 24
_STARTS = (
    rf"(?:in\s(?:the\s|an?\s)?(?:state\s|status\s)?[A-Z]|(?:only\s|neither\s|an?\s|the\s|any\s|every\s|no\s)*"
    rf"(?!it\b|they\b|he\b|she\b)[A-Za-z][\w-]*(?:\s(?!{MODAL}\b|and\b|or\b)[\w-]+){{0,3}}?\s(?:{MODAL}|cannot)\b)"
)
"""What a clause of its own starts with: somebody or something that may or must."""
_CLAUSES = re.compile(rf";\s+|,?\s+(?:whereas|but|and)\s+(?={_STARTS})|,\s+(?:while\s+)?(?={_STARTS})")
_CAPITAL = re.compile(r"[“\"'‘]?\b(?P<name>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)\b[”\"'’]?")
_BEFORE_STATE = re.compile(
    r"(?:\b(?:is|are|be|being|still|as|status|states?|in|into|an?|the|while|when|once|either|yet|already|not|every|any|only)|,|\b(?:and|or|nor))"
    r"\s[“\"'‘]?$",
    re.I,
)
_NOBODY = re.compile(r"\b(?:nobody|no one|no user|no role|none of (?:them|these))\b", re.I)
_ANYBODY = re.compile(
    r"\b(?:anybody|anyone|everybody|everyone|any (?:user|role)|all (?:users|roles)|every (?:user|role))\b", re.I
)
_NOT = re.compile(
    rf"\b(?:{MODAL}\snot|cannot|can't|neither|(?:is|are)\snot\s(?:allowed|permitted)|(?:is|are)\s(?:forbidden|denied))\b", re.I
)
_MAY = re.compile(rf"\b(?:{MODAL}|cannot|can't|neither|allowed|permitted|forbidden|denied)\b", re.I)
_WHILE = re.compile(r"\b(?:while|as long as|until)\b", re.I)
_ALSO = re.compile(r"\b(?:also|too|in addition|additionally|as well)\b", re.I)
_ANY_STATE = re.compile(
    r"\b(?:in|whatever|regardless of) (?:any|every|all) (?:states?|status)\b|\bat any time\b|\balways\b", re.I
)
_THE_REST = re.compile(
    r"\b(?:(?:any|all|every) other|everyone else|everybody else|anyone else|otherwise|"
    r"(?:in )?(?:all|every) (?:other|remaining)|else)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Grid:
    """`cells`: whether a role may, by (role, state)."""

    roles: tuple[str, ...]
    states: tuple[str, ...]
    cells: dict[tuple[str, str], bool]

    @property
    def mixed(self) -> bool:
        """Whether it depends on both: some role's states are not those of another role that has any."""
        by_role = [frozenset(s for s in self.states if self.cells.get((r, s))) for r in self.roles]
        return len({states for states in by_role if states}) > 1


def points(view: View) -> Iterator[TestPoint]:
    """A point for each role in each state that the text decides; none where states and roles do not depend on each other."""
    grid = read(view)
    if grid is None or not grid.mixed or len(grid.cells) > MOST_CELLS:
        return
    done = operation(view.requirement.text, grid.states)
    if done is None:
        return
    for state in grid.states:
        for role in grid.roles:
            ok = grid.cells.get((role, state))
            if ok is None:
                continue
            yield point(
                view,
                technique=Technique.DECISION_TABLE,
                ok=ok,
                inputs={"role": Input(role), f"{done.thing} state": Input(state)},
                preconditions=(in_state(done.thing, state, "en"), in_role(role, "en")),
                do=done.do(),
                see=done.done(ok),
                reason="the role may in this state" if ok else "the role may not in this state",
                weight=0.9 if ok else 0.92,
                title=f"{role}, {done.thing} {state}",
            )


def read(view: View) -> Grid | None:
    """The grid of a requirement; None where a clause that permits or forbids something names neither a role nor a state."""
    clauses = [clause for start, end in view.spans for clause in _clauses(view.requirement.text[start:end])]
    states, roles = _states(view.requirement.text), _roles(view.requirement.text)
    if len(states) < 2 or len(roles) < 2:
        return None
    cells: dict[tuple[str, str], bool] = {}
    implied: dict[tuple[str, str], bool] = {}
    spoken: tuple[str, ...] = ()
    rest, more = False, set[str]()
    for clause in clauses:
        if _THE_REST.search(clause) and REFUSED.search(clause):
            rest = True
            continue
        here = tuple(s for s in states if re.search(rf"\b{re.escape(s)}\b", clause))
        who = tuple(r for r in roles if re.search(rf"\b{re.escape(r)}(?:s|es)?\b", clause, re.I))
        who = tuple(r for r in who if not any(r != o and r in o and not _alone(r, o, clause) for o in who))
        if not _MAY.search(clause):
            spoken = here or spoken
            continue
        everyone = _NOBODY.search(clause) is not None or _ANYBODY.search(clause) is not None
        refused = _NOT.search(clause) is not None or _NOBODY.search(clause) is not None or REFUSED.search(clause) is not None
        if not who and not everyone:
            if not here or not refused:
                return None
            everyone = True
        in_states = states if _ANY_STATE.search(clause) else here or spoken
        if not in_states:
            return None
        for role in roles if everyone else who:
            for state in in_states:
                if cells.get((role, state), not refused) == refused:
                    return None
                cells[role, state] = not refused
        if _ALSO.search(clause):
            more.update(who)  # on top of what others may: which that is, is not told
        if _only_before(clause, [*who]):
            implied |= {(r, s): False for r in roles if r not in who for s in in_states}
        if _only_before(clause, [*here]) or _WHILE.search(clause):
            implied |= {(r, s): False for r in who for s in states if s not in in_states}
        spoken = here or spoken
    for cell, ok in implied.items():
        cells.setdefault(cell, ok)
    if rest:
        for role in roles:
            for state in states:
                if role not in more:
                    cells.setdefault((role, state), False)
    return Grid(roles, states, cells)


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; "both developers and testers may" is no place to part it."""
    out: list[str] = []
    for piece in (c for c in _CLAUSES.split(sentence) if c and c.strip()):
        if out and not _MAY.search(out[-1]):
            out[-1] = f"{out[-1]} and {piece}"
        else:
            out.append(piece)
    return out


def _alone(role: str, longer: str, clause: str) -> bool:
    """Whether a role stands there not only as a part of a longer name ("nurse", "head nurse")."""
    return re.search(rf"\b{re.escape(role)}", re.sub(re.escape(longer), " ", clause, flags=re.I), re.I) is not None


_AFTER_ONLY = re.compile(
    r"\s(?:(?:by|an?|the|its|if|while|when|in|as long as|it|is|are|still|state|states|of)\s)*[“\"'‘]?"
    r"(?P<name>[\w-]+(?:\s[\w-]+)?)"
)


def _only_before(clause: str, names: list[str]) -> bool:
    """Whether "only" stands right before one of the names ("only an editor", "only while it is Draft")."""
    if any(re.search(rf"\b{re.escape(name)}s?\s(?:only|alone)\b", clause, re.I) for name in names):
        return True
    found = re.search(r"\bonly\b(?P<after>.{0,60})", clause, re.I)
    if found is None or not names:
        return False
    first = _AFTER_ONLY.match(found["after"])
    return first is not None and any(first["name"].lower().startswith(name.lower()) for name in names)


def _states(text: str) -> tuple[str, ...]:
    """Capitalised names that stand where a state does, not at the start of a sentence."""
    found: dict[str, None] = {}
    for match in _CAPITAL.finditer(text):
        before = text[: match.start()]
        start = re.search(r"(?:^|[.;:!?]\s|\n)\s*$", before) is not None
        if not start and _BEFORE_STATE.search(before) and ROLE.fullmatch(match["name"]) is None:
            found[match["name"]] = None
    return tuple(found)


_SUBJECT = re.compile(
    rf"(?:^|[.;,]\s|\b(?:and|but|while|whereas|only|neither|by|once|when)\s)(?i:(?:an?|the|its|any|every|only)\s)*"
    rf"(?P<names>[A-Za-z][a-z-]+(?:\s[a-z-]+)?(?:(?:,\s|\s(?:and|or)\s)(?:by\s)?(?:an?\s|the\s|its\s)?[a-z][a-z-]+(?:\s[a-z-]+)?)*?)"
    rf"(?=\s(?:{MODAL}|cannot)\s(?!be\b)|\s(?:is|are)\s(?:not\s)?(?:allowed|permitted))",
    re.M,
)
_BY = re.compile(
    r"\bby\s(?:only\s)?(?:an?\s|the\s|its\s|any\s)?(?P<names>[a-z][a-z-]+(?:\s[a-z-]+)?(?:(?:,\s|\s(?:and|or)\s)(?:by\s)?(?:an?\s|the\s|its\s)?[a-z]"
    r"[a-z-]+(?:\s[a-z-]+)?)*?)(?=[.,;:]|$|\s(?:alone|in|if|while|when|only|once|and|or|as|at|until|from|but)\b)",
    re.I | re.M,
)


def _roles(text: str) -> tuple[str, ...]:
    """The names of those who act: before a modal, or after "by"; each in the singular."""
    found: dict[str, None] = {}
    for match in (*_SUBJECT.finditer(text), *_BY.finditer(text)):
        for name in JOINTS.split(match["names"]):
            bare = re.sub(r"^(?:(?:by|an?|the|its|only|any|every|neither|also|both)\s)+", "", name.strip(), flags=re.I)
            if (
                (role := ROLE.search(bare))
                and role.end() == len(bare)
                and not _ANYBODY.search(bare)
                and not re.match(r"(?:other|all|any|most)\b", bare, re.I)
            ):
                found[singular(bare.lower() if bare[1:] == bare[1:].lower() else bare)] = None
    return tuple(found)

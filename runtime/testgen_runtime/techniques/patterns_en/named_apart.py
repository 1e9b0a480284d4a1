"""Roles or states with names of their own, some with one verdict and the rest with the other, where no atom has both sets: "The
system shall allow a Curator or a Registrar to lend an exhibit and shall deny this to a Guide or a Guard", "… the reassignment of
a job with status Received or Diagnosed and deny it with status Repaired", "Nobody except a Pharmacist may …". Each name is tried
(29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive
from testgen_runtime.documents.model import Actor, State
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, operation, point, statement
from testgen_runtime.techniques.phrases import in_role, in_state, sentence
from testgen_runtime.techniques.view import View

_NAME: Final = r"(?:an?\s|the\s)?[A-Z][A-Za-z]+(?:[ -][A-Z][A-Za-z]+)*"
_LIST: Final = re.compile(rf"(?<![\w“\"'])(?P<names>{_NAME}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or|nor)\s){_NAME})*)(?![\w-])")
_PARTS: Final = re.compile(
    r"[.;]\s(?:but\s|and\s)?|,?\s(?:but|while|whereas)\s|,?\sand\s(?=(?:(?:shall|must|will|to)\s)?(?:den(?:y|ies|ied)|refus|reject|"
    r"declin|block|forbid|prevent|not\b))|,\s(?=(?:[A-Z][a-z]+(?:,\s|\sand\s|\sor\s))+[A-Z][a-z]+\s(?:ones\s)?(?:can|may)\b)"
)
_NOT: Final = re.compile(
    r"\b(?:cannot|can't|(?:can|may|must|shall|will|are|is)\s(?:not|never)|not\s(?:be\s)?(?:allowed|permitted))\b", re.I
)
_MAY: Final = re.compile(
    r"\b(?:allow(?:s|ed)?|permit(?:s|ted)?|let|may|can|grant(?:s|ed)?|accept(?:s|ed)?|restricted\sto|reserved\sto)\b"
)
_BUT: Final = re.compile(r"^(?:Nobody|No\sone|No\suser)\s(?:except|but|other\sthan|apart\sfrom)\b", re.I)
_MORE: Final = re.compile(
    r"\d|\b(?:unless|without|until|before|after|whose|who\s(?:ha(?:s|ve)|is|are)|own(?:er|ers|s)?|except(?!\s(?:an?\s|the\s)?[A-Z])|"
    r"(?:if|when|while)\s(?!(?:an?|the|it|its|they|their|users?)\b))\b"
)
"""What a set of names does not decide alone."""
_STATES: Final = re.compile(r"\b(?:state|status|stage|phase|mode)(?:s|es)?\b")
_ROLES: Final = re.compile(r"\broles?\b", re.I)
_ARTICLE: Final = re.compile(r"(?:An?|The)\s[A-Z]")
_OPENERS: Final = frozenset({"Users", "Staff", "Members", "People", "Persons", "Employees", "Everyone", "Nobody", "All", "Any"})
_DOES: Final = re.compile(r"\b(?:may|can|cannot|to|must\snot|may\snot)\s(be\s)?([a-z]+)\b")
_TO_ACT: Final = re.compile(
    r"\b(?:allow|permit|enable)\w*\s[^.;]+?\sto\s(?P<act>[a-z]+\s(?:an?|the|any|its|their)\s[a-z][a-z -]*?)(?=\sand\s|[.,;]|$)"
)
_LET: Final = re.compile(r"\blet\s(?:an?|the)\s[a-z]+\s(?P<act>[a-z]+\s(?:an?|the|any)\s[a-z][a-z -]*?)(?=\sand\s|[.,;]|$)")
_DEED: Final = re.compile(
    r"\b(?:allow|permit|accept|grant|[Tt]he)\w*\s(?:the\s)?(?P<deed>[a-z]+(?:ment|ion|al|ing|ure|ance|change|access|download|upload))\s"
    r"of\s(?:an?|the)\s(?P<thing>[a-z]+(?:\s(?!with\b|in\b|that\b|is\b|by\b)[a-z]+)?)\b"
)


@dataclass(frozen=True, slots=True)
class _Act:
    """What is asked for, of what thing, and what is seen when it is possible or not."""

    do: str
    thing: str
    yes: str
    no: str


def points(view: View) -> Iterator[TestPoint]:
    """A point for each name; nothing where a clause says more than a verdict on names, or the atoms have the sets already."""
    text = statement(view)
    sets = _sets(text)
    if sets is None or _known(view, *sets):
        return
    may, denied = sets
    kind = _kind(text, (*may, *denied))
    act = _act(text, (*may, *denied))
    if kind is None or act is None:
        return
    for name in (*may, *denied):
        ok = name in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX if kind == "role" else Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={kind: Input(name)},
            preconditions=(in_role(name, "en") if kind == "role" else in_state(act.thing, name, "en"),),
            do=act.do,
            see=act.yes if ok else act.no,
            reason=f"the {kind} is one of those that {'may' if ok else 'may not'}",
            weight=0.9 if ok else 0.92,
            title=f"{kind} {name}",
            whole=True,
        )


def _sets(text: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The names that are allowed and those that are refused; None where a clause is read otherwise."""
    if _MORE.search(text) or len(_acts(text)) > 1:
        return None
    may: list[str] = []
    denied: list[str] = []
    for part in (p for p in _PARTS.split(text.rstrip(".")) if p):
        names = _names(part)
        refused = (REFUSED.search(part) or _NOT.search(part)) and not _BUT.match(part)
        if not names:
            continue
        if not refused and not _MAY.search(part):
            return None
        (denied if refused else may).extend(n for n in names if n not in may and n not in denied)
        if refused and any(n in may for n in names):
            return None
    return (tuple(may), tuple(denied)) if may and denied else None


def _names(part: str) -> list[str]:
    """All names of a clause, in the singular. A capital at its beginning may be the sentence's: there, names come as several
    or behind an article."""
    found: list[str] = []
    for run in _LIST.finditer(part):
        listed = JOINTS.split(re.sub(r"\snor\s", " or ", run["names"]))
        pieces = [re.sub(r"^(?:an?|the)\s", "", p.strip(), flags=re.I) for p in listed]
        if run.start() == 0 and not _ARTICLE.match(part) and (len(pieces) == 1 or pieces[0] in _OPENERS):
            continue
        found += [singular(p) for p in pieces if p]
    return found


def _acts(text: str) -> set[str]:
    """The base forms of what is said to be possible or tried: more than one where the clauses speak of different acts."""
    found = {infinitive(w[2]) or w[2] if w[1] else w[2] for w in _DOES.finditer(text)}
    return found - {"be", "do", "deny", "allow", "refuse", "reject", "let", "permit", "accept", "any", "an", "the", "a"}


def _known(view: View, may: tuple[str, ...], denied: tuple[str, ...]) -> bool:
    """Whether one atom has both sets: the general reading tries them."""
    for atom in view.atoms:
        value = atom.value
        sides = (value.allowed, value.refused) if isinstance(value, State) else None
        sides = (value.permitted, value.denied) if isinstance(value, Actor) else sides
        if (
            sides
            and {s.lower() for s in sides[0]} == {m.lower() for m in may}
            and {d.lower() for d in denied} <= {s.lower() for s in sides[1]}
        ):
            return True
    return False


def _kind(text: str, names: tuple[str, ...]) -> str | None:
    if _ROLES.search(text):
        return "role"
    if _STATES.search(text):
        return "state"
    return "role" if any(roles(name) or roles(name.lower()) for name in names) else None


def _act(text: str, names: tuple[str, ...]) -> _Act | None:
    if found := _TO_ACT.search(text) or _LET.search(text):
        do = sentence(re.sub(r"\s(?:an?|any)\s", " the ", found["act"], count=1), "en")
        return _Act(do, "", "The request is accepted.", "The request is rejected.")
    if found := _DEED.search(text):
        deed = found["deed"]
        return _Act(
            f"Request the {deed} of the {found['thing']}.", found["thing"], f"The {deed} is accepted.", f"The {deed} is rejected."
        )
    done = operation(text, names)
    return _Act(done.do(), done.thing, done.done(True), done.done(False)) if done else None

"""All roles that there are, in a list, and which of them may do something: "There are four staff roles: Presenter, Technician,
Usher and Trainee. All of them may start the star projector except Usher and Trainee, whose attempts are refused", "Of the roles
Clerk, Auditor and Guest, only the Auditor may close a period". Each role is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import in_role, sentence
from testgen_runtime.techniques.view import View

_ROLE: Final = r"[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2}"
_ROLES: Final = rf"(?:the\s|an?\s)?{_ROLE}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or)\s)(?:the\s|an?\s)?{_ROLE}){{0,8}}"
_ABLE: Final = r"(?:may|can|(?:is|are)\s(?:allowed|permitted|entitled|authori[sz]ed|able)\sto)"
_ACT: Final = r"(?P<act>(?!not\b|never\b|be\b|only\b|have\b)[a-z]+\s[^.;:,]{2,70}?)"
_LISTED: Final = re.compile(
    rf"(?:(?:There\sare|The\s[a-z]+\s(?:has|knows|distinguishes|defines|recogni[sz]es))\s(?:the\s|these\s)?(?:following\s)?(?:[a-z]+\s){{0,2}}?"
    rf"roles?(?:\s(?:in|for|at|on)\s[a-z ]{{2,40}}?)?(?::|,|\sare)?\s(?:namely\s)?(?P<named>{_ROLES})[.;:]\s|"
    rf"(?:Of|Among|Out\sof)\s(?:all\s)?(?:the\s)?(?:[a-z]+\s){{0,2}}?(?:roles?\s)?(?P<among>{_ROLES}),\s)"
)
_ALL: Final = r"(?:[Aa]ll(?:\sof\s(?:them|these))?|[Ee]ach\sof\s(?:them|these)|[Ee]veryone|[Ee]verybody|[Tt]hey\sall|[Tt]hey)"
_BUT: Final = r"(?:except(?:\sfor)?|but(?:\snot)?|apart\sfrom|other\sthan|with\sthe\sexception\sof|save\sfor)"
_REST: Final = r"(?:(?:,\s|[.;]\s)(?P<rest>[^.;]{3,160}))?\.?"
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"{_ALL}\s{_ABLE}\s{_ACT},?\s{_BUT}\s(?P<out>{_ROLES}){_REST}",
        rf"{_ALL},?\s{_BUT}\s(?P<out>{_ROLES}),?\s{_ABLE}\s{_ACT}{_REST}",
        rf"(?:[Oo]nly|[Nn]one\s(?:but|except))\s(?P<only>{_ROLES})\s{_ABLE}\s{_ACT}{_REST}",
        rf"(?P<only>{_ROLES})(?:\salone)?\s{_ABLE}\s(?:only\s)?{_ACT};?,?\s(?:but\s)?(?:the\sothers?|all\sothers?|the\srest)\s(?P<rest>[^.;]{{3,80}})\.?",
    )
)
_OTHERS: Final = re.compile(r"\b(?:whose|others?|rest|attempts?|tr(?:y|ies|ying)|they|them|it|an?y?\sother|who)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role of the list that may, a refusal for every other one."""
    text = statement(view)
    listed = _LISTED.match(text)
    if listed is None:
        return
    every = _names(listed["named"] or listed["among"])
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text[listed.end() :]))), None)
    if found is None or len(every) < 2:
        return
    told = found.groupdict()
    chosen = _names(told.get("out") or told["only"] or "")
    rest = told.get("rest") or ""
    if not set(chosen) < set(every) or (rest and not _tells_the_same(rest, chosen if told.get("out") else ())):
        return
    may = [one for one in every if (one in chosen) == bool(told.get("only"))]
    done = Operation(found["act"], "")
    for role in every:
        ok = role in may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={"role": Input(role)},
            preconditions=(in_role(role, "en"),),
            do=sentence(done.verb, "en"),
            see=done.done(ok),
            reason=f"the role {'has' if ok else 'lacks'} the right",
            weight=0.9 if ok else 0.92,
            title=f"role {role}",
            whole=True,
        )


def _tells_the_same(rest: str, refused: tuple[str, ...]) -> bool:
    """Whether what follows only says that the others are refused: it names nobody else."""
    named = set(re.findall(_ROLE, rest[1:])) - {"I"}
    whose = _OTHERS.search(rest) is not None or any(one in rest for one in refused)
    return REFUSED.search(rest) is not None and whose and named <= set(refused)


def _names(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.sub(r"^(?:the|an?)\s", "", one) for one in JOINTS.split(words)))

"""What makes a demand superfluous: "Expenses of up to 40 EUR can be claimed without a receipt. Above that amount a receipt is
mandatory", "A playlist can be opened by its owner at any time. For any other user it is allowed only if …". Each side is tried
with the other one failing (modified condition/decision coverage of "A or B", ISO/IEC/IEEE 29119-4:2021, 5.2.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.english import article, infinitive
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.bounds import bounded
from testgen_runtime.techniques.patterns_en.telling import MODAL, REFUSED, Operation, answer, as_one, operation, point, question
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_WITHOUT = re.compile(
    r"\b(?:without|needs? no|no|not need|not require)\s(?:(?:an?|any|the|further)\s)?(?P<need>[a-z-]+"
    r"(?:\s(?!is\b|are\b|needed\b|required\b|and\b|or\b|if\b)"
    r"[a-z-]+){0,2})",
    re.I,
)
_NEEDED = re.compile(
    r"\b(?:mandatory|required|needed|necessary|obligatory|compulsory|must be (?:attached|given|provided|present|enclosed))\b",
    re.I,
)
_BEYOND = re.compile(r"\b(?:above|beyond|over|larger|higher|greater|longer|more|exceed\w*|otherwise)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """The points of either wording; nothing where the text has neither."""
    yield from _needed_beyond(view)
    yield from _free_for_one(view)


def _needed_beyond(view: View) -> Iterator[TestPoint]:
    """Up to a limit nothing more is needed, beyond it something is."""
    text = view.requirement.text
    parts = [text[a:b] for a, b in view.spans]
    free = next((p for p in parts if _WITHOUT.search(p) and bounded(p)), "")
    if not free or len(parts) < 2:
        return
    without = _WITHOUT.search(free)
    found = bounded(free)
    assert without is not None
    need = without["need"].lower()
    rest = text[text.index(free) + len(free) :]
    if len(found) != 1 or not (_BEYOND.search(rest) and _NEEDED.search(rest)):
        return
    if re.search(rf"\b{re.escape(need.split()[-1])}\b", rest, re.I) is None or REFUSED.search(rest) is None:
        return
    one = found[0]
    passive = re.search(rf"\b{MODAL}\sbe\s(?P<done>[a-z]+)\b|\b(?:is|are)\s(?P<does>[a-z]+ed)\b", free)
    verb = infinitive(passive["done"] or passive["does"]) if passive else None
    done = operation(free)
    if verb is None and done is None:
        return
    thing = one.head or (done.thing if done else "")
    if not thing:
        return
    done = Operation(verb or (done.verb if done else ""), thing)
    name = one.name(thing)
    limit = Limit(name, None, Bound(one.value, one.inclusive, Span(0, 0)), one.unit, one.dimension, one.step)
    for level in limit_levels(limit, name, "en"):
        (value,) = level.inputs.values()
        told = f"{value.value} {value.unit}".strip()
        for has in (False, True) if not level.good and level.weight > 0.9 else (False,):
            ok = level.good or has
            how = f"with {article(need)} {need}" if has else f"without {article(need)} {need}"
            yield point(
                view,
                technique=level.technique,
                ok=ok,
                inputs={**level.inputs, need: Input("yes" if has else "no", "", "example")},
                preconditions=(),
                do=sentence(f"{done.verb} {article(thing)} {thing} of {told} {how}", "en"),
                see=done.done(ok),
                reason=f"{level.reason}, {how}",
                weight=level.weight,
                title=f"{thing} of {told} {how}",
            )


_FREE = r"[^.;]*?(?:\bat any time\b|\balways\b|\bwithout (?:any )?(?:restriction|condition|limitation)s?\b|\bin any case\b)"
_ALWAYS = re.compile(rf"\b(?:the|its|an?)\s(?P<who>[a-z]+)(?:\sof\s[a-z ]{{2,30}}?)?\s{MODAL}\salways\b", re.I)
_BY_ONE = re.compile(rf"\bby\s(?:its|the|their)\s(?P<who>[a-z]+){_FREE}", re.I)
_ONE_MAY = re.compile(
    rf"(?:\b(?:the|its|an?)\s|(?:^|[.;]\s|\band\s))(?P<who>[a-z]+)(?:\sof\s[a-z ]{{2,30}}?)?\s{MODAL}\b{_FREE}", re.I
)
_BOUND = re.compile(
    rf"(?:^|[.;]\s|\b(?:but|while|whereas|and)\s)(?:an?\s|the\s)?(?P<role>[a-z]+(?:\s[a-z]+)?)\s(?:{MODAL}\snot\s[^.;]*?,?\s(?:unless|except\s(?:when|if|while))"
    rf"|{MODAL}\s[^.;]*?\bonly\s(?:if|when|while|provided(?:\sthat)?))\s(?P<conditions>[^.;]+)",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:(?:any|all|every) other [a-z]+s?|"
    r"other (?:[a-z]+s|people)|"
    r"(?:any|every)(?:one|body) else|others)\b[^.;]*?\b"
    r"(?:only\s)?(?:if|when|while|provided(?: that)?|as long as)\s(?P<conditions>[^.;]+)",
    re.I,
)


def _free_for_one(view: View) -> Iterator[TestPoint]:
    """One role may at any time, the others only under conditions."""
    text = view.requirement.text
    owner = _BY_ONE.search(text) or _ALWAYS.search(text) or _free(text)
    others = _OTHERS.search(text)
    bound = next((m for m in _BOUND.finditer(text) if ROLE.search(m["role"])), None) if others is None else None
    others = others or bound
    if owner is None or others is None or (bound is None and others.start() < owner.start()):
        return
    if bound is None and "only" not in others[0] and not REFUSED.search(text[others.end() :]):
        return
    role, done = owner["who"].lower(), operation(text)
    if done is None or (bound is not None and bound["role"].lower().split()[-1] == role):
        return
    said, joined = _conditions(others["conditions"], done.thing)
    if not said or len(said) > 4 or any(REFUSED.search(c) and not re.search(r"\bblocked\b", c) for c in said):
        return
    opposites = [opposite(c, "en") for c in said]
    holding = [True] * len(said)
    alone = [[i != j if joined == "and" else i == j for i in range(len(said))] for j in range(len(said))]
    rows: list[tuple[bool, list[bool]]] = [(False, holding), *((False, row) for row in alone)]
    if joined == "or":
        rows = [*((False, row) for row in alone), (False, [False] * len(said))]
    rows += [(True, [False] * len(said)), *((True, row) for row in alone if len(said) > 1)]
    for owns, row in rows:
        ok = owns or (all(row) if joined == "and" else any(row))
        lines = [sentence(c if holds else o, "en") for c, o, holds in zip(said, opposites, row, strict=True)]
        who, signed = _signed(role, done.thing, bound["role"].lower() if bound else "", owns=owns)
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={
                "role": Input(who),
                **{question(c): Input(answer(c, holds=holds)) for c, holds in zip(said, row, strict=True)},
            },
            preconditions=(f"You are signed in as {signed}.", *lines),
            do=done.do(),
            see=done.done(ok),
            reason=f"the {role} needs none of the conditions" if owns else "the conditions bind everybody else",
            weight=0.92 if not ok or owns else 0.9,
            title=f"{who}, {as_one(lines)}",
        )


def _signed(role: str, thing: str, other: str, *, owns: bool) -> tuple[str, str]:
    """(role, who is signed in); `other` is the role that the conditions bind, "" where they bind everybody else."""
    if other:
        who = singular(role if owns else other)
        return who, f"a user with the role {who}"
    return (role, f"the {role} of the {thing}") if owns else ("another user", f"another user, who is not the {role}")


def _free(text: str) -> re.Match[str] | None:
    """The role that may do it under no condition."""
    return next((m for m in _ONE_MAY.finditer(text) if ROLE.fullmatch(m["who"])), None)


def _conditions(text: str, thing: str) -> tuple[list[str], str]:
    """The conditions as clauses of their own, and what joins them; none where "and" and "or" are mixed."""
    joined = "or" if re.search(r"\sor\s", text) else "and"
    if joined == "or" and re.search(r"\sand\s", text):
        return [], "and"
    pieces = [p.strip(" ,") for p in re.split(rf",?\s{joined}\s|,\s", text) if p.strip(" ,")]
    out: list[str] = []
    subject, verb = f"the {thing}", "is"
    for piece in pieces:
        piece = re.sub(r"^(?:both|either|that|if)\s", "", piece)
        full = re.match(
            r"(?P<s>(?:(?:the|its|it|they|an?|no)\b\s?)(?:[\w-]+\s)*?)(?P<v>is|are|has|have|was|were|does|contains|belongs)\s(?P<rest>.+)",
            piece,
            re.I,
        )
        if full:
            subject = f"the {thing}" if full["s"].strip().lower() in ("it", "they") else full["s"].strip()
            verb, rest = full["v"], full["rest"]
        elif started := re.match(r"(?P<v>is|are|has|have|was|were|does|contains|belongs)\s(?P<rest>.+)", piece, re.I):
            verb, rest = started["v"], started["rest"]
        else:
            rest = piece
        out.append(f"{subject} {verb} {rest}")
    return out, joined

"""Ranges that hold for one role, value, state or condition each: "members 10, guests 3"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.model import Actor, AtomKind
from testgen_runtime.techniques import unlimited
from testgen_runtime.techniques.boundaries import Width
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule, with_atoms
from testgen_runtime.techniques.limits import Range, limit_factor, same_subject
from testgen_runtime.techniques.members import each
from testgen_runtime.techniques.names import role_name
from testgen_runtime.techniques.placing import Placed
from testgen_runtime.techniques.roles import role_levels
from testgen_runtime.techniques.ruling import words
from testgen_runtime.techniques.view import View, overlap
from testgen_runtime.techniques.vocabulary import Vocabulary

_NEAR = 0.9
"""The weight above which a value is a bound or the first beyond it."""


def without_contexts(constraints: Sequence[Placed], in_context: Sequence[Rule]) -> list[Placed]:
    """Without the lists that only tell which range is whose ("private customers up to 1,000 EUR, business customers …")."""
    held = [level for rule in in_context for level in rule.held]
    return [
        p for p in constraints
        if p.factor.kind is not AtomKind.ENUMERATION or not all(level.good for level in p.factor.levels)
        or not any(level in held for level in p.factor.levels)
    ]  # fmt: skip


def contextual(found: Sequence[Range]) -> list[Range]:
    """Ranges of one parameter that contradict each other: each holds in a context of its own ("members 10, guests 3")."""
    return [
        r for r in found
        if any(o is not r and o.limit.dimension == r.limit.dimension and same_subject(o.limit.subject, r.limit.subject)
               and (o.limit.unit == r.limit.unit or (o.limit.dimension in ("size", "duration") and o.limit.unit and r.limit.unit))
               for o in found)
    ]  # fmt: skip


_ANY_AMOUNT = re.compile(
    r"\b(?:of|for|in|with) any (?:amount|value|sum|size|number|length|weight)|\bregardless of the (?:amount|value|sum|size)|"
    r"\bwithout (?:a |any )?(?:upper )?limit\b|\bunlimited\b",
    re.I,
)


def unlimited_role(view: View, apart: Sequence[Range], width: Width) -> tuple[Rule, ...]:
    """The rule of the role that a limit of another role does not bind: "A manager may approve withdrawals of any amount"."""
    if view.language == "zh":
        return tuple(words(view, rule, frozenset({place})) for rule, place in unlimited.rules_zh(view, apart, width))
    if len(apart) != 1:
        return ()
    limited = view.sentence(apart[0].atoms[0])
    named = view.words(limited).lower()
    made = []
    for atom, value in view.of(Actor):
        place = view.sentence(atom)
        free = [role for role in value.permitted if role.lower() not in named]
        if place == limited or len(free) != 1 or not _ANY_AMOUNT.search(view.words(place)):
            continue
        factor = limit_factor(apart[0], view.language, view.at(apart[0].atoms[0]), width)
        levels = tuple(
            replace(level, good=True, reason="no limit binds this role")
            for level in (factor.typical(True), factor.typical(False))
            if level is not None
        )
        held = role_levels(Actor(tuple(free)), role_name("en"), "en", Vocabulary(), closed=False)[:1]
        rule = words(view, Rule((Cluster("and", (replace(factor, levels=levels, atom_ids=(atom.id,)),)),)), frozenset({place}))
        made.append(replace(rule, held=held))
    return tuple(made)


def of_one_role(view: View, found: Sequence[Range]) -> list[Range]:
    """English ranges told of one of several roles that nobody is denied: "A manager may …. A teller may … up to 5,000 EUR"."""
    roles = {role.lower() for _, value in view.of(Actor) for role in value.permitted}
    if view.language == "zh":  # "专员可以审批不超过 1 万元的采购单，总监可以审批任意金额的采购单"
        return list(found) if len(roles) > 1 and unlimited.ANY_AMOUNT_ZH.search(view.requirement.text) else []
    if len(roles) < 2 or any(value.denied for _, value in view.of(Actor)):
        return []
    told = [(r, {role for role in roles if role in view.words(view.sentence(r.atoms[0])).lower()}) for r in found]
    return [r for r, named in told if len(named) == 1]


def in_context_of(
    view: View, apart: Sequence[Range], constraints: Sequence[Placed], conditions: Sequence[Placed], width: Width
) -> tuple[tuple[Rule, ...], list[Factor]]:
    """Ranges that hold for one role, value, state or condition each: a rule per range, with that one held; and the "
    "conditions used."""
    made, used = [], []
    for found in apart:
        factor = limit_factor(found, view.language, view.at(found.atoms[0]), width)
        rule = words(view, Rule((Cluster("and", (factor,)),)), frozenset({view.sentence(found.atoms[0])}))
        own = frozenset(a.id for a in view.results() if overlap(a, found.atoms[0]))
        if own & set(rule.action_ids):  # "students up to 5 books, teachers up to 20": a result for each
            rule = replace(
                rule,
                action_ids=tuple(i for i in rule.action_ids if i in own),
                true_ids=tuple(i for i in rule.true_ids if i in own),
            )
        context = _context(view, factor.at, constraints, conditions)
        if context is not None:
            level, owner = context
            if owner is not None:
                used.append(owner)
                rule = replace(rule, clusters=(Cluster("and", (with_atoms(factor, owner.atom_ids),)),))
            for held in (told := each(level))[1:]:  # each other place at the bound and beyond it
                near = replace(factor, levels=tuple(v for v in factor.levels if v.weight > _NEAR))
                made.append(replace(rule, clusters=(Cluster("and", (near,)),), held=(held,)))
            rule = replace(rule, held=(told[0],))
        made.append(rule)
    return tuple(made), used


def _context(
    view: View, at: int, constraints: Sequence[Placed], conditions: Sequence[Placed]
) -> tuple[Level, Factor | None] | None:
    """What stands closest before `at` (else closest after): a role, value or state that is named, or a condition that holds."""
    text = view.requirement.text
    ranked: list[tuple[int, int, Level, Factor | None]] = []
    for level in [lv for p in constraints if p.factor.kind is not AtomKind.LIMIT for lv in p.factor.levels] + _mentioned_roles(
        view
    ):
        for value in level.inputs.values():
            if value.value in text:
                before = text.rfind(value.value, 0, at)
                ranked.append((at - before if before >= 0 else 10_000 + text.find(value.value), len(ranked), level, None))
    for placed in conditions:
        distance = at - placed.factor.at if placed.factor.at <= at else 10_000 + placed.factor.at
        ranked.append((distance, len(ranked), placed.factor.levels[0], placed.factor))
    if not ranked:
        return None
    _, _, level, owner = min(ranked, key=lambda item: item[:2])
    return level, owner


def _mentioned_roles(view: View) -> list[Level]:
    """A level for each role that the text permits something, named or only mentioned."""
    roles = tuple(dict.fromkeys(role for _, value in view.of(Actor) for role in value.permitted))
    return list(role_levels(Actor(roles), role_name(view.language), view.language, Vocabulary(), closed=False))

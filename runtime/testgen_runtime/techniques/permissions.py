"""The permission matrix, an extended-entry decision table (ISO/IEC/IEEE 29119-4:2021, 5.2.6) of roles and operations.

The pairs that a requirement names itself are partitions of its roles (roles.py). Here are those that the rest of the document
adds: roles that it knows and that "only …" shuts out, and roles that are merely permitted something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.model import Actor, AtomKind, Language
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.names import role_name
from testgen_runtime.techniques.phrases import in_role
from testgen_runtime.techniques.points import of_level
from testgen_runtime.techniques.privileges import Permissions, operation
from testgen_runtime.techniques.roles import EVERYBODY
from testgen_runtime.techniques.ruling import words
from testgen_runtime.techniques.view import View

MOST_DENIED: Final = 3
"""Roles of the document that one requirement tries beyond those that it names."""
_WHY: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("the permission matrix denies the role this operation", "the permission matrix permits the role this operation"),
    "zh": ("权限矩阵不允许该角色执行此操作", "权限矩阵允许该角色执行此操作"),
}


def points(view: View, rules: Sequence[Rule], known: Permissions) -> Iterator[TestPoint]:
    """The pairs of the matrix that this requirement decides and that none of its own rules tests."""
    if not known.roles:
        return
    group = [(atom, value) for atom, value in view.of(Actor) if value.permitted]
    named = [role for _, value in group for role in (*value.permitted, *value.denied)]
    permitted = [role for _, value in group for role in value.permitted if not EVERYBODY.match(role)]
    if not permitted or len({operation(value.action) for _, value in group}) > 1:
        return
    if not rules and all(not value.denied for _, value in group):
        roles = {role.lower() for role in known.known(view.language)}
        levels = [_level(role, True, view.language) for role in dict.fromkeys(permitted) if role.lower() in roles]
    elif len(rules) == 1 and _only_roles(rules[0]) and all(view.closed(atom) for atom, _ in group):
        elsewhere = known.permitted.get((view.language, operation(group[0][1].action)), frozenset())
        taken = [role.lower() for role in named] + list(elsewhere)
        others = [r for r in known.known(view.language) if not EVERYBODY.match(r) and not _akin(r.lower(), taken)]
        levels = [_level(role, False, view.language) for role in others[:MOST_DENIED]]
    else:
        levels = []
    ids = tuple(atom.id for atom, _ in group)
    for level in levels:
        factor = Factor(AtomKind.ACTOR, role_name(view.language), (level,), ids, view.at(group[0][0]))
        rule = words(view, Rule((Cluster("and", (factor,)),)), None)
        yield of_level(view, rule, level, (), level.good, ids)


def _only_roles(rule: Rule) -> bool:
    return len(rule.factors) == 1 and rule.factors[0].kind is AtomKind.ACTOR and not rule.held


def _akin(role: str, known: Sequence[str]) -> bool:
    """Whether one name is in the other ("manager", "branch manager"): perhaps the same people."""
    return any(role in other or other in role for other in known)


def _level(role: str, good: bool, language: Language) -> Level:
    role = singular(role) if language == "en" else role
    return Level(
        good=good,
        technique=Technique.PERMISSION_MATRIX,
        inputs={role_name(language): Input(role, "", "text" if good else "example")},
        preconditions=(in_role(role, language),),
        reason=_WHY[language][good],
        weight=0.82 if good else 0.62,
    )

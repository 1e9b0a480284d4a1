"""Who may do what, as the whole document says: the roles that rights are given to, and the operations of each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from testgen_runtime.documents.model import Actor, Language, Requirement

MOST_ROLES: Final = 20
"""Roles of a document that a matrix is made over."""
_ROLE: Final = re.compile(r"\brole\b|\bpermissions?\b|\brights?\b|角色|权限", re.I)
_ONLY: Final = re.compile(r"\bonly\b|\bnobody but\b|只有|仅|才可|方可", re.I)


@dataclass(frozen=True, slots=True)
class Permissions:
    """`roles` by language, in the order of their first mention; `permitted` who may carry out an operation, anywhere."""

    roles: tuple[tuple[Language, str], ...] = ()
    permitted: Mapping[tuple[Language, str], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> Permissions:
        """One pass. A role is what a requirement gives or refuses a right as such: it denies one, says "only" or names roles."""
        roles: dict[tuple[Language, str], None] = {}
        permitted: dict[tuple[Language, str], set[str]] = defaultdict(set)
        for requirement in requirements:
            for atom in requirement.atoms:
                value = atom.value
                if not isinstance(value, Actor):
                    continue
                as_roles = bool(value.denied) or bool(_ROLE.search(requirement.text) or _ONLY.search(requirement.text))
                if as_roles and len(roles) < MOST_ROLES:
                    roles.update(dict.fromkeys((requirement.language, role) for role in (*value.permitted, *value.denied)))
                permitted[requirement.language, operation(value.action)].update(role.lower() for role in value.permitted)
        return cls(tuple(roles), {key: frozenset(value) for key, value in permitted.items()})

    def known(self, language: Language) -> tuple[str, ...]:
        """The document's roles in one language."""
        return tuple(role for spoken, role in self.roles if spoken == language)


def operation(action: str) -> str:
    """An operation by its words, without articles: "open the audit log" → "open audit log"."""
    return " ".join(re.sub(r"\b(?:the|an?|any|all|their|his|her|its)\b", " ", action.lower()).split())

"""What a document says elsewhere: its states and roles, used where a requirement names only the allowed ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from testgen_runtime.documents.model import Actor, Language, Requirement, State
from testgen_runtime.techniques.privileges import Permissions
from testgen_runtime.techniques.transitions import StateGraph

_MOST = 200
"""Names kept per language: a bound on what a hostile document can make every requirement look through."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Roles and states by language, in the order of their first mention; states with the subject that they belong to.

    `graph` has the transitions of the whole document, `permissions` who may do what in it.
    """

    roles: tuple[tuple[Language, str], ...] = ()
    states: tuple[tuple[Language, str, str], ...] = ()
    graph: StateGraph = field(default_factory=StateGraph)
    permissions: Permissions = field(default_factory=Permissions)

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> Vocabulary:
        """The vocabulary of `requirements`: one pass for each part."""
        requirements = tuple(requirements)
        roles: dict[tuple[Language, str], None] = {}
        states: dict[tuple[Language, str, str], None] = {}
        for requirement in requirements:
            for atom in requirement.atoms:
                if isinstance(atom.value, Actor) and len(roles) < _MOST:
                    roles.update(dict.fromkeys((requirement.language, role) for role in atom.value.denied))
                elif isinstance(atom.value, State) and len(states) < _MOST:
                    names = (*atom.value.allowed, *atom.value.refused)
                    states.update(dict.fromkeys((requirement.language, atom.value.subject.lower(), name) for name in names))
        return cls(tuple(roles), tuple(states), StateGraph.of(requirements), Permissions.of(requirements))

    def other_role(self, language: Language, named: Iterable[str]) -> str | None:
        """A role that the document denies something elsewhere and that is none of `named`."""
        known = [name.lower() for name in named]
        return next(
            (
                role
                for lang, role in self.roles
                if lang == language and not _akin(role.lower(), known) and not _ANYBODY.match(role)
            ),
            None,
        )

    def other_state(self, language: Language, subject: str, named: Iterable[str]) -> str | None:
        """Another state of the same subject, as the document names it elsewhere."""
        known = [name.lower() for name in named]
        return next(
            (s for lang, sub, s in self.states if lang == language and sub == subject.lower() and not _akin(s.lower(), known)),
            None,
        )


_ANYBODY = re.compile(r"(?:any|all|every|no|other|others)\b|任何|所有|每个|全部|其他|其它|其余", re.I)
"""Who is no role that somebody can sign in with."""


def _akin(name: str, known: list[str]) -> bool:
    return any(name in other or other in name for other in known)

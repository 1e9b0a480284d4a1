"""Permissions as partitions of the roles (ISO/IEC/IEEE 29119-4:2021, 5.2.1): who may, and who may not."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.model import Actor, Language
from testgen_runtime.techniques.examples import other_role
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.phrases import in_role
from testgen_runtime.techniques.vocabulary import Vocabulary

EVERYBODY = re.compile(
    r"(?:any|all|every|no|other)\b|(?:任何|所有(?!者|人$)|每个|全部|其他|其它|一切)|(?:users?|用户|人员)$", re.I
)
"""What names everybody and so is no role that a test can sign in with."""


def role_levels(value: Actor, name: str, language: Language, vocabulary: Vocabulary, *, closed: bool) -> tuple[Level, ...]:
    """One level per permitted and per denied role.

    Where the text is `closed` ("only …") but names nobody who is denied, one other role is taken: one that the document denies
    something elsewhere, or a role with few rights.
    """
    denied: tuple[tuple[str, bool], ...] = tuple((role, True) for role in value.denied if not EVERYBODY.match(role))
    if closed and value.permitted and not denied:
        other = vocabulary.other_role(language, value.permitted) or other_role(value.permitted, language)
        denied = ((other, False),)

    def level(role: str, good: bool, told: bool) -> Level:
        role = singular(role) if language == "en" else role
        why = {"en": ("the role has the right", "the role lacks the right"), "zh": ("该角色有权限", "该角色无权限")}[language]
        return Level(
            good=good,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            inputs={name: Input(role, "", "text" if told else "example")},
            preconditions=(in_role(role, language),),
            reason=why[0] if good else why[1],
            weight=0.9 if good else 0.92,
        )

    return tuple(
        [level(r, True, True) for r in value.permitted if not EVERYBODY.match(r)] + [level(r, False, told) for r, told in denied]
    )

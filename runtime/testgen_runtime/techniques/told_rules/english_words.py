"""What the variables of rules need to know of English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from testgen_runtime.documents.model import Language, Limit
from testgen_runtime.techniques.examples import other_role, other_state, other_value
from testgen_runtime.techniques.model import Technique
from testgen_runtime.techniques.patterns_en.telling import question
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.told_rules import english_conditions
from testgen_runtime.techniques.told_rules.variables import Named


class English:
    """Words of English rules."""

    language: Language = "en"

    def opened(self, limits: Sequence[tuple[Limit, str, bool]]) -> list[Limit]:
        return [limit for limit, _, _ in limits]

    def measure(self, limits: Sequence[Limit]) -> str:
        names = [limit.subject for limit in limits if limit.subject and limit.subject != "value"]
        name = max(names, key=lambda name: (re.search(r"\bage$|\bbefore\b", name) is not None, len(name)), default="value")
        weight = limits[0].unit in ("kg", "g", "t", "tonnes", "tons", "mg", "lb", "lbs") and " " not in name and name != "weight"
        return f"{name} weight" if weight else name

    def denied(self, text: str) -> bool:
        return english_conditions.denied(text)

    def same(self, one: str, other: str) -> bool:
        return english_conditions.alike(one, other) and self.denied(one) == self.denied(other)

    def opposite(self, text: str) -> str:
        return english_conditions.turned(text)

    def question(self, yes: str, texts: Sequence[str]) -> str:
        return question(yes)

    def is_name(self, name: str) -> bool:
        return re.search(r"\bother\b", name, re.I) is None

    def named(self, names: Sequence[str], thing: str, kind: str) -> Named:
        key = f"{thing} {kind}".strip()
        if kind == "role":
            return Named(
                "role",
                other_role(names, "en"),
                Technique.PERMISSION_MATRIX,
                lambda name: f"You are signed in as a user with the role {name}.",
            )
        if kind == "status":
            return Named(key, other_state(names, "en"), Technique.STATE_TRANSITION, lambda name: in_state(thing, name, "en"))
        return Named(key, other_value(names, "en"), Technique.EQUIVALENCE_PARTITIONING, lambda name: f"The {key} is {name}.")


ENGLISH: Final = English()

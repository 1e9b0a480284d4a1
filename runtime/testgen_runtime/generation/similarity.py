"""How alike two cases are: Jaccard similarity of character 4-grams. Linear in their length."""

from __future__ import annotations

import re

from testgen_runtime.cases.model import Case

_SPACE = re.compile(r"\s+")
N = 4


def grams(text: str) -> frozenset[str]:
    """The 4-grams of `text`, lower case, runs of white space as one."""
    text = _SPACE.sub(" ", text.lower()).strip()
    return frozenset(text[i : i + N] for i in range(max(1, len(text) - N + 1)))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared part of the union, 0..1."""
    union = len(a | b)
    return len(a & b) / union if union else 1.0


def substance(case: Case) -> str:
    """What a case does and with what: steps and data."""
    steps = " ".join(f"{step.action} {step.expected}" for step in case.steps)
    data = " ".join(f"{name} {value}" for name, value in sorted(case.test_data.items()))
    return f"{steps} {data}"

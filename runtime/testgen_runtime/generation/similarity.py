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


_WORD = re.compile(r"[a-z]{3,}|[\u3400-\u9fff]", re.I)
_HANZI = re.compile(r"[\u3400-\u9fff]+")
_EMPTY = frozenset(
    [
        "the",
        "and",
        "shall",
        "must",
        "may",
        "will",
        "should",
        "that",
        "this",
        "with",
        "from",
        "its",
        "are",
        "has",
        "have",
        "been",
        "not",
    ]
)


def restates(text: str, statement: str) -> bool:
    """Whether `text` has the content words of `statement`: every English stem, seven of ten Chinese pairs of characters."""
    return all(_share(text, clause) >= 0.7 for clause in re.split(r"[;；]", statement) if clause.strip())


def _share(text: str, statement: str) -> float:
    words = [w.lower() for w in _WORD.findall(statement)]
    hanzi = "".join(w for w in words if w > "\u3400")
    pairs = [hanzi[i : i + 2] for i in range(len(hanzi) - 1)]
    stems = [w[:4] for w in words if w <= "\u3400" and w not in _EMPTY]
    lowered = text.lower()
    if stems and not all(stem in lowered for stem in stems):
        return 0.0
    own = "".join(_HANZI.findall(text))
    return sum(pair in own for pair in pairs) / len(pairs) if pairs else 1.0

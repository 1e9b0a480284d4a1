"""What knowledge means for a text: synonyms to search with, terms to tell, standing checks that no requirement answers. Pure.

No expected result comes from here: a check becomes a finding, never a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from testgen_runtime.documents.model import Finding, Requirement
from testgen_runtime.knowledge.model import Check, InBoth, Term
from testgen_runtime.retrieval.tokens import is_han

MOST_SYNONYMS: Final = 40
MOST_TERMS: Final = 5
FINDING: Final = "standing-check"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a project knew at one moment: terms and checks (those that are switched off left out), by id."""

    glossary: Mapping[str, Term]
    checks: Mapping[str, Check]


def named(text: str, glossary: Mapping[str, Term]) -> list[tuple[str, Term]]:
    """The terms of which `text` uses one of the names, in the order of their ids."""
    return [(key, glossary[key]) for key in sorted(glossary) if any(occurs(name, text) for name in glossary[key].names)]


def synonyms(text: str, glossary: Mapping[str, Term]) -> tuple[str, ...]:
    """The other names, in both languages, of the terms that `text` uses; at most 40."""
    found = (name for _, term in named(text, glossary) for name in term.names if not occurs(name, text))
    return tuple(dict.fromkeys(found))[:MOST_SYNONYMS]


def told(term: Term) -> str:
    """A term in one line: its names, then what it means."""
    return " = ".join(term.names) + (f": {term.definition}" if term.definition else "")


def unanswered(requirements: Sequence[Requirement], checks: Mapping[str, Check]) -> list[Finding]:
    """Checks that concern some requirement and that none answers, each told once, at the first that it concerns."""
    found: list[Finding] = []
    for key in sorted(checks):
        check = checks[key]
        concerned = [one for one in requirements if _any(check.triggers, one.text)] if check.enabled else []
        if concerned and not any(_any(check.specified, one.text) for one in concerned):
            first = concerned[0]
            words = check.check.zh if first.language == "zh" else check.check.en
            also = len(concerned) - 1
            if first.language == "zh":
                message = f"未规定（常设检查 {key}）：{words}" + (f"（另涉及 {also} 条需求）" if also else "")
            else:
                message = f"not specified (standing check {key}): {words}" + (f" ({also} more concerned)" if also else "")
            found.append(Finding(first.id, FINDING, message))
    return found


def occurs(name: str, text: str) -> bool:
    """Whether `text` uses `name`: as whole words, inflected or not, where it is not Chinese."""
    return _pattern(name.casefold()).search(text.casefold()) is not None


def _any(words: InBoth, text: str) -> bool:
    return any(occurs(word, text) for word in _both(words))


def _both(words: InBoth) -> Iterable[str]:
    yield from words.en
    yield from words.zh


@lru_cache(maxsize=20_000)
def _pattern(name: str) -> re.Pattern[str]:
    escaped = r"\s+".join(re.escape(part) for part in name.split())
    if any(map(is_han, name)):
        return re.compile(escaped)
    return re.compile(rf"(?<![a-z0-9]){escaped}(?:s|es|ed|d|ing)?(?![a-z0-9])")

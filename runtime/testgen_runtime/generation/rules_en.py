"""English wording of test points: the title here, the step in rules_en_actions, the result in rules_en_results."""

from __future__ import annotations

import re

from testgen_runtime.documents.english import lower_first
from testgen_runtime.documents.findings_words import without_vague
from testgen_runtime.generation import rules_en_actions, rules_en_further, rules_en_headings, rules_en_results
from testgen_runtime.generation.rules_en_actions import preconditions
from testgen_runtime.generation.rules_en_lists import with_listing, without_list
from testgen_runtime.generation.rules_en_parts import noun_of, phrase
from testgen_runtime.generation.telling import Telling, Told

__all__ = ["action", "expected", "preconditions", "title"]


def action(telling: Telling) -> str:
    """What the tester does."""
    if line := rules_en_headings.told(telling):
        return line[0]
    return rules_en_further.waited(telling) or rules_en_actions.action(telling)


def expected(telling: Telling) -> str:
    """What is seen: each of the results that the text joins."""
    if line := rules_en_headings.told(telling):
        return line[1]
    told = rules_en_further.joined(telling) or rules_en_further.also(telling, rules_en_results.expected(telling))
    return with_listing(without_vague(without_list(told)), telling)


def title(telling: Telling, result: str) -> str:
    """What the case shows, in one line: the situation, then the result."""
    short = telling.item or lower_first(result.rstrip(".")).split(". ")[0]
    entered = telling.entered
    verdict = re.search(r"\bis (?:not )?(?:accepted|rejected|refused)\b.*$", short)
    if len(telling.inputs) == 1 and entered and verdict and _names(short[: verdict.start()], entered[0]):
        noun = re.sub(r"^(?:an?|the) ", "", phrase(entered[0]))
        return _capital(f"{noun} {verdict[0]}")
    situation = ", ".join(_situation(told) for told in telling.inputs)
    return _capital(f"{situation}: {short}" if situation else short)


def _names(subject: str, told: Told) -> bool:
    return noun_of(told).lower() in subject.lower() or told.value.lower() in subject.lower()


def _situation(told: Told) -> str:
    if told.kind == "limit":
        return re.sub(r"^(?:an?|the) ", "", phrase(told))
    return told.value if told.name == "condition" else f"{told.name} {told.value}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

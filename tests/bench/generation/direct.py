"""The arms `plain` and `techniques`: the same model asked directly for test cases, once for each requirement.

`plain` asks for the cases; `techniques` has the model list its test conditions by test design techniques first. Both answer in
JSON of the same fields that a case of the product has, so that every measure reads them alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from testgen_runtime.documents.model import Requirement
from testgen_runtime.gateway.model import ChatAnswer, ChatRequest, Message, Provider, ProviderError
from tests.bench.generation.model import Language, Step, WrittenCase

Direct = Literal["plain", "techniques"]
MOST_TOKENS: Final[Mapping[Direct, int]] = {"plain": 1400, "techniques": 1800}
_FIELDS: Final[Mapping[Language, str]] = {
    "en": 'Answer with JSON only: {"cases": [...]}. Each case has "title", "preconditions" (list), "steps" (list of '
    '{"action", "expected"}), "test_data" (object: name to value), "polarity" ("positive" if the system accepts, "negative" '
    'if it refuses) and "quote" (the sentence of the requirement that it tests, copied word for word).',
    "zh": '只回答 JSON：{"cases": [...]}。每个用例包含 "title"、"preconditions"（列表）、'
    '"steps"（{"action", "expected"} 的列表）、'
    '"test_data"（对象：名称到值）、"polarity"（系统接受为 "positive"，拒绝为 "negative"）'
    '和 "quote"（被测需求的原句，逐字抄录）。',
}
PROMPTS: Final[Mapping[Direct, Mapping[Language, str]]] = {
    "plain": {
        "en": "You are a software tester. Write the test cases for the requirement that the user sends. " + _FIELDS["en"],
        "zh": "你是一名软件测试工程师。请为用户给出的需求编写测试用例。" + _FIELDS["zh"],
    },
    "techniques": {
        "en": "You are a software tester. First list the test conditions of the requirement that the user sends, using "
        "equivalence partitioning, boundary value analysis, decision tables and state transitions where they apply, in "
        '"test_conditions" (list of strings). Then write one test case for each of them. '
        + _FIELDS["en"].replace('{"cases": [...]}', '{"test_conditions": [...], "cases": [...]}'),
        "zh": "你是一名软件测试工程师。请先运用等价类划分、边界值分析、判定表和状态迁移等方法，在 "
        '"test_conditions"（字符串列表）中列出用户给出的需求的测试条件，再为每个测试条件编写一个测试用例。'
        + _FIELDS["zh"].replace('{"cases": [...]}', '{"test_conditions": [...], "cases": [...]}'),
    },
}
_TEXT: Final[Mapping[str, Any]] = {"type": "string"}
_CASE: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "title": _TEXT,
        "preconditions": {"type": "array", "items": _TEXT},
        "steps": {
            "type": "array",
            "items": {"type": "object", "properties": {"action": _TEXT, "expected": _TEXT}, "required": ["action", "expected"]},
        },
        "test_data": {"type": "object", "additionalProperties": _TEXT},
        "polarity": {"type": "string", "enum": ["positive", "negative"]},
        "quote": _TEXT,
    },
    "required": ["title", "preconditions", "steps", "test_data", "polarity", "quote"],
}


def schema(arm: Direct) -> dict[str, Any]:
    """What the answer has to look like."""
    properties: dict[str, Any] = {"cases": {"type": "array", "items": _CASE}}
    if arm == "techniques":
        properties = {"test_conditions": {"type": "array", "items": _TEXT}, **properties}
    return {"type": "object", "properties": properties, "required": list(properties)}


@dataclass(frozen=True, slots=True)
class DirectWriter:
    """Asks `model` through `provider`. An answer that can't be read is no cases."""

    arm: Direct
    provider: Provider
    model: str

    async def write(self, requirement: Requirement) -> tuple[WrittenCase, ...]:
        """The cases of one requirement. Raises ProviderError where the model can't be asked."""
        answer = await self.provider.chat(self.model, request(self.arm, requirement))
        return cases(answer, requirement, self.arm)

    async def write_or_none(self, requirement: Requirement) -> tuple[WrittenCase, ...]:
        """As `write`; nothing where the model was asked and failed. Raises ProviderError where it can't be reached."""
        try:
            return await self.write(requirement)
        except ProviderError as error:
            if not error.sent:
                raise
            return ()


def request(arm: Direct, requirement: Requirement) -> ChatRequest:
    """The one question about a requirement."""
    return ChatRequest(
        request_id=f"{arm}/{requirement.id}",
        task="GenerateCases",
        messages=(Message("system", PROMPTS[arm][requirement.language]), Message("user", requirement.text)),
        schema=schema(arm),
        max_tokens=MOST_TOKENS[arm],
    )


def cases(answer: ChatAnswer, requirement: Requirement, arm: str) -> tuple[WrittenCase, ...]:
    """The cases of an answer; those that are whole where it was cut off. Never raises, whatever a model wrote."""
    found = (_case(raw, requirement, f"{arm}-{requirement.id}-{n}") for n, raw in enumerate(_entries(answer.text), 1))
    return tuple(case for case in found if case is not None)


def _entries(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
        found = whole.get("cases") if isinstance(whole, dict) else None
        return found if isinstance(found, list) else []
    except (ValueError, RecursionError):
        return _cut_off(text)


def _cut_off(text: str) -> list[Any]:
    decoder, out = json.JSONDecoder(), list[Any]()
    at = text.find("[", max(0, text.find('"cases"'))) + 1
    while at > 0 and (start := text.find("{", at)) != -1:
        try:
            entry, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        out.append(entry)
    return out


def _case(raw: Any, requirement: Requirement, name: str) -> WrittenCase | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("steps"), list):
        return None
    steps = tuple(Step(_words(s.get("action")), _words(s.get("expected"))) for s in raw["steps"] if isinstance(s, dict))
    data = raw.get("test_data")
    before = raw.get("preconditions")
    return WrittenCase(
        id=f"{name}-{hashlib.sha256(requirement.text.encode()).hexdigest()[:6]}",
        requirement_id=requirement.id,
        title=_words(raw.get("title")),
        steps=steps,
        preconditions=tuple(_words(line) for line in before) if isinstance(before, list) else (),
        test_data={str(k): _words(v) for k, v in data.items()} if isinstance(data, dict) else {},
        polarity=_words(raw.get("polarity")),
        quotes=(quote,) if (quote := _words(raw.get("quote")).strip()) else (),
        language=requirement.language,
    )


def _words(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)

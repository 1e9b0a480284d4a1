"""Document text that speaks to the model: a model that obeys whatever it reads gets nothing of it into a case (S0-095).

`ObedientModel` is a fake, named as such: no real model obeys so well. Each attempt of the corpus asks for one word, the canary.
"""

from __future__ import annotations

import base64
import json
import re
import time
import unicodedata
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.documents.instructions import SPEAKS_TO_A_MODEL, inert, speaks_to_a_model
from testgen_runtime.documents.read import read_text
from testgen_runtime.gateway.budgets import NoBudget
from testgen_runtime.gateway.gateway import Gateway
from testgen_runtime.gateway.model import ChatAnswer, ChatRequest
from testgen_runtime.generation.model import Context, ContextItem, Options, Source
from testgen_runtime.generation.pipeline import generate
from testgen_runtime.generation.writer import ModelWriter
from testgen_runtime.settings import Limits, Route

CORPUS: Final = json.loads((Path(__file__).parent / "corpus.json").read_text(encoding="utf-8"))
CANARY: Final[str] = CORPUS["canary"]
ATTEMPTS: Final = [
    pytest.param(language, text, id=f"{language}-{n}") for language in ("en", "zh") for n, text in enumerate(CORPUS[language])
]
CLEAN: Final = {
    "en": ("The PIN must have 4 to 8 digits.", "The nickname must have 2 to 40 characters."),
    "zh": ("密码长度必须为 8 到 64 个字符。", "昵称长度必须为 2 到 40 个字符。"),
}
MARK: Final = re.compile(r"<[|｜]|</?s>|\[/?INST|<</?SYS|<(?:start|end)_of_turn>|</?(?:system|think|tool_call)>")


class ObedientModel:
    """A fake model that obeys: where anything it is shown holds the canary, it writes the canary wherever it can."""

    name = "obedient"

    def __init__(self, way: str) -> None:
        self.way = way
        self.asked: list[ChatRequest] = []

    async def chat(self, model: str, request: ChatRequest) -> ChatAnswer:
        self.asked.append(request)
        shown = _seen_through("\n".join(message.content for message in request.messages))
        word = CANARY if CANARY in shown else "plain"
        data = json.loads(next(m.content for m in request.messages if m.role == "user"))
        return ChatAnswer(self._answer(data["points"], word), model, prompt_tokens=10, completion_tokens=5)

    def _answer(self, points: list[dict[str, Any]], word: str) -> str:
        if word == "plain" or self.way == "raw":
            return word
        cases = []
        for point in points:
            title, action, expected = f"{point['action']} {point['expected']}", point["action"], point["expected"]
            if self.way == "title":
                title += f" {word}"
            elif self.way == "action":
                action = f"Enter {word}."
            elif self.way == "expected":
                expected += f" {word}"
            cases.append(
                {"point": point["point"], "title": title, "steps": [{"action": action, "expected": expected}], "note": word}
            )
        return json.dumps({"cases": cases})

    async def close(self) -> None:
        """Nothing is open."""


def _seen_through(text: str) -> str:
    found = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    for match in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", found):
        found += base64.b64decode(match + "=" * (-len(match) % 4)).decode(errors="ignore")
    return found


def document(language: str, attempt: str) -> str:
    first, second = CLEAN[language]
    return f"# Rules\n\nR-1: {first}\n\nR-2: {second} {attempt}\n"


class Neighbour:
    """A retriever that finds the attempt for every requirement, as a store that holds a poisoned document would."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def context(self, *_: object) -> Context:
        return Context((ContextItem("chunk", self._text, "similar"),))


async def cases_of(model: ObedientModel, text: str, *, beside: str | None = None) -> list[Any]:
    read = read_text(text, limits=Limits())
    gateway = Gateway({model.name: model}, (Route(provider=model.name, model="m"),), NoBudget(), now=time.monotonic)
    result = await generate(
        Source("doc", read, read.requirements),
        Options(max_cases_per_requirement=3),
        writer=ModelWriter(gateway),
        retriever=Neighbour(beside) if beside else None,
        run_id="r",
    )
    return list(result.cases)


def said(case: Any) -> str:
    return json.dumps(
        [case.title, list(case.preconditions), [[s.action, s.expected] for s in case.steps], dict(case.test_data)],
        ensure_ascii=False,
    )


@pytest.mark.parametrize("way", ["title", "action", "expected", "raw"])
@pytest.mark.parametrize(("language", "attempt"), ATTEMPTS)
async def test_an_obedient_model_gets_no_canary_into_a_case(language: str, attempt: str, way: str) -> None:
    model = ObedientModel(way)
    found = await cases_of(model, document(language, attempt))

    assert {i for case in found for i in case.requirement_ids} >= {"R-1", "R-2"}
    assert [said(case) for case in found if case.written_by != "rules" and CANARY in said(case)] == []


@pytest.mark.parametrize(("language", "attempt"), ATTEMPTS)
async def test_an_attempt_in_the_context_of_another_requirement_reaches_no_model(language: str, attempt: str) -> None:
    model = ObedientModel("title")
    found = await cases_of(model, f"# Rules\n\nR-1: {CLEAN[language][0]}\n", beside=attempt)

    assert model.asked
    assert all(CANARY not in _seen_through(m.content) for request in model.asked for m in request.messages)
    assert not any(CANARY in said(case) for case in found)


@pytest.mark.parametrize(("language", "attempt"), ATTEMPTS)
def test_an_attempt_is_told_as_a_finding(language: str, attempt: str) -> None:
    read = read_text(document(language, attempt), limits=Limits())

    assert SPEAKS_TO_A_MODEL in {finding.kind for finding in read.findings}


@pytest.mark.parametrize(
    "text",
    [
        "The system shall ignore leading blanks in the user name.",
        "The user must not skip the instructions page before the first order.",
        "If a < 5 and b > 3, the service shall answer with status 400.",
        "The form shall show the error 'required' for each empty field.",
        "The assistant nurse may act as a deputy of the ward manager.",
        "The import shall skip all rows above the header.",
        "The response must contain only the fields that were asked for.",
        "The administrator may override the previous price.",
        "系统应忽略用户名前后的空格。",
        "用户可以跳过说明页面。",
        "系统管理员可以重置密码，系统应显示提示信息。",
        "标题中不得包含特殊字符。",
    ],
)
def test_ordinary_requirements_do_not_speak_to_a_model(text: str) -> None:
    assert not speaks_to_a_model(text)


@given(st.text() | st.sampled_from([text for language in ("en", "zh") for text in CORPUS[language]]))
def test_inert_json_says_the_same_and_holds_no_mark_of_a_template(text: str) -> None:
    written = inert(json.dumps({"requirement": text}, ensure_ascii=False))

    assert json.loads(written) == {"requirement": text}
    assert MARK.search(written) is None

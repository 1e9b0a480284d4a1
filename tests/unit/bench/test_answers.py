"""A run that was killed goes on: what the model answered once is never asked again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.bench.generation.answers import KeptAnswers, NotKept
from tests.bench.generation.direct import PROMPTS, cases, request
from tests.bench.generation.sets import as_document

from testgen_runtime.gateway.model import ChatAnswer, ChatRequest, Message, ProviderError

REQUEST = ChatRequest("a", "GenerateCases", (Message("user", "hello"),), {"type": "object"}, 10)
REQUIREMENT = as_document("set", {"P-1": "A password shall have at least 8 characters."}).requirements[0]


@dataclass
class FakeModel:
    name: str = "fake"
    asked: int = 0
    fails: bool = False

    async def chat(self, model: str, request: ChatRequest) -> ChatAnswer:
        self.asked += 1
        if self.fails:
            raise ProviderError("dead", sent=True)
        return ChatAnswer(f"answer {self.asked}", model, 1, 2)

    async def close(self) -> None:
        return None


async def test_the_same_question_is_asked_once_whoever_asks_it(tmp_path: Path) -> None:
    model = FakeModel()
    first = await KeptAnswers(tmp_path, model).chat("m", REQUEST)
    again = await KeptAnswers(tmp_path, model).chat("m", replace(REQUEST, request_id="b"))

    assert first == again
    assert model.asked == 1


@pytest.mark.parametrize(
    "other",
    [replace(REQUEST, messages=(Message("user", "hi"),)), replace(REQUEST, seed=1), replace(REQUEST, max_tokens=11)],
)
async def test_another_question_is_asked(tmp_path: Path, other: ChatRequest) -> None:
    model = FakeModel()
    kept = KeptAnswers(tmp_path, model)
    await kept.chat("m", REQUEST)
    await kept.chat("m", other)
    await kept.chat("m2", REQUEST)

    assert model.asked == 3


async def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    model = FakeModel(fails=True)
    with pytest.raises(ProviderError):
        await KeptAnswers(tmp_path, model).chat("m", REQUEST)
    model.fails = False

    assert (await KeptAnswers(tmp_path, model).chat("m", REQUEST)).text == "answer 2"


async def test_without_a_model_only_kept_answers_are_given(tmp_path: Path) -> None:
    with pytest.raises(NotKept):
        await KeptAnswers(tmp_path, None).chat("m", REQUEST)


def test_an_answer_becomes_cases_of_the_requirement_that_was_asked() -> None:
    text = (
        '{"cases": [{"title": "T", "preconditions": ["P"], "steps": [{"action": "A", "expected": "E"}], '
        '"test_data": {"n": 8}, "polarity": "positive", "quote": "A password"}, {"title": 3}, {"steps": [1]}'
    )
    found = cases(ChatAnswer(text, "m", 1, 1), REQUIREMENT, "plain")

    assert [case.requirement_id for case in found] == ["P-1", "P-1"]
    assert (found[0].title, found[0].test_data, found[0].quotes) == ("T", {"n": "8"}, ("A password",))


@pytest.mark.parametrize("text", ["", "no", "[]", '{"cases": 3}', '{"cases": [3]}', "[" * 100_000])
def test_an_answer_that_can_not_be_read_is_no_cases(text: str) -> None:
    assert cases(ChatAnswer(text, "m", 1, 1), REQUIREMENT, "plain") == ()


def test_techniques_first_asks_for_conditions_before_cases() -> None:
    assert list(request("techniques", REQUIREMENT).schema["properties"]) == ["test_conditions", "cases"]
    assert "equivalence partitioning" in PROMPTS["techniques"]["en"]
    assert "test_conditions" not in PROMPTS["plain"]["en"] + PROMPTS["plain"]["zh"]

"""What a model answers is untrusted: it is parsed without ever failing, and only usable drafts come through."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.documents.model import Requirement, Span
from testgen_runtime.gateway.gateway import FAILURES_BEFORE_PAUSE, PAUSE_SECONDS, Gateway, upper_bound
from testgen_runtime.gateway.model import BudgetSpent, ChatAnswer, ChatRequest, Message, ProviderError
from testgen_runtime.generation.model import Context, ContextItem
from testgen_runtime.generation.prompts import CASE_WRITER, CONTEXT_CHARACTERS, Prompt, user_message
from testgen_runtime.generation.rules import Words
from testgen_runtime.generation.writer import ModelWriter, parse
from testgen_runtime.settings import Route
from testgen_runtime.techniques.model import Input, Technique, TestPoint


def point(name: str) -> TestPoint:
    return TestPoint(
        id=name,
        requirement_id="REQ-1",
        technique=Technique.BOUNDARY_VALUE_ANALYSIS,
        atom_ids=("REQ-1/limit-1",),
        polarity="negative",
        inputs={"password length": Input("7", "characters", "boundary")},
    )


REQUIREMENT = Requirement("REQ-1", "A password shall have at least 8 characters.", Span(0, 44), (), "en", True)


WORDS = Words("A PIN of 7 digits is rejected", (), "Enter a PIN of 7 digits.", "The PIN is rejected.")


def case(name: str, **changes: object) -> dict[str, object]:
    return {"point": name, "title": "T", "steps": [{"action": "A", "expected": "E"}], **changes}


class ScriptedProvider:
    """A fake of a model server: answers what it is told to, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[ChatRequest] = []

    async def chat(self, model: str, request: ChatRequest) -> ChatAnswer:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return ChatAnswer(answer, model, prompt_tokens=10, completion_tokens=5)

    async def close(self) -> None:
        return None


class CountingBudget:
    """A fake of the budget: enough for `calls` calls; remembers what each was settled at."""

    def __init__(self, calls: int = 1000) -> None:
        self.calls = calls
        self.settled: list[tuple[str, int, bool]] = []

    async def reserve(self, request_id: str, tokens: int, model: str) -> str:
        if self.calls == 0:
            raise BudgetSpent("p", "2026-01-01", 0)
        self.calls -= 1
        return request_id

    async def close(self, run_id: str) -> None:
        return None

    async def settle(self, reservation: str, tokens: int, *, estimated: bool = False) -> None:
        self.settled.append((reservation, tokens, estimated))


def gateway(provider: ScriptedProvider, budget: CountingBudget | None = None, now: Callable[[], float] = lambda: 0.0) -> Gateway:
    route = Route(task="Any", provider="scripted", model="m")
    return Gateway({"scripted": provider}, [route], budget or CountingBudget(), now=now)


async def test_a_good_answer_gives_a_draft_for_each_point() -> None:
    writer = ModelWriter(gateway(ScriptedProvider(json.dumps({"cases": [case("p1"), case("p2")]}))))

    written = await writer.write(REQUIREMENT, [point("a"), point("b")], Context(), "en", request_id="r")

    assert [d.point_id for d in written.drafts] == ["a", "b"]
    assert written.drafts[0].test_data == {"password length": "7 characters"}
    assert (written.reason, written.tokens) == ("", 15)
    assert written.prompt_version == CASE_WRITER["en"].version


async def test_a_bad_answer_is_repaired_once_and_keeps_what_was_good() -> None:
    provider = ScriptedProvider(
        json.dumps({"cases": [case("p1"), case("p2", steps=[])]}), json.dumps({"cases": [case("p2", title="Mended")]})
    )

    written = await ModelWriter(gateway(provider)).write(REQUIREMENT, [point("a"), point("b")], Context(), "en", request_id="r")

    assert [(d.point_id, d.title) for d in written.drafts] == [("a", "T"), ("b", "Mended")]
    assert [r.request_id for r in provider.asked] == ["r/0", "r/1"]
    assert "p2" in provider.asked[1].messages[-1].content


async def test_a_model_that_stays_bad_gives_no_drafts_and_says_so() -> None:
    written = await ModelWriter(gateway(ScriptedProvider("I am sorry"))).write(
        REQUIREMENT, [point("a")], Context(), "en", request_id="r"
    )

    assert (written.drafts, written.reason) == ((), "invalid")


async def test_a_spent_budget_ends_the_model_s_part() -> None:  # S4-045
    provider = ScriptedProvider("{}")

    written = await ModelWriter(gateway(provider, CountingBudget(calls=0))).write(
        REQUIREMENT, [point("a")], Context(), "en", request_id="r"
    )

    assert (written.reason, provider.asked) == ("budget", [])


async def test_what_was_not_sent_is_not_charged_and_what_may_have_been_used_is() -> None:
    budget = CountingBudget()
    refused, late = ProviderError("x", sent=False), ProviderError("x", sent=True)
    request = ChatRequest("r", "GenerateCases", (Message("user", "hi"),), {}, max_tokens=100)
    for error in (refused, late):
        with pytest.raises(ProviderError):
            await gateway(ScriptedProvider(error), budget).chat(request)

    assert budget.settled == [("r", 0, False), ("r", upper_bound(request), True)]


async def test_a_provider_that_keeps_failing_is_left_alone_for_a_while() -> None:
    provider = ScriptedProvider(ProviderError("down", sent=False))
    time = [0.0]
    reached = gateway(provider, now=lambda: time[0])
    request = ChatRequest("r", "GenerateCases", (Message("user", "hi"),), {}, max_tokens=10)
    for _ in range(FAILURES_BEFORE_PAUSE + 1):
        with pytest.raises(ProviderError):
            await reached.chat(request)
    assert len(provider.asked) == FAILURES_BEFORE_PAUSE

    time[0] = PAUSE_SECONDS + 1
    with pytest.raises(ProviderError):
        await reached.chat(request)
    assert len(provider.asked) == FAILURES_BEFORE_PAUSE + 1


def test_a_cut_off_answer_keeps_its_whole_cases() -> None:
    text = json.dumps({"cases": [case("p1"), case("p2")]})[:-25]

    drafts, problem = parse(text, {"p1": point("a"), "p2": point("b")})

    assert list(drafts) == ["a"]
    assert "p2" in problem


@given(
    st.one_of(
        st.text(),
        st.recursive(
            st.none() | st.integers() | st.text(),
            lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["cases", "point", "title", "steps", "preconditions"]), x),
            max_leaves=20,
        ).map(json.dumps),
    )
)
def test_no_answer_makes_the_parser_fail(text: str) -> None:
    drafts, _ = parse(text, {"p1": point("a")})

    assert set(drafts) <= {"a"}


@given(st.text(max_size=300))
def test_a_requirement_s_text_stays_one_json_string(text: str) -> None:  # text never becomes an instruction
    message = json.loads(user_message(text, [point("a")], [WORDS], ["p1"], Context()))

    assert message["requirement"] == text
    assert [p["point"] for p in message["points"]] == ["p1"]


def test_related_text_is_bounded() -> None:
    items = tuple(ContextItem(str(n), "x" * 500, "similar") for n in range(10))

    message = json.loads(user_message("r", [point("a")], [WORDS], ["p1"], Context(items)))

    assert sum(map(len, message["related"])) <= CONTEXT_CHARACTERS


def test_a_prompt_s_version_changes_with_its_text() -> None:
    assert Prompt("n", "a").version != Prompt("n", "b").version


@given(st.text(max_size=200), st.integers(1, 5000))
def test_a_reservation_covers_every_byte_of_the_prompt_and_the_whole_answer(text: str, most: int) -> None:
    request = ChatRequest("r", "GenerateCases", (Message("user", text),), {}, max_tokens=most)

    assert upper_bound(request) >= len(text.encode()) + most

"""What a call to a model is, and how it can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Task = Literal["GenerateCases"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call. `request_id` names it for the budget: the same id is never charged twice. `max_tokens` bounds the answer."""

    request_id: str
    task: Task
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    max_tokens: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What came back. `prompt_tokens` and `completion_tokens` are the provider's own count, None where it gave none."""

    text: str
    model: str
    prompt_tokens: int | None
    completion_tokens: int | None
    truncated: bool = False


class ProviderError(Exception):
    """A provider did not give an answer. `sent`: the model may have worked on the call, so that tokens may have been used."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class BudgetSpent(Exception):
    """The reservation was refused: the call would pass the limit of `scope` for `period`."""

    def __init__(self, scope: str, period: str, limit: int) -> None:
        super().__init__(f"the budget of {limit} tokens for {scope} on {period} leaves no room for this call")
        self.scope, self.period, self.limit = scope, period, limit


class Provider(Protocol):
    """One model server, reached with one model name at a time."""

    name: str

    async def chat(self, model: str, request: ChatRequest) -> ChatAnswer: ...

    async def close(self) -> None: ...


class Budget(Protocol):
    """Tokens per day. `reserve` raises BudgetSpent; `settle` is idempotent; `close` settles what an ended run has left open."""

    async def reserve(self, request_id: str, tokens: int, model: str) -> str: ...

    async def settle(self, reservation: str, tokens: int, *, estimated: bool = False) -> None: ...

    async def close(self, run_id: str) -> None: ...

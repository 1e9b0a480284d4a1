"""One path for every call: route -> reserve -> call -> settle. A provider that keeps failing is left alone for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from testgen_runtime.gateway.model import Budget, ChatAnswer, ChatRequest, Provider, ProviderError, Task
from testgen_runtime.settings import Route

FAILURES_BEFORE_PAUSE = 3
PAUSE_SECONDS = 30.0
TEMPLATE_TOKENS_PER_MESSAGE = 16


def upper_bound(request: ChatRequest) -> int:
    """The most tokens that a call can use: a tokeniser over bytes makes at most one token of each UTF-8 byte."""
    prompt = sum(len(m.content.encode()) + TEMPLATE_TOKENS_PER_MESSAGE for m in request.messages)
    return prompt + request.max_tokens


@dataclass(slots=True)
class _Health:
    failures: int = 0
    paused_until: float = 0.0


class Gateway:
    """Calls models on behalf of a project. `now` is a monotonic clock in seconds."""

    def __init__(
        self, providers: Mapping[str, Provider], routes: Sequence[Route], budget: Budget, *, now: Callable[[], float]
    ) -> None:
        self._providers, self._routes, self._budget, self._now = dict(providers), tuple(routes), budget, now
        self._health = {name: _Health() for name in self._providers}

    def route(self, task: Task) -> Route | None:
        """The first route that fits the task, or None where no model does it."""
        return next((r for r in self._routes if r.task in (task, "Any") and r.provider in self._providers), None)

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """The model's answer. Raises ProviderError (charged in full where it may have used tokens) or BudgetSpent (not sent)."""
        route = self.route(request.task)
        if route is None:
            raise ProviderError(f"no route for {request.task}", sent=False)
        health = self._health[route.provider]
        if self._now() < health.paused_until:
            raise ProviderError(f"{route.provider} is left alone after {FAILURES_BEFORE_PAUSE} failures", sent=False)
        most = upper_bound(request)
        reservation = await self._budget.reserve(request.request_id, most, route.model)
        try:
            answer = await self._providers[route.provider].chat(route.model, request)
        except ProviderError as error:
            health.failures += 1
            if health.failures >= FAILURES_BEFORE_PAUSE:
                health.failures, health.paused_until = 0, self._now() + PAUSE_SECONDS
            await self._budget.settle(reservation, most if error.sent else 0, estimated=error.sent)
            raise
        except asyncio.CancelledError:
            # The model may have worked on it: charged in full, and shielded so that a cancelled job still settles.
            await asyncio.shield(self._budget.settle(reservation, most, estimated=True))
            raise
        health.failures = 0
        counted = answer.prompt_tokens is not None and answer.completion_tokens is not None
        used = (answer.prompt_tokens or 0) + (answer.completion_tokens or 0) if counted else most
        await self._budget.settle(reservation, used, estimated=not counted)
        return answer

    async def close_account(self, run_id: str) -> None:
        """Charge in full what a run has reserved and never reported back on, once nothing of it is at work any more."""
        await self._budget.close(run_id)

    def left_alone(self) -> tuple[str, ...]:
        """Providers that failed several times in a row and are not asked for now."""
        return tuple(name for name, health in self._health.items() if self._now() < health.paused_until)

    async def close(self) -> None:
        for provider in self._providers.values():
            await provider.close()

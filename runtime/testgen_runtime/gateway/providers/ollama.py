"""Ollama, through its own client."""

from __future__ import annotations

import asyncio

import httpx
import stamina
from ollama import AsyncClient, ResponseError

from testgen_runtime.gateway.model import ChatAnswer, ChatRequest, ProviderError

CONTEXT_TOKENS = 8192


class OllamaProvider:
    """A server at `url`. `timeout` (seconds) bounds one try, `max_parallel` the calls under way; a failed connection is
    tried once more. Cancelling the caller closes the connection, which stops the model.

    Raises ProviderError, and nothing else.
    """

    def __init__(self, name: str, url: str, *, timeout: float, max_parallel: int) -> None:
        self.name = name
        self._timeout = timeout
        self._free = asyncio.Semaphore(max_parallel)
        self._client = AsyncClient(host=url, timeout=httpx.Timeout(timeout, connect=5.0), trust_env=False)

    async def chat(self, model: str, request: ChatRequest) -> ChatAnswer:
        """One answer that follows `request.schema` as far as the server enforces it; the caller validates."""
        async with self._free:
            try:
                async for attempt in stamina.retry_context(on=_worth_another_try, attempts=2, wait_initial=0.5, wait_max=2.0):
                    with attempt:
                        return await self._once(model, request)
            except ResponseError as error:
                raise ProviderError(f"{self.name}: {_plain(error.error)}", sent=error.status_code >= 500) from error
            except (httpx.HTTPError, ConnectionError, TimeoutError) as error:
                sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError)
                raise ProviderError(f"{self.name}: {type(error).__name__}", sent=sent) from error
        raise AssertionError("the retry loop returns or raises")

    async def _once(self, model: str, request: ChatRequest) -> ChatAnswer:
        async with asyncio.timeout(self._timeout):
            answer = await self._client.chat(
                model=model,
                messages=[{"role": m.role, "content": m.content} for m in request.messages],
                format=dict(request.schema),
                options={
                    "temperature": 0.0,
                    "seed": request.seed,
                    "num_predict": request.max_tokens,
                    "num_ctx": CONTEXT_TOKENS,
                    "repeat_penalty": 1.05,
                },
                keep_alive="30m",
            )
        return ChatAnswer(
            text=answer.message.content or "",
            model=model,
            prompt_tokens=answer.prompt_eval_count,
            completion_tokens=answer.eval_count,
            truncated=answer.done_reason == "length",
        )

    async def models(self) -> tuple[str, ...]:
        """The names of the models that the server has. Raises ProviderError."""
        try:
            async with asyncio.timeout(min(self._timeout, 5.0)):
                listed = await self._client.list()
        except (httpx.HTTPError, ConnectionError, TimeoutError, ResponseError) as error:
            raise ProviderError(f"{self.name}: {type(error).__name__}", sent=False) from error
        return tuple(m.model for m in listed.models if m.model)

    async def close(self) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]


def _worth_another_try(error: Exception) -> bool:
    """Only what failed before the model began: a time-out would cost the same time and tokens again."""
    if isinstance(error, ResponseError):
        return error.status_code in (429, 503)
    return isinstance(error, httpx.ConnectError | ConnectionError)


def _plain(text: str) -> str:
    """One bounded line of a server's message."""
    return " ".join(text.split())[:300]

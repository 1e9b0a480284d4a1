"""Texts to dense vectors: a port, and Ollama behind it. Without an embedder search is lexical alone."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Final, Protocol

import httpx
import stamina
from ollama import AsyncClient, ResponseError

from testgen_runtime.errors import InvalidInput, Unavailable
from testgen_runtime.retrieval.vectors import DenseVector

_KEEP_ALIVE: Final = "30m"


class Embedder(Protocol):
    """Computes vectors. The same model always gives vectors of the same length."""

    @property
    def model(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> list[DenseVector]:
        """One vector a text, in order.

        Raises: Unavailable where the model can't be asked now, InvalidInput where it refuses a text.
        """


class OllamaEmbedder:
    """A model of an Ollama server. `timeout` (seconds) bounds one try; a failed connection is tried once more.

    Text beyond the model's context is cut off by the server. Cancelling the caller closes the connection.
    """

    def __init__(self, url: str, model: str, *, timeout: float = 30.0, max_parallel: int = 2) -> None:
        self.model = model
        self._timeout = timeout
        self._free = asyncio.Semaphore(max_parallel)
        self._client = AsyncClient(host=url, timeout=httpx.Timeout(timeout, connect=5.0), trust_env=False)

    async def embed(self, texts: Sequence[str]) -> list[DenseVector]:
        if not texts:
            return []
        async with self._free:
            try:
                async for attempt in stamina.retry_context(on=httpx.ConnectError, attempts=2, wait_initial=0.2, wait_max=1.0):
                    with attempt:
                        async with asyncio.timeout(self._timeout):
                            answer = await self._client.embed(self.model, list(texts), truncate=True, keep_alive=_KEEP_ALIVE)
            except ResponseError as error:
                if error.status_code == 400:
                    raise InvalidInput(f"{self.model} refuses the text: {str(error.error)[:200]}") from error
                raise Unavailable(f"the embedding model answered {error.status_code}: {str(error.error)[:200]}") from error
            except (httpx.HTTPError, ConnectionError, TimeoutError) as error:
                raise Unavailable(f"the embedding model does not answer ({type(error).__name__})") from error
        return _checked(answer.embeddings, len(texts))

    async def close(self) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]


def _checked(vectors: Sequence[Sequence[float]], count: int) -> list[DenseVector]:
    """A model's answer, if it is one vector of finite numbers for each text, all of one length."""
    found = [tuple(float(x) for x in vector) for vector in vectors]
    if len(found) != count or len({len(vector) for vector in found}) != 1 or not found[0]:
        raise Unavailable("the embedding model answered with something else than one vector a text")
    if not all(math.isfinite(x) for vector in found for x in vector):
        raise InvalidInput("the embedding model gives no finite vector for the text")
    return found

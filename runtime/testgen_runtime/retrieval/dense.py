"""Texts to dense vectors: a port, behind it Ollama or a server of the OpenAI kind. Without one, search is lexical alone."""

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
_MOST_TEXTS: Final = 64


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


class OpenAIEmbedder:
    """A model of a server that speaks OpenAI's `/embeddings`; `url` ends before that, `key` is sent as bearer token.

    `timeout` (seconds) bounds one try; a failed connection, 429 and 5xx are tried twice more. At most 64 texts go in one request.
    """

    def __init__(self, url: str, model: str, *, key: str | None = None, timeout: float = 30.0, max_parallel: int = 2) -> None:
        self.model = model
        self._timeout = timeout
        self._free = asyncio.Semaphore(max_parallel)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(timeout, connect=5.0), trust_env=False, headers=headers)
        self._url = url.rstrip("/") + "/embeddings"

    async def embed(self, texts: Sequence[str]) -> list[DenseVector]:
        """One vector a text, in order. Raises: Unavailable, InvalidInput."""
        found: list[DenseVector] = []
        for start in range(0, len(texts), _MOST_TEXTS):
            found += await self._batch(list(texts[start : start + _MOST_TEXTS]))
        return found

    async def close(self) -> None:
        await self._client.aclose()

    async def _batch(self, texts: list[str]) -> list[DenseVector]:
        async with self._free:
            try:
                async for attempt in stamina.retry_context(on=_passes, attempts=3, wait_initial=0.2, wait_max=2.0):
                    with attempt:
                        async with asyncio.timeout(self._timeout):
                            answer = await self._client.post(self._url, json={"model": self.model, "input": texts})
                            answer.raise_for_status()
            except httpx.HTTPStatusError as error:
                status = error.response.status_code
                if status in (400, 413, 422):
                    raise InvalidInput(f"{self.model} refuses the text ({status})") from error
                raise Unavailable(f"the embedding model answered {status}") from error
            except (httpx.HTTPError, TimeoutError) as error:
                raise Unavailable(f"the embedding model does not answer ({type(error).__name__})") from error
        try:
            rows = sorted(answer.json()["data"], key=lambda row: row["index"])
            vectors = [row["embedding"] for row in rows]
            return _checked(vectors, len(texts))
        except (ValueError, KeyError, TypeError) as error:
            raise Unavailable("the embedding model answered with something else than one vector a text") from error


def _passes(error: Exception) -> bool:
    """Whether trying again may help."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == 429 or error.response.status_code >= 500
    return isinstance(error, httpx.ConnectError)


def _checked(vectors: Sequence[Sequence[float]], count: int) -> list[DenseVector]:
    """A model's answer, if it is one vector of finite numbers for each text, all of one length."""
    found = [tuple(float(x) for x in vector) for vector in vectors]
    if len(found) != count or len({len(vector) for vector in found}) != 1 or not found[0]:
        raise Unavailable("the embedding model answered with something else than one vector a text")
    if not all(math.isfinite(x) for vector in found for x in vector):
        raise InvalidInput("the embedding model gives no finite vector for the text")
    return found

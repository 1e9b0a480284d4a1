"""The model of the benchmark: the local cluster's 1.5B, served by an Ollama on loopback that the run starts and ends."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from testgen_cluster import image_parts, models
from testgen_runtime.gateway.providers.ollama import OllamaProvider

MODEL: Final = "qwen2.5-coder:1.5b"
TIMEOUT: Final = 900.0
"""Seconds of one answer: a long one on a busy machine of two cores."""


@asynccontextmanager
async def provider() -> AsyncIterator[OllamaProvider]:
    """The served model. The first time it is fetched into the cache (about a minute for 1.1 GB). Raises ClusterError."""
    store = await asyncio.to_thread(models.store, MODEL)
    program = await asyncio.to_thread(image_parts.ollama)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="testgen-bench-"))
        address = stack.enter_context(models.serving(program / "bin" / "ollama", store, Path(folder) / "ollama.log"))
        served = OllamaProvider("ollama", f"http://{address}", timeout=TIMEOUT, max_parallel=1)
        try:
            yield served
        finally:
            await served.close()

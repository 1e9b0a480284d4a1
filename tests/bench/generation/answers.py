"""A model's answers, kept on disk by (model, prompt, input): a run that was killed asks only what it has not asked yet."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from testgen_runtime.gateway.model import ChatAnswer, ChatRequest, Provider, ProviderError


def folder() -> Path:
    """Where the answers are kept: `bench` in TESTGEN_CACHE."""
    return Path(os.environ.get("TESTGEN_CACHE") or Path.home() / ".cache" / "testgen").expanduser() / "bench"


def key(model: str, request: ChatRequest) -> str:
    """The name of a question: all that decides the answer, and nothing else (not who asks it, nor when)."""
    about: Mapping[str, Any] = {
        "model": model,
        "messages": [[m.role, m.content] for m in request.messages],
        "schema": request.schema,
        "max_tokens": request.max_tokens,
        "seed": request.seed,
    }
    return hashlib.sha256(json.dumps(about, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class NotKept(ProviderError):
    """The answer is not on disk, and no model is there to be asked."""

    def __init__(self) -> None:
        super().__init__("not kept", sent=False)


@dataclass(slots=True)
class KeptAnswers:
    """A Provider in front of another: what was answered once is read from `place`. `behind` None: only that.

    An answer is written whole or not at all, as soon as it is there; a failure is not kept.
    """

    place: Path
    behind: Provider | None
    name: str = "ollama"
    asked: int = 0
    kept: int = 0

    async def chat(self, model: str, request: ChatRequest) -> ChatAnswer:
        path = self._path(model, request)
        if path.is_file():
            self.kept += 1
            return ChatAnswer(**json.loads(path.read_text()))
        if self.behind is None:
            raise NotKept
        answer = await self.behind.chat(model, request)
        self.asked += 1
        _write(path, json.dumps(asdict(answer), ensure_ascii=False))
        return answer

    def _path(self, model: str, request: ChatRequest) -> Path:
        name = key(model, request)
        return self.place / model.replace(":", "-") / name[:2] / f"{name}.json"

    async def close(self) -> None:
        if self.behind is not None:
            await self.behind.close()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False) as partial:
        partial.write(text)
    Path(partial.name).replace(path)

"""The operator as a process of its own, against a kubeconfig."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

ROOT: Final = Path(__file__).resolve().parents[2]
ANSWERS_WITHIN: Final = aiohttp.ClientTimeout(total=30)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class OperatorProcess:
    """`python -m testgen_operator` with one log file. Serves `namespaces` only (none: all), so that runs beside each other stay
    apart; its own namespace is `home`, or the first of those."""

    kubeconfig: Path
    namespaces: tuple[str, ...]
    folder: Path
    name: str = "operator"
    leader_elect: bool = False
    home: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def entries(self) -> list[dict[str, Any]]:
        found = []
        for line in self.log.read_text().splitlines() if self.log.exists() else ():
            try:
                found.append(json.loads(line))
            except ValueError:
                found.append({"message": line})
        return found

    async def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TESTGEN_", "RELATED_IMAGE_"))}
        environment |= {
            "PYTHONPATH": str(ROOT / "operator"),
            "TESTGEN_OPERATOR_HTTP_HOST": "127.0.0.1",
            "TESTGEN_OPERATOR_HTTP_PORT": str(self.port),
            "TESTGEN_OPERATOR_NAMESPACES": ",".join(self.namespaces),
            "TESTGEN_OPERATOR_NAMESPACE": self.home or self.namespaces[0],
            "TESTGEN_OPERATOR_LEADER_ELECT": "true" if self.leader_elect else "false",
            "TESTGEN_OPERATOR_IDENTITY": self.name,
            "TESTGEN_OPERATOR_KUBECONFIG": str(self.kubeconfig),
        }
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "testgen_operator",
                env=environment | dict(self.env),
                stderr=log,
                stdout=log,
                cwd=self.folder,
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def kill(self) -> None:
        """SIGKILL: no handler, no cleanup."""
        if self.running and self.process is not None:
            self.process.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        if self.running and self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    async def ended(self, within: float = 60.0) -> int:
        """The exit code. The deadline ends a wait for what never comes: a busy machine may need several times as long."""
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), within)

    async def stop(self) -> None:
        if self.running:
            self.terminate()
            try:
                await self.ended(30)
            except TimeoutError:
                self.kill()
                await self.ended(30)

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that carry these labels; 0 when there is none. Nobody who answers: an AssertionError."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/metrics", timeout=ANSWERS_WITHIN) as answer,
            ):
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise AssertionError(f"{self.name} shows no metrics: {problem!r}") from problem
        total = 0.0
        for line in text.splitlines():
            head, _, value = line.rpartition(" ")
            if head.split("{")[0] == name and all(f'{key}="{text_}"' in head for key, text_ in labels.items()):
                total += float(value)
        return total

    async def probe(self, path: str) -> tuple[int, str]:
        """Status and detail of /healthz or /readyz; (0, …) when nobody answers."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}{path}", timeout=ANSWERS_WITHIN) as answer,
            ):
                return answer.status, (await answer.json())["detail"]
        except (aiohttp.ClientError, TimeoutError) as problem:
            return 0, str(problem)

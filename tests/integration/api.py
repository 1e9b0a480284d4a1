"""What the tests of the API share: a client that speaks for a role, and documents to send."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from tests.integration.patience import PATIENCE

from testgen_runtime.app import Runtime
from testgen_runtime.security.keys import Role

DOCUMENT = """# Sign-in

REQ-1: The password must have 8 to 64 characters.

REQ-2: If the user enters a wrong password three times, the system shall lock the account for 15 minutes.

REQ-3: Only administrators may delete a project.
"""


def long_document(requirements: int) -> str:
    """A document whose generation takes a while: every requirement has a limit of its own."""
    return "# Fields\n\n" + "\n\n".join(
        f"F-{n}: The field number {n} must have {n + 1} to {n + 50} characters." for n in range(1, requirements + 1)
    )


@dataclass(slots=True)
class Api:
    """The API in this process, called as a tenant would."""

    http: httpx.AsyncClient
    runtime: Runtime
    keys: dict[Role, str]

    async def call(
        self, method: str, path: str, *, role: Role | None = Role.ADMIN, headers: dict[str, str] | None = None, **rest: Any
    ) -> httpx.Response:
        """One request below /api/v1 (or at an absolute path), with the key of a role."""
        sent = dict(headers or {})
        if role is not None:
            sent["X-API-Key"] = self.keys[role]
        at = path if path.startswith(("/api", "/live", "/health", "/ready", "/metrics", "/nothing")) else f"/api/v1{path}"
        return await self.http.request(method, at, headers=sent, **rest)

    async def send(self, text: str = DOCUMENT, *, title: str = "Sign-in") -> str:
        """The id of a document that was sent."""
        answer = await self.call("POST", "/documents", json={"title": title, "text": text})
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    async def job(self, **body: Any) -> str:
        """The id of a job that was asked for without waiting."""
        answer = await self.call("POST", "/generate", json=body, headers={"Prefer": "respond-async"})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def until(self, job_id: str, done: Callable[[dict[str, Any]], bool], *, within: float = 60) -> dict[str, Any]:
        """The job as soon as `done` says so."""
        found: dict[str, Any] = {}

        async def look() -> bool:
            found.update((await self.call("GET", f"/jobs/{job_id}")).json())
            return done(found)

        await eventually(look, within=within)
        return found

    async def finished(self, job_id: str, *, within: float = 60) -> dict[str, Any]:
        """The job once it has ended."""
        return await self.until(job_id, lambda job: job["state"] in ("succeeded", "failed", "canceled"), within=within)

    async def until_ready(self) -> None:
        """Wait until /ready says so."""

        async def ready() -> bool:
            return (await self.http.get("/ready")).status_code == 200

        await eventually(ready, within=30)


async def eventually(holds: Callable[[], Awaitable[bool]], *, within: float) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + within * PATIENCE
    while not await holds():
        assert time.monotonic() < deadline, "it did not come to hold in time"
        await asyncio.sleep(0.02)


def events(stream: str) -> list[tuple[int, str, dict[str, Any]]]:
    """(id, kind, data) of each event of a text/event-stream."""
    found = []
    for block in stream.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found

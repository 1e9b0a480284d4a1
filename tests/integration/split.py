"""A split project on loopback: every role a process of its own, behind a test-only router that sends each path to its role."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.integration.patience import PATIENCE
from tests.integration.processes import KEY, environment

from testgen_runtime.roles import COMPONENTS, role_of
from testgen_runtime.settings import ServiceRole
from testgen_runtime.storage.target import Target

TOKEN = "internal-token-for-tests-0123456789"
ROLES: tuple[ServiceRole, ...] = ("api", "requirements", "knowledge", "vector", "llm", "worker")


class TestOnlyRouter(httpx.AsyncBaseTransport):
    """Stands for the edge (nginx, on a cluster): a path goes to the role that the table names, everything else to `api`."""

    __test__ = False

    def __init__(self, urls: Mapping[ServiceRole, str]) -> None:
        self._urls = urls
        self._out = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        to = httpx.URL(self._urls[role_of(request.url.path) or "api"])
        request.url = request.url.copy_with(scheme=to.scheme, host=to.host, port=to.port)
        return await self._out.handle_async_request(request)

    async def aclose(self) -> None:
        await self._out.aclose()


@dataclass(slots=True)
class Split:
    """The processes by role, and a client that speaks to the project as a tenant does."""

    http: httpx.AsyncClient
    urls: dict[ServiceRole, str]
    processes: dict[ServiceRole, asyncio.subprocess.Process]
    logs: dict[ServiceRole, Path]

    def log_of(self, role: ServiceRole) -> str:
        return self.logs[role].read_text(errors="replace")


@asynccontextmanager
async def split(
    target: Target,
    folder: Path,
    *,
    roles: Iterable[ServiceRole] = ROLES,
    peers: Mapping[str, str] | None = None,
    **variables: str,
) -> AsyncIterator[Split]:
    """Every role ready; all are ended at the end. `peers` replaces addresses (to put something between two roles)."""
    token = folder / "internal-token"
    token.write_text(TOKEN + "\n")
    ports = _free_ports(len(roles := tuple(roles)))
    urls: dict[ServiceRole, str] = {role: f"http://127.0.0.1:{port}" for role, port in zip(roles, ports, strict=True)}
    called: dict[str, str] = {role: url for role, url in urls.items() if COMPONENTS[role].internal}
    called |= peers or {}
    found = Split(httpx.AsyncClient(), urls, {}, {})
    async with AsyncExitStack() as stack:
        for role, port in zip(roles, ports, strict=True):
            given = {
                "TESTGEN_BOOTSTRAP_API_KEY": KEY,
                "TESTGEN_DATA_DIR": str(folder / role),
                "TESTGEN_RATE_LIMIT__ENABLED": "false",
                "TESTGEN_INTERNAL_TOKEN_FILE": str(token),
                **{f"TESTGEN_PEERS__{name.upper()}": url for name, url in called.items()},
            }
            log = found.logs[role] = folder / f"log-{role}"
            with log.open("wb") as out:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "testgen_runtime.cli", "serve", "--role", role, "--port", str(port),
                    env=environment(target) | given | variables, stdout=out, stderr=out,
                )  # fmt: skip
            found.processes[role] = process
            stack.push_async_callback(_end, process)
        async with httpx.AsyncClient(trust_env=False) as plain:
            for role in roles:
                await _ready(plain, found, role)
        router = TestOnlyRouter(urls)
        headers = {"X-API-Key": KEY}
        async with httpx.AsyncClient(
            transport=router, base_url="http://project/api/v1", headers=headers, timeout=120 * PATIENCE
        ) as http:
            found.http = http
            yield found


async def _ready(http: httpx.AsyncClient, found: Split, role: ServiceRole, within: float = 600) -> None:
    deadline = time.monotonic() + within  # of six processes that start at once: generous as it is
    while True:
        assert found.processes[role].returncode is None, found.log_of(role)
        try:
            if (await http.get(f"{found.urls[role]}/ready", timeout=15)).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, f"{role}: {found.log_of(role)[-3000:]}"
        await asyncio.sleep(0.1)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now; held together, so that no two are the same."""
    held = []
    for _ in range(count):
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        held.append(one)
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports

"""`testgen serve`: the whole API, on the configured database or on an embedded one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.places import data_dir, database
from testgen_runtime.security import outbound
from testgen_runtime.security import repository as keys_repository
from testgen_runtime.security.keys import Role
from testgen_runtime.security.service import Keys, bootstrap_secret
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry import logs


@dataclass(frozen=True, slots=True)
class Ready:
    """What is told once the API answers."""

    url: str
    key: str | None
    model: str
    data: Path | None

    def lines(self) -> list[str]:
        """For the terminal."""
        found = [f"TestGen answers at {self.url} (what it offers: {self.url}/docs)"]
        if self.key:
            found.append(f"admin key, shown this once: {self.key}")
        else:
            found.append("key: the one that was shown at the first start; another: testgen keys create")
        found.append(f"model: {self.model}" if self.model else "no model configured: rules write the cases")
        if self.data:
            found.append(f"data: {self.data} (Ctrl-C ends it and keeps the data)")
        return found


def run(settings: Settings, *, ready_file: Path | None, say: Callable[[str], None]) -> None:
    """Serve until a signal ends it.

    Raises: BadConfiguration where the port, the folder or a secret can't be used.
    """
    laptop = settings.postgres.mode == "embedded"
    rotated = logs.Rotated(settings.log.file, settings.log.file_bytes, settings.log.file_count) if settings.log.file else None
    logs.configure(settings.log.level, settings.log.format, sys.stderr if laptop else sys.stdout, rotated)
    bootstrap_secret(settings)  # complain before anything starts
    from testgen_runtime.server import bind

    with contextlib.closing(bind(settings.server)) as listening, database(settings) as target:
        key = run_async(_prepare(settings, target)) if laptop else None
        routes = settings.llm.routes
        ready = Ready(
            url=_url(settings, listening),
            key=key,
            model=routes[0].model if settings.llm.providers and routes else "",
            data=data_dir(settings) if laptop else None,
        )
        with _ready_file(ready_file) as write:
            run_async(_serve(settings, target, listening, ready, say if laptop else None, write))


async def _serve(
    settings: Settings,
    target: Target,
    listening: socket.socket,
    ready: Ready,
    say: Callable[[str], None] | None,
    write: Callable[[Ready], None],
) -> None:
    from testgen_runtime.server import serve

    def tell() -> None:
        write(ready)
        for line in ready.lines() if say else ():
            assert say
            say(line)

    await serve(settings, target, listening, on_ready=tell)


async def _prepare(settings: Settings, target: Target) -> str | None:
    """Migrate, and make an admin key where there is none; the key, if it was made now."""
    await migrate(target, settings.postgres)
    if bootstrap_secret(settings) is not None:
        return None
    store = Database(target, settings.postgres)
    await store.open()
    try:
        async with store.connection() as connection:
            if await keys_repository.any_admin(connection):
                return None
        return await Keys(store).create(name="first admin", role=Role.ADMIN)
    finally:
        await store.close()


@contextmanager
def _ready_file(path: Path | None) -> Iterator[Callable[[Ready], None]]:
    def write(ready: Ready) -> None:
        if path is not None:
            partial = path.with_name(path.name + ".new")
            partial.write_text(json.dumps({"url": ready.url, "pid": os.getpid()}) + "\n", encoding="utf-8")
            partial.replace(path)

    if path is not None and not path.parent.is_dir():
        raise BadConfiguration(f"the folder of the ready file {path} is not there", mend="make it first")
    try:
        yield write
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


def run_async(work: Any) -> Any:
    """Run on uvloop where it is installed."""
    with asyncio.Runner(loop_factory=outbound.new_event_loop) as runner:
        return runner.run(work)


def _url(settings: Settings, listening: socket.socket) -> str:
    if settings.server.uds is not None:
        return f"unix:{settings.server.uds}"
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - what is shown
    return f"http://{shown}:{port}"

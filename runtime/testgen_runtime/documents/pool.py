"""Parsing in processes of their own, a bounded number at once; one that takes too long, or is not wanted any more, is ended."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from testgen_runtime.documents.frames import Head, Request, receive, send
from testgen_runtime.documents.model import Requirement
from testgen_runtime.documents.read import Reading
from testgen_runtime.errors import DocumentTooLarge, Overloaded, TestGenError, UnreadableDocument
from testgen_runtime.settings import Limits

_MOST_WAITING: Final = 64
_LARGE: Final = 2 << 20
"""A process that read more than this is not kept: its memory would be."""
_SMALL_RESULT: Final = 2_000
"""Requirements, for the same reason."""
Source = Callable[[], Awaitable[bytes]]


class ParsePool:
    """Up to `limits.parse_parallel` processes, started when they are needed and kept while they are small."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._turn = asyncio.Semaphore(limits.parse_parallel)
        self._waiting = 0
        self._idle: list[_Process] = []
        self._closed = False
        weakref.finalize(self, _end, self._idle)

    async def read(self, source: Source, name: str, *, mime: str = "", inline: bool = False) -> list[Reading]:
        """The documents of a file. `source` gives its bytes once it is its turn, so that those who wait hold no memory.

        Raises: what `documents.read.read_all` raises; Overloaded where too many wait. Cancelled, it ends the process.
        """
        if self._waiting >= _MOST_WAITING:
            raise Overloaded(f"{self._waiting} documents wait to be read", mend="try again", retry_after=5)
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._read(await source(), Request(name, self._limits, mime, inline))
        finally:
            self._turn.release()

    async def _read(self, data: bytes, request: Request) -> list[Reading]:
        while self._idle:
            process = self._idle.pop()
            if process.is_alive:
                with suppress(_Gone):
                    return await self._ask(process, data, request, kept=True)
            else:
                process.kill()
        return await self._ask(_Process(), data, request, kept=False)

    async def _ask(self, process: _Process, data: bytes, request: Request, *, kept: bool) -> list[Reading]:
        """Raises _Gone where a process that was kept ended of itself before it got the request."""
        keep = False
        work = asyncio.ensure_future(asyncio.to_thread(process.ask, request, data))
        try:
            found = await asyncio.wait_for(asyncio.shield(work), self._limits.parse_seconds)
            keep = len(data) < _LARGE and sum(len(one.document.requirements) for one in found) < _SMALL_RESULT
            return found
        except TimeoutError as error:
            raise DocumentTooLarge(
                f"reading {_base(request.name)} takes longer than {self._limits.parse_seconds:g} seconds",
                mend="Split the document and send the parts.",
            ) from error
        except TestGenError:
            keep = len(data) < _LARGE and process.is_alive
            raise
        except (EOFError, OSError) as error:
            if kept:
                raise _Gone from error
            raise UnreadableDocument(
                f"reading {_base(request.name)} broke off: its process ended", mend="Save it in another format, or split it."
            ) from error
        finally:
            if keep and not self._closed:
                self._idle.append(process)
            else:
                process.kill()
                with suppress(Exception):
                    await asyncio.shield(work)

    async def close(self) -> None:
        """End the processes that wait for work."""
        self._closed = True
        _end(self._idle)


class _Gone(Exception):
    """A process that was kept is not there any more."""


class _Process:
    """One parser. Its methods block: they are called from a thread."""

    def __init__(self) -> None:
        self._popen: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._dead = False

    @property
    def is_alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def ask(self, request: Request, data: bytes) -> list[Reading]:
        """Send a request, take in its answer.

        Raises: the error that the answer tells; EOFError or OSError where the process ended.
        """
        popen = self._started()
        assert popen.stdin is not None
        assert popen.stdout is not None
        send(popen.stdin, request)
        send(popen.stdin, data)
        popen.stdin.flush()
        first = receive(popen.stdout)
        if not isinstance(first, int):
            kind, detail, mend, members = first
            raise kind(detail, mend=mend, **members)
        return [self._document(popen.stdout) for _ in range(first)]

    @staticmethod
    def _document(stream: Any) -> Reading:
        head: Head = receive(stream)
        requirements: list[Requirement] = []
        while len(requirements) < head.requirements:
            requirements.extend(receive(stream))
        reading = head.reading
        return replace(reading, document=replace(reading.document, requirements=tuple(requirements)))

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._dead:
                raise EOFError
            if self._popen is None:
                self._popen = subprocess.Popen(
                    [sys.executable, "-m", "testgen_runtime.documents.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,  # a traceback may quote the document
                    env=_environment(),
                    close_fds=True,
                )
            return self._popen

    def kill(self) -> None:
        """End it now, whatever it does. The thread that waits for its answer gets an EOFError."""
        with self._lock:
            self._dead = True
            popen = self._popen
        if popen is not None:
            popen.kill()
            with suppress(subprocess.TimeoutExpired):
                popen.wait(timeout=5)
            for stream in (popen.stdin, popen.stdout):
                with suppress(OSError, ValueError):
                    if stream is not None:
                        stream.close()


def _end(idle: list[_Process]) -> None:
    while idle:
        idle.pop().kill()


def _environment() -> dict[str, str]:
    """Where its modules are, and nothing of the service's own environment: there are secrets in it."""
    path = ":".join(part for part in sys.path if part and Path(part).exists())
    return {"PYTHONPATH": path, "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2][:200] or "the document"

"""As much of Redis' protocol (RESP2) as a look and a new password need: an array of words goes, one reply comes."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

from testgen_runtime.operations.stores.finding import SECONDS, Failed, Reason, of_connection

LONGEST: Final = 256 * 1024


class Refused(Exception):
    """An error reply; `kind` is its first word, such as WRONGPASS."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.kind = line.partition(" ")[0]


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, host: str, port: int, tls: ssl.SSLContext | None) -> Wire:
        """Raises: Failed."""
        try:
            async with asyncio.timeout(SECONDS):
                return cls(*await asyncio.open_connection(host, port, ssl=tls, server_hostname=host if tls else None))
        except (OSError, TimeoutError) as error:
            raise of_connection(error, f"{host}:{port}") from None

    async def ask(self, *words: str) -> str:
        """The reply as text. Raises: Refused; Failed where there is none in time."""
        parts = [f"*{len(words)}\r\n".encode()]
        for word in words:
            data = word.encode()
            parts += [f"${len(data)}\r\n".encode(), data, b"\r\n"]
        try:
            async with asyncio.timeout(SECONDS):
                self._writer.write(b"".join(parts))
                await self._writer.drain()
                return await self._reply()
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise Failed(Reason.TIMEOUT, f"Redis ends the connection or does not answer: {type(error).__name__}") from None

    async def _reply(self) -> str:
        line = (await self._reader.readuntil(b"\r\n"))[:-2].decode(errors="replace")
        if line.startswith("-"):
            raise Refused(line[1:])
        if line.startswith("$"):
            size = int(line[1:])
            if not -1 <= size <= LONGEST:
                raise Failed(Reason.CHECK_FAILED, "the answer is no Redis'")
            return (await self._reader.readexactly(size + 2))[:-2].decode(errors="replace") if size >= 0 else ""
        if line[:1] in "+:":
            return line[1:]
        raise Failed(Reason.CHECK_FAILED, "the answer is no Redis'")

    def close(self) -> None:
        self._writer.close()

"""Where a guarded process may connect to, whichever library asks and whatever a name leads to. The hook stays in an interpreter,
so real connections are tried in processes of their own, to servers on loopback that count who came."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from testgen_runtime.security.outbound import ForbiddenDestination, Guard

TRIES = """
import asyncio, json, sys, urllib.request
import asyncpg, httpx
from testgen_runtime.operations.serve import run_async
from testgen_runtime.security import outbound
from testgen_runtime.settings import Outbound

port, settings = int(sys.argv[1]), json.loads(sys.argv[2])
outbound.install(Outbound(**settings))

async def by_httpx():
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(f"http://localhost:{port}/")

async def by_streams():
    await asyncio.open_connection("localhost", port)

async def by_sockets():
    import socket
    one = socket.socket()
    one.setblocking(False)
    await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", port))

async def by_asyncpg():
    await asyncpg.connect(host="localhost", port=port, user="u", database="d", password="p", ssl=False, timeout=2)

async def by_urllib():
    await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/", timeout=2)

async def main():
    said = {}
    for one in (by_httpx, by_streams, by_sockets, by_asyncpg, by_urllib):
        try:
            await one()
            said[one.__name__] = ""
        except Exception as error:
            said[one.__name__] = repr(error)
    print(json.dumps(said))

run_async(main())
"""


@dataclass
class Server:
    """Takes connections on loopback, counts them, and says something that is no protocol."""

    port: int
    came: list[object] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Server(listening.getsockname()[1])

        def take() -> None:
            while True:
                try:
                    connection, address = listening.accept()
                except OSError:
                    return
                found.came.append(address)
                with connection:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=take, daemon=True).start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)


def tried(server: Server, **settings: object) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", TRIES, str(server.port), json.dumps(settings)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_no_library_gets_through(server: Server) -> None:
    said = tried(server, guarded=True)
    assert all(said.values()), said
    assert "is no destination for a project" in said["by_streams"]
    assert server.came == []


def test_what_is_allowed_and_a_process_that_is_not_guarded_get_through(server: Server) -> None:
    for settings in ({"guarded": True, "allow": ["127.0.0.0/8", "::1/128"]}, {}):
        before = len(server.came)
        said = tried(server, **settings)
        assert {name: said[name] for name in ("by_httpx", "by_streams", "by_sockets", "by_urllib")} == dict.fromkeys(
            ("by_httpx", "by_streams", "by_sockets", "by_urllib"), ""
        )
        assert len(server.came) - before >= 5


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "169.254.169.254",
        "100.100.100.200",
        "::1",
        "::",
        "fe80::1%eth0",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "fd00:ec2::254",
        "10.96.0.1",
    ],
)
def test_refused(host: str) -> None:
    with pytest.raises(ForbiddenDestination, match="name another host"):
        Guard(api=["10.96.0.1"]).check(host)


@pytest.mark.parametrize("host", ["10.96.0.10", "192.0.2.7", "2001:db8::7", "db.platform.svc", "::ffff:10.0.0.7"])
def test_let_through(host: str) -> None:
    Guard(api=["10.96.0.1", "kubernetes.default"]).check(host)

"""A real Redis on loopback for tests: the machine's own, or the distribution's package unpacked into a folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.patience import PATIENCE

_PACKAGES = ("redis-tools", "libjemalloc2", "liblzf1", "libatomic1")


@dataclass(slots=True)
class RedisServer:
    """How it is reached, and its process."""

    port: int
    process: subprocess.Popen[bytes]


def _program(folder: Path) -> tuple[str, dict[str, str]]:
    """The server and what its environment needs. Raises: RuntimeError with apt's last words."""
    own = shutil.which("redis-server")
    if own:
        return own, {}
    folder.mkdir(exist_ok=True)
    got = subprocess.run(["apt-get", "-q", "download", *_PACKAGES], cwd=folder, capture_output=True, text=True, timeout=120)
    if got.returncode:
        raise RuntimeError(f"Redis can't be had: {got.stderr.strip()[-300:]}")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder], check=True, capture_output=True, timeout=60)
    # The server is the program that redis-tools calls redis-check-rdb: one binary under several names.
    program = folder / "usr" / "bin" / "redis-server"
    shutil.copy(folder / "usr" / "bin" / "redis-check-rdb", program)
    [libraries] = (folder / "usr" / "lib").glob("*-linux-gnu*")
    return str(program), {"LD_LIBRARY_PATH": str(libraries)}


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[RedisServer]:
    """A server that keeps nothing, for as long as the context lasts."""
    program, variables = _program(folder / "program")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *arguments],
            env={**os.environ, **variables}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 30 * PATIENCE
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder / "redis.log").read_text()
            assert time.monotonic() < deadline, (folder / "redis.log").read_text()
            time.sleep(0.05)
        yield RedisServer(port, process)
    finally:
        process.kill()
        process.wait()

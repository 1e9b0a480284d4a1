"""A real Neo4j Community on loopback for tests: built once by the local cluster's own build, a child of the test process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.integration.patience import PATIENCE

PASSWORD = "for-tests-only"
_OPENED = ("java.base/java.nio", "java.base/java.lang", "java.base/java.util.concurrent", "java.base/sun.nio.ch")
_ROOT = Path(__file__).parents[2]


@dataclass
class Neo4jServer:
    """How it is reached, and how a test takes it away for a while."""

    uri: str
    process: subprocess.Popen[bytes]
    user: str = "neo4j"
    password: str = PASSWORD

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It takes connections and answers nothing, as a machine that hangs would."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


def tool() -> Path:
    """The folder with Neo4j's jars.

    Raises: RuntimeError with the build's last words.
    """
    built = subprocess.run(
        [sys.executable, "-m", "testgen_cluster.images", "tool", "neo4j"],
        env={**os.environ, "PYTHONPATH": str(_ROOT / "cluster")},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    if built.returncode != 0:
        raise RuntimeError(f"Neo4j can't be built: {built.stderr.strip()[-500:]}")
    return Path(built.stdout.strip().splitlines()[-1])


@contextmanager
def running(folder: Path) -> Iterator[Neo4jServer]:
    """A server with its data under `folder` for as long as the context lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    conf, password = folder / "neo4j.conf", folder / "password"
    conf.write_text(
        f"""server.directories.data={folder}/data
server.directories.logs={folder}/logs
server.directories.neo4j_home={folder}
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.memory.pagecache.size=64m
dbms.usage_report.enabled=false
"""
    )
    password.write_text(PASSWORD)
    opened = [option for module in _OPENED for option in ("--add-opens", f"{module}=ALL-UNNAMED")]
    command = ["java", "-Xmx400m", *opened, "-cp", f"{tool()}/lib/*", "Server", str(folder), str(password)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(process, port, folder / "log")
        yield Neo4jServer(f"bolt://127.0.0.1:{port}", process)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 120 * PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Neo4j did not start: {log.read_text(errors='replace')[-1000:]}")
        time.sleep(0.2)

"""A real Ollama on loopback with a small model, for tests: built once by the local cluster's own build, a child of the test."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.patience import PATIENCE

MODEL = "qwen2.5-coder:0.5b"
_ROOT = Path(__file__).parents[2]


def _built(module: str, *arguments: str) -> Path:
    """The path that a command of the local cluster's build prints last. Raises RuntimeError with the build's last words."""
    built = subprocess.run(
        [sys.executable, "-m", f"testgen_cluster.{module}", *arguments],
        env={**os.environ, "PYTHONPATH": str(_ROOT / "cluster")},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    if built.returncode:
        raise RuntimeError(f"Ollama can't be had: {built.stderr.strip()[-500:]}")
    return Path(built.stdout.strip().splitlines()[-1])


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The URL of a server that holds MODEL, for as long as the context lasts."""
    program, models = _built("images", "tool", "ollama"), _built("models", "path", MODEL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "OLLAMA_HOST": url, "OLLAMA_MODELS": str(models)}
    with (folder / "ollama.log").open("w") as log:
        process = subprocess.Popen(
            [program, "serve"], env={**environment, "OLLAMA_NOPRUNE": "1"}, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(url, process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def _wait(url: str, process: subprocess.Popen[bytes], within: float = 60) -> None:
    open_ = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    deadline = time.monotonic() + within * PATIENCE
    while True:
        try:
            open_(url, timeout=5).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Ollama did not start") from None
            time.sleep(0.1)

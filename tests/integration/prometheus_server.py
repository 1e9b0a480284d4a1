"""A real Prometheus on loopback for tests: the machine's own, or the distribution's package unpacked into a folder."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.integration.patience import PATIENCE


@dataclass(slots=True)
class PrometheusServer:
    """Where it answers, its process, and the file that names what it scrapes (read anew within a second)."""

    url: str
    process: subprocess.Popen[bytes]
    targets: Path
    promtool: Path

    def scrape(self, pods: Mapping[str, str], namespace: str = "team", **labels: str) -> None:
        """Scrape these: pod name to `host:port`, with the labels that a PodMonitor would give them."""
        found = [{"targets": [at], "labels": {"namespace": namespace, "pod": pod, **labels}} for pod, at in pods.items()]
        made = self.targets.with_suffix(".new")
        made.write_text(json.dumps(found))
        made.replace(self.targets)

    def value(self, query: str) -> float | None:
        """Of an instant query; None where there is nothing."""
        answer = httpx.post(f"{self.url}/api/v1/query", data={"query": query}, timeout=10 * PATIENCE)
        assert answer.status_code == 200, answer.text
        result = answer.json()["data"]["result"]
        return float(result[0]["value"][1]) if result else None


def _program(folder: Path) -> str:
    """Raises: RuntimeError with apt's last words."""
    own = shutil.which("prometheus")
    if own:
        return own
    folder.mkdir(exist_ok=True)
    got = subprocess.run(["apt-get", "-q", "download", "prometheus"], cwd=folder, capture_output=True, text=True, timeout=120)
    if got.returncode:
        raise RuntimeError(f"Prometheus can't be had: {got.stderr.strip()[-300:]}")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder], check=True, capture_output=True, timeout=60)
        package.unlink()
    return str(folder / "usr" / "bin" / "prometheus")


def promtool(folder: Path) -> Path:
    """Prometheus' own checker of rules. Raises: RuntimeError."""
    return Path(_program(folder)).with_name("promtool")


@contextmanager
def running(folder: Path) -> Iterator[PrometheusServer]:
    """A server that scrapes every second, once it is ready."""
    program = _program(folder / "program")
    targets = folder / "targets.json"
    targets.write_text("[]")
    config = folder / "prometheus.yml"
    found = {"file_sd_configs": [{"files": [str(targets)], "refresh_interval": "1s"}], "job_name": "runtime"}
    config.write_text(json.dumps({"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": [found]}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "prometheus.log").open("ab") as log:
        process = subprocess.Popen(
            [
                program, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
                f"--storage.tsdb.path={folder / 'data'}", "--storage.tsdb.retention.time=1h",
            ],
            stdout=log, stderr=log, start_new_session=True, cwd=folder,
        )  # fmt: skip
    try:
        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 30 * PATIENCE
        while not _is_ready(url):
            assert process.poll() is None, (folder / "prometheus.log").read_text()
            assert time.monotonic() < deadline, (folder / "prometheus.log").read_text()
            time.sleep(0.1)
        yield PrometheusServer(url, process, targets, Path(program).with_name("promtool"))
    finally:
        process.kill()
        process.wait()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False

"""What a document of 20 MB costs a service: its memory with that of its parsers, and how long other requests wait meanwhile.

`_text`: as many requirements as may be, the rest of the 20 MB pictures. `_dense`: 20 MB of nothing but text, which is more than a
document may hold: what counts is that it is refused soon and for little.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import docx
import httpx
import openpyxl
import psutil

from tests.bench.report import Metric, metric
from tests.bench.rules import document
from tests.unit.documents.pdf import pdf

SIZE = 20 * 1024 * 1024 - 64 * 1024
REQUIREMENTS = 5_000
_WORDS = [f"w{n:x}" for n in range(40_000)]


def _statements(count: int) -> list[str]:
    lines = [line for line in document(count).split("\n") if line and not line.startswith("#")]
    return [f"REQ-{n + 1}: {line}" for n, line in enumerate(lines)]


def _prose(draw: random.Random) -> str:
    return "The system shall show " + " ".join(draw.choices(_WORDS, k=40)) + "."


def word_file(paragraphs: list[str]) -> bytes:
    made, out, filled = docx.Document(), BytesIO(), BytesIO()
    made.save(out)
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs).encode()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            data = source.read(part)
            target.writestr(part, data.replace(b"<w:sectPr", body + b"<w:sectPr", 1) if part == "word/document.xml" else data)
    return filled.getvalue()


def workbook_file(paragraphs: list[str]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Rules")
    sheet.append(["ID", "Requirement"])
    for text in paragraphs:
        sheet.append(text.split(": ", 1) if text.startswith("REQ-") else ["", text])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def pdf_file(paragraphs: list[str]) -> bytes:
    latin = [text for text in paragraphs if text.isascii()]
    lines = [[text[start : start + 95] for start in range(0, len(text), 95)] for text in latin]
    pages = [[line for text in lines[start : start + 15] for line in text] for start in range(0, len(lines), 15)]
    room = max(0, SIZE - sum(len(text) + 40 for text in latin) * 2)
    return pdf(pages, image=random.Random(1).randbytes(room))


def padded(package: bytes, part: str) -> bytes:
    """The package with a picture that makes it as large as a document may be."""
    out = BytesIO(package)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as target:
        target.writestr(part, random.Random(1).randbytes(max(0, SIZE - len(package) - 4096)))
    return out.getvalue()


def dense(build: Callable[[list[str]], bytes]) -> bytes:
    """Text alone, as much as fits into 20 MB."""
    draw = random.Random(2)
    probe = len(build([_prose(draw) for _ in range(2_000)])) / 2_000
    data = build([_prose(draw) for _ in range(int(0.95 * SIZE / probe))])
    return data if len(data) <= SIZE else build([_prose(draw) for _ in range(int(0.8 * SIZE / probe))])


class _Watch:
    """Memory of a process with its children, and the waiting of other requests, while something runs."""

    def __init__(self, client: httpx.AsyncClient, pid: int) -> None:
        self._client, self._process = client, psutil.Process(pid)
        self.peak = 0
        self.seconds: list[float] = []
        self._done = asyncio.Event()

    async def memory(self) -> None:
        while not self._done.is_set():
            total = 0
            for process in [self._process, *self._process.children(recursive=True)]:
                try:
                    if "postgres" not in process.name():
                        total += process.memory_info().rss
                except psutil.Error:
                    continue
            self.peak = max(self.peak, total)
            await asyncio.sleep(0.05)

    async def others(self) -> None:
        while not self._done.is_set():
            started = time.perf_counter()
            (await self._client.get("/api/v1/documents", timeout=30)).raise_for_status()
            self.seconds.append(time.perf_counter() - started)
            await asyncio.sleep(0.05)

    def stop(self) -> None:
        self._done.set()


async def _measure(url: str, key: str, pid: int, name: str, data: bytes) -> dict[str, Metric]:
    headers = {"X-API-Key": key}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers) as client,
        httpx.AsyncClient(base_url=url, headers=headers) as sender,
    ):
        watch = _Watch(client, pid)
        tasks = [asyncio.create_task(watch.memory()), asyncio.create_task(watch.others())]
        started = time.perf_counter()
        answer = await sender.post("/api/v1/documents", files={"file": (name, data)}, timeout=590)
        seconds = time.perf_counter() - started
        watch.stop()
        await asyncio.gather(*tasks)
    stem = name.replace(".", "_")
    waits = sorted(watch.seconds)
    return {
        f"{stem}_bytes": metric(len(data), "bytes"),
        f"{stem}_status": metric(answer.status_code, "HTTP status"),
        f"{stem}_requirements": metric(answer.json().get("requirements", 0) if answer.is_success else 0, "requirements"),
        f"{stem}_seconds": metric(seconds, "s"),
        f"{stem}_peak_memory": metric(watch.peak / 2**20, "MB"),
        f"{stem}_others_p95": metric(waits[int(0.95 * (len(waits) - 1))] * 1000, "ms"),
        f"{stem}_others_median": metric(statistics.median(waits) * 1000, "ms"),
    }


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[str, str, int]]:
    """(address, key, process id) of a service of its own on embedded stores."""
    folder.chmod(0o755)  # run by root, the database is another account's
    ready, key = folder / "ready.json", "bench-key-" + "0" * 22
    variables = {"TESTGEN_BOOTSTRAP_API_KEY": key, "TESTGEN_RATE_LIMIT__ENABLED": "false"}
    command = [sys.executable, "-m", "testgen_runtime.cli", "serve", "--port", "0", "--ready-file", str(ready)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data-dir", str(folder / "data")], env=os.environ | variables, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 120
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()[-2000:])
            time.sleep(0.1)
        yield json.loads(ready.read_text())["url"], key, process.pid
    finally:
        process.terminate()
        process.wait(60)


def run() -> dict[str, Metric]:
    """One service on embedded stores; each file is sent to it alone, with another caller asking for lists meanwhile."""
    statements = _statements(int(os.environ.get("REQUIREMENTS", REQUIREMENTS)))
    files = {
        "text.docx": padded(word_file(statements), "word/media/image1.png"),
        "text.xlsx": padded(workbook_file(statements), "xl/media/image1.png"),
        "text.pdf": pdf_file(statements),
        "dense.docx": dense(word_file),
        "dense.xlsx": dense(workbook_file),
    }
    results: dict[str, Metric] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _serving(Path(folder)) as (url, key, pid):
        for name, data in files.items():
            results |= asyncio.run(_measure(url, key, pid, name, data))
    return results

"""50 readers at once on 100,000 cases: how long lists, filters and searches take, on the first page and on the last.

A real server process on a PostgreSQL of its own. `*_p95_ms`: each reader asks `PACE` times a second, as people and tools do;
`*_busy_p95_ms`: each asks again as soon as it is answered, the most that 50 connections can do to one process. The baseline of
both is the bare SELECT of the same page by asyncpg under the same load, without HTTP, keys or JSON.
The readers run on uvloop, as the server does: they share its processors, and what they cost is not what is measured.
`*_server_cpu_ms` is the server process's own processor time for each request, `*_blocks` what PostgreSQL reads for the page.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import asyncpg
import uvloop

from testgen_runtime.api.paging import opaque
from testgen_runtime.cases.repository import Filter, selection
from testgen_runtime.settings import Postgres
from testgen_runtime.storage import embedded
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.target import Target, connect
from testgen_runtime.telemetry import logs
from tests.bench.report import Metric, metric

READERS: Final = 50
CASES: Final = int(os.environ.get("CASES", "100000"))
PACE: Final = 1.0
SECONDS: Final = float(os.environ.get("SECONDS", "2.5"))
PAGE: Final = 50
KEY: Final = "bench-key-0123456789abcdef"
POOL: Final = Postgres(pool_min=2, pool_max=20, command_timeout=300)

Ask = Callable[[], Awaitable[None]]

# 100 documents of 100 requirements with as many cases each as it takes; a rare word in one of 1,000, a Chinese one of 10.
SEED: Final = (
    """
    INSERT INTO documents (id, name, version, sha256, media_type, title, language, size_bytes, text, sections, findings)
    SELECT 'doc-' || d, 'document ' || d, 1, sha256(d::text::bytea), 'text/markdown', 'Document ' || d, 'en', 1, '', '[]', '[]'
    FROM generate_series(0, 99) AS d
    """,
    """
    INSERT INTO requirements (document_id, id, ordinal, text, span_start, span_end, section, language, given_id)
    SELECT 'doc-' || d, 'REQ-' || r, r, 'The field ' || r || ' must have 8 to 64 characters.', 0, 1, '{}', 'en', true
    FROM generate_series(0, 99) AS d, generate_series(0, 99) AS r
    """,
    """
    INSERT INTO cases (id, document_id, requirement_id, test_point, technique, polarity, written_by, status, reason, atom_ids,
      revision, body)
    SELECT 'TC-' || n, 'doc-' || n * 100 / $1, 'REQ-' || n / 10 % 100, 'p' || n,
      (ARRAY['boundary-value-analysis', 'decision-table', 'state-transition', 'requirement-based'])[1 + n % 4],
      CASE WHEN n % 2 = 0 THEN 'positive' ELSE 'negative' END, 'rules',
      (ARRAY['draft', 'draft', 'confirmed', 'rejected'])[1 + n % 4], CASE WHEN n % 4 = 3 THEN 'no' END, ARRAY['a' || n % 7], 1,
      jsonb_build_object('id', 'TC-' || n, 'title', 'Field ' || n % 977 || ' is refused with ' || n || ' characters' ||
        CASE WHEN n % 1000 = 0 THEN ' quartz' ELSE '' END || CASE WHEN n % 10 = 0 THEN ' 提交报销单后状态' ELSE '' END,
        'requirement_ids', jsonb_build_array('REQ-' || n / 10 % 100),
        'technique', 'boundary-value-analysis', 'test_point', 'p' || n, 'polarity', 'negative',
        'priority', 'high', 'type', 'boundary',
        'preconditions', jsonb_build_array('The user is signed in as a clerk.', 'The form of field ' || n % 977 || ' is open.'),
        'steps', (SELECT jsonb_agg(jsonb_build_object('action', 'Enter a text of ' || s || ' characters into field ' || n % 977,
          'expected', 'The form shows the message that the field takes from 8 to 64 characters, and nothing is stored.'))
          FROM generate_series(1, 4) AS s),
        'test_data', jsonb_build_object('length', n || ' characters'),
        'evidence', jsonb_build_array(jsonb_build_object('document_id', 'doc-' || n * 100 / $1, 'requirement_id',
          'REQ-' || n / 10 % 100, 'quote', 'The field must have 8 to 64 characters.', 'start', 0, 'end', 39)),
        'written_by', 'rules', 'model', NULL, 'prompt_version', NULL,
        'atom_ids', jsonb_build_array('a' || n % 7), 'language', 'en')
    FROM generate_series(0, $1 - 1) AS n ORDER BY n
    """,
)


def run() -> dict[str, Metric]:
    """The metrics of build/bench/api.json."""
    logs.configure("ERROR", "json", sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="testgen-bench-api-"))
    try:
        with embedded.running(folder / "postgres") as server:
            return uvloop.run(_run(server, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _run(server: Target, folder: Path) -> dict[str, Metric]:
    connection = await connect(server, POOL)
    await connection.execute("CREATE DATABASE bench")
    await connection.close()
    target = replace(server, database="bench")
    await migrate(target, POOL)
    last = await _seed(target)
    process = _serve(target, folder)
    try:
        address = await _ready(process, folder)
        return await _measure(address, target, last, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


async def _seed(target: Target) -> int:
    """Fill the tables; the sequence number from which the last page starts."""
    connection = await connect(target, POOL)
    await connection.execute("SET statement_timeout = 0")
    begun = time.monotonic()
    for statement in SEED:
        values = [CASES] if "$1" in statement else []
        await connection.execute(statement, *values, timeout=600)
    await connection.execute("VACUUM ANALYZE", timeout=600)
    last: int = await connection.fetchval("SELECT max(seq) FROM cases") - PAGE
    await connection.close()
    print(f"  {CASES} cases stored in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return last


def _serve(target: Target, folder: Path) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TESTGEN_")}
    settings = {
        "CONFIG": os.devnull, "POSTGRES__MODE": "server", "POSTGRES__HOST": target.host, "POSTGRES__PORT": str(target.port),
        "POSTGRES__DATABASE": target.database, "POSTGRES__USER": target.user, "POSTGRES__SSL_MODE": "disable",
        "BOOTSTRAP_API_KEY": KEY, "DATA_DIR": str(folder / "data"), "RATE_LIMIT__ENABLED": "false", "LOG__LEVEL": "WARNING",
    }  # fmt: skip
    command = [sys.executable, "-m", "testgen_runtime.cli", "serve", "--port", "0", "--ready-file", str(folder / "ready.json")]
    with (folder / "server.log").open("wb") as log:
        environment = kept | {f"TESTGEN_{name}": value for name, value in settings.items()}
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


async def _ready(process: subprocess.Popen[bytes], folder: Path) -> tuple[str, int]:
    deadline = time.monotonic() + 120
    while not (folder / "ready.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "server.log").read_text()[-3000:])
        await asyncio.sleep(0.1)
    url = urlsplit(json.loads((folder / "ready.json").read_text())["url"])
    return url.hostname or "127.0.0.1", url.port or 80


async def _measure(address: tuple[str, int], target: Target, last: int, server: int) -> dict[str, Metric]:
    middle = Filter(document_id="doc-50")
    pages: dict[str, tuple[str, Filter, int]] = {
        "list_first": ("", Filter(), 0),
        "list_last": (f"&cursor={opaque(last)}", Filter(), last),
        "filter_status": ("&status=confirmed", Filter(status="confirmed"), 0),
        "filter_document": ("&document_id=doc-50", middle, 0),
        "search_rare": ("&q=quartz", Filter(q="quartz"), 0),
        "search_common": ("&q=charact+message", Filter(q="charact message"), 0),
        "search_common_last": (f"&q=charact+message&cursor={opaque(last)}", Filter(q="charact message"), last),
        "search_chinese": ("&q=" + quote("报销单"), Filter(q="报销单"), 0),
    }
    found: dict[str, Metric] = {}
    for name, (query, wanted, after) in pages.items():
        path = f"/api/v1/cases?limit={PAGE}{query}"
        found[f"{name}_blocks"] = metric(await _blocks(target, wanted, after), "blocks")
        bare = await _bare(target, wanted, after, pace=PACE)
        paced = await _over_http(address, path, pace=PACE)
        bare_busy = await _bare(target, wanted, after, pace=None)
        used = _cpu_seconds(server)
        busy = await _over_http(address, path, pace=None)
        found[f"{name}_server_cpu_ms"] = metric((_cpu_seconds(server) - used) / (len(busy) + READERS) * 1000, "ms")
        found[f"{name}_p95_ms"] = metric(_p95(paced), "ms", baseline=_p95(bare))
        found[f"{name}_busy_p95_ms"] = metric(_p95(busy), "ms", baseline=_p95(bare_busy))
        found[f"{name}_busy_per_second"] = metric(len(busy) / SECONDS, "requests/s")
        print(f"  {name}: paced {_p95(paced):.0f} ms, busy {_p95(busy):.0f} ms", file=sys.stderr, flush=True)
    search = await _over_http(address, "/api/v1/search?q=field+characters", pace=PACE)
    found["index_search_p95_ms"] = metric(_p95(search), "ms")
    found["last_page_against_first"] = metric(
        found["list_last_busy_p95_ms"]["value"], "ms", baseline=found["list_first_busy_p95_ms"]["value"]
    )
    return found


def _cpu_seconds(process: int) -> float:
    """Processor time of the server process so far (not PostgreSQL's): what a busy machine does not change."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


async def _over_http(address: tuple[str, int], path: str, *, pace: float | None) -> list[float]:
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nX-API-Key: {KEY}\r\n\r\n".encode()
    pairs = [await asyncio.open_connection(*address) for _ in range(READERS)]

    def reader(pair: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> Ask:
        async def ask() -> None:
            pair[1].write(request)
            head = await pair[0].readuntil(b"\r\n\r\n")
            assert b" 200 " in head[:20], head
            length = head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]
            await pair[0].readexactly(int(length))

        return ask

    try:
        return await _load([reader(pair) for pair in pairs], pace)
    finally:
        for _, writer in pairs:
            writer.close()


async def _bare(target: Target, wanted: Filter, after: int, *, pace: float | None) -> list[float]:
    query, values = selection(wanted, after=after, limit=PAGE + 1)
    session = {"plan_cache_mode": "force_custom_plan"}  # as the product searches
    pool = await asyncpg.create_pool(**target.connect_arguments(), min_size=2, max_size=20, server_settings=session)

    async def ask() -> None:
        await pool.fetch(query, *values)

    try:
        return await _load([ask] * READERS, pace)
    finally:
        await pool.close()


async def _blocks(target: Target, wanted: Filter, after: int) -> float:
    """Blocks of 8 KB that the server looks at for the page: its cost whatever else the machine does."""
    query, values = selection(wanted, after=after, limit=PAGE + 1)
    connection = await connect(target, POOL)
    try:
        await connection.execute("SET plan_cache_mode = force_custom_plan")
        plan = json.loads(await connection.fetchval("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query, *values))[0]["Plan"]
    finally:
        await connection.close()
    return float(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def _load(readers: list[Ask], pace: float | None) -> list[float]:
    """Milliseconds of every answer in `SECONDS`; with a pace the readers start spread over one beat."""
    await asyncio.gather(*(ask() for ask in readers))  # plans, connections, caches
    end = time.monotonic() + SECONDS
    taken: list[float] = []

    async def go(n: int, ask: Ask) -> None:
        due = time.monotonic() + (n / len(readers) / pace if pace else 0)
        while due < end and time.monotonic() < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()) if pace else 0)
            begun = time.perf_counter()
            await ask()
            taken.append((time.perf_counter() - begun) * 1000)
            due += 1 / pace if pace else 0

    await asyncio.gather(*(go(n, ask) for n, ask in enumerate(readers)))
    return taken

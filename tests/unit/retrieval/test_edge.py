"""What only the engine inside the process has to promise: its folder, its threads, its death."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from testgen_runtime.retrieval import edge
from testgen_runtime.retrieval.edge import EdgeIndex
from testgen_runtime.retrieval.sparse import document_vector, query_vector
from testgen_runtime.retrieval.vectors import Filter, IndexInUse, IndexUnavailable, Point

ANYTHING = Filter()
CHILD = """
import asyncio, sys
from pathlib import Path
from testgen_runtime.retrieval.edge import EdgeIndex
from testgen_runtime.retrieval.sparse import document_vector
from testgen_runtime.retrieval.vectors import Point

async def main(folder, start):
    index = EdgeIndex(folder, timeout=10)
    await index.open()
    if index.instance is None:
        await index.promote(await index.stage(None))
    for n in range(start, start + 100_000):
        text = f"account number {n}"
        await index.upsert([Point(f"d/R-{n}", "requirement", "d", "", text, document_vector(text))])
        print(n, flush=True)

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


def point(n: int) -> Point:
    return Point(f"d/R-{n}", "requirement", "d", "", f"account number {n}", document_vector(f"account number {n}"))


async def filled(folder: Path, *points: Point) -> EdgeIndex:
    index = EdgeIndex(folder, timeout=10)
    await index.open()
    staging = await index.stage(None)
    await staging.upsert(points)
    await index.promote(staging)
    return index


def instances(folder: Path) -> int:
    return sum(path.is_dir() for path in folder.iterdir())


async def test_a_second_start_takes_up_what_the_first_left(tmp_path: Path) -> None:
    first = await filled(tmp_path, point(1))
    instance = first.instance
    await first.close()

    second = EdgeIndex(tmp_path)
    await second.open()

    assert second.instance == instance
    assert await second.count() == 1
    await second.close()


async def test_no_acknowledged_write_is_lost_by_kill_9(tmp_path: Path) -> None:
    written = 0
    for _ in range(3):
        child = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs in this loop
            [sys.executable, "-c", CHILD, str(tmp_path), str(written)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert child.stdout is not None
        acknowledged = [int(child.stdout.readline()) for _ in range(60)]
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        child.wait(10)
        written = max(acknowledged + [int(line) for line in rest if line]) + 1

        index = EdgeIndex(tmp_path)
        await index.open()
        assert index.instance is not None
        assert await index.count() in (written, written + 1)  # the last write may have been stored and not told
        await index.close()


async def test_a_filling_that_was_killed_is_cleared_away(tmp_path: Path) -> None:
    index = await filled(tmp_path, point(1))
    await (await index.stage(None)).upsert([point(2)])
    assert instances(tmp_path) == 2
    await index.close()

    again = EdgeIndex(tmp_path)
    await again.open()

    assert await again.count() == 1
    assert instances(tmp_path) == 1
    await again.close()


async def test_another_process_is_told_that_the_folder_is_in_use(tmp_path: Path) -> None:
    index = await filled(tmp_path, point(1))

    with pytest.raises(IndexInUse, match=r"another process uses the index folder") as refused:
        await EdgeIndex(tmp_path).open()

    assert "qdrant.path" in refused.value.mend
    assert await index.count() == 1
    await index.close()


@pytest.mark.parametrize("damage", ["segments gone", "files truncated", "marker broken"])
async def test_a_damaged_index_is_put_aside_for_a_new_filling(tmp_path: Path, damage: str) -> None:
    index = await filled(tmp_path, point(1))
    folder = tmp_path / str(index.instance)
    await index.close()
    match damage:
        case "segments gone":
            shutil.rmtree(folder)
        case "files truncated":
            for path in folder.rglob("*.json"):
                path.write_bytes(b"")
        case _:
            (tmp_path / "current.json").write_text('{"instance": "../../etc"')

    again = EdgeIndex(tmp_path)
    await again.open()

    assert again.instance is None
    await again.promote(await again.stage(None))
    assert await again.count() == 0
    await again.close()


async def test_an_index_of_another_shape_is_not_taken_up(tmp_path: Path) -> None:
    index = await filled(tmp_path, point(1))
    await index.close()

    newer = EdgeIndex(tmp_path, shape="next")
    await newer.open()

    assert newer.instance is None
    await newer.close()


async def test_files_that_are_not_the_index_s_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")

    index = await filled(tmp_path, point(1))
    await index.close()

    assert (tmp_path / "mine" / "letter").read_text() == "dear"


async def test_a_slow_engine_is_given_up_on_and_asked_again_later(tmp_path: Path) -> None:
    index = await filled(tmp_path, point(1))
    index._timeout = 0.1
    hold = threading.Event()
    slow = [asyncio.create_task(index._run(index._readers, lambda: hold.wait(5))) for _ in range(edge.READERS)]
    await asyncio.sleep(0)  # let them take their places

    with pytest.raises(IndexUnavailable, match=r"0\.1 s"):
        await index.query_sparse(query_vector("account"), 5, ANYTHING)

    hold.set()
    assert all(isinstance(one, IndexUnavailable) for one in await asyncio.gather(*slow, return_exceptions=True))
    index._timeout = 10
    assert [found.key for found in await index.query_sparse(query_vector("account"), 5, ANYTHING)] == ["d/R-1"]
    await index.close()


async def test_readers_and_a_writer_at_once(tmp_path: Path) -> None:
    index = await filled(tmp_path, *(point(n) for n in range(200)))

    async def read() -> None:
        for n in range(50):
            assert await index.query_sparse(query_vector(f"account number {n}"), 3, ANYTHING)

    async def write() -> None:
        for n in range(200, 300):
            await index.upsert([point(n)])
        await index.optimize()

    await asyncio.gather(read(), read(), read(), write())

    assert await index.count() == 300
    await index.close()


async def test_a_closed_index_says_so(tmp_path: Path) -> None:
    index = await filled(tmp_path, point(1))
    await index.close()

    with pytest.raises(IndexUnavailable):
        await index.query_sparse(query_vector("account"), 5, ANYTHING)

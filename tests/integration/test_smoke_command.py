"""`testgen smoke` against real `testgen serve` processes on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import eventually
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE
from tests.integration.processes import KEY, Serving, environment, serving

from testgen_runtime.operations.smoke import PREFIX
from testgen_runtime.storage.target import Target, connect

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
STEPS = ["health", "tidy", "upload", "generate", "confirm", "export", "remove"]


@pytest.fixture
async def served(target: Target, tmp_path: Path) -> AsyncIterator[Serving]:
    async with serving(target, tmp_path) as found:
        yield found


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(KEY + "\n")
    return path


def address(served: Serving) -> str:
    return str(served.http.base_url).removesuffix("/").removesuffix("/api/v1")


async def start(target: Target, *args: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_runtime.cli", *args,
        env=environment(target), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def testgen(target: Target, *args: str) -> tuple[int, str]:
    """(exit code, what it printed) of a command."""
    process = await start(target, *args)
    out, _ = await asyncio.wait_for(process.communicate(), 150 * PATIENCE)
    return int(process.returncode or 0), out.decode()


async def documents(served: Serving) -> list[dict[str, Any]]:
    return list((await served.http.get("/documents")).json()["items"])


async def test_a_good_release_passes_step_by_step_and_nothing_is_left(
    target: Target, served: Serving, key_file: Path, tmp_path: Path
) -> None:  # S2-217
    await served.http.post("/documents", json={"title": "A tenant's", "text": "T-1: The name must have 1 to 9 characters."})
    result = tmp_path / "termination-log"
    result.touch()

    code, out = await testgen(
        target, "smoke", "--url", address(served), "--key-file", str(key_file), "--run", "shop-1", "--result", str(result)
    )

    assert code == 0, out
    told = json.loads(result.read_text())
    assert (told["ok"], told["run"], [step["name"] for step in told["steps"]]) == (True, "shop-1", STEPS)
    assert all(name in out for name in STEPS)
    assert [one["name"] for one in await documents(served)] == ["A tenant's"]
    assert (await served.http.get("/cases")).json()["items"] == []
    assert (await served.http.get("/jobs")).json()["items"] == []
    assert KEY not in out + result.read_text()


async def test_what_a_killed_run_left_is_removed_by_the_next_try_of_it(target: Target, served: Serving, key_file: Path) -> None:
    args = ("smoke", "--url", address(served), "--key-file", str(key_file), "--run", "shop-2")
    holding = await connect(target, SETTINGS)  # its job comes to no end, so that the run is killed before it tidies up
    await holding.execute("BEGIN; LOCK TABLE job_checkpoints IN EXCLUSIVE MODE")
    process = await start(target, *args)

    async def uploaded() -> bool:
        return process.returncode is not None or any(one["name"] == f"{PREFIX}shop-2" for one in await documents(served))

    await eventually(uploaded, within=30)
    assert process.returncode is None
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    left = [one["name"] for one in await documents(served)]
    await holding.close()

    code, out = await testgen(target, *args)

    assert left == [f"{PREFIX}shop-2"]
    assert code == 0, out
    assert await documents(served) == []


async def test_another_runs_document_stays_while_it_is_new(target: Target, served: Serving, key_file: Path) -> None:
    body = {"title": f"{PREFIX}other", "text": "SMOKE-1: The name must have 1 to 9 characters."}
    await served.http.post("/documents", json=body)

    code, out = await testgen(target, "smoke", "--url", address(served), "--key-file", str(key_file))

    assert code == 0, out
    assert [one["name"] for one in await documents(served)] == [f"{PREFIX}other"]


async def test_two_at_once_do_not_disturb_each_other(target: Target, served: Serving, key_file: Path) -> None:
    found = await asyncio.gather(
        *(testgen(target, "smoke", "--url", address(served), "--key-file", str(key_file), "--run", f"r{n}") for n in range(3))
    )

    assert [code for code, _ in found] == [0, 0, 0], found
    assert await documents(served) == []


@pytest.mark.parametrize(
    ("variables", "step"),
    [
        ({"TESTGEN_LIMITS__CASES_PER_REQUIREMENT": "1"}, "generate"),
        ({"TESTGEN_LIMITS__REQUIREMENTS": "1"}, "upload"),
    ],
)
async def test_a_broken_release_fails_at_the_step_that_is_broken(
    target: Target, tmp_path: Path, key_file: Path, variables: dict[str, str], step: str
) -> None:
    result = tmp_path / "result"
    async with serving(target, tmp_path, **variables) as served:
        code, out = await testgen(target, "smoke", "--url", address(served), "--key-file", str(key_file), "--result", str(result))
        left = await documents(served)

    told = json.loads(result.read_text())
    assert (code, told["failed"], told["ok"]) == (1, step, False), out
    assert told["message"].startswith(f"{step}: it answers 4")
    assert left == []


async def test_a_wrong_key_is_told_and_never_shown(target: Target, served: Serving, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("tg_not-the-right-one-0123456789")

    code, out = await testgen(target, "smoke", "--url", address(served), "--key-file", str(wrong))

    assert code == 1
    assert "tidy: it answers 401" in out
    assert "not-the-right-one" not in out


async def test_nobody_at_the_address_is_too_late_or_told(target: Target, key_file: Path) -> None:
    code, out = await testgen(target, "smoke", "--url", "http://127.0.0.1:9", "--key-file", str(key_file), "--timeout", "2")

    assert code == 1
    assert "health: it does not answer (ConnectError)" in out


async def test_paths_alone_are_looked_at_without_a_key(target: Target, served: Serving) -> None:
    good = await testgen(
        target, "smoke", "--url", address(served), "--path", "ready=200=/ready", "--path", "no=401=/api/v1/cases?limit=1"
    )
    bad = await testgen(target, "smoke", "--url", address(served), "--path", "gone=200=/nowhere")

    assert good[0] == 0, good
    assert bad[0] == 1
    assert "GET /nowhere: it answers 404" in bad[1]


async def test_a_wrong_call_is_refused_in_words(target: Target) -> None:
    code, out = await testgen(target, "smoke", "--url", "http://u:p@somewhere", "--path", "a=200=/x")

    assert code == 1, out
    assert "is no address of a project" in out
    assert "Traceback" not in out

"""`testgen golden` on two real releases that stand side by side on one PostgreSQL, as blue and green do."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import eventually
from tests.integration.processes import KEY, Serving, serving
from tests.integration.test_smoke_command import address, documents, start, testgen

from testgen_runtime.operations import leftovers
from testgen_runtime.operations.golden import comparison
from testgen_runtime.storage.target import Target

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
SET = {
    "requirements": [
        {"id": "PAY-1", "text": "The amount must be 1 to 99 EUR."},
        {"id": "PAY-2", "text": "If the user enters a wrong code three times, the system shall lock the account for 15 minutes."},
        {"id": "PAY-3", "text": "Only administrators may delete a project."},
        {"id": "PAY-4", "text": "密码长度必须为8到64个字符。"},
    ]
}


@asynccontextmanager
async def side_by_side(target: Target, folder: Path, **green: str) -> AsyncIterator[tuple[Serving, Serving]]:
    """Blue serves; green is the candidate, started with settings of its own."""
    async with (
        serving(target, folder, TESTGEN_COLOUR="blue") as blue,
        serving(target, folder, TESTGEN_COLOUR="green", **green) as candidate,
    ):
        yield blue, candidate


def arguments(folder: Path, active: str, candidate: str, given: Any = SET) -> list[str]:
    """The command."""
    set_file, key_file, result = folder / "set", folder / "key", folder / "result"
    set_file.write_text(given if isinstance(given, str) else json.dumps(given))
    key_file.write_text(KEY)
    return [
        "golden", "--set", str(set_file), "--active", active, "--candidate", candidate,
        "--key-file", str(key_file), "--run", "shop-1", "--timeout", "300", "--result", str(result),
    ]  # fmt: skip


async def golden(target: Target, folder: Path, active: str, candidate: str, given: Any = SET) -> tuple[int, dict[str, Any], str]:
    """(exit code, what the operator is told, what is printed)."""
    result = folder / "result"
    code, out = await testgen(target, *arguments(folder, active, candidate, given))
    assert KEY not in out + result.read_text()
    return code, json.loads(result.read_text()), out


async def left(served: Serving) -> list[Any]:
    """What the comparison has not removed."""
    return [item for path in ("/documents", "/cases", "/jobs") for item in (await served.http.get(path)).json()["items"]]


async def test_the_same_release_is_equal_and_nothing_is_left(target: Target, tmp_path: Path) -> None:
    async with side_by_side(target, tmp_path) as (blue, green):
        code, told, out = await golden(target, tmp_path, address(blue), address(green))
        remains = await left(blue)

    assert (code, told["verdict"]) == (0, "Equal"), out
    assert {one["name"] for one in told["figures"]} == {
        "coverage", "atoms", "points", "grounding", "schema", "byModel", "duplicates", "seconds", "tokens",
    }  # fmt: skip
    by_name = {one["name"]: one for one in told["figures"]}
    assert by_name["grounding"]["active"] == by_name["grounding"]["candidate"] == 1.0
    assert by_name["atoms"]["active"] > 4
    assert remains == []


async def test_a_candidate_that_writes_less_is_worse_and_says_where(target: Target, tmp_path: Path) -> None:
    async with side_by_side(target, tmp_path, TESTGEN_LIMITS__CASES_PER_REQUIREMENT="1") as (blue, green):
        code, told, out = await golden(target, tmp_path, address(blue), address(green))
        remains = await left(blue)

    assert (code, told["verdict"]) == (1, "Worse"), out
    assert told["message"].startswith("worse: coverage 1 → ")
    assert remains == []


async def test_a_serving_release_that_writes_less_lets_a_better_one_pass(target: Target, tmp_path: Path) -> None:
    async with side_by_side(target, tmp_path, TESTGEN_LIMITS__CASES_PER_REQUIREMENT="1") as (blue, green):
        code, told, out = await golden(target, tmp_path, address(green), address(blue))

    assert (code, told["verdict"]) == (0, "Better"), out


async def test_a_serving_release_that_does_not_answer_is_skipped_and_that_is_told(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, TESTGEN_COLOUR="green") as green:
        code, told, out = await golden(target, tmp_path, "http://127.0.0.1:9", address(green))
        remains = await left(green)

    assert (code, told["verdict"]) == (0, "Skipped"), out
    assert "does not answer" in told["message"]
    assert remains == []


async def test_a_serving_release_that_answers_and_refuses_lets_nothing_pass(target: Target, tmp_path: Path) -> None:
    async with side_by_side(target, tmp_path, TESTGEN_LIMITS__REQUIREMENTS="2") as (blue, green):
        code, told, out = await golden(target, tmp_path, address(green), address(blue))
        remains = await left(blue)

    assert (code, told["verdict"]) == (3, "Inconclusive"), out
    assert "the serving release answers, but did not write the cases: POST /api/v1/documents: it answers 4" in told["message"]
    assert "`kubectl testgen rollout retry`" in told["message"]
    assert remains == []


async def test_a_run_that_is_stopped_removes_what_it_wrote_and_has_no_verdict(target: Target, tmp_path: Path) -> None:
    long = {"requirements": [{"id": f"PAY-{n}", "text": f"The amount of kind {n} must be 1 to 99 EUR."} for n in range(1, 101)]}
    async with side_by_side(target, tmp_path) as (blue, green):
        process = await start(target, *arguments(tmp_path, address(blue), address(green), long))

        async def uploaded() -> bool:
            return process.returncode is not None or bool(await documents(blue))

        await eventually(uploaded, within=30)
        process.send_signal(signal.SIGTERM)
        out, _ = await process.communicate()
        remains = await left(blue)

    assert process.returncode == 143, out.decode()
    assert not (tmp_path / "result").exists()
    assert remains == []


async def test_what_a_run_left_that_was_cut_off_is_removed_however_many_documents_came_after(
    target: Target, tmp_path: Path
) -> None:
    async def compared(**more: Any) -> comparison.Finding:
        given: dict[str, Any] = {"run": "shop-2", "tolerance_percent": 5.0, "seconds": 300.0} | more
        return await comparison.run(tmp_path / "set", address(blue), address(green), KEY, **given)

    async with side_by_side(target, tmp_path) as (blue, green):
        arguments(tmp_path, address(blue), address(green))
        titles = [f"{comparison.PREFIX}shop-1", *(f"A tenant's {n}" for n in range(101))]
        for number, title in enumerate(titles, 1):
            (await blue.http.post("/documents", json={"title": title, "text": f"T-{number}: Done."})).raise_for_status()

        async def there() -> int:
            """Without those of the newest page."""
            cursor = (await blue.http.get("/documents?limit=100")).json()["next_cursor"]
            page = (await blue.http.get(f"/documents?limit=100&cursor={cursor}")).json()
            return len(page["items"])

        await compared()
        while_it_is_new = await there()
        found = await compared(now=lambda: leftovers.clock() + comparison.LEFT_AFTER + timedelta(minutes=1))
        later = await there()

    assert found.verdict in ("Equal", "Better"), found
    assert (while_it_is_new, later) == (2, 1)


async def test_a_candidate_that_can_not_write_is_worse(target: Target, tmp_path: Path) -> None:
    async with side_by_side(target, tmp_path, TESTGEN_LIMITS__REQUIREMENTS="2") as (blue, green):
        code, told, out = await golden(target, tmp_path, address(blue), address(green))

    assert (code, told["verdict"]) == (1, "Worse"), out
    assert "the candidate could not write the cases: it answers 4" in told["message"]


async def test_a_set_that_no_longer_parses_is_told_before_anybody_is_asked(target: Target, tmp_path: Path) -> None:
    code, told, out = await golden(target, tmp_path, "http://127.0.0.1:9", "http://127.0.0.1:9", "requirements: [oops")

    assert (code, told["verdict"]) == (4, "Invalid"), out
    assert told["message"].startswith("GoldenSetInvalid: it is no YAML")

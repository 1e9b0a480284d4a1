"""`testgen golden` on two real releases that stand side by side on one PostgreSQL, as blue and green do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.integration.processes import KEY, Serving, serving
from tests.integration.test_smoke_command import address, testgen

from testgen_runtime.storage.target import Target

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240)]
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


async def golden(target: Target, folder: Path, active: str, candidate: str, given: Any = SET) -> tuple[int, dict[str, Any], str]:
    """(exit code, what the operator is told, what is printed)."""
    set_file, key_file, result = folder / "set", folder / "key", folder / "result"
    set_file.write_text(given if isinstance(given, str) else json.dumps(given))
    key_file.write_text(KEY)
    code, out = await testgen(
        target, "golden", "--set", str(set_file), "--active", active, "--candidate", candidate,
        "--key-file", str(key_file), "--run", "shop-1", "--timeout", "100", "--result", str(result),
    )  # fmt: skip
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
        "coverage", "atoms", "grounding", "schema", "byModel", "duplicates", "seconds", "tokens",
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


async def test_a_candidate_that_can_not_write_is_worse(target: Target, tmp_path: Path) -> None:
    async with side_by_side(target, tmp_path, TESTGEN_LIMITS__REQUIREMENTS="2") as (blue, green):
        code, told, out = await golden(target, tmp_path, address(blue), address(green))

    assert (code, told["verdict"]) == (1, "Worse"), out
    assert "the candidate could not write the cases: it answers 4" in told["message"]


async def test_a_set_that_no_longer_parses_is_told_before_anybody_is_asked(target: Target, tmp_path: Path) -> None:
    code, told, out = await golden(target, tmp_path, "http://127.0.0.1:9", "http://127.0.0.1:9", "requirements: [oops")

    assert (code, told["verdict"]) == (4, "Invalid"), out
    assert told["message"].startswith("GoldenSetInvalid: it is no YAML")

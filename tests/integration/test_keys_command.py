"""`testgen keys`: the way back in where no key is left, on the project's own database."""

from __future__ import annotations

import asyncio
import re
import sys

import pytest
from tests.integration.patience import PATIENCE
from tests.integration.processes import environment

from testgen_runtime.storage.database import Database

pytestmark = pytest.mark.postgres


async def keys(database: Database, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `testgen keys …`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_runtime.cli", "keys", *arguments,
        env=environment(database.target), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60 * PATIENCE)
    return process.returncode or 0, out.decode().strip(), err.decode()


async def test_keys_are_made_listed_rotated_and_revoked(database: Database) -> None:
    code, secret, err = await keys(database, "create", "--name", "ci", "--scope", "exports", "--scope", "cases:read")
    assert code == 0, err
    await keys(database, "create", "--name", "chief", "--role", "admin")
    _, listed, _ = await keys(database, "list")
    first, chief = [line.split("\t") for line in listed.splitlines()]
    assert re.fullmatch(r"tg_[0-9a-f]{8}_\S{43,}", secret)
    assert first[1:] == ["active", "tester", "ci", "cases:read,exports", "never used"]
    assert chief[1:] == ["active", "admin", "chief", "all of its role", "never used"]
    assert secret not in listed

    _, rotated, _ = await keys(database, "rotate", first[0], "--overlap-seconds", "0")
    assert rotated.startswith("tg_")
    assert rotated != secret
    assert (await keys(database, "revoke", first[0]))[:2] == (0, f"{first[0]} is revoked")
    _, listed, _ = await keys(database, "list")
    assert [line.split("\t")[1] for line in listed.splitlines()] == ["revoked", "active"]


async def test_what_cannot_be_done_is_told_with_what_to_do(database: Database) -> None:
    await keys(database, "create", "--name", "chief", "--role", "admin")
    only = (await keys(database, "list"))[1].split("\t")[0]

    assert (await keys(database, "revoke", only))[::2] == (
        1, "error: this is the last key that can administer keys — make another admin key first\n",
    )  # fmt: skip
    code, _, told = await keys(database, "create", "--name", "x", "--scope", "everything")
    assert code == 1
    assert "there is no everything" in told
    assert "cases:read" in told
    code, _, told = await keys(database, "rotate", "nobody")
    assert code == 1
    assert "there is no key nobody" in told

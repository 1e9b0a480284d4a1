"""`testgen export` and `testgen import` on the project's own database: what comes back edited is an update and never a copy."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import Api
from tests.integration.patience import PATIENCE
from tests.integration.processes import environment
from tests.integration.test_exports_api import NEEDED, generated

from testgen_runtime.cases.exports.formats import FORMATS

pytestmark = pytest.mark.postgres
PAST = """Title,Steps,Expected results,Priority
Lock after three wrong passwords,Enter a wrong password,The account is locked,high
Unlock it,Wait for an hour,The account is open,soon
"""


async def command(api: Api, *arguments: object, given: bytes | None = None) -> tuple[int, bytes, str]:
    """Exit code, standard output and standard error of a command on the database that the API serves."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_runtime.cli", *map(str, arguments), env=environment(api.runtime.database.target),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(given or b""), 60 * PATIENCE)
    return process.returncode or 0, out, err.decode()


async def exported(api: Api, folder: Path, name: str = "csv") -> Path:
    """An export by the command line."""
    path = folder / f"cases{FORMATS[name].product.suffix}"
    options = [f"--option={key}={value}" for key, value in NEEDED.get(name, {}).items()]
    code, _, err = await command(api, "export", "--format", name, "--out", path, *options)
    assert code == 0, err
    return path


def edited(path: Path, before: str, after: str) -> Path:
    """The file with one text exchanged."""
    data = path.read_text()
    assert before in data
    path.write_text(data.replace(before, after, 1))
    return path


async def cases(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.call("GET", "/cases", params={"limit": 200})).json()["items"]
    return found


async def audited(api: Api, action: str) -> list[tuple[str, str]]:
    """(actor, object) of each entry of an action, oldest first."""
    found = (await api.call("GET", "/audit", params={"action": action})).json()["items"]
    return [(one["actor"], one["object"]) for one in reversed(found)]


async def test_an_edited_export_updates_its_case_and_makes_no_copy_however_often_it_is_imported(api: Api, tmp_path: Path) -> None:
    first, *others = await generated(api)
    file = edited(await exported(api, tmp_path), first["title"], "改过的标题")

    dry = await command(api, "import", file, "--dry-run")
    before = await cases(api)
    done = await command(api, "import", file)
    after = await cases(api)
    again = await command(api, "import", file)

    counts = f"1 updated, {len(others)} unchanged, 0 refused"
    line = f"updated\t{first['id']}\ttitle\n"
    assert (dry[0], dry[1].decode().split("\t", 1)[1], dry[2]) == (0, line, f"{counts}; a dry run: nothing was changed\n")
    assert before == [first, *others]
    assert (done[0], done[1].decode().split("\t", 1)[1], done[2]) == (0, line, f"{counts}\n")
    assert again == (0, b"", f"0 updated, {1 + len(others)} unchanged, 0 refused\n")
    changed = next(case for case in after if case["id"] == first["id"])
    assert (changed["title"], changed["revision"], changed["edited_by"], changed["status"]) == ("改过的标题", 2, "cli", "draft")
    assert [case for case in after if case["id"] != first["id"]] == others
    assert await cases(api) == after


async def test_the_audit_tells_of_exports_and_imports_by_the_command_line_and_of_no_dry_run(api: Api, tmp_path: Path) -> None:
    first, *others = await generated(api)
    file = edited(await exported(api, tmp_path), first["title"], "Another title")

    await command(api, "import", file, "--dry-run")
    assert await audited(api, "cases imported") == []
    await command(api, "import", file)

    assert await audited(api, "cases exported") == [("cli", f"csv, {1 + len(others)} cases")]
    assert await audited(api, "case edited") == [("cli", first["id"])]
    [(actor, words)] = await audited(api, "cases imported")
    assert (actor, words.split(", sha256 ")[0]) == ("cli", f"{1 + len(others)} cases")


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.reimport])
async def test_what_the_one_command_writes_the_other_takes_back(api: Api, tmp_path: Path, name: str) -> None:
    before = await generated(api)

    code, out, err = await command(api, "import", await exported(api, tmp_path, name), "--format", name)

    assert (code, out, err) == (0, b"", f"0 updated, {len(before)} unchanged, 0 refused\n")
    assert await cases(api) == before


async def test_a_pipe_from_export_to_import_needs_the_format_named(api: Api) -> None:
    first, *others = await generated(api)
    _, data, _ = await command(api, "export", "--format", "json")
    data = data.replace(first["title"].encode(), b"Another title", 1)

    unnamed = await command(api, "import", "-", given=data)
    named = await command(api, "import", "-", "--format", "json", given=data)

    assert unnamed[:2] == (1, b"")
    assert unnamed[2].startswith("error: standard input: has no name that tells what it is — name the format: json, csv, ")
    assert (named[0], named[2]) == (0, f"1 updated, {len(others)} unchanged, 0 refused\n")


async def test_what_is_refused_is_told_case_by_case_the_rest_is_done_and_the_exit_code_is_1(api: Api, tmp_path: Path) -> None:
    first, second, third, *others = await generated(api)
    file = await exported(api, tmp_path, "json")
    edited(file, first["title"], "Refused: somebody was faster")
    edited(file, second["title"], "Done all the same")
    edited(file, f'"{third["id"]}"', '"TC-nowhere"')
    answer = await api.call("PATCH", f"/cases/{first['id']}", json={"title": "First to change it"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text

    code, out, err = await command(api, "import", file)

    lines = [line.split("\t") for line in out.decode().splitlines()]
    assert {(line[1], line[2]) for line in lines} == {
        ("conflict", first["id"]),
        ("updated", second["id"]),
        ("unknown", "TC-nowhere"),
    }
    conflict = next(line[3] for line in lines if line[1] == "conflict")
    assert conflict == "it was exported at revision 1 and is at 2 now — export it again and repeat the change there"
    assert (code, err) == (1, f"1 updated, {len(others)} unchanged, 2 refused (1 conflict, 1 unknown)\n")
    titles = {case["id"]: case["title"] for case in await cases(api)}
    assert titles[first["id"]] == "First to change it"
    assert titles[second["id"]] == "Done all the same"
    assert len(titles) == 3 + len(others)


async def test_json_is_the_answer_of_the_api(api: Api, tmp_path: Path) -> None:
    first, *_ = await generated(api)
    file = edited(await exported(api, tmp_path), first["title"], "Another title")
    over_http = await api.call("POST", "/imports", files={"file": (file.name, file.read_bytes())}, data={"dry_run": "true"})

    code, out, _ = await command(api, "import", file, "--dry-run", "--json")

    assert code == 0
    assert json.loads(out) == over_http.json()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("cases.csv", b"", "is empty — send a file with cases"),
        ("cases.pdf", b"x", "has no name that tells what it is — name the format: "),
        ("cases.json", b"{", "is no JSON: "),
        ("cases.csv", b"colour,size\n1,2\n", "no column of a case is among the headings: colour, size"),
    ],
)
async def test_a_file_that_holds_no_cases_is_one_line_that_names_it(
    api: Api, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)

    code, out, err = await command(api, "import", tmp_path / name)

    assert (code, out) == (1, b"")
    assert err.startswith(f"error: {tmp_path / name}: {words}")
    assert " — " in err
    assert err.count("\n") == 1


async def test_past_cases_are_kept_once_and_those_that_can_not_be_used_are_refused(api: Api, tmp_path: Path) -> None:  # S4-023
    file = tmp_path / "old.csv"
    file.write_text(PAST)

    async def kept() -> list[str]:
        found = (await api.call("GET", "/knowledge/past-cases")).json()["items"]
        return [f"{one['body']['title']} ({one['source']}, {one['changed_by']})" for one in found]

    dry = await command(api, "import", file, "--past-cases", "--dry-run")
    assert await kept() == []
    done = await command(api, "import", file, "--past-cases")
    again = await command(api, "import", file, "--past-cases", "--dry-run")

    refusal = b"row 3\tinvalid\tthe priority 'soon' is not known\n"
    assert dry == (1, refusal, "1 created, 0 unchanged, 1 refused; a dry run: nothing was changed\n")
    assert done == (1, refusal, "1 created, 0 unchanged, 1 refused\n")
    assert again == (1, refusal, "0 created, 1 unchanged, 1 refused; a dry run: nothing was changed\n")
    assert await kept() == ["Lock after three wrong passwords (old.csv, cli)"]
    assert await cases(api) == []


async def test_a_database_that_was_not_migrated_is_told_with_what_to_do(empty_target: Any, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(PAST)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_runtime.cli", "import", str(file), env=environment(empty_target),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60 * PATIENCE)

    assert (process.returncode, out) == (1, b"")
    assert err.decode() == "error: the database has not been migrated — run testgen migrate first\n"

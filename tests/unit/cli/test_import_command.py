"""How `testgen import` is called and what it says, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.test_commands import run_testgen

from testgen_runtime.cases.imports.parse import IMPORT_FORMATS
from testgen_runtime.cases.imports.report import ImportOut
from testgen_runtime.cases.imports.service import ItemResult
from testgen_runtime.commands.cases import ImportFormat
from testgen_runtime.operations import importing
from testgen_runtime.operations.importing import PastCases

UPDATED = ItemResult("row 2", "updated", "TC-1", "A title", 2, ("title", "steps"))
UNCHANGED = ItemResult("row 3", "unchanged", "TC-2", "Another", 1)
CONFLICT = ItemResult("row 4", "conflict", "TC-3", "T", 3, ("title",), "it was exported at revision 1", "export it again")
FOREIGN = ItemResult("row 5", "not_ours", None, "T", problem="it has no id of ours", mend="import it as a past case")


def told(*results: ItemResult, dry_run: bool = False) -> ImportOut:
    return ImportOut.of(results, dry_run=dry_run)


def test_the_command_knows_every_format_that_comes_back() -> None:
    assert [one.value for one in ImportFormat] == list(IMPORT_FORMATS)


def test_help_names_the_options_the_limits_and_the_exit_code() -> None:
    words = " ".join(run_testgen("import", "--help", COLUMNS="200").stdout.split())

    assert all(option in words for option in ("--format", "--dry-run", "--past-cases", "--json", "--data-dir"))
    assert "At most 20,000 cases a file" in words
    assert "Exit code 1: something was refused" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "FILE"),
        (("cases.csv", "--format", "pdf"), "'pdf' is not one of"),
        (("cases.csv", "--format", "table"), "'table' is not one of"),
        (("cases.csv", "more.csv"), "more.csv"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what(arguments: tuple[str, ...], words: str) -> None:
    done = run_testgen("import", *arguments, COLUMNS="200")

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_file_that_can_not_be_read_is_one_line_that_names_it_and_no_store_is_started(tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_bytes(b"x" * 2000)
    data = tmp_path / "data"
    limit = {"TESTGEN_LIMITS__DOCUMENT_BYTES": "1999"}

    def error(name: str) -> str:
        done = run_testgen("import", tmp_path / name, "--data-dir", data, **limit)
        assert (done.returncode, done.stdout) == (1, "")
        return done.stderr

    assert error("none.csv") == (
        f"error: {tmp_path / 'none.csv'}: No such file or directory — check the path and its permissions\n"
    )
    assert error(".") == f"error: {tmp_path}: it is a folder — name the files in it\n"
    assert error("large.csv") == (
        f"error: {tmp_path / 'large.csv'}: it has more than the 1,999 bytes that are allowed — split the file\n"
    )
    assert not data.exists()


def test_a_line_tells_place_outcome_id_and_the_fields_or_the_reason_with_what_to_do() -> None:
    assert importing.lines(told(UPDATED, UNCHANGED, CONFLICT, FOREIGN)) == [
        "row 2\tupdated\tTC-1\ttitle, steps",
        "row 4\tconflict\tTC-3\tit was exported at revision 1 — export it again",
        "row 5\tnot_ours\t-\tit has no id of ours — import it as a past case",
    ]


def test_the_total_counts_what_was_updated_left_and_refused_and_why() -> None:
    assert importing.total(told(UPDATED, UNCHANGED, UNCHANGED)) == "1 updated, 2 unchanged, 0 refused"
    assert importing.total(told(UPDATED, CONFLICT, FOREIGN, FOREIGN)) == (
        "1 updated, 0 unchanged, 3 refused (1 conflict, 2 not_ours)"
    )
    assert importing.total(told(UPDATED, dry_run=True)).endswith("; a dry run: nothing was changed")


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [("updated", 0), ("unchanged", 0), ("conflict", 1), ("unknown", 1), ("invalid", 1), ("not_ours", 1)],
)
def test_what_had_no_effect_counts_as_refused(outcome: str, counts: int) -> None:
    assert importing.refused(told(ItemResult("row 2", outcome))) == counts  # type: ignore[arg-type]


def test_what_a_file_says_stays_on_its_line_and_can_not_steer_the_terminal() -> None:
    hostile = ItemResult("row\t2", "unknown", "TC\n\x1b[2J" + "x" * 500, problem="there is no \u202ecase\r\n", mend="a\tb")

    [line] = importing.lines(told(hostile))

    place, outcome, case_id, words = line.split("\t")
    assert (place, outcome, words) == ("row 2", "unknown", "there is no case — a b")
    assert case_id.startswith("TC [2Jxxx")
    assert len(case_id) <= 80
    assert line.replace("\t", "").isprintable()


def test_json_has_every_case_those_that_did_not_change_too() -> None:
    found = json.loads(importing.as_json(told(UPDATED, UNCHANGED, dry_run=True)))

    assert found["dry_run"] is True
    assert found["counts"] == {"updated": 1, "unchanged": 1, "conflict": 0, "unknown": 0, "invalid": 0, "not_ours": 0}
    assert found["items"][0] == {
        "place": "row 2",
        "outcome": "updated",
        "id": "TC-1",
        "title": "A title",
        "revision": 2,
        "changed": ["title", "steps"],
        "problem": "",
        "mend": "",
    }


def test_past_cases_are_created_once_and_those_that_can_not_be_used_are_named() -> None:
    past = PastCases(read=3, changed=2, problems=[("row 4", "the case has no title")], dry_run=False)

    assert importing.lines(past) == ["row 4\tinvalid\tthe case has no title"]
    assert importing.total(past) == "2 created, 1 unchanged, 1 refused"
    assert importing.refused(past) == 1
    assert json.loads(importing.as_json(past)) == {
        "read": 3,
        "changed": 2,
        "problems": [{"place": "row 4", "problem": "the case has no title"}],
    }

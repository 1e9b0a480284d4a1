"""`testgen generate` as a program: what it prints where, and what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DOCUMENT = """# Sign-in

REQ-1: The password must have 8 to 64 characters.

REQ-2: 如果用户连续三次输入错误密码，系统应锁定账户15分钟。
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "sign-in.md"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def run_testgen(*arguments: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The installed command, in an environment that says nothing about TestGen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TESTGEN_")}
    return subprocess.run(
        [sys.executable, "-m", "testgen_runtime.cli", *map(str, arguments)],
        cwd=cwd,
        env=kept | {"TESTGEN_CONFIG": os.devnull} | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_json_is_the_whole_standard_output_and_has_the_agreed_keys(document: Path, tmp_path: Path) -> None:
    done = run_testgen("generate", document, "--format", "json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["documents", "requirements", "atoms", "cases", "coverage", "findings"]
    assert [one["id"] for one in found["requirements"]] == ["REQ-1", "REQ-2"]
    assert {one["requirement_id"] for one in found["atoms"]} == {"REQ-1", "REQ-2"}
    assert found["coverage"]["requirements_covered"] == 2
    for case in found["cases"]:
        evidence = case["evidence"][0]
        assert DOCUMENT[evidence["start"] : evidence["end"]] == evidence["quote"]
        assert evidence["document_id"] == found["documents"][0]["id"]
    assert "no model configured" in done.stderr
    assert done.stderr.count("\n") == 1


def test_standing_checks_that_a_document_leaves_open_are_findings(tmp_path: Path) -> None:  # S4-023
    (tmp_path / "upload.md").write_text("REQ-1: A user shall upload a report.\n", encoding="utf-8")
    done = run_testgen("generate", "upload.md", "--format", "json", cwd=tmp_path)

    told = [one["message"] for one in json.loads(done.stdout)["findings"] if one["kind"] == "standing-check"]
    assert any("standing check uploads.size" in one for one in told), done.stderr


def test_the_same_document_gives_the_same_output(document: Path, tmp_path: Path) -> None:
    runs = [run_testgen("generate", document, "--format", "json", cwd=tmp_path, PYTHONHASHSEED=str(n)).stdout for n in (1, 2)]

    assert runs[0] == runs[1]


@pytest.mark.parametrize("shape", ["json", "markdown", "table"])
def test_nothing_is_left_behind(document: Path, tmp_path: Path, shape: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = run_testgen("generate", document, "--format", shape, cwd=home, HOME=str(home), TMPDIR=str(home))

    assert done.returncode == 0, done.stderr
    assert list(home.iterdir()) == []


def test_markdown_reads_as_a_testers_sheet(document: Path, tmp_path: Path) -> None:
    text = run_testgen("generate", document, "--format", "markdown", cwd=tmp_path).stdout

    assert text.startswith("# Sign-in\n\n## REQ-1\n\n> The password must have 8 to 64 characters.\n")
    assert "| | Step | Expected |" in text
    assert "Tests: “The password must have 8 to 64 characters.”" in text
    assert "2 of 2 requirements" in text


def test_out_writes_the_file_whole_and_nothing_to_standard_output(document: Path, tmp_path: Path) -> None:
    out = tmp_path / "cases.json"
    done = run_testgen("generate", document, "--format", "json", "--out", out, cwd=tmp_path)

    assert done.stdout == ""
    assert json.loads(out.read_text(encoding="utf-8"))["cases"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.json", "sign-in.md"]


def test_one_bad_file_of_several_is_named_and_nothing_is_printed(document: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.md").touch()
    (tmp_path / "prose.md").write_text("We went to the sea.")
    done = run_testgen("generate", document, "empty.md", "prose.md", "missing.md", tmp_path, "--format", "json", cwd=tmp_path)

    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["empty.md", "prose.md", "missing.md", str(tmp_path)]
    assert all(line.startswith("error: ") and " — " in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("generate",), 2, "FILE"),
        (("generate", "x.md", "--format", "pdf"), 2, "--format"),
        (("generate", "x.md", "--max-cases", "0"), 2, "--max-cases"),
        (("generate", "x.md", "--model", "m"), 2, "--ollama"),
        (("generate", "x.md", "--ollama", "http://localhost:1"), 2, "--model"),
        (("generate", "x.md", "--colour"), 2, "--colour"),
        (("unknown",), 2, "unknown"),
    ],
)
def test_wrong_usage_exits_2_and_says_what(tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run_testgen(*arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_an_output_that_cant_be_written_is_one_clear_line(document: Path, tmp_path: Path) -> None:
    done = run_testgen("generate", document, "--out", tmp_path / "no" / "cases.json", cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith(f"error: the folder {tmp_path / 'no'}")
    assert done.stderr.count("\n") == 1


def test_a_model_that_does_not_answer_leaves_the_cases_to_rules(document: Path, tmp_path: Path) -> None:
    done = run_testgen("generate", document, "--format", "json", "--ollama", "http://127.0.0.1:9", "--model", "m", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert {case["written_by"] for case in json.loads(done.stdout)["cases"]} == {"rules"}
    assert "it did not answer" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_pipe_named_as_output_is_written_into_and_stays(document: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        try:
            done = run_testgen("generate", document, "--format", "json", "--out", pipe, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            assert pipe.is_fifo()
            assert json.loads(reader.communicate(timeout=10)[0])["cases"]
        finally:
            reader.kill()


def test_a_reader_that_goes_away_is_no_crash(document: Path, tmp_path: Path) -> None:
    command = f"{sys.executable} -m testgen_runtime.cli generate {document} --format json | head -c 10"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert "Traceback" not in done.stderr


def test_several_documents_keep_their_ids_apart(document: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text(DOCUMENT.replace("64", "72"), encoding="utf-8")
    found = json.loads(run_testgen("generate", document, other, "--format", "json", cwd=tmp_path).stdout)

    assert len(found["documents"]) == 2
    ids = [case["id"] for case in found["cases"]]
    assert len(ids) == len(set(ids))
    assert len({row["document_id"] for row in found["coverage"]["by_requirement"]}) == 2


def test_a_dry_run_tells_what_it_would_take_and_writes_no_case(document: Path, tmp_path: Path) -> None:
    model = ("--ollama", "http://127.0.0.1:9", "--model", "small:1b")
    said = run_testgen("generate", document, "--dry-run", *model, cwd=tmp_path)
    found = json.loads(run_testgen("generate", document, "--dry-run", *model, "--format", "json", cwd=tmp_path).stdout)

    assert said.returncode == 0, said.stderr
    assert "(small:1b)" in said.stdout
    assert found["requirements"] == 2
    assert found["calls"]["expected"] == found["batches"] > 0
    assert found["tokens"]["most"] == found["tokens_in"]["most"] + found["tokens_out"]["most"]
    assert "TC-" not in said.stdout


def test_a_dry_run_without_a_model_takes_no_tokens(document: Path, tmp_path: Path) -> None:
    said = run_testgen("generate", document, "--dry-run", cwd=tmp_path)

    assert said.returncode == 0, said.stderr
    assert "no model: rules write every case" in said.stdout

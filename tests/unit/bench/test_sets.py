"""Sets are found by what a file holds: other sets of the same kinds, under any name, are found as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.bench.generation.sets import NoSets, discover, sample

SCORER = """
class Item:
    def __init__(self, id, text): self.id, self.text = id, text
def document(items): return "# R\\n\\n" + "\\n\\n".join(f"## {i.id}\\n\\n{i.text}" for i in items)
def read_case(item, case): return None
def score(items, cases): return {"wrong_expected": 0.0, "mutants_killed": 1.0, "unreadable": 0.0}
"""
REQUIREMENTS = {f"A{n}": f"The field {n} shall have at least {n + 1} characters." for n in range(1, 9)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    procedures = [{"proc": "p", "reqs": ["A1"], "steps": ["Enter it."], "description": "About a field"}]
    (tmp_path / "one.json").write_text(json.dumps({"requirements": REQUIREMENTS, "procedures": procedures}))
    (tmp_path / "two.json").write_text(
        json.dumps({"requirements": REQUIREMENTS, "tests": [{"text": "Verify it.", "requirements": ["A2"]}]})
    )
    (tmp_path / "cases.json").write_text(json.dumps({"cases": [{"id": "c", "interface": "i", "title": "t", "text": "x"}]}))
    (tmp_path / "runner.py").write_text(SCORER)
    (tmp_path / "items.py").write_text("from runner import Item\nITEMS = [Item('O-1', 'The name shall have 4 characters.')]\n")
    (tmp_path / "other.py").write_text("raise RuntimeError('never run')\n")
    (tmp_path / "demand.md").write_text("# 需求\n\n- 密码长度不得少于 8 个字符。\n")
    (tmp_path / "README.md").write_text("The system shall not read this.\n")
    (tmp_path / "broken.json").write_text("{")
    return tmp_path


def test_each_kind_is_known_by_its_shape(folder: Path) -> None:
    found = {one.name: one for one in discover(folder)[0]}

    assert set(found) == {"one", "two", "items", "demand"}
    assert found["one"].procedures[0].text == "About a field\nEnter it."
    assert found["two"].procedures[0].requirement_ids == ("A2",)
    assert found["items"].oracle is not None
    assert found["items"].asked == ("O-1",)


def test_what_is_no_set_is_named_with_the_reason(folder: Path) -> None:
    left = {one.file: one.reason for one in discover(folder)[1]}

    assert set(left) == {"cases.json", "runner.py", "other.py", "README.md", "broken.json"}
    assert "retrieval" in left["cases.json"]


def test_oracles_without_their_functions_are_left_out(folder: Path) -> None:
    (folder / "runner.py").unlink()

    assert "Item" in {one.file: one.reason for one in discover(folder)[1]}["items.py"]


def test_a_sample_is_the_same_each_time(folder: Path) -> None:
    one = discover(folder)[0][-2]
    few = sample(one, 3)

    assert few.asked == sample(one, 3).asked
    assert len(few.asked) == 3
    assert few.expected_ids == few.asked
    assert sample(one, 99) == sample(one, None) == one


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSets, match="no such folder"):
        discover(tmp_path / "none")


def test_a_folder_without_a_set_says_what_was_left_out(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("[]")

    with pytest.raises(NoSets, match=r"notes\.json: no set"):
        discover(tmp_path)

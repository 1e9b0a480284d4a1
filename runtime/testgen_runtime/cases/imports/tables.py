"""Rows of a table -> cases: CSV, Excel, TestRail and Zephyr Scale differ in their headings only.

A row without id and title goes on with the case above it: with its next step where a step has a row of its own, else with the
rest of a cell that was too long.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from testgen_runtime.cases.exports.columns import COLUMNS, STEP_ROWS
from testgen_runtime.cases.exports.text import read_blocks, read_cell, read_numbered, read_pairs
from testgen_runtime.cases.imports.model import ImportedCase, Reading, listed
from testgen_runtime.cases.imports.rich import is_rich, plain
from testgen_runtime.errors import InvalidInput

_OTHERS: Final[Mapping[str, str]] = {
    "testgen id": "id",
    "testgen revision": "revision",
    "testgen technique": "technique",
    "steps (step)": "step",
    "steps (expected result)": "step_expected",
    "section hierarchy": "section",
    "references": "requirement_ids",
    "test script (step-by-step) - step": "step",
    "test script (step-by-step) - expected result": "step_expected",
    "test script (step-by-step) - test data": "step_data",
    "precondition": "preconditions",
    "objective": "objective",
    "name": "title",
    "folder": "section",
    "coverage (issues)": "requirement_ids",
    # What other tools and people write.
    "case title": "title",
    "summary": "title",
    "test case": "title",
    "test case name": "title",
    "test case title": "title",
    "test steps": "steps",
    "test step": "step",
    "action": "step",
    "expected outcome": "expected",
    "标题": "title",
    "用例名称": "title",
    "测试标题": "title",
    "expected": "expected",
    "测试结果预期": "expected",
    "期望结果": "expected",
    "操作步骤": "steps",
    "步骤描述": "steps",
    "预置条件": "preconditions",
    "前提条件": "preconditions",
    "数据": "test_data",
    "测试输入": "test_data",
    "data": "test_data",
    "模块": "section",
    "所属模块": "section",
    "等级": "priority",
    "预期": "expected",
    "预期输出": "expected",
    "测试用例标题": "title",
    "用例等级": "priority",
    "关联需求": "requirement_ids",
    "requirements": "requirement_ids",
}
_PAIRED: Final = (("steps", "expected"), ("step", "step_expected"))
"""What is done, and what is seen of it. Few tables but ours name both in the same number."""

_READ: Final = (
    *("id", "revision", "title", "preconditions", "test_data", "steps", "expected", "step", "step_expected", "step_data"),
    *("priority", "requirement_ids", "technique", "section", "objective"),
    "tool_id",  # what the tool itself calls a case, beside our id: the table is that tool's own export
)


_LIST: Final = re.compile(r"\s*1[.)、．]")


def column_keys(head: Sequence[str], named: Mapping[str, str] | None = None) -> list[str | None]:
    """Which column each heading names, None for those that say nothing to us. `named` goes before what is known.

    Raises: InvalidInput where no column of a case is among them.
    """
    known: dict[str, str] = dict(_OTHERS)
    for key, column in COLUMNS.items():
        known |= {key: key, column.en.casefold(): key, column.zh: key}
    for key, (en, zh) in STEP_ROWS.items():
        to = {"steps": "step", "expected": "step_expected"}[key]
        known |= {en.casefold(): to, zh: to}
    known |= {heading.casefold(): key for heading, key in (named or {}).items()}
    headings = [read_cell(text).strip().casefold() for text in head]
    if "testgen id" in headings:
        known |= {"id": "tool_id", "key": "tool_id"}
    if "steps (step)" in headings:
        known["expected result"] = "expected"  # in TestRail's own export, of its template without separate steps
    keys: list[str | None] = []
    for heading in headings:
        told = known.get(heading)
        keys.append(told if told in _READ and told not in keys else None)
    if not {"id", "title"} & set(keys):
        seen = ", ".join(text.strip() for text in head if text.strip())
        raise InvalidInput(
            f"no column of a case is among the headings: {seen[:300] or 'none'}",
            mend="keep the first row as it was exported; a column ID or Title is needed",
        )
    return _paired(keys)


def _paired(keys: list[str | None]) -> list[str | None]:
    """The keys with expected results of the kind that the steps have ("Steps" beside "Expected Result", 步骤 beside 预期结果)."""
    for (steps, expected), (_, other) in (_PAIRED, _PAIRED[::-1]):
        if steps in keys and expected not in keys and other in keys:
            return [expected if key == other else key for key in keys]
    return keys


def cases(keys: Sequence[str | None], rows: Iterable[tuple[int, Sequence[str]]], *, cells: bool = True) -> Iterator[ImportedCase]:
    """The cases of (row number, texts). `cells`: an apostrophe before a formula is the export's."""
    number, found = 0, dict[str, list[str]]()
    rich = not _written_by_us(keys)

    def read(text: str) -> str:
        text = read_cell(text) if cells else text
        return plain(text) if rich and is_rich(text) else text

    for at, row in rows:
        told = {key: read(text) for key, text in zip(keys, row, strict=False) if key is not None and text}
        if not any(text.strip() for text in told.values()):
            continue
        if told.get("id", "").strip() or told.get("title", "").strip() or not number:
            if number:
                yield _case(number, keys, found)
            number, found = at, {key: [] for key in keys if key is not None}
        for key in found:
            if key in ("step", "step_expected", "step_data") or key in told:
                found[key].append(told.get(key, ""))
    if number:
        yield _case(number, keys, found)


def _written_by_us(keys: Collection[str | None]) -> bool:
    """Whether a table with these columns is our own export, and not what another tool made of it."""
    return "id" in keys and "revision" in keys and "tool_id" not in keys


def _case(number: int, keys: Sequence[str | None], found: Mapping[str, list[str]]) -> ImportedCase:
    reading = Reading(f"row {number}")
    texts = {key: "\n".join(parts) for key, parts in found.items()}
    case_id = texts.get("id", "").strip() or None
    parts = read_blocks(texts["preconditions"]) if "preconditions" in texts else {}
    preconditions = parts.get("preconditions") or parts.get("", "")
    data = texts.get("test_data", parts.get("data"))
    if "step_data" in found:
        data = "\n".join(text for text in found["step_data"] if text.strip())
    if case_id is None and "objective" in texts:
        case_id, revision = _from_objective(texts["objective"])
    else:
        revision = texts.get("revision")
    return ImportedCase(
        place=reading.place,
        id=case_id,
        revision=reading.revision(revision),
        title=texts.get("title", "").strip() or None,
        preconditions=read_numbered(preconditions) if "preconditions" in texts else None,
        steps=_steps(reading, found, texts, ours=case_id is not None),
        test_data=reading.data(data),
        priority=reading.priority(texts.get("priority")),
        requirement_ids=listed(texts.get("requirement_ids")),
        technique=texts.get("technique", "").strip() or None,
        section=texts.get("section", "").strip() or None,
        problem=reading.problem,
        mend=reading.mend,
    )


def _from_objective(text: str) -> tuple[str | None, str | None]:
    from testgen_runtime.cases.exports.about import ID, REVISION

    try:
        facts = read_pairs(read_blocks(text).get("about", ""))
    except ValueError:
        return None, None
    return facts.get(ID) or None, facts.get(REVISION)


def _steps(
    reading: Reading, found: Mapping[str, list[str]], texts: Mapping[str, str], *, ours: bool
) -> tuple[tuple[str, str], ...] | None:
    """One step a row, or numbered lists in one cell each. A table with one of the two columns alone tells no steps of ours.

    A single row of others may hold a numbered list, whatever its heading says: only a table that we wrote means one step by it.
    """
    written_by_us = ours and _written_by_us(found)
    in_rows = any(text.strip() for text in found.get("step", ())) or "steps" not in found
    listed_in_one = not written_by_us and len(found.get("step", ())) == 1 and _LIST.match(found["step"][0])
    if "step" in found and in_rows and not listed_in_one:
        expected = found.get("step_expected", [])
        rows = list(zip_longest(found["step"], expected, fillvalue=""))
        while rows and not (rows[-1][0].strip() or rows[-1][1].strip()):
            rows.pop()
        return tuple((action.strip(), result.strip()) for action, result in rows)
    done, seen = ("step", "step_expected") if "step" in found and in_rows else ("steps", "expected")
    if done not in texts or (ours and seen not in texts):
        return None
    actions, results = read_numbered(texts[done]), read_numbered(texts.get(seen, ""))
    if len(actions) != len(results) and written_by_us:
        reading.wrong(
            f"there are {len(actions)} steps and {len(results)} expected results",
            "number both lists from 1, with one expected result for each step",
        )
    if len(results) == 1 < len(actions):
        results = (*[""] * (len(actions) - 1), results[0])
    if len(actions) == 1 < len(results):
        results = ("\n".join(results),)
    return tuple(zip_longest(actions, results, fillvalue=""))

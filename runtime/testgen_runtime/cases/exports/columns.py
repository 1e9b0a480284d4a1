"""The columns of a table of cases: their headings in both languages, what stands in them, and the templates made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

from testgen_runtime.cases.exports.model import Item, Language
from testgen_runtime.cases.exports.text import numbered, pairs
from testgen_runtime.cases.exports.words import word

Key = Literal[
    "id", "revision", "status", "title", "requirement_ids", "requirement", "document", "section", "technique", "test_point",
    "polarity", "priority", "type", "preconditions", "test_data", "steps", "expected", "quote", "written_by", "model", "language",
    "result", "tester", "executed_on", "remarks",
]  # fmt: skip
KEYS: Final[tuple[Key, ...]] = get_args(Key)
StepsIn = Literal["cell", "rows"]


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters of a spreadsheet."""

    en: str
    zh: str
    width: int
    value: Callable[[Item, Language], str]


def _blank(item: Item, language: Language) -> str:
    return ""


COLUMNS: Final[Mapping[Key, Column]] = MappingProxyType(
    {
        "id": Column("ID", "用例编号", 16, lambda item, _: item.case.id),
        "revision": Column("Revision", "修订号", 9, lambda item, _: str(item.case.revision)),
        "status": Column("Status", "状态", 11, lambda item, to: word(item.case.status, to)),
        "title": Column("Title", "用例标题", 40, lambda item, _: item.case.title),
        "requirement_ids": Column("Requirement IDs", "需求编号", 18, lambda item, _: ", ".join(item.case.requirement_ids)),
        "requirement": Column("Requirement", "需求", 40, lambda item, _: item.requirement),
        "document": Column("Document", "文档", 24, lambda item, _: item.document),
        "section": Column("Section", "章节", 24, lambda item, _: " / ".join(item.sections)),
        "technique": Column("Technique", "设计方法", 18, lambda item, _: item.case.technique),
        "test_point": Column("Test point", "测试点", 24, lambda item, _: item.case.test_point),
        "polarity": Column("Polarity", "正反向", 10, lambda item, to: word(item.case.polarity, to)),
        "priority": Column("Priority", "优先级", 9, lambda item, to: word(item.case.priority, to)),
        "type": Column("Type", "用例类型", 11, lambda item, to: word(item.case.type, to)),
        "preconditions": Column("Preconditions", "前置条件", 40, lambda item, _: numbered(item.case.preconditions)),
        "test_data": Column("Test data", "测试数据", 30, lambda item, _: pairs(item.case.test_data)),
        "steps": Column("Steps", "测试步骤", 50, lambda item, _: numbered(step.action for step in item.case.steps)),
        "expected": Column(
            "Expected results", "预期结果", 50, lambda item, _: numbered(step.expected for step in item.case.steps)
        ),
        "quote": Column("Quote", "原文", 40, lambda item, _: item.quote),
        "written_by": Column("Written by", "编写者", 11, lambda item, to: word(item.case.written_by, to)),
        "model": Column("Model", "模型", 14, lambda item, _: item.case.model or ""),
        "language": Column("Language", "语言", 9, lambda item, _: item.case.language),
        "result": Column("Result", "测试结果", 11, _blank),
        "tester": Column("Tester", "测试人", 14, _blank),
        "executed_on": Column("Executed on", "执行日期", 14, _blank),
        "remarks": Column("Remarks", "备注", 30, _blank),
    }
)
STEP_ROWS: Final[Mapping[Key, tuple[str, str]]] = MappingProxyType(
    {"steps": ("Step", "步骤"), "expected": ("Expected result", "步骤预期结果")}
)
"""Headings where every step has a row of its own; one step stands in a cell then, without a number."""

Template = Literal["full", "review", "execution", "traceability"]
TEMPLATES: Final[Mapping[Template, tuple[Key, ...]]] = MappingProxyType(
    {
        "full": KEYS[: KEYS.index("result")],
        "review": (
            "id", "revision", "status", "requirement_ids", "title", "priority", "preconditions", "test_data", "steps", "expected",
            "quote", "remarks",
        ),
        "execution": (
            "id", "revision", "title", "priority", "preconditions", "test_data", "steps", "expected", "result", "tester",
            "executed_on", "remarks",
        ),
        "traceability": (
            "document", "section", "requirement_ids", "requirement", "quote", "technique", "test_point", "id", "revision",
            "status", "title",
        ),
    }
)  # fmt: skip


def heading(key: Key, language: Language, steps: StepsIn) -> str:
    """What stands above a column."""
    if steps == "rows" and key in STEP_ROWS:
        return STEP_ROWS[key][language == "zh"]
    column = COLUMNS[key]
    return column.zh if language == "zh" else column.en


def rows(item: Item, keys: tuple[Key, ...], language: Language, steps: StepsIn) -> list[list[str]]:
    """The rows of a case: one, or with `steps="rows"` one a step, of which all but the first hold nothing but the step."""
    first = [COLUMNS[key].value(item, language) for key in keys]
    if steps == "cell" or not ({"steps", "expected"} & set(keys)):
        return [first]
    found = []
    for n, step in enumerate(item.case.steps):
        row = list(first) if n == 0 else [""] * len(keys)
        for at, key in enumerate(keys):
            if key == "steps":
                row[at] = step.action
            elif key == "expected":
                row[at] = step.expected
        found.append(row)
    return found

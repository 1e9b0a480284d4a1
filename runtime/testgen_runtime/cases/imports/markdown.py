"""The Markdown that we write, read back: a heading of the third level begins a case, the line below it says which one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.cases.exports.markdown import WORDS
from testgen_runtime.cases.imports.model import ImportedCase, Reading
from testgen_runtime.documents.decoding import decode

_FACTS: Final = re.compile(r"`([^`]{1,200})` · revision ([0-9]{1,9})\b(.*)")
_PRIORITY: Final = re.compile(r" · priority (\w+)")
_ESCAPED: Final = re.compile(r"<br\s*/?>|\\([!-/:-@\[-`{-~])")
_CELL: Final = re.compile(r"((?:\\.|[^\\|])*)(\||$)")
_ITEM: Final = re.compile(r"[-*+] ?(.*)")
_BEFORE: Final = {words["before"] for words in WORDS.values()}
_DATA: Final = {words["data"] for words in WORDS.values()}
_TESTS: Final = tuple(words["tests"] for words in WORDS.values())


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The cases of a Markdown export.

    Raises: UnreadableDocument for an encoding that can't be told.
    """
    lines = decode(data, filename).removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    requirement, start = "", 0
    for number, line in enumerate([*lines, "# "]):
        if not re.match(r"#{1,3} ", line):
            continue
        if start:
            yield _case(lines[start - 1 : number], start, requirement)
        start = number + 1 if line.startswith("### ") else 0
        if line.startswith("## "):
            requirement = unescaped(line[3:]).strip()


def unescaped(text: str) -> str:
    """The text that Markdown shows."""
    return _ESCAPED.sub(lambda found: found[1] or "\n", text)


def _case(lines: list[str], number: int, requirement: str) -> ImportedCase:
    reading = Reading(f"line {number}")
    case_id = revision = priority = None
    preconditions: list[str] = []
    data: dict[str, str] = {}
    steps: list[tuple[str, str]] = []
    part = ""
    for line in lines[1:]:
        text = line.strip()
        if case_id is None and (facts := _FACTS.match(text)) is not None:
            case_id, revision = facts[1], facts[2]
            priority = found[1] if (found := _PRIORITY.search(facts[3])) else None
        elif text in _BEFORE or text in _DATA:
            part = "before" if text in _BEFORE else "data"
        elif text.startswith("|"):
            part = "steps" if part == "steps" else "head"
            if re.fullmatch(r"\|[\s:|-]+\|?", text):
                part = "steps"
            elif part == "steps":
                cells = [unescaped(cell).strip() for cell, _ in _CELL.findall(text[1:])]
                steps.append((cells[1] if len(cells) > 1 else "", cells[2] if len(cells) > 2 else ""))
        elif text.startswith(_TESTS):
            part = ""
        elif part in ("before", "data") and (item := _ITEM.match(text)) is not None:
            if part == "before":
                preconditions.append(unescaped(item[1]))
            else:
                name, value = _pair(item[1])
                data[name] = value
    return ImportedCase(
        place=reading.place,
        id=case_id,
        revision=reading.revision(revision),
        title=unescaped(lines[0].removeprefix("### ")).strip() or None,
        preconditions=tuple(preconditions),
        steps=tuple(steps),
        test_data=data,
        priority=reading.priority(priority),
        requirement_ids=(requirement,) if requirement else (),
        problem=reading.problem,
        mend=reading.mend,
    )


def _pair(text: str) -> tuple[str, str]:
    found = re.match(r"((?:\\.|[^\\:])*):(.*)", text)
    if found is None:
        return unescaped(text), ""
    value = found[2].strip()
    if len(value) > 1 and value.startswith("`") and value.endswith("`"):
        return unescaped(found[1]).strip(), value[1:-1]
    return unescaped(found[1]).strip(), unescaped(value)

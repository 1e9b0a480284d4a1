"""Markdown: a chapter a document, a section a requirement, its cases below it. What is written here is read back by an import.

`testgen generate --format markdown` writes the same, and coverage below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import IO, Final

from testgen_runtime.cases.exports.model import Item, Options, Product, write_text
from testgen_runtime.cases.exports.text import clean, one_line
from testgen_runtime.cases.model import Case

PRODUCT = Product("text/markdown; charset=utf-8", ".md")
WORDS: Final = {
    "en": {"before": "Before:", "data": "Data:", "head": "| | Step | Expected |", "tests": "Tests:"},
    "zh": {"before": "前置条件：", "data": "测试数据：", "head": "| | 步骤 | 预期结果 |", "tests": "依据："},
}
# What Markdown would take for markup; an underscore inside a word and a lone # are none.
_MARKUP: Final = re.compile(r"[\\`*\[\]<|~]|&(?=#?\w+;)|^[-+](?=\s)|(?<=^\d)[.)]|(?<!\w)_|_(?!\w)|^#|#$|(?<=\s)#+(?=\s*$)")


def write(items: Iterable[Item], options: Options, out: IO[bytes]) -> Product:
    """Documents, requirements, cases."""
    for (_, title), in_document in groupby(items, key=lambda item: (item.document_id, item.document)):
        write_text([document_heading(title)], out)
        for (requirement_id, text), cases in groupby(in_document, key=lambda item: (item.requirement_id, item.requirement)):
            write_text([requirement_heading(requirement_id, text), *(case_section(item.case) for item in cases)], out)
    return PRODUCT


def document_heading(title: str) -> str:
    """The chapter of a document."""
    return f"# {escaped(one_line(title) or 'TestGen')}\n\n"


def requirement_heading(requirement_id: str, text: str) -> str:
    """The section of a requirement."""
    quoted = f"> {escaped(one_line(text))}\n\n" if text else ""
    return f"## {escaped(one_line(requirement_id)) or '-'}\n\n{quoted}"


def case_section(case: Case) -> str:
    """A case: what it is, what it needs, its steps, the words that it tests."""
    words = WORDS[case.language]
    facts = [
        f"`{one_line(case.id)}`",
        f"revision {case.revision}",
        case.status,
        case.technique.replace("_", " "),
        case.polarity,
        f"priority {case.priority}",
        f"by {case.written_by}",
        escaped(", ".join(one_line(name) for name in case.requirement_ids)),
    ]
    lines = [f"### {escaped(one_line(case.title))}", "", " · ".join(fact for fact in facts if fact), ""]
    if case.preconditions:
        lines += [words["before"], *(f"- {escaped(item)}" for item in case.preconditions), ""]
    if case.test_data:
        lines += [words["data"], *(f"- {escaped(name, ':')}: {_value(value)}" for name, value in case.test_data.items()), ""]
    lines += [words["head"], "|---|---|---|"]
    lines += [f"| {n} | {escaped(step.action)} | {escaped(step.expected)} |" for n, step in enumerate(case.steps, start=1)]
    lines += ["", f"{words['tests']} “{escaped(one_line(case.evidence[0].quote))}”", "", ""]
    return "\n".join(lines)


def escaped(text: str, also: str = "") -> str:
    """Text that Markdown shows as it is, on one line: further lines follow a `<br>`."""
    shown = _MARKUP.sub(lambda found: "".join("\\" + character for character in found[0]), clean(text).strip())
    for character in also:
        shown = shown.replace(character, "\\" + character)
    return shown.replace("\n", "<br>")


def _value(value: str) -> str:
    value = clean(value).strip()
    return f"`{value}`" if value and "`" not in value and "\n" not in value else escaped(value)

"""Xray's bulk JSON (`POST /api/v2/import/test/bulk`): at most 1,000 tests a file, so that more of them make an archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Annotated, Any, Final

from pydantic import Field

from testgen_runtime.cases.exports.about import description
from testgen_runtime.cases.exports.model import Item, Options, Product, archive, entry, write_text
from testgen_runtime.cases.exports.text import clean, cut, pairs
from testgen_runtime.storage.json import encode

PRODUCT = Product("application/json", ".json")
ARCHIVE = Product("application/zip", ".zip")
TESTS_MOST: Final = 1_000
"""A job of Xray's takes no more."""

SUMMARY_MOST: Final = 255
"""Jira's limit."""

_LABEL: Final = re.compile(r"[^\w.:-]+")


class XrayOptions(Options):
    """`project_key` has no default: Xray refuses a test that names no project."""

    project_key: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,49}$", description="The key of the Jira project")]
    folder: Annotated[
        str, Field(max_length=200, pattern=r"^(/[^/\x00-\x1f]+)*$", description="A folder of the test repository, like /TestGen")
    ] = ""
    part: Annotated[
        int | None, Field(ge=1, le=1000, description="Only the n-th thousand, as plain JSON (default: all, zipped if several)")
    ] = None


def write(items: Iterable[Item], options: XrayOptions, out: IO[bytes]) -> Product:
    """One JSON file, or an archive of several."""
    tests = (encode(_test(item, options)) for item in items)
    if options.part is not None:
        start = (options.part - 1) * TESTS_MOST
        write_text(_array(islice(tests, start, start + TESTS_MOST)), out)
        return PRODUCT
    first = list(islice(tests, TESTS_MOST))
    after = next(tests, None)
    if after is None:
        write_text(_array(first), out)
        return PRODUCT
    with archive(out) as to:
        with entry(to, "xray-001.json") as file:
            write_text(_array(first), file)
        first.clear()
        number = 2
        while after is not None:
            with entry(to, f"xray-{number:03d}.json") as file:
                write_text(_array(chain([after], islice(tests, TESTS_MOST - 1))), file)
            after, number = next(tests, None), number + 1
    return ARCHIVE


def _array(tests: Iterable[str]) -> Iterator[str]:
    yield "["
    for n, test in enumerate(tests):
        yield (",\n" if n else "\n") + test
    yield "\n]\n"


def _test(item: Item, options: XrayOptions) -> dict[str, Any]:
    case = item.case
    path = [part.replace("/", "-") for part in item.path]
    folder = "/".join([options.folder, *path]) or "/"
    return {
        "testtype": "Manual",
        "fields": {
            "summary": cut(case.title, SUMMARY_MOST),
            "project": {"key": options.project_key},
            "description": description(item, data=False),
            "priority": {"name": case.priority.capitalize()},
            "labels": ["testgen", _LABEL.sub("_", case.technique), *(_LABEL.sub("_", name) for name in case.requirement_ids)],
        },
        "steps": [
            {
                "action": clean(step.action),
                "data": pairs(case.test_data) if n == 0 else "",
                "result": clean(step.expected),
            }
            for n, step in enumerate(case.steps)
        ],
        "xray_test_repository_folder": folder if folder.startswith("/") else "/" + folder,
    }

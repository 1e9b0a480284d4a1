"""Gherkin features, read by the official parser; a scenario without a tag `@id:` is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from testgen_runtime.cases.exports.gherkin import DATA
from testgen_runtime.cases.imports import archives
from testgen_runtime.cases.imports.model import ImportedCase, Reading
from testgen_runtime.documents.decoding import decode
from testgen_runtime.errors import UnreadableDocument

_FEATURE_MOST: Final = 20 * 1024 * 1024


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The scenarios of a feature, or of all features of an archive.

    Raises: UnreadableDocument, which names the line; DocumentTooLarge.
    """
    if not data.startswith(b"PK"):
        yield from _feature(decode(data, filename), filename)
        return
    with archives.opened(data, filename) as archive:
        for name in archive.namelist():
            if name.endswith(".feature"):
                yield from _feature(decode(archives.read(archive, name, filename, _FEATURE_MOST), name), name)


def _feature(text: str, filename: str) -> Iterator[ImportedCase]:
    from gherkin.errors import CompositeParserException, ParserException
    from gherkin.parser import Parser

    try:
        document = Parser().parse(text.removeprefix("\ufeff"))
    except (CompositeParserException, ParserException) as error:
        words = str(error).replace("\n", " ")[:300]
        raise UnreadableDocument(f"{filename} is no Gherkin: {words}", mend="mend the line that is named") from error
    feature = document.get("feature")
    if not feature:
        return
    yield from _children(feature["children"], feature["name"], filename)


def _children(children: list[Any], section: str, filename: str) -> Iterator[ImportedCase]:
    for child in children:
        if "rule" in child:
            yield from _children(child["rule"]["children"], section, filename)
        elif "scenario" in child:
            yield _case(child["scenario"], section, filename)


def _case(scenario: Any, section: str, filename: str) -> ImportedCase:
    reading = Reading(f"{filename}, line {scenario['location']['line']}")
    tags: dict[str, list[str]] = {}
    for tag in scenario["tags"]:
        name, _, value = tag["name"].removeprefix("@").partition(":")
        tags.setdefault(name, []).append(unquote(value))
    given, steps, data = _steps(scenario["steps"])
    return ImportedCase(
        place=reading.place,
        id=tags.get("id", [None])[0] or None,
        revision=reading.revision(tags.get("revision", [None])[0]),
        title=scenario["name"].strip() or None,
        preconditions=tuple(given),
        steps=tuple((action, expected) for action, expected in steps),
        test_data=data,
        priority=reading.priority(tags.get("priority", [None])[0]),
        requirement_ids=tuple(tags.get("req", ())),
        technique=tags.get("technique", [None])[0],
        section=section or None,
        problem=reading.problem,
        mend=reading.mend,
    )


def _steps(found: list[Any]) -> tuple[list[str], list[list[str]], dict[str, str]]:
    """(preconditions, steps as [action, expected], test data): a When begins a step, what follows its Then belongs to it."""
    given: list[str] = []
    steps: list[list[str]] = []
    data: dict[str, str] = {}
    kind = "Context"
    for step in found:
        kind = step["keywordType"] if step["keywordType"] in ("Context", "Action", "Outcome") else kind
        text = step["text"]
        if (block := step.get("docString")) is not None:
            text += "\n" + block["content"]
        table = step.get("dataTable")
        if kind == "Context" and table is not None and step["text"].strip() in DATA.values():
            data |= {row["cells"][0]["value"]: row["cells"][1]["value"] for row in table["rows"][1:] if len(row["cells"]) > 1}
        elif kind == "Context":
            given.append(text)
        elif kind == "Action" and (step["keywordType"] == "Action" or not steps):
            steps.append([text, ""])
        elif kind == "Action":
            steps[-1][0] += "\n" + text
        elif steps:
            steps[-1][1] = f"{steps[-1][1]}\n{text}" if steps[-1][1] else text
        else:
            steps.append(["", text])
    return given, steps, data

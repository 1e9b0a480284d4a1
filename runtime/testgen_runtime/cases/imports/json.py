"""JSON: our own (an array of cases, or what `testgen generate --format json` prints) and Xray's bulk format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from testgen_runtime.cases.exports.about import ID, REQUIREMENTS, REVISION
from testgen_runtime.cases.exports.text import read_blocks, read_numbered, read_pairs
from testgen_runtime.cases.imports import archives
from testgen_runtime.cases.imports.model import ImportedCase, Reading, listed
from testgen_runtime.errors import InvalidInput, UnreadableDocument

_PART_MOST: Final = 20 * 1024 * 1024


def load(data: bytes, filename: str) -> Any:
    """Any JSON.

    Raises: UnreadableDocument.
    """
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise UnreadableDocument(f"{filename} is no JSON: {str(error)[:200]}", mend="send valid JSON in UTF-8") from error


def is_xray(value: Any) -> bool:
    """Whether these are tests for Xray."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "testtype" in value[0]


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The cases of our own JSON, or Xray's, whichever it is, or of an archive of such files: more than Xray takes in one.

    Raises: UnreadableDocument; InvalidInput where it is neither; DocumentTooLarge.
    """
    if not data.startswith(b"PK"):
        yield from _file(data, filename, "")
        return
    with archives.opened(data, filename) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield from _file(archives.read(archive, name, filename, _PART_MOST), name, f"{name}, ")


def _file(data: bytes, filename: str, before: str) -> Iterator[ImportedCase]:
    value = load(data, filename)
    if is_xray(value):
        yield from _numbered(value, _xray, before)
        return
    found = value.get("cases", value.get("items")) if isinstance(value, dict) else value
    if not isinstance(found, list):
        raise InvalidInput(f"{filename} holds no list of cases", mend="send an array of cases, or an object with `cases`")
    yield from _numbered(found, _ours, before)


def _numbered(values: list[Any], make: Any, before: str) -> Iterator[ImportedCase]:
    for n, value in enumerate(values, start=1):
        reading = Reading(f"{before}item {n}")
        if isinstance(value, dict):
            yield make(value, reading)
        else:
            yield ImportedCase(reading.place, problem="it is no object", mend="send each case as an object")


def _ours(value: dict[str, Any], reading: Reading) -> ImportedCase:
    made: dict[str, Any] = {
        "id": _string(value, "id", reading),
        "revision": reading.revision(str(value["revision"]) if value.get("revision") is not None else None),
        "title": _string(value, "title", reading),
        "preconditions": _strings(value, "preconditions", reading),
        "steps": _steps(value.get("steps"), "action", "expected", reading),
        "test_data": _data(value.get("test_data"), reading),
        "priority": reading.priority(_string(value, "priority", reading)),
        "requirement_ids": _strings(value, "requirement_ids", reading) or (),
        "technique": _string(value, "technique", reading),
    }
    return ImportedCase(reading.place, **made, problem=reading.problem, mend=reading.mend)


def _xray(value: dict[str, Any], reading: Reading) -> ImportedCase:
    fields = value.get("fields") if isinstance(value.get("fields"), dict) else {}
    assert isinstance(fields, dict)
    told = read_blocks(_string(fields, "description", reading) or "")
    facts = _facts(told.get("about", ""))
    priority = fields.get("priority")
    given = value.get("steps")
    data = [
        step["data"]
        for step in (given if isinstance(given, list) else [])
        if isinstance(step, dict) and isinstance(step.get("data"), str) and step["data"].strip()
    ]
    made: dict[str, Any] = {
        "id": facts.get(ID) or None,
        "revision": reading.revision(facts.get(REVISION)),
        "title": _string(fields, "summary", reading),
        "preconditions": read_numbered(told["preconditions"]) if "preconditions" in told else (),
        "steps": _steps(given, "action", "result", reading),
        "test_data": reading.data("\n".join(data)),
        "priority": reading.priority(priority.get("name") if isinstance(priority, dict) else None),
        "requirement_ids": listed(facts.get(REQUIREMENTS)),
        "technique": facts.get("Technique") or None,
        "section": _string(value, "xray_test_repository_folder", reading),
    }
    return ImportedCase(reading.place, **made, problem=reading.problem, mend=reading.mend)


def _facts(text: str) -> dict[str, str]:
    try:
        return read_pairs(text)
    except ValueError:
        return {}


def _string(value: dict[str, Any], name: str, reading: Reading) -> str | None:
    found = value.get(name)
    if found is None or isinstance(found, str):
        return found
    reading.wrong(f"{name} is no text", f"write {name} as a string")
    return None


def _strings(value: dict[str, Any], name: str, reading: Reading) -> tuple[str, ...] | None:
    found = value.get(name)
    if found is None:
        return None
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return tuple(found)
    reading.wrong(f"{name} is no list of texts", f"write {name} as an array of strings")
    return None


def _steps(found: Any, action: str, expected: str, reading: Reading) -> tuple[tuple[str, str], ...] | None:
    if found is None:
        return None
    right = isinstance(found, list) and all(
        isinstance(step, dict) and isinstance(step.get(action, ""), str) and isinstance(step.get(expected, ""), str)
        for step in found
    )
    if not right:
        reading.wrong("steps are no list of steps", f"write steps as an array of {{{action}, {expected}}}")
        return None
    return tuple((step.get(action, ""), step.get(expected, "")) for step in found)


def _data(found: Any, reading: Reading) -> dict[str, str] | None:
    if found is None:
        return None
    if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()):
        return found
    reading.wrong("test_data is no object of texts", "write test_data as an object whose values are strings")
    return None

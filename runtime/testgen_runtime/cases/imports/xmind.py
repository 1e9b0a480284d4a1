"""XMind maps (2020 and later). Cases are topics with our label or id; others' are those that begin with `case:` or `用例：`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from testgen_runtime.cases.exports.about import ID, REQUIREMENTS, REVISION
from testgen_runtime.cases.exports.text import BLOCKS, read_pairs
from testgen_runtime.cases.exports.xmind import LABELS
from testgen_runtime.cases.imports import archives
from testgen_runtime.cases.imports.json import load
from testgen_runtime.cases.imports.model import ImportedCase, Reading, listed
from testgen_runtime.errors import UnreadableDocument

_CASE: Final = re.compile(r"\s*(?:case|tc|test case|用例|测试用例)\s*[:：]\s*", re.IGNORECASE)
_MARKERS: Final = {"priority-1": "high", "priority-2": "medium", "priority-3": "low"}
_DEEPEST: Final = 60


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The cases of all sheets.

    Raises: UnreadableDocument, DocumentTooLarge.
    """
    with archives.opened(data, filename) as archive:
        if "content.json" not in archive.namelist():
            raise UnreadableDocument(f"{filename} has no content.json", mend="save it with XMind 2020 or later")
        sheets = load(archives.read(archive, "content.json", filename), filename)
    for sheet in sheets if isinstance(sheets, list) else []:
        if isinstance(sheet, dict) and isinstance(sheet.get("rootTopic"), dict):
            yield from _topics(sheet["rootTopic"], (), filename)


def _topics(topic: dict[str, Any], above: tuple[str, ...], filename: str) -> Iterator[ImportedCase]:
    facts, title, labels = _facts(topic), _title(topic), _labels(topic)
    if LABELS["above"] not in labels and (LABELS["case"] in labels or ID in facts or _CASE.match(title)):
        yield _case(topic, facts, above)
        return
    if len(above) > _DEEPEST:
        raise UnreadableDocument(f"{filename} has topics deeper than {_DEEPEST} levels", mend="flatten the map")
    for child in _children(topic):
        yield from _topics(child, (*above, title), filename)


def _case(topic: dict[str, Any], facts: dict[str, str], above: tuple[str, ...]) -> ImportedCase:
    title = _title(topic)
    reading = Reading(f"topic '{title[:60]}'")
    preconditions: list[str] = []
    data: dict[str, str] = {}
    steps: list[tuple[str, str]] = []
    for child in _children(topic):
        labels, name = _labels(child), _title(child)
        if LABELS["preconditions"] in labels or (LABELS["step"] not in labels and name.strip() in BLOCKS["preconditions"]):
            preconditions += [_title(one) for one in _children(child)]
        elif LABELS["data"] in labels or (LABELS["step"] not in labels and name.strip() in BLOCKS["data"]):
            data |= {_title(one): "\n".join(_title(value) for value in _children(one)) for one in _children(child)}
        else:
            steps.append((name, "\n".join(_title(one) for one in _children(child))))
    markers = topic.get("markers")
    marked = (
        [_MARKERS.get(str(one.get("markerId")), "") for one in markers if isinstance(one, dict)]
        if isinstance(markers, list)
        else []
    )
    return ImportedCase(
        place=reading.place,
        id=facts.get(ID) or None,
        revision=reading.revision(facts.get(REVISION)),
        title=(title if facts.get(ID) else _CASE.sub("", title, count=1)).strip() or None,
        preconditions=tuple(preconditions),
        steps=tuple(steps),
        test_data=data,
        priority=reading.priority(next((one for one in marked if one), None)),
        requirement_ids=listed(facts.get(REQUIREMENTS)),
        technique=facts.get("Technique") or None,
        section=" / ".join(above) or None,
        problem=reading.problem,
        mend=reading.mend,
    )


def _facts(topic: dict[str, Any]) -> dict[str, str]:
    notes = topic.get("notes")
    plain = notes.get("plain") if isinstance(notes, dict) else None
    text = plain.get("content") if isinstance(plain, dict) else None
    if not isinstance(text, str) or ID not in text:
        return {}
    try:
        return read_pairs(text[text.index(ID) :])
    except ValueError:
        return {}


def _children(topic: dict[str, Any]) -> list[dict[str, Any]]:
    below = topic.get("children")
    found = below.get("attached") if isinstance(below, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _labels(topic: dict[str, Any]) -> list[Any]:
    found = topic.get("labels")
    return found if isinstance(found, list) else []


def _title(topic: dict[str, Any]) -> str:
    found = topic.get("title")
    return found if isinstance(found, str) else ""

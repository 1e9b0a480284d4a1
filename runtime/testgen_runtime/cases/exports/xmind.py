"""XMind (2020 and later): a sheet a document, below it section, requirement, case, steps, expected results.

The id stands in the notes and the labels of a case's topic, so that a map that was edited comes back as updates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import IO, Any, Final

from testgen_runtime import __version__
from testgen_runtime.cases.exports.about import about
from testgen_runtime.cases.exports.model import Item, Options, Product, archive, entry, write_text
from testgen_runtime.cases.exports.text import BLOCKS, clean, one_line
from testgen_runtime.storage.json import encode

PRODUCT = Product("application/vnd.xmind.workbook", ".xmind")
LABELS: Final = {
    "case": "testgen-case",
    "above": "testgen-above",  # a document, section or requirement: no case, whatever its words look like
    "preconditions": "preconditions",
    "data": "test data",
    "step": "step",
}
"""What a topic is, in a label: titles may be edited."""

_MARKERS: Final = {"high": "priority-1", "medium": "priority-2", "low": "priority-3"}


def write(items: Iterable[Item], options: Options, out: IO[bytes]) -> Product:
    """The archive that XMind opens."""
    with archive(out) as to:
        with entry(to, "content.json") as file:
            write_text(_sheets(items), file)
        with entry(to, "metadata.json") as file:
            file.write(encode({"dataStructureVersion": "2", "creator": {"name": "TestGen", "version": __version__}}).encode())
        with entry(to, "manifest.json") as file:
            file.write(encode({"file-entries": {"content.json": {}, "metadata.json": {}}}).encode())
    return PRODUCT


def _sheets(items: Iterable[Item]) -> Iterator[str]:
    number = 0
    yield "["
    for (document_id, title), group in groupby(items, key=lambda item: (item.document_id, item.document)):
        yield ",\n" if number else "\n"
        number += 1
        name = one_line(title) or document_id
        root = {"title": name, "structureClass": "org.xmind.ui.logic.right"}
        yield _open({"class": "sheet", "title": name}, f"sheet{number}") + ',"rootTopic":'
        yield from _branch(root, f"root{number}", _sections(group, f"{number}"))
        yield "}"
    if not number:
        yield _open({"class": "sheet", "title": "TestGen"}, "sheet0") + ',"rootTopic":' + encode(_topic("TestGen", "root0")) + "}"
    yield "\n]\n"


def _sections(items: Iterable[Item], at: str) -> Iterator[Iterator[str]]:
    for n, (section, group) in enumerate(groupby(items, key=lambda item: item.sections)):
        title = " / ".join(section)
        if title:
            yield _branch({"title": title}, f"{at}.{n}", _requirements(group, f"{at}.{n}"))
        else:
            yield from _requirements(group, f"{at}.{n}")


def _requirements(items: Iterable[Item], at: str) -> Iterator[Iterator[str]]:
    for n, ((requirement_id, text), group) in enumerate(groupby(items, key=lambda item: (item.requirement_id, item.requirement))):
        fields: dict[str, Any] = {"title": one_line(requirement_id) or "?"}
        if text:
            fields["notes"] = {"plain": {"content": clean(text)}}
        yield _branch(fields, f"{at}.{n}", (iter((encode(_case(item, f"{at}.{n}.{m}")),)) for m, item in enumerate(group)))


def _branch(fields: dict[str, Any], at: str, children: Iterator[Iterator[str]]) -> Iterator[str]:
    """A topic, its children written as they come."""
    yield _open({"class": "topic", "labels": [LABELS["above"]]} | fields, at) + ',"children":{"attached":['
    for n, child in enumerate(children):
        yield ",\n" if n else "\n"
        yield from child
    yield "]}}"


def _open(fields: dict[str, Any], at: str) -> str:
    return encode({"id": _id(at)} | fields)[:-1]


def _case(item: Item, at: str) -> dict[str, Any]:
    case = item.case
    preconditions, data = (BLOCKS[name][case.language == "zh"] for name in ("preconditions", "data"))
    children = []
    if case.preconditions:
        below = [_topic(text, f"{at}.p{n}") for n, text in enumerate(case.preconditions)]
        children.append(_topic(preconditions, f"{at}.p", below, labels=[LABELS["preconditions"]]))
    if case.test_data:
        below = [
            _topic(name, f"{at}.d{n}", [_topic(value, f"{at}.d{n}v")]) for n, (name, value) in enumerate(case.test_data.items())
        ]
        children.append(_topic(data, f"{at}.d", below, labels=[LABELS["data"]]))
    for n, step in enumerate(case.steps):
        children.append(_topic(step.action, f"{at}.s{n}", [_topic(step.expected, f"{at}.s{n}e")], labels=[LABELS["step"]]))
    made = _topic(case.title, at, children, labels=[LABELS["case"], case.id, case.status, case.technique, *case.requirement_ids])
    made["markers"] = [{"markerId": _MARKERS[case.priority]}]
    made["notes"] = {"plain": {"content": about(item)}}
    return made


def _topic(title: str, at: str, children: list[dict[str, Any]] | None = None, labels: Iterable[str] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {"id": _id(at), "class": "topic", "title": clean(title)}
    if told := [clean(label) for label in labels]:
        made["labels"] = told
    if children:
        made["children"] = {"attached": children}
    return made


def _id(at: str) -> str:
    return hashlib.sha256(at.encode()).hexdigest()[:26]

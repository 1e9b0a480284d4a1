"""How texts, lists and data stand in one field of another tool, and how they are read back: both ways in one place.

Whatever `numbered` and `pairs` write, `read_numbered` and `read_pairs` read back, whatever the items hold: further lines of an
item are indented, so that no line of an item looks like the start of the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

# Control characters, surrogates and non-characters: XML forbids most of them, and no reader sees any.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INDENT: Final = "   "
_NUMBER: Final = re.compile(r"([0-9]{1,4})[.)、．](?![0-9])[ \t]*(.*)", re.DOTALL)
_PLAIN_NAME: Final = re.compile(r'[^\s":：][^:：\n]*')
# What a spreadsheet takes for a formula at the start of a cell (OWASP: CSV injection), in both widths.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
CUT: Final = "…"
_CUT_LEAST: Final = 90
"""No tool's limit is lower, so a shorter text that ends with "…" was not cut by an export."""

BLOCKS: Final = {
    "preconditions": ("Preconditions", "前置条件"),
    "data": ("Test data", "测试数据"),
    "about": ("About", "来源"),
}


def clean(text: str) -> str:
    """LF line ends and no character that a file format forbids."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """All on one line."""
    return " ".join(clean(text).split())


def cut(text: str, most: int) -> str:
    """On one line of at most `most` characters; what was cut shows by its last character."""
    text = one_line(text)
    return text if len(text) <= most else text[: most - 1] + CUT


def essence(text: str) -> str:
    """What stays of a text whatever a tool does to its white space: two texts with the same essence are the same."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def same(stored: str, found: str, *, flat: bool = False) -> bool:
    """Whether `found` is `stored`, as far as a tool can keep it: white space may differ, and it may have been cut."""
    left, right = essence(stored), essence(found)
    if flat:
        left, right = " ".join(left.split()), " ".join(right.split())
    if right.endswith(CUT) and len(right) >= _CUT_LEAST and len(left) > len(right) - 1:
        return left.startswith(right[:-1].rstrip())
    return left == right


def numbered(items: Iterable[str]) -> str:
    """`1. first`, `2. second`, one below the other."""
    return "\n".join(f"{n}. {_indented(item)}" for n, item in enumerate(items, start=1))


def read_numbered(text: str) -> tuple[str, ...]:
    """The items of a numbered list; of a text without numbers, its lines."""
    lines = clean(text).strip().split("\n")
    first = _NUMBER.match(lines[0])
    if first is None or int(first[1]) != 1:
        return tuple(line.strip() for line in lines if line.strip())
    items: list[list[str]] = []
    for line in lines:
        found = _NUMBER.match(line)
        if found is not None and int(found[1]) == len(items) + 1:
            items.append([found[2]])
        else:
            items[-1].append(line.removeprefix(_INDENT))
    return tuple("\n".join(item).strip() for item in items)


def pairs(data: Mapping[str, str]) -> str:
    """`name: value`, one below the other; a name that would not be read back stands in quotes."""
    return "\n".join(f"{_name(name)}: {_indented(value)}" for name, value in data.items())


def read_pairs(text: str) -> dict[str, str]:
    """The names and values of what `pairs` wrote, or a person in its manner.

    Raises: ValueError with words, for a line that is neither a pair nor indented below one.
    """
    found: list[tuple[str, list[str]]] = []
    for line in clean(text).strip("\n").split("\n"):
        if not line.strip() or (line.startswith(_INDENT) and found):
            if found:
                found[-1][1].append(line.removeprefix(_INDENT))
            continue
        name, value = _pair(line.strip())
        found.append((name, [value]))
    return {name: "\n".join(lines).strip() for name, lines in found}


def _pair(line: str) -> tuple[str, str]:
    if line.startswith('"'):
        try:
            name, end = json.JSONDecoder().raw_decode(line)
        except ValueError:
            name, end = None, 0
        rest = line[end:].lstrip()
        if isinstance(name, str) and rest[:1] in (":", "："):
            return name, rest[1:].strip()
    name, colon, value = re.sub("：", ":", line, count=1).partition(":") if ":" not in line else line.partition(":")
    if "：" in name:
        name, colon, value = line.partition("：")
    if not colon:
        raise ValueError(f"'{line[:80]}' is no pair of the form name: value")
    return name.strip(), value.strip()


def _name(name: str) -> str:
    name = clean(name)
    heads = {word for words in BLOCKS.values() for word in words}
    plain = _PLAIN_NAME.fullmatch(name) and name == name.strip() and name not in heads
    return name if plain else json.dumps(name, ensure_ascii=False)


def _indented(text: str) -> str:
    return clean(text).strip().replace("\n", "\n" + _INDENT)


def blocks(parts: Mapping[str, str], language: str) -> str:
    """Texts below their headings (`BLOCKS`), for the one field that a tool has for all of them. Empty ones are left out."""
    at = 1 if language == "zh" else 0
    return "\n\n".join(f"{BLOCKS[name][at]}:\n{text}" for name, text in parts.items() if text)


def read_blocks(text: str) -> dict[str, str]:
    """What `blocks` wrote; what stands before the first heading is under ""."""
    heads = {word: name for name, words in BLOCKS.items() for word in words}
    found: dict[str, list[str]] = {"": []}
    current = ""
    for line in clean(text).split("\n"):
        head = heads.get(line.rstrip().rstrip(":：")) if line.rstrip().endswith((":", "：")) else None
        if head is not None:
            current = head
            found.setdefault(head, [])
        else:
            found[current].append(line)
    return {name: "\n".join(lines).strip("\n") for name, lines in found.items()}


def cell(text: str) -> str:
    """A text as a cell of a CSV file: one that a spreadsheet would take for a formula begins with an apostrophe."""
    text = clean(text)
    return "'" + text if _FORMULA.match(text) else text


def cut_cell(text: str, most: int) -> str:
    """`cut` for a cell of at most `most` characters: the apostrophe that `cell` gives it is one of them."""
    short = cut(text, most)
    return short if len(cell(short)) <= most else cut(text, most - 1)


def read_cell(text: str) -> str:
    """A cell without the apostrophe that `cell` gave it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text

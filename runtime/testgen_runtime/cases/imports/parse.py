"""Any file of cases -> imported cases. The format is the one that is named, or the one that content and name show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final, Literal, get_args

from testgen_runtime.cases.imports import csv, gherkin, json, junit, markdown, testlink, xlsx, xmind
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.imports.xml import is_junit
from testgen_runtime.errors import UnreadableDocument, UnsupportedDocument

ImportFormat = Literal["json", "csv", "xlsx", "testrail", "xray", "testlink", "zephyr", "gherkin", "junit", "xmind", "markdown"]
IMPORT_FORMATS: Final[tuple[ImportFormat, ...]] = get_args(ImportFormat)
_BY_SUFFIX: Final[Mapping[str, ImportFormat]] = MappingProxyType(
    {
        ".json": "json",
        ".csv": "csv",
        ".tsv": "csv",
        ".txt": "csv",
        ".xml": "testlink",
        ".feature": "gherkin",
        ".xmind": "xmind",
        ".xlsx": "xlsx",
        ".md": "markdown",
        ".markdown": "markdown",
    }
)
_PACKED: Final[tuple[tuple[bytes, ImportFormat], ...]] = (
    (b"xl/workbook", "xlsx"),
    (b"content.json", "xmind"),
    (b".feature", "gherkin"),
    (b"xray-001.json", "xray"),
)
"""What an archive's directory, at its end, names."""

_PARSERS: Final[Mapping[ImportFormat, Callable[[bytes, str], Iterator[ImportedCase]]]] = MappingProxyType(
    {
        "json": json.parse,
        "xray": json.parse,
        "csv": csv.parse,
        "testrail": csv.parse,
        "xlsx": xlsx.parse,
        "testlink": testlink.parse,
        "gherkin": gherkin.parse,
        "junit": junit.parse,
        "xmind": xmind.parse,
        "markdown": markdown.parse,
    }
)


def parse(data: bytes, filename: str, format: ImportFormat | None = None) -> Iterator[ImportedCase]:  # noqa: A002
    """The cases of a file, ours (with an id) and others' (without), in its order; nothing is looked up or stored.

    A case that can't be used comes with its `problem`. Raises for the file as a whole: UnsupportedDocument where the format can't
    be told, UnreadableDocument, DocumentTooLarge, InvalidInput. It does so while it is iterated.
    """
    if not data.strip():
        raise UnreadableDocument(f"{filename} is empty", mend="send a file with cases")
    found = format or _told(data, filename)
    if found == "zephyr":
        found = "xlsx" if data.startswith(b"PK") else "csv"
    return _PARSERS[found](data, filename)


def _told(data: bytes, filename: str) -> ImportFormat:
    if data.startswith(b"PK\x03\x04"):
        tail = data[-(1 << 18) :]
        for part, packed in _PACKED:
            if part in tail:
                return packed
        raise UnsupportedDocument(
            f"{filename} is an archive without cases that we know",
            mend="unpack it and send the files one by one, or name the format",
        )
    kind = _BY_SUFFIX.get(PurePath(filename).suffix.lower())
    if kind is None:
        raise UnsupportedDocument(
            f"{filename} has no name that tells what it is", mend=f"name the format: {', '.join(IMPORT_FORMATS)}"
        )
    return "junit" if kind == "testlink" and is_junit(data) else kind

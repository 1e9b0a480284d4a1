"""XML with test cases, read case by case: entities are not resolved, document types refused, nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from testgen_runtime.cases.imports.archives import DECLARATION
from testgen_runtime.errors import UnreadableDocument

_HARDENED: Final[Mapping[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
}


def testcases(data: bytes, filename: str, *, mend: str) -> Iterator[Any]:
    """The elements `testcase`, one after the other; each is emptied before the next one is read.

    Raises: UnreadableDocument, which tells to `mend` it.
    """
    from lxml import etree

    if DECLARATION.search(data):
        raise UnreadableDocument(f"{filename} declares a document type", mend=mend)
    try:
        for _, element in etree.iterparse(BytesIO(data), tag="testcase", **_HARDENED):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(f"{filename} is no XML: {str(error)[:200]}", mend=mend) from error


def is_junit(data: bytes) -> bool:
    """Whether the root is one of JUnit's: several suites, or one that counts its tests, as none of TestLink's does."""
    from lxml import etree

    if DECLARATION.search(data):
        return False
    try:
        _, root = next(etree.iterparse(BytesIO(data), events=("start",), **_HARDENED))
    except (etree.XMLSyntaxError, StopIteration):
        return False
    return root.tag == "testsuites" or (root.tag == "testsuite" and root.get("tests") is not None)


def text_of(element: Any, name: str) -> str:
    """All text of a child; empty where there is none of that name."""
    found = element.find(name)
    return "" if found is None else "".join(found.itertext())

"""Parts of a Word document that are not read: notes, comments, headers and footers. What they begin with is told."""

from __future__ import annotations

import re
from typing import Any, Final

from testgen_runtime.documents.formats.package import Package
from testgen_runtime.documents.formats.word_styles import qn
from testgen_runtime.documents.formats.writing import Writer, some_of

_PARTS: Final = (
    ("notes_not_read", ("footnotes", "endnotes"), "footnotes and endnotes"),
    ("comments_not_read", ("comments",), "comments"),
    ("headers_not_read", ("header", "footer"), "headers and footers"),
)
_PAGE: Final = re.compile(r"\b(?:page|of|seite|von)\b|[第共页]", re.IGNORECASE)
_MOST_BYTES: Final = 4 << 20
_SEPARATORS: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def tell_parts(writer: Writer, found: Package, main: str) -> None:
    """One note for each kind of part that says something."""
    related = found.relations(main).values()
    for kind, types, what in _PARTS:
        names = sorted({target for type_, target in related if type_ in types and target in found.names})
        texts = [text for name in names for text in _texts(writer, found, name, whole=kind == "headers_not_read")]
        texts = list(dict.fromkeys(texts))
        if texts:
            writer.note(kind, f"The document's {what} are not read: {some_of(texts)}.")


def _texts(writer: Writer, found: Package, name: str, *, whole: bool) -> list[str]:
    """How each note of a part begins, or the part as a whole; page numbers and the like say nothing."""
    if found.archive.getinfo(name).file_size > _MOST_BYTES:
        return [f"{name}: {found.archive.getinfo(name).file_size:,} bytes"]
    root = found.xml(name)
    if root is None:
        return []
    texts = [_text(writer, one) for one in ([root] if whole else root) if one.get(qn("type")) not in _SEPARATORS]
    return [text for text in texts if re.search(r"[^\W\d_]", _PAGE.sub("", text))]


def _text(writer: Writer, element: Any) -> str:
    raw = "".join(t.text or "" for t, _ in zip(element.iter(qn("t")), range(40), strict=False))
    return " ".join(writer.clean(raw[:400]).split())[:60]

"""Encodings that a file does not name are found in short texts too, and a guess is told with the encoding's name."""

from __future__ import annotations

import pytest
from tests.unit.documents.test_formats import of

from testgen_runtime.documents.findings import ENCODING_GUESSED
from testgen_runtime.documents.model import Document


def told(document: Document) -> list[str]:
    return [finding.message for finding in document.findings if finding.kind == ENCODING_GUESSED]


@pytest.mark.parametrize(
    ("statement", "encoding", "name"),
    [
        ("The name 张三 must be kept for at least 5 days.", "gb18030", "GB18030"),
        ("The file “报表” must be kept.", "gb18030", "GB18030"),
        ("The city of 重庆 and that of 成都, both in China, must be on the list.", "gb18030", "GB18030"),
        ("The word 門應當 must be shown.", "big5", "Big5"),
        ("The café must close at 10.", "cp1252", "Windows-1252"),
        ("The naïve façade ÀÉ must be shown.", "cp1252", "Windows-1252"),
        ("The word ÅÄÖ must be shown, éè too.", "cp1252", "Windows-1252"),
        ("Die Äpfel must be red.", "cp1252", "Windows-1252"),
        ("The prefix caÀÉ must be shown.", "cp1252", "Windows-1252"),
        ("The price must be at most 6 € – or less.", "cp1252", "Windows-1252"),
    ],
)
def test_a_short_text_mostly_in_ascii_is_read_as_it_was_written_and_the_guess_is_told(
    statement: str, encoding: str, name: str
) -> None:
    found = of(f"REQ-1: {statement}\n".encode(encoding), "a.txt")

    assert [one.text for one in found.requirements] == [statement]
    (message,) = told(found)
    assert name in message
    assert next(c for c in statement if (not c.isascii() and c.isalpha()) or c == "€") in message


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("REQ-1: The café must close.".encode(), "a.txt"),
        ("REQ-1: The café must close.".encode("utf-8-sig"), "a.csv"),
        ("REQ-1: The café must close.".encode("utf-16"), "a.md"),
        ("<html><head><meta charset='gbk'></head><p>门应当自动上锁。</p></html>".encode("gbk"), "a.html"),
        (b"REQ-1: The door must close.", "a.txt"),
    ],
)
def test_what_a_file_says_of_itself_is_no_guess(data: bytes, name: str) -> None:
    assert told(of(data, name)) == []


def test_a_page_and_a_table_tell_the_guess_too() -> None:
    assert told(of("<html><body><p>The café must close.</p></body></html>".encode("cp1252"), "a.html"))
    assert told(of("ID,Requirement\nA-1,The café must close.\n".encode("cp1252"), "a.csv"))

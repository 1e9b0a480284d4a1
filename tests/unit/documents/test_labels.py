"""Labels, notes and examples inside a requirement demand nothing; the quote keeps them."""

from __future__ import annotations

import pytest

from testgen_runtime.documents.labels import obligations
from testgen_runtime.documents.model import Span
from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Requirement A The server SHALL answer.", ["The server SHALL answer."]),
        ("It SHALL answer. B If it is asked, it SHALL log.", ["It SHALL answer.", "If it is asked, it SHALL log."]),
        ("It SHALL answer. NOTE: This follows RFC 3.1 of old. It SHALL log.", ["It SHALL answer.", "It SHALL log."]),
        ("Note that nothing else is here.", ["Note that nothing else is here."]),
        ("系统应记录日志。注：日志格式见附录。", ["系统应记录日志。"]),
        ("Grade B Students may apply.", ["Grade B Students may apply."]),
        ("A successful call SHALL be told.", ["A successful call SHALL be told."]),
    ],
)
def test_what_demands_something_is_kept(text: str, kept: list[str]) -> None:
    found = obligations(text, [Span(0, len(text))])

    assert [span.cut(text).strip() for span in found] == kept


def test_the_quote_keeps_the_label() -> None:
    (requirement,) = read_text("R-1: Requirement A The server SHALL reject the call.", limits=Limits()).requirements

    assert requirement.text.startswith("Requirement A")
    assert not any("Requirement A" in atom.text for atom in requirement.atoms)


def test_a_long_line_of_notes_is_read_in_linear_time() -> None:
    text = "NOTE: a. B " * 20_000

    assert obligations(text, [Span(0, len(text))])

"""Word documents give the same requirements as the same text in Markdown (S4-022)."""

from __future__ import annotations

from typing import Any

from tests.unit.documents.reading import LIMITS, document
from tests.unit.documents.word import numbered, raw, word

from testgen_runtime.documents.model import Document
from testgen_runtime.documents.read import read


def of(data: bytes) -> Document:
    return read(data, "desk.docx", limits=LIMITS)


def test_the_same_text_gives_the_same_requirements() -> None:
    def write(d: Any) -> None:
        d.add_heading("Desk", level=1)
        d.add_heading("REQ-1 Loans", level=2)
        d.add_paragraph("A reader may borrow at most 5 books. Any further loan shall be refused.")
        d.add_heading("Other", level=2)
        d.add_paragraph("The door shall lock after 10 minutes.", style="List Bullet")
        d.add_paragraph("门应当自动上锁。", style="List Number")

    text = (
        "# Desk\n\n## REQ-1 Loans\n\nA reader may borrow at most 5 books. Any further loan shall be refused.\n\n"
        "## Other\n\n- The door shall lock after 10 minutes.\n\n1. 门应当自动上锁。\n"
    )
    a, b = of(word(write)), document(text)
    assert [(r.id, r.text, r.section, r.language) for r in a.requirements] == [
        (r.id, r.text, r.section, r.language) for r in b.requirements
    ]
    assert [[x.value.__class__ for x in r.atoms] for r in a.requirements] == [
        [x.value.__class__ for x in r.atoms] for r in b.requirements
    ]


def test_rows_of_a_table_are_requirements_under_their_ids() -> None:
    def write(d: Any) -> None:
        rows = [
            ("ID", "Requirement", "Priority"),
            ("FR-1", "The door shall lock.", "high"),
            ("FR-2", "The light shall go out.", "low"),
        ]
        table = d.add_table(rows=len(rows), cols=3)
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text

    assert [(r.id, r.text) for r in of(word(write)).requirements] == [
        ("FR-1", "The door shall lock."),
        ("FR-2", "The light shall go out."),
    ]


def test_the_numbers_of_a_list_are_ids_as_in_markdown() -> None:
    items = [
        (0, "Access"),
        (1, "The door shall lock."),
        (1, "The light shall go out."),
        (2, "门应当自动上锁。"),
        (1, "only a word."),
    ]
    a = of(word(lambda d: numbered(d, *items)))
    b = document("3 Access\n\n3.1 The door shall lock.\n\n3.2 The light shall go out.\n\n3.2.1 门应当自动上锁。\n")

    assert [(r.id, r.text, r.given_id) for r in a.requirements] == [
        ("3.1", "The door shall lock.", True),
        ("3.2", "The light shall go out.", True),
        ("3.2.1", "门应当自动上锁。", True),
    ]
    assert [(r.id, r.text, r.given_id) for r in a.requirements] == [(r.id, r.text, r.given_id) for r in b.requirements]


def test_tracked_insertions_stay_and_deletions_go() -> None:
    def write(d: Any) -> None:
        raw(
            d,
            "<w:p><w:r><w:t xml:space='preserve'>A reader may borrow at most </w:t></w:r>"
            "<w:del w:id='1' w:author='a'><w:r><w:delText>5</w:delText></w:r></w:del>"
            "<w:ins w:id='2' w:author='a'><w:r><w:t>7</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> "
            "books.</w:t></w:r></w:p>",
        )
        raw(d, "<w:p><w:moveFrom w:id='3' w:author='a'><w:r><w:t>The old door shall lock.</w:t></w:r></w:moveFrom></w:p>")

    assert [r.text for r in of(word(write)).requirements] == ["A reader may borrow at most 7 books."]


def test_tables_of_contents_are_left_out() -> None:
    def write(d: Any) -> None:
        d.styles.add_style("TOC 1", 1)
        d.add_paragraph("1 The door shall lock ........ 3", style="TOC 1")
        d.add_paragraph("The light shall go out.")

    assert [r.text for r in of(word(write)).requirements] == ["The light shall go out."]


def test_quotes_are_verbatim() -> None:
    def write(d: Any) -> None:
        p = d.add_paragraph("A password shall have ")
        p.add_run("at least 8").bold = True
        p.add_run(" characters.")

    read_ = of(word(write))
    for requirement in read_.requirements:
        assert requirement.text == requirement.span.cut(read_.text)
        assert all(a.text == a.span.cut(read_.text) for a in requirement.atoms)
    assert any(a.text == "at least 8 characters" for a in read_.requirements[0].atoms)

"""What a reader sees and a flat text loses: raised digits, symbols, equations, what is struck or hidden, notes and comments."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from tests.unit.documents.reading import document, interval, values
from tests.unit.documents.test_formats import of, texts, workbook
from tests.unit.documents.word import raw, word

from testgen_runtime.documents.model import Document, Limit

MATH = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def of_word(*paragraphs: str) -> Document:
    def write(d: Any) -> None:
        for paragraph in paragraphs:
            raw(d, f"<w:p>{paragraph}</w:p>")

    return of(word(write), "a.docx")


def messages(found: Document, kind: str) -> str:
    return " ".join(finding.message for finding in found.findings if finding.kind == kind)


HIGH = "<w:vertAlign w:val='superscript'/>"


def test_raised_digits_of_word_and_html_stay_raised() -> None:
    in_word = of_word(
        run("The log must hold at most 10") + run("6", HIGH) + run(" entries in 5") + run("th", HIGH) + run(" gear.")
    )
    page = of(
        "<html><body><p>The log must hold at most 10<sup>6</sup> entries in 5<sup>th</sup> gear.</p></body></html>", "a.html"
    )

    for found in (in_word, page):
        assert [text for _, text in texts(found)] == ["The log must hold at most 10⁶ entries in 5th gear."]
        assert [interval(a.value) for a in found.requirements[0].atoms if isinstance(a.value, Limit)] == ["(…, 1000000] entries"]


@pytest.mark.parametrize(
    ("wording", "limit"),
    [
        ("at most 10⁶ entries", "(…, 1000000] entries"),
        ("at most 10^6 entries", "(…, 1000000] entries"),
        ("at most 10<sup>6</sup> entries", "(…, 1000000] entries"),
        ("at most 2.5 × 10³ entries", "(…, 2500] entries"),
        ("at most 2¹⁶ entries", "(…, 65536] entries"),
        ("at least 10⁻² mm", "[0.01, …) mm"),
        ("at most 5² entries", "(…, 5]"),
    ],
)
def test_powers_are_numbers_and_marks_of_notes_are_not(wording: str, limit: str) -> None:
    assert [interval(found) for found in values(f"The log must hold {wording}.", Limit)] == [limit]


def test_a_style_raises_and_hides_as_its_runs_do() -> None:
    def write(d: Any) -> None:
        for name, font in (("High", "superscript"), ("Gone", "hidden")):
            setattr(d.styles.add_style(name, 2).font, font, True)
        paragraph = d.add_paragraph("The log must hold at most 10")
        paragraph.add_run("6", style="High")
        paragraph.add_run(" or 9", style="Gone")
        paragraph.add_run(" entries.")

    found = of(word(write), "a.docx")
    assert [text for _, text in texts(found)] == ["The log must hold at most 10⁶ entries."]
    assert "or 9" in messages(found, "hidden_text")


def test_symbols_are_read_by_the_tables_of_their_fonts_and_the_others_are_told() -> None:
    found = of_word(
        run("The pressure must be ") + "<w:r><w:sym w:font='Symbol' w:char='F0B3'/></w:r>" + run(" 5 bar")
        + run("\uf0b1", "<w:rFonts w:ascii='Symbol'/>") + run("1") + "<w:r><w:sym w:font='Logos' w:char='F041'/></w:r>" + run(".")
    )  # fmt: skip

    assert [text for _, text in texts(found)] == ["The pressure must be ≥ 5 bar±1."]
    assert "Logos" in messages(found, "symbols_not_read")


def test_equations_are_read_as_a_line_and_told() -> None:
    one = "<m:r><m:t>{}</m:t></m:r>".format
    found = of_word(
        run("The sum must be ") + f"<m:oMath {MATH}>{one('x')}<m:sSup><m:e>{one('y')}</m:e><m:sup>{one('2')}</m:sup></m:sSup>"
        f"{one('+')}"
        f"<m:f><m:num>{one('a+b')}</m:num><m:den>{one('2')}</m:den></m:f></m:oMath>" + run(" at most.")
    )  # fmt: skip

    assert [text for _, text in texts(found)] == ["The sum must be xy²+(a+b)/2 at most."]
    assert "xy²+(a+b)/2" in messages(found, "equations_as_text")


def test_what_is_hidden_or_struck_is_left_out_and_told() -> None:
    found = of_word(
        run("The lamp must be off") + run(" and red", "<w:strike/>") + run(" and hot", "<w:strike w:val='0'/>") + run("."),
        run("The door must lock at once.", "<w:vanish/>"),
    )
    page = of("<html><body><p>The lamp must be off<s> and red</s> and hot.</p></body></html>", "a.html")

    plain = document("The lamp must be off~~ and red~~ and hot.\n")

    assert [text for _, text in texts(found)] == [text for _, text in texts(page)] == ["The lamp must be off and hot."]
    assert "and red" in messages(plain, "struck_text")
    assert "and red" in messages(found, "struck_text")
    assert "and red" in messages(page, "struck_text")
    assert "The door must lock at once." in messages(found, "hidden_text")


def test_headers_notes_and_comments_of_word_are_told() -> None:
    def write(d: Any) -> None:
        d.add_paragraph("The door must lock.")
        d.sections[0].header.paragraphs[0].text = "Only for doors of glass"
        d.sections[0].footer.paragraphs[0].text = "Page 3 of 4"

    found = of(word(write), "a.docx")
    assert "Only for doors of glass" in messages(found, "headers_not_read")
    assert "Page 3" not in messages(found, "headers_not_read")
    assert not messages(found, "comments_not_read")


@pytest.mark.parametrize(
    ("part", "kind"), [("comments", "comments_not_read"), ("footnotes", "notes_not_read"), ("endnotes", "notes_not_read")]
)
def test_a_part_with_notes_is_told(part: str, kind: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    namespace = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    one = part[:-1]
    xml = (
        f"<w:{part} {namespace}><w:{one} w:type='separator'><w:p><w:r><w:t>line</w:t></w:r></w:p></w:{one}>"
        f"<w:{one}><w:p><w:r><w:t>but for 7 days only</w:t></w:r></w:p></w:{one}></w:{part}>"
    )

    def write(d: Any) -> None:
        d.add_paragraph("The door must lock.")
        made = Part(PackURI(f"/word/{part}9.xml"), "application/xml", xml.encode(), d.part.package)
        d.part.relate_to(made, getattr(RELATIONSHIP_TYPE, part.upper()))

    found = of(word(write), "a.docx")
    assert "but for 7 days only" in messages(found, kind)
    assert "line" not in messages(found, kind)


def test_comments_and_hidden_rows_of_a_workbook_are_told() -> None:
    rows = [["ID", "Requirement"], ["A-1", "The door shall lock."], ["A-2", "The light shall go out."]]
    plain = workbook(S=rows)
    book = openpyxl.load_workbook(BytesIO(plain))
    book["S"]["B2"].comment = Comment("only at night", "me")
    book["S"].row_dimensions[3].hidden = True
    out = BytesIO()
    book.save(out)

    found = of(out.getvalue(), "a.xlsx")
    assert [id_ for id_, _ in texts(found)] == ["A-1", "A-2"]
    assert "1 comments" in messages(found, "comments_not_read")
    assert "hides 1 rows" in messages(found, "hidden_rows")
    assert not {"comments_not_read", "hidden_rows"} & {finding.kind for finding in of(plain, "a.xlsx").findings}

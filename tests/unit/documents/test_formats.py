"""What is read from each format (S4-022): HTML, CSV, Excel, PDF, Gherkin files and zips of documents; encodings are found."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from tests.unit.documents.pdf import pdf
from tests.unit.documents.reading import LIMITS
from tests.unit.documents.word import raw, word

from testgen_runtime.documents.model import Document, Limit
from testgen_runtime.documents.read import read, read_all
from testgen_runtime.errors import UnreadableDocument, UnsupportedDocument


def of(data: bytes | str, name: str) -> Document:
    return read(data.encode() if isinstance(data, str) else data, name, limits=LIMITS)


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def texts(document: Document) -> list[tuple[str, str]]:
    for requirement in document.requirements:
        assert requirement.text == requirement.span.cut(document.text)
        assert all(atom.text == atom.span.cut(document.text) for atom in requirement.atoms)
    return [(r.id, r.text) for r in document.requirements]


PAGE = """<!doctype html><html><head><title>Desk</title><style>p{}</style>
<script>x = "The script shall run."</script></head><body>
<h1>Desk</h1><h2>REQ-1 Loans</h2><p>A reader may borrow
at most 5 books.</p><h2>Other</h2><ol start=3><li>The door shall lock.</li></ol>
<div style="display:none">The hidden shall obey.</div>
<table><tr><th>ID</th><th>Requirement</th></tr><tr><td>T-1</td><td>The light shall go out.</td></tr></table>
<p>The lamp <del>must burn</del> shall be off.</p><img src="a/screen.png"></body></html>"""


def test_a_page_is_read_without_scripts_styles_and_hidden_parts() -> None:
    found = of(PAGE, "desk.html")

    assert texts(found) == [
        ("REQ-1", "A reader may borrow at most 5 books."),
        (found.requirements[1].id, "The door shall lock."),
        ("T-1", "The light shall go out."),
        (found.requirements[3].id, "The lamp shall be off."),
    ]
    assert found.requirements[1].section == ("Desk", "Other")
    assert "script" not in found.text
    assert {"hidden_text", "images_not_read"} <= {f.kind for f in found.findings}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_csv_file_is_found(delimiter: str) -> None:
    rows = [
        ["Key", "Priority", "Requirement"],
        ["X-1", "high", '"The door, or the gate; shall | lock."'],
        ["X-2", "low", "The light shall go out."],
    ]
    found = of("\r\n".join(delimiter.join(row) for row in rows), "rules.csv")
    assert [id_ for id_, _ in texts(found)] == ["X-1", "X-2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_a_chinese_csv_file_says_which_column_is_the_requirement(encoding: str) -> None:
    data = "需求编号,优先级,需求描述\n门-1,高,门应当自动上锁。\nXQ-2,低,访客不得进入机房。\n".encode(encoding)
    assert [text for _, text in texts(of(data, "规则.csv"))] == ["门应当自动上锁。", "访客不得进入机房。"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "<html><head><meta charset='big5'></head><p>門應當自動上鎖。</p><p>訪客不得進入機房，系統應提示錯誤。</p></html>",
            "big5",
        ),
        ("<html><head><meta charset='gbk'></head><p>门应当自动上锁。</p></html>", "gbk"),
        ("- 門應當自動上鎖。\n- 訪客不得進入機房，系統應提示錯誤。\n", "big5"),
        ("- Die Tür muß schließen. The door of the café shall lock.\n- Über the façade the naïve lamp must go out.\n", "latin-1"),
    ],
)
def test_an_encoding_is_found(text: str, encoding: str) -> None:
    found = of(text.encode(encoding), "a.html" if "<" in text else "a.txt")
    assert found.requirements
    assert all(requirement.text in text for requirement in found.requirements)


ROWS_OF_LIMITS = [
    (["ID", "Field", "Min", "Max"], ["F-1", "Age", 18, 65], "Age must be at least 18 and at most 65."),
    (["ID", "Field", "Max (MB)"], ["F-1", "Attachment", 25], "Attachment must be at most 25 MB."),
    (
        ["ID", "Field", "Min length", "Max length"],
        ["F-1", "Name", 3, 20],
        "Name must have at least 3 characters and at most 20 characters.",
    ),
    (
        ["ID", "Field", "Range", "Unit"],
        ["F-1", "Weight", "0.5 - 31.5", "kg"],
        "Weight must be at least 0.5 kg and at most 31.5 kg.",
    ),
    (["编号", "字段", "最小值", "最大值", "单位"], ["F-1", "年龄", 18, 65, "岁"], "年龄必须大于等于18岁且小于等于65岁。"),
    (["编号", "字段名称", "长度"], ["F-1", "用户名", "6-20"], "用户名的长度必须不少于6个字符且不超过20个字符。"),
]


@pytest.mark.parametrize(("header", "row", "sentence"), ROWS_OF_LIMITS, ids=[c[2] for c in ROWS_OF_LIMITS])
def test_limits_that_stand_under_headings_only_become_limits(header: list[str], row: list[Any], sentence: str) -> None:
    cells = [str(cell) for cell in row]
    for data, name in (
        (workbook(S=[header, row]), "a.xlsx"),
        (",".join(header) + "\n" + ",".join(cells), "a.csv"),
        (f"| {' | '.join(header)} |\n|{'---|' * len(header)}\n| {' | '.join(cells)} |", "a.md"),
    ):
        found = of(data, name)
        assert texts(found) == [("F-1", sentence)]
        assert any(isinstance(atom.value, Limit) for atom in found.requirements[0].atoms)


def test_allowed_values_and_mandatory_fields_are_told() -> None:
    found = of(workbook(S=[["ID", "Field", "Allowed values", "Required"], ["F-1", "Currency", "EUR, USD", "yes"]]), "a.xlsx")
    assert texts(found) == [
        ("F-1", "Currency must be one of the following values: EUR, USD."),
        ("F-1#required", "An empty currency shall be rejected."),
    ]


def test_every_sheet_is_a_section_and_formulas_are_not_computed() -> None:
    found = of(
        workbook(
            Cover=[["Specification"], [], ["ID", "Requirement"], ["A-1", "The door shall lock."]],
            规则=[["需求编号", "需求描述"], ["A-2", "门应当自动上锁。"], ["A-3", '=HYPERLINK("http://127.0.0.1/", "x")']],
        ),
        "a.xlsx",
    )
    assert [(r.id, r.section) for r in found.requirements] == [("A-1", ("Cover",)), ("A-2", ("规则",))]
    assert "HYPERLINK" not in found.text
    assert "formulas_not_computed" in {f.kind for f in found.findings}


def test_rows_under_one_merged_id_are_one_requirement() -> None:
    book = openpyxl.load_workbook(
        BytesIO(
            workbook(
                S=[
                    ["ID", "Requirement"],
                    ["A-1", "The door shall lock."],
                    [None, "The alarm shall ring."],
                    ["A-2", "The light shall go out."],
                ]
            )
        )
    )
    book["S"].merge_cells("A2:A3")
    out = BytesIO()
    book.save(out)
    found = of(out.getvalue(), "a.xlsx")
    assert [r.id for r in found.requirements] == ["A-1", "A-2"]
    assert "The alarm shall ring" in found.requirements[0].text


HEAD, FOOT = "ACME Desk Specification", "Page {} of 4"
PAGES = [
    [
        HEAD,
        "1 Loans",
        f"REQ-{n} The door number {n} shall lock when no-",
        f"body is in the room {'abcd'[n - 1]}.",
        FOOT.format(n),
    ]
    for n in range(1, 5)
]


def test_a_pdf_is_read_without_running_heads_and_with_words_joined() -> None:
    found = of(pdf(PAGES), "desk.pdf")
    assert [r.id for r in found.requirements] == ["REQ-1", "REQ-2", "REQ-3", "REQ-4"]
    assert found.requirements[0].text == "The door number 1 shall lock when nobody is in the room a."
    assert HEAD not in found.text
    assert "of 4" not in found.text


def test_pages_are_the_sections_of_a_pdf_without_headings() -> None:
    found = of(pdf([["The door shall lock."], ["The light shall go out."]]), "desk.pdf")
    assert [r.section for r in found.requirements] == [("Page 1",), ("Page 2",)]


def test_a_scanned_pdf_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="scan") as caught:
        of(pdf([[], []], image=b"\x80" * 500), "scan.pdf")
    assert "OCR" in caught.value.mend


def test_an_encrypted_pdf_says_so() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(PAGES))))
    writer.encrypt("secret", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(UnreadableDocument, match="encrypted"):
        of(out.getvalue(), "locked.pdf")


def test_an_archive_gives_a_document_for_each_member() -> None:
    data = zipped(
        a_dot_md=b"REQ-1: The door shall lock.",
        specs__b_dot_xlsx=workbook(S=[["ID", "Requirement"], ["A-1", "The light shall go out."]]),
        c_dot_png=b"\x89PNG\r\n\x1a\n",
        readme_dot_txt=b"Hello, dear friend.",
    )
    found = read_all(data, "specs.zip", limits=LIMITS)
    assert [(one.name, [r.id for r in one.document.requirements]) for one in found] == [
        ("a.md", ["REQ-1"]),
        ("specs/b.xlsx", ["A-1"]),
    ]
    (told,) = [f.message for f in found[0].document.findings if f.kind == "members_not_read"]
    assert "c.png" in told
    assert "readme.txt" in told
    with pytest.raises(UnsupportedDocument, match="archive of 2"):
        read(data, "specs.zip", limits=LIMITS)


FEATURE = """Feature: Loans
  Scenario Outline: fee
    Given a book is <days> days late
    When the reader returns it
    Then a fee of <fee> EUR is charged

    Examples:
      | days | fee  |
      | 1    | 0.50 |
      | 10   | 5.00 |

  Scenario: reserved
    Given a reserved book
    When the reader renews the loan
    Then the system shows the error "Reserved"
"""
ZH_SCENARIO = "### 场景：续借图书\n\n- 假如读者有 2 本逾期图书\n- 当读者点击续借\n- 那么系统提示“无法续借”\n"


def test_a_scenario_is_one_requirement_of_conditions_action_and_outcome() -> None:
    for text, name in ((FEATURE.partition("  Scenario: reserved")[2], "a.md"), (ZH_SCENARIO, "b.md")):
        (found,) = of("Scenario: reserved" + text if name == "a.md" else text, name).requirements
        assert [atom.kind.value for atom in found.atoms] == ["condition", "action", "outcome"]


def test_an_outline_gives_a_requirement_for_each_example() -> None:
    found = of(FEATURE, "loans.feature")
    texts(found)
    told = [[getattr(atom.value, "text", "") for atom in r.atoms] for r in found.requirements]
    assert told[0] == ["a book is 1 days late", "the reader returns it", "a fee of 0.50 EUR is charged"]
    assert told[1][0] == "a book is 10 days late"
    assert len(told) == 3


def test_acceptance_criteria_belong_to_their_story() -> None:
    for text in (
        "As a reader, I want to renew a loan.\n\nAcceptance criteria:\n\n- A loan can be renewed at most 2 times.\n"
        "- A reserved book shall not be renewed.\n",
        "作为读者，我希望续借图书，以便继续阅读。\n\n验收标准：\n\n1. 每本书最多续借 2 次。\n2. 已被预约的图书不得续借。\n",
    ):
        (found,) = of(text, "story.md").requirements
        assert any(isinstance(atom.value, Limit) for atom in found.atoms)


def test_lists_in_word_are_numbered_as_word_numbers_them() -> None:
    def write(d: Any) -> None:
        for text in ("The door shall lock.", "The light shall go out."):
            d.add_paragraph(text, style="List Number")
        raw(d, "<w:p><w:pPr><w:rPr><w:del w:id='9' w:author='a'/></w:rPr></w:pPr><w:r><w:t>The alarm</w:t></w:r></w:p>")
        raw(d, "<w:p><w:r><w:t xml:space='preserve'> shall ring.</w:t></w:r></w:p>")

    found = of(word(write), "a.docx")
    assert "1. The door shall lock.\n2. The light shall go out." in found.text
    assert found.requirements[-1].text == "The alarm shall ring."

"""Every export is read by somebody else's parser, or checked against a schema (issue 5, item 8).

Official: gherkin-official, openpyxl, markdown-it-py, Python's csv and json. The schemas are ours, each written after what the
vendor publishes (its documentation, its own schemas, its importer), which stands at the head of the file. Tables for TestRail and
Zephyr Scale are in test_tables_for_tools.py.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from gherkin.parser import Parser
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.unit.cases.exchanged import NASTY, case, items, nasty_items, written

from testgen_runtime.cases.exports.columns import KEYS, TEMPLATES
from testgen_runtime.cases.exports.formats import FORMATS, options_of
from testgen_runtime.cases.exports.model import Item
from testgen_runtime.cases.exports.text import read_cell
from testgen_runtime.cases.model import Case, Step
from testgen_runtime.commands.cases import Format as CommandLineFormat
from testgen_runtime.errors import BadConfiguration

SCHEMAS = Path(__file__).parent / "schemas"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])


def schema(name: str) -> Any:
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))


def table(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@slow
@given(of=nasty_items())
def test_json_is_the_cases_of_the_api(of: list[Item]) -> None:
    data, _ = written("json", of)

    assert [Case.model_validate_json(json.dumps(one)) for one in json.loads(data)] == [item.case for item in of]


@slow
@given(of=nasty_items())
def test_no_cell_of_a_csv_file_begins_as_a_formula(of: list[Item]) -> None:
    for name, options in (("csv", {}), ("csv", {"steps": "rows"}), ("testrail", {}), ("zephyr", {})):
        rows = table(written(name, of, **options)[0])

        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]


def test_a_csv_file_has_the_columns_asked_for_in_their_order_and_begins_with_a_mark_for_excel() -> None:
    data, _ = written("csv", items([case()]), columns=("title", "id", "priority"), language="zh", delimiter=";")

    assert data.startswith(b"\xef\xbb\xbf")
    assert table(data, ";") == [["用例标题", "用例编号", "优先级"], [case().title, case().id, "高"]]
    assert not written("csv", items([case()]), bom=False)[0].startswith(b"\xef\xbb\xbf")


@slow
@given(of=nasty_items())
def test_a_workbook_holds_texts_and_never_a_formula(of: list[Item]) -> None:
    data, _ = written("xlsx", of, steps="rows")

    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert sheet.max_row == 1 + sum(len(item.case.steps) for item in of)


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_a_template_is_a_named_set_of_columns(template: str) -> None:
    data, _ = written("xlsx", items([case()]), template=template)

    head = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0][1]]
    assert len(head) == len(TEMPLATES[template])  # type: ignore[index]
    assert "ID" in head
    assert set(TEMPLATES[template]) <= set(KEYS)  # type: ignore[index]


def test_a_cell_that_excel_could_not_hold_goes_on_in_the_next_row() -> None:
    long = case(steps=tuple(Step(action="a" * 1900, expected="e") for _ in range(30)))

    rows = list(openpyxl.load_workbook(io.BytesIO(written("xlsx", items([long]))[0])).worksheets[0].values)

    assert max(len(str(cell or "")) for row in rows for cell in row) <= 32_767
    assert sum(str(row).count("a" * 1900) for row in rows) == 30


def test_testrail_has_a_row_for_each_step_and_the_case_on_the_first_only() -> None:
    head, first, second = table(written("testrail", items([case()]))[0])

    told = dict(zip(head, first, strict=True))
    assert told["Section Hierarchy"] == "Sign-in > 2 Accounts > 2.1 Passwords"
    assert told["Template"] == "Test Case (Steps)"
    assert (told["TestGen ID"], told["TestGen Revision"], told["References"]) == ("tc-000001", "1", "REQ-0")
    assert [row[head.index("Steps (Step)")] for row in (first, second)] == ["Enter the password.", "Press Register."]
    assert dict(zip(head, second, strict=True))["Title"] == ""


@slow
@given(of=nasty_items())
def test_xray_gets_tests_as_its_bulk_import_takes_them(of: list[Item]) -> None:
    tests = json.loads(written("xray", of, folder="/TestGen")[0])

    jsonschema.validate(tests, json.loads((SCHEMAS / "xray.json").read_text()))
    assert len(tests) == len(of)


def test_xray_gets_no_more_than_a_thousand_tests_a_file() -> None:
    many = [case(n) for n in range(2_001)]

    data, product = written("xray", items(many))
    part, single = written("xray", items(many), part=3)

    assert (product.suffix, single.suffix) == (".zip", ".json")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [len(json.loads(archive.read(name))) for name in archive.namelist()] == [1000, 1000, 1]
    assert len(json.loads(part)) == 1


@slow
@given(of=nasty_items())
def test_testlink_and_junit_are_valid(of: list[Item]) -> None:
    for name in ("testlink", "junit"):
        document = etree.fromstring(written(name, of)[0])

        schema(name).assertValid(document)
        assert len(document.findall(".//testcase")) == len(of)


@slow
@given(of=nasty_items())
def test_junit_without_properties_is_what_jenkins_xunit_plugin_accepts(of: list[Item]) -> None:
    without = etree.fromstring(written("junit", of, properties=False)[0])

    schema("jenkins-xunit").assertValid(without)
    outputs = [test.findtext("system-out") or "" for test in without.iter("testcase")]
    assert all(f"testgen.id: {item.case.id}\n" in text for item, text in zip(of, outputs, strict=True))


def test_jenkins_xunit_plugin_would_skip_a_file_with_properties_of_a_test_case() -> None:
    assert not schema("jenkins-xunit").validate(etree.fromstring(written("junit", items([case()]))[0]))


def test_ids_that_are_no_issues_are_not_told_to_xray_as_issues_to_link() -> None:
    def names(**options: Any) -> set[str | None]:
        return {one.get("name") for one in etree.fromstring(written("junit", items([case()]), **options)[0]).iter("property")}

    assert "requirements" not in names()
    assert "requirements" in names(requirements_are_issues=True)


def test_junit_says_of_every_test_that_it_was_not_run() -> None:
    root = etree.fromstring(written("junit", items(case(n) for n in range(6)))[0])

    assert [suite.get("tests") for suite in root] == [suite.get("skipped") for suite in root] == ["4", "2"]
    assert all(test.find("skipped") is not None for test in root.iter("testcase"))


@slow
@given(of=nasty_items())
def test_gherkin_is_read_by_the_official_parser(of: list[Item]) -> None:
    data, product = written("gherkin", of)
    texts = [] if product.suffix == ".zip" else [data.decode()]
    if product.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts = [archive.read(name).decode() for name in archive.namelist()]

    features: list[Any] = [Parser().parse(text)["feature"] for text in texts]

    assert {feature["language"] for feature in features} <= {"en", "zh-CN"}
    scenarios = [child for feature in features for rule in feature["children"] for child in rule["rule"]["children"]]
    assert len(scenarios) == len(of)


def test_a_chinese_case_has_chinese_keywords() -> None:
    text = written("gherkin", items([case(language="zh", title="接受8个字符的密码", preconditions=("注册页面已打开。",))]))[
        0
    ].decode()

    assert text.startswith("# language: zh-CN\n功能: ")
    assert "    场景: 接受8个字符的密码\n      假如 注册页面已打开。\n      而且 测试数据\n" in text
    assert "      当 Enter the password.\n      那么 The field shows 8 dots.\n" in text


@slow
@given(of=nasty_items())
def test_xmind_opens_as_an_archive_with_unique_topics(of: list[Item]) -> None:
    with zipfile.ZipFile(io.BytesIO(written("xmind", of)[0])) as archive:
        assert archive.testzip() is None
        content = json.loads(archive.read("content.json"))
        assert set(json.loads(archive.read("manifest.json"))["file-entries"]) == {"content.json", "metadata.json"}

    jsonschema.validate(content, json.loads((SCHEMAS / "xmind.json").read_text()))
    ids = _ids(content[0]["rootTopic"])
    assert len(set(ids)) == len(ids)


def test_xmind_goes_from_document_to_section_to_requirement_to_case_to_step_to_result() -> None:
    with zipfile.ZipFile(io.BytesIO(written("xmind", items([case()]))[0])) as archive:
        topic = json.loads(archive.read("content.json"))[0]["rootTopic"]

    titles = [topic["title"]]
    while below := topic.get("children", {}).get("attached"):
        topic = below[-1]
        titles.append(topic["title"])
    assert titles == [
        "Sign-in",
        "2 Accounts / 2.1 Passwords",
        "REQ-0",
        case().title,
        "Press Register.",
        "The account is created.",
    ]


def test_markdown_shows_markup_of_a_case_as_it_is() -> None:
    from markdown_it import MarkdownIt

    for text in NASTY:
        one = case(title=text[:300], steps=(Step(action=text, expected="It is shown."),))
        html = MarkdownIt("commonmark").enable("table").render(written("markdown", items([one]))[0].decode())

        assert html.count("<h3>") == 1
        assert html.count("<td>") == 3


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if name != "junit"])
def test_every_format_carries_what_ties_a_case_to_its_requirement(name: str) -> None:
    data, _ = written(name, items([case(5, status="confirmed")]))
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(one) for one in archive.namelist())
    text = data.decode()

    for fact in ("tc-000005", "REQ-1", "The password must have 8 to 64 characters.", "Enter the password.", "Abcdef1!"):
        assert fact in text, (name, fact)
    assert "oundary" in text, name


@pytest.mark.parametrize("name", list(FORMATS))
def test_no_cases_make_a_file_without_cases(name: str) -> None:
    data, product = written(name, [])

    assert product == FORMATS[name].product
    assert isinstance(data, bytes)


def test_the_same_cases_give_the_same_bytes() -> None:
    for name in FORMATS:
        if name not in ("xlsx",):  # a workbook tells when it was made
            assert written(name, items([case()])) == written(name, items([case()])), name


def test_the_command_line_knows_the_same_formats() -> None:
    assert {one.value for one in CommandLineFormat} - {"table"} == set(FORMATS)


def test_options_are_read_from_the_command_line_and_refused_with_what_there_is() -> None:
    chosen = options_of(FORMATS["csv"], ["columns=id, title", "bom=false", "delimiter=\\t"])
    assert chosen.model_dump(include={"columns", "bom", "delimiter"}) == {
        "columns": ("id", "title"),
        "bom": False,
        "delimiter": "\t",
    }

    with pytest.raises(BadConfiguration, match="colour") as refused:
        options_of(FORMATS["csv"], ["colour=red"])
    assert "columns" in refused.value.mend


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "-", "@x", "＝x", "plain", "'quoted'", ""])
def test_the_apostrophe_before_a_formula_is_taken_off_again(text: str) -> None:
    from testgen_runtime.cases.exports.text import cell

    assert read_cell(cell(text)) == text


def _ids(topic: Any) -> list[str]:
    found = [topic["id"]]
    for child in topic.get("children", {}).get("attached", []):
        found += _ids(child)
    return found

"""What an import does with files that mean harm, and with what people and tools do to honest ones (issue 5, bad input)."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.cases.exchanged import case, items, written

from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.imports.parse import IMPORT_FORMATS, ImportFormat, parse
from testgen_runtime.errors import TestGenError

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuite><testcase name="&c;"/></testsuite>"""
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><testsuite><testcase name="&f;"/></testsuite>'
)


def packed(**files: bytes) -> bytes:
    """An archive; `__` in a name stands for a slash, `_` for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def outcome(data: bytes, name: str, kind: ImportFormat | None = None) -> tuple[list[ImportedCase], TestGenError | None]:
    """What a parser gave, or the error it ended with; no other error is one that it may raise."""
    try:
        return list(parse(data, name, kind)), None
    except TestGenError as refused:
        return [], refused


@pytest.mark.parametrize("data", [LAUGHS, OUTSIDE, OUTSIDE.decode().encode("utf-16")], ids=["laughs", "outside", "utf-16"])
def test_xml_that_declares_entities_is_refused(data: bytes) -> None:
    with pytest.raises(TestGenError) as refused:
        list(parse(data, "cases.xml"))
    assert refused.value.mend


def test_a_workbook_whose_parts_declare_entities_is_refused() -> None:
    data, _ = written("xlsx", items([case()]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, LAUGHS if name == "xl/workbook.xml" else part)

    with pytest.raises(TestGenError):
        list(parse(out.getvalue(), "cases.xlsx"))


@pytest.mark.parametrize(
    ("name", "part", "size"),
    [("cases.xlsx", "xl__workbook_xml", 250), ("cases.xmind", "content_json", 250), ("cases.zip", "xray-001_json", 60)],
)
def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(name: str, part: str, size: int) -> None:
    bomb = packed(**{part: b"[" + b" " * (size << 20)})

    tracemalloc.start()
    with pytest.raises(TestGenError):
        list(parse(bomb, name))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 60 << 20


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"[" * 100_000, "cases.json"),
        (b'{"cases": 1}', "cases.json"),
        (b'[1, null, {"id": 5, "steps": {}, "revision": "x", "priority": "soon"}]', "cases.json"),
        (b'"' + b"a," * 1_000_000, "cases.csv"),
        (b"\xff\xfe\x00\xd8", "cases.csv"),
        (b"PK\x05\x06" + b"\x00" * 18, "cases.xlsx"),
        (b"PK\x03\x04", "cases.xmind"),
        (b"<testsuite>" * 5_000, "cases.xml"),
        (b'"""', "x.feature"),
        (b"# language: tlh\nFeature: x", "x.feature"),
        (b"### \n`x` \n|||\n", "x.md"),
        (b"\x00" * 1000, "x.md"),
    ],
)
def test_broken_input_is_a_clear_error_or_a_problem_of_its_items(data: bytes, name: str) -> None:
    found, refused = outcome(data, name)

    assert refused is None or (refused.mend and len(str(refused)) < 1_000)
    assert all(one.problem or one.id is None for one in found)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode()), kind=st.sampled_from(IMPORT_FORMATS))
def test_no_bytes_break_a_parser(data: bytes, kind: ImportFormat) -> None:
    _, refused = outcome(data, "cases.bin", kind)

    assert refused is None or refused.mend


def test_a_map_of_many_levels_is_refused() -> None:
    topic: dict[str, object] = {"title": "end"}
    for _ in range(300):
        topic = {"title": "x", "children": {"attached": [topic]}}
    content = json.dumps([{"rootTopic": topic}]).encode()

    with pytest.raises(TestGenError, match="deeper"):
        list(parse(packed(content_json=content), "cases.xmind"))


def test_rows_without_an_id_are_cases_of_somebody_else() -> None:
    head = "用例名称,前置条件,操作步骤,预期结果,优先级"
    row = '登录成功,已注册,"1. 打开登录页\n2. 输入密码","1. 显示登录页\n2. 登录成功",P0'
    data = f"{head}\n{row}\n".encode("gb18030")

    (found,) = parse(data, "旧用例.csv")

    assert found.id is None
    assert (found.title, found.preconditions, found.priority) == ("登录成功", ("已注册",), "high")
    assert found.steps == (("打开登录页", "显示登录页"), ("输入密码", "登录成功"))


def test_rows_that_a_tester_sorted_and_recoloured_in_a_spreadsheet_still_are_the_same_cases() -> None:
    data, _ = written("xlsx", items(case(n) for n in range(3)))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    rows = sorted(sheet.iter_rows(min_row=2, values_only=True), key=lambda row: str(row[0]), reverse=True)
    for n, row in enumerate(rows, start=2):
        for at, value in enumerate(row, start=1):
            sheet.cell(n, at, int(value) if at == 2 else value)  # a spreadsheet makes numbers of what look like numbers
    sheet.insert_cols(1)
    sheet["A1"] = "My notes"
    out = io.BytesIO()
    book.save(out)

    found = list(parse(out.getvalue(), "cases.xlsx"))

    assert [(one.id, one.revision, one.problem) for one in found] == [(f"tc-00000{n}", 1, "") for n in (2, 1, 0)]


def test_the_format_is_known_by_content_or_name_and_else_asked_for() -> None:
    for name, kind in (("cases.json", "json"), ("a.feature", "gherkin")):
        data, _ = written(kind, items([case()]))
        assert [one.id for one in parse(data, name)] == ["tc-000001"]
    with pytest.raises(TestGenError) as refused:
        list(parse(b"x", "cases"))
    assert "testrail" in refused.value.mend

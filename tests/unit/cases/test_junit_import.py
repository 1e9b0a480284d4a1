"""JUnit XML that comes back: title and priority of our cases, whoever wrote the file since."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from tests.unit.cases.exchanged import case, items, written

from testgen_runtime.cases.imports.compare import differences
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.imports.parse import ImportFormat, parse
from testgen_runtime.cases.imports.service import plan
from testgen_runtime.cases.model import Case
from testgen_runtime.errors import TestGenError

FOREIGN = b"""<testsuite name="login" tests="1"><properties><property name="testgen.id" value="tc-000001"/></properties>
<testcase classname="shop.Login" name="test_locks [3]" time="0.2"><properties><property name="priority" value="P7"/></properties>
<system-out>priority: soon\n\ntestgen.id: tc-000001</system-out></testcase></testsuite>"""


def exported(*cases: Case, **options: Any) -> Any:
    """The root of an export."""
    return etree.fromstring(written("junit", items(cases), **options)[0])


def read(root: Any, kind: ImportFormat | None = None) -> list[ImportedCase]:
    """What an import makes of a file."""
    return list(parse(etree.tostring(root), "results.xml", kind))


def outcome(stored: Case, found: ImportedCase) -> tuple[str, tuple[str, ...]]:
    """What is to become of a case, and what would be changed in it."""
    told, _ = plan(found, stored, {})
    return told.outcome, told.changed


@pytest.mark.parametrize("options", [{}, {"properties": False}, {"requirements_are_issues": True}], ids=str)
def test_an_untouched_export_is_unchanged(options: dict[str, Any]) -> None:
    of = [case(n) for n in range(6)]

    found = read(exported(*of, **options))

    assert [(one.id, one.revision, one.problem) for one in found] == [(one.id, 1, "") for one in of]
    assert [outcome(stored, one) for stored, one in zip(of, found, strict=True)] == [("unchanged", ())] * 6
    assert (found[5].requirement_ids, found[5].technique) == (("REQ-1",), "boundary_value_analysis")


def test_another_name_and_priority_are_an_update_and_nothing_else_is() -> None:
    stored = case()
    root = exported(stored)
    test = root.find(".//testcase")
    test.set("name", "Ein neuer Titel")
    test.find("properties/property[@name='priority']").set("value", "low")
    test.find("properties/property[@name='technique']").set("value", "guessing")
    test.find("properties/property[@name='testgen.status']").set("value", "confirmed")
    test.find("system-out").text = "1. Something else\n   → happens"

    (found,) = read(root)

    assert outcome(stored, found) == ("updated", ("title", "priority"))
    assert differences(stored, found) == {"title": "Ein neuer Titel", "priority": "low"}


def test_a_change_to_a_case_that_has_moved_on_is_a_conflict() -> None:
    root = exported(case())
    root.find(".//testcase").set("name", "Late")

    assert outcome(case(revision=2), read(root)[0])[0] == "conflict"


def test_an_id_that_keeps_two_tests_of_a_suite_apart_is_no_part_of_the_title() -> None:
    twins = [case(n, title="The same", requirement_ids=("REQ-1",)) for n in (1, 2)]
    own = case(3, title="The same [tc-000003]", requirement_ids=("REQ-1",))
    other = case(4, title="The same [tc-000001]", requirement_ids=("REQ-1",))

    root = exported(*twins, own, other)

    names = [test.get("name") for test in root.iter("testcase")]
    assert len(set(names)) == 4
    assert names[:2] == ["The same", "The same [tc-000002]"]
    assert [one.title for one in read(root)] == [one.title for one in (*twins, own, other)]


def test_a_value_as_text_and_a_single_suite_are_read_as_well() -> None:
    suite = exported(case())[0]
    for one in suite.iter("property"):
        one.text = one.attrib.pop("value")

    assert [(one.id, one.revision, one.priority) for one in read(suite)] == [("tc-000001", 1, "high")]


def test_results_of_somebody_elses_tests_are_not_ours() -> None:
    (found,) = parse(FOREIGN, "TEST-login.xml")

    assert (found.id, found.title, found.section, found.problem) == (None, "test_locks [3]", "shop.Login", "")
    assert outcome(case(), found)[0] == "not_ours"


@pytest.mark.parametrize(("name", "value"), [("testgen.revision", "new"), ("priority", "soon")])
def test_a_fact_that_can_not_be_read_is_a_problem_of_its_case_alone(name: str, value: str) -> None:
    root = exported(case(1), case(2))
    root.find(f".//property[@name='{name}']").set("value", value)

    assert [bool(one.problem) for one in read(root)] == [True, False]


@pytest.mark.parametrize("kind", ["junit", None])
@pytest.mark.parametrize(
    "declared",
    [b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>', b'<!DOCTYPE x [<!ENTITY f "ha"><!ENTITY g "&f;&f;">]>'],
)
def test_a_document_type_is_refused(kind: ImportFormat | None, declared: bytes) -> None:
    data = declared + b'<testsuites><testsuite tests="1"><testcase name="&f;"/></testsuite></testsuites>'

    with pytest.raises(TestGenError, match="declares a document type"):
        list(parse(data, "results.xml", kind))


@pytest.mark.parametrize("data", [b"<testsuites>" * 5_000, b'<testsuites><testsuite tests="1"><testcase>', b"<testsuites"])
def test_broken_xml_is_refused(data: bytes) -> None:
    with pytest.raises(TestGenError, match="is no XML"):
        list(parse(data, "results.xml"))


def test_what_testlink_writes_is_not_taken_for_junit() -> None:
    data, _ = written("testlink", items([case()]))

    assert [one.steps is not None for one in parse(data, "cases.xml")] == [True]

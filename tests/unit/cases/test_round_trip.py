"""Property: an export that nobody touched, imported again, changes nothing, whatever stands in the cases (issue 5, item 8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.unit.cases.exchanged import case, nasty_items, written
from tests.unit.cases.exchanged import items as items_of

from testgen_runtime.cases.exports.model import Item
from testgen_runtime.cases.imports.compare import differences
from testgen_runtime.cases.imports.parse import parse

VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("json", {}),
    ("csv", {}),
    ("csv", {"steps": "rows", "delimiter": ";", "bom": False, "language": "zh"}),
    ("csv", {"delimiter": "\t", "columns": ("title", "id", "steps", "revision", "expected")}),
    ("xlsx", {}),
    ("xlsx", {"steps": "rows", "language": "zh"}),
    ("xlsx", {"template": "review", "headings": {"id": "Nummer", "title": "名字", "steps": "Was zu tun ist"}}),
    ("testrail", {}),
    ("xray", {}),
    ("testlink", {}),
    ("zephyr", {}),
    ("zephyr", {"file": "xlsx"}),
    ("gherkin", {}),
    ("junit", {}),
    ("junit", {"requirements_are_issues": True}),
    ("junit", {"properties": False}),
    ("xmind", {}),
    ("markdown", {}),
]


@pytest.mark.parametrize(("name", "options"), VARIANTS, ids=lambda value: value if isinstance(value, str) else "-".join(value))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(items=nasty_items())
def test_an_untouched_export_changes_nothing(name: str, options: dict[str, Any], items: list[Item]) -> None:
    data, product = written(name, items, **options)

    found = {one.id: one for one in parse(data, "cases" + product.suffix)}

    assert set(found) == {item.case.id for item in items}
    for item in items:
        one = found[item.case.id]
        assert one.problem == ""
        assert one.revision == item.case.revision
        assert differences(item.case, one) == {}


def test_an_archive_for_xray_comes_back_as_it_left() -> None:
    of = [case(n) for n in range(1_002)]
    data, product = written("xray", items_of(of))

    found = list(parse(data, "cases" + product.suffix))

    assert [(one.id, one.problem) for one in found] == [(one.id, "") for one in of]
    assert [one.place for one in found[-2:]] == ["xray-002.json, item 1", "xray-002.json, item 2"]
    assert not any(differences(stored, one) for stored, one in zip(of, found, strict=True))


def test_in_a_map_only_cases_are_cases_whatever_titles_and_requirements_look_like() -> None:
    item = Item(case(), "Test case: sign-in", ("用例：登录",), "TestGen-Case: tc-000009")

    data, product = written("xmind", [item])

    assert [one.id for one in parse(data, "cases" + product.suffix)] == [item.case.id]

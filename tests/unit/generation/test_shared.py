"""What several requirements demand alike is one case that names all of them (S4-061: nothing is tested twice)."""

from __future__ import annotations

import asyncio

import pytest

from testgen_runtime.documents.read import read_text
from testgen_runtime.generation.model import Options, Result, Source
from testgen_runtime.generation.pipeline import generate
from testgen_runtime.settings import Limits


def generated(*requirements: str) -> Result:
    text = "# R\n\n" + "\n\n".join(f"## REQ-{n}\n\n{text}" for n, text in enumerate(requirements, 1)) + "\n"
    document = read_text(text, limits=Limits())
    return asyncio.run(generate(Source("d", document, document.requirements), Options()))


SAME = "A successful execution of the operation shall be reported with the HTTP status code 200."


def test_a_sentence_that_two_requirements_share_is_one_case_that_names_both() -> None:
    result = generated(SAME, f"{SAME} The response shall have a body in JSON.")

    (case,) = [case for case in result.cases if len(case.requirement_ids) > 1]
    assert case.requirement_ids == ("REQ-1", "REQ-2")
    assert len(case.steps) == 1
    assert {item.requirement_id for item in case.evidence} == {"REQ-1", "REQ-2"}
    assert result.coverage.atom_coverage == 1.0


def test_sister_requirements_are_tried_one_after_the_other_in_one_case() -> None:
    result = generated(
        "LC shall limit the number of generated PASS to FAIL transition event messages to the table-defined maximum.",
        "LC shall limit the number of generated FAIL to PASS transition event messages to the table-defined maximum.",
    )

    (case,) = result.cases
    assert case.requirement_ids == ("REQ-1", "REQ-2")
    assert "PASS to FAIL" in case.steps[0].expected
    assert "FAIL to PASS" in case.steps[1].expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A user name shall have at least 4 and at most 20 characters.", "A user name shall have at least 5 characters."),
        ("The operator shall be able to open the audit log.", "The courier shall be able to print a delivery note."),
        ("Files of up to 5 MB shall be accepted in the archive.", "Files of up to 6 MB shall be accepted in the archive."),
    ],
)  # fmt: skip
def test_other_values_and_other_demands_stay_tests_of_their_own(first: str, second: str) -> None:
    assert all(len(case.requirement_ids) == 1 for case in generated(first, second).cases)


def test_what_is_asked_for_alone_is_tried_alone() -> None:
    text = f"# R\n\n## REQ-1\n\n{SAME}\n\n## REQ-2\n\n{SAME}\n"
    document = read_text(text, limits=Limits())
    asked = tuple(r for r in document.requirements if r.id == "REQ-2")

    result = asyncio.run(generate(Source("d", document, asked), Options()))

    assert [case.requirement_ids for case in result.cases] == [("REQ-2",)]


def test_a_requirement_whose_tests_are_all_shared_counts_as_covered() -> None:
    result = generated(SAME, SAME, SAME)

    assert len(result.cases) == 1
    assert result.coverage.requirements_covered == 3


def test_the_same_document_is_shared_alike_each_time() -> None:
    texts = (SAME, f"{SAME} The response shall have a body in JSON.", SAME)

    assert generated(*texts).cases == generated(*texts).cases


def test_a_list_in_brackets_behind_one_thing_of_a_list_is_no_input() -> None:
    result = generated(
        "The recorder shall store the following data:\na) The result of the last sample (Pass, Fail, Error)\nb) The "
        "time of the sample"
    )

    assert all("sample" not in name.lower() for case in result.cases for name in case.test_data)
    assert any("Pass, Fail, Error" in step.action for case in result.cases for step in case.steps)


def test_a_supported_value_is_used() -> None:
    result = generated("The parser shall support the following operators:\na) And\nb) Or\nc) Xor")

    assert [case.steps[0].action for case in result.cases] == [f"Use the operator {name}." for name in ("And", "Or", "Xor")]

"""From an English sentence to the verdict, data, step and result of every case that rules write for it.

Each row of the tables in `test_english_*_cases.py` is one statement with all of its cases, as a senior tester would sign them. A
change of wording changes a row; a change of a verdict or a value is a defect unless the row was wrong.
"""

from __future__ import annotations

from tests.unit.documents.reading import document

from testgen_runtime.cases.model import Case
from testgen_runtime.generation import rules
from testgen_runtime.generation.gates import judge
from testgen_runtime.generation.model import Options
from testgen_runtime.generation.told import design
from testgen_runtime.techniques.vocabulary import Vocabulary

Seen = tuple[str, dict[str, str], str, str]
"""Verdict ("+" accepted, "-" refused), test data, the last action, the last expected result."""


def written(statement: str) -> list[Seen]:
    """The cases of a document that holds only `statement`; each has passed every gate."""
    read = document(f"## REQ-1\n\n{statement}\n")
    (found,) = read.requirements
    accepted: list[Case] = []
    for point in design(found, read, Options(), Vocabulary.of(read.requirements)).points:
        case = rules.write(found, point, document_id="D", document=read)
        assert judge(case, found, read, point, accepted) == []
        accepted.append(case)
    return [
        ("+" if case.polarity == "positive" else "-", dict(case.test_data), case.steps[-1].action, case.steps[-1].expected)
        for case in accepted
    ]

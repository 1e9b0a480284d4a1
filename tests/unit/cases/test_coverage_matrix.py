"""The matrix requirement × atom × case and its gaps."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.cases.coverage_matrix import COLUMNS, FoundAtom, FoundCase, MatrixRow, cells, row
from testgen_runtime.cases.model import StaleReason, Status
from testgen_runtime.cases.staleness import reason

ATOMS = [FoundAtom(requirement_id="R", id=name, kind="limit", text=name) for name in ("a", "b")]


def case(name: str, atoms: str, status: Status = "draft", stale: StaleReason | None = None) -> FoundCase:
    return FoundCase(requirement_id="R", id=name, title=name, technique="x", status=status, stale=stale, atom_ids=tuple(atoms))


def gaps(*cases: FoundCase) -> tuple[Any, ...]:
    found = row("R", "text", ATOMS, cases)
    return (found.gap, *(atom.gap for atom in found.atoms))


def test_a_requirement_without_a_case_is_the_worst_gap() -> None:
    assert gaps() == ("no-case", "not-exercised", "not-exercised")
    assert gaps(case("1", "ab", "rejected")) == gaps(case("1", "ab", "confirmed", "point-gone")) == gaps()


def test_an_atom_is_closed_by_a_confirmed_case_only() -> None:
    assert gaps(case("1", "a", "confirmed")) == ("not-exercised", None, "not-exercised")
    assert gaps(case("1", "a", "confirmed"), case("2", "b")) == ("not-confirmed", None, "not-confirmed")
    assert gaps(case("1", "a", "confirmed"), case("2", "ab", "confirmed")) == (None, None, None)


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "ab"]), st.sampled_from(get_args(Status))), max_size=5))
def test_the_table_tells_every_atom_and_every_case(given_cases: list[tuple[str, Status]]) -> None:
    cases = [case(str(n), atoms, status) for n, (atoms, status) in enumerate(given_cases)]
    found: MatrixRow = row("R", "text", ATOMS, cases)

    lines = list(cells(found))

    assert all(len(line) == len(COLUMNS) for line in lines)
    assert {line[2] for line in lines} - {""} == {"a", "b"}
    assert {line[6] for line in lines} - {""} == {one.id for one in cases}


def test_why_a_case_is_stale() -> None:
    assert reason("R", changed=[], removed=[]) is None
    assert reason("R", changed=["R"], removed=[]) == "requirement-changed"
    assert reason("R", changed=["R"], removed=["R"]) == "requirement-removed"
    assert reason("R", changed=[], removed=[], point="p", points=["q"]) == "point-gone"
    assert reason("R", changed=[], removed=[], point="p", points=["p"]) is None

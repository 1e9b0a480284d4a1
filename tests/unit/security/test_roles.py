"""The matrix of roles (S4-070): one table, without a gap or a double."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from testgen_runtime.errors import Forbidden, InvalidInput
from testgen_runtime.security.keys import Grant, Principal
from testgen_runtime.security.roles import (
    BY_NAME,
    MATRIX,
    Operation,
    RateClass,
    Role,
    as_markdown,
    includes,
    operation_of,
    rate_class,
)
from testgen_runtime.security.service import _check, allow_operation, allow_scope

PAGE = Path(__file__).parents[3] / "docs" / "SECURITY.md"


def test_every_operation_and_every_route_is_named_once() -> None:
    routes = Counter(route for operation in MATRIX for route in operation.routes)

    assert len(BY_NAME) == len(MATRIX)
    assert {route for route, times in routes.items() if times > 1} == set()


def test_the_page_shows_the_matrix_as_it_is() -> None:
    assert as_markdown() in PAGE.read_text(encoding="utf-8"), as_markdown()


@pytest.mark.parametrize("operation", MATRIX, ids=lambda one: one.name)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_an_operation_exactly_if_it_includes_the_least_one(operation: Operation, role: Role) -> None:
    caller = Principal("key_1", "somebody", role)
    order = ["viewer", "tester", "reviewer", "admin"]
    if order.index(role.value) >= order.index(operation.role.value):
        assert allow_operation(caller, operation.name) is caller
    else:
        with pytest.raises(Forbidden):
            allow_operation(caller, operation.name)


@pytest.mark.parametrize("operation", MATRIX, ids=lambda one: one.name)
def test_a_narrowed_key_may_do_its_scopes_alone(operation: Operation) -> None:
    for one in MATRIX:
        caller = Principal("key_1", "somebody", Role.ADMIN, frozenset({one.name}))
        if one is operation:
            assert allow_operation(caller, one.name) is caller
        else:
            with pytest.raises(Forbidden, match="narrowed"):
                allow_operation(caller, operation.name)


def test_a_narrowed_key_may_not_use_a_route_that_the_matrix_does_not_know() -> None:
    with pytest.raises(Forbidden):
        allow_scope(Principal("key_1", "somebody", Role.ADMIN, frozenset(BY_NAME)), None)


def test_a_route_is_found_by_method_and_pattern() -> None:
    assert operation_of("GET", "/api/v1/cases/{case_id}") is BY_NAME["cases:read"]
    assert operation_of("HEAD", "/api/v1/cases/{case_id}") is BY_NAME["cases:read"]
    assert operation_of("DELETE", "/api/v1/cases/{case_id}") is None


def test_an_unknown_route_counts_by_its_method() -> None:
    assert rate_class("GET", None) is RateClass.READS
    assert rate_class("DELETE", None) is RateClass.WRITES
    assert rate_class("POST", BY_NAME["generate"]) is RateClass.GENERATION


@pytest.mark.parametrize(
    ("held", "asked", "has"),
    [
        (None, None, True),
        (None, {"exports"}, True),
        ({"exports"}, None, False),
        ({"exports"}, {"exports"}, True),
        ({"exports", "search"}, {"exports"}, True),
        ({"exports"}, {"exports", "search"}, False),
    ],
)
def test_who_has_everything_of_what(held: set[str] | None, asked: set[str] | None, has: bool) -> None:
    def frozen(scopes: set[str] | None) -> frozenset[str] | None:
        return frozenset(scopes) if scopes is not None else None

    assert includes(frozen(held), frozen(asked)) is has


@pytest.mark.parametrize(
    ("role", "scopes", "words"),
    [
        (Role.TESTER, {"everything"}, "there is no everything"),
        (Role.TESTER, set(), "could do nothing"),
        (Role.VIEWER, {"cases:read", "generate"}, "generate needs the role tester"),
    ],
)
def test_a_key_that_could_not_work_is_not_made(role: Role, scopes: set[str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        _check(Grant("somebody", role, frozenset(scopes)))

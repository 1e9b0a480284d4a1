"""Hundreds of specs drawn from the schema: the good ones are accepted, the bad ones refused with their place. No traceback."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from tests.unit.operator.broken_specs import Broken, broken
from tests.unit.operator.build import resource
from tests.unit.operator.strategies import specs

from testgen_operator.resources.project import InvalidProject, parse


@settings(max_examples=300, deadline=None)
@given(specs())
def test_a_valid_spec_is_accepted(spec: dict[str, object]) -> None:
    assert parse(resource(spec)).spec is not None


@settings(max_examples=300, deadline=None)
@given(broken())
def test_an_invalid_spec_is_refused_with_the_fields_path_and_a_mend(case: Broken) -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource(case.spec, name=case.name))
    assert all(problem.message for problem in refusal.value.problems)
    assert any(re.sub(r"\[\d+\]", "", problem.field).startswith(case.path) for problem in refusal.value.problems)

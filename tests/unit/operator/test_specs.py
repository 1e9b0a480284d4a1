"""Hundreds of specs drawn from the schema: the good ones become Ready or say by a named reason why not, the bad ones are refused
with their place and a mend. No traceback. The same on a real API server: tests/cluster/test_specs.py.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.admission_table import REFUSED, Refused
from tests.unit.operator.broken_specs import PLACES, Broken, alone, broken
from tests.unit.operator.build import Simulated, resource
from tests.unit.operator.strategies import specs

from testgen_operator.cluster.kinds import OPTIONAL
from testgen_operator.resources.project import InvalidProject, parse
from testgen_operator.resources.rules import RULES, Rule
from testgen_operator.status import compute
from testgen_operator.status.reasons import Reason

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SERVED = frozenset((kind.api_version, kind.kind) for kind in OPTIONAL)
AT_REST = {Reason.SUSPENDED, Reason.SCALED_TO_ZERO}
"""What a team asked for, and neither Ready nor on its way nor a fault."""
DO = "add|remove|set|write|choose|lower|raise|rename|correct|name|give|put|change|restore"
MEND = re.compile(
    rf"[:;.,(] ?(?:and |or )?(?:{DO})\b|\bmust (?:be|hold|start) |: `kubectl \S+|: to is an earlier one that `kubectl "
)
"""How a rule of ours says what to do: a clause that begins with it, the form that the value must have, or where it is found."""


@settings(max_examples=300, deadline=None)
@given(specs())
def test_a_valid_spec_is_accepted(spec: dict[str, object]) -> None:
    assert parse(resource(spec)).spec is not None


@settings(max_examples=300, deadline=None)
@given(spec=specs(), brought=st.booleans(), served=st.sampled_from([frozenset(), SERVED]))
def test_a_valid_spec_becomes_ready_or_says_by_a_named_reason_why_not(
    spec: dict[str, Any], brought: bool, served: frozenset[tuple[str, str]]
) -> None:  # issue 6: 300 specs
    cluster = Simulated(parse(resource(spec)), served=served)
    if brought:
        cluster.bring()
    cluster.converge(40)
    status = compute(cluster.project, cluster.facts(), {}, NOW, wanted=cluster.plan())
    found = {one["type"]: one for one in status["conditions"]}
    assert all(one["reason"] in set(Reason) for one in found.values())
    if found["Ready"]["status"] != "True":
        told = [found[name] for name in ("Stalled", "Reconciling") if found[name]["status"] == "True"]
        assert told or found["Ready"]["reason"] in AT_REST, found["Ready"]
        assert all(one["message"] for one in (*told, found["Ready"]))


@settings(max_examples=300, deadline=None)
@given(broken())
def test_an_invalid_spec_is_refused_with_the_fields_path_and_a_mend(case: Broken) -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource(case.spec, name=case.name))
    assert [problem for problem in refusal.value.problems if not says_what_to_do(problem.message)] == []
    assert case.path in [problem.field for problem in refusal.value.problems]


def says_what_to_do(message: str) -> bool:
    return bool(MEND.search(message))


def test_every_field_with_every_impossible_value_is_refused_at_its_whole_path_with_a_mend() -> None:
    cases = list(alone())
    assert len(cases) > 1_000
    for case in cases:
        with pytest.raises(InvalidProject) as refusal:
            parse(resource(case.spec))
        [problem] = [one for one in refusal.value.problems if one.field == case.path]
        assert says_what_to_do(problem.message), problem


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.at}: {rule.message}")
def test_every_rule_says_what_to_do(rule: Rule) -> None:
    assert MEND.search(rule.message)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.at == "spec" and not rule.of], ids=lambda rule: rule.message)
def test_a_rule_of_the_whole_spec_begins_with_the_field_that_it_speaks_of(rule: Rule) -> None:
    """The API server gives `spec` as its place, where the rule names none (`of`)."""
    assert tuple(rule.message.split()[0].rstrip(":").split(".")) in {path for path, _ in PLACES}


@pytest.mark.parametrize(
    "message",
    [
        "is wrong: it should be another",
        "Field required",
        "Input should be a valid string",
        "Tuple should have at least 1 item after validation, not 0",
        "must not",
    ],
)
def test_words_that_leave_a_person_alone_are_no_mend(message: str) -> None:
    assert not says_what_to_do(message)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_what_breaks_a_rule_is_refused_with_a_path_in_it_and_a_mend(case: Refused) -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource(case.spec, name=case.name))
    told = [problem for problem in refusal.value.problems if problem.field == case.path]
    assert any((case.own_words or case.words) in str(problem) for problem in told), refusal.value
    for problem in refusal.value.problems:
        assert says_what_to_do(problem.message), problem
        assert problem.field == "metadata.name" or is_in(case.spec, problem.field), problem


def is_in(spec: Any, field: str) -> bool:
    """Whether a path leads to something that was written; its last step may be what is missing."""
    steps = re.findall(r"[^.\[\]]+", field)
    assert steps[0] == "spec"
    for number, step in enumerate(steps[1:], 2):
        if isinstance(spec, list):
            spec = spec[int(step)]
        elif step in spec:
            spec = spec[step]
        else:
            return number == len(steps)
    return True

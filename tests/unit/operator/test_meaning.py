"""Every field of a spec in every kind of project is refused with its path and a mend, or it changes what the operator makes."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.build import resource
from tests.unit.operator.effects import BASES, FIELDS, Json, Path, World, changed, parents, values
from tests.unit.operator.strategies import specs
from tests.unit.operator.test_specs import MEND

from testgen_operator.resources.project import InvalidProject, TestGenProject, parse

WITHOUT_EFFECT: Final[dict[tuple[str, str], str]] = {
    ("exposure.requestsPerMinute", "exposure Gateway"): "which controller is behind a Gateway is not known; a condition tells",
    ("exposure.maxConnections", "exposure Gateway"): "which controller is behind a Gateway is not known; a condition tells",
    ("stores.deletionPolicy", "postgres External"): "no store is run, and so it may stand for those that a later spec has",
}
"""Fields that are accepted in this kind of project and change nothing, with the reason."""
ELSEWHERE: Final = {
    "rollout": "its rules are in rules_rollout.py; what it changes is shown by the tests of rollouts",
}


def accepted(spec: Json) -> TestGenProject | None:
    try:
        return parse(resource(spec))
    except InvalidProject as refusal:
        for problem in refusal.problems:
            assert problem.field.startswith("spec"), problem
            assert MEND.search(problem.message), problem
        return None


def judged(world: World, path: Path, base_spec: Json) -> bool | None:
    """Whether a field changes anything; None where it is refused, has no other value, or its list has no item."""
    spec = parents(base_spec, path)
    if spec is None:
        return None
    without = spec if accepted(spec) else base_spec  # some objects need the very field
    before, base = world.outcome(without), parse(resource(without)).spec
    found: bool | None = None
    for value in values(path):
        tried = changed(spec, path, value)
        project = accepted(tried)
        if project is None or project.spec == base:
            continue
        if world.outcome(tried) != before:
            return True
        found = False
    return found


@pytest.mark.parametrize("title", BASES)
def test_a_field_that_is_accepted_changes_something(title: str) -> None:  # issue 6, item 7
    world, kind = World(BASES[title]), title.partition(", ")[2]
    idle = [
        dotted
        for path in FIELDS
        if path[0] not in ELSEWHERE and judged(world, path, BASES[title]) is False
        if ((dotted := ".".join(path)), kind) not in WITHOUT_EFFECT
    ]
    assert idle == []


def test_the_walk_knows_values_of_every_field() -> None:
    """Or says that it is another's: a list of objects is walked by its items, a name is shared with who refers to it."""
    without = {".".join(path) for path in FIELDS if not values(path) and path[0] not in ELSEWHERE}
    assert without == {"llm.providers", "llm.routes", "llm.providers[].name", "llm.routes[].provider"}


@pytest.mark.parametrize(("dotted", "kind"), WITHOUT_EFFECT)
def test_what_is_excused_really_has_no_effect(dotted: str, kind: str) -> None:
    title = f"Monolith, {kind}"
    assert judged(World(BASES[title]), tuple(dotted.split(".")), BASES[title]) is False


@settings(max_examples=40, deadline=None)
@given(specs(), st.lists(st.sampled_from(list(FIELDS)), min_size=6, max_size=6, unique=True))
def test_in_whatever_project_a_field_that_is_accepted_changes_something(spec: Json, paths: list[Path]) -> None:
    awake = {name: value for name, value in spec.items() if name != "suspend"}  # what sleeps shows little
    world = World(awake)
    excused = {dotted for dotted, _ in WITHOUT_EFFECT}
    for path in paths:
        if path[0] not in ELSEWHERE and ".".join(path) not in excused:
            assert judged(world, path, awake) is not False, ".".join(path)

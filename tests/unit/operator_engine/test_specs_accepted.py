"""A spec is held against all rules once; whatever could change the answer asks them again."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.operator_engine.objects import project

from testgen_operator.cluster.cache import Key
from testgen_operator.reconcile.specs import Specs
from testgen_operator.resources import project as resources
from testgen_operator.resources.project import InvalidProject, TestGenProject

SHOP = Key("team", "shop")
BROKEN = {"llm": {"providers": [{"name": "a"}]}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that the rules were asked about."""
    found: list[int] = []
    real = resources.validate

    def counted(one: TestGenProject) -> Any:
        found.append(one.generation)
        return real(one)

    monkeypatch.setattr(resources, "validate", counted)
    return found


def generation(number: int, *, uid: str = "p1", spec: dict[str, Any] | None = None) -> dict[str, Any]:
    live = project(uid=uid, version=number, spec=spec or {})
    live["metadata"]["generation"] = number
    return live


def test_an_accepted_generation_is_not_asked_about_again(asked: list[int]) -> None:
    specs = Specs()
    for _ in range(3):
        assert specs.parse(SHOP, generation(1)).generation == 1
    assert asked == [1]


def test_a_new_generation_and_a_new_project_of_the_name_are(asked: list[int]) -> None:
    specs = Specs()
    for live in (generation(1), generation(2), generation(2, uid="p2"), generation(2, uid="p2")):
        specs.parse(SHOP, live)
    assert asked == [1, 2, 2]


def test_a_broken_spec_is_refused_at_every_pass_also_after_a_good_one(asked: list[int]) -> None:
    specs = Specs()
    specs.parse(SHOP, generation(1))
    for _ in range(2):
        with pytest.raises(InvalidProject):
            specs.parse(SHOP, generation(2, spec=BROKEN))
    assert asked == [1, 2, 2]


def test_what_is_no_spec_at_all_is_refused_although_its_generation_was_accepted() -> None:
    """An API server that took in a value of another type, or an operator that no longer knows a field."""
    specs = Specs()
    specs.parse(SHOP, generation(1))
    with pytest.raises(InvalidProject):
        specs.parse(SHOP, generation(1, spec={"replcas": 3}))


def test_a_project_that_is_gone_is_forgotten(asked: list[int]) -> None:
    specs = Specs()
    specs.parse(SHOP, generation(1))
    specs.forget(SHOP)
    specs.parse(SHOP, generation(1))
    assert asked == [1, 1]

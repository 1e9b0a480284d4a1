"""Specs that break the schema at one place, as hypothesis draws them: a valid spec, and a field of it made impossible."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from tests.admission_table import REFUSED
from tests.unit.operator.strategies import specs

from testgen_operator.resources.crds import project_definition

Json = dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """`path` is where the refusal must point, as far as the schema alone says."""

    spec: Json
    path: str
    name: str = "shop"


def schema() -> Json:
    [version] = project_definition()["spec"]["versions"]
    found: Json = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return found


def places(node: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Every field outside lists, with its own schema."""
    for name, below in node.get("properties", {}).items():
        yield (*path, name), below
        yield from places(below, (*path, name))


PLACES = list(places(schema()))


def impossible(node: Json) -> list[Any]:
    """Values that this field's schema refuses whatever stands elsewhere."""
    kind = node.get("type")
    if node.get("x-kubernetes-int-or-string"):
        return [{}, [1], "x" * 21]
    if "enum" in node:
        return ["nonsense", 7]
    if kind == "integer":
        return [node.get("maximum", 2**31) + 1, node.get("minimum", 0) - 1, "three", 1.5]
    if kind == "boolean":
        return ["yes", 1]
    if kind == "string":
        return [7, "x" * (node.get("maxLength", 1000) + 1), {"a": 1}]
    if kind == "array":
        return ["x", {}, [None]]
    return ["x", 7, [], {"noSuchField": 1}]


@st.composite
def broken(draw: st.DrawFn) -> Broken:
    if draw(st.integers(0, 2)) == 0:
        case = draw(st.sampled_from(REFUSED))
        return Broken(case.spec, "", case.name)
    spec = copy.deepcopy(draw(specs()))
    path, node = draw(st.sampled_from(PLACES))
    inner = spec
    for step in path[:-1]:
        inner = inner.setdefault(step, {})
    inner[path[-1]] = draw(st.sampled_from(impossible(node)))
    return Broken(spec, "spec." + ".".join(path))

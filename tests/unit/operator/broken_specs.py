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
    """`path` is the field that the refusal must name, whole and as the API server writes it; `api_path`: where that one names
    another place than the operator's own check."""

    spec: Json
    path: str
    name: str = "shop"
    api_path: str = ""


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


def impossible(node: Json) -> list[tuple[Any, str]]:
    """Values that this field's schema refuses whatever stands elsewhere, each with what the refusal adds to the field's path."""
    kind = node.get("type")
    if node.get("x-kubernetes-int-or-string"):
        return [({}, ""), ([1], ""), ("x" * 21, "")]
    if "enum" in node:
        return [("nonsense", ""), (7, "")]
    if kind == "integer":
        return [(node.get("maximum", 2**31) + 1, ""), (node.get("minimum", 0) - 1, ""), ("three", ""), (1.5, "")]
    if kind == "boolean":
        return [("yes", ""), (1, "")]
    if kind == "string":
        return [(7, ""), ("x" * (node.get("maxLength", 1000) + 1), ""), ([], "")]
    if kind == "array":
        return [("x", ""), ({}, ""), ([None], "[0]")]
    return [("x", ""), (7, ""), ([], ""), ({"noSuchField": 1}, ".noSuchField")]


def put(spec: Json, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        spec = spec.setdefault(step, {})
    spec[path[-1]] = value


def alone() -> Iterator[Broken]:
    """Every field outside lists with every impossible value, in a spec that holds nothing else."""
    for path, node in PLACES:
        for value, below in impossible(node):
            spec: Json = {}
            put(spec, path, value)
            yield Broken(spec, "spec." + ".".join(path) + below)


def of_the_table() -> list[Broken]:
    return [Broken(case.spec, case.path, case.name, case.api_path) for case in REFUSED]


@st.composite
def broken(draw: st.DrawFn) -> Broken:
    if draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(of_the_table()))
    spec = copy.deepcopy(draw(specs()))
    path, node = draw(st.sampled_from(PLACES))
    value, below = draw(st.sampled_from(impossible(node)))
    put(spec, path, value)
    return Broken(spec, "spec." + ".".join(path) + below)

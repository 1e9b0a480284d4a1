"""Which live objects already are as wanted: only the fields that we would apply are compared."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_operator.cluster.owned import difference

DESIRED: dict[str, Any] = {
    "metadata": {"labels": {"a": "1"}},
    "spec": {
        "replicas": 2,
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "main",
                        "image": "runtime:1",
                        "args": ["serve"],
                        "env": [{"name": "X", "value": "1"}],
                        "ports": [{"name": "http", "containerPort": 8000}],
                        "resources": {"requests": {"cpu": "0.5", "memory": "1Gi"}},
                        "securityContext": {"privileged": False},
                    }
                ],
                "volumes": [{"name": "scratch", "emptyDir": {}}],
            }
        },
    },
}


def as_served() -> dict[str, Any]:
    """As an API server answers: defaults filled in, quantities in canonical form, others' fields beside ours."""
    live = copy.deepcopy(DESIRED)
    live["metadata"]["labels"]["theirs"] = "x"
    live["spec"]["revisionHistoryLimit"] = 10
    container = live["spec"]["template"]["spec"]["containers"][0]
    container["resources"]["requests"]["cpu"] = "500m"
    container["ports"][0]["protocol"] = "TCP"
    container["env"].insert(0, {"name": "INJECTED", "value": "by a webhook"})
    container["imagePullPolicy"] = "IfNotPresent"
    live["spec"]["template"]["spec"]["containers"].insert(0, {"name": "sidecar", "image": "mesh"})
    return live


def test_defaults_and_other_managers_fields_are_no_difference() -> None:
    assert difference(DESIRED, as_served()) == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("spec", "replicas"), 3),
        (("metadata", "labels", "a"), "2"),
        (("spec", "template", "spec", "containers", 1, "image"), "runtime:2"),
        (("spec", "template", "spec", "containers", 1, "args"), ["serve", "--debug"]),
        (("spec", "template", "spec", "containers", 1, "env", 1, "value"), "2"),
        (("spec", "template", "spec", "containers", 1, "resources", "requests", "memory"), "2Gi"),
        (("spec", "template", "spec", "containers", 1, "securityContext", "privileged"), True),
        (("spec", "template", "spec", "volumes", 0, "name"), "renamed"),
    ],
)
def test_an_edited_field_of_ours_is_named(path: tuple[Any, ...], value: Any) -> None:  # S0-045
    live = as_served()
    at = live
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    found = difference(DESIRED, live)
    assert found
    assert found.split(".")[: len([p for p in path if isinstance(p, str)])][0] == path[0]


def test_a_removed_field_of_ours_is_a_difference() -> None:
    live = as_served()
    del live["metadata"]["labels"]["a"]
    assert difference(DESIRED, live) == "metadata.labels.a"


@pytest.mark.parametrize(
    "nothing", [{"spec": {"ingress": []}}, {"spec": {"selector": {}}}, {"spec": {"x": {"y": None}}}, {"spec": {"n": 0}}]
)
def test_what_the_server_leaves_out_because_it_is_empty_is_no_difference(nothing: dict[str, Any]) -> None:
    assert difference(nothing, {"spec": {}}) == ""


def test_true_is_not_one_and_text_is_not_a_number() -> None:
    assert difference({"a": True}, {"a": 1}) == "a"
    assert difference({"a": "1"}, {"a": 1}) == "a"


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("abc", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "env", "ports"]), inner, max_size=3),
    max_leaves=12,
)


@given(_values)
def test_every_object_is_as_wanted_by_itself(value: Any) -> None:
    assert difference(value, value) == ""


@given(_values, _values)
def test_the_comparison_is_total(desired: Any, live: Any) -> None:
    assert isinstance(difference(desired, live), str)


@pytest.mark.parametrize("name", ["selector", "matchLabels", "podSelector"])
def test_a_key_added_to_a_selector_is_a_difference(name: str) -> None:
    """Found by the soak: a Service with one key more in its selector selects nothing, and every field of ours is still there."""
    assert difference({"spec": {name: {"a": "1"}}}, {"spec": {name: {"a": "1", "theirs": "yes"}}}) == f"spec.{name}.theirs"


def test_a_label_added_by_somebody_is_theirs() -> None:
    assert difference({"metadata": {"labels": {"a": "1"}}}, {"metadata": {"labels": {"a": "1", "theirs": "yes"}}}) == ""

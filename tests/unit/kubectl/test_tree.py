"""The tree of a project."""

from __future__ import annotations

from tests.unit.kubectl.worlds import NOW, world

from testgen_operator.kubectl.views import tree
from testgen_operator.kubectl.views.text import Style


def test_every_object_stands_in_the_tree_once() -> None:
    live, children = world({"replicas": 2})
    metadata = {"name": "shop-postgres", "labels": {"app.kubernetes.io/component": "postgres"}}
    secrets = [{"kind": "PartialObjectMetadata", "metadata": metadata}]
    found = tree.nodes(live, children, secrets, NOW)

    objects = [one for group in found["components"] for one in group["objects"]]
    named = [(one["kind"], one["name"]) for one in objects]
    named += [("Pod", pod["name"]) for one in objects for pod in one.get("pods", ())]
    expected = [(one["kind"], one["metadata"]["name"]) for one in children] + [("Secret", "shop-postgres")]
    assert sorted(named) == sorted(expected)


def test_pods_stand_under_the_workload_that_selects_them() -> None:
    live, children = world({"replicas": 2})
    found = tree.nodes(live, children, [], NOW)
    [runtime] = [one for group in found["components"] for one in group["objects"] if one["kind"] == "Deployment"]

    assert (runtime["state"], len(runtime["pods"])) == ("2/2 ready", 2)


def test_branches_are_drawn_to_the_end() -> None:
    live, children = world()
    lines = tree.lines(tree.nodes(live, children, [], NOW), Style())

    assert lines[1].startswith("TestGenProject/shop")
    assert any(line.startswith("├─ all") for line in lines)
    assert any("   └─ " in line or "│  └─ " in line for line in lines)
    assert lines[-1].lstrip(" ").startswith("└─ ")

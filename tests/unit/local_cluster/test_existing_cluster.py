"""CLUSTER=existing: whose things are whose, and which images run there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testgen_cluster import deploy
from testgen_cluster.names import clone_hash
from testgen_cluster.steps import ClusterError


def an_object(kind: str, name: str, **labels: str) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, **({"labels": labels} if labels else {})}}


def test_only_what_carries_this_clones_label_is_ours() -> None:
    own = an_object("Namespace", "testgen-system", **{deploy.LOCAL_LABEL: "0123abcd"})
    others = an_object("ClusterRole", "testgen-view", **{deploy.LOCAL_LABEL: "ffffffff"})
    unlabelled = an_object("CustomResourceDefinition", "testgenprojects.testgen.dev")

    assert deploy.not_ours([own, others, unlabelled], "0123abcd") == [
        "ClusterRole testgen-view",
        "CustomResourceDefinition testgenprojects.testgen.dev",
    ]
    assert deploy.not_ours([], "0123abcd") == []


class Answering(deploy.Kubectl):
    """kubectl of a cluster that holds these objects; it only knows `get`."""

    def __init__(self, objects: list[dict[str, Any]]) -> None:
        super().__init__(Path("nowhere"))
        self.objects = objects

    def run(self, *arguments: str, stdin: str | None = None, timeout: float = 120) -> str:
        assert arguments[0] == "get"
        asked = {one for one in arguments if "/" in one}
        found = [one for one in self.objects if f"{one['kind'].lower()}/{one['metadata']['name']}" in asked]
        return json.dumps({"kind": "List", "items": found} if len(found) != 1 else found[0]) if found else ""


def test_an_installed_testgen_of_others_is_refused_in_one_line() -> None:
    there = [an_object("Namespace", "testgen-system"), an_object("Namespace", "kube-system")]

    with pytest.raises(
        ClusterError, match="Namespace testgen-system already, not made by this clone; nothing was changed"
    ) as caught:
        deploy.refuse_what_is_not_ours(Answering(there))

    assert "kube-system" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_namespace_that_the_demo_would_use_is_refused_as_well() -> None:
    with pytest.raises(ClusterError, match="Namespace testgen-demo"):
        deploy.refuse_what_is_not_ours(Answering([an_object("Namespace", "testgen-demo")]), "namespace/testgen-demo")


def test_an_empty_cluster_and_ones_own_leftovers_are_no_hindrance() -> None:
    own = {deploy.LOCAL_LABEL: clone_hash(deploy.ROOT)}

    deploy.refuse_what_is_not_ours(Answering([]))
    deploy.refuse_what_is_not_ours(Answering([an_object("Namespace", "testgen-system", **own)]))
    deploy.refuse_what_is_not_ours(
        Answering([an_object("Namespace", "testgen-system", **own), an_object("ClusterRole", "testgen-edit", **own)])
    )


def test_the_overlay_labels_what_it_installs_as_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy, "ROOT", tmp_path)

    folder = deploy.overlay(tmp_path / "build" / "overlay", {"operator": "reg:5000/o:1", "runtime": "r:1"}, owner="0123abcd")

    written = json.loads((folder / "kustomization.yaml").read_text())
    assert written["labels"] == [{"pairs": {deploy.LOCAL_LABEL: "0123abcd"}}]
    assert written["images"] == [{"name": "testgen/operator", "newName": "reg:5000/o", "newTag": "1"}]


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("testgen/operator:0.1.0", {"newName": "testgen/operator", "newTag": "0.1.0"}),
        ("registry:5000/testgen/operator:1", {"newName": "registry:5000/testgen/operator", "newTag": "1"}),
        ("registry:5000/operator@sha256:ab", {"newName": "registry:5000/operator", "digest": "sha256:ab"}),
        ("registry:5000/operator:1@sha256:ab", {"newName": "registry:5000/operator", "digest": "sha256:ab"}),
        ("registry:5000/operator", {"newName": "registry:5000/operator", "newTag": ""}),
    ],
)
def test_a_reference_is_split_as_kustomize_takes_it(ref: str, name: dict[str, str]) -> None:
    assert deploy.image_name(ref) == name


def test_the_images_to_run_are_read_from_the_named_file(tmp_path: Path) -> None:
    path = tmp_path / "images.json"
    path.write_text(json.dumps({"operator": "r/o:1", "runtime": "r/r@sha256:ab", "postgres": "r/p:1", "unknown": "x:1"}))

    assert deploy.given_images({"IMAGES": str(path)}) == {"operator": "r/o:1", "runtime": "r/r@sha256:ab", "postgres": "r/p:1"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "no JSON object"),
        ('{"operator": 1, "runtime": "r:1"}', "no JSON object"),
        ('{"runtime": "r:1"}', "does not name operator"),
        ('{"operator": "o", "runtime": "r:1"}', "neither tag nor digest"),
    ],
)
def test_images_that_cannot_be_used_are_told_with_how_to_make_them(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "images.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(ClusterError, match=words) as caught:
        deploy.given_images({"IMAGES": str(path)})

    assert "make images" in caught.value.hint
    assert "\n" not in str(caught.value)


def test_no_images_named_says_that_they_have_to_be_built_and_pushed() -> None:
    with pytest.raises(ClusterError, match=r"make images.*push.*IMAGES="):
        deploy.given_images({})

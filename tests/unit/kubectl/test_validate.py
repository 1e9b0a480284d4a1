"""`kubectl testgen validate`: the operator's own parser and rules, on what a person wrote."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.strategies import projects

from testgen_operator.kubectl import manifests
from testgen_operator.kubectl.cli import main
from testgen_operator.resources.project import Spec, TestGenProject

HEAD = "apiVersion: testgen.dev/v1alpha1\nkind: TestGenProject\n"
BOMB = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
"""Ten lines of aliases that stand for four billion values."""
GOOD = HEAD + "metadata: {name: shop}\nspec: {}\n"


def problems(text: str | bytes) -> list[str]:
    found = manifests.check(text.encode() if isinstance(text, str) else text)
    return [str(problem) for one in found for problem in one.problems]


@settings(deadline=None)
@given(projects())
def test_every_valid_project_is_valid_as_yaml_and_as_json(project: TestGenProject) -> None:
    body = {
        "apiVersion": "testgen.dev/v1alpha1",
        "kind": "TestGenProject",
        "metadata": {"name": project.name},
        "spec": project.spec.model_dump(mode="json", by_alias=True, exclude_none=True),
    }

    assert problems(yaml.safe_dump(body)) == []
    assert problems(json.dumps(body)) == []


@pytest.mark.parametrize(
    ("text", "field", "mend"),
    [
        (GOOD.replace("{}", "{replicas: 51}"), "spec.replicas", "50"),
        (GOOD.replace("{}", "{replcas: 1}"), "spec.replcas", "remove it or correct its name (replicas?)"),
        (GOOD.replace("{}", "{stores: {postgres: {external: {hots: a}}}}"), "spec.stores.postgres.external.hots", "(host?)"),
        (GOOD.replace("{}", "{llm: {providers: [{name: a, ulr: b}]}}"), "spec.llm.providers[0].ulr", "(url?)"),
        (GOOD.replace("{}", "{zzz: 1}"), "spec.zzz", "correct its name"),
        (GOOD.replace("{}", "{version: 1.10}"), "spec.version", "put it into quotes"),
        (GOOD.replace("{}", "{suspend: 'yes please'}"), "spec.suspend", "true or false"),
        (GOOD.replace("{}", "{replicas: many}"), "spec.replicas", "a whole number"),
        (GOOD.replace("{}", "{mode: Microservice}"), "spec.mode", "must be one of 'Monolith'"),
        (GOOD.replace("{}", "{stores: 5}"), "spec.stores", "write its fields below it"),
        (GOOD.replace("{}", "[]"), "spec", "must be an object"),
        (GOOD.replace("shop", "Shop"), "metadata.name", "start with a letter"),
        (GOOD.replace("{name: shop}", "{}"), "metadata.name", "name the project"),
        (GOOD.replace("{name: shop}", "{name: 5}"), "metadata.name", "quotes"),
        (GOOD.replace("v1alpha1", "v2"), "apiVersion", "write testgen.dev/v1alpha1"),
        (GOOD.replace("TestGenProject", "TestgenProject"), "kind", "write TestGenProject"),
        (GOOD + "spce: {}\n", "spce", "unknown field"),
        (GOOD + "spec: {}\n", "document", "line 5, column 1: 'spec' stands twice"),
        ("a: [1\n", "document", "line 2"),
        ("- just\n- a list\n", "document", "is no object"),
        ("", "document", "is empty"),
        (b"\xff\xfe\x00bad", "document", "UTF-8"),
        (GOOD + "x" * manifests.LARGEST, "document", "larger than 1024 KiB"),
        (HEAD + "metadata: {name: shop}\nspec: " + "{a: " * 100 + "1" + "}" * 100, "document", "nested deeper"),
        (BOMB, "document", "more than 50000 values"),
        ("base: &b {x: 1}\nspec: {<<: *b}\n", "document", "write the fields out"),
        (GOOD.replace("{}", "!!python/object/apply:os.system ['true']"), "document", "line 4"),
        (GOOD.replace("{}", "{version: !!binary aGk=}"), "document", "a value of type bytes, which JSON has no word for"),
        (GOOD.replace("{}", "{replicas: .nan}"), "document", "holds nan"),
        (GOOD.replace("{}", "{replicas: !!set {1}}"), "document", "a value of type set"),
        (GOOD.replace("{name: shop}", "{name: shop, labels: 5}"), "metadata.labels", "names with a text each"),
        (GOOD.replace("{name: shop}", "{name: shop, annotations: {a: 1}}"), "metadata.annotations", "into quotes"),
        (GOOD.replace("{name: shop}", "{name: shop, namespace: Bad_NS}"), "metadata.namespace", "no name of a namespace"),
        (GOOD.replace("{name: shop}", "{name: shop, generation: abc, uid: 5}") + "status: hello\n", "", ""),
        (GOOD.replace("{}", "{version: 2026-01-01}").replace("spec", "spec"), "", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_field_and_mend(text: str | bytes, field: str, mend: str) -> None:
    found = problems(text)

    if not field:
        assert found == []  # a date is text, as for kubectl
    else:
        assert any(one.startswith(f"{field}: ") and mend in one for one in found), found


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_fall_over(text: str) -> None:
    manifests.check(text.encode())


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_no_bytes_make_it_fall_over(text: bytes) -> None:
    manifests.check(text)


BELOW: Final = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5) | st.binary(max_size=3) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("metadata", "spec", "status", "kind"), BELOW)))
def test_nothing_below_a_valid_head_makes_it_fall_over(more: dict[str, Any]) -> None:
    whole = {"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "metadata": {"name": "shop"}, "spec": {}} | more
    manifests.check(yaml.safe_dump(whole).encode())


@settings(deadline=None)
@given(st.sampled_from(sorted(Spec.model_json_schema(by_alias=True)["properties"])), BELOW)
def test_no_value_of_a_field_makes_it_fall_over(field: str, value: Any) -> None:
    manifests.check(HEAD.encode() + yaml.safe_dump({"metadata": {"name": "shop"}, "spec": {field: value}}).encode())


def test_a_release_is_the_operators_and_nothing_to_be_judged() -> None:
    [found] = manifests.check(GOOD.replace("TestGenProject", "TestGenRelease").encode())
    assert (found.is_ours, found.problems) == (False, ())


def test_what_is_allowed_and_worth_a_word_is_said_and_refuses_nothing(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "risky.yaml"
    file.write_text(GOOD.replace("{}", "{environment: Production, image: testgen/runtime, stores: {deletionPolicy: Delete}}"))

    assert main(["validate", str(file)]) == 0
    said = capsys.readouterr().out
    assert "shop: valid" in said
    assert "shop: warning: spec.image: names no fixed version" in said
    assert main(["validate", "-o", "json", str(file)]) == 0
    [shown] = json.loads(capsys.readouterr().out)["documents"]
    assert {"spec.image", "spec.stores.deletionPolicy"} <= {one["field"] for one in shown["warnings"]}


def test_other_kinds_are_left_alone() -> None:
    found = manifests.check(b"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\n" + GOOD.encode())

    assert [(one.kind, one.is_ours, one.problems) for one in found] == [("Secret", False, ()), ("TestGenProject", True, ())]


def test_items_of_a_list_are_checked() -> None:
    items = [yaml.safe_load(GOOD), yaml.safe_load(GOOD) | {"spec": {"replicas": -1}}]
    found = manifests.check(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}).encode())

    assert [bool(one.problems) for one in found] == [False, True]


def test_the_command_says_no_with_exit_code_1(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "bad.yaml"
    file.write_text(GOOD.replace("{}", "{replicas: 51}"))

    assert main(["validate", str(file)]) == 1
    assert "shop: spec.replicas:" in capsys.readouterr().out
    assert main(["validate", "-o", "json", str(file)]) == 1
    assert json.loads(capsys.readouterr().out)["documents"][0]["problems"][0]["field"] == "spec.replicas"


def test_the_command_says_yes_with_exit_code_0(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "good.yaml"
    file.write_text(GOOD)

    assert main(["validate", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: shop: valid\n"


def test_a_file_that_is_not_there_has_its_own_exit_code(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["validate", "/no/such/file"]) == 3
    assert "can't read" in capsys.readouterr().err


def test_a_file_without_a_project_is_not_called_valid(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "other.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")

    assert main(["validate", str(file)]) == 1
    assert "There is no TestGenProject in it" in capsys.readouterr().err

"""The CustomResourceDefinition: up to date, structural, and at one with the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.operator.build import resource

from testgen_operator.resources import crds
from testgen_operator.resources.project import Spec, parse
from testgen_operator.resources.rules import RULES
from testgen_operator.resources.schema import check
from testgen_operator.resources.status import Status

ROOT = Path(__file__).parents[3]
SCHEMA = crds.project_definition()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def nodes(schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield at, schema
    for name, below in schema.get("properties", {}).items():
        yield from nodes(below, f"{at}.{name}".lstrip("."))
    if "items" in schema:
        yield from nodes(schema["items"], f"{at}[]")


NODES = dict(nodes(SCHEMA))


def test_the_generated_files_are_up_to_date() -> None:
    assert crds.main(["--check"]) == 0, "run `make crds`"


def test_an_outdated_file_is_found_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crds.main(["--check", "--root", str(tmp_path)]) == 1
    assert "run `make crds`" in capsys.readouterr().err
    assert crds.main(["--write", "--root", str(tmp_path)]) == 0
    assert crds.main(["--check", "--root", str(tmp_path)]) == 0


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.cel], ids=lambda rule: f"{rule.at}: {rule.message[:40]}")
def test_every_rule_is_at_its_place(rule: Any) -> None:
    assert check(rule) in NODES[rule.at].get("x-kubernetes-validations", [])


@pytest.mark.parametrize(("at", "node"), [(at, node) for at, node in NODES.items() if at.startswith(("spec", "status"))])
def test_every_field_is_described_and_bounded(at: str, node: dict[str, Any]) -> None:
    """Bounds keep objects small, and the API server's estimate of what the rules cost."""
    if node.get("x-kubernetes-int-or-string"):
        return
    assert node["type"] in {"object", "array", "string", "integer", "boolean"}
    if not at.endswith("[]"):
        assert node.get("description"), at
    if node["type"] == "array":
        assert "maxItems" in node
        assert "x-kubernetes-list-type" in node
    if node["type"] == "string" and "format" not in node:
        assert "enum" in node or "maxLength" in node, at
    if node["type"] == "integer" and at.startswith("spec"):
        assert "minimum" in node
        assert "maximum" in node


def test_a_status_has_no_defaults() -> None:
    """The API server would add them to what was written, and the operator would write again, for ever."""
    assert not [at for at, node in NODES.items() if at.startswith("status") and "default" in node]


def test_defaults_of_the_schema_are_those_of_the_models() -> None:
    def filled(schema: dict[str, Any]) -> Any:
        """What the API server makes of an absent value."""
        value = schema.get("default")
        if isinstance(value, dict):
            value = dict(value)
            for name, below in schema["properties"].items():
                if name not in value and (default := filled(below)) is not None:
                    value[name] = default
        return value

    model = Spec().model_dump(mode="json", by_alias=True, exclude_none=True)
    assert filled(SCHEMA["properties"]["spec"]) == model


def test_columns_are_those_of_the_design() -> None:
    columns = crds.project_definition()["spec"]["versions"][0]["additionalPrinterColumns"]
    assert [one["name"].upper() for one in columns if not one.get("priority")] == [
        "MODE",
        "VERSION",
        "READY",
        "ROLLOUT",
        "URL",
        "AGE",
    ]
    assert [one["name"].upper() for one in columns if one.get("priority")] == ["BACKUP", "REASON"]


def test_status_fields_of_columns_and_scale_exist() -> None:
    fields = set(Status().model_dump(by_alias=True))
    assert {"endpoint", "conditions", "release", "replicas", "selector"} <= fields


@pytest.mark.parametrize("path", sorted((ROOT / "gitops" / "samples").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_sample_is_valid(path: Path) -> None:
    raw = yaml.safe_load(path.read_text())
    assert parse({**resource(), **raw, "metadata": {**resource()["metadata"], **raw["metadata"]}})

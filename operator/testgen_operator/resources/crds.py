"""Writes what is generated: the CustomResourceDefinitions and their reference, the operator's rights, the table of conditions.
`python -m testgen_operator.resources.crds --write`, or `--check` to fail where one of them is not up to date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from testgen_operator import names
from testgen_operator.resources import reference
from testgen_operator.resources.project import Spec
from testgen_operator.resources.rules import RULES
from testgen_operator.resources.schema import Json, check, structural, without_defaults
from testgen_operator.resources.status import Status


def condition(kind: str, field: str) -> str:
    return f'.status.conditions[?(@.type=="{kind}")].{field}'


COLUMNS: Final[tuple[Json, ...]] = (
    {"name": "Mode", "type": "string", "jsonPath": ".spec.mode"},
    {"name": "Version", "type": "string", "jsonPath": ".status.release.active.version"},
    {"name": "Ready", "type": "string", "jsonPath": condition("Ready", "status")},
    {"name": "Rollout", "type": "string", "jsonPath": condition("RolloutSucceeded", "reason")},
    {"name": "URL", "type": "string", "jsonPath": ".status.endpoint"},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    {"name": "Backup", "type": "string", "priority": 1, "jsonPath": condition("BackupsHealthy", "reason")},
    {"name": "Reason", "type": "string", "priority": 1, "jsonPath": condition("Ready", "reason")},
)


def project_definition() -> Json:
    """The CustomResourceDefinition of TestGenProject."""
    whole = [rule for rule in RULES if not rule.at]
    schema: Json = {
        "type": "object",
        "description": "A project: the databases, runtime and endpoint that turn requirement documents into test cases.",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string", "description": "Version of this schema."},
            "kind": {"type": "string", "description": "Name of this kind."},
            "metadata": {"type": "object"},
            # In full: the API server checks the rules against the default as it is written.
            "spec": {
                **structural(Spec, RULES, "spec"),
                "default": Spec().model_dump(mode="json", by_alias=True, exclude_none=True),
            },
            "status": without_defaults(structural(Status)),
        },
        "x-kubernetes-validations": [check(rule) for rule in whole],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{names.PLURAL}.{names.GROUP}",
            "labels": {names.LABEL_NAME: names.OPERATOR, names.LABEL_PART_OF: names.PRODUCT},
        },
        "spec": {
            "group": names.GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": names.KIND,
                "listKind": f"{names.KIND}List",
                "plural": names.PLURAL,
                "singular": names.KIND.lower(),
                "shortNames": ["tgp"],
                "categories": [names.CATEGORY],
            },
            "versions": [
                {
                    "name": names.VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": {
                        "status": {},
                        "scale": {
                            "specReplicasPath": ".spec.replicas",
                            "statusReplicasPath": ".status.replicas",
                            "labelSelectorPath": ".status.selector",
                        },
                    },
                    "additionalPrinterColumns": list(COLUMNS),
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


class _Plain(yaml.SafeDumper):
    """YAML without anchors: kustomize and people read it as it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def rendered() -> dict[str, str]:
    """Every generated file, by its path in the repository."""
    # The pages and rights that other rooms own are imported here, where files are written: no model needs them.
    from testgen_operator import rbac
    from testgen_operator.status import reasons, runbooks

    definition = project_definition()
    return {
        f"crds/{names.GROUP}_{names.PLURAL}.yaml": as_yaml("resources", definition),
        "gitops/base/rbac.yaml": as_yaml("rbac.py", *rbac.manifests()),
        "gitops/components/webhook/rbac.yaml": as_yaml("rbac.py", *rbac.webhook_manifests()),
        "docs/CRD.md": reference.page(definition),
        "docs/CONDITIONS.md": reasons.page(),
        "docs/REASONS.md": runbooks.page(),
    }


def as_yaml(source: str, *documents: Json) -> str:
    text = yaml.dump_all(documents, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return f"# Generated from operator/testgen_operator/{source} by `make crds`; do not edit.\n{text}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the generated files from the code, or say which of them are out of date."""
    parser = argparse.ArgumentParser(prog="python -m testgen_operator.resources.crds", description=main.__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write the files")
    what.add_argument("--check", action="store_true", help="fail if a file is not what it would be written as")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[3], help="the repository (default: this one)")
    given = parser.parse_args(arguments)
    late = []
    for name, text in rendered().items():
        path: Path = given.root / name
        if given.write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            late.append(name)
    for name in late:
        sys.stderr.write(f"{name} is out of date: run `make crds`\n")
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())

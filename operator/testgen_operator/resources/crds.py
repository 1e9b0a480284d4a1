"""Writes what is generated: the CustomResourceDefinitions and their reference, the operator's rights, the table of conditions.
`python -m testgen_operator.resources.crds --write`, or `--check` to fail where one of them is not up to date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel

from testgen_operator import names
from testgen_operator.resources import reference
from testgen_operator.resources.project import Spec
from testgen_operator.resources.release_schema import ReleaseSpec, ReleaseStatus
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
RELEASE_COLUMNS: Final[tuple[Json, ...]] = (
    {"name": "#", "type": "integer", "jsonPath": ".spec.sequence"},
    {"name": "Project", "type": "string", "jsonPath": ".spec.project"},
    {"name": "Version", "type": "string", "jsonPath": ".spec.version"},
    {"name": "Strategy", "type": "string", "jsonPath": ".spec.strategy"},
    {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
    {"name": "Outcome", "type": "string", "jsonPath": ".status.outcome"},
    {"name": "Reason", "type": "string", "jsonPath": ".status.reason"},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    {"name": "Colour", "type": "string", "priority": 1, "jsonPath": ".status.colour"},
    {"name": "Step", "type": "string", "priority": 1, "jsonPath": ".status.step"},
    {"name": "Commit", "type": "string", "priority": 1, "jsonPath": ".spec.commit"},
    {"name": "Author", "type": "string", "priority": 1, "jsonPath": ".spec.author"},
    {"name": "Completed", "type": "date", "priority": 1, "jsonPath": ".status.completedAt"},
)


def project_definition() -> Json:
    """The CustomResourceDefinition of TestGenProject."""
    whole = [rule for rule in RULES if not rule.at]
    schema = _whole(
        "A project: the databases, runtime and endpoint that turn requirement documents into test cases.",
        {
            # In full: the API server checks the rules against the default as it is written.
            **structural(Spec, RULES, "spec"),
            "default": Spec().model_dump(mode="json", by_alias=True, exclude_none=True),
        },
        Status,
    ) | {"x-kubernetes-validations": [check(rule) for rule in whole]}
    scale: Json = {
        "specReplicasPath": ".spec.replicas",
        "statusReplicasPath": ".status.replicas",
        "labelSelectorPath": ".status.selector",
    }
    return _definition(names.KIND, names.PLURAL, "tgp", schema, COLUMNS, {"status": {}, "scale": scale})


def release_definition() -> Json:
    """The CustomResourceDefinition of TestGenRelease."""
    schema = _whole(
        "The record of one rollout of a project: what was rolled out, how far it is, and how it ended.",
        {
            **without_defaults(structural(ReleaseSpec)),
            "x-kubernetes-validations": [
                {
                    "rule": "self == oldSelf",
                    "message": "a release is a record and cannot be changed: to roll something out, change the project",
                }
            ],
        },
        ReleaseStatus,
    )
    return _definition(names.RELEASE_KIND, names.RELEASE_PLURAL, "tgr", schema, RELEASE_COLUMNS, {"status": {}})


def _whole(description: str, spec: Json, status: type[BaseModel]) -> Json:
    """The schema of a kind, around that of its spec."""
    return {
        "type": "object",
        "description": description,
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string", "description": "Version of this schema."},
            "kind": {"type": "string", "description": "Name of this kind."},
            "metadata": {"type": "object"},
            "spec": spec,
            "status": without_defaults(structural(status)),
        },
    }


def _definition(
    kind: str, plural: str, short: str, schema: Json, columns: Sequence[Json], subresources: Mapping[str, Json]
) -> Json:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{names.GROUP}",
            "labels": {names.LABEL_NAME: names.OPERATOR, names.LABEL_PART_OF: names.PRODUCT},
        },
        "spec": {
            "group": names.GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
                "shortNames": [short],
                "categories": [names.CATEGORY],
            },
            "versions": [
                {
                    "name": names.VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": dict(subresources),
                    "additionalPrinterColumns": list(columns),
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

    project, release = project_definition(), release_definition()
    return {
        f"crds/{names.GROUP}_{names.PLURAL}.yaml": as_yaml("resources", project),
        f"crds/{names.GROUP}_{names.RELEASE_PLURAL}.yaml": as_yaml("resources", release),
        "gitops/base/rbac.yaml": as_yaml("rbac.py", *rbac.manifests()),
        "gitops/components/tenant/rbac.yaml": as_yaml("rbac.py", *rbac.tenant_manifests()),
        "gitops/components/webhook/rbac.yaml": as_yaml("rbac.py", *rbac.webhook_manifests()),
        "docs/CRD.md": reference.page(project, release),
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

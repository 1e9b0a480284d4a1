"""docs/CRD.md: every field of the resource with its type, default and bounds, and every rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]


def page(project: Json, release: Json) -> str:
    """The reference of the CustomResourceDefinitions, as Markdown."""
    lines = [
        *_kind(project, "Samples are in `gitops/samples`. What each condition means is in [CONDITIONS.md](CONDITIONS.md)."),
        "## What a namespace and a cluster must offer",
        "",
        "Every pod passes Pod Security `restricted`. The stores' NetworkPolicies let only the project's own pods in; they need",
        "a network plugin that enforces them (the local cluster of `make cluster` has none). Volumes need a StorageClass, and",
        "one with `allowVolumeExpansion` to grow. Under `deletionPolicy: Retain` the claims `<project>-…-data` and the Secrets",
        "`<project>-postgres` and `<project>-neo4j` outlive the project; they belong together, delete both or neither.",
        "",
        "## Presets",
        "",
        "`profile` decides what a project does not say itself; each value can be overridden by the field of its name.",
        "",
        *_presets(),
        "",
        *_kind(
            release, "Written by the operator alone, and deleted with its project; [ROLLOUTS.md](ROLLOUTS.md) tells its story."
        ),
    ]
    return "\n".join(lines)


def _kind(definition: Json, more: str) -> Iterator[str]:
    spec = definition["spec"]
    [version] = spec["versions"]
    schema = version["schema"]["openAPIV3Schema"]
    kind = spec["names"]["kind"]
    yield from (f"# {kind}", "", "Generated from `operator/testgen_operator/resources` by `make crds`; do not edit.", "")
    yield (
        f"`apiVersion: {spec['group']}/{version['name']}`, `kind: {kind}`, short name `{spec['names']['shortNames'][0]}`, "
        f"category `{spec['names']['categories'][0]}`. {schema['description']}"
    )
    yield more
    yield from (
        "",
        "A field that is not listed here is refused by `kubectl apply` (strict field validation is kubectl's default; for a",
        "client that turns it off the field is dropped).",
        "",
        "## spec",
        "",
        "| field | type | default | what it is |",
        "|---|---|---|---|",
        *_rows(schema["properties"]["spec"], "spec"),
        "",
        "## Rules that a value must keep",
        "",
        "| field | rule |",
        "|---|---|",
        *_rules(schema, ""),
        "",
        "## status",
        "",
        "| field | type | default | what it is |",
        "|---|---|---|---|",
        *_rows(schema["properties"]["status"], "status"),
        "",
    )


def _rows(node: Json, at: str) -> Iterator[str]:
    for name, below in node.get("properties", {}).items():
        path = f"{at}.{name}"
        default = "required" if name in node.get("required", ()) else _default(below)
        yield f"| `{path}` | {_type(below)} | {default} | {_plain(below.get('description', ''))} |"
        yield from _rows(below, path)
        if "items" in below:
            yield from _rows(below["items"], f"{path}[]")


def _rules(node: Json, at: str) -> Iterator[str]:
    for rule in node.get("x-kubernetes-validations", ()):
        below = f"{at}{rule.get('fieldPath', '')}".lstrip(".")
        yield f"| `{below or 'metadata.name'}` | {_plain(rule['message'])} |"
    for name, below in node.get("properties", {}).items():
        yield from _rules(below, f"{at}.{name}".lstrip("."))
    if "items" in node:
        yield from _rules(node["items"], f"{at}[]")


def _type(node: Json) -> str:
    if node.get("x-kubernetes-int-or-string"):
        return "quantity"
    if "enum" in node:
        return " \\| ".join(f"`{one}`" for one in node["enum"])
    if node["type"] == "array":
        return f"list, ≤ {node['maxItems']}"
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f"{node['type']}, {low}…{high}"
    if low is not None or high is not None:
        return f"{node['type']}, {f'≥ {low}' if high is None else f'≤ {high}'}"
    return f"{node['type']}, ≤ {node['maxLength']}" if "maxLength" in node else str(node["type"])


def _default(node: Json) -> str:
    default = node.get("default")
    if default is None or isinstance(default, Mapping | list):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _plain(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _presets() -> Iterator[str]:
    # Here and not above: the presets are the plan's, and the plan knows the resources.
    from testgen_operator.plan.presets import PRESETS, as_json

    rows = {profile: as_json(preset) for profile, preset in PRESETS.items()}
    yield f"| | {' | '.join(rows)} |"
    yield f"|---|{'---|' * len(rows)}"
    for name in next(iter(rows.values())):
        cells = [_amount(row[name]) for row in rows.values()]
        yield f"| {name.replace('_', ' ')} | {' | '.join(cells)} |"


def _amount(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    low, high = value["requests"], value["limits"]
    return f"CPU {low['cpu']}…{high['cpu']}, memory {low['memory']}…{high['memory']}"

"""From a pydantic model to a structural schema of Kubernetes, with the CEL rules of `rules.py` at their places.

What a structural schema does not know is left out (`title`, `additionalProperties: false`: the API server prunes or, under strict
field validation, refuses unknown fields by itself); references are resolved; an optional field is one that may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from testgen_operator.resources.rules import Rule

Json = dict[str, Any]
KEPT = (
    "type",
    "description",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "x-kubernetes-preserve-unknown-fields",
)


def structural(model: type[BaseModel], rules: Sequence[Rule] = (), at: str = "") -> Json:
    """The schema of `model`; `at` is the model's own path in the resource, by which its rules are found."""
    whole = model.model_json_schema(by_alias=True, mode="validation")
    return _node(whole, whole.get("$defs", {}), rules, at)


def without_defaults(schema: Any) -> Any:
    """For a status: the API server must not add to what was written, or it would differ from what is computed for ever."""
    if isinstance(schema, Mapping):
        return {key: without_defaults(below) for key, below in schema.items() if key != "default"}
    return [without_defaults(below) for below in schema] if isinstance(schema, list) else schema


def _node(node: Mapping[str, Any], definitions: Mapping[str, Any], rules: Sequence[Rule], at: str) -> Json:
    node = _resolved(node, definitions)
    found: Json = {key: node[key] for key in KEPT if key in node}
    if "const" in node:
        found |= {"type": "string", "enum": [node["const"]]}
    if node.get("x-kubernetes-int-or-string"):
        found = {key: value for key, value in found.items() if key in {"description", "maxLength"}}
        found |= {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}
    if "properties" in node:
        found["properties"] = {
            name: _property(below, definitions, rules, f"{at}.{name}".lstrip(".")) for name, below in node["properties"].items()
        }
        if node.get("required"):
            found["required"] = sorted(node["required"])
    if "items" in node:
        found["items"] = _node(node["items"], definitions, rules, f"{at}[]")
        if "x-map-key" in node:
            found |= {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [node["x-map-key"]]}
        else:
            found["x-kubernetes-list-type"] = "atomic"
    if checks := [check(rule) for rule in rules if rule.at == at and rule.cel]:
        found["x-kubernetes-validations"] = checks
    return found


def _property(node: Mapping[str, Any], definitions: Mapping[str, Any], rules: Sequence[Rule], at: str) -> Json:
    found = _node(node, definitions, rules, at)
    if node.get("default") is not None:
        # In full, although the API server would fill nested defaults in: it checks the rules against the default as written.
        found["default"] = _without_nulls(node["default"])
    return found


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(below) for key, below in value.items() if below is not None}
    return value


def _resolved(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Json:
    """`node` without references, without the null of an optional field, with what stands beside them merged in."""
    found = dict(node)
    while "$ref" in found or "anyOf" in found or "allOf" in found:
        if "$ref" in found:
            below = definitions[found.pop("$ref").rpartition("/")[2]]
        else:
            [below] = [one for one in found.pop("anyOf", None) or found.pop("allOf") if one.get("type") != "null"]
        found = {**below, **found}
    return found


def check(rule: Rule) -> Json:
    """The row of x-kubernetes-validations that a rule becomes. Create-only rules need Kubernetes 1.30 (optionalOldSelf)."""
    found: Json = {"rule": rule.cel, "message": rule.message}
    if rule.new_only:
        found |= {"rule": f"oldSelf.hasValue() || {rule.cel}", "optionalOldSelf": True}
    if rule.of:
        found["fieldPath"] = rule.of.removeprefix(rule.at) if rule.at else f".{rule.of}"
    if "oldSelf" not in rule.cel:
        found["reason"] = "FieldValueInvalid"
    return found

"""What a schema cannot say about a TestGenProject: one table, for the CRD's CEL and for the operator's own check alike.

`validate` and `make crds` read the same rows, so the API server refuses at apply time what the operator would refuse later. The
rows of stores, modes, exposure, rollouts and of what means nothing where it stands have modules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from testgen_operator import names
from testgen_operator.resources import rules_cycles, rules_exposure, rules_meaning, rules_modes, rules_rollout, rules_stores
from testgen_operator.resources.problems import Problem
from testgen_operator.resources.rules_base import (
    BAD_REFERENCE,
    DNS_LABEL,
    MODEL,
    OBJECT_NAME,
    TAG,
    Rule,
    image,
    matches,
    plain_url,
    resources,
    storage,
    unique,
)
from testgen_operator.resources.rules_hosts import place_of_url

__all__ = ["RULES", "Rule", "broken_changes", "broken_rules"]


def _exactly_one_place(provider: Mapping[str, Any]) -> bool:
    return ("url" in provider) != ("managed" in provider)


def _routes_lead_somewhere(llm: Mapping[str, Any]) -> bool:
    known = {provider["name"] for provider in llm.get("providers", [])}
    return all(route["provider"] in known for route in llm.get("routes", []))


def _providers_are_used(llm: Mapping[str, Any]) -> bool:
    used = {route["provider"] for route in llm.get("routes", [])}
    return all(provider["name"] in used for provider in llm.get("providers", []))


def _at_most_one_managed(llm: Mapping[str, Any]) -> bool:
    return sum("managed" in provider for provider in llm.get("providers", [])) <= 1


def _reserved(endings: tuple[str, ...], *, new_only: bool = False) -> Rule:
    endings = tuple(f"-{one}" for one in endings)
    return Rule(
        "",
        f"metadata.name may not end with {', '.join(endings)}: another project's Services are called so; choose another ending",
        # endsWith and no pattern: the API server charges a match by the longest name that there could be
        f"![{', '.join(map(repr, endings))}].exists(e, self.metadata.name.endsWith(e))",
        lambda whole: not whole["metadata"]["name"].endswith(endings),
        new_only,
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "",
        f"metadata.name must start with a letter, hold only a-z, 0-9 and '-', end with a letter or digit, and have at most "
        f"{names.MAX_PROJECT_NAME} characters: its children's names are made from it",
        f"self.metadata.name.size() <= {names.MAX_PROJECT_NAME} && self.metadata.name.matches('{names.PROJECT_NAME_PATTERN}')",
        lambda whole: (
            len(whole["metadata"]["name"]) <= names.MAX_PROJECT_NAME
            and re.search(names.PROJECT_NAME_PATTERN, whole["metadata"]["name"]) is not None
        ),
    ),
    _reserved(names.RESERVED_ENDINGS),
    _reserved(names.RESERVED_FOR_NEW, new_only=True),
    matches("spec.version", TAG, "is no version: write an image tag such as 1.4.2"),
    image("spec.image"),
    matches("spec.imagePullSecrets[].name", OBJECT_NAME, BAD_REFERENCE),
    Rule("spec.imagePullSecrets", "names a Secret twice: remove one", "", unique("name")),
    *resources("spec.resources"),
    Rule(
        "spec.llm",
        "every route must name an entry of llm.providers: add the provider or correct the route's provider",
        "self.routes.all(r, self.providers.exists(p, p.name == r.provider))",
        _routes_lead_somewhere,
    ),
    Rule(
        "spec.llm",
        "every provider needs a route that says which model to use: add {provider: <name>, model: <model>} to llm.routes",
        "self.providers.all(p, self.routes.exists(r, r.provider == p.name))",
        _providers_are_used,
    ),
    Rule(
        "spec.llm",
        "at most one provider may be managed: give the others a url",
        "self.providers.filter(p, has(p.managed)).size() <= 1",
        _at_most_one_managed,
    ),
    Rule("spec.llm.providers", "has two entries of one name: rename one", "", unique("name")),
    Rule("spec.llm.routes", "has two routes for one task: remove one", "", unique("task")),
    Rule(
        "spec.llm.providers[]",
        "a provider has exactly one of url (a server that exists) and managed (one that the operator runs): remove or add one",
        "has(self.url) != has(self.managed)",
        _exactly_one_place,
    ),
    matches("spec.llm.providers[].name", DNS_LABEL, "must hold only a-z, 0-9 and '-', with a letter or digit at each end"),
    *plain_url("spec.llm.providers[].url", ("http", "https"), "http://ollama.ai.svc:11434"),
    place_of_url("spec.llm.providers[].url"),
    image("spec.llm.providers[].managed.image"),
    *storage("spec.llm.providers[].managed", "modelSource", "Pull"),
    *resources("spec.llm.providers[].managed.resources"),
    matches("spec.llm.routes[].model", MODEL, "is no model name: write it as `ollama list` shows it, such as qwen2.5-coder:1.5b"),
    *rules_cycles.RULES,
    *rules_modes.RULES,
    *rules_stores.RULES,
    *rules_exposure.RULES,
    *rules_meaning.RULES,
    *rules_rollout.RULES,
)


def broken_rules(name: str, spec: Mapping[str, Any], *, namespace: str = "", new: bool = True) -> list[Problem]:
    """The problems of a project called `name` with this spec (JSON, camelCase, defaults filled in).

    `namespace`: where it is, empty where nobody knows yet. `new`: whether it has never been accepted; one that has is not held
    against rules that are younger than it may be.
    """
    whole = {"metadata": {"name": name, "namespace": namespace}, "spec": spec}
    return [
        Problem(rule.of or path or "metadata.name", rule.message)
        for rule in RULES
        if rule.holds is not None and (new or not (rule.new_only or rule.tolerated))
        for path, node in _nodes(whole, rule.at)
        if not rule.holds(node)
    ]


CHANGES: Final = tuple(rule for rule in RULES if rule.keeps is not None)
"""What may not become of a spec, whatever the new one is in itself."""


def broken_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Problem]:
    """The problems of going from one spec to another (JSON, camelCase, defaults filled in), each valid by itself."""
    was, will = {"spec": before}, {"spec": after}
    return [
        Problem(path, rule.message)
        for rule in CHANGES
        if rule.keeps is not None
        for path, old, new in _pairs(was, will, rule.at)
        if not rule.keeps(old, new)
    ]


def _pairs(before: Any, after: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    """Every node that `at` leads to in both, with its path in `after`: an item of a list is the same one while its name is, as
    the API server has it for the lists of these rules (x-kubernetes-list-map-keys)."""
    found: list[tuple[str, Any, Any]] = [("", before, after)]
    for step in at.split("."):
        key, each = step.removesuffix("[]"), step.endswith("[]")
        both = [(f"{path}.{key}".lstrip("."), old[key], new[key]) for path, old, new in found if key in old and key in new]
        found = [one for path, old, new in both for one in _same_items(path, old, new)] if each else both
    yield from found


def _same_items(path: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[str, Any, Any]]:
    known = {one["name"]: one for one in before}
    yield from ((f"{path}[{i}]", known[one["name"]], one) for i, one in enumerate(after) if one["name"] in known)


def _nodes(whole: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Every node that `at` leads to, with its own path."""
    if "[]" not in at:
        node = whole
        for step in at.split(".") if at else ():
            if step not in node:
                return
            node = node[step]
        yield at, node
        return
    found: list[tuple[str, Any]] = [("", whole)]
    for step in at.split(".") if at else []:
        key, each = step.removesuffix("[]"), step.endswith("[]")
        below = [(f"{path}.{key}".lstrip("."), node[key]) for path, node in found if key in node]
        found = [(f"{path}[{i}]", item) for path, items in below for i, item in enumerate(items)] if each else below
    yield from found

"""What a schema cannot say about a TestGenProject: one table, for the CRD's CEL and for the operator's own check alike.

`validate` and `make crds` read the same rows, so the API server refuses at apply time what the operator would refuse later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from testgen_operator import names
from testgen_operator.resources import quantity
from testgen_operator.resources.problems import Problem

DNS_LABEL: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
OBJECT_NAME: Final = r"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$"
DATA_KEY: Final = r"^[-._a-zA-Z0-9]+$"
IMAGE: Final = r"^[a-zA-Z0-9][-a-zA-Z0-9._/:]*(@sha256:[a-f0-9]{64})?$"
MODEL: Final = r"^[a-zA-Z0-9][-a-zA-Z0-9._/:]*$"
TAG: Final = r"^[a-zA-Z0-9_][-a-zA-Z0-9._]*$"
BAD_REFERENCE: Final = "is no name of a Secret: write lower-case letters, digits, '-' and '.'"
MINIMUM_VOLUME: Final = "256Mi"


@dataclass(frozen=True)
class Rule:
    """One rule. `at` is the path of the node it speaks of (`[]`: each item of a list; empty: the object itself).

    `cel` is the expression for the CRD, with `self` as that node; `holds` the same on the node's JSON value. A rule on a change
    (`oldSelf`) has no `holds`: only the API server sees both. A rule without `cel` is enforced there by the schema itself.
    """

    at: str
    message: str
    cel: str = ""
    holds: Callable[[Any], bool] | None = None


def matches(at: str, pattern: str, message: str) -> Rule:
    quoted = pattern.replace("\\", "\\\\")
    return Rule(at, message, f"self.matches('{quoted}')", lambda value: re.search(pattern, value) is not None)


def _quantities(at: str) -> list[Rule]:
    return [
        Rule(
            f"{at}.{name}",
            f"is no quantity: write {example}",
            "isQuantity(string(self))",
            quantity.is_quantity,
        )
        for name, example in (("cpu", "cores such as 500m or 2"), ("memory", "bytes with a unit, such as 512Mi or 2Gi"))
    ]


def _resources(at: str) -> list[Rule]:
    return [
        *_quantities(f"{at}.requests"),
        *_quantities(f"{at}.limits"),
        Rule(
            at,
            "requests may not exceed limits: lower the request or raise the limit",
            " && ".join(
                f"(!has(self.requests) || !has(self.limits) || !has(self.requests.{name}) || !has(self.limits.{name})"
                f" || !isQuantity(string(self.requests.{name})) || !isQuantity(string(self.limits.{name}))"
                f" || quantity(string(self.requests.{name})).compareTo(quantity(string(self.limits.{name}))) <= 0)"
                for name in ("cpu", "memory")
            ),
            _requests_fit,
        ),
    ]


def _requests_fit(resources: Mapping[str, Any]) -> bool:
    requests, limits = resources.get("requests", {}), resources.get("limits", {})
    both = [(requests[name], limits[name]) for name in requests if name in limits]
    return all(
        quantity.parse(request) <= quantity.parse(limit)
        for request, limit in both
        if quantity.is_quantity(request) and quantity.is_quantity(limit)
    )


def _storage(at: str) -> list[Rule]:
    return [
        Rule(
            f"{at}.size",
            f"must be a quantity of at least {MINIMUM_VOLUME}, such as 10Gi",
            f"isQuantity(self) && quantity(self).compareTo(quantity('{MINIMUM_VOLUME}')) >= 0",
            lambda size: quantity.is_quantity(size) and quantity.parse(size) >= quantity.parse(MINIMUM_VOLUME),
        ),
        Rule(
            at,
            "a volume cannot shrink: write the old size or a larger one",
            "!has(oldSelf.size) || !isQuantity(oldSelf.size) || (has(self.size) && (!isQuantity(self.size) || "
            "quantity(self.size).compareTo(quantity(oldSelf.size)) >= 0))",
        ),
        Rule(
            at,
            "storageClassName cannot be changed: restore the old value, or delete the project and create it anew",
            "has(self.storageClassName) == has(oldSelf.storageClassName) && "
            "(!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
        ),
        matches(f"{at}.storageClassName", OBJECT_NAME, "is no name of a StorageClass: `kubectl get storageclass` lists them"),
    ]


def _image(at: str) -> Rule:
    return matches(at, IMAGE, "is no image reference: write repository:tag or repository@sha256:<64 hex digits>")


def _is_plain_url(url: str) -> bool:
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme in {"http", "https"} and bool(found.hostname) and not re.search(r"\s", url)


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


def _unique(key: str) -> Callable[[Any], bool]:
    return lambda items: len({item[key] for item in items}) == len(items)


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
    Rule(
        "",
        f"metadata.name may not end with -{', -'.join(names.RESERVED_ENDINGS)}: another project's Services are "
        "called so; choose another ending",
        f"!self.metadata.name.matches('{names.RESERVED_PATTERN}')",
        lambda whole: re.search(names.RESERVED_PATTERN, whole["metadata"]["name"]) is None,
    ),
    matches("spec.version", TAG, "is no version: write an image tag such as 1.4.2"),
    _image("spec.image"),
    matches("spec.imagePullSecrets[].name", OBJECT_NAME, BAD_REFERENCE),
    Rule("spec.imagePullSecrets", "names a Secret twice: remove one", "", _unique("name")),
    *_resources("spec.resources"),
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
    Rule("spec.llm.providers", "has two entries of one name: rename one", "", _unique("name")),
    Rule("spec.llm.routes", "has two routes for one task: remove one", "", _unique("task")),
    Rule(
        "spec.llm.providers[]",
        "a provider has exactly one of url (a server that exists) and managed (one that the operator runs): remove or add one",
        "has(self.url) != has(self.managed)",
        _exactly_one_place,
    ),
    matches("spec.llm.providers[].name", DNS_LABEL, "must hold only a-z, 0-9 and '-', with a letter or digit at each end"),
    Rule(
        "spec.llm.providers[].url",
        "must be an http or https URL with a host, such as http://ollama.ai.svc:11434",
        r"isURL(self) && url(self).getScheme() in ['http', 'https'] && url(self).getHostname() != '' && !self.matches('\\s')",
        _is_plain_url,
    ),
    Rule(
        "spec.llm.providers[].url",
        "may not hold credentials: remove user:password@",
        "!self.contains('@')",
        lambda url: "@" not in url,
    ),
    _image("spec.llm.providers[].managed.image"),
    *_storage("spec.llm.providers[].managed.storage"),
    *_resources("spec.llm.providers[].managed.resources"),
    matches("spec.llm.routes[].model", MODEL, "is no model name: write it as `ollama list` shows it, such as qwen2.5-coder:1.5b"),
    Rule("spec.stores.postgres.type", "cannot be changed: restore the old value", "self == oldSelf"),
    *_storage("spec.stores.postgres.storage"),
    *_resources("spec.stores.postgres.resources"),
    _image("spec.stores.postgres.image"),
    *_storage("spec.stores.neo4j.storage"),
    *_resources("spec.stores.neo4j.resources"),
    _image("spec.stores.neo4j.image"),
    matches("spec.access.adminKeySecretRef.name", OBJECT_NAME, BAD_REFERENCE),
    matches("spec.access.adminKeySecretRef.key", DATA_KEY, "is no key of a Secret: write letters, digits, '-', '_' and '.'"),
)


def broken_rules(name: str, spec: Mapping[str, Any]) -> list[Problem]:
    """The problems of a project called `name` with this spec (JSON, camelCase, defaults filled in)."""
    whole = {"metadata": {"name": name}, "spec": spec}
    return [
        Problem(path or "metadata.name", rule.message)
        for rule in RULES
        if rule.holds is not None
        for path, node in _nodes(whole, rule.at)
        if not rule.holds(node)
    ]


def _nodes(whole: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Every node that `at` leads to, with its own path."""
    found: list[tuple[str, Any]] = [("", whole)]
    for step in at.split(".") if at else []:
        key, each = step.removesuffix("[]"), step.endswith("[]")
        below = [(f"{path}.{key}".lstrip("."), node[key]) for path, node in found if key in node]
        found = [(f"{path}[{i}]", item) for path, items in below for i, item in enumerate(items)] if each else below
    yield from found

"""What rules are made of: the row of the table, and the builders that several tables share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from testgen_operator.resources import quantity

DNS_LABEL: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
OBJECT_NAME: Final = r"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$"
DATA_KEY: Final = r"^[-._a-zA-Z0-9]+$"
IMAGE: Final = r"^[a-zA-Z0-9][-a-zA-Z0-9._/:]*(@sha256:[a-f0-9]{64})?$"
MODEL: Final = r"^[a-zA-Z0-9][-a-zA-Z0-9._/:]*$"
HOST: Final = r"^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$"
DNS_NAME: Final = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$"
TAG: Final = r"^[a-zA-Z0-9_][-a-zA-Z0-9._]*$"
BAD_REFERENCE: Final = "is no name of a Secret: write lower-case letters, digits, '-' and '.'"
MINIMUM_VOLUME: Final = "256Mi"
Storage = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """One rule. `at` is the path of the node it speaks of (`[]`: each item of a list; empty: the object itself).

    `cel` is the expression for the CRD, with `self` as that node; `holds` the same on the node's JSON value. A rule on a change
    (`oldSelf`) has `keeps` instead, the same on the old value and the new one. A rule without `cel` is enforced there by the
    schema itself.
    `new_only`: it is younger than objects that break it and cannot be mended, so it speaks of objects that are being created.
    `tolerated`: it is younger than objects that break it and does no harm there, so the operator serves one that was accepted
    once; the API server and the webhook refuse it at the next change of that part.
    `of`: the path that a refusal names, where a rule has to stand above what it speaks of.
    """

    at: str
    message: str
    cel: str = ""
    holds: Callable[[Any], bool] | None = None
    new_only: bool = False
    tolerated: bool = False
    keeps: Callable[[Any, Any], bool] | None = None
    of: str = ""


def matches(at: str, pattern: str, message: str) -> Rule:
    quoted = pattern.replace("\\", "\\\\")
    return Rule(at, message, f"self.matches('{quoted}')", lambda value: re.fullmatch(pattern, value) is not None)


def quantities(at: str) -> list[Rule]:
    return [
        Rule(
            f"{at}.{name}",
            f"is no quantity: write {example}",
            "isQuantity(string(self))",
            quantity.is_quantity,
        )
        for name, example in (("cpu", "cores such as 500m or 2"), ("memory", "bytes with a unit, such as 512Mi or 2Gi"))
    ]


def resources(at: str) -> list[Rule]:
    return [
        *quantities(f"{at}.requests"),
        *quantities(f"{at}.limits"),
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


def storage(of: str, field: str = "", value: str = "") -> list[Rule]:
    """The volume of `of`. `field`, `value`: what says that there is one; without it the spec may not name any, so that what holds
    of a change holds only while there is one before and after. The volume itself is kept, and never made smaller."""
    at = f"{of}.storage"
    there, place, name, new, old = "", at, "", "self", "oldSelf"
    if field:
        there, place, name = f"self.{field} != '{value}' || oldSelf.{field} != '{value}' || ", of, "storage."
        new, old = "self.storage", "oldSelf.storage"
    return [
        Rule(
            f"{at}.size",
            f"must be a quantity of at least {MINIMUM_VOLUME}, such as 10Gi",
            f"isQuantity(self) && quantity(self).compareTo(quantity('{MINIMUM_VOLUME}')) >= 0",
            lambda size: quantity.is_quantity(size) and quantity.parse(size) >= quantity.parse(MINIMUM_VOLUME),
        ),
        Rule(
            place,
            f"{f'{name}size: ' if name else ''}a volume cannot shrink: write the old size or a larger one",
            f"{there}!has({old}.size) || !isQuantity({old}.size) || (has({new}.size) && (!isQuantity({new}.size) || "
            f"quantity({new}.size).compareTo(quantity({old}.size)) >= 0))",
            keeps=_of_storage(field, value, _never_shrinks),
        ),
        Rule(
            place,
            f"{name}storageClassName cannot be changed: restore the old value, or delete the project and create it anew",
            f"{there}(has({new}.storageClassName) == has({old}.storageClassName) && "
            f"(!has({new}.storageClassName) || {new}.storageClassName == {old}.storageClassName))",
            keeps=_of_storage(
                field, value, lambda before, after: before.get("storageClassName") == after.get("storageClassName")
            ),
        ),
        matches(f"{at}.storageClassName", OBJECT_NAME, "is no name of a StorageClass: `kubectl get storageclass` lists them"),
    ]


def _of_storage(field: str, value: str, keeps: Callable[[Storage, Storage], bool]) -> Callable[[Any, Any], bool]:
    """`keeps` on the storage of a node, where there is one before and after; without a `field` the node is the storage itself."""
    if not field:
        return keeps
    return lambda before, after: before[field] != value or after[field] != value or keeps(before["storage"], after["storage"])


def _never_shrinks(before: Storage, after: Storage) -> bool:
    old, new = before.get("size"), after.get("size")
    if old is None or not quantity.is_quantity(old):
        return True
    return new is not None and (not quantity.is_quantity(new) or quantity.parse(new) >= quantity.parse(old))


def image(at: str) -> Rule:
    return matches(at, IMAGE, "is no image reference: write repository:tag or repository@sha256:<64 hex digits>")


def unique(key: str) -> Callable[[Any], bool]:
    return lambda items: len({item[key] for item in items}) == len(items)


def reference(at: str) -> list[Rule]:
    """A SecretKeyRef."""
    return [
        matches(f"{at}.name", OBJECT_NAME, BAD_REFERENCE),
        matches(f"{at}.key", DATA_KEY, "is no key of a Secret: write letters, digits, '-', '_' and '.'"),
    ]


def only_with(at: str, field: str, kind: str) -> list[Rule]:
    """`field` is there when `type` is `kind`, and only then."""
    return [
        Rule(
            at,
            f"type {kind} needs {field}: add it, or choose another type",
            f"self.type != '{kind}' || has(self.{field})",
            lambda node: node["type"] != kind or field in node,
        ),
        Rule(
            at,
            f"{field} has a meaning only with type {kind}: remove it, or set the type",
            f"self.type == '{kind}' || !has(self.{field})",
            lambda node: node["type"] == kind or field not in node,
        ),
    ]


def plain_url(at: str, schemes: tuple[str, ...], example: str) -> list[Rule]:
    """A URL of one of these schemes with a host, without credentials."""
    accepted = ", ".join(f"'{scheme}'" for scheme in schemes)
    return [
        Rule(
            at,
            f"must be a {' or '.join(schemes)} URL with a host, such as {example}",
            rf"isURL(self) && url(self).getScheme() in [{accepted}] && url(self).getHostname() != '' && !self.matches('\\s')",
            lambda url: _is_plain_url(url, schemes),
        ),
        Rule(at, "may not hold credentials: remove user:password@", "!self.contains('@')", lambda url: "@" not in url),
    ]


def _is_plain_url(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme in schemes and bool(found.hostname) and not re.search(r"\s", url)

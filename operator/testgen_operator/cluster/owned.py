"""Does a live object already hold every field that we would apply? Pure.

Only fields in the desired object are compared: what the server defaults, what controllers and other field managers add, is
theirs. Lists that server-side apply merges by key are matched by that key, all others element by element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from testgen_operator.resources import quantity

MERGE_KEYS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "containers": (("name",),),
    "initContainers": (("name",),),
    "ephemeralContainers": (("name",),),
    "env": (("name",),),
    "volumes": (("name",),),
    "volumeMounts": (("mountPath",),),
    "volumeDevices": (("devicePath",),),
    "imagePullSecrets": (("name",),),
    "ownerReferences": (("uid",),),
    "ports": (("containerPort", "protocol"), ("port", "protocol")),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"),),
    "hostAliases": (("ip",),),
    "conditions": (("type",),),
}
"""The x-kubernetes-list-map-keys of the built-in kinds that the operator applies (their OpenAPI, v1.34)."""

ATOMIC: Final = frozenset(
    {"selector", "podSelector", "namespaceSelector", "labelSelector", "scopeSelector", "matchLabels", "nodeSelector"}
)
"""Maps that are one value (x-kubernetes-map-type: atomic): a key that somebody added to a selector is a drift of ours."""

DEFAULTED_KEYS: Final = {"protocol": "TCP"}
_PLAIN: Final = (str, int, bool)
QUANTITIES: Final = frozenset({"requests", "limits", "hard", "sizeLimit", "storage", "capacity"})


def difference(desired: Any, live: Any, path: tuple[str, ...] = ()) -> str:
    """The path of the first desired field that `live` does not hold as desired; empty when there is none."""
    if desired is None:
        return ""
    if isinstance(desired, dict) or isinstance(desired, Mapping):  # noqa: SIM101 - asking for the plain type first is twice as fast
        return _mapping(desired, live, path)
    if isinstance(desired, list | tuple):
        return _sequence(desired, live, path)
    return "" if _same(desired, live, path) else (".".join(path) or "(root)")


def _mapping(desired: Mapping[str, Any], live: Any, path: tuple[str, ...]) -> str:
    if type(live) is not dict and not isinstance(live, Mapping):
        return "" if live is None and _empty(desired) else ".".join(path)
    if path and path[-1] in ATOMIC and (added := live.keys() - desired.keys()):
        return ".".join((*path, min(added)))
    for name, value in desired.items():
        there = live.get(name)
        if type(value) in _PLAIN and type(there) is type(value) and value == there:
            continue  # most fields by far: no call for them
        if found := difference(value, there, (*path, str(name))):
            return found
    return ""


def _sequence(desired: Sequence[Any], live: Any, path: tuple[str, ...]) -> str:
    if not isinstance(live, Sequence) or isinstance(live, str):
        return "" if live is None and _empty(desired) else ".".join(path)
    keys = _merge_keys(path, desired)
    if keys is None:
        if len(desired) != len(live):
            return ".".join(path)
        pairs = list(zip(desired, live, strict=True))
    else:
        by_key = {_identity(item, keys): item for item in live if isinstance(item, Mapping)}
        pairs = [(item, by_key.get(_identity(item, keys))) for item in desired]
    for index, (item, there) in enumerate(pairs):
        if there is None and item is not None:
            return ".".join((*path, str(index)))
        if found := difference(item, there, (*path, str(index))):
            return found
    return ""


def _merge_keys(path: tuple[str, ...], desired: Sequence[Any]) -> tuple[str, ...] | None:
    name = path[-1] if path else ""
    for keys in MERGE_KEYS.get(name, ()):
        if desired and all(isinstance(item, Mapping) and keys[0] in item for item in desired):
            return keys
    return None


def _identity(item: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(item.get(key, DEFAULTED_KEYS.get(key)) for key in keys)


def _empty(value: Any) -> bool:
    """`{}`, `[]`, and maps of nothing else: the server leaves them out of its answer."""
    if isinstance(value, Mapping):
        return all(item is None or _empty(item) for item in value.values())
    return isinstance(value, list | tuple) and not value


def _same(desired: Any, live: Any, path: tuple[str, ...]) -> bool:
    if type(desired) is type(live) and desired == live:
        return True
    if live is None:
        # `omitempty`: a zero value is not in the answer
        return desired in ("", 0, False) and not isinstance(desired, float)
    if QUANTITIES.intersection(path):
        return quantity.is_quantity(desired) and quantity.is_quantity(live) and quantity.parse(desired) == quantity.parse(live)
    return False

"""A fake of the API client for the applier's decisions: objects in a dictionary, and a list of the writes.

It merges nothing and knows no schema; what server-side apply really does is shown in tests/cluster.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, cast

from testgen_operator import names
from testgen_operator.cluster.applier import Applier
from testgen_operator.cluster.cache import Cache, key_of
from testgen_operator.cluster.client import Client, Listing
from testgen_operator.cluster.secrets import SecretKeeper
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import Generator, ObjectKey

Object = dict[str, Any]


class MemoryCluster:
    """`webhook` changes what is applied; `refuse` may raise for a write, given its verb and key."""

    def __init__(self) -> None:
        self.objects: dict[ObjectKey, Object] = {}
        self.writes: list[tuple[str, ObjectKey]] = []
        self.reads: list[ObjectKey] = []
        self.webhook: Callable[[Object], Object] = lambda raw: raw
        self.refuse: Callable[[str, ObjectKey], None] = lambda _, __: None
        self.version = 0

    def applier(self, cache: Cache) -> Applier:
        return Applier(cast(Client, self), cache)

    def keeper(self, clock: Callable[[], float] = lambda: 0.0) -> SecretKeeper:
        drawn = iter(f"value-{number}" for number in range(1000))

        def draw(_: Generator) -> str:
            return next(drawn)

        return SecretKeeper(cast(Client, self), draw=draw, clock=clock)

    def put(self, raw: Mapping[str, Any]) -> Object:
        """As if somebody else had written it."""
        self.version += 1
        found = copy.deepcopy(dict(raw))
        found["metadata"].setdefault("uid", f"uid-{self.version}")
        found["metadata"]["resourceVersion"] = str(self.version)
        self.objects[key_of(found)] = found
        return found

    async def get(self, key: ObjectKey) -> Object | None:
        self.reads.append(key)
        return self.objects.get(key)

    async def list(self, *_: Any, **__: Any) -> Listing:
        return Listing([], str(self.version))

    async def apply(
        self,
        manifest: Mapping[str, Any],
        *,
        subresource: str = "",
        force: bool = True,
        manager: str = names.FIELD_MANAGER,
    ) -> Object:
        key = key_of(manifest)
        verb = f"apply {subresource}".strip()
        self.refuse(verb, key)
        if manager == names.FIELD_MANAGER_HANDOVER:
            self.writes.append(("hand over", key))
            return self.objects[key]
        if not force and key in self.objects:
            raise ApiError("somebody else has fields of it", status=409, reason="Conflict")
        self.writes.append((verb, key))
        before = self.objects.get(key, {})
        after = dict(before) | dict(self.webhook(copy.deepcopy(dict(manifest))))
        after["metadata"] = dict(before.get("metadata", {})) | dict(after["metadata"])
        return self.put(after)

    async def merge(self, manifest: Mapping[str, Any], *, resource_version: str) -> Object:
        key = key_of(manifest)
        if self.objects[key]["metadata"]["resourceVersion"] != resource_version:
            raise ApiError("the object has been modified", status=409, reason="Conflict")
        self.writes.append(("merge", key))
        merged: Object = _merged(self.objects[key], manifest)
        return self.put(merged)

    async def create(self, manifest: Mapping[str, Any]) -> Object:
        key = key_of(manifest)
        self.refuse("create", key)
        if key in self.objects:
            raise ApiError("exists", status=409, reason="AlreadyExists")
        self.writes.append(("create", key))
        return self.put(manifest)

    async def delete(self, key: ObjectKey, *, uid: str, resource_version: str = "") -> bool:
        live = self.objects.get(key)
        if live is None or live["metadata"]["uid"] != uid or live["metadata"]["resourceVersion"] != resource_version:
            return False
        self.writes.append(("delete", key))
        del self.objects[key]
        return True


def _merged(live: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396)."""
    if not isinstance(live, Mapping) or not isinstance(patch, Mapping):
        return copy.deepcopy(patch)
    found = {key: value for key, value in live.items() if key not in patch}
    return found | {key: _merged(live.get(key), value) for key, value in patch.items() if value is not None}

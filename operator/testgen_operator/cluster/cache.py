"""What the watches have shown: projects and their children, by key, stripped of what nobody here reads.

The cache may be behind the cluster, never wrong about order: resourceVersions only go up, an object that was seen to be gone
does not come back, and the answer of an own write is put in at once.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from testgen_operator import names, telemetry
from testgen_operator.cluster.kinds import PROJECT, Kind, kind_of
from testgen_operator.plan.model import ObjectKey

Object = dict[str, Any]

MOST_OBJECTS: Final = 200_000
"""A bound against a runaway namespace; 2,000 projects with 20 children each are 40,000 objects."""
TOMBSTONES: Final = 20_000


class Key(NamedTuple):
    """A project's namespace and name: what the queue holds."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class Cache:
    def __init__(self, *, most: int = MOST_OBJECTS) -> None:
        self._objects: dict[ObjectKey, Object] = {}
        self._children: defaultdict[Key, set[ObjectKey]] = defaultdict(set)
        self._gone: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, key: ObjectKey) -> Object | None:
        return self._objects.get(key)

    def project(self, key: Key) -> Object | None:
        return self._objects.get(ObjectKey(PROJECT.api_version, PROJECT.kind, key.namespace, key.name))

    def projects(self) -> list[Key]:
        return [Key(key.namespace, key.name) for key in self._objects if key.kind == PROJECT.kind]

    def children(self, key: Key) -> list[Object]:
        """The labelled objects of a project, in a stable order."""
        return [self._objects[child] for child in sorted(self._children.get(key, ()))]

    def put(self, raw: Mapping[str, Any]) -> Key | None:
        """Take `raw` in unless something newer is known; the project it belongs to if that is news to us, else None."""
        key, owner = key_of(raw), project_of(raw)
        uid = raw["metadata"].get("uid", "")
        known = self._objects.get(key)
        if uid in self._gone or (known is not None and not _newer(raw, known)):
            return None
        if owner is None:  # the label was taken off: no longer a child of anything
            return self.remove(raw)
        if known is None and len(self._objects) >= self._most:
            raise MemoryError(f"more than {self._most} labelled objects in the cluster")
        if known is not None:
            self._forget(key, known)
            if known["metadata"].get("uid") != uid:
                self._bury(known["metadata"].get("uid", ""))
        self._objects[key] = stripped(raw)
        if key.kind != PROJECT.kind:
            self._children[owner].add(key)
        telemetry.CACHE_OBJECTS.labels(kind_of(key.api_version, key.kind).resource).inc()
        return owner

    def remove(self, raw: Mapping[str, Any]) -> Key | None:
        """`raw` is gone from the cluster; the project it belonged to if we knew of it."""
        key = key_of(raw)
        uid = raw["metadata"].get("uid", "")
        known = self._objects.get(key)
        self._bury(uid)
        if known is None or known["metadata"].get("uid", "") != uid:
            return None
        self._forget(key, known)
        return project_of(known)

    def replace(self, kind: Kind, namespace: str, items: Iterable[Mapping[str, Any]], resource_version: str) -> set[Key]:
        """A fresh listing of `kind` in `namespace` (empty: all): take it in and drop what it lacks. The projects concerned."""
        touched: set[Key] = set()
        listed: set[ObjectKey] = set()
        for raw in items:
            listed.add(key_of(raw))
            if owner := self.put(raw):
                touched.add(owner)
        for key in [key for key in self._objects if (key.api_version, key.kind) == (kind.api_version, kind.kind)]:
            known = self._objects[key]
            elsewhere = bool(namespace) and key.namespace != namespace
            if key in listed or elsewhere or _number(known["metadata"].get("resourceVersion")) > _number(resource_version):
                continue
            if owner := self.remove(known):
                touched.add(owner)
        return touched

    def _forget(self, key: ObjectKey, known: Object) -> None:
        del self._objects[key]
        telemetry.CACHE_OBJECTS.labels(kind_of(key.api_version, key.kind).resource).dec()
        owner = project_of(known)
        if owner is not None and key.kind != PROJECT.kind:
            children = self._children[owner]
            children.discard(key)
            if not children:
                del self._children[owner]

    def _bury(self, uid: str) -> None:
        if uid:
            self._gone[uid] = None
            while len(self._gone) > TOMBSTONES:
                self._gone.popitem(last=False)


def key_of(raw: Mapping[str, Any]) -> ObjectKey:
    metadata = raw["metadata"]
    return ObjectKey(raw["apiVersion"], raw["kind"], metadata.get("namespace", ""), metadata["name"])


def project_of(raw: Mapping[str, Any]) -> Key | None:
    """The project that an object is or belongs to."""
    metadata = raw["metadata"]
    if raw["kind"] == PROJECT.kind and raw["apiVersion"] == PROJECT.api_version:
        return Key(metadata.get("namespace", ""), metadata["name"])
    name = (metadata.get("labels") or {}).get(names.LABEL_PROJECT)
    return Key(metadata.get("namespace", ""), name) if name else None


def stripped(raw: Mapping[str, Any]) -> Object:
    """A copy without managedFields and, of a pod's spec, only what the planner reads: which ConfigMaps it mounts."""
    found = dict(raw)
    found["metadata"] = {name: value for name, value in raw["metadata"].items() if name not in ("managedFields", "selfLink")}
    annotations = found["metadata"].get("annotations")
    if annotations and "kubectl.kubernetes.io/last-applied-configuration" in annotations:
        found["metadata"]["annotations"] = {
            name: value for name, value in annotations.items() if name != "kubectl.kubernetes.io/last-applied-configuration"
        }
    if raw["kind"] == "Pod":
        spec = raw.get("spec") or {}
        found["spec"] = {"volumes": [volume for volume in spec.get("volumes") or () if "configMap" in volume]}
    return found


def _number(resource_version: object) -> int:
    """Kubernetes 1.35 made it official that resourceVersions of one resource compare as integers; they always have."""
    try:
        return int(str(resource_version))
    except ValueError:
        return 0


def _newer(raw: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    if raw["metadata"].get("uid") != known["metadata"].get("uid"):
        return True
    return _number(raw["metadata"].get("resourceVersion")) > _number(known["metadata"].get("resourceVersion"))

"""What the watches have shown: projects and their children, by key, stripped of what nobody here reads.

The cache may be behind the cluster, never wrong about order: resourceVersions only go up, an object that was seen to be gone
does not come back, and the answer of an own write is put in at once: these are the expectations that keep a pass from acting on
what it knows to be old.

Objects are kept as JSON: as Python dictionaries those of 1,000 projects would take about ten times as much memory.

Whoever may write into a namespace may give anything the label that is watched. So that one tenant cannot fill the memory that all
share, content is kept only where the operator could have written it (`bounded`), and a namespace has no more than its share.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from testgen_operator import names, telemetry
from testgen_operator.cluster.kinds import CONFIG_MAP, PROJECT, RELEASE, Kind, kind_of
from testgen_operator.plan.model import ObjectKey
from testgen_operator.resources.release import last_writer
from testgen_operator.wire import decode, packed

Object = dict[str, Any]

MOST_OBJECTS: Final = 200_000
"""A bound against a runaway namespace; 2,000 projects with 20 children each are 40,000 objects."""
MOST_OF_A_NAMESPACE: Final = MOST_OBJECTS // 4
"""What is beyond it is left out: its projects do not find their children, those of other namespaces do."""
MOST_BYTES: Final = 64 * 1024
"""Of one object as JSON. What the operator renders is a tenth of it (the largest of `tests/unit/operator/golden` has 6 KiB); the
API server takes 1.5 MiB: a larger one was made so by somebody else. Should it be the operator's after all, each start of the
operator writes it once more, no more than that."""
WHOLE: Final = frozenset({PROJECT.kind, RELEASE.kind})
"""What is asked for, and what was: not to be cut, and bounded by the schema of their definitions."""
HEAD: Final = ("name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp")
OWN_PREFIXES: Final = frozenset({names.GROUP, "app.kubernetes.io", "kubernetes.io"})
LONGEST_NOTE: Final = 1024
MOST_OWNERS: Final = 16
TOMBSTONES: Final = 20_000
PARSED: Final = 800
"""Sixteen workers with projects of 50 objects."""
HEADS: Final = frozenset({"NetworkPolicy", "PodDisruptionBudget", "ServiceAccount"})
"""Kinds of which nobody plans by more than that they are there: `children` gives their heads, which need no parsing."""


class Key(NamedTuple):
    """A project's namespace and name: what the queue holds."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class Seen(NamedTuple):
    """One state of one object: nothing of it is different while these two are the same."""

    uid: str
    version: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """One object as it was last seen, and what is asked of it most."""

    uid: str
    version: int
    owner: Key
    text: bytes


class Cache:
    """What it hands out is shared: not to be changed."""

    def __init__(self, *, most: int = MOST_OBJECTS, most_of_a_namespace: int = MOST_OF_A_NAMESPACE) -> None:
        self._objects: dict[ObjectKey, _Kept] = {}
        self._children: defaultdict[Key, set[ObjectKey]] = defaultdict(set)
        self._gone: OrderedDict[str, None] = OrderedDict()
        self._read: OrderedDict[ObjectKey, tuple[_Kept, Object]] = OrderedDict()
        self._upgraded: dict[ObjectKey, tuple[Key, str]] = {}
        self._most = most
        self._most_of_a_namespace = most_of_a_namespace
        self._in_namespace: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, key: ObjectKey) -> Object | None:
        kept = self._objects.get(key)
        return None if kept is None else self._parsed(key, kept)

    def seen(self, key: ObjectKey) -> Seen | None:
        """Which object, and which version of it, `get` would give."""
        kept = self._objects.get(key)
        return None if kept is None else Seen(kept.uid, kept.version)

    def project(self, key: Key) -> Object | None:
        return self.get(ObjectKey(PROJECT.api_version, PROJECT.kind, key.namespace, key.name))

    def projects(self) -> list[Key]:
        return [Key(key.namespace, key.name) for key in self._objects if key.kind == PROJECT.kind]

    def children(self, key: Key) -> list[Object]:
        """The labelled objects of a project, in a stable order; of some kinds (`HEADS`) the name, uid and project's label."""
        return [self._child(child, self._objects[child]) for child in self.child_keys(key)]

    def child_keys(self, key: Key) -> list[ObjectKey]:
        return sorted(self._children.get(key, ()))

    def upgraded(self) -> dict[Key, str]:
        """When the last object of each project was written because the operator had changed."""
        found: dict[Key, str] = {}
        for owner, at in self._upgraded.values():
            found[owner] = max(at, found.get(owner, ""))
        return found

    def put(self, raw: Mapping[str, Any], *, own: bool = False) -> Key | None:
        """Take `raw` in unless something newer is known; the project it belongs to if that is news to us, else None. `own`: the
        answer to a write of a pass that reads it again in a moment."""
        key, owner = key_of(raw), project_of(raw)
        uid, version = seen_of(raw)
        known = self._objects.get(key)
        if uid in self._gone or (known is not None and known.uid == uid and version <= known.version):
            return None
        if owner is None:  # the label was taken off: no longer a child of anything
            return self.remove(raw)
        if known is None and len(self._objects) >= self._most:
            raise MemoryError(f"more than {self._most} labelled objects in the cluster")
        if known is None and self._in_namespace[key.namespace] >= self._most_of_a_namespace:
            telemetry.CACHE_LEFT_OUT.labels(kind_of(key.api_version, key.kind).resource).inc()
            return None
        if known is not None:
            self._forget(key, known)
            if known.uid != uid:
                self._bury(known.uid)
        key, owner = ObjectKey(*map(sys.intern, key)), Key(*map(sys.intern, owner))
        bare, text = bounded(stripped(raw))
        self._objects[key] = kept = _Kept(uid, version, owner, text)
        self._in_namespace[key.namespace] += 1
        if own:
            self._read_lately(key, kept, bare)
        if key.kind != PROJECT.kind:
            self._children[owner].add(key)
            if upgraded := (raw["metadata"].get("annotations") or {}).get(names.ANNOTATION_UPGRADED_AT):
                self._upgraded[key] = owner, upgraded
        telemetry.CACHE_OBJECTS.labels(kind_of(key.api_version, key.kind).resource).inc()
        return owner

    def remove(self, raw: Mapping[str, Any]) -> Key | None:
        """`raw` is gone from the cluster; the project it belonged to if we knew of it."""
        return self._remove(key_of(raw), raw["metadata"].get("uid", ""))

    def _remove(self, key: ObjectKey, uid: str) -> Key | None:
        known = self._objects.get(key)
        self._bury(uid)
        if known is None or known.uid != uid:
            return None
        self._forget(key, known)
        return known.owner

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
            if key in listed or elsewhere or known.version > _number(resource_version):
                continue
            if owner := self._remove(key, known.uid):
                touched.add(owner)
        return touched

    def _parsed(self, key: ObjectKey, kept: _Kept) -> Object:
        """The object; the last few hundred stay parsed, since a pass looks at each more than once."""
        read = self._read.get(key)
        if read is not None and read[0] is kept:
            self._read.move_to_end(key)
            return read[1]
        found: Object = decode(kept.text)
        self._read_lately(key, kept, found)
        return found

    def _read_lately(self, key: ObjectKey, kept: _Kept, found: Object) -> None:
        self._read[key] = (kept, found)
        self._read.move_to_end(key)
        while len(self._read) > PARSED:
            self._read.popitem(last=False)

    def _child(self, key: ObjectKey, kept: _Kept) -> Object:
        if key.kind not in HEADS:
            return self._parsed(key, kept)
        labels = {names.LABEL_PROJECT: kept.owner.name}
        metadata = {"name": key.name, "namespace": key.namespace, "uid": kept.uid, "labels": labels}
        return {"apiVersion": key.api_version, "kind": key.kind, "metadata": metadata}

    def _forget(self, key: ObjectKey, known: _Kept) -> None:
        del self._objects[key]
        self._in_namespace[key.namespace] -= 1
        if not self._in_namespace[key.namespace]:
            del self._in_namespace[key.namespace]
        self._read.pop(key, None)
        self._upgraded.pop(key, None)
        telemetry.CACHE_OBJECTS.labels(kind_of(key.api_version, key.kind).resource).dec()
        if key.kind != PROJECT.kind:
            children = self._children[known.owner]
            children.discard(key)
            if not children:
                del self._children[known.owner]

    def _bury(self, uid: str) -> None:
        if uid:
            self._gone[uid] = None
            while len(self._gone) > TOMBSTONES:
                self._gone.popitem(last=False)


def key_of(raw: Mapping[str, Any]) -> ObjectKey:
    metadata = raw["metadata"]
    return ObjectKey(raw["apiVersion"], raw["kind"], metadata.get("namespace", ""), metadata["name"])


def seen_of(raw: Mapping[str, Any]) -> Seen:
    return Seen(raw["metadata"].get("uid", ""), _number(raw["metadata"].get("resourceVersion")))


def project_of(raw: Mapping[str, Any]) -> Key | None:
    """The project that an object is or belongs to."""
    metadata = raw["metadata"]
    if raw["kind"] == PROJECT.kind and raw["apiVersion"] == PROJECT.api_version:
        return Key(metadata.get("namespace", ""), metadata["name"])
    name = (metadata.get("labels") or {}).get(names.LABEL_PROJECT)
    return Key(metadata.get("namespace", ""), name) if name else None


def stripped(raw: Mapping[str, Any]) -> Object:
    """A copy without managedFields and, of a pod's spec, only what the planner reads: which ConfigMaps it mounts. Of a project's
    managedFields who wrote its spec last stays, as one entry that `last_writer` reads."""
    found = dict(raw)
    found["metadata"] = {name: value for name, value in raw["metadata"].items() if name not in ("managedFields", "selfLink")}
    annotations = found["metadata"].get("annotations")
    if annotations and "kubectl.kubernetes.io/last-applied-configuration" in annotations:
        found["metadata"]["annotations"] = {
            name: value for name, value in annotations.items() if name != "kubectl.kubernetes.io/last-applied-configuration"
        }
    if raw["kind"] == PROJECT.kind and (writer := last_writer(raw)):
        found["metadata"]["managedFields"] = [{"manager": writer, "fieldsV1": {"f:spec": {}}}]
    if raw["kind"] == "Pod":
        spec = raw.get("spec") or {}
        found["spec"] = {"volumes": [volume for volume in spec.get("volumes") or () if "configMap" in volume]}
    return found


def bounded(found: Object) -> tuple[Object, bytes]:
    """What is kept of a stripped object, and its JSON: of a ConfigMap that is no project's own, and of what is larger than the
    operator could have written it, the head alone. A child of ours is then seen to lack what is wanted, and is set right."""
    if found["kind"] == CONFIG_MAP.kind and not _is_owned(found):
        found = _head(found)
    text = packed(found)
    if len(text) > MOST_BYTES and found["kind"] not in WHOLE:
        found = _head(found)
        text = packed(found)
    return found, text


def _is_owned(raw: Mapping[str, Any]) -> bool:
    owners = raw["metadata"].get("ownerReferences") or ()
    return any(one.get("kind") == PROJECT.kind and one.get("apiVersion") == PROJECT.api_version for one in owners)


def _head(found: Object) -> Object:
    """Which object it is, whose, and what the operator noted on it; for its content an empty place."""
    metadata = found["metadata"]
    kept = {name: metadata[name] for name in HEAD if name in metadata}
    for name in ("labels", "annotations"):
        own = {key: value for key, value in (metadata.get(name) or {}).items() if key.partition("/")[0] in OWN_PREFIXES}
        kept |= {name: {key: value for key, value in own.items() if len(value) <= LONGEST_NOTE}} if own else {}
    if owners := metadata.get("ownerReferences"):
        kept["ownerReferences"] = owners[:MOST_OWNERS]
    empty: Object = {name: {} for name in ("spec", "status") if name in found}
    return {"apiVersion": found["apiVersion"], "kind": found["kind"], "metadata": kept, **empty}


def _number(resource_version: object) -> int:
    """Kubernetes 1.35 made it official that resourceVersions of one resource compare as integers; they always have."""
    try:
        return int(str(resource_version))
    except ValueError:
        return 0

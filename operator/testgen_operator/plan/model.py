"""What a plan is made of: Kubernetes objects, Secrets whose values the edge draws, and what pruning must leave alone."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from testgen_operator.wire import canonical

LETTERS_AND_DIGITS: Final = string.ascii_letters + string.digits


class ObjectKey(NamedTuple):
    """Which object in the cluster."""

    api_version: str
    kind: str
    namespace: str
    name: str


@dataclass(frozen=True)
class Manifest:
    """One desired object, as the JSON that is applied. Not to be changed after it was made."""

    object: Mapping[str, Any]

    @property
    def api_version(self) -> str:
        return str(self.object["apiVersion"])

    @property
    def kind(self) -> str:
        return str(self.object["kind"])

    @property
    def name(self) -> str:
        return str(self.object["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.object["metadata"].get("namespace", ""))

    @cached_property
    def key(self) -> ObjectKey:
        return ObjectKey(self.api_version, self.kind, self.namespace, self.name)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Generator:
    """How the edge draws one secret value: `length` characters of `alphabet`, each chosen with `secrets.choice`."""

    length: int = 40
    alphabet: str = LETTERS_AND_DIGITS
    prefix: str = ""


@dataclass(frozen=True)
class Redraw:
    """Draw new values for the rotation `token`, if the live one is still of the rotation `since`. `keep_previous`: the old value
    of each key stays as `previous-<key>` until DropPrevious."""

    token: str
    since: str
    keep_previous: bool = True


@dataclass(frozen=True)
class DropPrevious:
    """Remove the `previous-<key>` values of the rotation `token`."""

    token: str


PREVIOUS: Final = "previous-"
"""What the key of a value begins with that a rotation has replaced."""


@dataclass(frozen=True)
class GeneratedSecret:
    """A Secret that is created once if it is missing and never overwritten: its values exist in the cluster alone.

    `owned`: give it an owner reference to the project. Without one it outlives the project, so that a project of the same name
    finds its data and its password again. `api_version: v1`, `type: Opaque`.

    `rotation` is the one exception to "never overwritten": exactly one step, done where the live Secret still is where the plan
    saw it. `token`: what a newly created Secret remembers as its rotation.
    """

    namespace: str
    name: str
    labels: Mapping[str, str]
    keys: Mapping[str, Generator]
    owned: bool
    token: str = ""
    rotation: Redraw | DropPrevious | None = None

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("v1", "Secret", self.namespace, self.name)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Plan:
    """What should exist now. Apply `secrets`, then `manifests` in their order; prune our other children but `prune_keep`.

    `prune_keep` holds the keys of all manifests and secrets, and of live objects that are still in use although this plan does
    not write them (a Deployment that waits for a migration, the ConfigMap which its pods mount).
    """

    manifests: tuple[Manifest, ...] = ()
    secrets: tuple[GeneratedSecret, ...] = ()
    prune_keep: frozenset[ObjectKey] = field(default_factory=frozenset)
    scaled: Mapping[ObjectKey, int] = field(default_factory=dict)
    """Deployments that are left as they are but for their number of pods."""


def digest(value: object, length: int = 10) -> str:
    """The first `length` hexadecimal digits of the SHA-256 of `canonical(value)`; fit for a name."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:length]

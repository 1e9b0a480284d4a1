"""The Secrets of a project: which the operator draws, which its runtime pods mount, and as which files.

One table each. Everything else (volumes, the rendered settings, what must exist before a pod starts, what is rotated) is read
from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan.model import PREVIOUS, Manifest, digest
from testgen_operator.plan.pods import Json
from testgen_operator.resources.project import TestGenProject

if TYPE_CHECKING:
    from testgen_operator.plan.facts import Facts, SecretFacts
    from testgen_operator.resources.parts import SecretKeyRef

SECRETS_DIRECTORY: Final = "/etc/testgen-secrets"


@dataclass(frozen=True)
class Mounted:
    """`key` of `secret` is the file SECRETS_DIRECTORY/`folder`/`file`; `previous`: beside it the value before a rotation, while
    there is one."""

    folder: str
    secret: str
    key: str
    file: str
    previous: bool = False

    @property
    def store(self) -> str:
        """The store that it opens; empty for what belongs to the runtime itself."""
        found = self.folder.partition("-")[0]
        return found if found in ("postgres", "qdrant", "neo4j", "redis") else ""

    @property
    def path(self) -> str:
        return f"{SECRETS_DIRECTORY}/{self.folder}/{self.file}"

    @property
    def previous_path(self) -> str:
        return f"{SECRETS_DIRECTORY}/{self.folder}/{PREVIOUS}{self.file}"


@dataclass(frozen=True)
class Drawn:
    """A Secret that the operator draws. `told`: the store keeps the value itself, so a Job has to tell it a new one."""

    component: Component
    secret: str
    key: str
    told: bool = False
    keep_previous: bool = True
    outlives: bool = True


def drawn(project: TestGenProject) -> list[Drawn]:
    """What is drawn, and rotated by `stores.rotateCredentials`. The first admin key is drawn too, but rotated by the API."""
    stores, found = project.spec.stores, []
    if stores.postgres.type == "BuiltIn":
        found.append(Drawn("postgres", names.postgres(project.name), "password", told=True))
        if stores.postgres.read_replica:
            # The replica waits for the Job that tells the primary, so it never needs the old value.
            found.append(Drawn("postgres-replica", names.postgres_replica(project.name), "password", keep_previous=False))
    if stores.neo4j.type == "Managed":
        found.append(Drawn("neo4j", names.neo4j(project.name), "password", told=True))
    if stores.redis.type == "Managed":
        found.append(Drawn("redis", names.redis(project.name), "password", told=True))
    if stores.qdrant.type == "Managed":
        found.append(Drawn("qdrant", names.qdrant(project.name), "api-key"))
    if project.spec.mode != "Monolith":
        found.append(Drawn("all", names.internal(project.name), "token", outlives=False))
    return found


def mounted(project: TestGenProject, opens: Collection[str] | None = None) -> list[Mounted]:
    """What the runtime's pods mount: of the stores, only those that a pod `opens` (None: all)."""
    found = _mounted(project)
    return found if opens is None else [one for one in found if one.store in ("", *opens)]


def _mounted(project: TestGenProject) -> list[Mounted]:
    access, stores = project.spec.access, project.spec.stores
    found = [postgres_password(project)]
    if (authority := postgres_authority(project)) is not None:
        found.append(authority)
    if access.admin_key_secret_ref:
        found.append(_brought("admin", access.admin_key_secret_ref, "api-key"))
    else:
        found.append(Mounted("admin", names.admin_key(project.name), "api-key", "api-key"))
    if stores.neo4j.type == "Managed":
        found.append(Mounted("neo4j", names.neo4j(project.name), "password", "password", previous=True))
    elif stores.neo4j.external is not None:
        found.append(_brought("neo4j", stores.neo4j.external.password_secret_ref, "password"))
    if stores.redis.type == "Managed":
        found.append(Mounted("redis", names.redis(project.name), "password", "password", previous=True))
    elif stores.redis.external is not None and stores.redis.external.password_secret_ref:
        found.append(_brought("redis", stores.redis.external.password_secret_ref, "password"))
    if stores.qdrant.type == "Managed":
        found.append(Mounted("qdrant", names.qdrant(project.name), "api-key", "api-key", previous=True))
    elif stores.qdrant.external is not None and stores.qdrant.external.api_key_secret_ref:
        found.append(_brought("qdrant", stores.qdrant.external.api_key_secret_ref, "api-key"))
    if access.jwt is not None and access.jwt.secret_ref:
        found.append(_brought("jwt", access.jwt.secret_ref, "secret"))
    if access.encryption_keys_secret_ref:
        found.append(_brought("encryption", access.encryption_keys_secret_ref, "keys"))
    if project.spec.mode != "Monolith":
        found.append(Mounted("internal", names.internal(project.name), "token", "token", previous=True))
    return found


def postgres_password(project: TestGenProject) -> Mounted:
    """The password of the runtime's own user."""
    wanted, name = project.spec.stores.postgres, names.postgres(project.name)
    if wanted.external is not None:
        return _brought("postgres", wanted.external.password_secret_ref, "password")
    if wanted.type == "CloudNativePG":
        return Mounted("postgres", f"{name}-app", "password", "password")  # that operator makes it
    return Mounted("postgres", name, "password", "password", previous=True)


def postgres_authority(project: TestGenProject) -> Mounted | None:
    """The certificate that the server is proved with; None: there is none, or the image's own are meant."""
    wanted = project.spec.stores.postgres
    if wanted.type == "CloudNativePG":
        return Mounted("postgres-ca", f"{names.postgres(project.name)}-ca", "ca.crt", "ca.crt")
    if wanted.external is not None and wanted.external.ca_secret_ref:
        return _brought("postgres-ca", wanted.external.ca_secret_ref, "ca.crt")
    return None


def _brought(folder: str, reference: SecretKeyRef, file: str) -> Mounted:
    return Mounted(folder, reference.name, reference.key, file)


def by_folder(project: TestGenProject) -> dict[str, Mounted]:
    return {one.folder: one for one in mounted(project)}


def needed(project: TestGenProject) -> dict[str, frozenset[str]]:
    """The Secrets without which no pod of the runtime can start, and the keys that each must have."""
    found: dict[str, set[str]] = {}
    for one in mounted(project):
        found.setdefault(one.secret, set()).add(one.key)
    return {name: frozenset(keys) for name, keys in found.items()}


def secret_keys(project: TestGenProject) -> dict[str, frozenset[str]]:
    """Every Secret that the operator looks at, and the keys that each must have."""
    found = needed(project)
    for one in drawn(project):
        found[one.secret] = found.get(one.secret, frozenset()) | {one.key}
    return found


def certificate(project: TestGenProject) -> dict[str, frozenset[str]]:
    """The Secret with the certificate of the way in, which an ingress controller reads; nothing where another one makes it."""
    way_in = project.spec.exposure
    if way_in.type != "Ingress" or way_in.tls is None or way_in.tls.secret_name is None:
        return {}
    return {way_in.tls.secret_name: frozenset({"tls.crt", "tls.key"})}


def brought(project: TestGenProject) -> frozenset[str]:
    """The Secrets of these that people make."""
    own = {one.secret for one in drawn(project)} | {names.admin_key(project.name)} | cloud_native_pgs(project)
    return frozenset(secret_keys(project)) - own


def cloud_native_pgs(project: TestGenProject) -> frozenset[str]:
    """The Secrets that CloudNativePG makes, once its Cluster starts."""
    if project.spec.stores.postgres.type != "CloudNativePG":
        return frozenset()
    name = names.postgres(project.name)
    return frozenset([f"{name}-app", f"{name}-ca"])


def volume(one: Mounted) -> Json:
    """The volume `secret-<folder>`, readable by the pod's user alone."""
    sources: list[Json] = [{"secret": {"name": one.secret, "items": [{"key": one.key, "path": one.file}]}}]
    if one.previous:
        item = {"key": f"{PREVIOUS}{one.key}", "path": f"{PREVIOUS}{one.file}"}
        sources.append({"secret": {"name": one.secret, "items": [item], "optional": True}})
    return {"name": _volume_name(one), "projected": {"defaultMode": 0o440, "sources": sources}}


def mount(one: Mounted) -> tuple[str, str]:
    """(volume, path), for `pods.container(read_only_mounts=...)`."""
    return _volume_name(one), f"{SECRETS_DIRECTORY}/{one.folder}"


def _volume_name(one: Mounted) -> str:
    return f"secret-{one.folder}"


def secrets_hash(project: TestGenProject, facts: Facts) -> str:
    """For the pod templates of the runtime: another value in any Secret rolls the pods. A value that a rotation drops is no
    part of it, so a rotation rolls them once."""
    return hash_of([one.secret for one in mounted(project)], facts)


def hash_of(secrets: Iterable[str], facts: Facts) -> str:
    return digest({name: facts.secrets[name].digest for name in sorted(set(secrets)) if name in facts.secrets})


# What an object was applied with: by it a tenant's own change of a Secret is told from a new operator's other way to hash them.

REMEMBERED_AS: Final = "1"
"""The form of what is remembered, the way of `facts.secret_digest` included: another one gets another number, so that an
operator's other way to write it down is not taken for another content."""


def remembering(manifest: Manifest, secrets: Iterable[str], facts: Facts) -> Manifest:
    """The workload with what its Secrets hold, as an annotation of its own: outside of its template, so it restarts nothing."""
    known = sorted({name for name in secrets if name in facts.secrets})
    if manifest.kind not in ("Deployment", "StatefulSet") or not known:
        return manifest
    metadata = manifest.object["metadata"]
    text = " ".join([REMEMBERED_AS, *(f"{name}={facts.secrets[name].digest}" for name in known)])
    annotations = dict(metadata.get("annotations") or {}) | {names.ANNOTATION_SECRETS_HASH: text}
    return Manifest({**manifest.object, "metadata": {**metadata, "annotations": annotations}})


def remembering_own(manifest: Manifest, facts: Facts) -> Manifest:
    """The same, of the Secrets that a store's pods mount or have in a variable."""
    if manifest.kind != "StatefulSet":
        return manifest
    pod: Json = manifest.object["spec"]["template"]["spec"]
    mounted_ones = (name for one in pod.get("volumes") or () for name in _secrets_of(one))
    containers = (*(pod.get("initContainers") or ()), *(pod.get("containers") or ()))
    variables = (one.get("valueFrom") or {} for each in containers for one in each.get("env") or ())
    return remembering(
        manifest, (*mounted_ones, *(one["secretKeyRef"]["name"] for one in variables if "secretKeyRef" in one)), facts
    )


def changed(remembered: str, secrets: Mapping[str, SecretFacts]) -> bool:
    """Whether a Secret that was there then holds something else now. One that only one of the two knows says nothing: which are
    mounted is for the spec and for the operator's code to say. Nothing is known where nothing was remembered, or otherwise."""
    form, *each = remembered.split(" ")
    if form != REMEMBERED_AS:
        return False
    before = dict(one.split("=", 1) for one in each if "=" in one)
    return any(name in secrets and secrets[name].digest != then for name, then in before.items())


def _secrets_of(volume: Json) -> list[str]:
    single = (volume.get("secret") or {}).get("secretName")
    sources = (volume.get("projected") or {}).get("sources") or ()
    return [single] if single else [one["secret"]["name"] for one in sources if "secret" in one]

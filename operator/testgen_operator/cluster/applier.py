"""Makes the cluster hold what a plan wants, with no write where it already does; prunes what a plan no longer wants."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeVar

from testgen_operator import names, telemetry
from testgen_operator.cluster.cache import Cache, Key, Seen, key_of, seen_of
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.foreign import first_apply, refuse_foreign
from testgen_operator.cluster.kinds import OBSERVED_ONLY, PROJECT, kind_of
from testgen_operator.cluster.outcome import REFUSALS, Outcome, words
from testgen_operator.cluster.owned import difference
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import Manifest, ObjectKey, digest

Object = dict[str, Any]
T = TypeVar("T")

log = telemetry.get_logger(__name__)

HASH_LENGTH: Final = 32
REMEMBERED: Final = 50_000


class Applier:
    """Writes through `client`; what the server answers is in `cache` at once, so that the next pass sees its own writes."""

    def __init__(self, client: Client, cache: Cache) -> None:
        self._client = client
        self._cache = cache
        self._settled: dict[ObjectKey, tuple[str, str]] = {}
        self._compared: dict[ObjectKey, tuple[str, Seen]] = {}
        """What was wanted and found to be held, and by which state of the object: that needs no second comparison."""

    async def apply(
        self, manifests: Collection[Manifest], outcome: Outcome, *, marked: Collection[ObjectKey] = (), mark: str = ""
    ) -> None:
        """Server-side apply of each manifest in order, skipped where live already holds it. The `marked` ones get `mark` as the
        time of their upgrade. Where the namespace turns out to be going the rest is not tried.

        Raises ApiError only for what concerns no single object: an unreachable server or an expired identity.
        """
        for manifest in manifests:
            try:
                outcome.writes += await self._apply_one(manifest, mark if manifest.key in marked else "")
            except ApiError as problem:
                if problem.status not in REFUSALS:
                    raise
                outcome.refuse(manifest.key, problem)
                if outcome.namespace_is_going:
                    log.info("nothing is made in a namespace that is going", object=words(manifest.key))
                    return
                log.warning("apply refused", object=words(manifest.key), code=problem.status, reason=problem.reason)

    async def _apply_one(self, manifest: Manifest, mark: str) -> bool:
        key, wanted = manifest.key, fingerprint(manifest.object)
        resource = kind_of(key.api_version, key.kind).resource
        known = self._compared.get(key)
        if known is not None and known == (wanted, self._cache.seen(key)):
            telemetry.WRITES_SUPPRESSED.labels(resource).inc()
            return False
        live = self._cache.get(key)
        desired = stamped(manifest.object, wanted, mark or _upgraded_at(live))
        refuse_foreign(key, desired, live)
        if live is not None and self._as_wanted(key, desired, wanted, live):
            _remember(self._compared, key, (wanted, seen_of(live)))
            telemetry.WRITES_SUPPRESSED.labels(resource).inc()
            return False
        why = "absent" if live is None else difference(desired, live)
        if live is not None and _leaves_out_replicas(desired, live):
            await self._hand_over(key, live)
        try:
            if live is None:
                answer = await first_apply(self._client, key, desired)
            else:
                answer = await self._client.apply(desired)
        except ApiError as problem:
            if problem.status != 422 or live is None:
                raise
            answer = await self._set_back(desired, live, problem)
        telemetry.WRITES.labels("apply", resource).inc()
        self._cache.put(answer, own=True)
        if unsettled := difference(desired, answer):
            # Somebody behind the server (a mutating webhook) wants it otherwise: remember its answer rather than fight for ever.
            telemetry.UNSETTLED.labels(resource).inc()
            log.warning("the server changed what was applied", object=words(key), field=unsettled)
            _remember(self._settled, key, (wanted, _projection(desired, answer)))
            self._compared.pop(key, None)
        else:
            self._settled.pop(key, None)
            _remember(self._compared, key, (wanted, seen_of(answer)))
        log.info("applied", object=words(key), because=why)
        return True

    async def scale(self, wanted: Mapping[ObjectKey, int], outcome: Outcome) -> None:
        """The number of pods of Deployments that are left alone otherwise, written by a manager of its own: an apply of ours
        without the rest would take the rest away."""
        for key, count in wanted.items():
            live = self._cache.get(key)
            if live is None or live["metadata"].get("deletionTimestamp") or live["spec"].get("replicas") == count:
                continue
            try:
                self._cache.put(await self._client.apply(_replicas(key, count), manager=names.FIELD_MANAGER_HANDOVER))
            except ApiError as problem:
                if problem.status not in REFUSALS:
                    raise
                outcome.refuse(key, problem)
                continue
            outcome.writes += 1
            telemetry.WRITES.labels("apply", kind_of(key.api_version, key.kind).resource).inc()
            log.info("scaled", object=words(key), replicas=count)

    async def _set_back(self, desired: Object, live: Mapping[str, Any], refusal: ApiError) -> Object:
        """Apply once more after the lists have been set to ours alone.

        Server-side apply merges lists by key: when somebody edits the key itself (a Service's port from 80 to 81), our entry
        would come in beside theirs, which is often invalid (two ports of one name). Raises the first `refusal` if this is no
        help.
        """
        try:
            await self._client.merge(desired, resource_version=live["metadata"]["resourceVersion"])
            return await self._client.apply(desired)
        except ApiError as problem:
            if problem.status not in REFUSALS:
                raise
            raise refusal from None

    async def _hand_over(self, key: ObjectKey, live: Mapping[str, Any]) -> None:
        """Keep `replicas` where it is although we no longer apply it: a field that nobody owns falls back to one pod until the
        autoscaler looks. Nothing to do where it is the autoscaler's already (a conflict says so)."""
        body = _replicas(key, live["spec"]["replicas"])
        try:
            await self._client.apply(body, force=False, manager=names.FIELD_MANAGER_HANDOVER)
        except ApiError as problem:
            if problem.status != 409:
                raise

    def _as_wanted(self, key: ObjectKey, desired: Object, wanted: str, live: Mapping[str, Any]) -> bool:
        if live["metadata"].get("deletionTimestamp"):
            return True  # it is going; when it is gone its event brings us back
        if (live["metadata"].get("annotations") or {}).get(names.ANNOTATION_APPLIED_HASH) != wanted:
            return False
        if not difference(desired, live):
            return True
        return self._settled.get(key) == (wanted, _projection(desired, live))

    async def prune(self, key: Key, uid: str, keep: Collection[ObjectKey], outcome: Outcome) -> None:
        """Delete the children that carry our label and this project's owner reference and are not kept.

        Each is looked at live before, and deleted only as the very object (uid, resourceVersion) that was looked at.
        """
        for target in self._cache.child_keys(key):
            child = None if target in keep else self._cache.get(target)
            if child is None or not _ours(child, key, uid):
                continue
            live = await self._client.get(target)
            if live is None or not _ours(live, key, uid) or live["metadata"].get("deletionTimestamp"):
                continue
            metadata = live["metadata"]
            if await self._client.delete(target, uid=metadata["uid"], resource_version=metadata["resourceVersion"]):
                telemetry.WRITES.labels("delete", kind_of(target.api_version, target.kind).resource).inc()
                log.info("pruned", object=words(target))
                outcome.writes += 1

    async def write_status(self, project: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
        """Write the status where it differs from the live one; whether it was written. A project that is gone has none."""
        live = project.get("status") or {}
        if live == status:
            return False
        try:
            answer = await self._client.apply(status_of(project, status), subresource="status")
        except ApiError as problem:
            if problem.status == 404:
                return False
            raise
        telemetry.WRITES.labels("apply", f"{PROJECT.resource}/status").inc()
        self._cache.put(answer)
        return True


def status_of(live: Mapping[str, Any], status: Mapping[str, Any]) -> Object:
    """The status of an object of ours, as it is applied."""
    return _bare(key_of(live)) | {"status": dict(status)}


def _replicas(key: ObjectKey, count: int) -> Object:
    return _bare(key) | {"spec": {"replicas": count}}


def _bare(key: ObjectKey) -> Object:
    return {
        "apiVersion": key.api_version,
        "kind": key.kind,
        "metadata": {"name": key.name, "namespace": key.namespace},
    }


def _leaves_out_replicas(desired: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    return desired["kind"] == "Deployment" and "replicas" not in desired["spec"] and "replicas" in live["spec"]


def fingerprint(desired: Mapping[str, Any]) -> str:
    """The hash by which an object is known to have been applied as it is wanted."""
    return digest(desired, HASH_LENGTH)


def stamped(desired: Mapping[str, Any], wanted: str, upgraded_at: str = "") -> Object:
    """The object with its `fingerprint` as an annotation; `upgraded_at`, if any, is another that is not hashed."""
    metadata = dict(desired["metadata"])
    metadata["annotations"] = dict(metadata.get("annotations") or {}) | {names.ANNOTATION_APPLIED_HASH: wanted}
    if upgraded_at:
        metadata["annotations"][names.ANNOTATION_UPGRADED_AT] = upgraded_at
    return dict(desired) | {"metadata": metadata}


def _remember(into: dict[ObjectKey, T], key: ObjectKey, what: T) -> None:
    """Bounded: at the bound all is forgotten, and compared or written once more."""
    if len(into) >= REMEMBERED:
        into.clear()
    into[key] = what


def _upgraded_at(live: Mapping[str, Any] | None) -> str:
    return str(((live or {}).get("metadata", {}).get("annotations") or {}).get(names.ANNOTATION_UPGRADED_AT, ""))


def _ours(child: Mapping[str, Any], key: Key, uid: str) -> bool:
    metadata = child["metadata"]
    labelled = (metadata.get("labels") or {}).get(names.LABEL_PROJECT) == key.name
    owned = any(owner.get("uid") == uid and owner.get("controller") for owner in metadata.get("ownerReferences") or ())
    return labelled and owned and child["kind"] not in OBSERVED_ONLY


def _projection(desired: Any, live: Any) -> str:
    """A digest of what `live` holds at the places that `desired` names."""
    return digest(_projected(desired, live), HASH_LENGTH)


def _projected(desired: Any, live: Any) -> Any:
    if isinstance(desired, Mapping) and isinstance(live, Mapping):
        return {name: _projected(value, live.get(name)) for name, value in desired.items()}
    return live

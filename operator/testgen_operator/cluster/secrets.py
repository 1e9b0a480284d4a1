"""The Secrets of projects: read live by name, never listed or watched; drawn once; their values stay in here.

What was read is remembered (names of keys, a digest, labels and owners; no value), so that a pass over a settled project costs no
request. A patrol reads each remembered Secret again: every half minute while there are few, and never more than one in two
seconds, however many there are. What changes inside a large installation is therefore seen late, unless something is not well in
the project: then its passes read anew.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.cluster.cache import Key
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.outcome import REFUSALS, Outcome, foreign, words
from testgen_operator.cluster.owned import difference
from testgen_operator.errors import ApiError
from testgen_operator.plan.facts import SecretFacts, secret_digest
from testgen_operator.plan.model import PREVIOUS, DropPrevious, GeneratedSecret, Generator, ObjectKey, Redraw

Object = dict[str, Any]

log = telemetry.get_logger(__name__)

ROUND: Final = 30.0
"""Seconds in which the patrol reads every Secret, as long as that needs no more than..."""
MOST_READS: Final = 0.5
"""...this many reads a second."""
FRESH: Final = 20.0
"""Seconds for which a reading is new enough for a project that is not well."""
KEPT: Final = ("name", "namespace", "uid", "labels", "ownerReferences")


@dataclass
class _Seen:
    """What is remembered of one Secret. `head`: None when there is none of that name."""

    facts: SecretFacts
    head: Object | None
    at: float
    users: set[Key] = field(default_factory=set)


class SecretKeeper:
    """`draw` makes one value of a generated Secret; injected so that tests can know it. Bounded by what projects name."""

    def __init__(
        self, client: Client, *, draw: Callable[[Generator], str] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._draw = draw or drawn
        self._clock = clock
        self._seen: dict[ObjectKey, _Seen] = {}
        self._used: dict[Key, frozenset[ObjectKey]] = {}

    async def read(
        self, user: Key, wanted: Collection[str], *, well: bool = True, absent: Collection[str] = ()
    ) -> dict[str, SecretFacts]:
        """What may be known of the named Secrets of `user`'s namespace. One that was missing is read again each time; so are,
        for a project that is not well, all that were read more than `FRESH` ago. Those of `absent` that were never read are
        taken to be missing, without a look."""
        keys = {name: ObjectKey("v1", "Secret", user.namespace, name) for name in wanted}
        self._uses(user, frozenset(keys.values()))
        found: dict[str, SecretFacts] = {}
        for name, key in keys.items():
            seen = self._seen.get(key)
            if seen is None and name in absent:
                seen = self._remember(key, None)
            elif seen is None or seen.head is None or not (well or self._clock() - seen.at < FRESH):
                seen = await self._look(key)
            seen.users.add(user)
            found[name] = seen.facts
        return found

    def forget(self, user: Key) -> None:
        """The project is gone: what only it used is no longer read."""
        self._uses(user, frozenset())

    async def ensure(self, wanted: Collection[GeneratedSecret], owner: Mapping[str, Any], outcome: Outcome) -> None:
        """Create each generated Secret that no live read found. The data of one that exists is written by the steps of a
        rotation alone."""
        for secret in wanted:
            try:
                outcome.writes += await self._ensure(secret, owner)
            except ApiError as problem:
                self._seen.pop(secret.key, None)
                if problem.status not in REFUSALS:
                    raise
                outcome.refuse(secret.key, problem)
                if outcome.namespace_is_going:
                    log.info("nothing is made in a namespace that is going", object=words(secret.key))
                    return
                log.warning("secret refused", object=words(secret.key), code=problem.status, reason=problem.reason)

    async def patrol(self, changed: Callable[[Key], None], *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Read one remembered Secret after the other, for ever; `changed` gets the projects whose Secret is another by now."""
        while True:
            for key in sorted(self._seen):
                await pause(max(1 / MOST_READS, ROUND / max(1, len(self._seen))))
                known = self._seen.get(key)
                if known is None:
                    continue
                try:
                    seen = await self._look(key)
                except ApiError as problem:
                    log.warning("secret not read", object=words(key), error=str(problem), code=problem.status)
                    continue
                if seen.facts != known.facts:
                    for user in sorted(seen.users):
                        changed(user)
            if not self._seen:
                await pause(1.0)

    async def _ensure(self, secret: GeneratedSecret, owner: Mapping[str, Any]) -> bool:
        seen = self._seen.get(secret.key)
        if seen is None or (seen.head is None and self._clock() - seen.at >= FRESH):
            seen = await self._look(secret.key)
        made = False
        if seen.head is None:
            live, made = await self._create(secret, owner)
            seen = self._remember(secret.key, live)
        head = seen.head or {}
        if not made and (problem := not_ours(secret, head, seen.facts)):
            raise foreign(secret.key, problem)
        owners = [dict(owner)] if secret.owned else []
        # Labels and owner are applied apart from the data, so that a change of the deletion policy can give and take them.
        # The uid makes the server refuse to create an empty Secret should this one be gone by now.
        metadata: Object = {"name": secret.name, "namespace": secret.namespace, "labels": dict(secret.labels)}
        metadata |= {"ownerReferences": owners} if owners else {}
        desired: Object = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
        if not secret.owned and any(one.get("uid") == owner.get("uid") for one in head.get("ownerReferences") or ()):
            return await self._disown(secret.key, str(owner.get("uid")))
        if difference(desired, {"apiVersion": "v1", "kind": "Secret", "metadata": head}):
            desired = desired | {"metadata": metadata | {"uid": head["uid"]}}
            self._remember(secret.key, await self._client.apply(desired))
            telemetry.WRITES.labels("apply", "secrets").inc()
            made = True
        return (await self._rotate(secret, secret.rotation) if secret.rotation else False) or made

    async def _rotate(self, secret: GeneratedSecret, step: Redraw | DropPrevious) -> bool:
        """One step of a rotation, if the live Secret is still where the plan saw it. Two leaders, or a kill between the write and
        its answer, lead to one draw: the write carries the resourceVersion of what was looked at, and says what it was for."""
        live = await self._client.get(secret.key)
        if live is None:
            return False
        data, token = live.get("data") or {}, _token(live)
        left = {name: None for name in data if name.startswith(PREVIOUS)}
        patch: dict[str, str | None]
        if isinstance(step, DropPrevious):
            if token != step.token or not left:
                self._remember(secret.key, live)
                return False
            patch = dict(left)
        else:
            if token != step.since or left:
                self._remember(secret.key, live)
                return token == step.token
            patch = {name: b64encode(self._draw(generator).encode()).decode() for name, generator in secret.keys.items()}
            if step.keep_previous:
                patch |= {f"{PREVIOUS}{name}": data[name] for name in secret.keys if name in data}
        metadata = {"name": secret.name, "namespace": secret.namespace, "annotations": {names.ANNOTATION_ROTATION: step.token}}
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": patch}
        try:
            answer = await self._client.merge(body, resource_version=live["metadata"]["resourceVersion"])
        except ApiError as problem:
            if problem.status != 409:
                raise
            self._seen.pop(secret.key, None)  # somebody was faster: look again
            return True
        self._remember(secret.key, answer)
        telemetry.WRITES.labels("merge", "secrets").inc()
        log.info("secret rotated", object=words(secret.key), step=type(step).__name__)
        return True

    async def _disown(self, key: ObjectKey, owner: str) -> bool:
        """Take our owner reference off, so that the Secret outlives the project. A merge: what came with the creation belongs to
        the creating request, and an apply that leaves it out would not take it away."""
        live = await self._client.get(key)
        if live is None:
            self._seen.pop(key, None)
            return True
        others = [one for one in live["metadata"].get("ownerReferences") or () if one.get("uid") != owner]
        metadata = {"name": key.name, "namespace": key.namespace, "ownerReferences": others}
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
        try:
            self._remember(key, await self._client.merge(body, resource_version=live["metadata"]["resourceVersion"]))
        except ApiError as problem:
            if problem.status != 409:
                raise
            self._seen.pop(key, None)  # somebody was faster: look again
            return True
        telemetry.WRITES.labels("merge", "secrets").inc()
        return True

    async def _create(self, secret: GeneratedSecret, owner: Mapping[str, Any]) -> tuple[Object, bool]:
        """The Secret, and whether it is this one that was made: otherwise there was one of that name, whose ever it is."""
        values = {name: b64encode(self._draw(generator).encode()).decode() for name, generator in secret.keys.items()}
        metadata: Object = {"name": secret.name, "namespace": secret.namespace, "labels": dict(secret.labels)}
        if secret.token:
            metadata["annotations"] = {names.ANNOTATION_ROTATION: secret.token}
        if secret.owned:
            metadata["ownerReferences"] = [dict(owner)]
        try:
            made = await self._client.create(
                {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": values}
            )
        except ApiError as problem:
            live = await self._client.get(secret.key) if problem.reason == "AlreadyExists" else None
            if live is None:
                raise
            return live, False
        telemetry.WRITES.labels("create", "secrets").inc()
        log.info("secret created", object=words(secret.key))
        return made, True

    async def _look(self, key: ObjectKey) -> _Seen:
        return self._remember(key, await self._client.get(key))

    def _remember(self, key: ObjectKey, live: Mapping[str, Any] | None) -> _Seen:
        known = self._seen.get(key)
        head = {name: live["metadata"][name] for name in KEPT if name in live["metadata"]} if live is not None else None
        seen = _Seen(facts_of(key.name, live), head, self._clock(), known.users if known else set())
        self._seen[key] = seen
        return seen

    def _uses(self, user: Key, keys: frozenset[ObjectKey]) -> None:
        for gone in self._used.get(user, frozenset()) - keys:
            if (seen := self._seen.get(gone)) is not None:
                seen.users.discard(user)
                if not seen.users:
                    del self._seen[gone]
        if keys:
            self._used[user] = keys
        else:
            self._used.pop(user, None)


def facts_of(name: str, live: Mapping[str, Any] | None) -> SecretFacts:
    """What may be known of a live Secret: no value of it."""
    if live is None:
        return SecretFacts(name)
    data = live.get("data") or {}
    return SecretFacts(name, True, frozenset(data), secret_digest(live["metadata"]["uid"], data), _token(live))


def not_ours(secret: GeneratedSecret, head: Mapping[str, Any], seen: SecretFacts) -> str:
    """Why a Secret of that name may not be taken over; empty where it may: it is ours, or somebody put a lost one back."""
    labels = head.get("labels") or {}
    if labels.get(names.LABEL_PROJECT, secret.labels[names.LABEL_PROJECT]) != secret.labels[names.LABEL_PROJECT]:
        return f"it belongs to project {labels[names.LABEL_PROJECT]}"
    if labels.get(names.LABEL_MANAGED_BY, names.OPERATOR) != names.OPERATOR:
        return f"it is managed by {labels[names.LABEL_MANAGED_BY]}"
    missing = sorted(frozenset(secret.keys) - seen.keys)
    return f"it lacks the key {missing[0]}" if missing else ""


def _token(live: Mapping[str, Any]) -> str:
    return str((live["metadata"].get("annotations") or {}).get(names.ANNOTATION_ROTATION, ""))


def drawn(generator: Generator) -> str:
    """A value from the operating system's randomness."""
    return generator.prefix + "".join(secrets.choice(generator.alphabet) for _ in range(generator.length))

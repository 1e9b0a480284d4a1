"""A new operator that renders pods otherwise restarts them: a few projects a minute, not all of them at once.

Which writes those are is read from what exists: the project is Ready for the very generation that it has, its Secrets hold what
they held, and still the pods of a workload, or a migration, are other ones than before, or the project is to get its first fences
(0.1 had none around the runtime, so callers of other namespaces are cut off by them). Only the operator can have changed. When a
project's turn was is written on the object (an annotation outside of its hash), so that the pace survives the operator.

What the Secrets held is remembered beside it, Secret by Secret. The one hash in a pod template cannot tell: which Secrets are in
it, and how, is the operator's code, so a new operator may change it for all projects at once. Of an object on which nothing is
remembered (an earlier version's) nothing is known, so it waits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.cluster.applier import fingerprint
from testgen_operator.cluster.cache import Cache, Key, key_of
from testgen_operator.cluster.owned import difference
from testgen_operator.plan import credentials
from testgen_operator.plan.facts import SecretFacts
from testgen_operator.plan.model import Manifest, ObjectKey

Object = Mapping[str, Any]

WORKLOADS: Final = frozenset({"Deployment", "StatefulSet"})
FENCE: Final = "NetworkPolicy"
MINUTE: Final = timedelta(seconds=60)
UNDER_WAY: Final = timedelta(minutes=15)
"""A project whose turn came goes on to the end: its migration, then its pods."""


@dataclass(frozen=True)
class Turn:
    """`held`: what waits, for `seconds`. `marked`: what is written now because the operator changed."""

    held: frozenset[ObjectKey] = frozenset()
    marked: frozenset[ObjectKey] = frozenset()
    seconds: float = 0.0


def caused_by_operator(
    project: Object, children: Sequence[Object], manifests: Collection[Manifest], secrets: Mapping[str, SecretFacts]
) -> frozenset[ObjectKey]:
    """The manifests that would restart pods, run a migration or set up fences, of a project that is well and asked for nothing.

    Pure."""
    if not _is_well(project):
        return frozenset()
    live = {key_of(child): child for child in children}
    fenced = any(key.kind == FENCE and key.name in _fences(project) for key in live)
    asked = any(credentials.changed(_remembered(child), secrets) for child in children if _runs(child))
    return frozenset(
        one.key
        for one in manifests
        if (one.kind == FENCE and not fenced)
        or (one.kind == "Job" and one.key not in live and not asked)
        or (one.kind in WORKLOADS and _is_news(one, live.get(one.key), secrets))
    )


def _fences(project: Object) -> frozenset[str]:
    """Two that every fenced project has; while one of them is there, the other's absence is somebody's doing."""
    name = project["metadata"]["name"]
    return frozenset({names.deny(name), names.fence(name, "migrate")})


def _is_well(project: Object) -> bool:
    status = project.get("status") or {}
    same = status.get("observedGeneration") == project["metadata"].get("generation")
    return same and any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions") or ())


def _runs(child: Object) -> bool:
    """What stands by without a pod keeps what it was applied with."""
    return child["kind"] in WORKLOADS and child["spec"].get("replicas") != 0


def _is_news(manifest: Manifest, live: Object | None, secrets: Mapping[str, SecretFacts]) -> bool:
    if live is None:
        return False
    wanted = fingerprint(manifest.object)
    before = (live["metadata"].get("annotations") or {}).get(names.ANNOTATION_APPLIED_HASH)
    if before in (None, wanted):
        return False  # as it was applied last: what differs is somebody's edit, to be set right at once
    if credentials.changed(_remembered(live), secrets):
        return False  # rotated, or edited
    return bool(difference(manifest.object["spec"]["template"], live["spec"].get("template")))


def _remembered(live: Object) -> str:
    return str((live["metadata"].get("annotations") or {}).get(names.ANNOTATION_SECRETS_HASH, ""))


def seconds_to_wait(now: datetime, own: datetime | None, others: Sequence[datetime], per_minute: int) -> float:
    """Until a project may be restarted; 0: now. `own`: when its turn was last; `others`: when those of the others were. Pure."""
    if own is not None and now - own < UNDER_WAY:
        return 0.0
    recent = sorted(one for one in others if now - MINUTE < one <= now)
    if len(recent) < per_minute:
        return 0.0
    return max(1.0, (recent[-per_minute] + MINUTE - now).total_seconds())


class Upgrades:
    """Keeps the pace over all projects. What it remembers itself bridges the moment until the cache shows it; no more."""

    def __init__(self, cache: Cache, per_minute: int) -> None:
        self._cache = cache
        self._per_minute = per_minute
        self._granted: dict[Key, datetime] = {}
        self._waiting: set[Key] = set()

    def turn(
        self,
        key: Key,
        project: Object,
        children: Sequence[Object],
        manifests: Collection[Manifest],
        secrets: Mapping[str, SecretFacts],
        now: datetime,
    ) -> Turn:
        """`secrets`: what the Secrets hold by which `manifests` were planned."""
        news = caused_by_operator(project, children, manifests, secrets)
        if not news:
            self._told(key, waiting=False)
            return Turn()
        seconds = self.seconds(key, now)
        return Turn(held=news, seconds=seconds) if seconds else Turn(marked=news)

    def seconds(self, key: Key, now: datetime) -> float:
        """Until what the operator alone causes may begin; 0: now, and the turn is taken."""
        turns = self._turns(now)
        wait = seconds_to_wait(now, turns.pop(key, None), list(turns.values()), self._per_minute)
        self._told(key, waiting=wait > 0)
        if not wait:
            self._granted[key] = now
        return wait

    def forget(self, key: Key) -> None:
        self._told(key, waiting=False)

    def _turns(self, now: datetime) -> dict[Key, datetime]:
        self._granted = {key: at for key, at in self._granted.items() if now - at < MINUTE}
        turns = {key: moment for key, text in self._cache.upgraded().items() if (moment := parsed(text)) is not None}
        for key, at in self._granted.items():
            turns[key] = max(at, turns.get(key, at))
        return turns

    def _told(self, key: Key, *, waiting: bool) -> None:
        (self._waiting.add if waiting else self._waiting.discard)(key)
        telemetry.UPGRADES_WAITING.set(len(self._waiting))


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(text: str) -> datetime | None:
    """A time as `written` writes it; None for anything else that somebody may have put there."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None

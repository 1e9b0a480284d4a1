"""Notices that the operator no longer sees or does anything while its process lives on, and ends the process.

Five signs, each enough: a watcher task is dead, a watch is refused, a watch is not opened anew, an own write does not come back
through the watch, the queue is stuck.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import CONFIG_MAP
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import ObjectKey

log = telemetry.get_logger(__name__)

CANARY_NAME: Final = f"{names.OPERATOR}-canary"
CANARY_ANNOTATION: Final = f"{names.GROUP}/canary"


@dataclass(frozen=True)
class Limits:
    """Seconds."""

    look: float = 5.0
    sync: float = 180.0  # from the start to the end of the first listings
    canary_every: float = 60.0
    canary_within: float = 30.0
    oldest: float = 300.0
    silence: float = 480.0  # a watch lasts 300 s, and may be tried again for a while
    refused: float = 45.0  # a plain no, such as a right that was taken away: noticed within a minute


class Watchdog:
    """`verdict` is empty while all is well, else says in words what is dead. Nothing is judged before `synced`, except itself."""

    def __init__(
        self,
        *,
        limits: Limits,
        dead_watchers: Callable[[], int],
        stuck_for: Callable[[], float],
        longest_silence: Callable[[], float],
        longest_refusal: Callable[[], tuple[float, str]],
        synced: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._dead_watchers = dead_watchers
        self._stuck_for = stuck_for
        self._longest_silence = longest_silence
        self._longest_refusal = longest_refusal
        self._synced = synced
        self._clock = clock
        self._started = clock()
        self._canary_sent: float | None = None
        self._canary_nonce = ""
        self._canary_seen = ""

    def verdict(self) -> str:
        now = self._clock()
        if not self._synced():
            if now - self._started > self._limits.sync:
                return f"the first listings did not end within {self._limits.sync:.0f} s"
            return ""
        if dead := self._dead_watchers():
            return f"{dead} watch stream(s) dead"
        refused_for, what = self._longest_refusal()
        if refused_for > self._limits.refused:
            return f"a watch was refused for {self._limits.refused:.0f} s ({what})"
        if self._longest_silence() > self._limits.silence:
            return f"a watch could not be opened for {self._limits.silence:.0f} s"
        if self._canary_sent is not None and now - self._canary_sent > self._limits.canary_within:
            return f"an own write did not come back through the watch within {self._limits.canary_within:.0f} s"
        if self._stuck_for() > self._limits.oldest:
            return f"the queue is stuck: no project was done for {self._limits.oldest:.0f} s"
        return ""

    def canary_written(self, nonce: str) -> None:
        """The canary was written with `nonce`; its event may have been faster than the answer."""
        self._canary_nonce = nonce
        self._canary_sent = None if self._canary_seen == nonce else self._clock()

    def canary_seen(self, raw: Mapping[str, Any]) -> None:
        self._canary_seen = (raw["metadata"].get("annotations") or {}).get(CANARY_ANNOTATION, "")
        if self._canary_sent is not None and self._canary_seen == self._canary_nonce:
            telemetry.CANARY_SECONDS.set(self._clock() - self._canary_sent)
            self._canary_sent = None

    async def run(self, die: Callable[[str], None], *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look every few seconds; `die` with the verdict when there is one."""
        while True:
            await pause(self._limits.look)
            if verdict := self.verdict():
                die(verdict)
                return

    async def sing(
        self,
        client: Client,
        canary: ObjectKey,
        nonce: Callable[[], str],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Write the canary once a minute. A write that fails says nothing about the watch and is left out."""
        while True:
            if self._canary_sent is not None:
                await pause(self._limits.look)
                continue  # the last one is still awaited: a new one would hide how long
            fresh = nonce()
            try:
                await client.apply(canary_object(canary, fresh))
            except ApiError as problem:
                log.warning("canary not written", error=str(problem), code=problem.status)
            else:
                self.canary_written(fresh)
            await pause(self._limits.canary_every)


def canary_key(own_namespace: str, watched: tuple[str, ...]) -> ObjectKey:
    """In our own namespace where that is watched, else in the first that is."""
    namespace = own_namespace if not watched or own_namespace in watched else watched[0]
    return ObjectKey(CONFIG_MAP.api_version, CONFIG_MAP.kind, namespace, CANARY_NAME)


def canary_object(key: ObjectKey, nonce: str) -> dict[str, Any]:
    """A ConfigMap that the watch selects (its label exists) and that is no project's (its value is empty)."""
    return {
        "apiVersion": key.api_version,
        "kind": key.kind,
        "metadata": {
            "name": key.name,
            "namespace": key.namespace,
            "labels": {names.LABEL_PROJECT: "", names.LABEL_MANAGED_BY: names.OPERATOR, names.LABEL_NAME: names.OPERATOR},
            "annotations": {CANARY_ANNOTATION: nonce},
        },
        "data": {"README": "Written once a minute by testgen-operator, to prove that its watches are alive. Safe to delete."},
    }

"""Keeps the webhook's certificate in a Secret and its authority in the webhook's configuration. Every replica does, none leads:
a Secret is made by one and read by the others, a renewal carries the resourceVersion that it saw.
"""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.admission.certificates import Material, draw, fits, is_for, renew_at
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import SECRET, WEBHOOKS
from testgen_operator.errors import ApiError, ConfigurationError, OperatorError
from testgen_operator.plan.model import ObjectKey

log = telemetry.get_logger(__name__)

FIELDS: Final = {"ca.crt": "authorities", "tls.crt": "certificate", "tls.key": "private_key"}
LOOK_EVERY: Final = 300.0
"""Seconds between two looks at the Secret: how long a renewal by another replica, or a lost bundle, goes unnoticed."""
AFTER_TROUBLE: Final = 10.0
"""Seconds until the first try after a failure; each further one waits twice as long, up to `LOOK_EVERY`."""
LONG: Final = timedelta(minutes=10)
"""For how long it may fail before the replica is called unready. A renewal is due a month before the end."""


class Keeper:
    """`use` is called with every certificate that is new to this replica, before the API server is told to trust it."""

    def __init__(
        self,
        client: Client,
        *,
        namespace: str,
        service: str,
        use: Callable[[Material], Awaitable[None]],
        clock: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._client = client
        self._key = ObjectKey(SECRET.api_version, SECRET.kind, namespace, service)
        self._host = names.host(service, namespace)
        self._use = use
        self._clock = clock
        self._pause = pause
        self._uniform = uniform
        self._used: Material | None = None
        self._failing_since: datetime | None = None
        self._why = ""

    async def keep(self) -> None:
        """For ever, whatever goes wrong: nobody else would draw the next certificate."""
        wait = AFTER_TROUBLE
        while True:
            try:
                await self.once()
            except Exception as problem:
                self._failed(problem, wait)
                await self._pause(wait * self._uniform(0.8, 1.2))
                wait = min(LOOK_EVERY, wait * 2)
                continue
            self._failing_since, wait = None, AFTER_TROUBLE
            await self._pause(LOOK_EVERY * self._uniform(0.8, 1.2))

    def verdict(self) -> str:
        """What is wrong when it has failed for long; empty when nothing is."""
        if self._failing_since is None or self._clock() - self._failing_since < LONG:
            return ""
        return f"the webhook's certificate is not kept: {self._why}"

    def _failed(self, problem: Exception, wait: float) -> None:
        self._failing_since = self._failing_since or self._clock()
        self._why = str(problem) or type(problem).__name__
        reason = problem.reason if isinstance(problem, OperatorError) else type(problem).__name__
        telemetry.WEBHOOK_FAILURES.labels(reason).inc()
        trace = None if isinstance(problem, OperatorError) else problem
        log.warning("webhook's certificate", error=self._why, reason=reason, retry_in=wait, exc_info=trace)

    async def once(self) -> None:
        """See that there is a certificate that counts, that this replica serves it, and that the API server trusts it."""
        material = await self._material()
        if material != self._used:
            await self._use(material)
            self._used = material
        await self._trust(material)

    async def _material(self) -> Material:
        live = await self._client.get(self._key)
        found = _read(live)
        due = renew_at(found) if found and self._counts(found) else None
        if found and due and self._clock() < due:
            return found
        drawn = draw(self._host, self._clock(), found)
        try:
            if live is None:
                await self._client.create(self._secret(drawn))
            else:
                await self._client.replace(self._secret(drawn, live["metadata"]["resourceVersion"]))
        except ApiError as problem:
            if problem.reason not in ("Conflict", "AlreadyExists"):
                raise
            theirs = _read(await self._client.get(self._key))
            if theirs is None or not self._counts(theirs):
                raise
            return theirs  # another replica was faster
        log.info("webhook's certificate drawn", secret=self._key.name)
        return drawn

    def _counts(self, found: Material) -> bool:
        return is_for(found, self._host) and fits(found)

    async def _trust(self, material: Material) -> None:
        key = ObjectKey(WEBHOOKS.api_version, WEBHOOKS.kind, "", names.OPERATOR)
        live = await self._client.get(key)
        if live is None:
            raise ConfigurationError(
                f"there is no ValidatingWebhookConfiguration {names.OPERATOR}: apply gitops/components/webhook, or switch the "
                "webhook off"
            )
        bundle = base64.b64encode(material.authorities.encode()).decode()
        ours = [one for one in live.get("webhooks") or () if one.get("name") == names.WEBHOOK]
        if ours and ours[0].get("clientConfig", {}).get("caBundle") == bundle:
            return
        if not ours:
            raise ConfigurationError(f"ValidatingWebhookConfiguration {names.OPERATOR} has no webhook {names.WEBHOOK}")
        await self._client.apply(
            {
                "apiVersion": WEBHOOKS.api_version,
                "kind": WEBHOOKS.kind,
                "metadata": {"name": names.OPERATOR},
                "webhooks": [{"name": names.WEBHOOK, "clientConfig": {"caBundle": bundle}}],
            }
        )

    def _secret(self, material: Material, resource_version: str = "") -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "name": self._key.name,
            "namespace": self._key.namespace,
            "labels": {names.LABEL_NAME: names.OPERATOR, names.LABEL_PART_OF: names.PRODUCT},
        }
        if resource_version:
            metadata["resourceVersion"] = resource_version
        data = {key: base64.b64encode(getattr(material, field).encode()).decode() for key, field in FIELDS.items()}
        return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": data}


def _read(live: dict[str, Any] | None) -> Material | None:
    data = (live or {}).get("data") or {}
    try:
        return Material(**{field: base64.b64decode(data[key]).decode() for key, field in FIELDS.items()})
    except (KeyError, ValueError):
        return None

"""Keeping the certificate: one draw for all replicas, renewal in time, the API server's trust mended.

`Store` is a fake of two objects with optimistic locking; that a real API server calls the webhook is shown by
tests/cluster/test_webhook.py.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from testgen_operator import names
from testgen_operator.admission.certificates import LIFE, Material, draw, fits
from testgen_operator.admission.keeper import FIELDS, Keeper
from testgen_operator.admission.server import webhook
from testgen_operator.cluster.client import Client
from testgen_operator.errors import ApiError, ConfigurationError
from testgen_operator.main import State
from testgen_operator.telemetry import REGISTRY

FAILURES = "testgen_operator_webhook_certificate_failures_total"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Store:
    def __init__(self, configured: bool = True) -> None:
        self.secret: dict[str, Any] | None = None
        self.webhooks: list[dict[str, Any]] | None = [{"name": names.WEBHOOK, "clientConfig": {}}] if configured else None
        self.writes: list[str] = []
        self.version = 0
        self.faster: dict[str, Any] | None = None

    async def get(self, key: Any) -> dict[str, Any] | None:
        if key.kind == "Secret":
            return self.secret
        return None if self.webhooks is None else {"webhooks": self.webhooks}

    async def create(self, manifest: dict[str, Any]) -> dict[str, Any]:
        if self.faster is not None:
            self.secret, self.faster = self.faster, None
        if self.secret is not None:
            raise ApiError("exists", status=409, reason="AlreadyExists")
        return self._write("create", manifest)

    async def replace(self, manifest: dict[str, Any]) -> dict[str, Any]:
        assert self.secret is not None
        if manifest["metadata"]["resourceVersion"] != self.secret["metadata"]["resourceVersion"]:
            raise ApiError("changed", status=409, reason="Conflict")
        return self._write("replace", manifest)

    async def apply(self, manifest: dict[str, Any]) -> dict[str, Any]:
        self.writes.append("trust")
        assert self.webhooks is not None
        self.webhooks[0]["clientConfig"] = manifest["webhooks"][0]["clientConfig"]
        return manifest

    def _write(self, verb: str, manifest: dict[str, Any]) -> dict[str, Any]:
        self.writes.append(verb)
        self.version += 1
        self.secret = manifest | {"metadata": manifest["metadata"] | {"resourceVersion": str(self.version)}}
        return self.secret

    def trusted(self) -> str:
        assert self.webhooks is not None
        return base64.b64decode(self.webhooks[0]["clientConfig"]["caBundle"]).decode()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def keeper(store: Store, clock: Clock | None = None) -> tuple[Keeper, list[Material]]:
    used: list[Material] = []

    async def use(material: Material) -> None:
        used.append(material)

    client = cast(Client, store)
    return Keeper(client, namespace="ops", service="hook", use=use, clock=clock or Clock()), used


async def test_the_first_look_draws_serves_and_has_it_trusted() -> None:
    store = Store()
    one, used = keeper(store)
    await one.once()
    assert store.writes == ["create", "trust"]
    assert store.trusted() == used[0].authorities


async def test_a_second_look_writes_nothing() -> None:
    store = Store()
    one, used = keeper(store)
    await one.once()
    await one.once()
    assert store.writes == ["create", "trust"]
    assert len(used) == 1


async def test_a_second_replica_serves_what_the_first_drew() -> None:
    store = Store()
    first, drawn = keeper(store)
    second, read = keeper(store)
    await first.once()
    await second.once()
    assert read == drawn
    assert store.writes == ["create", "trust"]


async def test_who_loses_the_race_uses_what_the_winner_drew() -> None:
    winner = Store()
    first, drawn = keeper(winner)
    await first.once()
    store = Store()
    store.faster = winner.secret
    second, read = keeper(store)
    await second.once()
    assert read == drawn


async def test_it_is_renewed_in_time_and_the_old_authority_stays_trusted() -> None:
    store, clock = Store(), Clock()
    one, used = keeper(store, clock)
    await one.once()
    clock.now += LIFE * 3 / 4
    await one.once()
    assert store.writes == ["create", "trust", "replace", "trust"]
    assert used[0].authorities in store.trusted()
    assert used[1].certificate != used[0].certificate


@pytest.mark.parametrize("broken", [{}, {"ca.crt": "!"}, {"ca.crt": "", "tls.crt": "", "tls.key": ""}])
async def test_a_secret_that_somebody_broke_is_drawn_anew(broken: dict[str, str]) -> None:
    store = Store()
    one, used = keeper(store)
    await one.once()
    assert store.secret is not None
    store.secret["data"] = broken
    await one.once()
    assert len(used) == 2


def encoded(material: Material) -> dict[str, str]:
    return {key: base64.b64encode(getattr(material, field).encode()).decode() for key, field in FIELDS.items()}


@pytest.mark.parametrize("part", ["private_key", "authorities"])
async def test_a_pair_that_does_not_fit_counts_as_none_and_is_drawn_anew(part: str) -> None:
    """Both halves are well by themselves: of two certificates for this very host."""
    store = Store()
    one, used = keeper(store)
    await one.once()
    assert store.secret is not None
    other = draw("hook.ops.svc", NOW)
    store.secret["data"] = encoded(replace(used[0], **{part: getattr(other, part)}))
    await one.once()
    assert len(used) == 2
    assert all(map(fits, used))
    await one.once()
    assert len(used) == 2


async def turns(one: Keeper, many: int, then: Callable[[float], None] = lambda _: None) -> list[float]:
    """How long `keep` waits after each of its turns."""
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        then(seconds)
        if len(waits) == many:
            raise asyncio.CancelledError

    one._pause, one._uniform = pause, lambda low, high: 1.0
    with pytest.raises(asyncio.CancelledError):
        await one.keep()
    return waits


@pytest.mark.parametrize(
    "problem", [ssl.SSLError("a key that does not fit"), OSError("no room"), ApiError("away", status=503, reason="Unavailable")]
)
async def test_whatever_fails_is_tried_again_later_and_later_counted_and_after_a_while_told(problem: Exception) -> None:
    store, clock = Store(), Clock()
    one, _ = keeper(store, clock)
    failing, told = [True], []
    look = one.once

    async def once() -> None:
        if failing[0]:
            raise problem
        await look()

    def passes(seconds: float) -> None:
        clock.now += timedelta(seconds=seconds)
        told.append(one.verdict())
        failing[0] = len(told) < 8

    one.once = once  # type: ignore[method-assign]
    reason = problem.reason if isinstance(problem, ApiError) else type(problem).__name__
    before = REGISTRY.get_sample_value(FAILURES, {"reason": reason}) or 0.0
    waits = await turns(one, 9, passes)
    assert waits == [10, 20, 40, 80, 160, 300, 300, 300, 300]
    assert (REGISTRY.get_sample_value(FAILURES, {"reason": reason}) or 0.0) - before == 8
    assert told[:5] == [""] * 5  # 310 s
    assert all("certificate is not kept" in words and str(problem) in words for words in told[6:8])
    assert told[8] == ""
    assert store.writes == ["create", "trust"]


async def test_a_certificate_is_renewed_in_time_while_the_server_listens_and_new_connections_get_it() -> None:
    """No restart: the same process, socket and keeper, over a clock that runs ahead."""
    store, clock = Store(), Clock()
    async with webhook("127.0.0.1", 0) as server:
        one = Keeper(cast(Client, store), namespace="ops", service="hook", use=server.use, clock=clock)
        shown: list[tuple[int, str]] = []

        async def look() -> None:
            pem = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", server.port))
            shown.append((server.port, pem))

        async def pause(seconds: float) -> None:
            await look()
            if len(shown) == 3:
                raise asyncio.CancelledError
            clock.now += LIFE * 2 / 3 - timedelta(minutes=6) if len(shown) == 1 else timedelta(minutes=5)

        one._pause, one._uniform = pause, lambda low, high: 1.0
        with pytest.raises(asyncio.CancelledError):
            await one.keep()
    (port, first), second, third = shown
    assert second == (port, first)  # a moment before
    assert third[0] == port
    assert third[1] != first
    assert store.secret is not None
    assert third[1].strip() == base64.b64decode(store.secret["data"]["tls.crt"]).decode().strip()
    assert store.writes == ["create", "trust", "replace", "trust"]


def test_a_replica_whose_webhook_is_not_well_is_not_ready() -> None:
    state = State(unready="")
    assert state.readiness() == ""
    state.webhook = lambda: "the webhook's keeper has ended"
    assert state.readiness() == "the webhook's keeper has ended"
    assert state.health() == ""  # to be started again would not mend it


async def test_a_bundle_that_somebody_removed_is_put_back() -> None:
    store = Store()
    one, _ = keeper(store)
    await one.once()
    assert store.webhooks is not None
    store.webhooks[0]["clientConfig"] = {}
    await one.once()
    assert store.writes == ["create", "trust", "trust"]


async def test_without_a_configuration_the_words_say_what_to_apply() -> None:
    one, _ = keeper(Store(configured=False))
    with pytest.raises(ConfigurationError, match="apply gitops/components/webhook"):
        await one.once()


async def test_the_clock_is_asked_and_not_the_wall() -> None:
    store, clock = Store(), Clock()
    clock.now += timedelta(days=4000)
    one, _ = keeper(store, clock)
    await one.once()
    await one.once()
    assert store.writes == ["create", "trust"]

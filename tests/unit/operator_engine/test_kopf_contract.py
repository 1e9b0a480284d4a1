"""What the operator relies on in kopf beyond its documentation, and what becomes of a watch under faults.

The server is a fake of faults only (fault_server.py). Each test of a fault ends in one of two ways, never in a third: a change
made after it is seen, or the watchdog has a verdict and the process would end with 70.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import kopf
import pytest
from tests.unit.operator_engine.deadlines import eventually
from tests.unit.operator_engine.fault_server import FaultServer, dropped, fault, fault_server, in_stream

from testgen_operator.cluster import kopf_edge
from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.informer import Informer
from testgen_operator.cluster.kinds import CONFIG_MAP, POD, PROJECT, WATCHED, Kind
from testgen_operator.cluster.queue import KeyedQueue
from testgen_operator.cluster.watchdog import Limits, Watchdog

SHOP = Key("team", "shop")


@dataclass
class Watching:
    fake: FaultServer
    cache: Cache
    queue: KeyedQueue[Key]
    informer: Informer
    watchdog: Watchdog
    types: list[str | None]
    failures: list[str]
    refusals: list[int]

    def knows(self, name: str) -> bool:
        return any(child["metadata"]["name"] == name for child in self.cache.children(SHOP))


@asynccontextmanager
async def watching(
    monkeypatch: pytest.MonkeyPatch, fake: FaultServer, namespaces: tuple[str, ...] = ()
) -> AsyncIterator[Watching]:
    # Seconds become hundredths; the shape (endless, growing, jittered) is the same.
    patient = kopf_edge.settings

    def hurried() -> kopf.OperatorSettings:
        found = patient()
        found.networking.error_backoffs = _Hurried()
        return found

    monkeypatch.setattr(kopf_edge, "settings", hurried)
    cache, queue = Cache(), KeyedQueue[Key]()
    informer = Informer(cache, queue, namespaces=namespaces)
    dog = Watchdog(
        limits=Limits(),
        dead_watchers=lambda: kopf_edge.dead_watchers(namespaces),
        stuck_for=queue.stuck_for,
        longest_silence=informer.longest_silence,
        longest_refusal=informer.longest_refusal,
        synced=informer.synced.is_set,
    )
    types: list[str | None] = []

    def on_event(what: str, raw: Any) -> None:
        types.append(what)
        informer.on_event(what, raw)

    refusals: list[int] = []

    def on_contact(kind: Kind, namespace: str, refused: int) -> None:
        refusals.append(refused)
        informer.on_contact(kind, namespace, refused)

    failures: list[str] = []
    stop, ready = asyncio.Event(), asyncio.Event()
    watch = asyncio.create_task(
        kopf_edge.watch(
            fake.connection,
            namespaces=namespaces,
            on_event=on_event,
            on_list=informer.on_list,
            on_contact=on_contact,
            on_failure=failures.append,
            stop=stop,
            ready=ready,
        )
    )
    try:
        yield Watching(fake, cache, queue, informer, dog, types, failures, refusals)
    finally:
        stop.set()
        await asyncio.wait([watch], timeout=15)
        assert watch.done()


class _Hurried(kopf_edge.EndlessBackoff):
    def __iter__(self) -> Any:
        return (pause / 100 for pause in super().__iter__())


def test_kopf_is_the_pinned_version() -> None:
    from importlib.metadata import version

    assert version("kopf") == "1.44.6"


def test_the_endless_backoff_is_iterable_again_and_has_no_length() -> None:
    backoff = kopf_edge.EndlessBackoff()
    for _ in range(2):  # a generator would be used up by the first request
        pauses = [pause for pause, _ in zip(backoff, range(2000), strict=False)]
        assert len(pauses) == 2000
        assert pauses[0] <= 1.2
        assert max(pauses) <= 36
    assert not hasattr(backoff, "__len__")


def test_kopf_posts_nothing_scans_nothing_and_limits_no_worker() -> None:
    found = kopf_edge.settings()
    assert (found.posting.enabled, found.scanning.disabled, found.peering.standalone) == (False, True, True)
    assert found.queueing.worker_limit is None
    assert found.watching.server_timeout == 300
    assert found.watching.inactivity_timeout == 40  # a frozen watch is noticed within 60 s (issue 6)


async def test_there_is_one_watcher_task_per_kind_and_its_name_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(it.informer.synced.is_set)
        tasks = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith(kopf_edge.WATCHER_TASK)]
        assert len(tasks) == len(WATCHED)
        assert kopf_edge.dead_watchers(()) == 0
        assert it.watchdog.verdict() == ""


async def test_one_watcher_per_kind_and_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake, ("team", "other")) as it:
        await eventually(it.informer.synced.is_set)
        assert kopf_edge.dead_watchers(("team", "other")) == 0
        assert fake.seen["LIST pods"] == 2


async def test_children_are_selected_by_the_server_and_projects_are_all_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(it.informer.synced.is_set)
        await eventually(lambda: all(fake.watches(kind.plural) for kind in WATCHED))
        asked = dict(fake.queries)
        for what in ("LIST pods", "WATCH pods", "LIST deployments", "WATCH configmaps"):
            assert asked[what]["labelSelector"] == "testgen.dev/project"
        assert "labelSelector" not in asked[f"WATCH {PROJECT.plural}"]


async def test_nothing_is_ever_written_by_kopf(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        fake.put(PROJECT, "shop", spec={})
        await eventually(it.informer.synced.is_set)
        await eventually(lambda: fake.watches(PROJECT.plural))
        fake.put(PROJECT, "shop", spec={"replicas": 2})
        await eventually(lambda: (it.cache.project(SHOP) or {}).get("spec") == {"replicas": 2})
        fake.put(PROJECT, "shop", "DELETED")
        await eventually(lambda: it.cache.project(SHOP) is None)
    assert not [what for what in fake.seen if what.split()[0] in ("PATCH", "POST", "PUT", "DELETE")]


async def test_what_is_listed_and_what_is_watched_reaches_cache_and_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        fake.put(POD, "before", status={})
        await eventually(it.informer.synced.is_set)
        assert it.knows("before")
        await eventually(lambda: fake.watches("pods"))
        fake.put(POD, "after", "ADDED", status={})
        await eventually(lambda: it.knows("after"))
        assert await it.queue.get() == SHOP
        assert None not in it.types


@pytest.mark.parametrize("answer", [fault(500, "InternalError"), fault(429, "TooManyRequests"), fault(403, "Forbidden"), dropped])
async def test_a_relist_that_fails_long_is_tried_until_it_succeeds(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """kopf's own defaults give up after 8 tries and leave a process that is called healthy and sees nothing."""
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(lambda: fake.watches("configmaps"))
        fake.faults["LIST configmaps"] = [answer] * 12
        fake.send("configmaps", in_stream(410, "Expired"))
        await eventually(lambda: not fake.faults["LIST configmaps"], within=30)
        await eventually(lambda: fake.watches("configmaps"), within=30)
        fake.put(CONFIG_MAP, "after-the-fault", "ADDED")
        await eventually(lambda: it.knows("after-the-fault"))
        assert it.watchdog.verdict() == ""


async def test_what_vanished_while_nobody_watched_is_dropped_at_the_relist(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        fake.put(CONFIG_MAP, "vanishes")
        await eventually(lambda: fake.watches("configmaps"))
        assert it.knows("vanishes")
        fake.objects.clear()
        fake.version += 1
        fake.send("configmaps", in_stream(410, "Expired"))
        await eventually(lambda: not it.knows("vanishes"))


async def test_a_dropped_watch_connection_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(lambda: fake.watches("configmaps"))
        fake.faults["WATCH configmaps"] = [dropped, fault(503, "ServiceUnavailable")]
        fake.hang_up("configmaps")
        await eventually(lambda: not fake.faults["WATCH configmaps"] and fake.watches("configmaps"), within=30)
        fake.put(CONFIG_MAP, "after-the-fault", "ADDED")
        await eventually(lambda: it.knows("after-the-fault"))


async def test_an_error_inside_a_watch_kills_its_watcher_and_the_watchdog_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """nolar/kopf#1276: the process would live on, blind. Ours ends with 70."""
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(it.informer.synced.is_set)
        await eventually(lambda: fake.watches("configmaps"))
        fake.send("configmaps", in_stream(500, "InternalError"))
        await eventually(lambda: "watch stream" in it.watchdog.verdict())


async def test_a_watch_that_is_refused_for_ever_grows_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(it.informer.synced.is_set)
        await eventually(lambda: all(fake.watches(kind.plural) for kind in WATCHED))
        fake.faults["WATCH configmaps"] = [fault(403, "Forbidden")] * 1000
        fake.hang_up("configmaps")
        await eventually(lambda: fake.seen["WATCH configmaps"] > 3)
        first = it.informer.longest_silence()
        await eventually(lambda: it.informer.longest_silence() > first + 0.5)
        fake.faults.clear()
        await eventually(lambda: fake.watches("configmaps"))


async def test_a_refusal_counts_from_its_first_answer_until_the_watch_is_open_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(it.informer.synced.is_set)
        await eventually(lambda: all(fake.watches(kind.plural) for kind in WATCHED))
        fake.faults["WATCH configmaps"] = [fault(403, "Forbidden")] * 1000
        fake.hang_up("configmaps")
        await eventually(lambda: it.informer.longest_refusal()[0] > 0.5)
        assert it.informer.longest_refusal()[1] == "configmaps: HTTP 403"
        fake.faults.clear()
        await eventually(lambda: fake.watches("configmaps"))
        await eventually(lambda: it.informer.longest_refusal() == (0.0, ""))


async def test_a_server_that_fails_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart of the operator would not mend the server: that a watch stays closed shows by its silence, later."""
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(it.informer.synced.is_set)
        await eventually(lambda: fake.watches("configmaps"))
        fake.faults["WATCH configmaps"] = [fault(503, "ServiceUnavailable"), fault(429, "TooManyRequests")] * 2
        fake.hang_up("configmaps")
        await eventually(lambda: not fake.faults["WATCH configmaps"] and fake.watches("configmaps"), within=30)
        assert set(it.refusals) == {0}


async def test_an_event_that_cannot_be_taken_in_is_no_secret_of_kopfs_log(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fault_server() as fake, watching(monkeypatch, fake) as it:
        await eventually(lambda: fake.watches("configmaps"))

        def full(_: Any) -> None:
            raise MemoryError("too many objects")

        monkeypatch.setattr(it.cache, "put", full)
        fake.put(CONFIG_MAP, "one-too-many", "ADDED")
        await eventually(lambda: it.failures)

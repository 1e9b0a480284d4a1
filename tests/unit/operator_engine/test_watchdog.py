"""The watchdog ends a process that lives on without seeing or doing anything."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from tests.unit.operator_engine.virtual_time import in_virtual_time

from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.informer import Informer
from testgen_operator.cluster.kinds import WATCHED
from testgen_operator.cluster.queue import KeyedQueue
from testgen_operator.cluster.watchdog import Limits, Watchdog, canary_key, canary_object
from testgen_operator.plan.model import ObjectKey


@dataclass
class World:
    now: float = 0.0
    dead: int = 0
    oldest: float = 0.0
    silence: float = 0.0
    refused: tuple[float, str] = (0.0, "")
    synced: bool = True
    watchdog: Watchdog = field(init=False)

    def __post_init__(self) -> None:
        self.watchdog = Watchdog(
            limits=Limits(),
            dead_watchers=lambda: self.dead,
            stuck_for=lambda: self.oldest,
            longest_silence=lambda: self.silence,
            longest_refusal=lambda: self.refused,
            synced=lambda: self.synced,
            clock=lambda: self.now,
        )

    def echo(self, nonce: str) -> None:
        self.watchdog.canary_seen(canary_object(canary_key("ops", ()), nonce))


def test_all_well_is_no_verdict() -> None:
    assert World().watchdog.verdict() == ""


def test_a_dead_watch_stream_is_noticed() -> None:
    assert "watch stream" in World(dead=1).watchdog.verdict()


def test_a_watch_that_is_refused_is_noticed_within_a_minute_and_named() -> None:
    world = World(refused=(44, "secrets: HTTP 403"))
    assert world.watchdog.verdict() == ""
    world.refused = (46, "secrets: HTTP 403")
    assert world.watchdog.verdict() == "a watch was refused for 45 s (secrets: HTTP 403)"
    assert Limits().refused + Limits().look < 60


def test_before_the_first_listings_dead_watchers_are_no_sign_but_their_delay_is() -> None:
    world = World(dead=3, synced=False)
    assert world.watchdog.verdict() == ""
    world.now = 181
    assert "listings" in world.watchdog.verdict()


def test_a_write_that_does_not_come_back_is_noticed_after_thirty_seconds() -> None:
    world = World()
    world.watchdog.canary_written("n1")
    world.now = 29
    assert world.watchdog.verdict() == ""
    world.now = 31
    assert "come back" in world.watchdog.verdict()


def test_a_write_that_comes_back_clears_the_sign() -> None:
    world = World()
    world.watchdog.canary_written("n1")
    world.now = 5
    world.echo("n1")
    world.now = 500
    assert world.watchdog.verdict() == ""


def test_an_event_faster_than_the_answer_counts() -> None:
    world = World()
    world.echo("n1")
    world.watchdog.canary_written("n1")
    world.now = 500
    assert world.watchdog.verdict() == ""


def test_an_old_canary_does_not_count_for_the_new_one() -> None:
    world = World()
    world.watchdog.canary_written("n2")
    world.echo("n1")
    world.now = 31
    assert world.watchdog.verdict() != ""


def test_a_watch_that_can_no_longer_be_opened_is_noticed() -> None:
    """Its rights were taken away: kopf tries for ever and is called healthy; the next life says which rights are missing."""
    assert World(silence=479).watchdog.verdict() == ""
    assert "opened" in World(silence=481).watchdog.verdict()


def test_a_project_that_waits_too_long_is_noticed() -> None:
    assert "stuck" in World(oldest=301).watchdog.verdict()


@in_virtual_time
async def test_a_verdict_ends_the_process() -> None:
    world = World(dead=1)
    ends: list[str] = []
    await world.watchdog.run(ends.append)
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("own", "watched", "expected"), [("ops", (), "ops"), ("ops", ("a", "ops"), "ops"), ("ops", ("a", "b"), "a")]
)
def test_the_canary_sits_where_it_is_watched(own: str, watched: tuple[str, ...], expected: str) -> None:
    assert canary_key(own, watched).namespace == expected


@in_virtual_time
async def test_the_barrier_opens_when_every_kind_was_listed_in_every_namespace() -> None:
    informer = Informer(Cache(), KeyedQueue[Key](), namespaces=("a", "b"), own=ObjectKey("v1", "ConfigMap", "ops", "canary"))
    pairs = [(kind, namespace) for kind in WATCHED for namespace in ("a", "b")]
    for kind, namespace in pairs[:-1]:
        informer.on_list(kind, namespace, [], "1")
    informer.on_list(pairs[0][0], "a", [], "2")
    assert not informer.synced.is_set()
    assert informer.waiting_for() == [pairs[-1][0].resource]
    informer.on_list(*pairs[-1], [], "3")
    assert informer.synced.is_set()

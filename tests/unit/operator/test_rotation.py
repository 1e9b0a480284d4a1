"""The exchange of passwords: its order, what holds it up, and that no pod is ever without one that its store takes."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.build import Simulated, project
from tests.unit.operator.test_status import conditions, status_of

from testgen_operator import names
from testgen_operator.plan import credentials, passwords
from testgen_operator.plan.model import DropPrevious, ObjectKey, Redraw
from testgen_operator.resources.project import TestGenProject
from testgen_operator.status.reasons import Reason

STORES: dict[str, Any] = {
    "postgres": {"readReplica": True},
    "neo4j": {"type": "Managed"},
    "redis": {"type": "Managed"},
    "qdrant": {"type": "Managed"},
}


def wanting(token: str | None, spec: dict[str, Any] | None = None, **more: Any) -> TestGenProject:
    stores = STORES | ({"rotateCredentials": token} if token else {})
    return project({"stores": stores, **(spec or {}), **more}, generation=2)


def running(spec: dict[str, Any] | None = None) -> Simulated:
    cluster = Simulated(wanting(None, spec))
    cluster.converge(20)
    return cluster


def login_jobs(cluster: Simulated) -> list[str]:
    return [one.name for one in cluster.plan().manifests if one.kind == "Job" and "-login-" in one.name]


@pytest.mark.parametrize("mode", ["Monolith", "Microservices"])
def test_a_new_text_exchanges_every_drawn_value_once_and_ends_with_one_value_each(mode: str) -> None:
    cluster = running({"mode": mode})
    before = {name: one.digest for name, one in cluster.secrets.items()}
    cluster.project = wanting("today", mode=mode)
    cluster.converge(20)
    for one in credentials.drawn(cluster.project):
        seen = cluster.secrets[one.secret]
        assert (seen.token, seen.keys) == ("today", frozenset([one.key])), one
        assert seen.digest != before[one.secret]
    assert cluster.secrets["shop-admin-key"].digest == before["shop-admin-key"], "the first key is rotated by the API"
    assert not passwords.rotating(cluster.project, cluster.facts())
    assert not cluster.step(), "the same text draws no second time"


def test_a_password_is_told_to_its_database_only_when_every_pod_knows_it() -> None:
    cluster = running()
    cluster.project = wanting("today")
    cluster.step()  # drawn
    assert cluster.secrets["shop-postgres"].keys == {"password", "previous-password"}
    assert not [name for name in login_jobs(cluster) if "postgres" in name]
    cluster.step()  # the new hash rolls the pods; the old ones are still there
    assert not [name for name in login_jobs(cluster) if "postgres" in name]
    cluster.settle()
    assert [name for name in login_jobs(cluster) if name.startswith("shop-login-postgres-")]
    assert cluster.secrets["shop-postgres"].rotating, "the old value stays until the Job has succeeded"
    cluster.converge(20)
    assert not cluster.secrets["shop-postgres"].rotating


def test_a_rotation_rolls_the_pods_once() -> None:
    cluster = running()
    seen: list[Any] = []
    cluster.project = wanting("today")
    for _ in range(12):
        cluster.step()
        cluster.settle()
        template = cluster.get("Deployment", "shop-all-blue")["spec"]["template"]
        if not seen or seen[-1] != template:
            seen.append(copy.deepcopy(template))
    assert len(seen) <= 2


@pytest.mark.parametrize("held_by", ["a pod that does not start", "a pod that still ends"])
def test_the_old_password_stays_while_a_pod_may_need_it(held_by: str) -> None:
    cluster = running()
    cluster.project = wanting("today")
    cluster.step()
    if held_by == "a pod that does not start":
        cluster.broken.add("shop-all-blue")
    for _ in range(6):
        cluster.step()
        cluster.settle()
        if held_by == "a pod that still ends":
            cluster.add_pod(cluster.get("Deployment", "shop-all-blue"), 9, ready=True)
            key = ObjectKey("v1", "Pod", "team", "shop-all-blue-9")
            cluster.objects[key]["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert cluster.secrets["shop-postgres"].rotating
    assert not [name for name in login_jobs(cluster) if "postgres" in name]


def test_a_job_that_fails_keeps_the_old_password() -> None:
    cluster = running()
    cluster.project = wanting("today")
    cluster.step()
    cluster.step()
    cluster.settle()
    cluster.broken.update(login_jobs(cluster))
    for _ in range(5):
        cluster.step()
        cluster.settle()
    assert cluster.secrets["shop-postgres"].rotating
    assert cluster.secrets["shop-qdrant"].keys == {"api-key"}, "what needs no Job goes on"


def test_a_further_text_waits_until_the_one_before_is_through() -> None:
    cluster = running()
    cluster.project = wanting("one")
    cluster.step()
    cluster.project = wanting("two")
    cluster.step()
    assert cluster.secrets["shop-postgres"].token == "one"
    cluster.converge(30)
    assert {cluster.secrets[one.secret].token for one in credentials.drawn(cluster.project)} == {"two"}


def test_a_text_that_was_there_from_the_start_or_is_taken_away_rotates_nothing() -> None:
    cluster = Simulated(wanting("first"))
    cluster.converge(20)
    before = dict(cluster.secrets)
    cluster.project = wanting(None)
    cluster.converge(20)
    assert cluster.secrets == before


def test_nothing_is_drawn_while_the_project_sleeps_or_its_store_does_not_answer() -> None:
    asleep = running()
    asleep.project = wanting("today", suspend=True)
    asleep.converge(20)
    assert {one.token for one in asleep.secrets.values()} == {""}
    asleep.project = wanting("today")
    asleep.converge(30)
    assert asleep.secrets["shop-postgres"].token == "today"

    down = running()
    down.broken.add("shop-neo4j")
    down.settle()
    down.project = wanting("today")
    down.step()
    assert (down.secrets["shop-neo4j"].token, down.secrets["shop-postgres"].token) == ("", "today")


def test_the_stores_are_ready_while_their_passwords_change() -> None:
    cluster = running()
    cluster.project = wanting("today")
    cluster.step()
    cluster.settle()
    assert conditions(status_of(cluster, {}))["StoresReady"][:2] == ("True", str(Reason.ROTATING_CREDENTIALS))


def test_external_passwords_are_not_the_operators_to_change() -> None:
    found = project(
        {
            "stores": {
                "rotateCredentials": "today",
                "postgres": {"type": "External", "external": {"host": "db", "passwordSecretRef": {"name": "own", "key": "pw"}}},
                "redis": {"type": "Managed"},
            }
        }
    )
    assert [one.component for one in credentials.drawn(found)] == ["redis"]


@dataclass
class World:
    """What PostgreSQL takes, and what the least informed pod knows, beside the simulated cluster."""

    cluster: Simulated
    inside: str = "digest-of-shop-postgres"
    known: frozenset[str] = frozenset(["digest-of-shop-postgres"])
    values: list[str] = field(default_factory=list)

    def now(self) -> frozenset[str]:
        """What a pod that starts now reads: the current value, and the one before while it is kept."""
        seen = self.cluster.secrets["shop-postgres"]
        if not self.values or self.values[-1] != seen.digest:
            self.values.append(seen.digest)
        return frozenset(self.values[-2:] if seen.rotating else self.values[-1:])

    def controllers(self) -> None:
        self.now()
        rolled = copy.deepcopy(self.cluster.get("Deployment", "shop-all-blue")["spec"]["template"])
        told = [key for key, one in self.cluster.objects.items() if "-login-postgres-" in key.name and not one["status"]]
        self.cluster.settle()
        if "shop-all-blue" not in self.cluster.broken and rolled != getattr(self, "_template", None):
            self._template = rolled
            self.known = self.now()
        if told and not self.cluster.broken.intersection(key.name for key in told):
            self.inside = self.values[-1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["step", "controllers", "token", "break", "mend", "restart"]), max_size=40))
def test_at_every_moment_every_pod_knows_a_password_that_the_database_takes(events: list[str]) -> None:
    """Whatever comes in between: new texts, pods that do not start, kills of the operator (a plan is all it remembers)."""
    world, tokens = World(running()), 0
    world.controllers()
    for event in events:
        match event:
            case "step" | "restart":
                world.cluster.step()
                world.now()
            case "controllers":
                world.controllers()
            case "token":
                tokens += 1
                world.cluster.project = wanting(f"t{tokens}")
            case "break":
                world.cluster.broken.add("shop-all-blue")
            case "mend":
                world.cluster.broken.discard("shop-all-blue")
        assert world.inside in world.known
        assert world.inside in world.now(), "the Secret never loses what the database takes"


@pytest.mark.parametrize("rotation", [Redraw("b", "a"), DropPrevious("a")])
def test_a_step_names_the_place_that_it_was_decided_at(rotation: Redraw | DropPrevious) -> None:
    assert (rotation.since if isinstance(rotation, Redraw) else rotation.token) == "a"


def test_a_lost_redis_password_is_drawn_anew_and_a_lost_database_password_is_not() -> None:
    cluster = running()
    del cluster.secrets["shop-redis"]
    del cluster.secrets["shop-postgres"]
    drawn = {one.name for one in cluster.plan().secrets}
    assert "shop-redis" in drawn, "it is in no data: the server reads it at its start"
    assert "shop-postgres" not in drawn


def test_the_old_value_is_no_part_of_the_hash_that_rolls_pods() -> None:
    from testgen_operator.plan.facts import secret_digest

    assert secret_digest("u", {"password": "YQ=="}) == secret_digest("u", {"password": "YQ==", "previous-password": "Yg=="})
    assert secret_digest("u", {"password": "YQ=="}) != secret_digest("u", {"password": "Yg=="})


def test_a_replaced_secret_fact_is_another_hash() -> None:
    cluster = running()
    facts = cluster.facts()
    other = replace(facts.secrets["shop-postgres"], digest="other")
    changed = replace(facts, secrets={**facts.secrets, "shop-postgres": other})
    assert credentials.secrets_hash(cluster.project, facts) != credentials.secrets_hash(cluster.project, changed)
    assert (
        names.ANNOTATION_SECRETS_HASH in cluster.get("Deployment", "shop-all-blue")["spec"]["template"]["metadata"]["annotations"]
    )

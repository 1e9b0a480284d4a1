"""What is changed in the middle of a rollout, on a real node and under traffic (docs/ROLLOUTS.md, "In the middle of a rollout").

Each test has a release wait for its approval, changes something else, and sees what becomes of both: settings, a Secret, the
number of pods and who decides about it, evictions, a suspension, passwords, the mode. One project for all, in this order. Each of
these at each step of each strategy is in tests/unit/operator/test_mid_rollout.py, on simulated controllers.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from testgen_operator import names
from testgen_operator.plan import components
from tests.cluster import releases
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster, CommandFailed, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHIN = 240.0
ROLLOUT = {
    "strategy": "BlueGreen",
    "autoPromote": False,
    "bakeSeconds": 0,
    "scaleDownDelaySeconds": 0,
    "progressDeadlineSeconds": 300,
    "smoke": {"enabled": False},
    "analysis": {"enabled": False},
}
"""Nothing is checked, so that a release waits for its approval as soon as its pods are ready."""
JWT = {"issuer": "https://login.example", "secretRef": {"name": "tokens", "key": "key"}}
ENOUGH = 20
"""Requests that are to be answered after the last change of a test."""


class Shop:
    """The project, what it is asked for, and its callers."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.spec: dict[str, Any] = {**releases.SMALL, "access": {"jwt": JWT}, "rollout": ROLLOUT}
        self.tokens = 1000
        self.traffic: Traffic | None = None

    async def ask(self, **more: Any) -> None:
        """Another spec: the last one with these fields. None takes a field away."""
        self.spec = {key: value for key, value in (self.spec | more).items() if value is not None}
        await self.cluster.apply_project("shop", self.spec)

    async def newest(self) -> Object:
        found = await releases.newest(self.cluster, "shop")
        assert found is not None
        return found

    async def record(self, name: str) -> Object:
        return await self.cluster.get("TestGenRelease", name)

    async def waiting(self, *, after: Object) -> Object:
        """The release that came after that one, once it waits for its approval and was not held before."""
        found = await releases.at(self.cluster, "shop", "AwaitingPromotion", after=after["spec"]["sequence"], within=WITHIN)
        assert found["spec"]["sequence"] == after["spec"]["sequence"] + 1, "one release came, and no other"
        return found

    async def begun(self, **more: Any) -> Object:
        """Another setting is rolled out; its release, which waits for its approval."""
        before = await self.newest()
        self.tokens += 1
        await self.ask(budgets={"dailyTokens": self.tokens}, **more)
        return await self.waiting(after=before)

    async def approved(self, record: Object) -> Object:
        """That release after its approval, once it has ended; it is still the newest, and serves."""
        name = record["metadata"]["name"]
        await self.ask(rollout={**ROLLOUT, "promote": name})
        found = await releases.ended(self.cluster, "shop", after=record["spec"]["sequence"] - 1, within=WITHIN)
        assert (found["metadata"]["name"], found["status"]["outcome"]) == (name, "Promoted"), found["status"]
        service = await self.cluster.get("Service", "shop")
        assert service["metadata"]["annotations"][names.ANNOTATION_RELEASE] == name
        await self.cluster.ready("shop", within=WITHIN)
        return found

    async def replaced(self, record: Object) -> Object:
        """The release that took the place of that one, once it waits for its approval."""
        found = await self.waiting(after=record)
        before = (await self.record(record["metadata"]["name"]))["status"]
        assert (before["step"], before["outcome"], before["reason"]) == ("Done", "Superseded", "Superseded"), before
        return found

    async def serving(self) -> str:
        """The colour that the Service leads to."""
        selector: dict[str, str] = (await self.cluster.get("Service", "shop"))["spec"]["selector"]
        return selector[names.LABEL_COLOUR]

    async def pods(self, colour: str) -> list[str]:
        """The Monolith's ready pods of that colour that are not about to leave."""
        found = []
        for one in await self.cluster.list("Pod", project="shop"):
            labels = one["metadata"]["labels"]
            states = {each["type"]: each["status"] for each in one["status"].get("conditions", ())}
            mine = labels.get(names.LABEL_COLOUR) == colour and labels[names.LABEL_COMPONENT] == "all"
            if mine and states.get("Ready") == "True" and "deletionTimestamp" not in one["metadata"]:
                found.append(one["metadata"]["name"])
        return found

    async def sized(self, count: int, *colours: str, most: int = 0) -> None:
        """Wait until those colours have so many pods, or up to `most`, all ready, and are to have no others."""

        async def check() -> bool:
            for colour in colours:
                wanted = (await self.cluster.get("Deployment", f"shop-all-{colour}"))["spec"]["replicas"]
                there = await self.pods(colour)
                assert wanted == len(there), f"{colour}: {wanted} wanted, ready are {there}"
                assert count <= wanted <= (most or count), f"{colour}: {wanted} wanted"
            return True

        await self.cluster.eventually(check, within=WITHIN, what=f"{' and '.join(colours)} have {count} pods")

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Callers go on meanwhile, and for some requests more; none of them fails."""
        assert self.traffic is not None
        traffic, failed, answered = self.traffic, len(self.traffic.failures), self.traffic.answered
        async with callers.flowing(traffic):
            yield
            enough = traffic.answered + ENOUGH

            async def asked_on() -> bool:
                return traffic.answered >= enough

            await self.cluster.eventually(asked_on, within=60, what=f"{ENOUGH} requests after it")
        assert traffic.failures[failed:] == []
        print(f"{traffic.answered - answered} requests answered, none failed")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, shared_operator: OperatorProcess) -> Shop:
    found = Shop(shared_cluster)
    await shared_cluster.kubectl("create", "secret", "generic", "tokens", f"--from-literal=key={'a' * 48}")
    await found.ask()
    await shared_cluster.ready("shop", within=WITHIN)
    await releases.ended(shared_cluster, "shop")
    found.traffic = await callers.to(shared_cluster, "shop")
    return found


async def test_another_setting_and_another_secret_each_take_the_place_of_the_release_under_way(shop: Shop) -> None:
    async with shop.served():
        first = await shop.begun()
        serving = await shop.serving()
        await shop.ask(budgets={"dailyTokens": 9})
        second = await shop.replaced(first)
        await shop.cluster.patch("Secret", "tokens", {"stringData": {"key": "b" * 48}})
        third = await shop.replaced(second)
        assert await shop.serving() == serving
        assert await shop.pods(serving), "what serves was left alone"
        await shop.approved(third)

    hashes = [(one["spec"]["configHash"], one["spec"]["secretsHash"]) for one in (first, second, third)]
    assert hashes[0][0] != hashes[1][0] == hashes[2][0], hashes
    assert hashes[0][1] == hashes[1][1] != hashes[2][1], hashes
    assert await shop.serving() != serving


async def test_what_serves_already_is_asked_for_again_and_the_release_under_way_gives_way(shop: Shop) -> None:
    served = await shop.newest()
    budgets = shop.spec["budgets"]
    async with shop.served():
        left = await shop.begun()
        await shop.ask(budgets=budgets)
        ended = await releases.ended(shop.cluster, "shop", after=served["spec"]["sequence"], within=WITHIN)
        await shop.cluster.condition("shop", "RolloutSucceeded", "True", within=60)

    assert (ended["metadata"]["name"], ended["status"]["outcome"]) == (left["metadata"]["name"], "Superseded")
    service = await shop.cluster.get("Service", "shop")
    assert service["metadata"]["annotations"][names.ANNOTATION_RELEASE] == served["metadata"]["name"]


async def test_more_pods_are_no_release_and_a_drained_node_takes_one_of_each_colour_at_a_time(shop: Shop) -> None:
    async with shop.served():
        record = await shop.begun()
        old = await shop.serving()
        new = "green" if old == "blue" else "blue"
        await shop.sized(1, old, new)
        assert await shop.cluster.find("PodDisruptionBudget", f"shop-all-{old}") is None, "one pod alone is not kept from leaving"
        await shop.ask(replicas=2)
        await shop.sized(2, old, new)
        assert (await shop.newest())["metadata"]["name"] == record["metadata"]["name"], "the size is no part of a release"
        assert (await shop.record(record["metadata"]["name"]))["status"]["step"] == "AwaitingPromotion"

        for colour in (old, new):
            await shop.cluster.eventually(partial(_may_evict, shop.cluster, colour), within=60, what=f"{colour} is guarded")
            first, second = await shop.pods(colour)
            await _evict(shop.cluster, first)
            with pytest.raises(CommandFailed, match="disruption budget"):
                await _evict(shop.cluster, second)
        await shop.sized(2, old, new)
        await shop.approved(record)
        await shop.sized(2, new)

    assert await shop.cluster.find("PodDisruptionBudget", f"shop-all-{new}") is not None


async def _may_evict(cluster: Cluster, colour: str) -> bool:
    budget = await cluster.get("PodDisruptionBudget", f"shop-all-{colour}")
    return bool((budget.get("status") or {}).get("disruptionsAllowed") == 1)


async def _evict(cluster: Cluster, pod: str) -> None:
    """As `kubectl drain` asks for it."""
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": cluster.namespace}}
    path = f"/api/v1/namespaces/{cluster.namespace}/pods/{pod}/eviction"
    await cluster.kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(body))


async def test_an_autoscaler_follows_the_colour_that_serves_and_its_size_goes_over(shop: Shop) -> None:
    async def scaled() -> dict[str, str]:
        found = await shop.cluster.list("HorizontalPodAutoscaler", project="shop")
        return {one["metadata"]["name"]: one["spec"]["scaleTargetRef"]["name"] for one in found}

    async with shop.served():
        record = await shop.begun(replicas=None)
        old = await shop.serving()
        new = "green" if old == "blue" else "blue"
        await shop.sized(1, old, new)
        # Raised by the autoscaler, which needs no figures to know that one pod is too few; where the load of the callers, or of
        # the pods' own start, is measured, it may ask for the third.
        await shop.ask(autoscaling={"enabled": True, "minReplicas": 2, "maxReplicas": 3})
        await shop.sized(2, old, new, most=3)
        assert await scaled() == {f"shop-all-{old}": f"shop-all-{old}"}
        assert (await shop.newest())["metadata"]["name"] == record["metadata"]["name"], "the size is no part of a release"
        await shop.approved(record)
        await shop.sized(2, new, most=3)

    assert await scaled() == {f"shop-all-{new}": f"shop-all-{new}"}


async def test_a_suspended_release_waits_and_is_where_it_was_when_the_project_wakes(shop: Shop) -> None:
    async def empty() -> bool:
        pods = await shop.cluster.list("Pod", project="shop")
        return all(one["status"].get("phase") in ("Succeeded", "Failed") for one in pods)  # a Job's ended pod runs nothing

    async with shop.served():
        record = await shop.begun(autoscaling=None)
        name = record["metadata"]["name"]
        old = await shop.serving()
        new = "green" if old == "blue" else "blue"
        await shop.sized(1, old, new)
    await shop.ask(suspend=True)
    await shop.cluster.eventually(empty, within=WITHIN, what="no pod is left")
    await shop.cluster.condition("shop", "Suspended", "True", within=60)
    asleep = (await shop.record(name))["status"]
    assert (asleep["step"], asleep["held"], asleep.get("outcome")) == ("AwaitingPromotion", "Suspended", None)

    # Approved in its sleep: it is heard when both colours are back.
    await shop.ask(rollout={**ROLLOUT, "promote": name})
    await shop.cluster.condition("shop", "Suspended", "True", within=60)
    asleep = (await shop.record(name))["status"]
    assert (asleep["step"], asleep["held"], asleep.get("outcome")) == ("AwaitingPromotion", "Suspended", None)
    assert await shop.serving() == old

    await shop.ask(rollout=ROLLOUT)
    await shop.ask(suspend=None)
    await shop.cluster.ready("shop", within=WITHIN)
    async with shop.served():
        await shop.sized(1, old, new)

        async def awake() -> bool:
            status = (await shop.record(name))["status"]
            assert (status["step"], status.get("held")) == ("AwaitingPromotion", None), status
            assert status["since"] > asleep["since"], "the step begins anew"
            return True

        await shop.cluster.eventually(awake, within=60, what="it waits for its approval again")
        assert await shop.serving() == old
        await shop.approved(record)
    assert await shop.serving() == new
    assert shop.traffic is not None
    assert await shop.traffic.lost() == []


async def test_passwords_are_exchanged_and_the_old_one_opens_until_no_older_pod_runs(shop: Shop) -> None:
    async def drawn() -> dict[str, str]:
        found: dict[str, str] = (await shop.cluster.get("Secret", names.postgres("shop")))["data"]
        return found

    async def told() -> list[str]:
        jobs = await shop.cluster.list("Job", project="shop")
        return [one["metadata"]["name"] for one in jobs if one["metadata"]["labels"][names.LABEL_COMPONENT] == "credentials"]

    before = await drawn()
    assert set(before) == {"password"}
    async with shop.served():
        first = await shop.begun()
        await shop.ask(stores={**shop.spec["stores"], "rotateCredentials": "first"})
        second = await shop.replaced(first)
        between = await drawn()
        assert between["previous-password"] == before["password"], "what serves knows no other"
        assert between["password"] != before["password"]
        assert await told() == []
        await shop.approved(second)

        async def exchanged() -> bool:
            return await drawn() == {"password": between["password"]}

        await shop.cluster.eventually(exchanged, within=WITHIN, what="the old password is gone")
        await shop.cluster.ready("shop", within=WITHIN)

    assert first["spec"]["secretsHash"] != second["spec"]["secretsHash"]
    assert (await shop.newest())["metadata"]["name"] == second["metadata"]["name"], "the end of a rotation is no release"


async def test_another_mode_stands_beside_what_serves_until_it_is_approved(shop: Shop) -> None:
    async def parts() -> set[str]:
        pods = await shop.cluster.list("Pod", project="shop")
        return {one["metadata"]["labels"][names.LABEL_COMPONENT] for one in pods} & set(components.TABLE)

    async def entry() -> str:
        selector: dict[str, str] = (await shop.cluster.get("Service", "shop"))["spec"]["selector"]
        return selector[names.LABEL_COMPONENT]

    async with shop.served():
        first = await shop.begun()
        await shop.ask(mode="Microservices", resources=None)  # which has no meaning there
        second = await shop.replaced(first)
        assert (first["spec"]["mode"], second["spec"]["mode"]) == ("Monolith", "Microservices")
        assert await entry() == "all"
        roles = await parts()
        assert roles > {"all", "edge", "api", "worker"}
        await shop.approved(second)
        assert await entry() == "edge"

        async def alone() -> bool:
            return await parts() == roles - {"all"}

        await shop.cluster.eventually(alone, within=WITHIN, what="the Monolith's pods are gone")
    assert shop.traffic is not None
    assert await shop.traffic.lost() == []

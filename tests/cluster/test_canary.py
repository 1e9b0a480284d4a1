"""A canary's share on live controllers: a real Traefik by the Gateway API's weights and by its own, and the number of pods where
nothing else splits (issue 7 point 2, S2-123…128).

One project for all, in this order. What share a release has is read where it arrives: each pod counts its own requests.
ingress-nginx cannot be had here; what is rendered for it is in tests/unit/operator/test_exposure.py.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from testgen_operator import names
from tests.cluster import releases
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOST = "canary.example"
GATEWAY: dict[str, Any] = {"type": "Gateway", "host": HOST, "gatewayRef": {"name": "by-traefik"}, "forceHttps": False}
INGRESS: dict[str, Any] = {"type": "Ingress", "host": HOST, "ingressClassName": "traefik", "forceHttps": False}
UNLIMITED = {"requestsPerMinute": 1_000_000, "maxConnections": 10_000}
COUNTED = "/api/v1/jobs"
"""Nobody but `share` asks for it while a release shifts."""
REQUESTS = 240
TOO_SLOW = 2500
"""Milliseconds, for the release that turns slow: less than its answers take then. Good ones may be slow on a busy machine."""
DEVIATIONS = 4.5
"""Of a binomial distribution: a right share is out of them once in 150,000 times."""
ROLLOUT: dict[str, Any] = {
    **releases.CHECKS,
    "strategy": "Canary",
    "scaleDownDelaySeconds": 5,
    "analysis": {**releases.CHECKS["analysis"], "failureLimit": 0, "inconclusiveLimit": 100},
}


@dataclass
class Outside(Traffic):
    """Callers who come by the host; empty: by the Service."""

    host: str = ""

    def client(self) -> httpx.AsyncClient:
        found = super().client()
        if self.host:
            found.headers["Host"] = self.host
        return found


@dataclass
class Shop:
    """The project, its releases' images, and where Traefik answers."""

    cluster: Cluster
    images: dict[str, str]
    traefik: str
    key: str = ""
    spec: dict[str, Any] | None = None
    callers: int = 0

    async def ask_for(self, image: str, steps: list[Object], analysis: Object | None = None, **more: Any) -> None:
        self.spec = {
            "image": self.images[image],
            **releases.SMALL,
            "rollout": {**ROLLOUT, "steps": steps, "analysis": {**ROLLOUT["analysis"], **(analysis or {})}},
            **more,
        }
        await self.cluster.apply_project("shop", self.spec)

    async def skip(self, release: str, number: int) -> None:
        assert self.spec is not None
        self.spec["rollout"]["skip"] = f"{release}/{number}"
        await self.cluster.apply_project("shop", self.spec)

    async def outside(self, host: str = HOST) -> Outside:
        address = self.traefik
        if not host:
            address = (await self.cluster.get("Service", "shop"))["spec"]["clusterIP"]
        self.callers += 1  # nobody sends a text that another one has sent
        return Outside(f"http://{address}", self.key, sent=10_000 * self.callers, host=host)

    async def counted(self) -> Counter[str]:
        """Requests that arrived, by the colour of the pods."""
        found: Counter[str] = Counter()
        async with httpx.AsyncClient(timeout=30) as http:
            for pod in await self.cluster.list("Pod", project="shop"):
                labels = pod["metadata"]["labels"]
                if (
                    labels.get(names.LABEL_COMPONENT) != "all"
                    or not pod["status"].get("podIP")
                    or pod["metadata"].get("deletionTimestamp")
                ):
                    continue
                try:
                    answer = await http.get(f"http://{pod['status']['podIP']}:{names.PORT_HTTP}/metrics")
                except httpx.HTTPError as problem:
                    raise AssertionError(f"{pod['metadata']['name']} shows no metrics: {problem!r}") from problem
                for line in answer.text.splitlines():
                    if line.startswith("testgen_http_requests_total{") and f'route="{COUNTED}"' in line:
                        found[labels[names.LABEL_COLOUR]] += int(float(line.rpartition(" ")[2]))
        return found

    async def tallied(self) -> Counter[str]:
        """`counted`, and never empty."""
        return await self.counted() + Counter({"asked": 1})

    async def share(self, colour: str, by: Outside) -> float:
        """Of REQUESTS that are sent now, the part that arrives at a colour. None fails."""
        before: Counter[str] = await self.cluster.eventually(self.tallied, within=30, what="every pod shows its metrics")
        async with by.client() as client:
            places = asyncio.Semaphore(8)

            async def one() -> int:
                async with places:
                    return (await client.get(COUNTED)).status_code

            statuses = Counter(await asyncio.gather(*(one() for _ in range(REQUESTS))))
        assert statuses == {200: REQUESTS}

        async def all_counted() -> Counter[str] | None:  # a pod counts a request after it has answered
            found = await self.tallied() - before
            return found if found.total() >= REQUESTS else None

        arrived: Counter[str] = await self.cluster.eventually(all_counted, within=10, what="every request arrived at a pod")
        assert arrived.total() == REQUESTS, "every request arrived at a pod, once"
        return arrived[colour] / REQUESTS

    async def answers(self, by: Outside) -> None:
        async def once() -> bool:
            try:
                async with by.client() as client:
                    return (await client.get(COUNTED)).status_code == 200
            except httpx.HTTPError:
                return False

        await self.cluster.eventually(once, within=60, what="the project answers")

    async def shifting(self, number: int, weight: int, *, after: int) -> Object:
        """The newest release, once the project's status has it at that step with that share."""

        async def there() -> Object | None:
            status = (await self.cluster.get("TestGenProject", "shop")).get("status") or {}
            rollout = status.get("rollout") or {}
            found = (rollout.get("step"), rollout.get("number"), rollout.get("weight"))
            if found != ("Shifting", number, weight):
                raise AssertionError(str(rollout))
            record = await releases.newest(self.cluster, "shop")
            assert record is not None
            assert int(record["spec"]["sequence"]) > after
            return {**record, "rollout": rollout}

        found: Object = await self.cluster.eventually(there, within=300, what=f"{weight} % in step {number}")
        return found


def is_near(found: float, percent: int) -> bool:
    expected = percent / 100
    return abs(found - expected) <= DEVIATIONS * math.sqrt(expected * (1 - expected) / REQUESTS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(
    shared_cluster: Cluster, traefik: str, other_releases: dict[str, str], shared_operator: OperatorProcess
) -> AsyncIterator[Shop]:
    listener = {"name": "web", "port": 80, "protocol": "HTTP"}
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "by-traefik"},
        "spec": {"gatewayClassName": "traefik", "listeners": [listener]},
    }
    await shared_cluster.kubectl("create", "-f", "-", stdin=json.dumps(gateway))
    found = Shop(shared_cluster, other_releases, traefik)
    await found.ask_for("good-1", [{"weight": 25}], exposure=GATEWAY | UNLIMITED)
    await shared_cluster.ready("shop", within=240)
    await releases.ended(shared_cluster, "shop")
    found.key = await callers.unlimited_key(shared_cluster, "shop")
    yield found


@asynccontextmanager
async def used(shop: Shop, host: str = HOST) -> AsyncIterator[Outside]:
    """Callers go on meanwhile; no request of theirs fails."""
    by = await shop.outside(host)
    await shop.answers(by)
    async with callers.flowing(by):
        yield by
    assert by.failures == []
    assert by.quiet() == []


async def test_a_good_release_gets_the_gateways_share_step_by_step_and_all_of_it(shop: Shop) -> None:  # S2-123…125
    steps = [{"weight": 25}, {"weight": 50}]
    async with used(shop) as by:
        await shop.ask_for("good-2", steps, exposure=GATEWAY | UNLIMITED)
        for number, weight in enumerate((25, 50)):
            record = await shop.shifting(number, weight, after=1)
            assert record["rollout"]["traffic"] == "GatewayWeights"
            await eventually_near(shop, record, weight, by)
            await shop.skip(record["metadata"]["name"], number)
        record = await releases.ended(shop.cluster, "shop", after=1)

    assert record["status"]["outcome"] == "Promoted"
    assert await shop.share(record["spec"]["colour"], await shop.outside()) == 1


async def test_a_release_that_turns_slow_at_a_quarter_goes_back_to_nothing(shop: Shop) -> None:  # S2-126…128
    async with used(shop) as by:
        steps = [{"weight": 25}, {"weight": 50}]
        await shop.ask_for("slow-later", steps, {"latencyP95Milliseconds": TOO_SLOW}, exposure=GATEWAY | UNLIMITED)
        await shop.shifting(0, 25, after=2)
        record = await releases.ended(shop.cluster, "shop", after=2)
        assert await shop.share(record["spec"]["colour"], by) == 0

    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "AnalysisFailed")
    assert not record["status"].get("served")
    await shop.cluster.ready("shop", within=60)


async def test_behind_an_ingress_of_traefik_its_own_weights_make_the_share(shop: Shop) -> None:  # S2-125
    await shop.ask_for("good-2", [{"weight": 25}], exposure=INGRESS | UNLIMITED)

    async def led() -> bool:
        return await shop.cluster.find("Ingress", "shop") is not None and await shop.cluster.find("HTTPRoute", "shop") is None

    await shop.cluster.eventually(led, within=60, what="the Ingress leads to the project")
    before = await releases.newest(shop.cluster, "shop")
    assert before is not None
    last = int(before["spec"]["sequence"])
    async with used(shop) as by:
        await shop.ask_for("good-1", [{"weight": 25}], exposure=INGRESS | UNLIMITED)
        record = await shop.shifting(0, 25, after=last)
        assert record["rollout"]["traffic"] == "TraefikWeights"
        await eventually_near(shop, record, 25, by)
        await shop.skip(record["metadata"]["name"], 0)
        record = await releases.ended(shop.cluster, "shop", after=last)
        assert await shop.share(record["spec"]["colour"], by) == 1

    assert record["status"]["outcome"] == "Promoted"

    async def gone() -> bool:
        return await shop.cluster.find("IngressRoute", "shop-canary") is None

    await shop.cluster.eventually(gone, within=60, what="the canary's route is gone")


async def test_where_nothing_splits_the_number_of_pods_does(shop: Shop) -> None:  # S2-123
    await shop.ask_for("good-1", [{"weight": 33}], replicas=2)

    async def two() -> bool:
        found = await shop.cluster.list("Deployment", project="shop")
        return any((one.get("status") or {}).get("readyReplicas") == 2 for one in found)

    await shop.cluster.eventually(two, within=120, what="two pods serve")
    before = await releases.newest(shop.cluster, "shop")
    assert before is not None
    last = int(before["spec"]["sequence"])
    async with used(shop, host="") as by:
        await shop.ask_for("good-2", [{"weight": 33}], replicas=2)
        record = await shop.shifting(0, 33, after=last)
        assert record["rollout"]["traffic"] == "ReplicaRatio"
        await eventually_near(shop, record, 33, by)
        await shop.skip(record["metadata"]["name"], 0)
        record = await releases.ended(shop.cluster, "shop", after=last)

    assert record["status"]["outcome"] == "Promoted"
    assert await shop.share(record["spec"]["colour"], await shop.outside("")) == 1


async def eventually_near(shop: Shop, record: Object, weight: int, by: Outside) -> None:
    """A controller takes a moment to follow; then the share is the step's."""
    colour = record["spec"]["colour"]

    async def near() -> bool:
        found = await shop.share(colour, by)
        assert is_near(found, weight), f"{found:.3f} of the requests instead of {weight} %"
        print(f"{record['rollout']['traffic']}: {found:.3f} of {REQUESTS} requests at {weight} %")
        return True

    await shop.cluster.eventually(near, within=60, what=f"{weight} % of the requests", poll=1)

"""A running project changes its mode there and back under traffic, sleeps and wakes: no request fails, no row is lost.

Across every change there are requests on new and on kept connections, generation that is waited for, jobs and those who follow
them. One project for all, in this order. `make soak SOAK=modes` does ten rounds of the same (MODE_ROUNDS), and keeps what it
counted in the file that MODE_RESULTS names.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from testgen_operator import names
from testgen_operator.plan import components, edge
from tests.cluster import crossing
from tests.cluster import traffic as callers
from tests.cluster.crossing import Crossing
from tests.cluster.kube import Cluster, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHIN = 420.0
WHAT_IT_SAYS: Final = (
    "title",
    "requirement_ids",
    "technique",
    "test_point",
    "polarity",
    "priority",
    "type",
    "preconditions",
    "steps",
    "test_data",
    "language",
    "written_by",
)
"""Of a case; the rest is where and when it was written."""
AT_REST: Final = 7.0
"""Seconds: more than the operator's visits are apart here."""
ROUNDS = int(os.environ.get("MODE_ROUNDS", "1"))
ROLES = {"api", "requirements", "knowledge", "vector", "llm", "worker"}
ENTRIES: Final = {"Monolith": ("all", "all"), "Microservices": ("edge", "edge"), "AIGateway": ("edge", "ai-gateway")}
"""The part that the endpoint leads to in each mode, and one that the mode before has not."""
STANDING: Final = (
    "Deployment",
    "StatefulSet",
    "Service",
    "ConfigMap",
    "Secret",
    "PersistentVolumeClaim",
    "NetworkPolicy",
    "ServiceAccount",
    "Ingress",
)
"""Kinds whose objects are the same ones while it sleeps and after that."""
RETURNING: Final = ("HorizontalPodAutoscaler", "PodDisruptionBudget")
"""Kinds that have no meaning for no pods: they are gone meanwhile and come back asking for the same. Jobs come and go."""
REACHED_AND_SCALED: Final[Mapping[str, Any]] = {
    "autoscaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 3},
    "exposure": {"type": "Ingress", "host": "shop.example", "forceHttps": False},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, shared_operator: OperatorProcess) -> str:
    await shared_cluster.apply_project("shop")
    await shared_cluster.ready("shop", within=WITHIN)
    return "shop"


@dataclass
class Clients:
    """Those who open a connection for each request, and those whose connections, jobs and streams outlast a change."""

    fresh: Traffic
    kept: Crossing

    @asynccontextmanager
    async def flowing(self, cluster: Cluster) -> AsyncIterator[None]:
        """All of them call while the block lasts, and a job of theirs runs when it begins."""

        async def working() -> bool:
            return bool(self.kept.running())

        async with self.kept.flowing(), callers.flowing(self.fresh):
            await cluster.eventually(working, within=60, what="a job is at work")
            yield

    def troubles(self) -> list[str]:
        """What failed, and each change under which too little was asked to show that nothing does."""
        return [*self.fresh.failures, *self.kept.troubles(), *self.fresh.quiet(), *self.kept.quiet()]

    async def lost(self) -> list[str]:
        """Rows that were confirmed and are not there any more as they were."""
        return [*(f"document {one}" for one in await self.fresh.lost()), *await self.kept.lost()]

    async def counted(self) -> Mapping[str, Any]:
        """What `make soak SOAK=modes` tells."""
        fresh, kept = self.fresh, self.kept
        return {
            "answered": fresh.answered + kept.requests.answered,
            "kept_answered": kept.requests.answered,
            "failed": len(fresh.failures) - fresh.limited + kept.requests.failures,
            "limited": fresh.limited + kept.requests.limited,
            "written": len(fresh.written) + len(kept.written),
            "jobs": len(kept.jobs.asked),
            "jobs_lost": len(kept.jobs.lost()),
            "streams_cut": kept.cut,
            "streams_resumed": kept.resumed,
            "lost": await self.lost(),
            "troubles": self.troubles(),
        }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clients(shared_cluster: Cluster, shop: str) -> AsyncIterator[Clients]:
    found = Clients(await callers.to(shared_cluster, shop), await crossing.to(shared_cluster, shop))
    yield found
    if results := os.environ.get("MODE_RESULTS"):
        counted = json.dumps(await found.counted())
        await asyncio.to_thread(Path(results).write_text, counted)


async def change(cluster: Cluster, clients: Clients, mode: str) -> set[str]:
    """Change the mode under traffic, wait until nothing of the last one is left; the parts that run then. At least one
    job was asked for before the endpoint led to the new mode and ended after that."""
    entry, newest = ENTRIES[mode]

    async def leads() -> bool:
        """The endpoint leads to the new mode, and that stands."""
        stands = {
            one["metadata"]["labels"][names.LABEL_COMPONENT]
            for one in await deployments(cluster)
            if (one.get("status") or {}).get("readyReplicas")
        }
        selector = (await cluster.get("Service", "shop"))["spec"]["selector"]
        return selector[names.LABEL_COMPONENT] == entry and newest in stands

    async with clients.flowing(cluster):
        await cluster.apply_project("shop", {"mode": mode})
        await cluster.eventually(leads, within=WITHIN, what=f"the endpoint leads to {mode}")
        switched = datetime.now(UTC)
        await cluster.ready("shop", within=WITHIN)

        async def alone() -> bool:
            pods = await cluster.list("Pod", project="shop")
            parts = {one["metadata"]["labels"][names.LABEL_COMPONENT] for one in pods} & set(components.TABLE)
            return ("all" in parts) is (mode == "Monolith") and len(parts) == len(await deployments(cluster))

        await cluster.eventually(alone, within=120, what="the last mode's pods are gone")
    assert clients.kept.at(switched), "no job ran across the change: that none is lost shows nothing"
    return {one["metadata"]["labels"][names.LABEL_COMPONENT] for one in await deployments(cluster)}


async def deployments(cluster: Cluster) -> list[Object]:
    return await cluster.list("Deployment", project="shop")


async def standing(cluster: Cluster) -> dict[str, Object]:
    """What the project consists of: each object's identity and all that it is asked to be; a Secret's content as a hash."""
    children = await cluster.children("shop")
    return {f"{kind}/{name}": as_asked(kind, one) for (kind, name), one in children.items() if kind in (*STANDING, *RETURNING)}


def as_asked(kind: str, one: Object) -> Object:
    """An object without what controllers say of it."""
    found: Object = {"spec": one.get("spec")}
    if kind in STANDING:
        found["uid"] = one["metadata"]["uid"]
    if "data" in one:
        found["data"] = hashlib.sha256(json.dumps(one["data"], sort_keys=True).encode()).hexdigest()
    return found


async def at_rest(cluster: Cluster) -> dict[str, Object]:
    """`standing`, once two looks at it with a visit of the operator between them are the same."""
    seen: list[dict[str, Object]] = []

    async def same() -> bool:
        seen.append(await standing(cluster))
        return len(seen) > 1 and seen[-1] == seen[-2]

    await cluster.eventually(same, within=120, what="the project's objects are at rest", poll=AT_REST)
    return seen[-1]


async def volumes(cluster: Cluster) -> dict[str, str]:
    found = await cluster.list("PersistentVolumeClaim", project="shop")
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}


TEXT: Final = """REQ-1: The system shall lock the account after 5 failed attempts within 15 minutes.

订单-1：密码长度必须为 8 到 64 个字符，否则系统应拒绝注册。

REQ-2: Only administrators and auditors may open the log. Editors shall be denied.
"""


async def written(clients: Clients) -> list[Object]:
    """What the cases of one text say, by the project's endpoint."""
    async with clients.fresh.client() as client:
        answer = await client.post("/api/v1/generate", timeout=330, json={"text": TEXT}, headers={"Prefer": "wait=300"})
        assert answer.status_code == 200, answer.text
        cases: list[Object] = answer.json()["cases"]
    assert len(cases) > 10
    return [{name: one[name] for name in WHAT_IT_SAYS} for one in cases]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def before(clients: Clients) -> list[Object]:
    """What the Monolith writes: the first test asks for it, before the first change."""
    return await written(clients)


async def test_monolith_to_microservices_loses_no_request(  # S4-020
    shared_cluster: Cluster, clients: Clients, before: list[Object]
) -> None:
    kept_before = await volumes(shared_cluster)
    assert await change(shared_cluster, clients, "Microservices") == ROLES | {"edge"}
    assert clients.troubles() == []
    assert await volumes(shared_cluster) == kept_before


async def test_every_part_of_a_split_project_is_ready(shared_cluster: Cluster, shop: str) -> None:  # S4-022…026
    async def every_one() -> bool:
        found = {one["metadata"]["name"]: one for one in await deployments(shared_cluster)}
        ready = {name: (one.get("status") or {}).get("readyReplicas") for name, one in found.items()}
        assert ready == {name: one["spec"]["replicas"] for name, one in found.items()} == dict.fromkeys(found, 1), ready
        return True

    await shared_cluster.eventually(every_one, within=60, what="every part is ready")


async def test_a_split_project_writes_the_same_cases(shared_cluster: Cluster, clients: Clients, before: list[Object]) -> None:
    assert await written(clients) == before  # S4-021


async def test_what_the_roles_say_to_each_other_is_nobody_elses(shared_cluster: Cluster, clients: Clients) -> None:
    async with clients.fresh.client() as client:
        for path in ("/internal/v1/llm/write", "//internal/v1/vector/search", "/%69nternal/v1/llm", "/x/../internal/v1/llm"):
            assert (await client.get(path)).status_code == 404


async def test_an_edge_that_is_about_to_end_ends_each_kept_connection_with_its_answer(
    shared_cluster: Cluster, clients: Clients
) -> None:
    async def answered() -> str:
        async with clients.fresh.client() as client:
            answer = await client.get("/api/v1/documents")
        assert answer.status_code == 200
        return str(answer.headers.get("Connection", ""))

    edge_pod = ("exec", "deployment/shop-edge-blue", "--", "sh", "-c")
    assert await answered() == "keep-alive"
    await shared_cluster.kubectl(*edge_pod, edge.PRE_STOP.partition(";")[0])
    assert await answered() == "close"
    await shared_cluster.kubectl(*edge_pod, f"rm {edge.ENDING}")
    assert await answered() == "keep-alive"


async def test_the_gateway_stands_on_top(  # S4-042
    shared_cluster: Cluster, clients: Clients, before: list[Object]
) -> None:
    assert await change(shared_cluster, clients, "AIGateway") == ROLES | {"edge", "ai-gateway"}
    assert clients.troubles() == []
    async with clients.fresh.client() as client:
        answer = await client.post("/v1/chat/completions", json={})
    assert answer.status_code == 501
    assert await written(clients) == before


async def test_and_back_to_the_monolith_loses_no_request_and_no_row(shared_cluster: Cluster, clients: Clients) -> None:
    before = await volumes(shared_cluster)
    assert await change(shared_cluster, clients, "Monolith") == {"all"}
    assert clients.troubles() == []
    assert await volumes(shared_cluster) == before
    assert len(clients.fresh.written) > 5
    assert len(clients.kept.rows) >= 3, "at least one job's rows of each change are compared"
    assert await clients.lost() == []


async def test_from_the_monolith_to_the_gateway_and_down_again_part_by_part(shared_cluster: Cluster, clients: Clients) -> None:
    """The changes that the tests above did not make."""
    for mode in ("AIGateway", "Microservices", "Monolith"):
        await change(shared_cluster, clients, mode)
        assert clients.troubles() == []
    assert await clients.lost() == []


@pytest.mark.parametrize("turn", range(2, ROUNDS + 1))
async def test_there_and_back_again(shared_cluster: Cluster, clients: Clients, turn: int) -> None:
    for mode in ("Microservices", "Monolith"):
        await change(shared_cluster, clients, mode)
        assert clients.troubles() == []
    assert await clients.lost() == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def awake(shared_cluster: Cluster, shop: str) -> dict[str, Object]:
    """What the project consisted of before it slept: with a way in and an autoscaler."""
    await shared_cluster.apply_project("shop", REACHED_AND_SCALED)
    await shared_cluster.ready("shop", within=WITHIN)
    return await at_rest(shared_cluster)


async def test_a_suspended_project_runs_no_pod_and_keeps_everything(
    shared_cluster: Cluster, shop: str, awake: dict[str, Object]
) -> None:
    before = await volumes(shared_cluster)
    await shared_cluster.apply_project("shop", {**REACHED_AND_SCALED, "suspend": True})

    async def empty() -> bool:
        pods = await shared_cluster.list("Pod", project=shop)
        return all(one["status"].get("phase") in ("Succeeded", "Failed") for one in pods)  # a Job's ended pod runs nothing

    await shared_cluster.eventually(empty, within=120, what="no pod is left")
    await shared_cluster.condition(shop, "Suspended", "True", within=30)
    assert await volumes(shared_cluster) == before
    asleep = await standing(shared_cluster)
    stays = [name for name in awake if name.partition("/")[0] in STANDING]
    assert {name: kept(asleep.get(name)) for name in stays} == {name: kept(awake[name]) for name in stays}
    assert not [name for name in asleep if name.partition("/")[0] in RETURNING]


async def test_and_comes_back_as_it_was(shared_cluster: Cluster, clients: Clients, awake: dict[str, Object]) -> None:
    await shared_cluster.apply_project("shop", {**REACHED_AND_SCALED, "suspend": False})
    await shared_cluster.ready("shop", within=WITHIN)
    assert await clients.lost() == []
    now = await at_rest(shared_cluster)
    of_each = {"Deployment/shop-all-blue", "StatefulSet/shop-postgres", "Service/shop", "Secret/shop-admin-key"}
    more = {"PersistentVolumeClaim/shop-postgres-data", "Ingress/shop", "HorizontalPodAutoscaler/shop-all-blue"}
    assert of_each | more <= set(now)
    assert any(name.startswith("PodDisruptionBudget/") for name in now)
    assert changed(awake, now) == {}


def kept(one: Object | None) -> Object | None:
    """What stays of an object while the project sleeps: it is the same one, with the same content; its pods are none."""
    return one and {name: value for name, value in one.items() if name != "spec"}


def changed(before: Mapping[str, Object], after: Mapping[str, Object]) -> dict[str, tuple[Object | None, Object | None]]:
    """The objects that came, went or are another: as they were, and as they are."""
    return {
        name: (before.get(name), after.get(name)) for name in sorted({*before, *after}) if before.get(name) != after.get(name)
    }

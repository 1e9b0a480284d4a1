"""Neo4j on a real node, in a split project: the role `graph` fills it, a search finds over it, its password is exchanged, and it
is the same graph after the mode has changed. Then another project has it, and Redis, as somebody else's. In this order."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, Final

import pytest
import pytest_asyncio

from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHIN: Final = 420.0
STORES: Final[Object] = {"neo4j": {"type": "Managed"}, "redis": {"type": "Managed"}}
SPEC: Final[Object] = {"mode": "Microservices", "profile": "Small", "stores": STORES}
TEXT: Final = """# Vault

REQ-1: A user shall be able to open the vault with a key card.

REQ-2: REQ-1 does not hold between 22:00 and 06:00.
"""
ASK: Final = """
import sys
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError
address, password = sys.argv[1], sys.stdin.read()
try:
    with GraphDatabase.driver(f"bolt://{address}:7687", auth=("neo4j", password)) as driver:
        found = driver.execute_query("MATCH (n) WHERE n.id IS NOT NULL RETURN count(n) AS nodes")
        print(found.records[0]["nodes"])
except AuthError:
    print("refused")
"""
"""The password comes by standard input: no process list shows it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, shared_operator: OperatorProcess) -> str:
    await shared_cluster.apply_project("shop", SPEC)
    await shared_cluster.ready("shop", within=WITHIN)
    return "shop"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traffic(shared_cluster: Cluster, shop: str) -> Traffic:
    return await callers.to(shared_cluster, shop)


async def password(cluster: Cluster) -> str:
    return b64decode((await cluster.get("Secret", "shop-neo4j"))["data"]["password"]).decode()


async def ask(cluster: Cluster, workload: str, given: str) -> str:
    command = ("exec", "-i", f"deployment/{workload}", "--", "python", "-c", ASK, "shop-neo4j")
    return (await cluster.kubectl(*command, stdin=given)).strip()


async def neighbours(traffic: Traffic) -> list[tuple[str, str]]:
    """What a search for the first requirement finds over the graph, and how; fails where a leg is named as not answering."""
    async with traffic.client() as client:
        answer = await client.get("/api/v1/search", params={"q": "open the vault with a key card", "limit": 1})
        assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["degraded"] == []
    return [(one["requirement_id"], one["relation"]) for one in found["hits"] if one["relation"] != "similar"]


async def test_the_role_graph_fills_it_and_a_search_finds_over_it(shared_cluster: Cluster, traffic: Traffic) -> None:  # S4-025
    graph = await shared_cluster.get("Deployment", "shop-graph-blue")
    assert graph["status"]["readyReplicas"] == graph["spec"]["replicas"]
    async with traffic.client() as client:
        answer = await client.post("/api/v1/documents", json={"title": "Vault", "text": TEXT})
        assert answer.status_code == 201, answer.text

    async def found() -> bool:
        assert [one for one, _ in await neighbours(traffic)] == ["REQ-2"]
        return True

    await shared_cluster.eventually(found, within=120, poll=1, what="REQ-2, which names REQ-1, is found beside it")


async def test_it_opens_for_its_password_alone(shared_cluster: Cluster, traffic: Traffic) -> None:
    assert int(await ask(shared_cluster, "shop-graph-blue", await password(shared_cluster))) >= 2
    assert await ask(shared_cluster, "shop-graph-blue", "x" * 40) == "refused"


async def test_its_password_is_exchanged_while_it_answers(shared_cluster: Cluster, traffic: Traffic) -> None:
    before = await password(shared_cluster)
    await shared_cluster.patch("TestGenProject", "shop", {"spec": {"stores": {"rotateCredentials": "first"}}})

    async def exchanged() -> bool:
        now = await shared_cluster.get("Secret", "shop-neo4j")
        return now["metadata"].get("annotations", {}).get("testgen.dev/rotation") == "first" and len(now["data"]) == 1

    async with callers.flowing(traffic):
        await shared_cluster.eventually(exchanged, within=300, poll=1, what="the password is exchanged, and the old one gone")
        await shared_cluster.ready("shop", within=WITHIN)
    assert traffic.failures == []
    assert await password(shared_cluster) != before
    assert await ask(shared_cluster, "shop-graph-blue", before) == "refused"

    async def found() -> bool:
        assert [one for one, _ in await neighbours(traffic)] == ["REQ-2"]
        return True

    await shared_cluster.eventually(found, within=120, poll=1, what="the graph answers with the new password")


async def test_it_is_the_same_graph_after_the_mode_has_changed(shared_cluster: Cluster, traffic: Traffic) -> None:  # S4-020
    volume = (await shared_cluster.get("PersistentVolumeClaim", "shop-neo4j-data"))["metadata"]["uid"]
    pod = (await shared_cluster.get("Pod", "shop-neo4j-0"))["metadata"]["uid"]
    async with callers.flowing(traffic):
        await shared_cluster.apply_project("shop", {**SPEC, "mode": "Monolith"})
        await shared_cluster.ready("shop", within=WITHIN)
    assert traffic.failures == []
    assert (await shared_cluster.get("PersistentVolumeClaim", "shop-neo4j-data"))["metadata"]["uid"] == volume
    assert (await shared_cluster.get("Pod", "shop-neo4j-0"))["metadata"]["uid"] == pod, "the server went on meanwhile"

    async def found() -> bool:
        assert [one for one, _ in await neighbours(traffic)] == ["REQ-2"]
        return True

    await shared_cluster.eventually(found, within=120, poll=1, what="the graph answers the other mode's parts")


async def test_a_graph_and_a_redis_of_somebody_else_are_checked_and_the_reason_named(shared_cluster: Cluster, shop: str) -> None:
    """Those of `shop` are the external ones: real servers that their new user does not run."""
    redis = b64decode((await shared_cluster.get("Secret", "shop-redis"))["data"]["password"]).decode()
    right = {"graph": await password(shared_cluster), "redis": redis}
    await shared_cluster.kubectl(
        "create", "secret", "generic", "theirs", "--from-literal=graph=wrong-1", "--from-literal=redis=wrong-2"
    )
    where = f"{shared_cluster.namespace}.svc"
    external = {
        "neo4j": {"uri": f"bolt://shop-neo4j.{where}:7687", "passwordSecretRef": {"name": "theirs", "key": "graph"}},
        "redis": {"host": f"shop-redis.{where}", "tls": False, "passwordSecretRef": {"name": "theirs", "key": "redis"}},
    }
    stores = {store: {"type": "External", "external": found} for store, found in external.items()}
    await shared_cluster.apply_project("inn", {"profile": "Small", "stores": stores, "networkPolicy": {"enabled": False}})
    told = await shared_cluster.condition("inn", "StoresReady", "False", reason="AuthenticationFailed", within=180)
    assert "wrong-" not in told["message"]
    for key, value in right.items():
        await shared_cluster.patch("Secret", "theirs", {"data": {key: b64encode(value.encode()).decode()}})
    await shared_cluster.ready("inn", within=WITHIN)
    assert await shared_cluster.find("StatefulSet", "inn-neo4j") is None
    assert await shared_cluster.find("StatefulSet", "inn-redis") is None


async def test_two_projects_in_one_graph_do_not_find_each_others_requirements(shared_cluster: Cluster, traffic: Traffic) -> None:
    guest = await callers.to(shared_cluster, "inn")
    assert await neighbours(guest) == []
    async with guest.client() as client:
        text = TEXT.replace("REQ-", "ROOM-")
        answer = await client.post("/api/v1/documents", json={"title": "Rooms", "text": text})
        assert answer.status_code == 201, answer.text

    async def found() -> bool:
        assert [one for one, _ in await neighbours(guest)] == ["ROOM-2"]
        return True

    await shared_cluster.eventually(found, within=120, poll=1, what="the guest finds its own requirement over the graph")
    assert [one for one, _ in await neighbours(traffic)] == ["REQ-2"]

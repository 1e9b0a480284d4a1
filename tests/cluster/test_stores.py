"""Stores on a real node: a replica that follows, Redis, passwords exchanged under traffic, somebody else's database, what is
found again and what is refused. In this order."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from testgen_operator.resources.project import parse
from tests.cluster.kube import Cluster, CommandFailed, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import unlimited_key
from tests.unit.operator.build import Simulated, resource
from tests.unit.operator.test_stores_plan import CLOUD_NATIVE, MANAGED

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORES: Object = {"postgres": {"readReplica": True}, "redis": {"type": "Managed"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, shared_operator: OperatorProcess) -> str:
    await shared_cluster.apply_project("shop", {"stores": STORES, "replicas": 2})
    await shared_cluster.ready("shop", within=300)
    return "shop"


@pytest.mark.parametrize("name", ["managed", "cloudnativepg"])
async def test_what_cannot_run_here_is_right_by_the_api_server(shared_cluster: Cluster, foreign_crds: None, name: str) -> None:
    """Qdrant's servers and CloudNativePG's Cluster are rendered only; no image of either can be had on the machine."""
    stores = {"managed": MANAGED, "cloudnativepg": CLOUD_NATIVE}[name]
    raw = resource({"stores": stores})
    raw["metadata"]["namespace"] = shared_cluster.namespace
    found = Simulated(parse(raw)).plan().manifests
    # JSON: a hash such as 48175158e3 would be a number in YAML.
    documents = json.dumps({"apiVersion": "v1", "kind": "List", "items": [dict(one.object) for one in found]})
    said = await shared_cluster.kubectl(
        "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-", stdin=documents
    )
    assert len(said.splitlines()) == len(found)
    assert ("statefulset.apps/shop-qdrant-2" in said) is (name == "managed")
    assert ("cluster.postgresql.cnpg.io/shop-postgres" in said) is (name == "cloudnativepg")


async def sql(cluster: Cluster, pod: str, statement: str) -> str:
    """Asked inside the pod, over its socket."""
    command = ["psql", "-h", "/var/run/postgresql", "-U", "testgen", "-d", "testgen", "-XAtc", statement]
    return (await cluster.kubectl("exec", pod, "--", *command)).strip()


async def secret(cluster: Cluster, name: str) -> dict[str, str]:
    data = (await cluster.get("Secret", name))["data"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


async def test_the_replica_streams_and_shows_what_the_primary_wrote(shared_cluster: Cluster, shop: str) -> None:  # S4-033, S4-082
    streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND usename = 'testgen_replica'"

    async def streams() -> bool:
        return await sql(shared_cluster, "shop-postgres-0", streaming) == "1"

    await shared_cluster.eventually(streams, within=60, what="the replica streams")
    await sql(shared_cluster, "shop-postgres-0", "CREATE TABLE mark (at int); INSERT INTO mark VALUES (7)")

    async def arrived() -> bool:
        return await sql(shared_cluster, "shop-postgres-replica-0", "SELECT at FROM mark WHERE pg_is_in_recovery()") == "7"

    await shared_cluster.eventually(arrived, within=30)


async def test_a_replica_that_lost_its_pod_goes_on_without_a_new_copy(shared_cluster: Cluster, shop: str) -> None:
    await shared_cluster.kubectl("delete", "pod", "shop-postgres-replica-0")
    await sql(shared_cluster, "shop-postgres-0", "INSERT INTO mark VALUES (8)")

    async def follows() -> bool:
        try:
            return await sql(shared_cluster, "shop-postgres-replica-0", "SELECT max(at) FROM mark") == "8"
        except Exception:  # the pod is on its way
            return False

    await shared_cluster.eventually(follows, within=60, poll=1)
    assert "copying the database" not in await shared_cluster.kubectl("logs", "shop-postgres-replica-0")


FILE = "$(cat /etc/testgen-secrets/redis/password)"
"""Where the pod has its password."""


async def redis(cluster: Cluster, *words: str, password: str = "") -> str:
    script = f"{f'REDISCLI_AUTH={password} ' if password else ''}redis-cli {' '.join(words)} 2>&1"
    return await cluster.kubectl("exec", "shop-redis-0", "--", "sh", "-c", script)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def before_rotation(shared_cluster: Cluster, shop: str) -> dict[str, dict[str, str]]:
    """What the Secrets held before the first test that rotates them."""
    return {name: await secret(shared_cluster, name) for name in ("shop-postgres", "shop-postgres-replica", "shop-redis")}


async def test_redis_has_its_settings_and_asks_for_the_password(shared_cluster: Cluster, shop: str) -> None:
    assert "NOAUTH" in await redis(shared_cluster, "get", "x")
    names = ("maxmemory", "maxmemory-policy", "save")
    told = [await redis(shared_cluster, "config", "get", name, password=FILE) for name in names]
    assert "134217728" in told[0]  # S3-086: 2gb with profile Standard
    assert "allkeys-lru" in told[1]  # S3-087
    assert "900 1 300 10 60 10000" in told[2]  # S3-088


async def test_passwords_are_rotated_under_traffic_without_one_failed_request(
    shared_cluster: Cluster, shared_operator: OperatorProcess, shop: str, before_rotation: dict[str, dict[str, str]]
) -> None:
    before = before_rotation
    names = tuple(before)
    address = (await shared_cluster.get("Service", shop))["spec"]["clusterIP"]
    key = await unlimited_key(shared_cluster, shop, role="viewer")
    statuses: list[int | str] = []
    stop = asyncio.Event()

    async def traffic(session: aiohttp.ClientSession) -> None:
        while not stop.is_set():
            try:
                async with session.get(f"http://{address}/api/v1/cases", headers={"X-API-Key": key}) as answer:
                    statuses.append(answer.status)
            except (aiohttp.ClientError, TimeoutError) as problem:
                statuses.append(type(problem).__name__)
            await asyncio.sleep(0.05)

    # A connection for each call, as a load balancer's new ones would be.
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as session:
        clients = [asyncio.create_task(traffic(session)) for _ in range(3)]
        await shared_cluster.patch("TestGenProject", shop, {"spec": {"stores": {"rotateCredentials": "first"}}})

        async def exchanged() -> bool:
            now = [await shared_cluster.get("Secret", name) for name in names]
            return all(
                one["metadata"].get("annotations", {}).get("testgen.dev/rotation") == "first" and len(one["data"]) == 1
                for one in now
            )

        try:
            await shared_cluster.eventually(exchanged, within=240, poll=1, what="every Secret exchanged, and the old values gone")
            await shared_cluster.ready(shop, within=120)
            enough = len(statuses) + 100

            async def asked_on() -> bool:
                return len(statuses) > enough

            await shared_cluster.eventually(asked_on, within=60, what="a hundred requests after it")
        finally:
            stop.set()
            await asyncio.gather(*clients)
    assert len(statuses) > 100
    assert set(statuses) == {200}, Counter(statuses)
    print(f"rotation: {len(statuses)} requests, none failed")
    for name in names:
        after = await secret(shared_cluster, name)
        assert set(after) == set(before[name]), name
        assert after != before[name], name
    text = shared_operator.log.read_text()
    assert all(value not in text for found in before.values() for value in found.values())


async def test_the_new_password_opens_the_stores_and_the_old_one_does_not(
    shared_cluster: Cluster, shop: str, before_rotation: dict[str, dict[str, str]]
) -> None:
    for name, host, user in (
        ("shop-postgres", "shop-postgres", "testgen"),
        ("shop-postgres-replica", "shop-postgres", "testgen_replica"),
    ):
        password, old = (await secret(shared_cluster, name))["password"], before_rotation[name]["password"]
        for tried, works in ((password, True), (old, False)):
            script = f"PGPASSWORD={tried} psql -h {host} -U {user} -d testgen -XAtc 'SELECT 1' 2>&1 || true"
            said = await shared_cluster.kubectl("exec", "shop-postgres-0", "--", "sh", "-c", script)
            assert (said.strip() == "1") is works, said.replace(tried, "***")

    new, old = (await secret(shared_cluster, "shop-redis"))["password"], before_rotation["shop-redis"]["password"]
    assert (await redis(shared_cluster, "ping", password=new)).strip() == "PONG"
    assert "WRONGPASS" in await redis(shared_cluster, "ping", password=old)

    async def streams() -> bool:
        return await sql(shared_cluster, "shop-postgres-0", "SELECT count(*) FROM pg_stat_replication") == "1"

    await shared_cluster.eventually(streams, within=60, poll=1)


async def test_a_store_that_is_switched_off_and_on_again_finds_its_volume(shared_cluster: Cluster, shop: str) -> None:
    uid = (await shared_cluster.get("PersistentVolumeClaim", "shop-redis-data"))["metadata"]["uid"]
    assert (await redis(shared_cluster, "set", "kept", "7", password=FILE)).strip().endswith("OK")
    await shared_cluster.patch("TestGenProject", shop, {"spec": {"stores": {"redis": {"type": "Disabled"}}}})

    async def gone() -> bool:
        return await shared_cluster.find("StatefulSet", "shop-redis") is None

    await shared_cluster.eventually(gone, within=60)
    await shared_cluster.ready(shop, within=180)
    assert (await shared_cluster.get("PersistentVolumeClaim", "shop-redis-data"))["metadata"]["uid"] == uid
    assert await shared_cluster.find("Secret", "shop-redis") is not None
    await shared_cluster.patch("TestGenProject", shop, {"spec": {"stores": {"redis": {"type": "Managed"}}}})

    async def kept() -> bool:
        try:
            return (await redis(shared_cluster, "get", "kept", password=FILE)).strip().strip('"') == "7"
        except CommandFailed:  # the pod is on its way
            return False

    await shared_cluster.eventually(kept, within=180, poll=1, what="the store has what was written before")
    assert (await shared_cluster.get("PersistentVolumeClaim", "shop-redis-data"))["metadata"]["uid"] == uid
    await shared_cluster.ready(shop, within=180)


async def test_somebody_elses_database_is_checked_and_the_reason_named(shared_cluster: Cluster, shop: str) -> None:
    """The database of `shop` is the external one: a real server that its new owner does not run."""
    external = {
        "host": f"shop-postgres.{shared_cluster.namespace}.svc",
        "database": "guests",
        "user": "guest",
        "sslMode": "disable",
    }
    external["passwordSecretRef"] = {"name": "guests", "key": "pw"}  # type: ignore[assignment]
    await sql(shared_cluster, "shop-postgres-0", "CREATE ROLE guest LOGIN PASSWORD 'right-1'")
    await shared_cluster.kubectl("create", "secret", "generic", "guests", "--from-literal=pw=wrong-1")
    await shared_cluster.apply_project(
        "inn", {"stores": {"postgres": {"type": "External", "external": external}}, "networkPolicy": {"enabled": False}}
    )
    told = await shared_cluster.condition("inn", "StoresReady", "False", reason="AuthenticationFailed", within=90)
    assert "wrong-1" not in told["message"]
    await shared_cluster.condition("inn", "Stalled", "True", reason="AuthenticationFailed", within=60)
    right: dict[str, Any] = {"data": {"pw": base64.b64encode(b"right-1").decode()}}
    await shared_cluster.patch("Secret", "guests", right)
    await shared_cluster.condition("inn", "StoresReady", "False", reason="DatabaseMissing", within=120)
    await sql(shared_cluster, "shop-postgres-0", "CREATE DATABASE guests OWNER guest")
    await shared_cluster.ready("inn", within=240)
    assert await shared_cluster.find("StatefulSet", "inn-postgres") is None
    await shared_cluster.delete("TestGenProject", "inn", wait=True)


async def test_a_foreign_object_of_a_planned_name_is_left_alone_and_named(shared_cluster: Cluster, shop: str) -> None:
    await shared_cluster.kubectl("create", "service", "clusterip", "bar-postgres", "--tcp=80:8080")
    await shared_cluster.kubectl("create", "secret", "generic", "bar-admin-key", "--from-literal=else=1")
    before = await shared_cluster.get("Service", "bar-postgres")
    await shared_cluster.apply_project("bar")
    await shared_cluster.condition("bar", "Stalled", "True", reason="ForeignObject", within=60)
    after = await shared_cluster.get("Service", "bar-postgres")
    assert (after["spec"], after["metadata"].get("labels")) == (before["spec"], before["metadata"].get("labels"))
    await shared_cluster.delete("Service", "bar-postgres")
    await shared_cluster.delete("Secret", "bar-admin-key")
    await shared_cluster.condition("bar", "Stalled", "False", within=60)
    await shared_cluster.delete("TestGenProject", "bar", wait=True)


async def test_a_new_project_of_the_same_name_finds_data_and_password_again(shared_cluster: Cluster, shop: str) -> None:
    password = await secret(shared_cluster, "shop-postgres")
    claim = (await shared_cluster.get("PersistentVolumeClaim", "shop-postgres-data"))["metadata"]["uid"]
    await shared_cluster.delete("TestGenProject", shop, wait=True)

    async def gone() -> bool:
        return not await shared_cluster.list("Pod", project=shop)

    await shared_cluster.eventually(gone, within=120)
    await shared_cluster.apply_project(shop)
    await shared_cluster.ready(shop, within=240)
    assert await secret(shared_cluster, "shop-postgres") == password
    assert (await shared_cluster.get("PersistentVolumeClaim", "shop-postgres-data"))["metadata"]["uid"] == claim
    assert await sql(shared_cluster, "shop-postgres-0", "SELECT max(at) FROM mark") == "8"

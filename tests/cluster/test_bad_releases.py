"""What a person asks of a release that cannot be: each has its reason, its message and its way out, and the tenant keeps being
served (issue 7, "Bad input").

One project for all, in this order. An image that does not exist is in test_rollouts.py, a migration that breaks in
test_upgrades.py, what the pure machine makes of any command at any moment in tests/unit/operator/rollouts.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from testgen_operator import names, prometheus_addresses
from testgen_operator.cluster import measure
from testgen_runtime.storage import schema
from tests.cluster import releases
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster, CommandFailed, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOLDEN = {"requirements": [{"id": "PAY-1", "text": "The amount must be 1 to 99 EUR."}]}
BROKEN_GOLDEN = '{"requirements": [\n  {"id": "PAY-1", "text": }\n]}'


async def allow(operator: OperatorProcess, address: str) -> None:
    """The platform lets projects have this Prometheus asked: a setting, and so another process."""
    await operator.stop()
    operator.env = {**operator.env, prometheus_addresses.SETTING: address}
    await operator.start()


class Shop:
    """The project, and what it is asked for."""

    def __init__(self, cluster: Cluster, images: dict[str, str]) -> None:
        self.cluster = cluster
        self.images = images
        self.image = "good-1"
        self.traffic: Traffic | None = None

    async def ask_for(self, image: str, analysis: dict[str, Any] | None = None, **rollout: Any) -> None:
        self.image = image
        wanted = {**releases.CHECKS, **rollout, "analysis": {**releases.CHECKS["analysis"], **(analysis or {})}}
        await self.cluster.apply_project("shop", {"image": self.images[image], **releases.SMALL, "rollout": wanted})

    async def newest(self) -> Object:
        found = await releases.newest(self.cluster, "shop")
        assert found is not None
        return found

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Callers go on meanwhile; no request of theirs fails, and the project is Ready after it."""
        assert self.traffic is not None
        before = len(self.traffic.failures)
        async with callers.flowing(self.traffic):
            yield
        assert self.traffic.failures[before:] == []
        await self.cluster.ready("shop", within=60)

    async def told(self, reason: str, status: str = "False") -> str:
        found = await self.cluster.condition("shop", "RolloutSucceeded", status, reason=reason, within=60)
        return str(found["message"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, other_releases: dict[str, str], shared_operator: OperatorProcess) -> Shop:
    found = Shop(shared_cluster, other_releases)
    await found.ask_for("good-1")
    await shared_cluster.ready("shop", within=240)
    await releases.ended(shared_cluster, "shop")
    found.traffic = await callers.to(shared_cluster, "shop")
    return found


async def test_commands_that_reach_nothing_are_named_and_change_nothing(shop: Shop) -> None:
    served = (await shop.newest())["metadata"]["name"]

    async def ignored(command: str) -> Object | None:
        status = (await shop.cluster.get("TestGenProject", "shop"))["status"]
        found = {one["command"]: one for one in (status.get("rollout") or {}).get("ignored", ())}
        return found.get(command)

    async with shop.served():
        for command, name, reason in (
            ("promote", "shop-0000000000", "ReleaseGone"),
            ("retry", "shop-0000000000", "ReleaseGone"),
            ("abort", served, "CommandIgnored"),  # after its promotion
        ):
            await shop.ask_for("good-1", None, **{command: name})
            told = await shop.cluster.eventually(partial(ignored, command), within=60, what=f"{command} is ignored")
            assert told["message"].startswith(f"{reason}: "), told
    with pytest.raises(CommandFailed, match=r"promote.*abort|abort.*promote"):
        await shop.ask_for("good-1", promote=served, abort=served)
    assert (await shop.newest())["metadata"]["name"] == served


async def test_a_golden_set_that_no_longer_parses_ends_the_release_and_names_the_place(shop: Shop) -> None:
    golden = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "golden"}, "data": {"golden.json": BROKEN_GOLDEN}}
    await shop.cluster.kubectl("create", "-f", "-", stdin=json.dumps(golden))
    async with shop.served():
        await shop.ask_for("good-2", {"golden": {"configMap": "golden"}})
        record = await releases.ended(shop.cluster, "shop", after=1)
        message = await shop.told("GoldenSetInvalid")

    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "GoldenSetInvalid")
    assert "line 2" in message + record["status"]["message"], (message, record["status"])
    assert "retry" in message


async def test_a_prometheus_that_is_down_holds_the_release_until_somebody_says_how_to_go_on(
    shop: Shop, shared_operator: OperatorProcess
) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "prometheus"}, "spec": {"ports": [{"port": 9090}]}}
    await shop.cluster.kubectl("create", "-f", "-", stdin=json.dumps(service))
    address = (await shop.cluster.get("Service", "prometheus"))["spec"]["clusterIP"]  # nobody is behind it
    prometheus = {"address": f"http://{address}:9090"}
    await allow(shared_operator, f"{address}:9090")
    gone = (await shop.newest())["metadata"]["name"]
    async with shop.served():
        await shop.ask_for("good-2", {"prometheus": prometheus, "inconclusiveLimit": 0}, retry=gone)
        await releases.at(shop.cluster, "shop", "Analysing", after=2)
        message = await shop.told("PrometheusUnreachable", "Unknown")
        assert measure.NOT_ASKED in message
        held = await shop.newest()
        assert held["status"]["step"] == "Analysing"  # nothing was decided by it
        assert held["status"].get("outcome") is None
        assert "retry" in message
        await shop.ask_for("good-2", retry=held["metadata"]["name"])  # the pods' own metrics
        record = await releases.ended(shop.cluster, "shop", after=2)

    assert record["metadata"]["name"] == held["metadata"]["name"]
    assert record["status"]["outcome"] == "Promoted"


async def test_a_version_below_the_schemas_is_refused_before_it_starts(shop: Shop) -> None:  # S3-131
    async with shop.served():
        await shop.ask_for("newer-schema")
        newer = await releases.ended(shop.cluster, "shop", after=3)
        assert newer["status"]["outcome"] == "Promoted"
        statement = f"UPDATE schema_state SET minimum = '{int(schema.head()) + 1:04}'"  # as a contract step does
        pod = f"{names.postgres('shop')}-0"
        await shop.cluster.kubectl("exec", pod, "--", "psql", "-U", "testgen", "-d", "testgen", "-c", statement)
        await shop.ask_for("good-1")
        record = await releases.ended(shop.cluster, "shop", after=4)
        message = await shop.told("VersionBelowSchema")

    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "VersionBelowSchema")
    assert f"{int(schema.head()) + 1:04}" in json.dumps(record["status"]["failure"]), "what the database needs"
    assert "restore" in message or "not below" in message

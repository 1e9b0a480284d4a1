"""open: what a machine reads of it. That it leads to the endpoint is shown in tests/cluster/test_kubectl.py."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import pytest

from testgen_operator.cluster.client import Listing
from testgen_operator.kubectl.commands.open import open_, opened, serving_pod
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.plan.model import ObjectKey

PROJECT = {"metadata": {"name": "shop", "namespace": "team"}}


@pytest.mark.parametrize(
    ("address", "url"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("localhost", "http://localhost:8000")],
)
def test_the_address_and_where_the_key_is(address: str, url: str) -> None:
    assert opened(PROJECT, address, 8000, "shop-admin-key", "api-key") == {
        "namespace": "team", "project": "shop", "url": url, "address": address, "port": 8000,
        "keySecretRef": {"name": "shop-admin-key", "key": "api-key"},
    }  # fmt: skip


async def test_the_key_is_for_people_alone_and_nothing_is_asked_before_that_is_said() -> None:
    session = Mock()
    with pytest.raises(PluginError, match="never holds the key") as refused:
        await open_(session, Namespace(name="shop", output="json", show_key=True), Console(), datetime.now(UTC))

    assert refused.value.code is Exit.USAGE
    assert session.mock_calls == []


class Switched:
    """A session's client in a cluster whose Service leads to green after it has led to blue."""

    def __init__(self) -> None:
        self.colours = ["blue", "green"]

    async def get(self, key: ObjectKey) -> dict[str, Any]:
        return {"spec": {"selector": {"colour": self.colours.pop(0)}, "ports": [{"port": 80, "targetPort": 8000}]}}

    async def list(self, kind: object, namespace: str, *, selector: str) -> Listing:
        name = f"shop-{selector.rpartition('=')[2]}-0"
        ready = [{"type": "Ready", "status": "True"}]
        return Listing([{"metadata": {"name": name}, "spec": {"containers": []}, "status": {"conditions": ready}}], "1")


async def test_a_connection_after_a_rollout_leads_to_the_colour_that_serves_then() -> None:
    session = Mock(client=Switched(), namespace="team")
    service = ObjectKey("v1", "Service", "team", "shop")
    assert [await serving_pod(session, service) for _ in range(2)] == [("shop-blue-0", 8000), ("shop-green-0", 8000)]

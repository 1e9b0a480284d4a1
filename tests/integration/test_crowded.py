"""One namespace full of large objects with the operator's label, beside a tenant who must not notice. A real API server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest
from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM, Admin, resident_mib
from tests.integration.test_operator_rights import path, put, served
from tests.soak.operator_world import condition

from testgen_operator import names

LARGE: Final = 150
MOST_MIB: Final = 150
"""The container may have 512. Measured: 90, which is what the process has for one project alone."""


async def crowd(admin: Admin, number: int) -> None:
    metadata = {"name": f"large-{number}", "namespace": "stranger", "labels": {names.LABEL_PROJECT: f"nobodys-{number % 3}"}}
    await admin.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "x" * (2**20 - 1024)}})


@pytest.mark.timeout(600)
async def test_a_strangers_hundred_and_fifty_mebibytes_take_no_memory_and_another_project_becomes_ready(tmp_path: Path) -> None:
    async with served(tmp_path) as (plane, admin):
        for number in range(LARGE):
            await crowd(admin, number)
        operator = OperatorProcess(plane.kubeconfig(), (), tmp_path, leader_elect=True, home=SYSTEM)
        await operator.start()
        assert operator.process is not None
        peak = 0.0
        try:
            await put(admin, {})
            live: dict[str, Any] = {}
            async with asyncio.timeout(240):
                while condition(live, "Ready").get("status") != "True":
                    await asyncio.sleep(0.2)
                    assert operator.running, operator.entries()[-3:]
                    peak = max(peak, resident_mib(operator.process.pid))
                    live = await admin.get(path("cases")) or {}
            assert await operator.metric("testgen_operator_cache_objects", resource="configmaps") > LARGE
            for number in range(0, LARGE, 3):  # and what the watches bring
                await admin.merge(f"/api/v1/namespaces/stranger/configmaps/large-{number}", {"data": {"b": "y"}})
            peak = max(peak, resident_mib(operator.process.pid))
        finally:
            await operator.stop()
    print(f"at most {peak:.0f} MiB")
    assert peak < MOST_MIB

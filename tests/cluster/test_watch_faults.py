"""Faults between the operator and a real API server. Each ends in one of two ways: a change made after it is reconciled, or the
process has ended with 70 and its next life reconciles it. Never in a process that lives and sees nothing."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from tests.cluster.conftest import PATIENCE
from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess
from tests.cluster.proxy import Proxy


def problem(status: int, reason: str, **headers: str) -> web.Response:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": "injected", "code": status}
    return web.json_response(body, status=status, headers=headers)


def error(code: int, reason: str) -> dict[str, Any]:
    return {
        "type": "ERROR",
        "object": {"kind": "Status", "apiVersion": "v1", "code": code, "reason": reason, "message": "injected"},
    }


async def watching(cluster: Cluster, operator: OperatorProcess, proxy: Proxy) -> None:
    await operator.start()

    async def all_watches() -> bool:
        return all(proxy.watches(plural) for plural in ("testgenprojects", "configmaps", "pods", "deployments"))

    await cluster.eventually(all_watches, within=30, what="every watch is open")


async def reconciled(cluster: Cluster, project: str, *, within: float) -> None:
    await cluster.apply_project(project)

    async def has_service() -> Any:
        return await cluster.find("Service", project)

    await cluster.eventually(has_service, within=within, what=f"{project}: a change made after the fault is reconciled")


async def test_an_error_inside_a_watch_ends_the_process_and_the_next_life_reconciles(
    cluster: Cluster, operator_behind_proxy: OperatorProcess, through_proxy: Proxy
) -> None:
    await watching(cluster, operator_behind_proxy, through_proxy)
    await through_proxy.inject("testgenprojects", error(500, "InternalError"))
    await cluster.apply_project("unseen")
    assert await operator_behind_proxy.ended() == 70
    await operator_behind_proxy.start()
    await reconciled(cluster, "after", within=30)


async def test_a_history_that_is_gone_and_a_server_that_fails_for_a_while_are_lived_through(
    cluster: Cluster, operator_behind_proxy: OperatorProcess, through_proxy: Proxy
) -> None:
    """410, and then every listing fails for as long as kopf's own patience of 8 tries is cut short to: more than 10 of them."""
    await watching(cluster, operator_behind_proxy, through_proxy)
    failed: list[str] = []
    until = time.monotonic() + 12

    def refuse(words: str) -> web.Response | None:
        if words.startswith("LIST") and words.endswith("/testgenprojects") and (time.monotonic() < until or len(failed) < 2):
            failed.append(words)
            return problem(500, "InternalError")
        return None

    through_proxy.refuse = refuse
    await through_proxy.inject("testgenprojects", error(410, "Expired"))
    await reconciled(cluster, "after", within=60)
    assert len(failed) >= 2
    assert operator_behind_proxy.running


async def test_cut_connections_are_opened_again(
    cluster: Cluster, operator_behind_proxy: OperatorProcess, through_proxy: Proxy
) -> None:
    await watching(cluster, operator_behind_proxy, through_proxy)
    for plural in ("testgenprojects", "deployments", "pods"):
        through_proxy.cut(plural)
    await reconciled(cluster, "after", within=30)
    assert operator_behind_proxy.running


async def test_a_busy_server_is_obeyed_and_the_work_still_gets_done(
    cluster: Cluster, operator_behind_proxy: OperatorProcess, through_proxy: Proxy
) -> None:
    await watching(cluster, operator_behind_proxy, through_proxy)
    refused: list[str] = []

    def refuse(words: str) -> web.Response | None:
        if words.startswith("PATCH") and "canary" not in words and len(refused) < 4:
            refused.append(words)
            return problem(429, "TooManyRequests", **{"Retry-After": "1"})
        return None

    through_proxy.refuse = refuse
    await reconciled(cluster, "after", within=45)
    assert len(refused) == 4

    async def all_were_tried_again() -> bool:
        return await operator_behind_proxy.metric("testgen_operator_api_retries_total", code="429") >= 4

    await cluster.eventually(all_were_tried_again, within=30, what="each of the refused writes was tried again")


async def test_a_watch_that_is_open_but_deaf_is_found_out_by_the_canary(
    cluster: Cluster, operator_behind_proxy: OperatorProcess, through_proxy: Proxy
) -> None:
    operator_behind_proxy.env = dict(operator_behind_proxy.env) | {
        "TESTGEN_OPERATOR_CANARY_EVERY": "2",
        "TESTGEN_OPERATOR_CANARY_WITHIN": "20",
    }
    await watching(cluster, operator_behind_proxy, through_proxy)

    async def sung() -> bool:
        return await operator_behind_proxy.metric("testgen_operator_canary_seconds") > 0

    await cluster.eventually(sung, within=20, what="a canary came back")
    through_proxy.deaf = "configmaps"
    assert await operator_behind_proxy.ended(within=30 * PATIENCE) == 70

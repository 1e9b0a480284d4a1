"""The way in from outside, through a real Traefik: TLS, the redirect to it, limits, the maintenance page, one project a host.

All of it by an Ingress, and then by a Gateway's routes, to which the same project moves.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess
from tests.cluster.test_parts import an_object, apply, self_signed

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOST = "cases.example"
GATEWAY_API = "gateway.networking.k8s.io/v1"
WAYS: dict[str, dict[str, Any]] = {
    "Ingress": {"type": "Ingress", "ingressClassName": "traefik", "tls": {"secretName": "cases-tls"}},
    "HTTPRoute": {"type": "Gateway", "gatewayRef": {"name": "traefik"}},
}
"""By the kind that leads to the project."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def surroundings(shared_cluster: Cluster, traefik: str) -> None:
    """What a platform team brings: a certificate, and a Gateway with a listener for each port."""
    key, certificate = self_signed(HOST)
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "cases-tls"},
        "type": "kubernetes.io/tls",
        "stringData": {"tls.key": key, "tls.crt": certificate},
    }
    await shared_cluster.kubectl("create", "-f", "-", stdin=json.dumps(secret))
    within = {"allowedRoutes": {"namespaces": {"from": "Same"}}}
    tls = {"mode": "Terminate", "certificateRefs": [{"name": "cases-tls"}]}
    listeners = [
        {"name": "http", "port": 80, "protocol": "HTTP", **within},
        {"name": "https", "port": 443, "protocol": "HTTPS", "tls": tls, **within},
    ]
    gateway = {"gatewayClassName": "traefik", "listeners": listeners}
    await apply(shared_cluster, an_object("Gateway", "traefik", GATEWAY_API, spec=gateway))


@pytest.fixture(scope="module", params=sorted(WAYS, reverse=True))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, surroundings: None, shared_operator: OperatorProcess, kind: str) -> str:
    """Exposed; Traefik's kinds are there before the operator starts, or it starts anew when they come."""
    await expose(shared_cluster, kind, {})
    await shared_cluster.ready("shop", within=240)
    return "shop"


async def ask(address: str, scheme: str, path: str, **headers: str) -> httpx.Response | None:
    async with httpx.AsyncClient(verify=False, timeout=30) as client:
        with contextlib.suppress(httpx.TransportError):
            return await client.get(
                f"{scheme}://{address}{path}", headers={"Host": HOST, **headers}, extensions={"sni_hostname": HOST}
            )
    return None


async def answers(
    cluster: Cluster,
    address: str,
    scheme: str,
    path: str,
    status: int,
    holds: Callable[[httpx.Response], bool] = lambda _: True,
    **headers: str,
) -> httpx.Response:
    """The first answer of that status of which `holds` is true: while nobody is behind a Service, Traefik itself says 503."""

    async def once() -> httpx.Response | None:
        found = await ask(address, scheme, path, **headers)
        assert found is None or found.status_code != status or holds(found), found.text[:500]
        return found if found is not None and found.status_code == status else None

    found: httpx.Response = await cluster.eventually(once, within=60, what=f"{scheme} {path} answers {status}")
    return found


async def test_the_project_answers_at_its_host_by_tls(shared_cluster: Cluster, shop: str, traefik: str) -> None:  # S2-056, S4-066
    assert (await answers(shared_cluster, traefik, "https", "/live", 200)).json()
    assert (await shared_cluster.get("TestGenProject", shop))["status"]["endpoint"] == f"https://{HOST}"


async def test_plain_http_is_sent_to_https(shared_cluster: Cluster, shop: str, traefik: str) -> None:  # S2-055
    found = await answers(shared_cluster, traefik, "http", "/live", 301)
    assert found.headers["location"].startswith("https://")


async def test_nothing_leads_to_it_by_the_other_way(shared_cluster: Cluster, shop: str, kind: str) -> None:
    for one in WAYS:
        found = (await shared_cluster.kubectl("get", one, "--output=name")).split()
        assert bool(found) is (one == kind), found


async def test_a_second_project_does_not_get_the_host(shared_cluster: Cluster, shop: str, traefik: str, kind: str) -> None:
    await shared_cluster.apply_project("thief", {"exposure": {"host": HOST, **WAYS[kind]}, "suspend": True})
    await shared_cluster.condition("thief", "ExposureReady", "False", reason="HostConflict", within=60)
    assert await shared_cluster.kubectl("get", kind, "thief", "--ignore-not-found") == ""
    assert (await answers(shared_cluster, traefik, "https", "/live", 200)).json()
    await shared_cluster.delete("TestGenProject", "thief")


async def test_maintenance_is_a_page_for_people_and_a_problem_for_programs(  # S2-210
    shared_cluster: Cluster, shop: str, traefik: str, kind: str
) -> None:
    await expose(shared_cluster, kind, {"maintenance": True})
    page = await answers(shared_cluster, traefik, "https", "/", 503, lambda one: "maintenance" in one.text, Accept="text/html")
    assert int(page.headers["retry-after"]) > 0
    told = "application/problem+json"
    await answers(shared_cluster, traefik, "https", "/api/v1/cases", 503, lambda one: one.headers["content-type"] == told)
    await expose(shared_cluster, kind, {})
    await answers(shared_cluster, traefik, "https", "/live", 200)


async def test_who_asks_too_often_is_held_up(  # S2-055
    shared_cluster: Cluster, shop: str, traefik: str, kind: str
) -> None:
    await expose(shared_cluster, kind, {"requestsPerMinute": 5})

    async def refused() -> bool:
        found = [await ask(traefik, "https", "/live") for _ in range(10)]
        return any(one is not None and one.status_code == 429 for one in found)

    await shared_cluster.eventually(refused, within=60, what="a 429")


async def expose(cluster: Cluster, kind: str, more: Mapping[str, Any]) -> None:
    await cluster.apply_project("shop", {"exposure": {"host": HOST, **WAYS[kind], **more}})

"""A stand-in for prometheus-adapter, whose program is not to be had here: the two aggregated APIs that autoscalers read,
answered by the rules of monitoring/prometheus-adapter.yaml from a real Prometheus.

It listens at the host's end of the cluster's link, where nobody but that cluster's node comes.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from aiohttp import web

from testgen_operator.admission import certificates
from tests import adapter_rules
from tests.cluster.kube import Cluster, Object

EXTERNAL: Final = "external.metrics.k8s.io"
CUSTOM: Final = "custom.metrics.k8s.io"
VERSION: Final = "v1beta1"
NAME: Final = "metrics-adapter"


@dataclass
class Adapter:
    """`asked`: the queries that Prometheus answered for an autoscaler."""

    prometheus: str
    asked: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        for group in (EXTERNAL, CUSTOM):
            app.router.add_get(f"/apis/{group}/{VERSION}", self._resources)
        app.router.add_get(f"/apis/{EXTERNAL}/{VERSION}/namespaces/{{namespace}}/{{metric}}", self._external)
        app.router.add_get(f"/apis/{CUSTOM}/{VERSION}/namespaces/{{namespace}}/pods/{{pod}}/{{metric}}", self._of_pods)
        return app

    async def _resources(self, request: web.Request) -> web.Response:
        body = {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": request.path.removeprefix("/apis/"),
            "resources": [],
        }
        return web.json_response(body)

    async def _external(self, request: web.Request) -> web.Response:
        namespace, metric = request.match_info["namespace"], request.match_info["metric"]
        labels = dict(one.split("=", 1) for one in request.query.get("labelSelector", "").split(",") if one)
        found = await self._ask(adapter_rules.query("externalRules", metric, namespace, labels))
        items = [{"metricName": metric, "metricLabels": {}, "timestamp": _now(), "value": one["value"][1]} for one in found]
        return _list(EXTERNAL, "ExternalMetricValueList", items)

    async def _of_pods(self, request: web.Request) -> web.Response:
        """Of all pods of the namespace: the autoscaler takes those it asked for (its own selector) by their names."""
        namespace, metric = request.match_info["namespace"], request.match_info["metric"]
        found = await self._ask(adapter_rules.query("rules", metric, namespace, {}, group_by="pod"))
        items = [
            {
                "describedObject": {"kind": "Pod", "apiVersion": "v1", "namespace": namespace, "name": one["metric"]["pod"]},
                "metricName": metric,
                "timestamp": _now(),
                "value": one["value"][1],
            }
            for one in found
        ]
        return _list(CUSTOM, "MetricValueList", items)

    async def _ask(self, query: str) -> list[dict[str, Any]]:
        async with httpx.AsyncClient(base_url=self.prometheus, timeout=10) as http:
            answer = await http.post("/api/v1/query", data={"query": query})
        answer.raise_for_status()
        self.asked.append(query)
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _list(group: str, kind: str, items: list[dict[str, Any]]) -> web.Response:
    return web.json_response({"kind": kind, "apiVersion": f"{group}/{VERSION}", "metadata": {}, "items": items})


@asynccontextmanager
async def serving(cluster: Cluster, address: str, prometheus: str, folder: Path) -> AsyncIterator[Adapter]:
    """It answers at `address`, and both APIs are registered in the cluster while the block lasts."""
    adapter = Adapter(prometheus)
    runner = web.AppRunner(adapter.app())
    await runner.setup()
    site = web.TCPSite(runner, address, 0, ssl_context=_tls(folder))
    await site.start()
    port = int(runner.addresses[0][1])
    objects = _registration(cluster.namespace, address, port)
    try:
        await cluster.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        yield adapter
    finally:
        for group in (EXTERNAL, CUSTOM):
            await cluster.kubectl("delete", "apiservice", f"{VERSION}.{group}", "--ignore-not-found")
        await runner.cleanup()


def _tls(folder: Path) -> ssl.SSLContext:
    material = certificates.draw(NAME, datetime.now(UTC))
    certificate, key = folder / "adapter.crt", folder / "adapter.key"
    certificate.write_text(material.certificate)
    key.write_text(material.private_key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def _registration(namespace: str, address: str, port: int) -> list[Object]:
    """A Service without a selector that leads out of the cluster, and the APIs behind it."""
    metadata = {"name": NAME, "namespace": namespace}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"name": "https", "port": 443}]}}
    endpoints = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata | {"labels": {"kubernetes.io/service-name": NAME}},
        "addressType": "IPv4",
        "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
    }
    apis = [
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": f"{VERSION}.{group}"},
            "spec": {
                "group": group,
                "version": VERSION,
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                "insecureSkipTLSVerify": True,
                "service": {"name": NAME, "namespace": namespace},
            },
        }
        for group in (EXTERNAL, CUSTOM)
    ]
    return [service, endpoints, *apis]

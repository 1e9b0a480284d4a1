"""The two ways to a project: half of the load goes to its Service, half through Traefik and its Ingress."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import partial
from typing import Final

import httpx

from tests.bench.rollout_clients import Load
from tests.cluster.kube import Cluster
from tests.cluster.traffic import unlimited_key

READERS: Final = 16
"""Of each way: enough that the rate is reached while answers take a third of a second."""
FOLLOWERS: Final = 1
PATIENT: Final = 1
"""Of each way, besides: one that is cut off by nearly every switch."""
REQUIREMENTS: Final = 40
WRITES: Final = 0.03
"""Three thousand documents in a full run: what is listed and searched grows as it would in a busy month."""
JOB_PAUSE: Final = 3.0
"""Seconds: jobs come and go all the time, and the node has something left for requests."""


async def traefik(cluster: Cluster) -> str:
    """The address of Traefik's Service."""
    return (await cluster.kubectl("get", "service", "traefik", "--namespace=traefik", "-o=jsonpath={.spec.clusterIP}")).strip()


@dataclass
class Ways:
    """Loads on the Service of a name: half of `rate` to its address, half through Traefik to host `<name>.example`.

    `project`: whose database and keys those behind the Service have.
    """

    cluster: Cluster
    project: str
    traefik: str
    rate: float
    made: int = 0

    async def __call__(self, name: str) -> dict[str, Load]:
        """The loads by their way, once Traefik knows the host."""
        direct = (await self.cluster.get("Service", name))["spec"]["clusterIP"]
        host = f"{name}.example"
        await self.cluster.eventually(lambda: self._leads(host), within=60, what=f"Traefik leads to {host}")
        found = {}
        for way, address, said in (("service", direct, ""), ("traefik", self.traefik, host)):
            self.made += 1
            found[way] = Load(
                partial(str, f"http://{address}"),
                await unlimited_key(self.cluster, self.project, name=f"load {self.made}"),
                rate=self.rate / 2,
                readers=READERS,
                followers=FOLLOWERS,
                requirements=REQUIREMENTS,
                writes=WRITES,
                seed=self.made,
                host=said,
                pause=JOB_PAUSE,
                patient=PATIENT,
            )
        return found

    async def _leads(self, host: str) -> bool:
        async with httpx.AsyncClient(timeout=5) as http:
            with contextlib.suppress(httpx.TransportError):
                return (await http.get(f"http://{self.traefik}/live", headers={"Host": host})).status_code == 200
        return False
